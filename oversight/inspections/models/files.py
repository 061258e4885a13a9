"""Files attached to an inspection, kept beside its other tables so that they are restored with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.exchange.rules.files import LONGEST_NAME
from oversight.inspections.models.case import Inspection
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH
from oversight.inspections.rules.files import FileUse


class StoredFile(models.Model):
    """A file as it was uploaded. Never changed."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="files")
    use = models.CharField(max_length=20)
    """What it is attached to, which decides who may read it."""
    party = models.ForeignKey("parties.Party", models.PROTECT, to_field="code", related_name="+")
    """For whom it was attached."""
    sensitive = models.BooleanField()
    """Whether each reading of it is recorded."""
    name = models.CharField(max_length=LONGEST_NAME)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    kept = models.ForeignKey("exchange.StoredFile", models.PROTECT, related_name="+")
    """Its content, in the store."""
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=PERSON_LENGTH)
    kept_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="storedfile_complete",
                condition=~Q(name="")
                & ~Q(media_type="")
                & Q(size__gte=1, digest__length=64)
                & ~Q(kept_by="")
                & ~Q(kept_name=""),
            ),
            models.CheckConstraint(
                name="storedfile_use_known", condition=Q(use__in=[str(use) for use in FileUse])
            ),
        ]

    def __str__(self) -> str:
        return self.name
