"""What the team of an audit writes: sources cited, tests, working papers, findings, actions (B4, G4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.audits.models.audit import Audit
from oversight.audits.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
)
from oversight.audits.rules.work import Conclusion, PaperState, SourceKind
from oversight.ledger.conditions import both_or_neither, filled, pair, values


class AuditSource(models.Model):
    """Something that an audit draws on, as it was when it was cited. It lies elsewhere, so it is text."""

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="sources")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=WORD_LENGTH)
    cited = models.CharField(max_length=REFERENCE_LENGTH)
    """Row or reference of what is cited, where it is kept."""
    version = models.PositiveIntegerField()
    """Its round or copy that was read."""
    title = models.CharField(max_length=300)
    owner = models.CharField(max_length=NAME_LENGTH)
    as_at = models.CharField(max_length=20)
    """Day of it, as far as that is known: 2024, 2024-05 or 2024-05-17."""
    used_for = models.CharField(max_length=TEXT_LENGTH)
    cited_at = models.DateTimeField()
    cited_by = models.CharField(max_length=PERSON_LENGTH)
    cited_name = models.CharField(max_length=NAME_LENGTH)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="auditsource_numbered", fields=["audit", "number"]),
            models.UniqueConstraint(
                name="auditsource_once",
                fields=["audit", "kind", "cited", "version"],
                condition=Q(dropped_at=None),
            ),
            models.CheckConstraint(
                name="auditsource_complete",
                condition=Q(kind__in=values(SourceKind), version__gte=1)
                & filled("cited", "title", "owner", "used_for", "cited_by", "cited_name"),
            ),
            models.CheckConstraint(name="auditsource_dropped_pair", condition=pair("dropped")),
        ]

    def __str__(self) -> str:
        return self.title


class AuditTest(models.Model):
    """A test of an audit: what is looked at, how, and what it showed."""

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="tests")
    number = models.PositiveIntegerField()
    question = models.CharField(max_length=TEXT_LENGTH)
    method = models.CharField(max_length=TEXT_LENGTH)
    conclusion = models.CharField(max_length=WORD_LENGTH, blank=True, default="")
    result = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=PERSON_LENGTH)
    written_name = models.CharField(max_length=NAME_LENGTH)
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    concluded_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="audittest_numbered", fields=["audit", "number"]),
            models.CheckConstraint(
                name="audittest_complete",
                condition=Q(number__gte=1) & filled("question", "method", "written_by", "written_name"),
            ),
            models.CheckConstraint(
                name="audittest_concluded",
                condition=both_or_neither(
                    "concluded_at", "concluded_by", "concluded_name", "conclusion", "result"
                ),
            ),
            models.CheckConstraint(name="audittest_concluded_pair", condition=pair("concluded")),
            models.CheckConstraint(
                name="audittest_conclusion", condition=Q(conclusion__in=["", *values(Conclusion)])
            ),
        ]

    def __str__(self) -> str:
        return f"test {self.number}"


class AuditPaper(models.Model):
    """A working paper of a test, with its evidence. One that is sent back stays beside a new one."""

    test = models.ForeignKey(AuditTest, models.PROTECT, db_index=False, related_name="papers")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH)
    file = models.ForeignKey("exchange.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=WORD_LENGTH, default=PaperState.WAITING)
    prepared_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=PERSON_LENGTH)
    prepared_name = models.CharField(max_length=NAME_LENGTH)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    reviewed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """What the reviewer says."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="auditpaper_numbered", fields=["test", "number"]),
            models.CheckConstraint(
                name="auditpaper_complete",
                condition=Q(number__gte=1, state__in=values(PaperState))
                & filled("title", "text", "prepared_by", "prepared_name"),
            ),
            models.CheckConstraint(name="auditpaper_reviewed_pair", condition=pair("reviewed")),
            models.CheckConstraint(
                name="auditpaper_reviewed",
                condition=Q(state=PaperState.WAITING, reviewed_at=None, reviewed_name="", note="")
                | (~Q(state=PaperState.WAITING) & Q(reviewed_at__isnull=False) & filled("reviewed_name")),
            ),
            models.CheckConstraint(
                name="auditpaper_two_people",
                condition=Q(reviewed_at=None) | ~Q(reviewed_by=models.F("prepared_by")),
            ),
            models.CheckConstraint(
                name="auditpaper_sent_back_why", condition=~Q(state=PaperState.SENT_BACK) | filled("note")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AuditFinding(models.Model):
    """A finding of an audit, with its cause and consequence."""

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="findings")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH)
    cause = models.CharField(max_length=TEXT_LENGTH)
    consequence = models.CharField(max_length=TEXT_LENGTH)
    theme = models.CharField(max_length=WORD_LENGTH)
    grade = models.CharField(max_length=WORD_LENGTH)
    test = models.ForeignKey(AuditTest, models.PROTECT, related_name="findings")
    """Test that bears it out."""
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=PERSON_LENGTH)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    dropped_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="auditfinding_numbered", fields=["audit", "number"]),
            models.CheckConstraint(
                name="auditfinding_complete",
                condition=Q(number__gte=1)
                & filled("title", "text", "cause", "consequence", "theme", "grade", "written_by"),
            ),
            models.CheckConstraint(name="auditfinding_dropped_pair", condition=pair("dropped")),
            models.CheckConstraint(
                name="auditfinding_dropped_whole",
                condition=both_or_neither("dropped_at", "dropped_by", "dropped_reason"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AuditAction(models.Model):
    """An action for a finding. Once the report is final it is a recommendation too."""

    audit = models.ForeignKey(Audit, models.PROTECT, db_index=False, related_name="actions")
    number = models.PositiveIntegerField()
    finding = models.ForeignKey(AuditFinding, models.PROTECT, related_name="actions")
    text = models.CharField(max_length=TEXT_LENGTH)
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    recommendation = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    """Its reference among recommendations; empty until the report is final."""
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=PERSON_LENGTH)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="auditaction_numbered", fields=["audit", "number"]),
            models.CheckConstraint(
                name="auditaction_complete", condition=Q(number__gte=1) & filled("text", "written_by")
            ),
            models.CheckConstraint(name="auditaction_dropped_pair", condition=pair("dropped")),
            models.CheckConstraint(
                name="auditaction_dropped_before_final",
                condition=Q(dropped_at=None) | Q(recommendation=""),
            ),
        ]

    def __str__(self) -> str:
        return f"action {self.number}"
