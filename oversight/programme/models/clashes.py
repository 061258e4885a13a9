"""Tables of clashes: what was found, whose visits, and what each body said (C2, ¶28)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.ledger.conditions import both_or_neither, filled, values
from oversight.programme.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    SLUG_LENGTH,
    TEXT_LENGTH,
)
from oversight.programme.models.visits import Closure, Visit
from oversight.programme.rules.limits import Force
from oversight.programme.rules.settling import ClashState, Outcome


class Clash(models.Model):
    """A rule that a visit breaks, alone or with others."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="clashes")
    """The visit whose days were entered when it was found."""
    closure = models.ForeignKey(Closure, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.CharField(max_length=SLUG_LENGTH)
    rules_version = models.PositiveIntegerField()
    force = models.CharField(max_length=10)
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20, blank=True, default="")
    """What was proposed or agreed; empty while nobody proposed anything, or when it went by itself."""
    proposer = models.ForeignKey(
        PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+"
    )
    event = models.PositiveBigIntegerField(null=True, blank=True)
    """The event of the arrangements that it recorded, once all its visits were announced."""
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=PERSON_LENGTH)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "clashes"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="clash_complete",
                condition=filled("reference", "rule", "found_by")
                & Q(
                    state__in=values(ClashState),
                    force__in=values(Force),
                    rules_version__gte=1,
                    last_day__gte=F("first_day"),
                ),
            ),
            models.CheckConstraint(
                name="clash_outcome_by_state",
                condition=Q(state=ClashState.FOUND.value, outcome="", proposer=None)
                | Q(
                    state__in=[ClashState.PROPOSED.value, ClashState.SETTLED.value],
                    outcome__in=values(Outcome),
                    proposer__isnull=False,
                )
                | Q(state=ClashState.GONE.value, outcome="", proposer=None),
            ),
            models.CheckConstraint(
                name="clash_ended_pair", condition=both_or_neither("ended_at", "ended_by")
            ),
            models.CheckConstraint(
                name="clash_ended_by_state",
                condition=Q(
                    state__in=[ClashState.SETTLED.value, ClashState.GONE.value], ended_at__isnull=False
                )
                | Q(state__in=[ClashState.FOUND.value, ClashState.PROPOSED.value], ended_at=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="clash_by_state", fields=["state", "-found_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class ClashVisit(models.Model):
    """Another visit that has a part in a clash. Never changed."""

    clash = models.ForeignKey(Clash, models.PROTECT, db_index=False, related_name="others")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="clashes_with")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="clashvisit_once", fields=["clash", "visit"]),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} in {self.clash_id}"


class ClashParty(models.Model):
    """A body that was told of a clash and has a say in it. Never changed."""

    clash = models.ForeignKey(Clash, models.PROTECT, db_index=False, related_name="parties")
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        verbose_name_plural = "clash parties"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="clashparty_once", fields=["clash", "party"]),
            models.CheckConstraint(name="clashparty_told", condition=filled("told_by")),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.clash_id}"


class ClashStep(models.Model):
    """What a body said about a clash. Never changed."""

    clash = models.ForeignKey(Clash, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=30)
    outcome = models.CharField(max_length=20, blank=True, default="")
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    made_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="clashstep_complete",
                condition=filled("move", "made_by", "made_name") & Q(outcome__in=["", *values(Outcome)]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.clash_id}"
