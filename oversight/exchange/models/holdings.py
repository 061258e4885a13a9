"""What is held, its copies, its terms, who uses it, and every reading (G1)."""

from __future__ import annotations

from typing import ClassVar, Final

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
from oversight.exchange.rules.asking import AskState, UseState
from oversight.exchange.rules.holdings import Terms
from oversight.exchange.rules.items import Marking
from oversight.ledger.conditions import both_or_neither, filled, pair

KIND_LENGTH: Final = 60
STATE_LENGTH: Final = 20


def span_whole() -> Q:
    """Hold both days of a span together, in order."""
    return Q(first=None, last=None) | Q(first__isnull=False, last__gte=F("first"))


class Holding(models.Model):
    """An item of information: of a kind, about a party, as things stand or of a span of time. One owner."""

    kind = models.CharField(max_length=KIND_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    about = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    owner_lineage = models.CharField(max_length=300)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    terms = models.CharField(max_length=STATE_LENGTH)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=PERSON_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="holding_once_of_a_span",
                fields=["kind", "about", "first", "last"],
                condition=Q(first__isnull=False),
            ),
            models.UniqueConstraint(
                name="holding_once_as_it_stands", fields=["kind", "about"], condition=Q(first=None)
            ),
            models.CheckConstraint(
                name="holding_complete", condition=filled("kind", "title", "owner_lineage", "begun_by")
            ),
            models.CheckConstraint(name="holding_span_whole", condition=span_whole()),
            models.CheckConstraint(
                name="holding_terms_known", condition=Q(terms__in=[str(one) for one in Terms])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="holding_by_item", fields=["kind", "about"])
        ]

    def __str__(self) -> str:
        return self.title


class NamedParty(models.Model):
    """A party that the owner named in the terms, until it was named no longer."""

    holding = models.ForeignKey(Holding, models.PROTECT, related_name="every_named")
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    named_at = models.DateTimeField()
    named_by = models.CharField(max_length=PERSON_LENGTH)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="namedparty_once", fields=["holding", "party"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="namedparty_complete", condition=filled("named_by")),
            models.CheckConstraint(name="namedparty_ended_pair", condition=pair("ended")),
        ]

    def __str__(self) -> str:
        return self.party_id


