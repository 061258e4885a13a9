"""How many recommendations there were each year, and the picture of it (E7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Years shown at most: more are no trend but history, and the register has them.
MOST_YEARS = 10
#: Sizes of the picture in its own units, which are pixels when there is room.
LABEL_WIDTH, YEAR_WIDTH, ROW_HEIGHT, BAR_WIDTH, TOP = 260, 46, 44, 28, 24
TALLEST = 24


@dataclass(frozen=True)
class Cell:
    """A number of the table: how many were made, and how many of them repeat an earlier one."""

    made: int
    again: int


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Args:
        key: Name of the theme or code of the body; empty for no theme.
        label: The same in words.
        cells: By year, as the years of the table.
        total: All of them.
    """

    key: str
    label: str
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Trend:
    """The table: rows with most first, and the years, earliest first."""

    years: tuple[int, ...]
    rows: tuple[Row, ...]
    total: Row


def trend(counts: Mapping[tuple[str, int], Cell], labels: Mapping[str, str], last: int) -> Trend:
    """Make the table of counts.

    Args:
        counts: How many, by name and year; years after ``last`` and those too long ago are left out.
        labels: Words for each name.
        last: The last year, which is shown even when it has none.
    """
    first = max(min((year for _, year in counts), default=last), last - MOST_YEARS + 1)
    years = tuple(range(min(first, last), last + 1))

    def row(key: str, label: str, names: Sequence[str]) -> Row:
        cells = tuple(
            _sum([counts[name, year] for name in names if (name, year) in counts]) for year in years
        )
        return Row(key, label, cells, _sum(cells))

    keys = sorted({key for key, year in counts if year in years})
    rows = [row(key, labels.get(key, key), [key]) for key in keys]
    rows.sort(key=lambda one: (-one.total.made, one.label))
    return Trend(years, tuple(rows), row("", "All", keys))


def _sum(cells: Sequence[Cell]) -> Cell:
    return Cell(sum(one.made for one in cells), sum(one.again for one in cells))


@dataclass(frozen=True)
class Bar:
    """A bar of the picture: the whole, and the part of it that repeats what was recommended before."""

    x: int
    y: int
    height: int
    again: int
    number: int

    @property
    def middle(self) -> int:
        """Where its number stands."""
        return self.x + BAR_WIDTH // 2


@dataclass(frozen=True)
class Picture:
    """Bars for each row of a table, all to one scale."""

    width: int
    height: int
    rows: tuple[tuple[str, int, tuple[Bar, ...]], ...]
    years: tuple[tuple[int, int], ...]


def picture(of: Trend) -> Picture:
    """Lay the bars out: a line for each row, a column for each year."""
    most = max((cell.made for row in of.rows for cell in row.cells), default=0) or 1

    def tall(number: int) -> int:
        # What is there can be seen, however little it is beside the most.
        return max(1, round(TALLEST * number / most)) if number else 0

    def left(place: int) -> int:
        return LABEL_WIDTH + place * YEAR_WIDTH

    rows = []
    for line, row in enumerate(of.rows):
        ground = TOP + (line + 1) * ROW_HEIGHT - 4
        bars = tuple(
            Bar(left(place), ground - tall(cell.made), tall(cell.made), tall(cell.again), cell.made)
            for place, cell in enumerate(row.cells)
            if cell.made
        )
        rows.append((row.label, ground, bars))
    return Picture(
        width=left(len(of.years)),
        height=TOP + len(of.rows) * ROW_HEIGHT + 4,
        rows=tuple(rows),
        years=tuple((year, left(place) + BAR_WIDTH // 2) for place, year in enumerate(of.years)),
    )
