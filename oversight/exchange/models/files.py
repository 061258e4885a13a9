"""The file store: content by its digest, once, and the files that have it.

The content lies in the database, so that it is backed up and brought back with the rows that speak of it.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from oversight.exchange.models.checks import (
    NAME_LENGTH,
    PERSON_LENGTH,
)
from oversight.exchange.rules.files import LONGEST_NAME
from oversight.ledger.conditions import filled, pair

DIGEST_LENGTH: Final = 64


class StoredContent(models.Model):
    """Bytes, kept once under their SHA-256. The database refuses to change them; they can only go."""

    digest = models.CharField(max_length=DIGEST_LENGTH, primary_key=True)
    size = models.PositiveIntegerField()
    content = models.BinaryField(null=True)
    """None once it was disposed of."""
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=PERSON_LENGTH)
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="storedcontent_complete",
                condition=Q(size__gte=1, digest__length=DIGEST_LENGTH) & filled("kept_by"),
            ),
            models.CheckConstraint(
                name="storedcontent_there_or_gone",
                condition=Q(content__isnull=True, gone_at__isnull=False)
                | Q(content__isnull=False, gone_at__isnull=True),
            ),
            models.CheckConstraint(name="storedcontent_gone_pair", condition=pair("gone")),
        ]

    def __str__(self) -> str:
        return self.digest


class StoredFile(models.Model):
    """A file as somebody kept it: a name for content. Never changed but that its content goes."""

    content = models.ForeignKey(StoredContent, models.PROTECT, related_name="files")
    name = models.CharField(max_length=LONGEST_NAME)
    media_type = models.CharField(max_length=100)
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=PERSON_LENGTH)
    kept_name = models.CharField(max_length=NAME_LENGTH)
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    """Who let it go. Its content goes with the last file that has it."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="exchangefile_complete", condition=filled("name", "media_type", "kept_by", "kept_name")
            ),
            models.CheckConstraint(name="exchangefile_gone_pair", condition=pair("gone")),
        ]

    def __str__(self) -> str:
        return self.name
