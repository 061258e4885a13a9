"""Tables of quality assurance: markings against the standards and the ratings settled (F2, ¶19)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from oversight.sfo.models.review import TEXT_LENGTH, Review
from oversight.sfo.rules.marking import MarkingKind


class Marking(models.Model):
    """What one person made of a review in one round, all standards at once. Never changed."""

    review = models.ForeignKey(Review, models.PROTECT, db_index=False, related_name="markings")
    round = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    person = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    party = models.ForeignKey("parties.Party", models.PROTECT, to_field="code", related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="marking_once", fields=["review", "round", "kind"]),
            models.UniqueConstraint(name="marking_once_by_person", fields=["review", "round", "person"]),
            models.CheckConstraint(
                name="marking_complete",
                condition=Q(kind__in=[str(one) for one in MarkingKind], round__gte=1)
                & ~Q(person="")
                & ~Q(name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.review_id}"


class MarkedStandard(models.Model):
    """The rating of one standard, or the overall one, in a marking. Never changed."""

    marking = models.ForeignKey(Marking, models.PROTECT, db_index=False, related_name="ratings")
    standard = models.CharField(max_length=60)
    rating = models.CharField(max_length=60)
    reason = models.CharField(max_length=TEXT_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="markedstandard_once", fields=["marking", "standard"]),
            models.CheckConstraint(
                name="markedstandard_complete", condition=~Q(standard="") & ~Q(rating="") & ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard} of {self.marking_id}"


class Settlement(models.Model):
    """Which marking of a round counts. Never changed."""

    review = models.ForeignKey(Review, models.PROTECT, db_index=False, related_name="settlements")
    round = models.PositiveIntegerField()
    marking = models.OneToOneField(Marking, models.PROTECT, related_name="settles")
    on = models.DateField()
    settled_at = models.DateTimeField()
    settled_by = models.CharField(max_length=100)
    settled_name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="settlement_once", fields=["review", "round"]),
            models.CheckConstraint(
                name="settlement_complete",
                condition=Q(round__gte=1) & ~Q(settled_by="") & ~Q(settled_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.round} of {self.review_id}"
