"""Tables of the factual accuracy check: check, contributors, points, decisions, later dates (D6, ¶22).

A point keeps its number and stays in its table, whatever becomes of it.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from oversight.inspections.models.case import Inspection, _values
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH, _none_or_all
from oversight.inspections.models.files import StoredFile
from oversight.inspections.models.report import ReportVersion
from oversight.inspections.rules.accuracy_states import (
    CHECK_OPEN,
    DECIDED,
    IN_RESPONSE,
    AskState,
    CheckState,
    ExtensionState,
    PointKind,
    PointState,
)

ANCHOR_LENGTH: Final = 120
PLACE_LENGTH: Final = 300
_PARTY: Final = "parties.Party"
_STATE: Final = 20


def _whole(*prefixes: str) -> Q:
    """Hold that each act has its person, name included."""
    held = Q()
    for prefix in prefixes:
        held &= ~Q(**{f"{prefix}_by": ""}) & ~Q(**{f"{prefix}_name": ""})
    return held


def _only_in(field: str, *states: str) -> Q:
    """Hold a moment to the states in which it has come."""
    inside = Q(state__in=[str(state) for state in states])
    return (inside & Q(**{f"{field}__isnull": False})) | (~inside & Q(**{field: None}))


class AccuracyCheck(models.Model):
    """The factual accuracy check of one report."""

    inspection = models.OneToOneField(Inspection, models.PROTECT, related_name="accuracy_check")
    state = models.CharField(max_length=_STATE)
    first_draft = models.ForeignKey(ReportVersion, models.PROTECT, related_name="+")
    draft = models.ForeignKey(ReportVersion, models.PROTECT, related_name="+")
    """The version that is to be checked now."""
    sent_on = models.DateField()
    first_due = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=PERSON_LENGTH)
    sent_name = models.CharField(max_length=NAME_LENGTH)
    last_number = models.PositiveIntegerField(default=0)
    """Number of the latest point; a number is never given twice."""
    commissioned_on = models.DateField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    returned_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    returned_on = models.DateField(null=True, blank=True)
    nil = models.BooleanField(default=False)
    """Whether OSAG returned that nothing is inaccurate."""
    response = models.TextField(blank=True, default="")
    """What OSAG wrote with its response."""
    without_reason = models.TextField(blank=True, default="")
    """Why it was returned without a contributor who had not answered."""
    objections_settled_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="accuracycheck_state", condition=Q(state__in=_values(CheckState))),
            models.CheckConstraint(name="accuracycheck_complete", condition=_whole("sent")),
            models.CheckConstraint(
                name="accuracycheck_dates",
                condition=Q(first_due=None, due=None)
                | Q(first_due__gte=F("sent_on"), due__gte=F("first_due")),
            ),
            models.CheckConstraint(
                name="accuracycheck_commissioned",
                condition=Q(state=CheckState.SENT, commissioned_on=None)
                | (~Q(state=CheckState.SENT) & Q(commissioned_on__gte=F("sent_on"))),
            ),
            models.CheckConstraint(
                name="accuracycheck_returned",
                condition=_only_in("returned_at", CheckState.RETURNED, CheckState.CLOSED),
            ),
            models.CheckConstraint(
                name="accuracycheck_returned_pair", condition=_none_or_all("returned_at", "returned_by")
            ),
            models.CheckConstraint(
                name="accuracycheck_returned_whole",
                condition=_none_or_all("returned_at", "returned_name")
                & (
                    Q(returned_at=None, returned_on=None)
                    | Q(returned_at__isnull=False, returned_on__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="accuracycheck_said_when_returned",
                condition=Q(returned_at__isnull=False) | Q(nil=False, response="", without_reason=""),
            ),
            models.CheckConstraint(
                name="accuracycheck_closed", condition=_only_in("closed_at", CheckState.CLOSED)
            ),
            models.CheckConstraint(
                name="accuracycheck_closed_pair", condition=_none_or_all("closed_at", "closed_by")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="accuracycheck_open",
                fields=["due", "id"],
                condition=Q(state__in=sorted(map(str, CHECK_OPEN))),
            ),
        ]

    def __str__(self) -> str:
        return f"Accuracy check of {self.inspection_id}"


class AccuracyAsk(models.Model):
    """That a party was asked to check a draft, by a date of its own."""

    check_of = models.ForeignKey(AccuracyCheck, models.PROTECT, db_index=False, related_name="asks")
    party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    lineage = models.CharField(max_length=300)
    scope = models.TextField(blank=True, default="")
    """What they were asked to look at; empty for the whole draft."""
    state = models.CharField(max_length=_STATE)
    first_due = models.DateField()
    due = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=PERSON_LENGTH)
    asked_name = models.CharField(max_length=NAME_LENGTH)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    """Why they are not asked any more, or were not waited for."""
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="accuracyask_once",
                fields=["check_of", "party"],
                condition=~Q(state=AskState.WITHDRAWN),
            ),
            models.CheckConstraint(name="accuracyask_state", condition=Q(state__in=_values(AskState))),
            models.CheckConstraint(name="accuracyask_complete", condition=_whole("asked") & ~Q(lineage="")),
            models.CheckConstraint(
                name="accuracyask_ended_pair", condition=_none_or_all("ended_at", "ended_by")
            ),
            models.CheckConstraint(
                name="accuracyask_ended",
                condition=_only_in("ended_at", AskState.WITHDRAWN, AskState.MISSING),
            ),
            models.CheckConstraint(
                name="accuracyask_ended_why", condition=_none_or_all("ended_at", "reason")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="accuracyask_of_check", fields=["check_of", "due"]),
            models.Index(name="accuracyask_of_party", fields=["party", "state", "due"]),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.check_of_id}"


class AccuracyAnswer(models.Model):
    """One round of a contributor's answer: handed in, and perhaps sent back."""

    ask = models.ForeignKey(AccuracyAsk, models.PROTECT, db_index=False, related_name="answers")
    round = models.PositiveIntegerField()
    nil = models.BooleanField()
    note = models.TextField(blank=True, default="")
    handed_in_at = models.DateTimeField()
    handed_in_by = models.CharField(max_length=PERSON_LENGTH)
    handed_in_name = models.CharField(max_length=NAME_LENGTH)
    sent_back_at = models.DateTimeField(null=True, blank=True)
    sent_back_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    sent_back_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    sent_back_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="accuracyanswer_round", fields=["ask", "round"]),
            models.UniqueConstraint(
                name="accuracyanswer_one_stands", fields=["ask"], condition=Q(sent_back_at=None)
            ),
            models.CheckConstraint(
                name="accuracyanswer_complete", condition=_whole("handed_in") & Q(round__gte=1)
            ),
            models.CheckConstraint(
                name="accuracyanswer_back_pair", condition=_none_or_all("sent_back_at", "sent_back_by")
            ),
            models.CheckConstraint(
                name="accuracyanswer_back_whole",
                condition=_none_or_all("sent_back_at", "sent_back_name", "sent_back_reason"),
            ),
        ]

    def __str__(self) -> str:
        return f"Round {self.round} of {self.ask_id}"


