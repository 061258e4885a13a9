"""What may be read of the record, and by whom (paragraph 10(iii), capability H4).

Two permissions keep the bodies independent of each other. ``ledger.see_record`` reaches the parties whose
acts one may know of: when, for which party, and what kind of act. ``ledger.see_contents`` reaches those of
whose acts one may also read who acted, on what, and what was recorded: for everyone their own party, for an
auditor all. So the record tells a sponsor that the Inspectorate acted, and never on which unreported
inspection. An entry beyond both is answered as if there were none. A filter by subject looks into readable
entries alone, or it would answer the question that the page withholds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, parse, read_moment
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, day_in_words, moment_in_words
from oversight.ledger.acting import registered_actions
from oversight.ledger.checkpoints import SignedCheckpoint
from oversight.ledger.models import Checkpoint, Entry
from oversight.ledger.rules import BEGINNING, EntryFacts, entry_digest

PAGE: Final = 25
LARGEST: Final = 2**63 - 1
"""Largest number that both databases hold."""
_LONGEST_LIST: Final = 200
_LISTED: Final = ("sequence", "at", "party", "verb", "actor_name", "role", "subject")


@dataclass(frozen=True)
class EntryInList:
    """An entry as a list shows it. What the reader may not know is None.

    Args:
        sequence: Its number.
        at: The moment of the act; None when the stored text is no moment.
        party: Code of the party acted for.
        verb: What kind of act, in words.
        actor_name: Who acted, or None.
        role: Identifier of the role acted in, or None.
        subject: Reference of what was acted on, or None.
    """

    sequence: int
    at: datetime | None
    party: str
    verb: str
    actor_name: str | None
    role: str | None
    subject: str | None


@dataclass(frozen=True)
class EntryPage:
    """One page of entries, newest first.

    Args:
        entries: At most ``PAGE``.
        newer: Show entries after this number to go to newer ones; None on the newest page.
        older: Show entries before this number to go to older ones; None on the oldest page.
    """

    entries: tuple[EntryInList, ...]
    newer: int | None
    older: int | None


@dataclass(frozen=True)
class Fact:
    """A recorded value as a page shows it.

    Args:
        label: Name of the value in words; empty inside a list.
        words: The value in words; empty when it has parts.
        parts: Values inside a mapping or a list.
    """

    label: str
    words: str
    parts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class EntryWhole:
    """An entry with all that the reader may know of it.

    Args:
        listed: What a list shows of it.
        facts: What was recorded, or None when the reader may not know.
        digest: Its digest.
        previous: Digest of the entry before it.
        is_sound: Whether its digest is that of its fields and it follows the entry before it.
    """

    listed: EntryInList
    facts: tuple[Fact, ...] | None
    digest: str
    previous: str
    is_sound: bool


def verbs() -> list[tuple[str, str]]:
    """Give every kind of act that the service knows, with its words, sorted by them."""
    return sorted(
        ((info.verb, verb_words(info.verb)) for info in registered_actions()), key=lambda pair: pair[1]
    )


def verb_words(verb: str) -> str:
    """Give a verb as words: ``event.recorded`` is "Event recorded"."""
    words = verb.replace(".", " ").replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def entries(
    *,
    by: Actor,
    subject: str = "",
    verb: str = "",
    party: str = "",
    before: int | None = None,
    after: int | None = None,
) -> EntryPage:
    """Give a page of the entries that ``by`` may know of, newest first: one query, however long the record.

    Args:
        by: Who reads.
        subject: Only entries about this reference; looks only where ``by`` may read subjects.
        verb: Only this kind of act.
        party: Only acts for the party of this code.
        before: Only entries with a smaller number.
        after: Only entries with a larger number; the oldest of them are given. Not with ``before``.
    """
    found = _reached(Entry.objects.all(), by.parties_over("ledger.see_record"))
    if subject:
        found = _reached(found, by.parties_over("ledger.see_contents")).filter(subject=subject)
    if verb:
        found = found.filter(verb=verb)
    if party:
        found = found.filter(party=party)
    if after is not None:
        upwards = found.filter(sequence__gt=after).order_by("sequence")
        taken = _rows(upwards)
        rows, more = taken[:PAGE][::-1], len(taken) > PAGE
        newer = rows[0][0] if rows and more else None
        older = rows[-1][0] if rows else None
    else:
        downwards = found if before is None else found.filter(sequence__lt=before)
        taken = _rows(downwards.order_by("-sequence"))
        rows, more = taken[:PAGE], len(taken) > PAGE
        newer = rows[0][0] if rows and before is not None else None
        older = rows[-1][0] if rows and more else None
    open_to = by.parties_over("ledger.see_contents")
    return EntryPage(tuple(_listed(row, open_to) for row in rows), newer, older)


def entry(sequence: int, *, by: Actor) -> EntryWhole:
    """Give one entry.

    Raises:
        Refused: There is none of this number that ``by`` may know of.
    """
    known = _reached(Entry.objects.all(), by.parties_over("ledger.see_record"))
    row = None
    if 0 < sequence <= LARGEST:
        row = known.filter(sequence=sequence).values_list(*EntryFacts._fields).order_by("sequence").first()
    if row is None:
        raise Refused(
            "not_found_entry",
            f"The record has no entry {sequence} that you may read.",
            "Look for it in the list of entries.",
            paragraph="10(iii)",
        )
    facts = EntryFacts(*row)
    before = (
        Entry.objects.filter(sequence=sequence - 1)
        .values_list("digest", flat=True)
        .order_by("sequence")
        .first()
    )
    open_to = by.parties_over("ledger.see_contents")
    is_open = open_to is None or facts.party in open_to
    return EntryWhole(
        _listed([getattr(facts, name) for name in _LISTED], open_to),
        _contents(facts.payload) if is_open else None,
        facts.digest,
        facts.previous,
        _digest(facts) == facts.digest and facts.previous == (before if sequence > 1 else BEGINNING),
    )


def checkpoints() -> QuerySet[Checkpoint]:
    """Give the stored checkpoints, newest first."""
    return Checkpoint.objects.order_by("-id")


def checkpoint_moment(stored: Checkpoint) -> datetime:
    """Give the moment at which a checkpoint was taken."""
    return read_moment(stored.at)


def checkpoint(number: int) -> SignedCheckpoint:
    """Give a stored checkpoint.

    Raises:
        Refused: There is none of this number.
    """
    fields = ("sequence", "digest", "at", "by", "issuer", "public_key", "signature")
    row = None
    if 0 < number <= LARGEST:
        row = Checkpoint.objects.filter(pk=number).values_list(*fields).order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_checkpoint",
            f"There is no checkpoint {number}.",
            "Look for it in the list of checkpoints.",
        )
    return SignedCheckpoint(*row)


def _reached(found: QuerySet[Entry], parties: frozenset[str] | None) -> QuerySet[Entry]:
    return found if parties is None else found.filter(party__in=sorted(parties))


def _rows(found: QuerySet[Entry]) -> Sequence[tuple[Any, ...]]:
    return list(found.values_list(*_LISTED)[: PAGE + 1])


def _listed(row: Sequence[Any], open_to: frozenset[str] | None) -> EntryInList:
    sequence, at, party, verb, actor_name, role, subject = row
    if open_to is not None and party not in open_to:
        return EntryInList(sequence, _moment(at), party, verb_words(verb), None, None, None)
    return EntryInList(sequence, _moment(at), party, verb_words(verb), actor_name, role, subject)


def _moment(text: str) -> datetime | None:
    try:
        return read_moment(text)
    except ValueError:
        return None


def _digest(facts: EntryFacts) -> str:
    try:
        return entry_digest(*facts[:-1])
    except (TypeError, ValueError):
        return ""


def _contents(payload: str) -> tuple[Fact, ...]:
    try:
        value = parse(payload)
    except ValueError:
        return (Fact("Unreadable", payload),)
    return _fact("", value).parts


def _fact(label: str, value: Value) -> Fact:
    if isinstance(value, Mapping):
        parts = tuple(_fact(verb_words(key), item) for key, item in value.items())
        return Fact(label, "" if parts else "Nothing", parts)
    if isinstance(value, list):
        parts = tuple(_fact("", item) for item in value[:_LONGEST_LIST])
        if len(value) > _LONGEST_LIST:
            parts += (Fact("", f"And {count_in_words(len(value) - _LONGEST_LIST, 'more', 'more')}"),)
        return Fact(label, "" if parts else "None", parts)
    return Fact(label, _words(value))


def _words(value: Value) -> str:
    if value is None or value == "":
        return "None"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return moment_in_words(value)
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, Decimal | int):
        return f"{value}"
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
