"""The sample of Serious Further Offence reviews, as the public may check it (¶19)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class PublishedSample(models.Model):
    """How the sample of a year of Serious Further Offence reviews stands, as the public reads it (¶19).

    Each step of the sample is the next round; the earlier ones stay.
    """

    year = models.CharField(max_length=10)
    first_day = models.DateField()
    round = models.PositiveIntegerField()
    content = models.TextField()
    """Canonical text of the whole snapshot (``rules.sample_snapshots``)."""
    content_digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=100)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="publishedsample_round_once", fields=["year", "round"]),
            models.UniqueConstraint(
                name="publishedsample_one_current",
                fields=["year"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="publishedsample_complete",
                condition=Q(round__gte=1)
                & ~Q(year="")
                & ~Q(content="")
                & ~Q(content_digest="")
                & ~Q(published_by=""),
            ),
            models.CheckConstraint(
                name="publishedsample_superseded_pair",
                condition=Q(superseded_at__isnull=True, superseded_by="")
                | (Q(superseded_at__isnull=False) & ~Q(superseded_by="")),
            ),
            models.CheckConstraint(
                name="publishedsample_superseded_later",
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("published_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}, round {self.round}"
