"""Contracts of commissioned services, their listings, periods and service levels (B3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.delivery.models.base import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
)
from oversight.ledger.conditions import both_or_neither, filled, pair


class Contract(models.Model):
    """A contract, as its listings show it."""

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    provider = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    in_house = models.BooleanField(default=False)
    """Whether the Probation Service itself provides it."""
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="contract_complete", condition=filled("reference", "title", "loaded_by")
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ContractListing(models.Model):
    """That a listing is of a contract, and the region in which it is."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="listings")
    listing = models.OneToOneField("parties.CrsListing", models.PROTECT, related_name="+")
    region = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    def __str__(self) -> str:
        return f"{self.contract_id} in {self.region_id}"


class ContractPeriod(models.Model):
    """A period of a contract that ended, with what its first line says of it."""

    contract = models.ForeignKey(Contract, models.PROTECT, db_index=False, related_name="periods")
    first = models.DateField()
    last = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=PERSON_LENGTH)
    opened_name = models.CharField(max_length=NAME_LENGTH)
    input = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """What the Regional Performance and Quality Team adds."""
    input_at = models.DateTimeField(null=True, blank=True)
    input_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    input_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    account = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    assessed_at = models.DateTimeField(null=True, blank=True)
    assessed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    assessed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="contractperiod_once", fields=["contract", "first"]),
            models.CheckConstraint(
                name="contractperiod_complete",
                condition=filled("opened_by", "opened_name") & Q(last__gte=F("first")),
            ),
            models.CheckConstraint(name="contractperiod_input_pair", condition=pair("input")),
            models.CheckConstraint(
                name="contractperiod_input_whole",
                condition=both_or_neither("input_at", "input_by", "input_name", "input"),
            ),
            models.CheckConstraint(name="contractperiod_assessed_pair", condition=pair("assessed")),
            models.CheckConstraint(
                name="contractperiod_assessed_whole",
                condition=both_or_neither("assessed_at", "assessed_by", "assessed_name", "account"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class ServiceLevel(models.Model):
    """What a contract reached in a period by one measure. A corrected one replaces another, which stays."""

    period = models.ForeignKey(ContractPeriod, models.PROTECT, db_index=False, related_name="levels")
    measure = models.CharField(max_length=WORD_LENGTH)
    value = models.DecimalField(max_digits=12, decimal_places=2)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=PERSON_LENGTH)
    entered_name = models.CharField(max_length=NAME_LENGTH)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="servicelevel_one_live", fields=["period", "measure"], condition=Q(replaced_at=None)
            ),
            models.CheckConstraint(
                name="servicelevel_complete",
                condition=filled("measure", "entered_by", "entered_name") & Q(value__gte=0),
            ),
            models.CheckConstraint(name="servicelevel_replaced_pair", condition=pair("replaced")),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.value}"
