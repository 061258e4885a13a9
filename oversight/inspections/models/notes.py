"""Notes of fieldwork: what was found on a standard, and practice that others can learn from (D3, ¶16)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.inspections.models.case import TEXT_LENGTH, Inspection
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH


class EvidenceNote(models.Model):
    """What someone of the team found on a standard. Never changed."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="+")
    standard = models.CharField(max_length=60)
    effective_practice = models.BooleanField()
    source = models.CharField(max_length=NAME_LENGTH)
    text = models.CharField(max_length=TEXT_LENGTH)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=PERSON_LENGTH)
    noted_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="evidencenote_complete",
                condition=~Q(standard="") & ~Q(source="") & ~Q(text="") & ~Q(noted_by="") & ~Q(noted_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard} in {self.inspection_id}"
