"""Tables of visits: where each stands, all its days, teams and people, and what is closed (C2, ¶28)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.ledger.conditions import both_or_neither, filled, values
from oversight.programme.models.base import (
    LINEAGE_LENGTH,
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    SLUG_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.programme.models.programmes import Programme
from oversight.programme.rules.visits import ACTIVE, MOST_VISIT_DAYS, VisitState


class Visit(models.Model):
    """One visit by one body to one place.

    Its reference is drawn at random: numbers in order would tell that others lie between two that one sees.
    """

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    keeper = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    """Party that enters it here and answers for it: the owner, or one that the owner told of it."""
    kind = models.CharField(max_length=SLUG_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    place = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    place_lineage = models.CharField(max_length=LINEAGE_LENGTH)
    region = models.ForeignKey(
        PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+"
    )
    """Its region; of a place that the register does not hold, the one it concerns, if there is one."""
    site = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    """Name of a place that the register does not hold; ``place`` is then the body that answers for it."""
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="visits_of_it"
    )
    source = models.CharField(max_length=120, blank=True, default="")
    """Reference of the case that keeps its days; empty when they are kept here."""
    state = models.CharField(max_length=20)
    held_from = models.CharField(max_length=20, blank=True, default="")
    """State in which it was put on hold; empty when it is not."""
    first_day = models.DateField()
    last_day = models.DateField()
    visit_days = models.PositiveIntegerField()
    """Days of all visitors on site added up."""
    shared_at = models.DateTimeField(null=True, blank=True)
    shared_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    announced_at = models.DateTimeField(null=True, blank=True)
    announced_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    sequence = models.PositiveIntegerField(default=0)
    """Counts changes that calendars have to be told of."""
    changed_at = models.DateTimeField()
    """When it last changed so."""
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=PERSON_LENGTH)
    salt = models.CharField(max_length=64)
    """Drawn at random; makes the digest of its facts in the record tell nothing."""
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="visit_complete",
                condition=filled("reference", "kind", "title", "place_lineage", "entered_by", "salt")
                & Q(state__in=values(VisitState), revision__gte=1),
            ),
            models.CheckConstraint(
                name="visit_in_a_region_or_named", condition=Q(region__isnull=False) | filled("site")
            ),
            models.CheckConstraint(name="visit_days_in_order", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(
                name="visit_days_possible",
                condition=Q(visit_days__gte=1, visit_days__lte=MOST_VISIT_DAYS),
            ),
            models.CheckConstraint(
                name="visit_shared_pair", condition=both_or_neither("shared_at", "shared_by")
            ),
            models.CheckConstraint(
                name="visit_announced_pair", condition=both_or_neither("announced_at", "announced_by")
            ),
            models.CheckConstraint(
                name="visit_held_from_a_state",
                condition=Q(state=VisitState.HELD.value, held_from__in=[str(one) for one in ACTIVE])
                | (~Q(state=VisitState.HELD.value) & Q(held_from="")),
            ),
            models.CheckConstraint(
                name="visit_known_by_state",
                condition=Q(state=VisitState.PLANNED.value, shared_at=None, announced_at=None)
                | Q(state=VisitState.SHARED.value, shared_at__isnull=False, announced_at=None)
                | Q(state__in=[VisitState.ANNOUNCED.value, VisitState.DONE.value], announced_at__isnull=False)
                | Q(state__in=[VisitState.HELD.value, VisitState.CANCELLED.value]),
            ),
            models.UniqueConstraint(
                name="visit_once_for_a_case", fields=["source", "place"], condition=~Q(source="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="visit_by_day", fields=["first_day", "id"]),
            models.Index(name="visit_of_region", fields=["region", "first_day", "id"]),
            models.Index(name="visit_of_place", fields=["place", "first_day", "id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class VisitRound(models.Model):
    """The days of a visit as they were set, the first and every later ones. Never changed."""

    visit = models.ForeignKey(Visit, models.PROTECT, db_index=False, related_name="rounds")
    number = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    visit_days = models.PositiveIntegerField()
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    known = models.BooleanField(default=False)
    """Whether those who are visited knew of these days: set after it was announced, or standing then."""
    exchanged = models.BooleanField(default=False)
    """Whether the other body's planners knew of them."""
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=PERSON_LENGTH)
    set_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="visitround_once", fields=["visit", "number"]),
            models.CheckConstraint(
                name="visitround_complete",
                condition=filled("set_by", "set_name")
                & Q(number__gte=1, last_day__gte=F("first_day"), visit_days__gte=1),
            ),
            models.CheckConstraint(
                name="visitround_later_with_reason",
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.visit_id}"