class AccuracyPoint(models.Model):
    """One point about one passage of one version of a draft."""

    check_of = models.ForeignKey(AccuracyCheck, models.PROTECT, db_index=False, related_name="points")
    number = models.PositiveIntegerField()
    ask = models.ForeignKey(AccuracyAsk, models.PROTECT, related_name="points")
    draft = models.ForeignKey(ReportVersion, models.PROTECT, db_index=False, related_name="+")
    anchor = models.CharField(max_length=ANCHOR_LENGTH)
    place = models.PositiveIntegerField()
    """Which passage of the draft it is, counted from 1 over the whole report."""
    section = models.CharField(max_length=PLACE_LENGTH)
    passage_kind = models.CharField(max_length=_STATE)
    item = models.PositiveIntegerField(default=0)
    """Number of the data item it is about; 0 for none."""
    kind = models.CharField(max_length=_STATE)
    current = models.TextField(blank=True, default="")
    proposed = models.TextField(blank=True, default="")
    explanation = models.TextField(blank=True, default="")
    at_inspection = models.BooleanField(null=True, blank=True)
    standard = models.CharField(max_length=60, blank=True, default="")
    """Standard whose rating it is said to affect; empty for none."""
    evidence = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    evidence_page = models.CharField(max_length=PLACE_LENGTH, blank=True, default="")
    state = models.CharField(max_length=_STATE)
    in_response = models.BooleanField(default=False)
    """Whether it went to the Inspectorate, on its own or answered with another."""
    answered_with = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answers_for"
    )
    reason = models.TextField(blank=True, default="")
    """Why it was held back, merged or withdrawn."""
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=PERSON_LENGTH)
    written_name = models.CharField(max_length=NAME_LENGTH)
    moved_at = models.DateTimeField()
    moved_by = models.CharField(max_length=PERSON_LENGTH)
    moved_name = models.CharField(max_length=NAME_LENGTH)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="accuracypoint_number", fields=["check_of", "number"]),
            models.CheckConstraint(name="accuracypoint_state", condition=Q(state__in=_values(PointState))),
            models.CheckConstraint(name="accuracypoint_kind", condition=Q(kind__in=_values(PointKind))),
            models.CheckConstraint(
                name="accuracypoint_complete",
                condition=_whole("written", "moved") & ~Q(anchor="") & Q(number__gte=1, place__gte=1),
            ),
            models.CheckConstraint(
                name="accuracypoint_says_something",
                condition=~Q(proposed="") | Q(kind=PointKind.OBJECTION, item__gte=1) & ~Q(explanation=""),
            ),
            models.CheckConstraint(
                name="accuracypoint_merged",
                condition=(
                    Q(state=PointState.MERGED, answered_with__isnull=False) & ~Q(answered_with=F("id"))
                )
                | (~Q(state=PointState.MERGED) & Q(answered_with=None)),
            ),
            models.CheckConstraint(
                name="accuracypoint_in_response",
                condition=Q(state__in=[str(one) for one in IN_RESPONSE], in_response=True)
                | Q(state__in=[str(PointState.MERGED), str(PointState.WITHDRAWN)])
                | (
                    ~Q(
                        state__in=[
                            str(one) for one in (*IN_RESPONSE, PointState.MERGED, PointState.WITHDRAWN)
                        ]
                    )
                    & Q(in_response=False)
                ),
            ),
            models.CheckConstraint(
                name="accuracypoint_held_back_why",
                condition=~Q(state=PointState.HELD_BACK) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="accuracypoint_page_of_a_file",
                condition=Q(evidence_page="") | Q(evidence__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="accuracypoint_of_state", fields=["check_of", "state", "number"]),
            models.Index(name="accuracypoint_by_place", fields=["check_of", "place", "number"]),
        ]

    def __str__(self) -> str:
        return f"Point {self.number} of {self.check_of_id}"


