"""Disposal runs, what became of each copy on them, and the holds that stop them (G5, ¶32)."""

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
from oversight.exchange.models.holdings import STATE_LENGTH, Copy, Holding
from oversight.exchange.rules.disposal import Fate, RunState
from oversight.ledger.conditions import both_or_neither, filled, pair


class LegalHold(models.Model):
    """That no copy of an item is disposed of until the hold is lifted."""

    holding = models.ForeignKey(Holding, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=TEXT_LENGTH)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=PERSON_LENGTH)
    placed_name = models.CharField(max_length=NAME_LENGTH)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    lifted_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    lifted_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="legalhold_one_live", fields=["holding"], condition=Q(lifted_at=None)
            ),
            models.CheckConstraint(
                name="legalhold_complete", condition=filled("reason", "placed_by", "placed_name")
            ),
            models.CheckConstraint(
                name="legalhold_lifted_whole",
                condition=both_or_neither("lifted_at", "lifted_by", "lifted_name", "lifted_reason"),
            ),
            models.CheckConstraint(name="legalhold_lifted_pair", condition=pair("lifted")),
        ]

    def __str__(self) -> str:
        return self.reason


class DisposalRun(models.Model):
    """A list of what one owner is due to dispose of, until a second person decides on it."""

    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    as_of = models.DateField()
    state = models.CharField(max_length=STATE_LENGTH, default=RunState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=PERSON_LENGTH)
    proposed_name = models.CharField(max_length=NAME_LENGTH)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    decided_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    decided_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="disposalrun_one_waiting", fields=["owner"], condition=Q(state=RunState.PROPOSED)
            ),
            models.CheckConstraint(
                name="disposalrun_complete", condition=filled("proposed_by", "proposed_name")
            ),
            models.CheckConstraint(
                name="disposalrun_decided_whole",
                condition=both_or_neither("decided_at", "decided_by", "decided_name"),
            ),
            models.CheckConstraint(name="disposalrun_decided_pair", condition=pair("decided")),
            models.CheckConstraint(
                name="disposalrun_state_facts",
                condition=Q(state=RunState.PROPOSED, decided_at=None, decided_reason="")
                | (Q(state=RunState.DONE, decided_at__isnull=False) & ~Q(decided_by=F("proposed_by")))
                | (Q(state=RunState.WITHDRAWN, decided_at__isnull=False) & ~Q(decided_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"disposal {self.pk}"


class DisposalLine(models.Model):
    """One copy on a list: what it was, and what became of it. It stays when the content has gone."""

    run = models.ForeignKey(DisposalRun, models.PROTECT, db_index=False, related_name="lines")
    copy = models.ForeignKey(Copy, models.PROTECT, related_name="disposals")
    title = models.CharField(max_length=TITLE_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True, default="")
    """SHA-256 of its file; empty when it had none."""
    retain_until = models.DateField()
    fate = models.CharField(max_length=STATE_LENGTH, default=Fate.WAITING)
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why it was kept."""
    bytes_gone = models.BooleanField(default=False)
    """Whether the bytes went: another file may have the same."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="disposalline_once", fields=["run", "copy"]),
            models.CheckConstraint(
                name="disposalline_fate",
                condition=Q(fate__in=[Fate.WAITING, Fate.GONE], reason="")
                | (Q(fate=Fate.KEPT, bytes_gone=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="disposalline_bytes", condition=Q(bytes_gone=False) | Q(fate=Fate.GONE)
            ),
        ]

    def __str__(self) -> str:
        return self.title
