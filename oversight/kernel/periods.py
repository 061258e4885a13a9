"""When a period ends, with every choice that changes the answer stated.

Four choices are never left to custom: whether the day of the event is day 0 or day 1, what happens when a
month has no such day, what happens when the date is no working day, and whose working days are meant. The
answer carries its own arithmetic in plain English, so that anyone can check it.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import Enum, IntEnum, StrEnum
from typing import Final

from oversight.kernel.calendars import Calendar
from oversight.kernel.refusals import Refused
from oversight.kernel.words import (
    MONTHS,
    WEEKDAYS,
    count_in_words,
    day_in_words,
    join_in_words,
    weekday_in_words,
)

_DAY = timedelta(days=1)
_NAMED_ON_THE_WAY = 5


class Unit(StrEnum):
    """What a period is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"


class EventDay(IntEnum):
    """The number that the day of the event itself has in the count."""

    ZERO = 0
    ONE = 1


class MonthEnd(StrEnum):
    """What stands for a day that its month does not have, for example 31 June."""

    LAST_DAY = "last_day"
    NEXT_MONTH = "next_month"


class Landing(StrEnum):
    """What happens to a date that falls on a weekend or bank holiday."""

    STAY = "stay"
    NEXT = "next_working_day"
    PREVIOUS = "previous_working_day"


_CHOICES: Final[dict[str, type[Enum]]] = {
    "unit": Unit,
    "event_day": EventDay,
    "month_end": MonthEnd,
    "landing": Landing,
}


@dataclass(frozen=True, kw_only=True)
class Period:
    """A length of time as an arrangement states it.

    Args:
        length: How many units: at least 1, or 0 (the day of the event) when that day is day 0.
        unit: What is counted.
        event_day: Whether the day of the event is day 0 or day 1.
        month_end: What stands for a day that its month does not have; matters for months alone.
        landing: What happens to a date that is no working day; cannot matter for working days.

    Raises:
        ValueError: The length is not a whole number or is too small, or a choice is not one of its enum.
    """

    length: int
    unit: Unit
    event_day: EventDay
    month_end: MonthEnd
    landing: Landing

    def __post_init__(self) -> None:
        # Data files give plain text and numbers; a choice that is none of the enum's must not pass for one.
        for name, choices in _CHOICES.items():
            object.__setattr__(self, name, choices(getattr(self, name)))
        if type(self.length) is not int:
            msg = f"The length of a period is a whole number, not {self.length!r}."
            raise ValueError(msg)
        if self.length < self.event_day:
            msg = f"A period whose event is on day {self.event_day} cannot be {self.length} long."
            raise ValueError(msg)

    def in_words(self) -> str:
        """Tell the period with all its choices, as sentences for a page."""
        counted = count_in_words(self.length, self.unit.replace("_", " ").removesuffix("s"))
        told = [f"{counted}, counting the day of the event as day {self.event_day}."]
        if self.unit is Unit.MONTHS:
            told.append(
                "A day that its month does not have becomes the last day of that month."
                if self.month_end is MonthEnd.LAST_DAY
                else "A day that its month does not have becomes the first day of the month after."
            )
        if self.unit is not Unit.WORKING_DAYS:
            told.append(
                {
                    Landing.STAY: "A date on a weekend or bank holiday stays there.",
                    Landing.NEXT: "A date on a weekend or bank holiday moves to the next working day.",
                    Landing.PREVIOUS: "A date on a weekend or bank holiday moves to the working day before.",
                }[self.landing]
            )
        return " ".join(told)


@dataclass(frozen=True)
class Due:
    """The last day of a period and how it was reached.

    Args:
        on: The last day on which what is owed is in time.
        steps: The arithmetic, one sentence or two a step, in order.
    """

    on: date
    steps: tuple[str, ...]


def due(period: Period, start: date, calendar: Calendar) -> Due:
    """Give the last day of ``period`` for an event on ``start``, and the steps that lead to it.

    Days, weeks and months are counted on the plain calendar. With the event on day 0 the period ends that
    many units after ``start``; with the event on day 1, one day earlier. Working days are counted one by
    one: the event's own day is day 0, or day 1 if it is a working day (when it is not, the next working day
    is day 1 either way). Landing comes last. It never moves a date to before the event: where the working
    day before would, the date moves to the next working day instead.

    Only working days and a landing that moves need the calendar's data; plain counting with
    ``Landing.STAY`` works beyond it and says so.

    Args:
        period: The length and its choices.
        start: Day of the event.
        calendar: Whose working days are meant.

    Raises:
        Refused: The calendar's data does not reach far enough (rule ``calendar_coverage``), or the date would
            lie beyond the year 9999 (rule ``period_range``).
    """
    try:
        if period.unit is Unit.WORKING_DAYS:
            return _in_working_days(period, start, calendar)
        return _on_the_plain_calendar(period, start, calendar)
    except OverflowError as out_of_range:
        length = period.in_words().partition(", ")[0]
        raise Refused(
            rule="period_range",
            why=f"{length} from {day_in_words(start)} is beyond the year {MAXYEAR}.",
            what_next="Check the date and the length of the period.",
        ) from out_of_range


