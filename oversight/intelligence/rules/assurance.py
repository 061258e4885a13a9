"""The assurance map: who looked last at what, with what result, and where nobody did (B1, ¶11, ¶12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oversight.intelligence.rules.counting import is_stale
from oversight.intelligence.rules.words import Source, Theme


class Standing(StrEnum):
    """How well an area of delivery is covered on a day."""

    GAP = "gap"
    SINGLE = "single"
    OVERLAP = "overlap"
    UNPLANNED = "unplanned"


STANDING_WORDS = {
    Standing.GAP: "Gap",
    Standing.SINGLE: "Single point of failure",
    Standing.OVERLAP: "Planned overlap",
    Standing.UNPLANNED: "Overlap, not as planned",
}
STANDING_MEANS = {
    Standing.GAP: "Nobody has looked, or what was found is stale",
    Standing.SINGLE: "One line alone has looked: if it misses something, nobody else sees it",
    Standing.OVERLAP: "At least two lines have looked, each of them planned to",
    Standing.UNPLANNED: "At least two lines have looked, but not two that were planned to",
}


@dataclass(frozen=True)
class Look:
    """The latest that one source found of an area of delivery.

    Args:
        theme: Name of the area.
        source: Name of the source.
        by: Code of the body that looked.
        found_on: When.
        result: What was found, in words of its owner: a rating or the word for a result.
        level: ``good``, ``some_concern`` or ``serious_concern`` for a result; empty for a rating.
        confidence: How sure; empty for a published rating.
        item: Row of the item; None for a published inspection.
        report: Reference of the published inspection; empty for an item.
        unit: Code of the unit looked at.
        exact: Whether the day is known; published history may know a year alone.
        earlier: How many other looks of the source there are.
    """

    theme: str
    source: str
    by: str
    found_on: date
    result: str
    level: str
    confidence: str
    item: int | None
    report: str
    unit: str
    exact: bool = True
    earlier: int = 0


@dataclass(frozen=True)
class Cell:
    """What one source knows of an area of delivery on a day.

    Args:
        look: The latest look; None for none.
        stale: Whether it is stale.
        planned: Whether the source is planned to look.
    """

    look: Look | None
    stale: bool
    planned: bool

    @property
    def counts(self) -> bool:
        """Whether somebody has looked and it still counts."""
        return self.look is not None and not self.stale


@dataclass(frozen=True)
class Row:
    """An area of delivery: a cell for each source, in their order, and what it amounts to."""

    theme: Theme
    cells: tuple[Cell, ...]
    standing: Standing
    missing: tuple[str, ...]
    """Names of the sources planned to look that have not, or not lately."""


def newer(one: Look, other: Look) -> bool:
    """Tell whether a look is later than another of the same source and area; of one day the higher row."""
    return (one.found_on, one.item or 0, one.report) > (other.found_on, other.item or 0, other.report)


def latest(looks: Iterable[Look]) -> Mapping[tuple[str, str], Look]:
    """Give the latest look by area and source."""
    found: dict[tuple[str, str], Look] = {}
    for one in looks:
        key = (one.theme, one.source)
        if key not in found or newer(one, found[key]):
            found[key] = one
    return found


def standing(theme: Theme, cells: Mapping[str, Cell], sources: Mapping[str, Source]) -> Standing:
    """Say what an area amounts to: lines are counted, not sources: one line is one point of failure."""
    counting = {name for name, cell in cells.items() if cell.counts}
    lines = {sources[name].line for name in counting}
    if not lines:
        return Standing.GAP
    if len(lines) == 1:
        return Standing.SINGLE
    planned = {sources[name].line for name in counting if name in theme.looks}
    return Standing.OVERLAP if len(planned) > 1 else Standing.UNPLANNED


def assurance_map(
    looks: Iterable[Look],
    *,
    themes: Iterable[Theme],
    sources: Mapping[str, Source],
    on: date,
    stale_months: int,
) -> tuple[Row, ...]:
    """Put looks into a map as of a day; a look after it does not count.

    Args:
        looks: What was found, in any order.
        themes: The areas, in the order of the map.
        sources: The sources, in the order of its columns.
        on: The day.
        stale_months: After how many months a look is stale.
    """
    held = latest(one for one in looks if one.found_on <= on)
    rows = []
    for theme in themes:
        cells = {}
        for name in sources:
            look = held.get((theme.id, name))
            stale = look is not None and is_stale(look.found_on, on=on, months=stale_months)
            cells[name] = Cell(look, stale, name in theme.looks)
        rows.append(
            Row(
                theme,
                tuple(cells.values()),
                standing(theme, cells, sources),
                tuple(name for name in theme.looks if name in cells and not cells[name].counts),
            )
        )
    return tuple(rows)
