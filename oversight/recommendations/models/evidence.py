"""Files that show what an owner reported; their content is in the store of the exchange (E6, ¶26)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.recommendations.models.plans import ActionProgress
from oversight.recommendations.models.recommendation import RecommendationStep


class EvidenceFile(models.Model):
    """A file with a report of completion or an entry of progress. Never changed."""

    step = models.ForeignKey(RecommendationStep, models.PROTECT, null=True, blank=True, related_name="files")
    entry = models.ForeignKey(ActionProgress, models.PROTECT, null=True, blank=True, related_name="files")
    file = models.OneToOneField("exchange.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="rec_evidence_of_one_thing",
                condition=Q(step__isnull=False, entry__isnull=True)
                | Q(step__isnull=True, entry__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"File {self.file_id} with {self.step_id or self.entry_id}"
