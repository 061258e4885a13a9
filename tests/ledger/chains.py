"""Chains of entries for tests of the arithmetic."""

from __future__ import annotations

from oversight.ledger.rules import BEGINNING, Claim, EntryFacts, entry_digest


def chain(*payloads: str) -> list[EntryFacts]:
    """Make a rightly linked chain with one entry for each payload."""
    entries: list[EntryFacts] = []
    for number, payload in enumerate(payloads, 1):
        previous = entries[-1].digest if entries else BEGINNING
        entries.append(
            redigested(
                EntryFacts(
                    number,
                    f"2026-03-16T09:30:00.{number:06}Z",
                    "person:1",
                    "Ann Example",
                    "hmip",
                    "hmip_planner",
                    "test.acted",
                    f"thing:{number}",
                    payload,
                    "5a" * 16,
                    previous,
                    "",
                )
            )
        )
    return entries


def redigested(entry: EntryFacts) -> EntryFacts:
    """Give the entry with the digest that its fields have."""
    return entry._replace(digest=entry_digest(*entry[:-1]))


def renumbered(entries: list[EntryFacts]) -> list[EntryFacts]:
    """Give the entries with numbers without a gap, as someone who hides a change would."""
    return [entry._replace(sequence=number) for number, entry in enumerate(entries, 1)]


def rewritten(entries: list[EntryFacts], start: int) -> list[EntryFacts]:
    """Give the chain with every entry from index ``start`` linked and digested anew."""
    made = entries[:start]
    for entry in entries[start:]:
        previous = made[-1].digest if made else BEGINNING
        made.append(redigested(entry._replace(sequence=len(made) + 1, previous=previous)))
    return made


def head_of(entries: list[EntryFacts]) -> Claim:
    """Give the head that these entries have."""
    last = entries[-1] if entries else None
    return Claim(last.sequence if last else 0, last.digest if last else BEGINNING, "The head of the record")