def _in_working_days(period: Period, start: date, calendar: Calendar) -> Due:
    counts = period.event_day is EventDay.ONE and calendar.is_working_day(start)
    day = start
    passed: list[date] = []
    for _ in range(period.length - counts):
        reached = calendar.working_day_after(day)
        passed += (day + count * _DAY for count in range(1, (reached - day).days))
        day = reached
    if period.event_day is EventDay.ZERO:
        first = f"{_happened(start)} It is day 0: counting starts on the next working day."
    elif counts:
        first = f"{_happened(start)} It is day 1."
    else:
        first = f"{_happened(start)} It is no working day, so day 1 is the next working day."
    number = count_in_words(period.length, "working day")
    counted = f"Counting {number} in {calendar.name} leads to {weekday_in_words(day)}."
    return Due(day, (first, counted, *_passed_over(passed, calendar)))


def _passed_over(days: list[date], calendar: Calendar) -> tuple[str, ...]:
    if not days:
        return ()
    holidays = [day for day in days if day in calendar.holidays]
    weekend = len(days) - len(holidays)
    parts = [count_in_words(weekend, "weekend day")] if weekend else []
    if len(holidays) > _NAMED_ON_THE_WAY:
        parts.append(count_in_words(len(holidays), "bank holiday"))
    else:
        parts += [f"{day_in_words(day)} ({calendar.holidays[day]})" for day in holidays]
    return (f"Not counted on the way: {join_in_words(parts)}.",)


def _on_the_plain_calendar(period: Period, start: date, calendar: Calendar) -> Due:
    steps = [f"{_happened(start)} It is day {period.event_day}."]
    number = count_in_words(period.length, period.unit.removesuffix("s"))
    if period.unit is Unit.MONTHS:
        day, rounding = _months_after(start, period.length, period.month_end)
    else:
        day, rounding = start + period.length * timedelta(days=7 if period.unit is Unit.WEEKS else 1), ""
    steps.append(rounding or f"{number} after that day is {weekday_in_words(day)}.")
    if period.event_day is EventDay.ONE:
        day -= _DAY
        steps.append(
            f"The day of the event counts, so the last day is one day earlier: {weekday_in_words(day)}."
        )
    landed, step = _land(day, start, period.landing, calendar)
    return Due(landed, (*steps, step))


def _months_after(start: date, length: int, month_end: MonthEnd) -> tuple[date, str]:
    """Give the day that many months later, and the rounding in words when there was any."""
    years, month = divmod(start.month - 1 + length, 12)
    year, month = start.year + years, month + 1
    if year > MAXYEAR:
        raise OverflowError
    last = months.monthrange(year, month)[1]
    if start.day <= last:
        return date(year, month, start.day), ""
    day = date(year, month, last)
    taken = f"the last day of that month: {weekday_in_words(day)}"
    if month_end is MonthEnd.NEXT_MONTH:
        day += _DAY
        taken = f"the first day of the month after: {weekday_in_words(day)}"
    missing = f"{start.day} {MONTHS[month - 1]} {year}"
    number = count_in_words(length, "month")
    return day, f"{number} after that day would be {missing}, which does not exist. It becomes {taken}."


def _land(day: date, start: date, landing: Landing, calendar: Calendar) -> tuple[date, str]:
    """Give the day on which a date comes to rest, and the step in words."""
    if landing is Landing.STAY and not calendar.covers(day):
        return day, (
            f"The bank holidays held do not reach {day_in_words(day)}. "
            "It would stay there on a weekend or bank holiday too."
        )
    if calendar.is_working_day(day):
        return day, f"{weekday_in_words(day)} is a working day in {calendar.name}."
    named = calendar.holidays.get(day)
    found = f"{day_in_words(day)} is a {f'bank holiday ({named})' if named else WEEKDAYS[day.weekday()]}"
    if landing is Landing.STAY:
        return day, f"{found}. The date stays there: the rule does not move it."
    if landing is Landing.NEXT:
        landed = calendar.working_day_after(day)
        return landed, f"{found}. The date moves to the next working day: {weekday_in_words(landed)}."
    before = calendar.working_day_before(day)
    if before >= start:
        return before, f"{found}. The date moves to the working day before: {weekday_in_words(before)}."
    landed = calendar.working_day_after(day)
    return landed, (
        f"{found}. The working day before is earlier than the event, "
        f"so the date moves to the next working day: {weekday_in_words(landed)}."
    )


def _happened(start: date) -> str:
    return f"The event happened on {weekday_in_words(start)}."
