"""Figures in a report: whose they are, where they may stand, what has to be checked first (D7, ¶31, ¶32)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused


class Level(StrEnum):
    """What figures are about."""

    UNIT = "unit"
    REGION = "region"
    NATIONAL = "national"


class Measure(StrEnum):
    """What kind of figures they are, which decides how small numbers are suppressed."""

    COUNTS = "counts"
    RATES = "rates"
    OTHER = "other"


class Placement(StrEnum):
    """Where a data item stands."""

    TEXT = "text"
    ANNEX = "annex"
    KEPT = "kept"


LEVEL_WORDS: Final[Mapping[str, str]] = {
    Level.UNIT: "Unit",
    Level.REGION: "Region",
    Level.NATIONAL: "National comparison",
}
MEASURE_WORDS: Final[Mapping[str, str]] = {
    Measure.COUNTS: "Numbers of people or cases",
    Measure.RATES: "Percentages or rates of people or cases",
    Measure.OTHER: "Figures that are not about people",
}
PLACEMENT_WORDS: Final[Mapping[str, str]] = {
    Placement.TEXT: "In the text of the report",
    Placement.ANNEX: "In the annex of the report",
    Placement.KEPT: "In the annex that the Inspectorate keeps",
}


@dataclass(frozen=True)
class Table:
    """Figures as they were entered: the heading, and rows whose first cell is their name."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def value(self) -> Value:
        """Give it in the form that digests take."""
        return {"columns": list(self.columns), "rows": [list(row) for row in self.rows]}


@dataclass(frozen=True)
class ItemFacts:
    """What a data item is.

    Attributes:
        title: What it shows.
        level: One of ``Level``.
        measure: One of ``Measure``.
        owner: Code of the party whose figures they are.
        source: Where they come from.
        as_of: The day up to which they describe things.
        published: Whether their owner has published them.
        placement: One of ``Placement``.
        reason: Why figures that nobody has published are used.
        table: The figures.
    """

    title: str
    level: Level
    measure: Measure
    owner: str
    source: str
    as_of: date
    published: bool
    placement: Placement
    reason: str
    table: Table

    @property
    def digest(self) -> str:
        """Digest of what data assurance checks: the figures, what they are said to be, and of when."""
        return digest(
            {
                "title": self.title,
                "level": str(self.level),
                "measure": str(self.measure),
                "owner": self.owner,
                "source": self.source,
                "as_of": self.as_of,
                "table": self.table.value(),
            }
        )


def check_facts(facts: ItemFacts, today: date) -> None:
    """Refuse a data item that may not stand where it is put (¶32).

    Raises:
        Refused: It describes days to come, unpublished figures have no reason or stand in the text, or
            unpublished figures of more than one unit are to go into the published annex.
    """
    if facts.as_of > today:
        raise Refused(
            "data_item_day",
            "These figures describe a day that is still to come.",
            "Enter the day up to which they describe things.",
            field="as_of",
        )
    if facts.published:
        return
    if facts.placement is Placement.TEXT:
        raise Refused(
            "data_item_unpublished",
            "Figures that nobody has published do not stand in the text of a report.",
            "Put them in an annex.",
            paragraph="32",
            field="placement",
        )
    if facts.placement is Placement.ANNEX and facts.level is not Level.UNIT:
        raise Refused(
            "data_item_annex",
            "The annex of the report takes unpublished figures of the unit alone.",
            "Keep these in the Inspectorate's own annex, or use figures of the unit.",
            paragraph="32",
            field="placement",
        )
    if not facts.reason:
        raise Refused(
            "data_item_reason",
            "Unpublished figures are used only where they are necessary.",
            "Say why these are.",
            paragraph="32",
            field="reason",
        )


def needs_check(level: str, placement: str) -> bool:
    """Tell whether data assurance has to check a data item before a version with it is sent (¶32)."""
    return level == Level.NATIONAL and placement != Placement.KEPT


def check_comparisons(unchecked: Sequence[int]) -> None:
    """Refuse to send national comparisons that data assurance has not found right (¶32).

    Args:
        unchecked: Numbers of the data items that no check holds for as they are now.

    Raises:
        Refused: There is one (rule ``national_comparison``).
    """
    if not unchecked:
        return
    numbers = ", ".join(str(one) for one in unchecked)
    raise Refused(
        "national_comparison",
        f"Data assurance has not checked every national comparison as it stands now (data item {numbers}).",
        "Ask data assurance to check it, keep it out of the report, or withdraw it.",
        paragraph="32",
        who_can="a data assurance officer",
    )
