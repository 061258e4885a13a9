"""Tables of plans that the planner proposes: what was asked, how far it is, what came of it (C4, ¶10(v))."""

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
    TITLE_LENGTH,
)
from oversight.programme.models.programmes import Programme
from oversight.programme.models.visits import Visit
from oversight.programme.rules.deciding import LineState, ProposalState


class Proposal(models.Model):
    """A plan that a body asked the planner for. Known to the planners of that body alone."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    first_day = models.DateField()
    """Monday of its first week."""
    weeks = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    moves_announced = models.BooleanField(default=False)
    changes = models.TextField(blank=True, default="")
    """What it supposes that is not so yet, in words; a line each."""
    asked = models.TextField(default="{}")
    """What was asked, in canonical JSON, so that it can be asked again with a change. Never changed."""
    problem = models.TextField()
    """The planning problem, in canonical JSON. Never changed."""
    digest = models.CharField(max_length=64)
    """Digest of the problem."""
    weights = models.CharField(max_length=SLUG_LENGTH, blank=True, default="")
    """Version of the published risk weights that it was worked out with; empty before there were any."""
    items = models.TextField()
    """What is known of each visit to be planned, in canonical JSON. Never changed."""
    aside = models.TextField(blank=True, default="")
    """References of visits that clash already and that it does not see, with a blank between them."""
    no_time = models.TextField(blank=True, default="")
    """Visits for which no week is left before their latest day, likewise."""
    outcome = models.TextField(blank=True, default="")
    """What the planner gave, in JSON, with its certificate. Never changed once it is there."""
    told = models.TextField(blank=True, default="")
    """What it says of the search, a line each."""
    advice = models.TextField(blank=True, default="")
    """Where something found no place: why none can, and what relaxing each rule would do; canonical JSON."""
    cost = models.BigIntegerField(null=True, blank=True)
    bound = models.BigIntegerField(null=True, blank=True)
    """The cost below which no plan can come, as far as it is proved."""
    state = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=PERSON_LENGTH)
    asked_name = models.CharField(max_length=NAME_LENGTH)
    stopped_at = models.DateTimeField(null=True, blank=True)
    """When someone asked it to stop; the best plan so far is kept."""
    stopped_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    """When nothing was left to decide, or it was set aside."""
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why it was set aside."""
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="proposal_complete",
                condition=filled("reference", "title", "problem", "digest", "items", "asked_by", "asked_name")
                & Q(state__in=values(ProposalState), weeks__gte=1, seconds__gte=1, revision__gte=1),
            ),
            models.CheckConstraint(
                name="proposal_outcome_by_state",
                condition=Q(state=ProposalState.WORKING.value, outcome="", advice="", cost=None, bound=None)
                | Q(state=ProposalState.NOTHING.value, cost=None) & ~Q(outcome="")
                | Q(state__in=[ProposalState.READY.value, ProposalState.DECIDED.value], cost__isnull=False)
                & ~Q(outcome="")
                | Q(state=ProposalState.ASIDE.value),
            ),
            models.CheckConstraint(
                name="proposal_bound_below", condition=Q(cost=None) | Q(bound=None) | Q(bound__lte=F("cost"))
            ),
            models.CheckConstraint(
                name="proposal_stopped_pair", condition=both_or_neither("stopped_at", "stopped_by")
            ),
            models.CheckConstraint(
                name="proposal_ended_pair", condition=both_or_neither("ended_at", "ended_by")
            ),
            models.CheckConstraint(
                name="proposal_ended_by_state",
                condition=Q(
                    state__in=[ProposalState.DECIDED.value, ProposalState.ASIDE.value], ended_at__isnull=False
                )
                | Q(
                    state__in=[
                        ProposalState.WORKING.value,
                        ProposalState.READY.value,
                        ProposalState.NOTHING.value,
                    ],
                    ended_at=None,
                ),
            ),
            models.CheckConstraint(
                name="proposal_aside_with_reason",
                condition=(Q(state=ProposalState.ASIDE.value) & ~Q(reason=""))
                | (~Q(state=ProposalState.ASIDE.value) & Q(reason="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="proposal_of_owner", fields=["owner", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class ProposedVisit(models.Model):
    """What a plan proposes for one visit: new days for one that is there, a new one, or none that fits."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, db_index=False, related_name="lines")
    number = models.PositiveIntegerField()
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="proposed")
    """The visit that is there already, or that was entered from this line; none before."""
    kind = models.CharField(max_length=SLUG_LENGTH)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    region = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    announced = models.BooleanField(default=False)
    """Whether its days were announced when the plan was made."""
    old_first = models.DateField(null=True, blank=True)
    old_last = models.DateField(null=True, blank=True)
    new_first = models.DateField(null=True, blank=True)
    new_last = models.DateField(null=True, blank=True)
    """None for both where no week fits."""
    visit_days = models.PositiveIntegerField()
    rating = models.CharField(max_length=SLUG_LENGTH, blank=True, default="")
    """Last published rating of the place."""
    score = models.PositiveIntegerField(null=True, blank=True)
    """Score of the place's risk picture; None for plans before there were any."""
    weight = models.PositiveIntegerField()
    """What a week of waiting costs, from that score."""
    why = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why no week fits; empty where one does."""
    state = models.CharField(max_length=20)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="proposedvisit_once", fields=["proposal", "number"]),
            models.CheckConstraint(
                name="proposedvisit_complete",
                condition=filled("kind") & Q(state__in=values(LineState), number__gte=1, visit_days__gte=1),
            ),
            models.CheckConstraint(
                name="proposedvisit_old_days",
                condition=Q(old_first=None, old_last=None, announced=False)
                | Q(old_first__isnull=False, old_last__gte=F("old_first")),
            ),
            models.CheckConstraint(
                name="proposedvisit_new_days",
                condition=(Q(new_first=None, new_last=None) & ~Q(why=""))
                | Q(new_first__isnull=False, new_last__gte=F("new_first"), why=""),
            ),
            models.CheckConstraint(
                name="proposedvisit_decided_pair", condition=both_or_neither("decided_at", "decided_by")
            ),
            models.CheckConstraint(
                name="proposedvisit_by_state",
                condition=Q(state=LineState.OPEN.value, decided_at=None, new_first__isnull=False)
                | Q(
                    state=LineState.ACCEPTED.value,
                    decided_at__isnull=False,
                    new_first__isnull=False,
                    visit__isnull=False,
                )
                | Q(state=LineState.DECLINED.value, decided_at__isnull=False)
                | Q(state=LineState.SAME.value, decided_at=None, new_first__isnull=False, visit__isnull=False)
                | Q(state=LineState.LEFT_OUT.value, decided_at=None, new_first=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.proposal_id}"
