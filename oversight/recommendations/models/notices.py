"""What people were told of actions, and how often they want to be (E6, ¶26)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.ledger.conditions import filled, values
from oversight.recommendations.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    STATE_LENGTH,
    TITLE_LENGTH,
)
from oversight.recommendations.models.plans import PlanAction
from oversight.recommendations.rules.notices import How


class Notice(models.Model):
    """That someone is told something of an action, once for each occasion. An email follows."""

    action = models.ForeignKey(PlanAction, models.PROTECT, db_index=False, related_name="notices")
    occasion = models.CharField(max_length=STATE_LENGTH)
    """What is told: a rung for one date, or what somebody did."""
    due = models.DateField(null=True, blank=True)
    """The date of which a rung tells, so that another date is told of anew."""
    from_day = models.SmallIntegerField(null=True, blank=True)
    person = models.CharField(max_length=PERSON_LENGTH)
    person_name = models.CharField(max_length=NAME_LENGTH)
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    role = models.CharField(max_length=STATE_LENGTH)
    words = models.CharField(max_length=TITLE_LENGTH)
    made_at = models.DateTimeField()
    mail = models.ForeignKey("jobs.Mail", models.PROTECT, null=True, blank=True, related_name="+")
    lapsed_at = models.DateTimeField(null=True, blank=True)
    """When it held no more before an email was written: the action was done, moved or is nobody's to see."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="plan_notice_once", fields=["action", "occasion", "person"]),
            models.CheckConstraint(
                name="plan_notice_complete",
                condition=filled("occasion", "person", "person_name", "role", "words"),
            ),
            models.CheckConstraint(
                name="plan_notice_rung",
                condition=Q(due=None, from_day=None) | Q(due__isnull=False, from_day__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_notice_mailed_or_lapsed", condition=Q(mail=None) | Q(lapsed_at=None)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="plan_notice_of_person", fields=["person", "-id"]),
            models.Index(
                name="plan_notice_waiting", fields=["person", "id"], condition=Q(mail=None, lapsed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} of {self.action_id} to {self.person}"


class NoticeChoice(models.Model):
    """How often someone wants to be emailed."""

    person = models.CharField(max_length=PERSON_LENGTH, unique=True)
    how = models.CharField(max_length=STATE_LENGTH)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="plan_notice_choice_complete", condition=filled("person")),
            models.CheckConstraint(name="plan_notice_choice_known", condition=Q(how__in=values(How))),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.how}"
