"""Case data of a joint inspection shared with its partners, and who read it (D9, ¶33)."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from oversight.inspections.models.case import TEXT_LENGTH, InspectionPartner, _pair
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH
from oversight.inspections.models.standards import act_whole
from oversight.inspections.rules.visibility import SHAREABLE

ADDRESS_LENGTH: Final = 300
PART_LENGTH: Final = 20


class CaseShare(models.Model):
    """That a partner in a joint inspection is given parts of its case data until a day."""

    partner = models.ForeignKey(InspectionPartner, models.PROTECT, related_name="shares")
    purpose = models.CharField(max_length=TEXT_LENGTH)
    agreement = models.CharField(max_length=TEXT_LENGTH)
    """Reference or link of the data sharing agreement."""
    since = models.DateField()
    until = models.DateField()
    """The last day; the share ends by itself after it."""
    renews = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="renewed_by")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=PERSON_LENGTH)
    given_name = models.CharField(max_length=NAME_LENGTH)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    ended_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    ended_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="caseshare_complete",
                condition=~Q(purpose="") & ~Q(agreement="") & ~Q(given_by="") & ~Q(given_name=""),
            ),
            models.CheckConstraint(name="caseshare_days", condition=Q(until__gte=F("since"))),
            models.CheckConstraint(name="caseshare_ended_pair", condition=_pair("ended")),
            models.CheckConstraint(
                name="caseshare_ended_whole", condition=act_whole("ended", "ended_reason")
            ),
            models.CheckConstraint(
                name="caseshare_ended_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("given_at"))
            ),
            models.CheckConstraint(
                name="caseshare_renews_another", condition=Q(renews=None) | ~Q(renews=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"share {self.pk} until {self.until}"


class SharedPart(models.Model):
    """One part of the case data that a share gives."""

    share = models.ForeignKey(CaseShare, models.PROTECT, db_index=False, related_name="parts")
    part = models.CharField(max_length=PART_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="sharedpart_once", fields=["share", "part"]),
            models.CheckConstraint(
                name="sharedpart_known", condition=Q(part__in=sorted(part.value for part in SHAREABLE))
            ),
        ]

    def __str__(self) -> str:
        return self.part


class ShareReading(models.Model):
    """That someone of a partner read a page of shared case data. Never changed."""

    share = models.ForeignKey(CaseShare, models.PROTECT, related_name="readings")
    part = models.CharField(max_length=PART_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH)
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=PERSON_LENGTH)
    read_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="sharereading_complete",
                condition=Q(part__in=sorted(part.value for part in SHAREABLE))
                & ~Q(address="")
                & ~Q(read_by="")
                & ~Q(read_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.read_name} at {self.read_at}"
