"""Routine supply: what, from whom, to whom, how often; each falls due as a duty (G2, ¶29 to ¶31)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from oversight.exchange.rules.holdings import Span
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words

#: A supply is agreed anew at least this often, so that nobody goes on supplying what nobody uses.
MOST_MONTHS: Final = 12
#: Most days after a period by which it is supplied.
MOST_DAYS: Final = 180


class Every(StrEnum):
    """How often something is supplied."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months a period has."""
        return {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[self]


EVERY_WORDS: Final = {
    Every.MONTH: "Every month",
    Every.QUARTER: "Every quarter",
    Every.YEAR: "Every year",
}


@dataclass(frozen=True)
class Due:
    """One period of a supply, and the day by which it is supplied."""

    span: Span
    on: date


def _month_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def periods(every: Every, *, first: date, count: int, days_after: int) -> tuple[Due, ...]:
    """Give the periods of a supply: whole months from the first, without a gap and without an overlap.

    Args:
        every: How often.
        first: First day of the first period; the first of a month.
        count: How many periods.
        days_after: How many days after its last day each is due.
    """
    starts = [_month_after(first, number * every.months) for number in range(count + 1)]
    spans = [Span(start, after - timedelta(1)) for start, after in pairwise(starts)]
    return tuple(Due(span, span.last + timedelta(days_after)) for span in spans)


def check_supply(
    every: Every, *, first: date, count: int, days_after: int, supplier: str, receiver: str, today: date
) -> None:
    """Refuse a supply to oneself, of no whole months, for too long, or with a day that has passed.

    Args:
        every: How often.
        first: First day of the first period.
        count: How many periods.
        days_after: How many days after its last day each is due.
        supplier: Code of the party that supplies.
        receiver: Code of the party that receives.
        today: London date.

    Raises:
        Refused: ``field`` says what is wrong.
    """
    if supplier == receiver:
        raise _refused("supply_self", "Nobody supplies itself.", "Choose another party.", "receiver")
    if first.day != 1:
        raise _refused("supply_first", "Periods are whole months.", "Enter the first of a month.", "first")
    if not 0 <= days_after <= MOST_DAYS:
        raise _refused(
            "supply_days", "That is too long after.", f"Enter 0 to {MOST_DAYS} days.", "days_after"
        )
    if count < 1 or count * every.months > MOST_MONTHS:
        raise _refused(
            "supply_count",
            f"A supply is agreed for {MOST_MONTHS} months at most, and then anew.",
            f"Enter 1 to {MOST_MONTHS // every.months} periods.",
            "count",
        )
    soonest = periods(every, first=first, count=1, days_after=days_after)[0].on
    if soonest < today:
        raise _refused(
            "supply_past",
            f"The first supply would have been due on {day_in_words(soonest)}.",
            "Begin with a later period.",
            "first",
        )


def token_digest(token: str) -> str:
    """Give what is kept of the token of an upload address: its SHA-256, from which it cannot be told."""
    return hashlib.sha256(token.encode()).hexdigest()


def _refused(rule: str, why: str, what_next: str, field: str) -> Refused:
    return Refused(rule, why, what_next, paragraph="29", field=field)