class VisitStep(models.Model):
    """A step of a visit, as its page tells it. Never changed."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=30)
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    known = models.BooleanField(default=False)
    """Whether it was taken once the visit was announced; earlier ones stay with its planners."""
    exchanged = models.BooleanField(default=False)
    """Whether it was taken once the visit was shared with the other body's planners."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="visitstep_complete", condition=filled("move", "made_by", "made_name")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.visit_id}"


class VisitTeam(models.Model):
    """A team that makes a visit, until it is taken off it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="teams")
    team = models.CharField(max_length=SLUG_LENGTH)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="visitteam_once", fields=["visit", "team"], condition=Q(left_at=None)
            ),
            models.CheckConstraint(
                name="visitteam_left_pair", condition=both_or_neither("left_at", "left_by")
            ),
            models.CheckConstraint(name="visitteam_complete", condition=filled("team")),
        ]

    def __str__(self) -> str:
        return f"{self.team} of {self.visit_id}"


class VisitPerson(models.Model):
    """Someone who goes on a visit, until they are taken off it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="people")
    person = models.CharField(max_length=PERSON_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        verbose_name_plural = "visit people"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="visitperson_once", fields=["visit", "person"], condition=Q(left_at=None)
            ),
            models.CheckConstraint(
                name="visitperson_left_pair", condition=both_or_neither("left_at", "left_by")
            ),
            models.CheckConstraint(name="visitperson_complete", condition=filled("person", "name")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="visitperson_of_person", fields=["person"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.visit_id}"


class Closure(models.Model):
    """Weeks that a body closed for its own visits, or that a place said are hard for it (¶28)."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    party_lineage = models.CharField(max_length=LINEAGE_LENGTH)
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=TEXT_LENGTH)
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=PERSON_LENGTH)
    closed_name = models.CharField(max_length=NAME_LENGTH)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="closure_complete",
                condition=filled("reference", "party_lineage", "reason", "closed_by", "closed_name"),
            ),
            models.CheckConstraint(name="closure_days_in_order", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(
                name="closure_lifted_pair", condition=both_or_neither("lifted_at", "lifted_by")
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class BurdenNote(models.Model):
    """Hours of work that a request for information costs a place, as an area above told them (¶10(iv))."""

    place = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    place_lineage = models.CharField(max_length=LINEAGE_LENGTH)
    body = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    source = models.CharField(max_length=120)
    """Reference of the request."""
    title = models.CharField(max_length=TITLE_LENGTH)
    on = models.DateField()
    hours = models.DecimalField(max_digits=7, decimal_places=2)
    round = models.PositiveIntegerField(default=1)
    current = models.BooleanField(default=True)
    """Whether no later round took its place."""
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="burdennote_round_once", fields=["source", "place", "round"]),
            models.UniqueConstraint(
                name="burdennote_one_current", fields=["source", "place"], condition=Q(current=True)
            ),
            models.CheckConstraint(
                name="burdennote_complete",
                condition=filled("place_lineage", "source", "title", "noted_by")
                & Q(hours__gte=0, round__gte=1),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="burdennote_of_place", fields=["place", "on"]),
        ]

    def __str__(self) -> str:
        return f"{self.source} of {self.place_id}"
