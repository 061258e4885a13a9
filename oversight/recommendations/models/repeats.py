"""Pairs of recommendations that may repeat each other, and what people decided of each (E7, ¶23)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.ledger.conditions import filled, values
from oversight.recommendations.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    STATE_LENGTH,
    TEXT_LENGTH,
)
from oversight.recommendations.models.recommendation import Recommendation
from oversight.recommendations.rules.repeats import RepeatState

_DECIDED = [RepeatState.CONFIRMED.value, RepeatState.REJECTED.value]


class Repeat(models.Model):
    """That one recommendation may repeat an earlier one of another report. Kept whatever is decided.

    The service suggests it; or a person puts the two together and confirms it at once.
    """

    earlier = models.ForeignKey(Recommendation, models.PROTECT, db_index=False, related_name="repeated_by")
    later = models.ForeignKey(Recommendation, models.PROTECT, db_index=False, related_name="repeats")
    likeness = models.PositiveSmallIntegerField(null=True)
    """How alike their words are, from 0 to 100; nothing for a pair that a person put together."""
    same_theme = models.BooleanField()
    suggested_at = models.DateTimeField()
    state = models.CharField(max_length=STATE_LENGTH, default=RepeatState.SUGGESTED)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="rec_repeat_once", fields=["later", "earlier"]),
            models.CheckConstraint(name="rec_repeat_of_another", condition=~Q(earlier=F("later"))),
            models.CheckConstraint(name="rec_repeat_state", condition=Q(state__in=values(RepeatState))),
            models.CheckConstraint(name="rec_repeat_likeness", condition=Q(likeness__lte=100)),
            models.CheckConstraint(
                name="rec_repeat_suggested_is_measured",
                condition=~Q(state=RepeatState.SUGGESTED.value) | Q(likeness__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="rec_repeat_earlier", fields=["earlier", "state"]),
            models.Index(name="rec_repeat_waiting", fields=["state", "-likeness", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.later_id} repeats {self.earlier_id}: {self.state}"


class RepeatDecision(models.Model):
    """What someone decided of a pair. Never changed; a later decision stands beside it."""

    repeat = models.ForeignKey(Repeat, models.PROTECT, db_index=False, related_name="decisions")
    round = models.PositiveIntegerField()
    state = models.CharField(max_length=STATE_LENGTH)
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)
    made_party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="rec_repeat_round", fields=["repeat", "round"]),
            models.CheckConstraint(
                name="rec_repeat_decision_complete",
                condition=filled("made_by", "made_name") & Q(round__gte=1, state__in=_DECIDED),
            ),
            models.CheckConstraint(
                name="rec_repeat_reason", condition=Q(state=RepeatState.CONFIRMED) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} of {self.repeat_id}"


class Compared(models.Model):
    """That a recommendation was compared with all that there were, so that none is asked about twice."""

    recommendation = models.OneToOneField(Recommendation, models.PROTECT, related_name="compared")
    compared_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.recommendation_id)
