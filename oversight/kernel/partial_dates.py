"""Dates as they were published: a day, a month or only a year. A missing part is never invented."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from oversight.kernel.words import day_in_words, month_in_words

_WRITTEN = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")


@dataclass(frozen=True)
class PartialDate:
    """A date of which the year is known, and perhaps the month and the day.

    Args:
        year: 1 to 9999.
        month: 1 to 12, or None when it was not published.
        day: Day of that month, or None when it was not published; only with a month.

    Raises:
        ValueError: The parts make no date.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not date.min.year <= self.year <= date.max.year:
            msg = f"There is no year {self.year}. Enter a year from 0001 to 9999."
            raise ValueError(msg)
        if self.month is None:
            if self.day is not None:
                msg = "A day needs its month."
                raise ValueError(msg)
            return
        if not 1 <= self.month <= 12:
            msg = f"There is no month {self.month:02}. Enter a month from 01 to 12."
            raise ValueError(msg)
        length = calendar.monthrange(self.year, self.month)[1]
        if self.day is not None and not 1 <= self.day <= length:
            named = month_in_words(date(self.year, self.month, 1))
            msg = f"There is no day {self.day:02} in {named}, which has {length} days."
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2024``, ``2024-05`` or ``2024-05-17``; spaces around it do not matter.

        Raises:
            ValueError: The text has another form, or names a date that does not exist. The message is fit
                to show beside the field or row.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            msg = f"{text[:40]!r} is not a date. Write it like 2024, 2024-05 or 2024-05-17."
            raise ValueError(msg)
        month, day = found["month"], found["day"]
        return cls(
            int(found["year"]),
            None if month is None else int(month),
            None if day is None else int(day),
        )

    @classmethod
    def of(cls, day: date) -> Self:
        """Give the partial date of which every part is known."""
        return cls(day.year, day.month, day.day)

    @property
    def first_day(self) -> date:
        """Earliest day that this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """Latest day that this date can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def sort_key(self) -> tuple[int, int, int]:
        """Order in lists: by what is known; a year or month comes before the months or days inside it.

        The same order as that of the ISO text, so a database may sort on the text.
        """
        return (self.year, self.month or 0, self.day or 0)

    def __str__(self) -> str:
        """ISO 8601 text of the known parts; ``parse`` reads it back."""
        text = f"{self.year:04}"
        if self.month is not None:
            text += f"-{self.month:02}"
        if self.day is not None:
            text += f"-{self.day:02}"
        return text

    def in_words(self) -> str:
        """Words for a page: ``17 May 2024``, ``May 2024`` or ``2024 (month not published)``."""
        if self.month is None:
            return f"{self.year} (month not published)"
        if self.day is None:
            return month_in_words(self.first_day)
        return day_in_words(self.first_day)
