"""Where things stand in the drawings: a scale of time, and bars on it. Words are in the templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from oversight.kernel.words import MONTHS

#: About so many labels fit an axis; on a phone every label marked minor is left out.
_LABELS = 8
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True)
class Mark:
    """A label on an axis.

    Args:
        place: How far along the axis, 0 to 100.
        text: What it says.
        minor: Whether a phone leaves it out.
    """

    place: float
    text: str
    minor: bool


@dataclass(frozen=True)
class Bar:
    """A stretch of an axis; ``before`` and ``after`` say that it goes on beyond what is shown.

    Args:
        start: Where it begins, 0 to 100.
        length: How long it is, never so short that nobody sees it.
        before: Whether it begins earlier than the axis.
        after: Whether it ends later than the axis.
    """

    start: float
    length: float
    before: bool
    after: bool


@dataclass(frozen=True)
class Scale:
    """Whole months of a calendar laid out from 0 to 100.

    Args:
        first: First day shown.
        last: Last day shown, after ``first``.
    """

    first: date
    last: date

    @classmethod
    def around(cls, today: date, months: int) -> Scale:
        """Give so many whole months with today's month a third of the way along."""
        before = months // 3
        return cls(_month_on(today, -before), _month_on(today, months - before))

    def shows(self, day: date) -> bool:
        """Tell whether ``day`` lies on the axis."""
        return self.first <= day <= self.last

    def place(self, day: date) -> float:
        """Say how far along the axis ``day`` is; days beyond an end are put at that end."""
        share = (day - self.first).days / (self.last - self.first).days
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def bar(self, start: date, end: date) -> Bar:
        """Give the stretch from ``start`` to ``end``."""
        from_, until = self.place(start), self.place(max(start, end))
        length = max(until - from_, 0.5)
        return Bar(min(from_, 99.5), round(length, 2), start < self.first, end > self.last)

    def marks(self) -> tuple[Mark, ...]:
        """Give the first days of months worth a label, at most about eight."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        step = next((step for step in _STEPS if months / step <= _LABELS), _STEPS[-1])
        return tuple(
            Mark(self.place(day), _label(day, step), minor=number % 3 != 0)
            for number, day in enumerate(self._every(step))
        )

    def _every(self, step: int) -> Iterator[date]:
        day = _month_on(self.first, 0)
        while day < self.last:
            yield day
            day = _month_on(day, step)


def _month_on(day: date, months: int) -> date:
    """Give the first day of the month so many months from the month of ``day``."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _label(day: date, step: int) -> str:
    return str(day.year) if step % 12 == 0 and day.month == 1 else f"{MONTHS[day.month - 1][:3]} {day.year}"
