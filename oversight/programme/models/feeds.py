"""Table of private calendar addresses (C6). The address itself is kept by its owner alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.ledger.conditions import both_or_neither, filled
from oversight.programme.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
)


class CalendarFeed(models.Model):
    """A private address from which a calendar program reads visits, for one person in one role."""

    owner = models.CharField(max_length=PERSON_LENGTH)
    owner_name = models.CharField(max_length=NAME_LENGTH)
    membership = models.PositiveBigIntegerField()
    """Membership under which it was made: what it shows ends with it."""
    kind = models.CharField(max_length=10)
    about = models.ForeignKey(PARTY, models.PROTECT, to_field="code", null=True, blank=True, related_name="+")
    """The unit or body that it is about; none for one's own visits."""
    digest = models.CharField(max_length=64, unique=True)
    """Digest of the secret part of the address."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=PERSON_LENGTH)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="calendarfeed_complete",
                condition=filled("owner", "owner_name", "digest", "made_by"),
            ),
            models.CheckConstraint(
                name="calendarfeed_kind",
                condition=Q(kind="person", about=None) | Q(kind__in=["unit", "body"], about__isnull=False),
            ),
            models.CheckConstraint(
                name="calendarfeed_revoked_pair", condition=both_or_neither("revoked_at", "revoked_by")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="calendarfeed_of_owner", fields=["owner", "-made_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner}"
