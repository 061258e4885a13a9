"""Policy changes that findings led to, as rounds beside each other (¶21)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class PublishedChange(models.Model):
    """One round of a policy change that findings led to. A later round stands beside it."""

    reference = models.CharField(max_length=100)
    round = models.PositiveIntegerField()
    content = models.TextField()
    """Canonical text of all that is public of it (``rules.changes``)."""
    content_digest = models.CharField(max_length=64)
    ordered_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=100)
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.CharField(max_length=100, blank=True, default="")
    superseded_why = models.CharField(max_length=2000, blank=True, default="")
    """What took its place, or why it was taken off the web."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="publishedchange_round", fields=["reference", "round"]),
            models.UniqueConstraint(
                name="publishedchange_one_current",
                fields=["reference"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="publishedchange_complete",
                condition=~Q(reference="")
                & ~Q(content="")
                & ~Q(content_digest="")
                & ~Q(published_by="")
                & Q(round__gte=1),
            ),
            models.CheckConstraint(
                name="publishedchange_superseded_pair",
                condition=Q(superseded_at=None, superseded_by="")
                | (Q(superseded_at__isnull=False) & ~Q(superseded_by="")),
            ),
            models.CheckConstraint(
                name="publishedchange_superseded_why",
                condition=Q(superseded_at=None, superseded_why="")
                | (Q(superseded_at__isnull=False) & ~Q(superseded_why="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="publishedchange_newest",
                fields=["-ordered_on", "-id"],
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, round {self.round}"


class PublishedChangeReport(models.Model):
    """A report that led to a published change: text, as everything here."""

    change = models.ForeignKey(PublishedChange, models.PROTECT, db_index=False, related_name="reports")
    report = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="publishedchangereport_once", fields=["change", "report"]),
            models.CheckConstraint(name="publishedchangereport_complete", condition=~Q(report="")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="publishedchangereport_of", fields=["report"]),
        ]

    def __str__(self) -> str:
        return f"{self.report} led to {self.change_id}"
