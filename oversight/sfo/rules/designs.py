"""How the yearly sample is drawn, as versioned data: the share of paragraph 19 and this service's own
figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

import yaml

from oversight.kernel.data_files import DataFile, read_yaml
from oversight.kernel.refusals import Refused

PARAGRAPH: Final = "19"
_DATA = files("oversight.sfo").joinpath("data")


@dataclass(frozen=True)
class Note:
    """Where a figure of a design comes from.

    Args:
        figure: Name of the figure in ``Design``.
        default: Whether it is this service's own, so that no published text confirms it.
        note: Why it is what it is.
    """

    figure: str
    default: bool
    note: str


@dataclass(frozen=True)
class Design:
    """One version of how the sample is drawn.

    Args:
        version: Its number.
        effective_from: Years that begin on this day or later are drawn by it, until a later version.
        year_starts: Month and day on which a year begins.
        period: Every how many units a list is due to be frozen.
        period_unit: ``weeks`` or ``months``.
        share: Per cent of the year's reviews that the Inspectorate quality assures.
        least: Lowest chance of any review, in per cent.
        most: Highest chance of any review, in per cent.
        region_correction: Percentage points of chance for each review by which the region is ahead or behind.
        group_correction: The same for the offence group.
        smallest_batch: Fewest reviews of a list; fewer wait for the next one.
        offence_groups: Title of each offence group by identifier.
        notes: Where the figures come from.
    """

    version: int
    effective_from: date
    year_starts: tuple[int, int]
    period: int
    period_unit: str
    share: int
    least: int
    most: int
    region_correction: int
    group_correction: int
    smallest_batch: int
    offence_groups: Mapping[str, str]
    notes: tuple[Note, ...] = ()

    def first_day(self, year: int) -> date:
        """Give the first day of the year that begins in the calendar year ``year``."""
        month, day = self.year_starts
        return date(year, month, day)


def year_name(first: date) -> str:
    """Give the name of the year that begins on a day: ``2026`` or ``2026-27``."""
    return (
        str(first.year) if (first.month, first.day) == (1, 1) else f"{first.year}-{(first.year + 1) % 100:02}"
    )


def read_designs(text: str, name: str = "sampling.yaml") -> tuple[Design, ...]:
    """Read a file of designs.

    Args:
        text: The file, as YAML.
        name: Its name, for messages.

    Raises:
        Refused: A fault, named by line and field.
    """
    schema = yaml.safe_load(_DATA.joinpath("sampling-schema.yaml").read_text(encoding="utf-8"))
    found = read_yaml(text, name, schema)
    designs = [_design(found, at, given) for at, given in enumerate(found.data["designs"])]
    for at, (earlier, later) in enumerate(pairwise(designs), start=1):
        if later.version != earlier.version + 1 or later.effective_from <= earlier.effective_from:
            raise found.refused(
                ("designs", at, "version"),
                "versions go up by one, each from a later day.",
                "Put the versions in order.",
                paragraph=PARAGRAPH,
            )
    return tuple(designs)


def _design(found: DataFile, at: int, given: Mapping[str, Any]) -> Design:
    def wrong(field: str, why: str, what_next: str) -> Refused:
        return found.refused(("designs", at, field), why, what_next, paragraph=PARAGRAPH)

    start = given["effective_from"]
    if not isinstance(start, date) or isinstance(start, datetime):
        raise wrong("effective_from", "this is no date.", "Write it as 2026-04-01.")
    share, least, most = (given[name]["per_cent"] for name in ("share", "least", "most"))
    if not least < share < most:
        raise wrong(
            "share",
            f"the share of {share} per cent does not lie between the least and the most chance.",
            "Choose a lower least chance or a higher most chance.",
        )
    smallest = given["smallest_batch"]["reviews"]
    if smallest * min(share - least, most - share) < 100:
        raise wrong(
            "smallest_batch",
            f"with {smallest} reviews the share of the whole country cannot be kept within one review.",
            "Choose a larger smallest batch, or wider bounds.",
        )
    groups = {one["id"]: one["title"] for one in given["offence_groups"]}
    if len(groups) != len(given["offence_groups"]):
        raise wrong("offence_groups", "an offence group is there twice.", "Leave one of them out.")
    return Design(
        version=given["version"],
        effective_from=start,
        year_starts=(given["year_starts"]["month"], given["year_starts"]["day"]),
        period=given["period"]["length"],
        period_unit=given["period"]["unit"],
        share=share,
        least=least,
        most=most,
        region_correction=given["region_correction"]["points"],
        group_correction=given["group_correction"]["points"],
        smallest_batch=smallest,
        offence_groups=groups,
        notes=tuple(
            Note(name, said["default"], said["note"])
            for name, said in given.items()
            if isinstance(said, dict) and "note" in said
        ),
    )


@cache
def shipped_designs() -> tuple[Design, ...]:
    """Give the designs that come with the service, earliest first."""
    return read_designs(_DATA.joinpath("sampling.yaml").read_text(encoding="utf-8"))


def design_on(designs: Sequence[Design], first: date) -> Design:
    """Give the design of a year that begins on a day.

    Raises:
        Refused: None is in force then (rule ``sfo_design``).
    """
    found = [one for one in designs if one.effective_from <= first]
    if not found:
        raise Refused(
            "sfo_design",
            "No way of drawing the sample is known for a year that begins that early.",
            "Choose a later year.",
            paragraph=PARAGRAPH,
            field="year",
        )
    return found[-1]


def design_of(designs: Sequence[Design], version: int) -> Design:
    """Give a version of the design.

    Raises:
        Refused: There is none of that number (rule ``sfo_design``).
    """
    for one in designs:
        if one.version == version:
            return one
    raise Refused(
        "sfo_design",
        f"There is no version {version} of how the sample is drawn.",
        "Use a release of the service that knows it.",
        paragraph=PARAGRAPH,
        field="design",
    )
