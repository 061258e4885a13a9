"""Who may read a review of either kind, and who did: what both kinds of tables hold (¶19)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.sfo.models.sample import _pair

_PARTY = "parties.Party"


class NamedReader(models.Model):
    """That a person may read a review; ending it erases nothing."""

    person = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)
    added_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    ended_name = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="%(class)s_once", fields=["review", "person"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="%(class)s_complete",
                condition=~Q(person="") & ~Q(name="") & ~Q(added_by="") & ~Q(added_name=""),
            ),
            models.CheckConstraint(name="%(class)s_ended_pair", condition=_pair("ended")),
            models.CheckConstraint(name="%(class)s_ended_named", condition=_pair("ended", "name")),
            models.CheckConstraint(
                name="%(class)s_ended_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("added_at"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(name="%(class)s_of_person", fields=["person"])]

    def __str__(self) -> str:
        return self.name


class OpenedBy(models.Model):
    """That someone opened a review. Never changed."""

    person = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="%(class)s_complete", condition=~Q(person="") & ~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"opened by {self.name}"
