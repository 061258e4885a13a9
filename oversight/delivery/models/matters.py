"""What happens on a contract, and every step of it (B3, ¶13, ¶25)."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.delivery.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
)
from oversight.delivery.models.contracts import Contract, ContractPeriod
from oversight.delivery.rules.contracts import WORKFLOWS, MatterKind
from oversight.ledger.conditions import filled


def _states() -> Q:
    """Hold a kind to the states of its workflow, and those that end to being ended."""
    fitting = [
        Q(kind=kind, ended=ends, state__in=[one.name for one in flow.states if one.ends is ends])
        for kind, flow in WORKFLOWS.items()
        for ends in (False, True)
    ]
    return reduce(or_, fitting)


class Matter(models.Model):
    """A lever, a change, a dispute, a concern, or an action of line management."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="matters")
    kind = models.CharField(max_length=WORD_LENGTH)
    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH)
    """What set a lever off, what a change is to be, what is disputed or of concern."""
    state = models.CharField(max_length=WORD_LENGTH)
    ended = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    lever = models.CharField(max_length=WORD_LENGTH, blank=True, default="")
    """Kind of lever; empty for everything else."""
    clause = models.CharField(max_length=TITLE_LENGTH, blank=True, default="")
    """Clause of the contract that gives the lever."""
    period = models.ForeignKey(ContractPeriod, models.PROTECT, null=True, blank=True, related_name="matters")
    """Period whose missed level set it off, where one did."""
    due = models.DateField(null=True, blank=True)
    recommendation = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    """Recommendation of the Inspectorate behind a concern, where there is one."""
    raised_on = models.DateField()
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=PERSON_LENGTH)
    raised_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="matter_complete",
                condition=filled("reference", "title", "text", "raised_by", "raised_name"),
            ),
            models.CheckConstraint(name="matter_state", condition=_states()),
            models.CheckConstraint(
                name="matter_lever",
                condition=(Q(kind=MatterKind.LEVER) & filled("lever", "clause"))
                | (~Q(kind=MatterKind.LEVER) & Q(lever="", clause="", due=None)),
            ),
            models.CheckConstraint(
                name="matter_served_due",
                condition=~Q(kind=MatterKind.LEVER, state__in=["served", "answered", "cured", "not_cured"])
                | Q(due__isnull=False),
            ),
            models.CheckConstraint(
                name="matter_recommendation", condition=Q(kind=MatterKind.CONCERN) | Q(recommendation="")
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class MatterMove(models.Model):
    """One step of it; the first is its being raised."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="moves")
    move = models.CharField(max_length=WORD_LENGTH)
    source = models.CharField(max_length=WORD_LENGTH, blank=True, default="")
    """State that it left; empty when it was raised."""
    target = models.CharField(max_length=WORD_LENGTH)
    on = models.DateField()
    account = models.CharField(max_length=TEXT_LENGTH)
    due = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    made_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="mattermove_complete",
                condition=filled("move", "target", "account", "made_by", "made_name"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} on {self.on}"
