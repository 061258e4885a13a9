"""What later inspections found of earlier recommendations (E5, ¶26)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.ledger.conditions import filled, values
from oversight.recommendations.models.base import (
    NAME_LENGTH,
    PERSON_LENGTH,
    SOURCE_LENGTH,
    STATE_LENGTH,
    TEXT_LENGTH,
)
from oversight.recommendations.models.recommendation import Recommendation
from oversight.recommendations.rules.follow_up import Finding


class FollowUp(models.Model):
    """What an inspection found of an earlier recommendation, and what stood about it then. Never changed."""

    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, db_index=False, related_name="follow_ups"
    )
    inspection = models.CharField(max_length=SOURCE_LENGTH)
    """Reference of the later inspection, as text: inspections lie above this area."""
    finding = models.CharField(max_length=STATE_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH)
    delivery_then = models.CharField(max_length=STATE_LENGTH)
    carried_to = models.ForeignKey(
        Recommendation, models.PROTECT, null=True, blank=True, related_name="carries_forward"
    )
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=PERSON_LENGTH)
    found_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="rec_follow_up_once", fields=["recommendation", "inspection"]),
            models.CheckConstraint(
                name="rec_follow_up_complete",
                condition=filled("inspection", "text", "delivery_then", "found_by", "found_name"),
            ),
            models.CheckConstraint(name="rec_follow_up_known", condition=Q(finding__in=values(Finding))),
            models.CheckConstraint(
                name="rec_follow_up_carries_what_is_left",
                condition=Q(carried_to=None)
                | (~Q(finding=Finding.DONE) & ~Q(carried_to=F("recommendation"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding}: {self.recommendation_id} in {self.inspection}"


class FollowUpDone(models.Model):
    """That an inspection has followed up every earlier recommendation of a unit."""

    inspection = models.CharField(max_length=SOURCE_LENGTH, unique=True)
    done_at = models.DateTimeField()
    done_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="rec_follow_up_done_complete", condition=filled("inspection", "done_by")
            ),
        ]

    def __str__(self) -> str:
        return self.inspection
