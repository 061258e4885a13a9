"""Who is on the team of an inspection, so that its people see no risk picture of its place (B7, H4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.intelligence.models.checks import NAME_LENGTH, PARTY, PERSON_LENGTH
from oversight.ledger.conditions import filled, pair


class TeamPlace(models.Model):
    """That someone is on the team that inspects a place, until they leave it or it is cancelled."""

    source = models.CharField(max_length=NAME_LENGTH)
    """Reference of the visit, where it is kept."""
    place = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    person = models.CharField(max_length=PERSON_LENGTH)
    last_day = models.DateField()
    """Last day of the visit."""
    named_at = models.DateTimeField()
    named_by = models.CharField(max_length=PERSON_LENGTH)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="teamplace_once", fields=["source", "place", "person"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="teamplace_complete", condition=filled("source", "person", "named_by")
            ),
            models.CheckConstraint(name="teamplace_ended_pair", condition=pair("ended")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="teamplace_of_person", fields=["person", "last_day"], condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} to {self.place_id}"
