"""Dates, moments, counts and lists in plain English, the way GOV.UK writes them.

Month and day names are spelled here and not taken from the machine's locale, so that the same record
reads the same everywhere. Style: https://www.gov.uk/guidance/style-guide/a-to-z (dates, times, lists).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DAYS_BEFORE_WEEKS = 14
_WEEKS_BEFORE_MONTHS = 12
_MONTHS_BEFORE_YEARS = 24


def month_in_words(day: date) -> str:
    """Give ``March 2026``."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def day_in_words(day: date) -> str:
    """Give ``16 March 2026``."""
    return f"{day.day} {month_in_words(day)}"


def weekday_in_words(day: date) -> str:
    """Give ``Monday 16 March 2026``."""
    return f"{WEEKDAYS[day.weekday()]} {day_in_words(day)}"


def moment_in_words(moment: datetime) -> str:
    """Give ``16 March 2026 at 9:30am``, in London time whatever the zone of ``moment``.

    Raises:
        ValueError: ``moment`` has no time zone, so it is no moment.
    """
    if moment.utcoffset() is None:
        msg = "A moment needs a time zone."
        raise ValueError(msg)
    local = moment.astimezone(LONDON)
    return f"{day_in_words(local)} at {_clock_in_words(local)}"


def _clock_in_words(local: datetime) -> str:
    if local.minute == 0 and local.hour in {0, 12}:
        return "midday" if local.hour else "midnight"
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


def count_in_words(count: int, noun: str, plural: str = "") -> str:
    """Give ``1 week`` or ``10 weeks``; ``plural`` when it is not the noun with an s."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def distance_in_words(day: date, today: date) -> str:
    """Say how far ``day`` is from ``today``: ``today``, ``in 3 weeks``, ``2 days ago``.

    Days up to 13, then whole weeks up to 11, then whole calendar months up to 23, then whole years. Never
    more than the true distance; show the date itself beside it.
    """
    days = abs((day - today).days)
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow" if day > today else "yesterday"
    months = _whole_months(min(day, today), max(day, today))
    if days < _DAYS_BEFORE_WEEKS:
        distance = count_in_words(days, "day")
    elif days < 7 * _WEEKS_BEFORE_MONTHS:
        distance = count_in_words(days // 7, "week")
    elif months < _MONTHS_BEFORE_YEARS:
        distance = count_in_words(months, "month")
    else:
        distance = count_in_words(months // 12, "year")
    return f"in {distance}" if day > today else f"{distance} ago"


def _whole_months(earlier: date, later: date) -> int:
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - (later.day < earlier.day)


def join_in_words(items: Sequence[str], last: str = "and") -> str:
    """Give ``a``, ``a and b`` or ``a, b and c``; empty for no items.

    Args:
        items: What to join, in order.
        last: Word before the last item, ``and`` or ``or``.
    """
    *rest, final = items or ("",)
    return f"{', '.join(rest)} {last} {final}" if rest else final
