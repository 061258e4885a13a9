"""Figures by unit, measure and period, and the files that brought them (B2, B3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.delivery.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
)
from oversight.delivery.rules.figures import FileState
from oversight.ledger.conditions import both_or_neither, filled, pair


class FigureFile(models.Model):
    """A file of figures that someone brings in: checked, confirmed, taken."""

    file = models.ForeignKey("exchange.StoredFile", models.PROTECT, related_name="+")
    name = models.CharField(max_length=TITLE_LENGTH)
    kind = models.CharField(max_length=WORD_LENGTH)
    state = models.CharField(max_length=WORD_LENGTH)
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    role = models.CharField(max_length=PERSON_LENGTH)
    """Role in which it was brought, which says for which units."""
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    faults = models.TextField(blank=True, default="")
    """The first faults as JSON: line, column, what is wrong."""
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=PERSON_LENGTH)
    asked_name = models.CharField(max_length=NAME_LENGTH)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    confirmed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="figurefile_complete",
                condition=filled("name", "kind", "role", "asked_by", "asked_name")
                & Q(state__in=[str(one) for one in FileState]),
            ),
            models.CheckConstraint(name="figurefile_confirmed_pair", condition=pair("confirmed")),
            models.CheckConstraint(
                name="figurefile_confirmed_whole",
                condition=both_or_neither("confirmed_at", "confirmed_by", "confirmed_name"),
            ),
            models.CheckConstraint(
                name="figurefile_confirmed_state",
                condition=Q(state__in=[FileState.CONFIRMED, FileState.TAKEN], confirmed_at__isnull=False)
                | Q(state__in=[FileState.CHECKING, FileState.READY], confirmed_at=None)
                | Q(state__in=[FileState.FAULTY, FileState.ASIDE]),
            ),
            models.CheckConstraint(
                name="figurefile_taken_state",
                condition=Q(state=FileState.TAKEN, taken_at__isnull=False)
                | (~Q(state=FileState.TAKEN) & Q(taken_at=None)),
            ),
            models.CheckConstraint(
                name="figurefile_faulty",
                condition=Q(state=FileState.FAULTY, fault_count__gt=0)
                | Q(state=FileState.ASIDE)
                | (~Q(state=FileState.FAULTY) & Q(fault_count=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Figure(models.Model):
    """What was measured of a unit in a period. A corrected one stands beside the one that it replaces."""

    unit = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    measure = models.CharField(max_length=WORD_LENGTH)
    first = models.DateField()
    last = models.DateField()
    value = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why it was corrected, or anything else to know of it."""
    file = models.ForeignKey(FigureFile, models.PROTECT, null=True, blank=True, related_name="figures")
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=PERSON_LENGTH)
    entered_name = models.CharField(max_length=NAME_LENGTH)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="figure_one_live",
                fields=["unit", "measure", "first"],
                condition=Q(replaced_at=None),
            ),
            models.CheckConstraint(
                name="figure_complete",
                condition=filled("measure", "entered_by", "entered_name")
                & Q(value__gte=0, last__gte=F("first")),
            ),
            models.CheckConstraint(name="figure_replaced_pair", condition=pair("replaced")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["first"], name="figure_first"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.unit_id}, {self.first}"
