"""Action plans as rounds beside each other (¶24, ¶27)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class PublishedPlan(models.Model):
    """One version of an action plan as the public reads it. An update is the next one; the earlier stays."""

    reference = models.CharField(max_length=90)
    """Permanent, the same for all versions."""
    round = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    unit_code = models.CharField(max_length=100, blank=True, default="")
    """Code of the region or unit of a local plan, as text: nothing points out."""
    published_on = models.DateField()
    content = models.TextField()
    """Canonical text of the whole snapshot (``rules.plan_snapshots``)."""
    content_digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=100)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="publishedplan_round_once", fields=["reference", "round"]),
            models.UniqueConstraint(
                name="publishedplan_one_current",
                fields=["reference"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="publishedplan_complete",
                condition=Q(round__gte=1)
                & ~Q(reference="")
                & ~Q(kind="")
                & ~Q(title="")
                & ~Q(content="")
                & ~Q(content_digest="")
                & ~Q(published_by=""),
            ),
            models.CheckConstraint(
                name="publishedplan_superseded_pair",
                condition=Q(superseded_at__isnull=True, superseded_by="")
                | (Q(superseded_at__isnull=False) & ~Q(superseded_by="")),
            ),
            models.CheckConstraint(
                name="publishedplan_superseded_later",
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("published_at")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="publishedplan_newest",
                fields=["-published_at", "-id"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.Index(
                name="publishedplan_unit",
                fields=["unit_code"],
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, version {self.round}"


class PublishedPlanMerge(models.Model):
    """That a published plan became part of another. Its versions stay as they were. Never changed."""

    reference = models.CharField(max_length=90, unique=True)
    into = models.CharField(max_length=90)
    """Reference of the plan in which it goes on."""
    on = models.DateField()
    why = models.CharField(max_length=2000)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="publishedplanmerge_complete",
                condition=~Q(reference="") & ~Q(into="") & ~Q(why="") & ~Q(told_by=""),
            ),
            models.CheckConstraint(name="publishedplanmerge_another", condition=~Q(reference=F("into"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="publishedplanmerge_into", fields=["into", "on"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference} into {self.into}"


class PublishedPlanReport(models.Model):
    """That a version of a plan answers a report, by the report's reference."""

    plan = models.ForeignKey(PublishedPlan, models.PROTECT, db_index=False, related_name="reports")
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="publishedplanreport_once", fields=["plan", "source"]),
            models.CheckConstraint(name="publishedplanreport_complete", condition=~Q(source="")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="publishedplanreport_source", fields=["source"]),
        ]

    def __str__(self) -> str:
        return f"{self.source} in {self.plan_id}"
