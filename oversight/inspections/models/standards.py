"""Versions of programmes that were proposed in the service, beside those it is shipped with (A9, ¶9)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.inspections.models.case import TEXT_LENGTH, _pair
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH
from oversight.inspections.rules.versions import VersionState

DIGEST_LENGTH = 64
_PROPOSED, _APPROVED, _DECLINED, _WITHDRAWN = (state.value for state in VersionState)


def act_whole(prefix: str, *others: str) -> Q:
    """Hold a moment, a person and a name together, with what belongs to them: all or none."""
    texts = [f"{prefix}_by", f"{prefix}_name", *others]
    none = Q(**{f"{prefix}_at": None}, **dict.fromkeys(texts, ""))
    whole = Q(**{f"{prefix}_at__isnull": False})
    for text in texts:
        whole &= ~Q(**{text: ""})
    return none | whole


class StandardsVersion(models.Model):
    """One version of a programme as it was proposed. Its text is never changed."""

    programme = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    effective_from = models.DateField()
    text = models.TextField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    why = models.CharField(max_length=TEXT_LENGTH)
    state = models.CharField(max_length=20)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=PERSON_LENGTH)
    proposed_name = models.CharField(max_length=NAME_LENGTH)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    approved_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    decided_event = models.PositiveBigIntegerField(null=True, blank=True)
    """The event of the arrangements that opened the duty to tell the other parties (paragraph 29)."""
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    told_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    told_event = models.PositiveBigIntegerField(null=True, blank=True)
    effect_at = models.DateTimeField(null=True, blank=True)
    effect_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    effect_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    closed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    closed_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="standardsversion_complete",
                condition=~Q(programme="")
                & Q(version__gte=1)
                & ~Q(text="")
                & ~Q(digest="")
                & ~Q(why="")
                & ~Q(proposed_by="")
                & ~Q(proposed_name=""),
            ),
            models.CheckConstraint(
                name="standardsversion_state_known",
                condition=Q(state__in=[state.value for state in VersionState]),
            ),
            models.CheckConstraint(name="standardsversion_approved_pair", condition=_pair("approved")),
            models.CheckConstraint(name="standardsversion_told_pair", condition=_pair("told")),
            models.CheckConstraint(name="standardsversion_effect_pair", condition=_pair("effect")),
            models.CheckConstraint(name="standardsversion_closed_pair", condition=_pair("closed")),
            models.CheckConstraint(name="standardsversion_approved_whole", condition=act_whole("approved")),
            models.CheckConstraint(name="standardsversion_told_whole", condition=act_whole("told")),
            models.CheckConstraint(name="standardsversion_effect_whole", condition=act_whole("effect")),
            models.CheckConstraint(
                name="standardsversion_closed_whole", condition=act_whole("closed", "closed_reason")
            ),
            models.CheckConstraint(
                name="standardsversion_approved_by_state",
                condition=(Q(state__in=[_PROPOSED, _DECLINED]) & Q(approved_at=None))
                | (Q(state=_APPROVED) & Q(approved_at__isnull=False))
                | Q(state=_WITHDRAWN),
            ),
            models.CheckConstraint(
                name="standardsversion_closed_by_state",
                condition=(Q(state__in=[_PROPOSED, _APPROVED]) & Q(closed_at=None))
                | (Q(state__in=[_DECLINED, _WITHDRAWN]) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="standardsversion_second_person",
                condition=Q(approved_by="") | ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="standardsversion_declined_by_second",
                condition=~Q(state=_DECLINED) | ~Q(closed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="standardsversion_events",
                condition=(
                    Q(approved_at=None, decided_event=None)
                    | Q(approved_at__isnull=False, decided_event__isnull=False)
                )
                & (Q(told_at=None, told_event=None) | Q(told_at__isnull=False, told_event__isnull=False)),
            ),
            models.CheckConstraint(
                name="standardsversion_told_after_approval",
                condition=(Q(told_at=None) & Q(effect_at=None)) | Q(approved_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="standardsversion_number_once",
                fields=["programme", "version"],
                condition=Q(approved_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="standardsversion_one_proposal",
                fields=["programme"],
                condition=Q(state=_PROPOSED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} v{self.version} ({self.state})"
