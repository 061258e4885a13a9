"""What is shared with named parties until a day, and every reading (G3, ¶29, ¶33)."""

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
from oversight.exchange.models.files import StoredFile
from oversight.exchange.models.holdings import STATE_LENGTH
from oversight.exchange.rules.items import Marking
from oversight.exchange.rules.sharing import Shared
from oversight.ledger.conditions import both_or_neither, filled, pair


class Share(models.Model):
    """A report or data given to named parties until a day. A newer version ends it."""

    what = models.CharField(max_length=STATE_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    marking = models.CharField(max_length=STATE_LENGTH)
    purpose = models.CharField(max_length=TEXT_LENGTH)
    agreement = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    since = models.DateField()
    until = models.DateField()
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
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
                name="exchangeshare_complete", condition=filled("title", "purpose", "given_by", "given_name")
            ),
            models.CheckConstraint(
                name="exchangeshare_known",
                condition=Q(what__in=[str(one) for one in Shared], marking__in=[str(one) for one in Marking]),
            ),
            models.CheckConstraint(
                name="exchangeshare_agreement", condition=~Q(what=Shared.DATA) | ~Q(agreement="")
            ),
            models.CheckConstraint(name="exchangeshare_days", condition=Q(until__gte=F("since"))),
            models.CheckConstraint(
                name="exchangeshare_ended_whole",
                condition=both_or_neither("ended_at", "ended_by", "ended_name", "ended_reason"),
            ),
            models.CheckConstraint(name="exchangeshare_ended_pair", condition=pair("ended")),
        ]

    def __str__(self) -> str:
        return self.title


class SharedWith(models.Model):
    """A party that something is shared with."""

    share = models.ForeignKey(Share, models.PROTECT, db_index=False, related_name="parties")
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="sharedwith_once", fields=["share", "party"])
        ]

    def __str__(self) -> str:
        return self.party_id


class ShareRead(models.Model):
    """That someone was handed what is shared. Never changed."""

    share = models.ForeignKey(Share, models.PROTECT, related_name="readings")
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=PERSON_LENGTH)
    read_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="shareread_complete", condition=filled("read_by", "read_name"))
        ]

    def __str__(self) -> str:
        return f"{self.read_name} at {self.read_at}"
