"""Tables of a report: its text, recommendations, data items and versions (D1, D3, D7, ¶23, ¶32).

Nothing is erased. What is written again is kept beside what it replaces; a version is never changed, and the
database itself refuses to.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.inspections.models.case import TEXT_LENGTH, TITLE_LENGTH, Inspection, _values
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH, _none_or_all
from oversight.inspections.models.notes import EvidenceNote
from oversight.inspections.rules.data_items import Level, Measure, Placement
from oversight.inspections.rules.reporting import Purpose

KEY_LENGTH = 100
DIGEST_LENGTH = 64
_PARTY = "parties.Party"


class ReportSection(models.Model):
    """What a section said from one saving to the next. Never changed but for being superseded."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH)
    revision = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    superseded = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=PERSON_LENGTH)
    saved_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="reportsection_revision", fields=["inspection", "key", "revision"]),
            models.UniqueConstraint(
                name="reportsection_one_holds", fields=["inspection", "key"], condition=Q(superseded=False)
            ),
            models.CheckConstraint(
                name="reportsection_complete",
                condition=~Q(key="")
                & ~Q(digest="")
                & ~Q(saved_by="")
                & ~Q(saved_name="")
                & Q(revision__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.inspection_id}, revision {self.revision}"


class PracticeExample(models.Model):
    """A note of effective practice chosen into the report, in the words of the report (D3)."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    note = models.ForeignKey(EvidenceNote, models.PROTECT, related_name="+")
    text = models.TextField()
    chosen_at = models.DateTimeField()
    chosen_by = models.CharField(max_length=PERSON_LENGTH)
    chosen_name = models.CharField(max_length=NAME_LENGTH)
    left_out_at = models.DateTimeField(null=True, blank=True)
    left_out_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    left_out_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="practiceexample_number", fields=["inspection", "number"]),
            models.UniqueConstraint(
                name="practiceexample_once", fields=["note"], condition=Q(left_out_at=None)
            ),
            models.CheckConstraint(
                name="practiceexample_complete",
                condition=~Q(text="") & ~Q(chosen_by="") & ~Q(chosen_name="") & Q(number__gte=1),
            ),
            models.CheckConstraint(
                name="practiceexample_left_out_pair", condition=_none_or_all("left_out_at", "left_out_by")
            ),
            models.CheckConstraint(
                name="practiceexample_left_out_whole", condition=_none_or_all("left_out_at", "left_out_name")
            ),
        ]

    def __str__(self) -> str:
        return f"Example {self.number} of {self.inspection_id}"


class Recommendation(models.Model):
    """A recommendation. Its number is its own for ever, withdrawn or not (¶23)."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    withdrawn_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="recommendation_number", fields=["inspection", "number"]),
            models.CheckConstraint(
                name="recommendation_complete", condition=~Q(made_by="") & Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="recommendation_withdrawn_pair", condition=_none_or_all("withdrawn_at", "withdrawn_by")
            ),
            models.CheckConstraint(
                name="recommendation_withdrawn_why",
                condition=_none_or_all("withdrawn_at", "withdrawn_name", "withdrawn_reason"),
            ),
        ]

    def __str__(self) -> str:
        return f"Recommendation {self.number} of {self.inspection_id}"


class RecommendationWording(models.Model):
    """What a recommendation says, to which one authority, on which standards. A later one takes its place."""

    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, db_index=False, related_name="wordings"
    )
    revision = models.PositiveIntegerField()
    authority = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    text = models.TextField()
    standards = models.JSONField(default=list)
    """Identifiers of the standards that it rests on."""
    superseded = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=PERSON_LENGTH)
    written_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="recommendationwording_revision", fields=["recommendation", "revision"]
            ),
            models.UniqueConstraint(
                name="recommendationwording_one_holds",
                fields=["recommendation"],
                condition=Q(superseded=False),
            ),
            models.CheckConstraint(
                name="recommendationwording_complete",
                condition=~Q(text="") & ~Q(written_by="") & ~Q(written_name="") & Q(revision__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id}, revision {self.revision}"


class RecommendationsReason(models.Model):
    """Why a report makes more recommendations than usual (¶23). Given again when there are more still."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()
    usual_most = models.PositiveIntegerField()
    reason = models.CharField(max_length=TEXT_LENGTH)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=PERSON_LENGTH)
    given_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="recommendationsreason_complete",
                condition=~Q(reason="") & ~Q(given_by="") & ~Q(given_name="") & Q(count__gt=F("usual_most")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} recommendations of {self.inspection_id}"


class DataItem(models.Model):
    """A table or figure of a report. Its number is its own for ever (¶32)."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    withdrawn_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dataitem_number", fields=["inspection", "number"]),
            models.CheckConstraint(name="dataitem_complete", condition=~Q(made_by="") & Q(number__gte=1)),
            models.CheckConstraint(
                name="dataitem_withdrawn_pair", condition=_none_or_all("withdrawn_at", "withdrawn_by")
            ),
            models.CheckConstraint(
                name="dataitem_withdrawn_why",
                condition=_none_or_all("withdrawn_at", "withdrawn_name", "withdrawn_reason"),
            ),
        ]

    def __str__(self) -> str:
        return f"Data item {self.number} of {self.inspection_id}"