class Copy(models.Model):
    """A copy of an item as it was kept. A new one replaces it, and it stays; its content may go."""

    holding = models.ForeignKey(Holding, models.PROTECT, db_index=False, related_name="copies")
    number = models.PositiveIntegerField()
    as_at = models.DateField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    where = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """A link or a place, when there is no file."""
    note = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    marking = models.CharField(max_length=STATE_LENGTH)
    personal = models.BooleanField()
    retain_until = models.DateField()
    source = models.CharField(max_length=300, blank=True, default="")
    """Path of the page on which it was supplied, when that was elsewhere."""
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=PERSON_LENGTH)
    kept_name = models.CharField(max_length=NAME_LENGTH)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    gone_at = models.DateTimeField(null=True, blank=True)
    gone_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="copy_numbered", fields=["holding", "number"]),
            models.UniqueConstraint(
                name="copy_one_current", fields=["holding"], condition=Q(replaced_at=None)
            ),
            models.CheckConstraint(
                name="copy_complete", condition=Q(number__gte=1) & filled("kept_by", "kept_name")
            ),
            models.CheckConstraint(
                name="copy_somewhere",
                condition=Q(file__isnull=False) | ~Q(where="") | Q(gone_at__isnull=False),
            ),
            models.CheckConstraint(
                name="copy_marking_known", condition=Q(marking__in=[str(one) for one in Marking])
            ),
            models.CheckConstraint(name="copy_replaced_pair", condition=pair("replaced")),
            models.CheckConstraint(name="copy_gone_pair", condition=pair("gone")),
            models.CheckConstraint(name="copy_kept_after", condition=Q(retain_until__gte=F("as_at"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="copy_due_to_go", fields=["retain_until"], condition=Q(gone_at=None)),
        ]

    def __str__(self) -> str:
        return f"copy {self.number}"


class Ask(models.Model):
    """A request for information, put to its one owner."""

    kind = models.CharField(max_length=KIND_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    about = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    owner = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    owner_lineage = models.CharField(max_length=300)
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    """Who asks."""
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    purpose = models.CharField(max_length=TEXT_LENGTH)
    needed_by = models.DateField()
    hours = models.PositiveIntegerField()
    """What an answer costs its owner, as it was estimated then."""
    joins = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="joined")
    """The open request for the same thing that one answer serves as well."""
    held = models.ForeignKey(Holding, models.PROTECT, null=True, blank=True, related_name="+")
    """What was shown to be held already when it was asked."""
    reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    """Why it was asked for although it was held."""
    place = models.CharField(max_length=300, blank=True, default="")
    """Path of the page where its owner answers it, when that is elsewhere."""
    state = models.CharField(max_length=STATE_LENGTH, default=AskState.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=PERSON_LENGTH)
    asked_name = models.CharField(max_length=NAME_LENGTH)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    closed_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    closed_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    answer = models.ForeignKey(Copy, models.PROTECT, null=True, blank=True, related_name="answers")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="ask_complete",
                condition=filled("kind", "title", "owner_lineage", "purpose", "asked_by", "asked_name"),
            ),
            models.CheckConstraint(name="ask_span_whole", condition=span_whole()),
            models.CheckConstraint(name="ask_reason_where_held", condition=Q(held=None) | ~Q(reason="")),
            models.CheckConstraint(name="ask_of_another", condition=~Q(owner=F("party"))),
            models.CheckConstraint(
                name="ask_closed_whole", condition=both_or_neither("closed_at", "closed_by", "closed_name")
            ),
            models.CheckConstraint(name="ask_closed_pair", condition=pair("closed")),
            models.CheckConstraint(
                name="ask_state_facts",
                condition=Q(state=AskState.OPEN, closed_at=None, closed_reason="", answer=None)
                | Q(state=AskState.ANSWERED, closed_at__isnull=False, closed_reason="", answer__isnull=False)
                | (
                    Q(state__in=[AskState.DECLINED, AskState.WITHDRAWN], closed_at__isnull=False, answer=None)
                    & ~Q(closed_reason="")
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="ask_by_item", fields=["kind", "about", "state"]),
        ]

    def __str__(self) -> str:
        return self.title


class Use(models.Model):
    """That a party reuses an item: asked for, given at once or by its owner's leave, ended."""

    holding = models.ForeignKey(Holding, models.PROTECT, related_name="uses")
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    purpose = models.CharField(max_length=TEXT_LENGTH)
    hours = models.PositiveIntegerField()
    """Hours that its owner was saved; nothing when it follows from a request."""
    ask = models.OneToOneField(Ask, models.PROTECT, null=True, blank=True, related_name="use")
    state = models.CharField(max_length=STATE_LENGTH)
    wanted_at = models.DateTimeField()
    wanted_by = models.CharField(max_length=PERSON_LENGTH)
    wanted_name = models.CharField(max_length=NAME_LENGTH)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=PERSON_LENGTH, blank=True, default="")
    decided_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    decided_reason = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="use_one_live",
                fields=["holding", "party"],
                condition=Q(state__in=[str(UseState.WANTED), str(UseState.GIVEN)]),
            ),
            models.CheckConstraint(
                name="use_complete", condition=filled("purpose", "wanted_by", "wanted_name")
            ),
            models.CheckConstraint(
                name="use_decided_whole",
                condition=both_or_neither("decided_at", "decided_by", "decided_name"),
            ),
            models.CheckConstraint(name="use_decided_pair", condition=pair("decided")),
            models.CheckConstraint(
                name="use_state_facts",
                condition=Q(state=UseState.WANTED, decided_at=None, decided_reason="")
                | Q(state=UseState.GIVEN, decided_reason="")
                | (
                    Q(state__in=[UseState.REFUSED, UseState.ENDED], decided_at__isnull=False)
                    & ~Q(decided_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} of {self.holding_id}"


class Reading(models.Model):
    """That someone read a copy. Never changed."""

    copy = models.ForeignKey(Copy, models.PROTECT, related_name="readings")
    party = models.ForeignKey(PARTY, models.PROTECT, to_field="code", related_name="+")
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=PERSON_LENGTH)
    read_name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="holdingreading_complete", condition=filled("read_by", "read_name"))
        ]

    def __str__(self) -> str:
        return f"{self.read_name} at {self.read_at}"
