"""Tables of publishing: the moment set for it, embargoed copies and each reading of one (D8, ¶16, ¶20)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.inspections.models.case import TEXT_LENGTH, Inspection, _values
from oversight.inspections.models.fieldwork import NAME_LENGTH, PERSON_LENGTH, _none_or_all
from oversight.inspections.models.report import ReportVersion
from oversight.inspections.rules.publishing import Ended

_PARTY = "parties.Party"


class PublicationMoment(models.Model):
    """A moment set for publication. A changed one is ended and stays beside the next."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    moment = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=PERSON_LENGTH)
    set_name = models.CharField(max_length=NAME_LENGTH)
    ended = models.CharField(max_length=10, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    ended_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    ended_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="publicationmoment_one_stands", fields=["inspection"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="publicationmoment_complete",
                condition=~Q(set_by="") & ~Q(set_name="") & Q(moment__gt=F("set_at")),
            ),
            models.CheckConstraint(
                name="publicationmoment_ended_pair", condition=_none_or_all("ended_at", "ended_by")
            ),
            models.CheckConstraint(
                name="publicationmoment_ended_whole",
                condition=_none_or_all("ended_at", "ended", "ended_name"),
            ),
            models.CheckConstraint(
                name="publicationmoment_ended_known", condition=Q(ended__in=["", *_values(Ended)])
            ),
            models.CheckConstraint(
                name="publicationmoment_ended_why",
                condition=Q(ended__in=["", Ended.PUBLISHED.value]) | ~Q(ended_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment} for {self.inspection_id}"


class EmbargoedCopy(models.Model):
    """That someone may read the final report before it is published; withdrawing it ends that."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, db_index=False, related_name="+")
    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="+")
    person = models.CharField(max_length=PERSON_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    party = models.ForeignKey(_PARTY, models.PROTECT, to_field="code", related_name="+")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=PERSON_LENGTH)
    given_name = models.CharField(max_length=NAME_LENGTH)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    withdrawn_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        verbose_name_plural = "embargoed copies"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="embargoedcopy_once",
                fields=["inspection", "person", "party"],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="embargoedcopy_complete",
                condition=~Q(person="") & ~Q(name="") & ~Q(given_by="") & ~Q(given_name=""),
            ),
            models.CheckConstraint(
                name="embargoedcopy_withdrawn_pair", condition=_none_or_all("withdrawn_at", "withdrawn_by")
            ),
            models.CheckConstraint(
                name="embargoedcopy_withdrawn_why",
                condition=_none_or_all("withdrawn_at", "withdrawn_name", "withdrawn_reason"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="embargoedcopy_of_person", fields=["person", "-id"]),
        ]

    def __str__(self) -> str:
        return f"Copy for {self.name}"


class EmbargoedRead(models.Model):
    """One reading of an embargoed copy. Never changed."""

    copy = models.ForeignKey(EmbargoedCopy, models.PROTECT, related_name="reads")
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="embargoedread_complete", condition=~Q(read_by="")),
        ]

    def __str__(self) -> str:
        return f"Reading of {self.copy_id}"
