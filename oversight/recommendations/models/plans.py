"""Tables of action plans: reports answered, parts, actions, their progress and dates (E3 to E6)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.ledger.conditions import both_or_neither, filled, values
from oversight.recommendations.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    SOURCE_LENGTH,
    STATE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.recommendations.models.recommendation import Recommendation
from oversight.recommendations.rules.actions_due import Progress
from oversight.recommendations.rules.plans import SENT, UNSENT, PlanKind, PlanState
from oversight.recommendations.rules.sources import Source

_SENT = [state.value for state in SENT]
_UNSENT = [state.value for state in UNSENT]
_PUBLISHED = [PlanState.PUBLISHED.value, PlanState.UPDATED.value]
_RECEIVED = [PlanState.RECEIVED.value, *_PUBLISHED]
WHERE_LENGTH = 500


class Plan(models.Model):
    """What will be done about the recommendations of one report or of several."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    kind = models.CharField(max_length=STATE_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    unit = models.ForeignKey(PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    """The unit inspected, of a local plan."""
    writer = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    """Over whom one has to be entitled to write it: the unit of a local plan, OSAG of another."""
    state = models.CharField(max_length=STATE_LENGTH, default=PlanState.DRAFTING)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=PERSON_LENGTH)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    cleared_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    submitted_on = models.DateField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    published_on = models.DateField(null=True, blank=True)
    published_where = models.CharField(max_length=WHERE_LENGTH, blank=True, default="")
    updated_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    """The plan that it became part of; its own page then says so for ever."""
    merged_at = models.DateTimeField(null=True, blank=True)
    merged_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    merged_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    merged_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="plan_complete", condition=filled("reference", "title", "opened_by")),
            models.CheckConstraint(name="plan_kind_known", condition=Q(kind__in=values(PlanKind))),
            models.CheckConstraint(name="plan_state_known", condition=Q(state__in=values(PlanState))),
            models.CheckConstraint(
                name="plan_unit_of_a_local_one",
                condition=Q(kind=PlanKind.LOCAL, unit__isnull=False, writer=F("unit"))
                | (Q(unit=None) & ~Q(kind=PlanKind.LOCAL)),
            ),
            models.CheckConstraint(
                name="plan_cleared_pair", condition=both_or_neither("cleared_at", "cleared_by")
            ),
            models.CheckConstraint(
                name="plan_cleared_whole", condition=both_or_neither("cleared_at", "cleared_name")
            ),
            models.CheckConstraint(
                name="plan_cleared_by_state",
                condition=(Q(state__in=_SENT) & Q(cleared_at__isnull=False, submitted_on__isnull=False))
                | (Q(state__in=_UNSENT) & Q(cleared_at=None, submitted_on=None))
                | Q(state=PlanState.MERGED, cleared_at=None, submitted_on=None)
                | Q(state=PlanState.MERGED, cleared_at__isnull=False, submitted_on__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_received_pair", condition=both_or_neither("received_at", "received_by")
            ),
            models.CheckConstraint(
                name="plan_received_by_state",
                condition=(Q(state__in=_RECEIVED) & Q(received_at__isnull=False))
                | (Q(state__in=[*_UNSENT, PlanState.SUBMITTED]) & Q(received_at=None))
                | Q(state=PlanState.MERGED, received_at=None)
                | Q(state=PlanState.MERGED, received_at__isnull=False, submitted_on__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_published_by_state",
                condition=(
                    Q(state__in=[*_PUBLISHED, PlanState.MERGED])
                    & Q(published_on__isnull=False, published_on__gte=F("submitted_on"))
                    & Q(received_at__isnull=False)
                    & ~Q(published_where="")
                )
                | (~Q(state__in=_PUBLISHED) & Q(published_on=None, published_where="")),
            ),
            models.CheckConstraint(
                name="plan_updated_by_state",
                condition=Q(state=PlanState.UPDATED, updated_on__isnull=False)
                | (~Q(state=PlanState.UPDATED) & Q(updated_on=None))
                | Q(state=PlanState.MERGED, updated_on__isnull=False, published_on__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_local_is_not_updated",
                condition=Q(updated_on=None) | Q(kind=PlanKind.COORDINATED),
            ),
            models.CheckConstraint(
                name="plan_merged_by_state",
                condition=Q(state=PlanState.MERGED, merged_into__isnull=False, merged_at__isnull=False)
                | (~Q(state=PlanState.MERGED) & Q(merged_into=None, merged_at=None)),
            ),
            models.CheckConstraint(
                name="plan_merged_pair", condition=both_or_neither("merged_at", "merged_by")
            ),
            models.CheckConstraint(
                name="plan_merged_whole",
                condition=both_or_neither("merged_at", "merged_name", "merged_reason"),
            ),
            models.CheckConstraint(
                name="plan_merged_into_another",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="plan_latest", fields=["-opened_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class PlanReport(models.Model):
    """That a plan answers the recommendations of a report. A report is answered by one plan."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=STATE_LENGTH)
    source = models.CharField(max_length=SOURCE_LENGTH, unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="plan_report_complete", condition=filled("source", "title")),
            models.CheckConstraint(name="plan_report_kind", condition=Q(kind__in=values(Source))),
        ]

    def __str__(self) -> str:
        return self.source


