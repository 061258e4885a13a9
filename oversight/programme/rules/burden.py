"""What a place carries: visit days and hours of work on information, over rolling weeks (C3, ¶10(iv))."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Load:
    """Something that a place carries from a day on.

    Args:
        on: The day on which it counts: the first day of fieldwork, or the day of a request.
        body: Code of the body that it comes from.
        days: How much it weighs, in visit days.
        about: Reference of what it comes from.
    """

    on: date
    body: str
    days: float
    about: str


@dataclass(frozen=True)
class Week:
    """What a place carries in the window that ends with a week.

    Args:
        ends: Last day of the week, a Sunday.
        days: Days in all.
        shares: Days by body, largest first, then by code.
    """

    ends: date
    days: float
    shares: tuple[tuple[str, float], ...]


def within(loads: Iterable[Load], ends: date, weeks: int) -> tuple[Load, ...]:
    """Give the loads of the window of so many weeks that ends with a day."""
    first = ends - timedelta(days=7 * weeks - 1)
    return tuple(one for one in loads if first <= one.on <= ends)


def rolling(loads: Sequence[Load], *, weeks: int, first: date, count: int) -> tuple[Week, ...]:
    """Give what a place carries week by week.

    Args:
        loads: All that it carries, in any order.
        weeks: Length of the window.
        first: A day of the first week.
        count: How many weeks.
    """
    sunday = first + timedelta(days=6 - first.weekday())
    found = []
    for number in range(count):
        ends = sunday + timedelta(days=7 * number)
        shares = by_body(within(loads, ends, weeks))
        found.append(Week(ends, round(sum(days for _, days in shares), 1), shares))
    return tuple(found)


def by_body(loads: Iterable[Load]) -> tuple[tuple[str, float], ...]:
    """Add up days by body, largest first, then by code."""
    summed: dict[str, float] = {}
    for one in loads:
        summed[one.body] = summed.get(one.body, 0.0) + one.days
    return tuple(
        (body, round(days, 1)) for body, days in sorted(summed.items(), key=lambda one: (-one[1], one[0]))
    )


@dataclass(frozen=True)
class Peak:
    """The heaviest window that one day has a part in.

    Args:
        ends: Last day of the window.
        days: What is carried in it.
        about: References of what makes it up.
    """

    ends: date
    days: float
    about: tuple[str, ...]


def peak_around(loads: Sequence[Load], on: date, weeks: int) -> Peak:
    """Find the heaviest window of so many weeks that has ``on`` in it; of equals the earliest.

    A window becomes no heavier between two loads, so those that end with a load are enough.
    """
    latest = on + timedelta(days=7 * weeks - 1)
    ends = sorted({on, *(one.on for one in loads if on <= one.on <= latest)})
    best = Peak(on, -1.0, ())
    for end in ends:
        held = within(loads, end, weeks)
        days = round(sum(one.days for one in held), 1)
        if days > best.days:
            best = Peak(end, days, tuple(one.about for one in held))
    return best


def days_of_hours(hours: float, hours_a_day: float) -> float:
    """Give how many visit days so many hours of work on information weigh."""
    return round(hours / hours_a_day, 2)


def shares_in_words(shares: Sequence[tuple[str, float]], names: Mapping[str, str]) -> str:
    """Give every body's share, for a cell of a table."""
    return ", ".join(f"{names.get(body, body)} {days:g}" for body, days in shares)
