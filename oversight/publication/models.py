"""Tables of the public register. They know no casework: areas are text codes, and nothing points out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.publication.rules.history import EVIDENCE, STANDARD_COLUMNS, UNDATED
from oversight.publication.rules.programmes import UnitType, programmes


class Origin(models.TextChoices):
    """How a round came into the register."""

    PACKAGE = "package", "Loaded with the service"
    IMPORT = "import", "Imported"


class PublishedInspection(models.Model):
    """One round of a published inspection. A correction is the next round; the earlier one stays."""

    reference = models.CharField(max_length=200)
    """Permanent, the same for all rounds."""
    round = models.PositiveIntegerField()
    programme = models.CharField(max_length=100)
    unit_type = models.CharField(max_length=20)
    unit_code = models.CharField(max_length=100)
    unit_name = models.CharField(max_length=200)
    """Name used at the time."""
    region_code = models.CharField(max_length=100, blank=True)
    published = models.CharField(max_length=10, blank=True)
    """Partial date as published; empty when not known."""
    ordered_on = models.DateField()
    """Orders lists; never shown, because it may be no date of anything (``rules.history.ordering_day``)."""
    fieldwork = models.CharField(max_length=200, blank=True)
    score = models.PositiveIntegerField(null=True)
    score_max = models.PositiveIntegerField(null=True)
    overall = models.CharField(max_length=50, blank=True)
    recommendations = models.PositiveIntegerField(null=True)
    targets = models.CharField(max_length=500, blank=True)
    cases = models.PositiveIntegerField(null=True)
    evidence = models.CharField(max_length=20)
    url = models.CharField(max_length=500, blank=True)
    other_urls = models.TextField(blank=True)
    """Addresses, one a line."""
    notes = models.CharField(max_length=2000, blank=True)
    content_digest = models.CharField(max_length=64)
    """SHA-256 of everything above that the row of history said."""
    origin = models.CharField(max_length=20, choices=Origin.choices)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=100)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.CharField(max_length=100, null=True)  # noqa: DJ001 - whole or absent, with superseded_at

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="published_round_once", fields=["reference", "round"]),
            models.UniqueConstraint(
                name="published_one_current_of_reference",
                fields=["reference"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="published_one_current_of_identity",
                fields=["programme", "unit_code", "url"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(name="published_rounds_from_one", condition=Q(round__gte=1)),
            models.CheckConstraint(
                name="published_score_whole",
                condition=Q(score__isnull=True, score_max__isnull=True)
                | Q(
                    score__isnull=False, score_max__isnull=False, score__lte=F("score_max"), score_max__gte=1
                ),
            ),
            models.CheckConstraint(
                name="published_overall_in_scale", condition=Q(overall__in=["", *programmes().scale])
            ),
            models.CheckConstraint(
                name="published_unit_type_known", condition=Q(unit_type__in=[each.value for each in UnitType])
            ),
            models.CheckConstraint(
                name="published_only_national_has_no_region",
                condition=Q(unit_type=UnitType.NATIONAL.value, region_code="")
                | (~Q(unit_type=UnitType.NATIONAL.value) & ~Q(region_code="")),
            ),
            models.CheckConstraint(
                name="published_region_is_its_own_region",
                condition=~Q(unit_type=UnitType.REGION.value) | Q(region_code=F("unit_code")),
            ),
            models.CheckConstraint(
                name="published_date_places_it",
                condition=Q(published="") | ~Q(ordered_on=UNDATED),
            ),
            models.CheckConstraint(name="published_evidence_known", condition=Q(evidence__in=list(EVIDENCE))),
            models.CheckConstraint(
                name="published_not_empty",
                condition=~Q(reference="") & ~Q(programme="") & ~Q(unit_code="") & ~Q(unit_name=""),
            ),
            models.CheckConstraint(name="published_origin_known", condition=Q(origin__in=Origin.values)),
            models.CheckConstraint(
                name="published_imported_whole",
                condition=Q(imported_at__isnull=False) & ~Q(imported_by=""),
            ),
            models.CheckConstraint(
                name="published_superseded_whole",
                condition=Q(superseded_at__isnull=True, superseded_by__isnull=True)
                | (Q(superseded_at__isnull=False, superseded_by__isnull=False) & ~Q(superseded_by="")),
            ),
            models.CheckConstraint(
                name="published_superseded_after_import",
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("imported_at")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-ordered_on", "reference"],
                name="published_newest",
                condition=Q(superseded_at__isnull=True),
            ),
            models.Index(
                fields=["unit_code"], name="published_unit", condition=Q(superseded_at__isnull=True)
            ),
            models.Index(
                fields=["region_code", "unit_type"],
                name="published_region",
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, round {self.round}"


class PublishedRating(models.Model):
    """The rating of one standard in one round of an inspection."""

    inspection = models.ForeignKey(PublishedInspection, models.PROTECT, related_name="ratings")
    standard = models.CharField(max_length=50)
    rating = models.CharField(max_length=50)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="publishedrating_once", fields=["inspection", "standard"]),
            models.CheckConstraint(
                name="publishedrating_in_scale", condition=Q(rating__in=list(programmes().scale))
            ),
            models.CheckConstraint(
                name="publishedrating_standard_known", condition=Q(standard__in=list(STANDARD_COLUMNS))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard}: {self.rating}"


class HistoryDraft(models.Model):
    """A history file that someone has put forward and not yet imported. It lapses by itself."""

    owner = models.CharField(max_length=100)
    """Reference of the person, for example ``person:12``; nobody else sees it."""
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    """The file's bytes, compressed by zlib."""
    content_digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    lapses_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="historydraft_one_each", fields=["owner"]),
            models.CheckConstraint(
                name="historydraft_not_empty", condition=~Q(owner="") & ~Q(content_digest="")
            ),
            models.CheckConstraint(name="historydraft_lapses_later", condition=Q(lapses_at__gt=F("kept_at"))),
        ]

    def __str__(self) -> str:
        return self.file_name
