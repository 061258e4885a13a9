"""Tables of programmes: their frame, where they stand and every step (C1, ¶17)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.ledger.conditions import filled, values
from oversight.programme.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    SLUG_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.programme.rules.cycles import LONGEST_MONTHS, ProgrammeState


class Programme(models.Model):
    """A set of visits that a body makes to every place of some kinds within a time."""

    slug = models.CharField(max_length=SLUG_LENGTH, unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    kinds = models.CharField(max_length=TEXT_LENGTH)
    """Identifiers of its types of visit, with a blank between them."""
    published = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Programmes of the public register whose reports count as done, with a blank between them."""
    rated = models.BooleanField(default=True)
    starts_on = models.DateField()
    earliest_months = models.PositiveIntegerField()
    latest_months = models.PositiveIntegerField()
    state = models.CharField(max_length=20)
    replaced_by_programme = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    demonstration = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=PERSON_LENGTH)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="programme_complete",
                condition=filled("slug", "title", "kinds", "started_by")
                & Q(state__in=values(ProgrammeState), revision__gte=1),
            ),
            models.CheckConstraint(
                name="programme_months",
                condition=Q(
                    earliest_months__gte=1,
                    latest_months__gte=F("earliest_months"),
                    latest_months__lte=LONGEST_MONTHS,
                ),
            ),
            models.CheckConstraint(
                name="programme_replaced_by_another",
                condition=Q(state=ProgrammeState.REPLACED.value, replaced_by_programme__isnull=False)
                | (~Q(state=ProgrammeState.REPLACED.value) & Q(replaced_by_programme=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class ProgrammeStep(models.Model):
    """A step of a programme, as its page tells it. Never changed."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=30)
    on = models.DateField()
    """The day from which it counts."""
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    visits = models.PositiveIntegerField(default=0)
    """How many visits it put on hold, took up or carried over."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="programmestep_complete", condition=filled("move", "made_by", "made_name")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} of {self.programme_id}"


class FrequencyReview(models.Model):
    """What a body made of how often it visits, twice a year (¶10(iv)). Never changed."""

    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    on = models.DateField()
    findings = models.CharField(max_length=TEXT_LENGTH)
    decision = models.CharField(max_length=TEXT_LENGTH)
    event = models.PositiveBigIntegerField(null=True, blank=True)
    """The event of the arrangements that it recorded."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="frequencyreview_once", fields=["party", "on"]),
            models.CheckConstraint(
                name="frequencyreview_complete",
                condition=filled("findings", "decision", "made_by", "made_name"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.on}"
