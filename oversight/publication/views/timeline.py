"""The drawn timeline of an area's ratings: pure, all numbers in percent across and pixels down.

Each programme is drawn apart. A date of which only the year or month is known is drawn as long as it could
be, so the drawing never says more than the record does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oversight.publication.queries.reports import Inspection
from oversight.publication.rules.history import fieldwork_dates
from oversight.publication.rules.programmes import Programme, programmes

ROW: Final = 62
TOP: Final = 30
BAR: Final = 14
#: A single day still has to be seen.
LEAST_WIDTH: Final = 1.6
#: Years that can be written side by side on a phone.
MOST_LABELS: Final = 6


@dataclass(frozen=True)
class Mark:
    """One inspection in the drawing.

    Attributes:
        rating: The overall rating in words, or that there is none.
        when: When it was published, in words.
        look: Word that the style sheet knows the rating by.
        is_fieldwork: Whether the bar shows fieldwork because no publication date is known.
        x: Left edge of the bar in percent.
        width: Its width in percent.
        y: Top of the row in pixels.
    """

    rating: str
    when: str
    look: str
    is_fieldwork: bool
    x: float
    width: float
    y: int


@dataclass(frozen=True)
class Year:
    """A year on the axis: its number, empty when there is no room, and where it begins in percent."""

    label: str
    x: float


@dataclass(frozen=True)
class Timeline:
    """The drawing of one programme.

    Attributes:
        programme: The programme.
        marks: Its inspections, oldest first.
        undated: Those of which no date at all is known.
        years: The axis, the same for every programme of the area.
        height: In pixels.
        label: What a screen reader says of the drawing.
    """

    programme: Programme
    marks: tuple[Mark, ...]
    undated: tuple[Inspection, ...]
    years: tuple[Year, ...]
    height: int
    label: str


def span(report: Inspection) -> tuple[date, date, bool] | None:
    """Return the first and last day that a report can be drawn at, and whether they are of its fieldwork."""
    if report.published:
        return report.published.first_day, report.published.last_day, False
    days = fieldwork_dates(report.said.fieldwork)
    if not days:
        return None
    return min(day.first_day for day in days), max(day.last_day for day in days), True


def timelines(reports: Iterable[Inspection], *, today: date) -> tuple[Timeline, ...]:
    """Draw the reports of one area, one drawing for each programme that has any, oldest programme first.

    Args:
        reports: Current reports about the area.
        today: The axis reaches at least the end of this year, so that a long silence shows.
    """
    grouped: dict[str, list[Inspection]] = {}
    for report in reports:
        grouped.setdefault(report.programme.id, []).append(report)
    spans = [found for group in grouped.values() for report in group if (found := span(report))]
    first = min((start.year for start, _end, _field in spans), default=today.year)
    last = max([today.year, *(end.year for _start, end, _field in spans)])
    axis = _Axis(first, last)
    known = {programme.id: place for place, programme in enumerate(programmes().all)}
    order = sorted(grouped, key=lambda name: (known.get(name, len(known)), name))
    return tuple(
        _timeline(programmes().by_id(name) or grouped[name][0].programme, grouped[name], axis)
        for name in order
    )


class _Axis:
    """Turns days into percent of the width."""

    def __init__(self, first: int, last: int) -> None:
        self._start = date(first, 1, 1)
        end = date(last, 12, 31)
        self._days = (end - self._start).days + 1
        step = -(-(last - first + 1) // MOST_LABELS)
        self.years = tuple(
            Year(str(year) if (year - first) % step == 0 else "", self.percent(date(year, 1, 1)))
            for year in range(first, last + 1)
        )

    def percent(self, day: date) -> float:
        return round((day - self._start).days * 100 / self._days, 2)


def _timeline(programme: Programme, reports: Sequence[Inspection], axis: _Axis) -> Timeline:
    dated = sorted(
        ((found, report) for report in reports if (found := span(report))),
        key=lambda pair: (pair[0][0], pair[0][1], pair[1].reference),
    )
    marks = tuple(_mark(report, found, axis, place) for place, (found, report) in enumerate(dated))
    told = [f"{mark.when}: {mark.rating}" for mark in marks]
    return Timeline(
        programme=programme,
        marks=marks,
        undated=tuple(report for report in reports if span(report) is None),
        years=axis.years,
        height=TOP + ROW * len(marks) + 6,
        label=f"Timeline. {programme.title}. {'. '.join(told)}.",
    )


def _mark(report: Inspection, found: tuple[date, date, bool], axis: _Axis, place: int) -> Mark:
    start, end, is_fieldwork = found
    x = axis.percent(start)
    width = max(axis.percent(end + timedelta(days=1)) - x, LEAST_WIDTH)
    return Mark(
        rating=report.overall_in_words,
        when=_when(report, is_fieldwork=is_fieldwork),
        look=(report.said.overall or "none").casefold().replace(" ", "-"),
        is_fieldwork=is_fieldwork,
        x=min(x, 100 - LEAST_WIDTH),
        width=round(width, 2),
        y=TOP + ROW * place,
    )


def _when(report: Inspection, *, is_fieldwork: bool) -> str:
    if not is_fieldwork:
        return report.published_in_words
    return "Date not known; bar shows fieldwork"
