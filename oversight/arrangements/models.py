"""Tables of the arrangements: texts, what happened, what is owed because of it, questions on missed duties.

The duties are derived: their tables equal, at any time, what ``rules.replay.duties`` gives for the events.
They are kept so that a page of them is one index scan. Parties are linked by code, which never changes.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from oversight.arrangements.rules.accountability import QueryState
from oversight.arrangements.rules.facts import Basis, Force

UNDATED: Final = date(9999, 12, 31)
"""Stands in for "no date" where duties are ordered, so that those without one come last in an index."""

REFERENCE_LENGTH: Final = 100
TEXT_LENGTH: Final = 2000

_PARTY = "parties.Party"


def _values(enumeration: type[StrEnum]) -> list[str]:
    return [member.value for member in enumeration]


def _whole(prefix: str, *others: str) -> Q:
    """Hold when, by whom and what belongs to it together: all or none."""
    none = Q(**{f"{prefix}_at": None, f"{prefix}_by": ""})
    every = Q(**{f"{prefix}_at__isnull": False}) & ~Q(**{f"{prefix}_by": ""})
    for other in others:
        none &= Q(**{other: ""})
        every &= ~Q(**{other: ""})
    return none | every


def _pair(prefix: str) -> Q:
    return _whole(prefix)


class ArrangementVersion(models.Model):
    """A text of arrangements, whole as it was loaded. A later text stands beside it."""

    identifier = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=400)
    effective_from = models.DateField()
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    adopted_at = models.DateTimeField()
    adopted_by = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="arrangementversion_complete",
                condition=~Q(identifier="") & ~Q(text="") & ~Q(digest="") & ~Q(adopted_by=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Event(models.Model):
    """Something recorded as having happened. Never removed: one recorded in error is withdrawn."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=60, blank=True, default="")
    about = models.CharField(max_length=REFERENCE_LENGTH)
    happened_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    unit = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    unit_lineage = models.CharField(max_length=300, blank=True, default="")
    """Where the unit belonged when this was recorded: later moves of units change no duty."""
    addressee = models.ForeignKey(
        _PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+"
    )
    addressee_lineage = models.CharField(max_length=300, blank=True, default="")
    recorder = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    recorder_lineage = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=100)
    recorded_name = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=100, blank=True, default="")
    withdrawn_name = models.CharField(max_length=200, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)
    """Counts changes, so that an act on an older sight of this row is refused."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="event_complete",
                condition=~Q(name="") & ~Q(about="") & ~Q(recorded_by="") & ~Q(recorder_lineage=""),
            ),
            models.CheckConstraint(
                name="event_unit_whole",
                condition=Q(unit=None, unit_lineage="") | (Q(unit__isnull=False) & ~Q(unit_lineage="")),
            ),
            models.CheckConstraint(
                name="event_addressee_whole",
                condition=Q(addressee=None, addressee_lineage="")
                | (Q(addressee__isnull=False) & ~Q(addressee_lineage="")),
            ),
            models.CheckConstraint(
                name="event_until_after_its_day",
                condition=Q(until=None) | Q(until__gte=F("happened_on")),
            ),
            models.CheckConstraint(name="event_withdrawn_whole", condition=_pair("withdrawn")),
            models.CheckConstraint(
                name="event_withdrawn_with_reason",
                condition=_whole("withdrawn", "withdrawn_reason", "withdrawn_name"),
            ),
            models.CheckConstraint(
                name="event_withdrawn_after_recording",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("recorded_at")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="event_of_a_case", fields=["about", "happened_on", "id"]),
            models.Index(name="event_latest", fields=["-recorded_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} about {self.about}"


_OPEN: Final = Q(met_on=None, withdrawn=False)


class Duty(models.Model):
    """What one party owes because of one event: written only by replaying the record."""

    opened_by = models.ForeignKey(Event, models.PROTECT, related_name="opened")
    arrangement = models.CharField(max_length=60)
    bearer = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", db_index=False, related_name="+")
    version = models.ForeignKey(
        ArrangementVersion, models.PROTECT, to_field="identifier", related_name="duties"
    )
    about = models.CharField(max_length=REFERENCE_LENGTH, db_index=True)
    kind = models.CharField(max_length=60, blank=True, default="")
    unit = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    paragraph = models.CharField(max_length=10)
    paragraph_number = models.PositiveSmallIntegerField()
    force = models.CharField(max_length=10)
    counterparts = models.JSONField()
    opened_on = models.DateField()
    first_due = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    due_order = models.DateField()
    """The due date, or ``UNDATED``."""
    counted_on = models.DateField()
    """The day whose quarter it counts in: the due date, or with no date the day it began."""
    basis = models.CharField(max_length=10)
    steps = models.JSONField()
    met_on = models.DateField(null=True, blank=True)
    met_by = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="met")
    withdrawn = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "duties"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="duty_once", fields=["opened_by", "arrangement", "bearer"]),
            models.CheckConstraint(name="duty_force_known", condition=Q(force__in=_values(Force))),
            models.CheckConstraint(name="duty_basis_known", condition=Q(basis__in=_values(Basis))),
            models.CheckConstraint(
                name="duty_cites_a_paragraph",
                condition=~Q(paragraph="") & Q(paragraph_number__gte=1) & ~Q(arrangement="") & ~Q(about=""),
            ),
            models.CheckConstraint(
                name="duty_date_has_a_basis",
                condition=Q(due=None, basis=Basis.NONE) | (Q(due__isnull=False) & ~Q(basis=Basis.NONE)),
            ),
            models.CheckConstraint(
                name="duty_order_is_its_date",
                condition=Q(due=None, due_order=UNDATED) | (Q(due__isnull=False) & Q(due_order=F("due"))),
            ),
            models.CheckConstraint(
                name="duty_counts_on_its_date",
                condition=Q(due=None) & Q(counted_on=F("opened_on"))
                | (Q(due__isnull=False) & Q(counted_on=F("due"))),
            ),
            models.CheckConstraint(
                name="duty_met_whole",
                condition=Q(met_on=None, met_by=None) | Q(met_on__isnull=False, met_by__isnull=False),
            ),
            models.CheckConstraint(
                name="duty_met_after_it_began", condition=Q(met_on=None) | Q(met_on__gte=F("opened_on"))
            ),
            models.CheckConstraint(
                name="duty_withdrawn_is_not_met", condition=Q(withdrawn=False) | Q(met_on=None)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="duty_by_date", fields=["due_order", "id"]),
            models.Index(name="duty_open_by_date", fields=["due_order", "id"], condition=_OPEN),
            models.Index(name="duty_open_of_bearer", fields=["bearer", "due_order", "id"], condition=_OPEN),
            models.Index(name="duty_of_bearer", fields=["bearer", "due_order", "id"]),
            models.Index(name="duty_of_paragraph", fields=["paragraph_number", "due_order", "id"]),
            models.Index(name="duty_by_opening", fields=["opened_on", "id"]),
            models.Index(name="duty_by_force", fields=["force", "due_order", "id"]),
            models.Index(name="duty_open_by_force", fields=["force", "due_order", "id"], condition=_OPEN),
            models.Index(name="duty_of_arrangement", fields=["arrangement", "due_order", "id"]),
            models.Index(name="duty_counted", fields=["counted_on", "id"]),
            models.Index(
                name="duty_met_by_date",
                fields=["due_order", "id"],
                condition=Q(met_on__isnull=False),
            ),
            models.Index(
                name="duty_withdrawn_by_date", fields=["due_order", "id"], condition=Q(withdrawn=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrangement} owed by {self.bearer_id}"


class DutyParty(models.Model):
    """That a duty concerns a party: as bearer, as counterpart, as the unit, or as one that these belong to.

    It repeats the order and whether the duty is open, so that "what is owed to us" is one index scan.
    """

    duty = models.ForeignKey(Duty, models.PROTECT, db_index=False, related_name="parties")
    party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", db_index=False, related_name="+")
    owed = models.BooleanField()
    """Whether it is owed to this party."""
    direct = models.BooleanField()
    """Whether it concerns the party itself, and not only one below it."""
    due_order = models.DateField()
    open = models.BooleanField()

    class Meta:
        verbose_name_plural = "duty parties"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dutyparty_once", fields=["duty", "party"]),
            models.CheckConstraint(name="dutyparty_owed_is_direct", condition=Q(owed=False) | Q(direct=True)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="dutyparty_seen", fields=["party", "due_order", "duty"]),
            models.Index(
                name="dutyparty_open", fields=["party", "due_order", "duty"], condition=Q(open=True)
            ),
            models.Index(
                name="dutyparty_owed",
                fields=["party", "due_order", "duty"],
                condition=Q(open=True, owed=True),
            ),
        ]

    def __str__(self) -> str:
        return f"duty {self.duty_id} and {self.party_id}"


_ASKED: Final = Q(answered_at=None, returned_at=None, closed_at=None)
_STATES: Final = (
    Q(state=QueryState.ASKED) & _ASKED
    | Q(state=QueryState.ANSWERED, answered_at__isnull=False, returned_at=None, closed_at=None)
    | Q(state=QueryState.RETURNED, answered_at__isnull=False, returned_at__isnull=False, closed_at=None)
    | Q(state=QueryState.CLOSED, returned_at=None, closed_at__isnull=False)
)


class DutyQuery(models.Model):
    """One round of a question on a duty: asked, answered, then closed or sent back as the next round."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="queries")
    asker = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    round = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    question = models.CharField(max_length=TEXT_LENGTH)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    asked_name = models.CharField(max_length=200)
    answer = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=100, blank=True, default="")
    answered_name = models.CharField(max_length=200, blank=True, default="")
    returned_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.CharField(max_length=100, blank=True, default="")
    closed_note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=100, blank=True, default="")
    closed_name = models.CharField(max_length=200, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "duty queries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dutyquery_round_once", fields=["duty", "asker", "round"]),
            models.UniqueConstraint(
                name="dutyquery_one_open",
                fields=["duty", "asker"],
                condition=Q(state__in=[QueryState.ASKED, QueryState.ANSWERED]),
            ),
            models.CheckConstraint(name="dutyquery_state_is_its_facts", condition=_STATES),
            models.CheckConstraint(name="dutyquery_answered_pair", condition=_pair("answered")),
            models.CheckConstraint(name="dutyquery_returned_pair", condition=_pair("returned")),
            models.CheckConstraint(name="dutyquery_closed_pair", condition=_pair("closed")),
            models.CheckConstraint(
                name="dutyquery_answered_whole", condition=_whole("answered", "answer", "answered_name")
            ),
            models.CheckConstraint(
                name="dutyquery_returned_whole", condition=_whole("returned", "returned_reason")
            ),
            models.CheckConstraint(
                name="dutyquery_closed_whole", condition=_whole("closed", "closed_note", "closed_name")
            ),
            models.CheckConstraint(
                name="dutyquery_asks", condition=~Q(question="") & ~Q(asked_by="") & Q(round__gte=1)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="dutyquery_open",
                fields=["asked_at", "id"],
                condition=Q(state__in=[QueryState.ASKED, QueryState.ANSWERED]),
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.round} on duty {self.duty_id} by {self.asker_id}"
