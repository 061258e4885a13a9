"""Briefings: facts and texts round by round, clearance, copies for named people, decisions (D10, ¶20)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.briefings.models.base import (
    DIGEST_LENGTH,
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    STATE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.briefings.rules.briefings import BriefingState
from oversight.ledger.conditions import both_or_neither, filled, values

_CLEARED = [
    state.value
    for state in (BriefingState.CLEARED, BriefingState.SENT, BriefingState.DECIDED, BriefingState.CLOSED)
]
_NOT_CLEARED = [BriefingState.DRAFTING.value, BriefingState.CLEARANCE.value]
_SENT = [BriefingState.SENT.value, BriefingState.DECIDED.value, BriefingState.CLOSED.value]
_ENDED = [BriefingState.CLOSED.value, BriefingState.WITHDRAWN.value, BriefingState.SUPERSEDED.value]


class Briefing(models.Model):
    """A briefing to ministers. Its texts and facts are rounds; this row says where it stands."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    report = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    """Reference of the published report that it is on; empty when it is on none."""
    unit = models.ForeignKey(PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    marking = models.CharField(max_length=TITLE_LENGTH)
    state = models.CharField(max_length=STATE_LENGTH)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=PERSON_LENGTH)
    opened_name = models.CharField(max_length=NAME_LENGTH)
    asked_at = models.DateTimeField(null=True, blank=True)
    """When it was last sent for clearance."""
    asked_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    cleared_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    sent_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="briefing_complete",
                condition=filled("reference", "title", "marking", "opened_by", "opened_name")
                & Q(revision__gte=1),
            ),
            models.CheckConstraint(name="briefing_state_known", condition=Q(state__in=values(BriefingState))),
            models.CheckConstraint(
                name="briefing_asked_pair", condition=both_or_neither("asked_at", "asked_by")
            ),
            models.CheckConstraint(
                name="briefing_cleared_pair", condition=both_or_neither("cleared_at", "cleared_by")
            ),
            models.CheckConstraint(
                name="briefing_cleared_whole",
                condition=both_or_neither("cleared_at", "cleared_by", "cleared_name"),
            ),
            models.CheckConstraint(
                name="briefing_cleared_by_state",
                condition=(Q(state__in=_CLEARED) & Q(cleared_at__isnull=False))
                | (Q(state__in=_NOT_CLEARED) & Q(cleared_at=None))
                | Q(state__in=[BriefingState.WITHDRAWN.value, BriefingState.SUPERSEDED.value]),
            ),
            models.CheckConstraint(
                name="briefing_two_people", condition=Q(cleared_by="") | ~Q(cleared_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="briefing_sent_pair", condition=both_or_neither("sent_at", "sent_by")
            ),
            models.CheckConstraint(
                name="briefing_sent_whole", condition=both_or_neither("sent_at", "sent_by", "sent_name")
            ),
            models.CheckConstraint(
                name="briefing_sent_cleared",
                condition=Q(sent_at=None) | Q(cleared_at__isnull=False),
            ),
            models.CheckConstraint(
                name="briefing_sent_by_state",
                condition=(Q(state__in=_SENT) & Q(sent_at__isnull=False))
                | (Q(state__in=[*_NOT_CLEARED, BriefingState.CLEARED.value]) & Q(sent_at=None))
                | Q(state__in=[BriefingState.WITHDRAWN.value, BriefingState.SUPERSEDED.value]),
            ),
            models.CheckConstraint(
                name="briefing_ended_pair", condition=both_or_neither("ended_at", "ended_by")
            ),
            models.CheckConstraint(
                name="briefing_ended_by_state",
                condition=(Q(state__in=_ENDED) & Q(ended_at__isnull=False))
                | (~Q(state__in=_ENDED) & Q(ended_at=None)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="briefing_by_state", fields=["state", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class FactSheet(models.Model):
    """The record's facts as they were taken. Never changed; a later sheet stands beside it."""

    briefing = models.ForeignKey(Briefing, models.PROTECT, db_index=False, related_name="sheets")
    number = models.PositiveIntegerField()
    content = models.TextField()
    """Canonical text (``rules.facts``)."""
    digest = models.CharField(max_length=DIGEST_LENGTH)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=PERSON_LENGTH)
    taken_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="factsheet_number", fields=["briefing", "number"]),
            models.CheckConstraint(
                name="factsheet_complete",
                condition=filled("content", "digest", "taken_by", "taken_name") & Q(number__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"Facts {self.number} of {self.briefing_id}"


class BriefingRound(models.Model):
    """The text as someone saved it, with the facts it was written beside. Never changed."""

    briefing = models.ForeignKey(Briefing, models.PROTECT, db_index=False, related_name="rounds")
    number = models.PositiveIntegerField()
    sheet = models.ForeignKey(FactSheet, models.PROTECT, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    content = models.TextField()
    """Canonical text of its parts (``rules.briefings.text_of``)."""
    digest = models.CharField(max_length=DIGEST_LENGTH)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=PERSON_LENGTH)
    written_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="briefinground_number", fields=["briefing", "number"]),
            models.CheckConstraint(
                name="briefinground_complete",
                condition=filled("title", "content", "digest", "written_by", "written_name")
                & Q(number__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"Round {self.number} of {self.briefing_id}"


class BriefingStep(models.Model):
    """A step that was taken, and why. Never changed."""

    briefing = models.ForeignKey(Briefing, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=STATE_LENGTH)
    source = models.CharField(max_length=STATE_LENGTH, blank=True, default="")
    target = models.CharField(max_length=STATE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    event = models.PositiveBigIntegerField(null=True, blank=True)
    """What the arrangements were told by it; its page is ``/events/<id>``."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="briefingstep_complete",
                condition=filled("move", "made_by", "made_name") & Q(target__in=values(BriefingState)),
            ),
            models.CheckConstraint(
                name="briefingstep_with_reason",
                condition=~Q(move__in=["send_back", "revise", "withdraw", "supersede"]) | filled("text"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.briefing_id}"


class BriefingCopy(models.Model):
    """A copy for one named person. Withdrawn, it cannot be read any more; that it was given stays."""

    briefing = models.ForeignKey(Briefing, models.PROTECT, db_index=False, related_name="copies")
    round = models.ForeignKey(BriefingRound, models.PROTECT, related_name="+")
    person = models.CharField(max_length=PERSON_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=PERSON_LENGTH)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="briefingcopy_once",
                fields=["briefing", "person", "party"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="briefingcopy_complete", condition=filled("person", "name", "given_by")
            ),
            models.CheckConstraint(
                name="briefingcopy_withdrawn_pair", condition=both_or_neither("withdrawn_at", "withdrawn_by")
            ),
            models.CheckConstraint(
                name="briefingcopy_withdrawn_whole",
                condition=both_or_neither("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="briefingcopy_of_person", fields=["person", "-id"]),
        ]

    def __str__(self) -> str:
        return f"Copy of {self.briefing_id} for {self.person}"


class CopyReading(models.Model):
    """One reading of a copy. Never changed."""

    copy = models.ForeignKey(BriefingCopy, models.PROTECT, related_name="readings")
    form = models.CharField(max_length=STATE_LENGTH)
    """``page``, or the kind of file that was taken."""
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="copyreading_complete", condition=filled("form", "read_by")),
        ]

    def __str__(self) -> str:
        return f"Reading of {self.copy_id}"


class Decision(models.Model):
    """What was decided on a briefing. A later decision stands beside it. Never changed."""

    briefing = models.ForeignKey(Briefing, models.PROTECT, db_index=False, related_name="decisions")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=TEXT_LENGTH)
    decided_by = models.CharField(max_length=NAME_LENGTH)
    """Which minister or official, as it is said; no reference."""
    on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=PERSON_LENGTH)
    recorded_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="briefingdecision_number", fields=["briefing", "number"]),
            models.CheckConstraint(
                name="briefingdecision_complete",
                condition=filled("text", "decided_by", "recorded_by", "recorded_name") & Q(number__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"Decision {self.number} on {self.briefing_id}"
