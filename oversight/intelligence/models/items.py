"""Findings, notes and other bodies' work, their rounds, readers, and every reading (B1, B8, ¶2, ¶30)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from oversight.exchange.rules.items import Marking
from oversight.intelligence.models.checks import (
    NAME_LENGTH,
    PARTY,
    PERSON_LENGTH,
    TEXT_LENGTH,
    WORD_LENGTH,
)
from oversight.intelligence.rules.words import Confidence, Kind, Result
from oversight.ledger.conditions import both_or_neither, filled, pair, values


class Item(models.Model):
    """Something that a body puts in common about a unit or another body, on a theme. Its words are rounds."""

    kind = models.CharField(max_length=WORD_LENGTH)
    about = models.ForeignKey(PARTY, models.PROTECT, to_field="code", db_index=False, related_name="+")
    theme = models.CharField(max_length=WORD_LENGTH)
    source = models.CharField(max_length=WORD_LENGTH)
    """Who looks, as the words had it when it was put in common."""
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    body = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    """Whose work it is: the owner, but for work of another body."""
    origin = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    """Reference of what it came from in the owner's own work; empty when it was typed here."""
    place = models.CharField(max_length=300, blank=True, default="")
    """Path of that work, for its owner."""
    came_from = models.CharField(max_length=300, blank=True, default="")
    """That work with its date, in words for every reader; empty when it was typed here."""
    source_changed_at = models.DateTimeField(null=True, blank=True)
    """When that work was last corrected after this was shared."""
    source_changed_why = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=PERSON_LENGTH)
    filed_name = models.CharField(max_length=NAME_LENGTH)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="item_once_of_its_origin",
                fields=["owner", "origin"],
                condition=~Q(origin="") & Q(withdrawn_at=None),
            ),
            models.CheckConstraint(name="item_kind_known", condition=Q(kind__in=values(Kind))),
            models.CheckConstraint(
                name="item_complete", condition=filled("theme", "source", "filed_by", "filed_name")
            ),
            models.CheckConstraint(name="item_body", condition=Q(kind=Kind.WORK) | Q(body=F("owner"))),
            models.CheckConstraint(
                name="item_released_unless_note", condition=Q(kind=Kind.NOTE) | Q(released_at__isnull=False)
            ),
            models.CheckConstraint(name="item_released_pair", condition=pair("released")),
            models.CheckConstraint(
                name="item_withdrawn_whole",
                condition=both_or_neither("withdrawn_at", "withdrawn_by", "withdrawn_reason"),
            ),
            models.CheckConstraint(name="item_withdrawn_pair", condition=pair("withdrawn")),
            models.CheckConstraint(
                name="item_source_changed_whole",
                condition=both_or_neither("source_changed_at", "source_changed_why"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="item_by_unit", fields=["about", "theme", "source"]),
            models.Index(name="item_by_theme", fields=["theme", "source"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Round(models.Model):
    """What an item says, from one moment until it is corrected. Never changed; a new one stands beside it."""

    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="rounds")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=TEXT_LENGTH)
    result = models.CharField(max_length=WORD_LENGTH)
    confidence = models.CharField(max_length=WORD_LENGTH)
    found_on = models.DateField()
    marking = models.CharField(max_length=WORD_LENGTH)
    link = models.CharField(max_length=500, blank=True, default="")
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why the round before was wrong; empty for the first."""
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=PERSON_LENGTH)
    said_name = models.CharField(max_length=NAME_LENGTH)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="itemround_numbered", fields=["item", "number"]),
            models.UniqueConstraint(
                name="itemround_one_current", fields=["item"], condition=Q(replaced_at=None)
            ),
            models.CheckConstraint(
                name="itemround_complete", condition=filled("text", "said_by", "said_name")
            ),
            models.CheckConstraint(
                name="itemround_words",
                condition=Q(
                    result__in=values(Result), confidence__in=values(Confidence), marking__in=values(Marking)
                ),
            ),
            models.CheckConstraint(
                name="itemround_reason", condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason=""))
            ),
            models.CheckConstraint(name="itemround_replaced_pair", condition=pair("replaced")),
            models.CheckConstraint(
                name="itemround_replaced_after",
                condition=Q(replaced_at=None) | Q(replaced_at__gte=F("said_at")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="itemround_by_day", fields=["found_on"], condition=Q(replaced_at=None)),
        ]

    def __str__(self) -> str:
        return f"round {self.number}"


class Reader(models.Model):
    """A party that an item's owner named as its reader, until it was named no longer."""

    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="every_reader")
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", db_index=False, related_name="+")
    named_at = models.DateTimeField()
    named_by = models.CharField(max_length=PERSON_LENGTH)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="itemreader_once", fields=["item", "party"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="itemreader_complete", condition=filled("named_by")),
            models.CheckConstraint(name="itemreader_ended_pair", condition=pair("ended")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="itemreader_live", fields=["party", "item"], condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.party_id


class Reading(models.Model):
    """That someone read a round of an item. Never changed."""

    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="readings")
    number = models.PositiveIntegerField()
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", db_index=False, related_name="+")
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=PERSON_LENGTH)
    read_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="itemreading_complete", condition=Q(number__gte=1) & filled("read_by", "read_name")
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="itemreading_by_item", fields=["item", "read_by"]),
        ]

    def __str__(self) -> str:
        return f"{self.read_name} at {self.read_at}"


class Notice(models.Model):
    """That someone who read an item is told that it was corrected or withdrawn. It goes once it is seen."""

    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="notices")
    number = models.PositiveIntegerField()
    """Round that is new; the last one when it was withdrawn."""
    withdrawn = models.BooleanField()
    person = models.CharField(max_length=PERSON_LENGTH)
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", db_index=False, related_name="+")
    """For which they read it."""
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="itemnotice_once", fields=["item", "number", "withdrawn", "person", "party"]
            ),
            models.CheckConstraint(name="itemnotice_complete", condition=filled("person")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="itemnotice_waiting", fields=["person", "party"], condition=Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person} of {self.item_id}"