class MergedReport(models.Model):
    """That a plan answered a report before it became part of another, which answers it now."""

    plan = models.ForeignKey(Plan, models.PROTECT, db_index=False, related_name="+")
    report = models.ForeignKey(PlanReport, models.PROTECT, related_name="merged_from")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="plan_merged_report_once", fields=["plan", "report"]),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} of {self.plan_id}"


class PlanPart(models.Model):
    """What one body was asked to give to a plan: its link leads to that one item (¶24, ¶27)."""

    plan = models.ForeignKey(Plan, models.PROTECT, db_index=False, related_name="parts")
    number = models.PositiveIntegerField()
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    question = models.CharField(max_length=TEXT_LENGTH)
    wanted_by = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=PERSON_LENGTH)
    asked_name = models.CharField(max_length=NAME_LENGTH)
    answer = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    given_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="plan_part_number", fields=["plan", "number"]),
            models.CheckConstraint(
                name="plan_part_complete",
                condition=filled("question", "asked_by", "asked_name") & Q(number__gte=1),
            ),
            models.CheckConstraint(
                name="plan_part_given_pair", condition=both_or_neither("given_at", "given_by")
            ),
            models.CheckConstraint(
                name="plan_part_given_whole", condition=both_or_neither("given_at", "given_name", "answer")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="plan_part_open", fields=["party", "given_at"])
        ]

    def __str__(self) -> str:
        return f"Part {self.number} of {self.plan_id}"


class PlanAction(models.Model):
    """One thing that will be done: by whom, how it is measured, by when. Its first date is never lost."""

    plan = models.ForeignKey(Plan, models.PROTECT, db_index=False, related_name="actions")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=TEXT_LENGTH)
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", db_index=False, related_name="+")
    measure = models.CharField(max_length=TEXT_LENGTH)
    commissioned = models.BooleanField(default=False)
    first_due = models.DateField()
    due = models.DateField()
    progress = models.CharField(max_length=STATE_LENGTH, default=Progress.NOT_STARTED)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=PERSON_LENGTH)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="plan_action_number", fields=["plan", "number"]),
            models.CheckConstraint(
                name="plan_action_complete",
                condition=filled("text", "measure", "added_by") & Q(number__gte=1),
            ),
            models.CheckConstraint(
                name="plan_action_progress_known", condition=Q(progress__in=values(Progress))
            ),
            models.CheckConstraint(
                name="plan_action_withdrawn_pair", condition=both_or_neither("withdrawn_at", "withdrawn_by")
            ),
            models.CheckConstraint(
                name="plan_action_withdrawn_why",
                condition=both_or_neither("withdrawn_at", "withdrawn_reason"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="plan_action_due", fields=["due", "id"]),
            models.Index(name="plan_action_of_owner", fields=["owner", "due", "id"]),
        ]

    def __str__(self) -> str:
        return f"Action {self.number} of {self.plan_id}"


