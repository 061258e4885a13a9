"""Issues that recur across units, the findings behind them and every step (B5, ¶14)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.intelligence.models.checks import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    TEXT_LENGTH,
    WORD_LENGTH,
)
from oversight.intelligence.models.items import Item
from oversight.intelligence.rules.recurring import KNOWN, LIVE, IssueState
from oversight.ledger.conditions import filled, values

#: As long as the register keeps them.
RATING_LENGTH = 50
_LIVE = [str(one) for one in LIVE]


class Issue(models.Model):
    """A concern that recurs on a theme: one at a time of each."""

    theme = models.CharField(max_length=WORD_LENGTH)
    state = models.CharField(max_length=WORD_LENGTH, default=IssueState.PROPOSED)
    title = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    """What OSAG calls it, once confirmed."""
    summary = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """What OSAG says of it to the others, once confirmed."""
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    """Day by which its owner is to have dealt with it."""
    least_units = models.PositiveIntegerField()
    within_months = models.PositiveIntegerField()
    """The rule by which it was proposed."""
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=PERSON_LENGTH)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="issue_one_live", fields=["theme"], condition=Q(state__in=_LIVE)),
            models.CheckConstraint(name="issue_state_known", condition=Q(state__in=values(IssueState))),
            models.CheckConstraint(name="issue_complete", condition=filled("theme", "proposed_by")),
            models.CheckConstraint(
                name="issue_said_once_known",
                condition=(Q(state__in=[str(one) for one in KNOWN]) & ~Q(title="") & ~Q(summary=""))
                | Q(state__in=[str(IssueState.PROPOSED), str(IssueState.SET_ASIDE)], title="", summary=""),
            ),
            models.CheckConstraint(
                name="issue_owned",
                condition=Q(
                    state__in=[str(IssueState.OWNED), str(IssueState.REPORTED), str(IssueState.CLOSED)],
                    owner__isnull=False,
                    due_on__isnull=False,
                )
                | Q(
                    state__in=[
                        str(IssueState.PROPOSED),
                        str(IssueState.SET_ASIDE),
                        str(IssueState.CONFIRMED),
                    ],
                    owner=None,
                    due_on=None,
                ),
            ),
            models.CheckConstraint(
                name="issue_rule", condition=Q(least_units__gte=1, within_months__gte=1, revision__gte=1)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(name="issue_by_state", fields=["state", "-id"])]

    def __str__(self) -> str:
        return self.title or self.theme


class Evidence(models.Model):
    """A finding behind an issue, in the round that it had then."""

    issue = models.ForeignKey(Issue, models.PROTECT, db_index=False, related_name="evidence")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="issueevidence_once", fields=["issue", "item"]),
            models.CheckConstraint(name="issueevidence_round", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} behind {self.issue_id}"


class RatedEvidence(models.Model):
    """A published rating of a standard behind an issue, as it was then."""

    issue = models.ForeignKey(Issue, models.PROTECT, db_index=False, related_name="rated")
    reference = models.CharField(max_length=NAME_LENGTH)
    """Permanent reference of the published inspection."""
    standard = models.CharField(max_length=RATING_LENGTH)
    unit = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    rating = models.CharField(max_length=RATING_LENGTH)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "rated evidence"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="issuerating_once", fields=["issue", "reference", "standard"]),
            models.CheckConstraint(
                name="issuerating_complete", condition=filled("reference", "standard", "rating")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} behind {self.issue_id}"


class IssueStep(models.Model):
    """What someone did with an issue. Never changed."""

    issue = models.ForeignKey(Issue, models.PROTECT, db_index=False, related_name="steps")
    revision = models.PositiveIntegerField()
    act = models.CharField(max_length=WORD_LENGTH)
    source = models.CharField(max_length=WORD_LENGTH)
    target = models.CharField(max_length=WORD_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH)
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=PERSON_LENGTH)
    taken_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="issuestep_numbered", fields=["issue", "revision"]),
            models.CheckConstraint(
                name="issuestep_complete", condition=filled("act", "text", "taken_by", "taken_name")
            ),
            models.CheckConstraint(
                name="issuestep_states",
                condition=Q(source__in=values(IssueState), target__in=values(IssueState)),
            ),
            models.CheckConstraint(
                name="issuestep_owner_named",
                condition=(Q(act="name_owner", owner__isnull=False, due_on__isnull=False))
                | (~Q(act="name_owner") & Q(owner=None, due_on=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.act
