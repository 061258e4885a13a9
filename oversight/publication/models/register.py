"""Published inspections, their reports and files, notices, and history that was put forward."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.publication.rules.history import EVIDENCE, UNDATED
from oversight.publication.rules.programmes import UnitType, programmes


class Origin(models.TextChoices):
    """How a round came into the register."""

    PACKAGE = "package", "Loaded with the service"
    IMPORT = "import", "Imported"
    CASE = "case", "Published from its case"


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
    programme_facts = models.TextField(blank=True, default="")
    """Of a report published from its case: its programme as it was (``rules.snapshots.programme_text``)."""
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
                condition=Q(superseded_at__isnull=True) & ~Q(origin="case"),
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
                name="published_overall_in_scale",
                condition=Q(overall__in=["", *programmes().scale]) | Q(origin="case"),
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
            models.CheckConstraint(
                name="published_from_case_with_programme",
                condition=(Q(origin="case") & ~Q(programme_facts=""))
                | (~Q(origin="case") & Q(programme_facts="")),
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
            # A programme of the future may have standards and ratings of its own; what is imported is held to
            # the known ones when it is read.
            models.CheckConstraint(
                name="publishedrating_complete", condition=~Q(standard="") & ~Q(rating="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard}: {self.rating}"


class PublishedReport(models.Model):
    """The text of one round of a report that was published from its case. Never changed."""

    published = models.OneToOneField(PublishedInspection, models.PROTECT, related_name="report")
    content = models.TextField()
    """Canonical text of the whole snapshot (``rules.snapshots``)."""
    content_digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="publishedreport_complete",
                condition=~Q(content="") & ~Q(content_digest="") & ~Q(published_by=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="publishedreport_newest", fields=["-published_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"Text of {self.published_id}"


class PublishedFile(models.Model):
    """A file made from the text of a round. Never changed."""

    class Kind(models.TextChoices):
        """Kinds of file."""

        PDF = "pdf", "PDF"

    report = models.ForeignKey(PublishedReport, models.PROTECT, db_index=False, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    """Bytes."""
    pages = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="publishedfile_once", fields=["report", "kind"]),
            models.CheckConstraint(
                name="publishedfile_complete",
                condition=~Q(digest="")
                & ~Q(made_by="")
                & Q(kind__in=["pdf"])
                & Q(size__gte=1)
                & Q(pages__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.report_id}"


class PublicNotice(models.Model):
    """A dated notice beside a report: what was corrected, or that it was taken off the web. Never changed."""

    class Kind(models.TextChoices):
        """Kinds of notice."""

        CORRECTED = "corrected", "Corrected"
        WITHDRAWN = "withdrawn", "Withdrawn from the web"
        RESTORED = "restored", "Back on the web"

    reference = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    round = models.PositiveIntegerField()
    """The round that the notice came with."""
    on = models.DateField()
    wrong = models.CharField(max_length=2000, blank=True, default="")
    """What was wrong."""
    says = models.CharField(max_length=2000, blank=True, default="")
    """What it says now."""
    why = models.CharField(max_length=2000)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="publicnotice_one_of_a_correction",
                fields=["reference", "round"],
                condition=Q(kind="corrected"),
            ),
            models.CheckConstraint(
                name="publicnotice_complete",
                condition=~Q(reference="")
                & ~Q(why="")
                & ~Q(made_by="")
                & Q(kind__in=["corrected", "withdrawn", "restored"]),
            ),
            models.CheckConstraint(
                name="publicnotice_correction_whole",
                condition=(Q(kind="corrected", round__gte=2) & ~Q(wrong="") & ~Q(says=""))
                | (~Q(kind="corrected") & Q(wrong="", says="", round__gte=1)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="publicnotice_of", fields=["reference", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reference}"


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
