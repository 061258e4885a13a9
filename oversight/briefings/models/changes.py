"""Policy changes, what was said of them round by round, and what led to them (D11, ¶21)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.briefings.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    STATE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.briefings.rules.changes import ChangeState, LinkKind
from oversight.ledger.conditions import both_or_neither, filled, values


class PolicyChange(models.Model):
    """A change of policy or a reform. What is said of it now is its latest round."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    state = models.CharField(max_length=STATE_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    kind = models.CharField(max_length=30)
    on = models.DateField()
    published_at = models.DateTimeField(null=True, blank=True)
    """When it was first published; from then on every round is."""
    published_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=PERSON_LENGTH)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="policychange_complete",
                condition=filled("reference", "title", "kind", "recorded_by") & Q(revision__gte=1),
            ),
            models.CheckConstraint(name="policychange_state", condition=Q(state__in=values(ChangeState))),
            models.CheckConstraint(
                name="policychange_published_pair", condition=both_or_neither("published_at", "published_by")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="policychange_latest", fields=["-on", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class ChangeRound(models.Model):
    """What was said of a change, and why it was said anew. Never changed."""

    change = models.ForeignKey(PolicyChange, models.PROTECT, db_index=False, related_name="rounds")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH)
    kind = models.CharField(max_length=30)
    what = models.CharField(max_length=TEXT_LENGTH)
    state = models.CharField(max_length=STATE_LENGTH)
    on = models.DateField()
    link = models.CharField(max_length=500, blank=True, default="")
    why = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why it was said anew; empty in the first round."""
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=PERSON_LENGTH)
    said_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="changeround_number", fields=["change", "number"]),
            models.CheckConstraint(
                name="changeround_complete",
                condition=filled("title", "kind", "what", "said_by", "said_name") & Q(number__gte=1),
            ),
            models.CheckConstraint(name="changeround_state", condition=Q(state__in=values(ChangeState))),
            models.CheckConstraint(
                name="changeround_reason", condition=Q(number=1, why="") | (Q(number__gt=1) & filled("why"))
            ),
        ]

    def __str__(self) -> str:
        return f"Round {self.number} of {self.change_id}"


class ChangeLink(models.Model):
    """A report or recommendation that led to a change. Taken away, it stays in view with its reason."""

    change = models.ForeignKey(PolicyChange, models.PROTECT, db_index=False, related_name="links")
    kind = models.CharField(max_length=STATE_LENGTH)
    target = models.CharField(max_length=REFERENCE_LENGTH)
    """Reference of the report or recommendation."""
    report = models.CharField(max_length=REFERENCE_LENGTH)
    """Reference of the report, itself or the one that the recommendation is of."""
    title = models.CharField(max_length=500)
    """What it was called when it was linked."""
    how = models.CharField(max_length=TEXT_LENGTH)
    """How it led to the change."""
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=PERSON_LENGTH)
    added_name = models.CharField(max_length=NAME_LENGTH)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    removed_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="changelink_once",
                fields=["change", "kind", "target"],
                condition=Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="changelink_complete",
                condition=filled("target", "report", "title", "how", "added_by", "added_name")
                & Q(kind__in=values(LinkKind)),
            ),
            models.CheckConstraint(
                name="changelink_removed_pair", condition=both_or_neither("removed_at", "removed_by")
            ),
            models.CheckConstraint(
                name="changelink_removed_whole",
                condition=both_or_neither("removed_at", "removed_by", "removed_reason"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="changelink_target", fields=["target"]),
            models.Index(name="changelink_report", fields=["report"]),
        ]

    def __str__(self) -> str:
        return f"{self.target} led to {self.change_id}"
