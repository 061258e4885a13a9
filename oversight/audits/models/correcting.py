"""Corrections of a final report, and what each says anew of a finding (B4, ¶14)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.audits.models.accuracy import AuditVersion
from oversight.audits.models.audit import Audit
from oversight.audits.models.base import NAME_LENGTH, PERSON_LENGTH, TEXT_LENGTH, TITLE_LENGTH, WORD_LENGTH
from oversight.audits.models.work import AuditFinding
from oversight.audits.rules.correcting import OPEN, CorrectionState
from oversight.ledger.conditions import both_or_neither, filled, pair, values

_HANDED_IN = (CorrectionState.REVIEW, CorrectionState.ISSUED)


class AuditCorrection(models.Model):
    """What was wrong in a final report, why, and what it says from then on."""

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="corrections")
    number = models.PositiveIntegerField()
    before = models.ForeignKey(AuditVersion, models.PROTECT, related_name="+")
    """The version that it corrects."""
    wrong = models.CharField(max_length=TEXT_LENGTH)
    """What was wrong."""
    reason = models.CharField(max_length=TEXT_LENGTH)
    """Why it was wrong."""
    rating = models.CharField(max_length=WORD_LENGTH)
    summary = models.CharField(max_length=TEXT_LENGTH)
    state = models.CharField(max_length=WORD_LENGTH, default=CorrectionState.WRITING)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=PERSON_LENGTH)
    opened_name = models.CharField(max_length=NAME_LENGTH)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    handed_in_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    issued_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    version = models.OneToOneField(
        AuditVersion, models.PROTECT, null=True, blank=True, related_name="correction"
    )
    """The version that it made."""
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    dropped_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="auditcorrection_numbered", fields=["audit", "number"]),
            models.UniqueConstraint(
                name="auditcorrection_one_open",
                fields=["audit"],
                condition=Q(state__in=[str(one) for one in OPEN]),
            ),
            models.CheckConstraint(
                name="auditcorrection_complete",
                condition=Q(number__gte=1, state__in=values(CorrectionState))
                & filled("wrong", "reason", "rating", "summary", "opened_by", "opened_name"),
            ),
            models.CheckConstraint(name="auditcorrection_handed_in_pair", condition=pair("handed_in")),
            models.CheckConstraint(
                name="auditcorrection_handed_in",
                condition=Q(state__in=[str(one) for one in _HANDED_IN], handed_in_at__isnull=False)
                | (~Q(state__in=[str(one) for one in _HANDED_IN]) & Q(handed_in_at=None)),
            ),
            models.CheckConstraint(name="auditcorrection_issued_pair", condition=pair("issued")),
            models.CheckConstraint(
                name="auditcorrection_issued",
                condition=(
                    Q(state=CorrectionState.ISSUED, issued_at__isnull=False, version__isnull=False)
                    & filled("issued_name")
                )
                | (~Q(state=CorrectionState.ISSUED) & Q(issued_at=None, issued_name="", version=None)),
            ),
            models.CheckConstraint(
                name="auditcorrection_two_people",
                condition=Q(issued_at=None)
                | (~Q(issued_by=F("opened_by")) & ~Q(issued_by=F("handed_in_by"))),
            ),
            models.CheckConstraint(name="auditcorrection_dropped_pair", condition=pair("dropped")),
            models.CheckConstraint(
                name="auditcorrection_dropped",
                condition=both_or_neither("dropped_at", "dropped_by", "dropped_reason")
                & (
                    Q(state=CorrectionState.DROPPED, dropped_at__isnull=False)
                    | (~Q(state=CorrectionState.DROPPED) & Q(dropped_at=None))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.number}"


class CorrectedFinding(models.Model):
    """What a correction says anew of a finding, or that it is withdrawn. The finding itself stays."""

    correction = models.ForeignKey(
        AuditCorrection, models.PROTECT, db_index=False, related_name="corrected_findings"
    )
    finding = models.ForeignKey(AuditFinding, models.PROTECT, related_name="corrected")
    withdrawn = models.BooleanField(default=False)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True, default="")
    text = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    cause = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    consequence = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    grade = models.CharField(max_length=WORD_LENGTH, blank=True, default="")
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="correctedfinding_once", fields=["correction", "finding"]),
            models.CheckConstraint(
                name="correctedfinding_said_or_withdrawn",
                condition=Q(withdrawn=True, title="", text="", cause="", consequence="", grade="")
                | (Q(withdrawn=False) & filled("title", "text", "cause", "consequence", "grade")),
            ),
            models.CheckConstraint(name="correctedfinding_complete", condition=filled("written_by")),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} in {self.correction_id}"
