"""The record's facts beside a briefing: each with where it comes from and its date (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from oversight.kernel.digests import Value, canonical, digest, parse


@dataclass(frozen=True)
class Fact:
    """One thing that the record says.

    Args:
        label: What it is about.
        says: What it says.
        source: Reference of where it stands.
        on: Its date, in words.
        address: Page of the service where it can be read; empty when there is none.
    """

    label: str
    says: str
    source: str
    on: str
    address: str = ""


@dataclass(frozen=True)
class FactGroup:
    """Facts that belong together; ``empty`` is said when there are none."""

    title: str
    facts: tuple[Fact, ...]
    empty: str = ""


def facts_text(groups: Iterable[FactGroup]) -> str:
    """Give the canonical text of a sheet of facts, which is kept."""
    return canonical(_plain(groups))


def facts_digest(groups: Iterable[FactGroup]) -> str:
    """Give the digest of a sheet of facts: the same facts have the same."""
    return digest(_plain(groups))


def _plain(groups: Iterable[FactGroup]) -> Value:
    return [cast("Value", {**asdict(one), "facts": [asdict(fact) for fact in one.facts]}) for one in groups]


def read_facts(text: str) -> tuple[FactGroup, ...]:
    """Read what ``facts_text`` wrote."""
    listed = cast("Sequence[Any]", parse(text))
    return tuple(
        FactGroup(one["title"], tuple(Fact(**fact) for fact in one["facts"]), one["empty"]) for one in listed
    )


def differences(then: Iterable[FactGroup], now: Iterable[FactGroup]) -> int:
    """Count the facts that a sheet has and the record now does not, or the other way round."""
    before = {(one.title, fact) for one in then for fact in one.facts}
    after = {(one.title, fact) for one in now for fact in one.facts}
    return max(len(before - after), len(after - before))