class MergedAction(models.Model):
    """Which number an action had in a plan that became part of another: its former address still finds it."""

    plan = models.ForeignKey(Plan, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    action = models.ForeignKey(PlanAction, models.PROTECT, related_name="merged_from")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="plan_merged_action_number", fields=["plan", "number"]),
            models.UniqueConstraint(name="plan_merged_action_once", fields=["plan", "action"]),
            models.CheckConstraint(name="plan_merged_action_counted", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Action {self.number} of {self.plan_id}"


class ActionRecommendation(models.Model):
    """That an action carries out a recommendation; each can have several of the other."""

    action = models.ForeignKey(PlanAction, models.PROTECT, db_index=False, related_name="carries")
    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="carried_by")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="plan_action_carries_once", fields=["action", "recommendation"]),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} by {self.action_id}"


class ActionProgress(models.Model):
    """What the owner said of an action one day. Never changed; a later entry stands beside it."""

    action = models.ForeignKey(PlanAction, models.PROTECT, related_name="entries")
    progress = models.CharField(max_length=STATE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH)
    evidence = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    made_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="plan_progress_complete", condition=filled("text", "made_by", "made_name")
            ),
            models.CheckConstraint(name="plan_progress_known", condition=Q(progress__in=values(Progress))),
            models.CheckConstraint(
                name="plan_progress_evidence", condition=~Q(progress=Progress.DONE) | ~Q(evidence="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.progress} of {self.action_id}"


class DateChange(models.Model):
    """A later or earlier date that an owner asked for, with its reason and the decision on it."""

    action = models.ForeignKey(PlanAction, models.PROTECT, db_index=False, related_name="changes")
    round = models.PositiveIntegerField()
    due_before = models.DateField()
    due_after = models.DateField()
    reason = models.CharField(max_length=TEXT_LENGTH)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=PERSON_LENGTH)
    asked_name = models.CharField(max_length=NAME_LENGTH)
    approved = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    decided_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    decision = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="plan_date_round", fields=["action", "round"]),
            models.UniqueConstraint(
                name="plan_date_one_open", fields=["action"], condition=Q(decided_at=None)
            ),
            models.CheckConstraint(
                name="plan_date_complete",
                condition=filled("reason", "asked_by", "asked_name")
                & Q(round__gte=1)
                & ~Q(due_after=F("due_before")),
            ),
            models.CheckConstraint(
                name="plan_date_decided_pair", condition=both_or_neither("decided_at", "decided_by")
            ),
            models.CheckConstraint(
                name="plan_date_decided_whole", condition=both_or_neither("decided_at", "decided_name")
            ),
            models.CheckConstraint(
                name="plan_date_decided",
                condition=Q(decided_at=None, approved=None, decision="")
                # A comparison with nothing is neither true nor false, and a CHECK lets that pass.
                | Q(decided_at__isnull=False, approved__isnull=False, approved=True)
                | (Q(decided_at__isnull=False, approved__isnull=False, approved=False) & ~Q(decision="")),
            ),
            models.CheckConstraint(name="plan_date_other_person", condition=~Q(decided_by=F("asked_by"))),
        ]

    def __str__(self) -> str:
        return f"Date {self.round} of {self.action_id}"


class PlanStep(models.Model):
    """Something that happened to a plan. Never changed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=STATE_LENGTH)
    target = models.CharField(max_length=STATE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    made_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="plan_step_complete", condition=filled("move", "target", "made_by", "made_name")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.plan_id}"
