"""Tables of ratings: what the lead proposes, who confirms it, and what was settled (D2, ¶16)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.inspections.models.case import TEXT_LENGTH, Inspection
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH, _none_or_all


class RatingProposal(models.Model):
    """A rating the lead inspector proposes for a standard; it holds once the whole panel confirmed it."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    standard = models.CharField(max_length=60)
    departs = models.BooleanField()
    """Whether it departs from what the cases give, or is a judgement on evidence."""
    rating = models.CharField(max_length=40)
    reason = models.CharField(max_length=TEXT_LENGTH)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=PERSON_LENGTH)
    proposed_name = models.CharField(max_length=NAME_LENGTH)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    """When the last of the panel confirmed it."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    withdrawn_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="ratingproposal_one_open",
                fields=["inspection", "standard"],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="ratingproposal_complete",
                condition=~Q(standard="")
                & ~Q(rating="")
                & ~Q(reason="")
                & ~Q(proposed_by="")
                & ~Q(proposed_name=""),
            ),
            models.CheckConstraint(
                name="ratingproposal_withdrawn_pair", condition=_none_or_all("withdrawn_at", "withdrawn_by")
            ),
            models.CheckConstraint(
                name="ratingproposal_withdrawn_why",
                condition=_none_or_all("withdrawn_at", "withdrawn_name", "withdrawn_reason"),
            ),
            models.CheckConstraint(
                name="ratingproposal_confirmed_after",
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("proposed_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating} for {self.standard} of {self.inspection_id}"


class PanelMember(models.Model):
    """Someone of the panel that decides on a proposal, and when they confirmed it."""

    proposal = models.ForeignKey(RatingProposal, models.PROTECT, db_index=False, related_name="panel")
    person = models.CharField(max_length=PERSON_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="panelmember_once", fields=["proposal", "person"]),
            models.CheckConstraint(name="panelmember_complete", condition=~Q(person="") & ~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class SettledRating(models.Model):
    """A rating as settled: of a standard, or of the whole when ``standard`` is empty. Never changed."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    standard = models.CharField(max_length=60, blank=True, default="")
    rating = models.CharField(max_length=40)
    points = models.PositiveIntegerField()
    settled_at = models.DateTimeField()
    settled_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="settledrating_once", fields=["inspection", "standard"]),
            models.CheckConstraint(
                name="settledrating_complete", condition=~Q(rating="") & ~Q(settled_by="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard or 'overall'} of {self.inspection_id}: {self.rating}"
