"""Tables of the sample: the years with their seeds, and the lists with their draws (F1, ¶19)."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

DIGEST_LENGTH: Final = 64


def _pair(prefix: str, other: str = "by") -> Q:
    """Hold when and by whom, or when and under which name, together: both or neither."""
    none = Q(**{f"{prefix}_at": None, f"{prefix}_{other}": ""})
    return none | (Q(**{f"{prefix}_at__isnull": False}) & ~Q(**{f"{prefix}_{other}": ""}))


class SampleYear(models.Model):
    """A year of reviews, with the seed that the Inspectorate committed to before it opened."""

    name = models.CharField(max_length=10, unique=True)
    first_day = models.DateField(unique=True)
    last_day = models.DateField()
    design = models.PositiveIntegerField()
    """Version of how the sample is drawn; the year keeps it."""
    seed = models.CharField(max_length=DIGEST_LENGTH)
    """Shown to nobody until it is revealed."""
    seed_digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    committed_at = models.DateTimeField()
    committed_by = models.CharField(max_length=100)
    committed_name = models.CharField(max_length=200)
    revealed_at = models.DateTimeField(null=True, blank=True)
    revealed_by = models.CharField(max_length=100, blank=True, default="")
    revealed_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="sampleyear_complete",
                condition=~Q(name="")
                & ~Q(seed="")
                & ~Q(seed_digest="")
                & ~Q(committed_by="")
                & ~Q(committed_name="")
                & Q(design__gte=1),
            ),
            models.CheckConstraint(name="sampleyear_days_in_order", condition=Q(last_day__gt=F("first_day"))),
            models.CheckConstraint(name="sampleyear_revealed_pair", condition=_pair("revealed")),
            models.CheckConstraint(name="sampleyear_revealed_named", condition=_pair("revealed", "name")),
            models.CheckConstraint(
                name="sampleyear_revealed_after",
                condition=Q(revealed_at=None) | Q(revealed_at__gte=F("committed_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """A list of reviews that HMPPS froze, and its draw. The list is never changed, nor is the record."""

    year = models.ForeignKey(SampleYear, models.PROTECT, db_index=False, related_name="batches")
    number = models.PositiveIntegerField()
    frozen_list = models.TextField()
    """Everything that decides the draw but for the seed, as canonical text."""
    list_digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    frozen_at = models.DateTimeField()
    frozen_by = models.CharField(max_length=100)
    frozen_name = models.CharField(max_length=200)
    record = models.TextField(blank=True, default="")
    """The record of the draw as canonical text, without the seed; empty until it is made."""
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.CharField(max_length=100, blank=True, default="")
    drawn_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name_plural = "batches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="batch_number_once", fields=["year", "number"]),
            # The next list counts what the last draw gave, so one list waits at most.
            models.UniqueConstraint(name="batch_one_waiting", fields=["year"], condition=Q(drawn_at=None)),
            models.CheckConstraint(
                name="batch_complete",
                condition=~Q(frozen_list="")
                & ~Q(list_digest="")
                & ~Q(frozen_by="")
                & ~Q(frozen_name="")
                & Q(number__gte=1),
            ),
            models.CheckConstraint(name="batch_drawn_pair", condition=_pair("drawn")),
            models.CheckConstraint(name="batch_drawn_named", condition=_pair("drawn", "name")),
            models.CheckConstraint(
                name="batch_drawn_with_record",
                condition=(Q(drawn_at=None) & Q(record=""))
                | (Q(drawn_at__gte=F("frozen_at")) & ~Q(record="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.year_id}"


class YearAssured(models.Model):
    """That a body has quality assured all its reviews of a year."""

    year = models.ForeignKey(SampleYear, models.PROTECT, db_index=False, related_name="assured")
    assurer = models.CharField(max_length=10)
    on = models.DateField()
    """Day on which the last of them was rated."""
    declared_at = models.DateTimeField()
    declared_by = models.CharField(max_length=100)
    declared_name = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "years assured"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="yearassured_once", fields=["year", "assurer"]),
            models.CheckConstraint(
                name="yearassured_complete",
                condition=Q(assurer__in=["hmip", "hmpps"]) & ~Q(declared_by="") & ~Q(declared_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year_id} by {self.assurer}"
