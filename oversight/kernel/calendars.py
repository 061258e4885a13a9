"""Which days are working days: Monday to Friday, less the bank holidays listed as dated data.

Outside the days that the data covers, the answer is a refusal and never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

import yaml

from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, day_in_words, distance_in_words

_DATA = "data/bank-holidays-england-and-wales.yaml"
_DAY = timedelta(days=1)
_SATURDAY = 5

T = TypeVar("T")


@dataclass(frozen=True)
class Calendar:
    """The working days of a country, for the days that its data covers.

    Args:
        name: Whose days they are, for example ``England and Wales``.
        holidays: Every bank holiday from ``first`` to ``last``, with its name.
        first: First day covered.
        last: Last day covered.
        source: Address where the holidays are published.
        renewal_days: Days before ``last`` from which the next data should be asked for.

    Raises:
        ValueError: ``last`` is before ``first``, or a holiday lies outside them.
    """

    name: str
    holidays: Mapping[date, str] = field(hash=False)
    first: date
    last: date
    source: str
    renewal_days: int = 365

    def __post_init__(self) -> None:
        if self.last < self.first:
            msg = f"The calendar of {self.name} ends on {self.last} before it begins on {self.first}."
            raise ValueError(msg)
        outside = sorted(day for day in self.holidays if not self.first <= day <= self.last)
        if outside:
            msg = f"The calendar of {self.name} has a holiday on {outside[0]}, outside the days it covers."
            raise ValueError(msg)
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))

    def covers(self, day: date) -> bool:
        """Tell whether the data reaches ``day``."""
        return self.first <= day <= self.last

    def is_working_day(self, day: date) -> bool:
        """Tell whether ``day`` is neither on a weekend nor a bank holiday.

        Raises:
            Refused: The data does not reach ``day`` (rule ``calendar_coverage``).
        """
        if not self.covers(day):
            raise self._not_covered(day)
        return day.weekday() < _SATURDAY and day not in self.holidays

    def working_day_after(self, day: date) -> date:
        """Give the first working day later than ``day``.

        Raises:
            Refused: The data does not reach ``day`` or the answer (rule ``calendar_coverage``).
        """
        return self._next_working_day(day, _DAY)

    def working_day_before(self, day: date) -> date:
        """Give the last working day earlier than ``day``.

        Raises:
            Refused: The data does not reach ``day`` or the answer (rule ``calendar_coverage``).
        """
        return self._next_working_day(day, -_DAY)

    def _next_working_day(self, day: date, step: timedelta) -> date:
        if not self.covers(day):
            raise self._not_covered(day)
        day += step
        while not self.is_working_day(day):
            day += step
        return day

    def _not_covered(self, day: date) -> Refused:
        if day > self.last:
            years = sorted({(self.last + _DAY).year, day.year})
        else:
            years = sorted({day.year, (self.first - _DAY).year})
        return Refused(
            rule="calendar_coverage",
            why=(
                f"{day_in_words(day)} cannot be counted in working days: the bank holidays of {self.name} "
                f"are held from {day_in_words(self.first)} to {day_in_words(self.last)}."
            ),
            what_next=(
                f"Check the date. If it is right, ask the service operator to add the bank holidays of "
                f"{' to '.join(map(str, years))} from {self.source} to the calendar."
            ),
            who_can="the service operator",
        )


@dataclass(frozen=True)
class Coverage:
    """How long a calendar's data still lasts.

    Args:
        calendar: Name of the calendar.
        last: Last day covered.
        days_left: Days from today to ``last``; 0 on that day, negative once it has run out.
        renew: Whether the next data should be asked for now.
        in_words: The same as one or two sentences for the operator.
    """

    calendar: str
    last: date
    days_left: int
    renew: bool
    in_words: str


def coverage(calendar: Calendar, today: date) -> Coverage:
    """Tell how long the data of ``calendar`` still lasts, and whether to renew it now."""
    days_left = (calendar.last - today).days
    renew = days_left < calendar.renewal_days
    held = f"Bank holidays of {calendar.name} are held up to {day_in_words(calendar.last)}"
    if days_left < 0:
        told = f"{held}, {distance_in_words(calendar.last, today)}: periods in working days are refused."
    else:
        told = f"{held}, {count_in_words(days_left, 'day')} from {day_in_words(today)}."
    if renew:
        told += f" Add those of {calendar.last.year + 1} from {calendar.source}."
    return Coverage(calendar.name, calendar.last, days_left, renew, told)


@cache
def england_and_wales() -> Calendar:
    """Give the calendar of England and Wales shipped with the service.

    Source: https://www.gov.uk/bank-holidays
    """
    return read_calendar(files("oversight.kernel").joinpath(_DATA).read_text(encoding="utf-8"))


def read_calendar(text: str) -> Calendar:
    """Read a calendar from the YAML text of a file in ``oversight/kernel/data``.

    Raises:
        ValueError: A part is missing or of the wrong kind, days are out of order or listed twice, a holiday
            lies on a weekend or outside the days covered. The message names the day or the part.
    """
    raw = yaml.safe_load(text)
    if not isinstance(raw, dict):
        msg = "The file holds no calendar."
        raise ValueError(msg)  # noqa: TRY004 - the file's content is at fault, not a caller's argument
    entries = _part(raw, "holidays", list)
    holidays: dict[date, str] = {}
    before = date.min
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            msg = f"Holiday {number} is not a date with a name."
            raise ValueError(msg)  # noqa: TRY004
        day = _part(entry, "date", date, f"holiday {number}")
        name = _part(entry, "name", str, f"holiday {number}")
        note = _part(entry, "note", str, f"holiday {number}") if "note" in entry else ""
        if day <= before:
            msg = f"Holiday {number}, {day}, is listed twice or out of order."
            raise ValueError(msg)
        if day.weekday() >= _SATURDAY:
            msg = f"Holiday {number}, {day}, lies on a weekend. List its substitute day."
            raise ValueError(msg)
        holidays[day] = f"{name}, {note}" if note else name
        before = day
    return Calendar(
        name=_part(raw, "calendar", str),
        holidays=holidays,
        first=_part(raw, "first", date),
        last=_part(raw, "last", date),
        source=_part(raw, "source", str),
        renewal_days=_part(raw, "renewal_days", int),
    )


def _part(raw: Mapping[object, object], key: str, kind: type[T], where: str = "the calendar") -> T:
    value = raw.get(key)
    if type(value) is not kind:
        msg = f"The part “{key}” of {where} is missing or is not a {kind.__name__}."
        raise ValueError(msg)
    return value
