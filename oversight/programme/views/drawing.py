"""Where visits stand in the drawing of a year, and weeks in the chart of a burden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oversight.arrangements.views.drawing import Bar, Scale
from oversight.parties.queries import PartyRef
from oversight.programme.queries.burden import Window
from oversight.programme.queries.visits import VisitLine
from oversight.programme.rules.kinds import visit_data
from oversight.publication.views.tile_map import COLUMNS, GAP, PLACES

LANE: Final = 22
CHART_HEIGHT: Final = 160
TILE_HEIGHT: Final = 96
#: Bodies whose bars have a look of their own; others share one.
LOOKS: Final = {"hmip": "hmip", "hmpps-osag": "osag", "hmpps-contract-management": "contracts"}
SHORT: Final = {"hmip": "I", "hmpps-osag": "A", "hmpps-contract-management": "C", "nao": "N"}
NO_TEAM: Final = "No team named"
NO_REGION: Final = "No region"


def look(body: str) -> str:
    """Give the word by which the style sheet knows a body."""
    return LOOKS.get(body, "other")


def year_scale(today: date) -> Scale:
    """Give thirteen whole months, with the month before this one first."""
    count = today.year * 12 + today.month - 2
    first = date(count // 12, count % 12 + 1, 1)
    count += 13
    return Scale(first, date(count // 12, count % 12 + 1, 1))


@dataclass(frozen=True)
class Drawn:
    """A visit in the drawing.

    Args:
        line: The visit.
        bar: Its stretch of the scale.
        lane: Its row within its group, from 0.
        look: Word that the style sheet knows the body by.
        letter: Letter inside the bar, so that colour alone says nothing.
        words: What is read aloud.
    """

    line: VisitLine
    bar: Bar
    lane: int
    look: str
    letter: str
    words: str


@dataclass(frozen=True)
class Group:
    """The visits of one region or team.

    Args:
        title: Its name.
        visits: Its visits, earliest first.
        height: Pixels that its lanes need.
    """

    title: str
    visits: tuple[Drawn, ...]
    height: int


def gantt(lines: Iterable[VisitLine], scale: Scale, *, by: str) -> tuple[Group, ...]:
    """Lay the visits out in groups, each visit in the first lane that is free.

    Args:
        lines: The visits, earliest first.
        scale: The stretch of time.
        by: ``region`` or ``team``.
    """
    grouped: dict[str, list[VisitLine]] = {}
    for line in lines:
        for title in _titles(line, by):
            grouped.setdefault(title, []).append(line)
    last = {NO_TEAM: 1, NO_REGION: 1}
    return tuple(
        _group(title, held, scale)
        for title, held in sorted(grouped.items(), key=lambda one: (last.get(one[0], 0), one[0]))
    )


def _titles(line: VisitLine, by: str) -> Sequence[str]:
    if by == "team":
        return [one.title for one in line.teams] or [NO_TEAM]
    return [line.region.name if line.region else NO_REGION]


def _group(title: str, lines: Sequence[VisitLine], scale: Scale) -> Group:
    free: list[float] = []
    drawn = []
    for line in lines:
        bar = scale.bar(line.span.first, line.span.last + timedelta(days=1))
        lane = next((number for number, until in enumerate(free) if until <= bar.start), len(free))
        until = bar.start + bar.length + 0.3
        free[lane : lane + 1] = [until]
        hidden = ", not announced" if line.confidential else ""
        words = f"{line.title}, {line.owner.name}, {line.where}, {line.span.in_words}{hidden}"
        letter = SHORT.get(line.owner.code, "O")
        drawn.append(Drawn(line, bar, lane, look(line.owner.code), letter, words))
    return Group(title, tuple(drawn), max(1, len(free)) * LANE + 6)


@dataclass(frozen=True)
class Tile:
    """A region on the map of what is coming."""

    code: str
    short_name: str
    label: str
    lines: tuple[str, ...]
    level: int
    x: float
    y: int


@dataclass(frozen=True)
class ComingMap:
    """The twelve regions with what is coming to each."""

    tiles: tuple[Tile, ...]
    width: float
    tile_height: int
    height: int


def coming_map(regions: Sequence[tuple[PartyRef, str, int, int]]) -> ComingMap:
    """Lay out the map.

    Args:
        regions: Each region with its short name, its visits coming and their days on site.
    """
    tiles = []
    rows = max(row for _, row in PLACES.values()) + 1
    for ref, short, visits, days in regions:
        if ref.code not in PLACES:
            continue
        column, row = PLACES[ref.code]
        counted = f"{visits} visit" + ("" if visits == 1 else "s")
        on_site = f"{days} day" + ("" if days == 1 else "s") + " on site"
        level = 0 if not visits else 1 if visits <= 2 else 2 if visits <= 5 else 3
        tiles.append(
            Tile(
                ref.code,
                short or ref.code,
                f"{short or ref.code} {counted} {on_site}, {ref.name}",
                (counted, on_site),
                level,
                column * 100 / COLUMNS,
                row * (TILE_HEIGHT + GAP),
            )
        )
    return ComingMap(tuple(tiles), 100 / COLUMNS, TILE_HEIGHT, rows * (TILE_HEIGHT + GAP) - GAP)


@dataclass(frozen=True)
class Piece:
    """One body's share of one week in the chart."""

    x: float
    width: float
    y: float
    height: float
    look: str


@dataclass(frozen=True)
class Chart:
    """A burden against its limit.

    Args:
        pieces: Shares of weeks.
        limit_y: Where the limit line lies.
        top: Days at the top of the chart.
        today_x: Where today is, in percent.
        marks: Labels below it: place in percent, text, and whether a phone leaves it out.
        height: Pixels.
    """

    pieces: tuple[Piece, ...]
    limit_y: float
    top: float
    today_x: float
    marks: tuple[tuple[float, str, bool], ...]
    height: int


def chart(window: Window, *, today: date) -> Chart:
    """Lay out the chart of one window."""
    top = max(window.limit, window.heaviest.days, 1) * 1.15
    width = 100 / len(window.weeks)
    pieces = []
    for number, week in enumerate(window.weeks):
        y = float(CHART_HEIGHT)
        for body, days in reversed(week.shares):
            height = round(CHART_HEIGHT * days / top, 2)
            y = round(y - height, 2)
            pieces.append(Piece(round(number * width, 3), round(width, 3), y, height, look(body)))
    scale = Scale(window.weeks[0].ends, window.weeks[-1].ends)
    marks = tuple((mark.place, mark.text, mark.minor) for mark in scale.marks())
    return Chart(
        tuple(pieces),
        round(CHART_HEIGHT * (1 - window.limit / top), 2),
        round(top, 1),
        scale.place(today),
        marks,
        CHART_HEIGHT,
    )


def bodies_drawn(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Give each body's look and letter for the key of a drawing, in the order of the data."""
    known = dict.fromkeys(body for kind in visit_data().kinds.values() for body in kind.bodies)
    present = set(codes)
    return tuple((code, look(code)) for code in known if code in present)
