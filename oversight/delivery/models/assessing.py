"""Rounds of line management's assessments, each unit's assessment, and what the regional teams add (B2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.delivery.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    WORD_LENGTH,
)
from oversight.exchange.rules.supplying import Every
from oversight.ledger.conditions import both_or_neither, filled, pair


class Round(models.Model):
    """That every region and unit is assessed for a period, by a day."""

    every = models.CharField(max_length=WORD_LENGTH)
    first = models.DateField()
    last = models.DateField()
    due = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=PERSON_LENGTH)
    opened_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="round_once", fields=["first", "every"]),
            models.CheckConstraint(
                name="round_complete",
                condition=filled("opened_by", "opened_name")
                & Q(every__in=[str(one) for one in Every], last__gte=F("first"), due__gt=F("last")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class Assessment(models.Model):
    """Line management's assessment of a region or unit for a period."""

    round = models.ForeignKey(Round, models.PROTECT, db_index=False, related_name="assessments")
    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    unit = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    assessor = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    summary = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    missing = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why figures are missing; empty when none is."""
    completed_on = models.DateField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    completed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    holding = models.PositiveBigIntegerField(null=True, blank=True)
    """Row of the item in the exchange by which the second line has it."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="assessment_once", fields=["round", "unit"]),
            models.CheckConstraint(name="assessment_reference", condition=filled("reference")),
            models.CheckConstraint(name="assessment_completed_pair", condition=pair("completed")),
            models.CheckConstraint(
                name="assessment_completed_whole",
                condition=both_or_neither("completed_at", "completed_by", "completed_name", "summary"),
            ),
            models.CheckConstraint(
                name="assessment_completed_facts",
                condition=Q(completed_at=None, completed_on=None, holding=None, missing="")
                | Q(completed_at__isnull=False, completed_on__isnull=False, holding__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class TeamInput(models.Model):
    """What a Regional Performance and Quality Team adds to an assessment. Added beside, never changed."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="inputs")
    text = models.CharField(max_length=TEXT_LENGTH)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=PERSON_LENGTH)
    given_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="teaminput_complete", condition=filled("text", "given_by", "given_name")
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
