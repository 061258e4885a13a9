"""The report as it was issued, and the points of the audited on its accuracy (B4, ¶14)."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from oversight.audits.models.audit import Audit
from oversight.audits.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
)
from oversight.audits.rules.work import PointState
from oversight.ledger.conditions import filled, pair, values

DIGEST_LENGTH: Final = 64
_ANSWERED: Final = [one.value for one in (PointState.ACCEPTED, PointState.PARTLY, PointState.NOT_ACCEPTED)]


class AuditVersion(models.Model):
    """The report as it was handed in, issued as a draft, final, or corrected since. Never changed."""

    PURPOSES: ClassVar = ("handed_in", "draft", "final", "corrected")

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="versions")
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=WORD_LENGTH)
    content = models.TextField()
    """Everything it says, as canonical text."""
    digest = models.CharField(max_length=DIGEST_LENGTH)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="auditversion_numbered", fields=["audit", "number"]),
            models.UniqueConstraint(
                name="auditversion_one_draft", fields=["audit"], condition=Q(purpose="draft")
            ),
            models.UniqueConstraint(
                name="auditversion_one_final", fields=["audit"], condition=Q(purpose="final")
            ),
            models.CheckConstraint(
                name="auditversion_complete",
                condition=Q(
                    purpose__in=["handed_in", "draft", "final", "corrected"],
                    number__gte=1,
                    digest__length=DIGEST_LENGTH,
                )
                & filled("content", "made_by", "made_name"),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class AuditPoint(models.Model):
    """A point of the audited on the accuracy of the draft, with its answer."""

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="points")
    version = models.ForeignKey(AuditVersion, models.PROTECT, related_name="points")
    """The draft that it is about."""
    number = models.PositiveIntegerField()
    part = models.CharField(max_length=TITLE_LENGTH)
    """Part of the draft, as its reader names it."""
    text = models.CharField(max_length=TEXT_LENGTH)
    evidence = models.CharField(max_length=TEXT_LENGTH)
    state = models.CharField(max_length=WORD_LENGTH, default=PointState.RAISED)
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=PERSON_LENGTH)
    raised_name = models.CharField(max_length=NAME_LENGTH)
    raised_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    answered_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="auditpoint_numbered", fields=["audit", "number"]),
            models.CheckConstraint(
                name="auditpoint_complete",
                condition=Q(number__gte=1, state__in=values(PointState))
                & filled("part", "text", "evidence", "raised_by", "raised_name"),
            ),
            models.CheckConstraint(name="auditpoint_answered_pair", condition=pair("answered")),
            models.CheckConstraint(name="auditpoint_withdrawn_pair", condition=pair("withdrawn")),
            models.CheckConstraint(
                name="auditpoint_state",
                condition=Q(state=PointState.RAISED, answered_at=None, withdrawn_at=None, reason="")
                | Q(state=PointState.TAKEN_BACK, answered_at=None, withdrawn_at__isnull=False, reason="")
                | (
                    Q(state__in=_ANSWERED, answered_at__isnull=False, withdrawn_at=None)
                    & filled("answered_name")
                    & (Q(state=PointState.ACCEPTED) | filled("reason"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.number}"
