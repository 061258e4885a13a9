"""What is held: one owner and one current copy of each item, on what terms others may use it (G1, ¶10(iv)).

An item is a kind of information about one party: as things stand, or of one span of time.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.exchange.rules.items import ItemKind
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words

PARAGRAPH: Final = "10(iv)"


class Terms(StrEnum):
    """Who may use what is held, and how."""

    OPEN = "open"
    """Everyone who may ask for information may use it at once."""
    LEAVE = "leave"
    """Everyone who may ask sees that it is held; its owner says yes or no to each use."""
    NAMED = "named"
    """The parties named may use it at once, and nobody else learns that it is held."""


TERMS_WORDS: Final = {
    Terms.OPEN: "Anyone who may ask for information can reuse it",
    Terms.LEAVE: "Others see that it is held, and ask us before they reuse it",
    Terms.NAMED: "Only the parties we name can see and reuse it",
}


@dataclass(frozen=True)
class Span:
    """A span of time, both days included."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """The span in words."""
        if self.first == self.last:
            return day_in_words(self.first)
        return f"{day_in_words(self.first)} to {day_in_words(self.last)}"


def overlap(one: Span | None, other: Span | None) -> bool:
    """Tell whether two items of a kind may be the same. None is how things stand, which may be any day."""
    if one is None or other is None:
        return True
    return one.first <= other.last and other.first <= one.last


def covers(held: Span | None, wanted: Span | None) -> bool:
    """Tell whether what is held answers all that is wanted."""
    if held is None or wanted is None:
        return held is wanted
    return held.first <= wanted.first and wanted.last <= held.last


def kept_until(as_at: date, months: int) -> date:
    """Give the day until which a copy is kept: so many months later, or the month's last day before that."""
    year, month = divmod(as_at.year * 12 + as_at.month - 1 + months, 12)
    return date(year, month + 1, min(as_at.day, calendar.monthrange(year, month + 1)[1]))


def knows(*, own: bool, asks: bool, terms: Terms, named: bool, uses: bool) -> bool:
    """Tell whether someone may know that an item is held.

    Args:
        own: They answer for its owner.
        asks: They may ask others for information.
        terms: On what terms it is held.
        named: Their party is named in the terms.
        uses: Their party was given it.
    """
    return own or uses or named or (asks and terms is not Terms.NAMED)


def check_span(kind: ItemKind, span: Span | None) -> None:
    """Refuse a span for what is as it stands, and none for what is of a period.

    Raises:
        Refused: Rule ``item_span``; field ``first``.
    """
    if kind.of_a_period and span is None:
        raise _refused("item_span", f"“{kind.title}” is about a span of time.", "Enter both days.", "first")
    if not kind.of_a_period and span is not None:
        raise _refused(
            "item_span", f"“{kind.title}” is as things stand.", "Leave the span of time out.", "first"
        )
    if span is not None and span.last < span.first:
        raise _refused(
            "item_span", "The last day is before the first.", "Correct one of the two days.", "last"
        )


def check_copy(
    kind: ItemKind,
    span: Span | None,
    *,
    as_at: date,
    retain_until: date,
    personal: bool,
    terms: Terms,
    named: Collection[str],
    owner: str,
    today: date,
) -> None:
    """Refuse a copy that could not be used as it says.

    Args:
        kind: Kind of the item.
        span: Of what time; None for how things stand.
        as_at: Day on which it was so.
        retain_until: Last day on which it is kept.
        personal: Whether it holds personal data.
        terms: On what terms others may use it.
        named: Codes of the parties named in the terms.
        owner: Code of its owner.
        today: London date.

    Raises:
        Refused: ``field`` says what is wrong.
    """
    check_span(kind, span)
    if as_at > today:
        raise _refused(
            "holding_as_at",
            f"{day_in_words(as_at)} is still to come.",
            "Enter the day on which it was so.",
            "as_at",
        )
    if retain_until < today:
        raise _refused(
            "holding_retention",
            "The day until which it is kept has passed.",
            "Enter a later day, or do not keep it here.",
            "retain_until",
        )
    if personal and terms is Terms.OPEN:
        raise _refused(
            "holding_personal",
            "What holds personal data is not open to everyone.",
            "Choose that you are asked first, or name the parties.",
            "terms",
        )
    if (terms is Terms.NAMED) != bool(named):
        raise _refused(
            "holding_named",
            "These terms name parties, and no other terms do.",
            "Name at least one party, or choose other terms.",
            "named",
        )
    if owner in named:
        raise _refused("holding_named", "Its owner need not be named.", "Name the others only.", "named")


def _refused(rule: str, why: str, what_next: str, field: str) -> Refused:
    return Refused(rule, why, what_next, paragraph=PARAGRAPH, field=field)