class DataItemRevision(models.Model):
    """The figures of a data item and where they come from. A later revision takes its place (¶31, ¶32)."""

    item = models.ForeignKey(DataItem, models.PROTECT, db_index=False, related_name="revisions")
    revision = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH)
    level = models.CharField(max_length=10)
    measure = models.CharField(max_length=10)
    owner = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    source = models.CharField(max_length=TITLE_LENGTH)
    as_of = models.DateField()
    published = models.BooleanField()
    placement = models.CharField(max_length=10)
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why figures that nobody has published are used."""
    figures = models.TextField()
    """Canonical text of the table as it was entered, before any number is suppressed."""
    digest = models.CharField(max_length=DIGEST_LENGTH)
    """Digest of what a check by data assurance is about."""
    superseded = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=PERSON_LENGTH)
    written_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dataitemrevision_revision", fields=["item", "revision"]),
            models.UniqueConstraint(
                name="dataitemrevision_one_holds", fields=["item"], condition=Q(superseded=False)
            ),
            models.CheckConstraint(
                name="dataitemrevision_complete",
                condition=~Q(title="")
                & ~Q(source="")
                & ~Q(figures="")
                & ~Q(digest="")
                & ~Q(written_by="")
                & ~Q(written_name="")
                & Q(revision__gte=1),
            ),
            models.CheckConstraint(
                name="dataitemrevision_known",
                condition=Q(level__in=_values(Level))
                & Q(measure__in=_values(Measure))
                & Q(placement__in=_values(Placement)),
            ),
            models.CheckConstraint(
                name="dataitemrevision_unpublished_apart",
                condition=Q(published=True) | (~Q(placement=Placement.TEXT) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="dataitemrevision_annex_of_units",
                condition=Q(published=True) | ~Q(placement=Placement.ANNEX) | Q(level=Level.UNIT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}, revision {self.revision}"


class DataCheck(models.Model):
    """What data assurance found of one revision of figures (¶32). Never changed."""

    revision = models.ForeignKey(DataItemRevision, models.PROTECT, related_name="checks")
    digest = models.CharField(max_length=DIGEST_LENGTH)
    holds = models.BooleanField()
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    checked_at = models.DateTimeField()
    checked_by = models.CharField(max_length=PERSON_LENGTH)
    checked_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="datacheck_complete",
                condition=~Q(digest="") & ~Q(checked_by="") & ~Q(checked_name=""),
            ),
            models.CheckConstraint(name="datacheck_faults_named", condition=Q(holds=True) | ~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"Check of {self.revision_id}"


class ReportVersion(models.Model):
    """A version of the report as it was. Never changed: the database refuses to (see the migration)."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=10)
    content = models.TextField()
    """Canonical text (``kernel.digests``)."""
    digest = models.CharField(max_length=DIGEST_LENGTH)
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    made_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="reportversion_number", fields=["inspection", "number"]),
            models.UniqueConstraint(
                name="reportversion_one_final", fields=["inspection"], condition=Q(purpose=Purpose.FINAL)
            ),
            models.CheckConstraint(
                name="reportversion_complete",
                condition=~Q(content="")
                & ~Q(digest="")
                & ~Q(made_by="")
                & ~Q(made_name="")
                & Q(number__gte=1)
                & Q(purpose__in=_values(Purpose)),
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.inspection_id}"
