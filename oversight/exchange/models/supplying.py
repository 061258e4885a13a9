"""Routine supply: what was agreed, each period that falls due, the addresses for machines (G2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.exchange.models.checks import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.exchange.models.files import DIGEST_LENGTH
from oversight.exchange.models.holdings import KIND_LENGTH, STATE_LENGTH, Copy
from oversight.exchange.rules.supplying import Every
from oversight.ledger.conditions import both_or_neither, filled, pair


class Supply(models.Model):
    """That one party supplies another with something, every so often, for at most a year."""

    kind = models.CharField(max_length=KIND_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    about = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    supplier = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    receiver = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    every = models.CharField(max_length=STATE_LENGTH)
    days_after = models.PositiveIntegerField()
    agreed_at = models.DateTimeField()
    agreed_by = models.CharField(max_length=PERSON_LENGTH)
    agreed_name = models.CharField(max_length=NAME_LENGTH)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    stopped_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    stopped_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="supply_complete",
                condition=filled("kind", "title", "agreed_by", "agreed_name")
                & Q(every__in=[str(one) for one in Every])
                & ~Q(supplier=F("receiver")),
            ),
            models.CheckConstraint(
                name="supply_stopped_whole",
                condition=both_or_neither("stopped_at", "stopped_by", "stopped_name", "stopped_reason"),
            ),
            models.CheckConstraint(name="supply_stopped_pair", condition=pair("stopped")),
        ]

    def __str__(self) -> str:
        return self.title


class SupplyPeriod(models.Model):
    """One period of a supply: due on a day, supplied by a copy."""

    supply = models.ForeignKey(Supply, models.PROTECT, db_index=False, related_name="periods")
    first = models.DateField()
    last = models.DateField()
    due = models.DateField()
    event = models.PositiveBigIntegerField()
    """Row of the event that opened its duty."""
    event_revision = models.PositiveIntegerField()
    copy = models.ForeignKey(Copy, models.PROTECT, null=True, blank=True, related_name="supplies")
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="supplyperiod_once", fields=["supply", "first"]),
            models.CheckConstraint(
                name="supplyperiod_days", condition=Q(last__gte=F("first"), due__gte=F("last"))
            ),
            models.CheckConstraint(name="supplyperiod_met_pair", condition=pair("met")),
            models.CheckConstraint(
                name="supplyperiod_met_copy",
                condition=Q(met_at=None, copy=None) | Q(met_at__isnull=False, copy__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class UploadAddress(models.Model):
    """An address at which a machine of the supplier supplies. Its token is kept as a digest alone."""

    supply = models.ForeignKey(Supply, models.PROTECT, related_name="addresses")
    token_digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=PERSON_LENGTH)
    issued_name = models.CharField(max_length=NAME_LENGTH)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="uploadaddress_one_live", fields=["supply"], condition=Q(revoked_at=None)
            ),
            models.CheckConstraint(
                name="uploadaddress_complete",
                condition=Q(token_digest__length=DIGEST_LENGTH) & filled("issued_by", "issued_name"),
            ),
            models.CheckConstraint(name="uploadaddress_revoked_pair", condition=pair("revoked")),
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"
