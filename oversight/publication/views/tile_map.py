"""Where each region lies on the tile map: pure, all numbers in percent across and pixels down.

A tile map gives every region the same room. Across is in percent so that the text keeps its size on a phone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from oversight.publication.queries.areas import RegionSummary
from oversight.publication.queries.reports import Inspection
from oversight.publication.rules.programmes import programmes

#: Column and row of each region, roughly as they lie in England and Wales.
PLACES: Final = {
    "N54": (2, 0),
    "N51": (1, 1),
    "N55": (2, 1),
    "N50": (1, 2),
    "N53": (2, 2),
    "N56": (3, 2),
    "N03": (0, 3),
    "N52": (1, 3),
    "N59": (2, 3),
    "N07": (3, 3),
    "N58": (1, 4),
    "N57": (3, 4),
}
COLUMNS: Final = 4
HEIGHT: Final = 128
GAP: Final = 6
#: Letters of a name that fit on a line of a tile.
LINE: Final = 17


@dataclass(frozen=True)
class Tile:
    """One region on the map.

    Attributes:
        code: Code of the region.
        label: What a screen reader says of the whole tile.
        short_name: Its abbreviation.
        name_lines: Its name, broken to fit.
        units: How many PDUs are open, in words.
        rating: Its newest overall rating, or that there is none.
        when: The year in which that was published; empty when there is none.
        level: The rating as a number of squares for a narrow screen: 1 for the worst, 0 for none.
        look: Word that the style sheet knows the rating by.
        x: Left edge in percent.
        y: Top edge in pixels.
    """

    code: str
    label: str
    short_name: str
    name_lines: tuple[str, ...]
    units: str
    rating: str
    when: str
    level: int
    look: str
    x: float
    y: int


@dataclass(frozen=True)
class TileMap:
    """The map of the regions."""

    tiles: tuple[Tile, ...]
    width: float
    tile_height: int
    height: int


def look(report: Inspection | None) -> str:
    """Return the word that the style sheet knows a rating by."""
    overall = report.said.overall if report else ""
    return overall.casefold().replace(" ", "-") or "none"


def tile_map(regions: Sequence[RegionSummary]) -> TileMap:
    """Lay out the map. A region without a place on it shows in the table alone."""
    tiles = tuple(_tile(region) for region in regions if region.area.code in PLACES)
    rows = max((row for _column, row in PLACES.values()), default=0) + 1
    return TileMap(
        # Read aloud and tabbed through by name, as in the table below the map.
        tiles=tiles,
        width=100 / COLUMNS,
        tile_height=HEIGHT,
        height=rows * (HEIGHT + GAP) - GAP,
    )


def _tile(region: RegionSummary) -> Tile:
    column, row = PLACES[region.area.code]
    units = f"{region.open_units} PDU" + ("" if region.open_units == 1 else "s")
    rated = region.rated
    rating, when, rater = "Not rated", "", ""
    if rated is not None:
        rating = rated.said.overall
        when = str(rated.published.year) if rated.published else "Date not known"
        rater = f"(rated by {programmes().rater})"
    short_name, name = region.area.short_name or region.area.code, region.area.name
    shown = [short_name, name if name != short_name else "", units, rating, when]
    return Tile(
        code=region.area.code,
        # What is read aloud begins with what is seen, so that it can be asked for by voice.
        label=" ".join(filter(None, [*shown, rater])),
        short_name=short_name,
        name_lines=tuple(textwrap.wrap(name, LINE)) if name != short_name else (),
        units=units,
        rating=rating,
        when=when,
        level=_level(rated.said.overall) if rated else 0,
        look=look(rated),
        x=column * 100 / COLUMNS,
        y=row * (HEIGHT + GAP),
    )


def _level(rating: str) -> int:
    """Return the place of a rating on the scale, worst first; 0 for one of another scale."""
    scale = programmes().scale
    return scale.index(rating) + 1 if rating in scale else 0