class PointDecision(models.Model):
    """What the Inspectorate decided on a point, one round after another, and OSAG's disagreement with it."""

    point = models.ForeignKey(AccuracyPoint, models.PROTECT, db_index=False, related_name="decisions")
    round = models.PositiveIntegerField()
    decision = models.CharField(max_length=_STATE)
    reason = models.TextField(blank=True, default="")
    change = models.TextField(blank=True, default="")
    """What is to change in the report, for the one who writes it."""
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=PERSON_LENGTH)
    decided_name = models.CharField(max_length=NAME_LENGTH)
    disputed_at = models.DateTimeField(null=True, blank=True)
    disputed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    disputed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    dispute = models.TextField(blank=True, default="")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    reopened_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    reopened_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="pointdecision_round", fields=["point", "round"]),
            models.UniqueConstraint(
                name="pointdecision_one_stands", fields=["point"], condition=Q(reopened_at=None)
            ),
            models.CheckConstraint(
                name="pointdecision_complete",
                condition=_whole("decided") & Q(round__gte=1, decision__in=[str(one) for one in DECIDED]),
            ),
            models.CheckConstraint(
                name="pointdecision_why", condition=Q(decision=PointState.ACCEPTED) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="pointdecision_disputed_pair", condition=_none_or_all("disputed_at", "disputed_by")
            ),
            models.CheckConstraint(
                name="pointdecision_disputed_whole",
                condition=_none_or_all("disputed_at", "disputed_name", "dispute"),
            ),
            models.CheckConstraint(
                name="pointdecision_reopened_pair", condition=_none_or_all("reopened_at", "reopened_by")
            ),
            models.CheckConstraint(
                name="pointdecision_reopened_whole",
                condition=_none_or_all("reopened_at", "reopened_name", "reopened_reason"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} for {self.point_id}"


class DateProposal(models.Model):
    """A later date for the check that one side proposed and the other agrees to or declines (¶32)."""

    check_of = models.ForeignKey(AccuracyCheck, models.PROTECT, db_index=False, related_name="proposals")
    side = models.CharField(max_length=4)
    until = models.DateField()
    before = models.DateField(null=True, blank=True)
    """The check's date when it was proposed."""
    reason = models.TextField()
    state = models.CharField(max_length=_STATE)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=PERSON_LENGTH)
    proposed_name = models.CharField(max_length=NAME_LENGTH)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    answered_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dateproposal_once", fields=["check_of", "until"]),
            models.UniqueConstraint(
                name="dateproposal_one_open", fields=["check_of"], condition=Q(state=ExtensionState.PROPOSED)
            ),
            models.CheckConstraint(name="dateproposal_state", condition=Q(state__in=_values(ExtensionState))),
            models.CheckConstraint(name="dateproposal_side", condition=Q(side__in=["osag", "hmip"])),
            models.CheckConstraint(
                name="dateproposal_complete", condition=_whole("proposed") & ~Q(reason="")
            ),
            models.CheckConstraint(
                name="dateproposal_later", condition=Q(before=None) | Q(until__gt=F("before"))
            ),
            models.CheckConstraint(
                name="dateproposal_answered_pair", condition=_none_or_all("answered_at", "answered_by")
            ),
            models.CheckConstraint(
                name="dateproposal_answered",
                condition=_none_or_all("answered_at", "answered_name")
                & _only_in(
                    "answered_at", ExtensionState.AGREED, ExtensionState.DECLINED, ExtensionState.WITHDRAWN
                ),
            ),
            models.CheckConstraint(
                name="dateproposal_declined_why",
                condition=~Q(state=ExtensionState.DECLINED) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.until} for {self.check_of_id}"
