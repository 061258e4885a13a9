"""What the first line measures, as dated data: the better way, target, period and source (B2, ¶13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

import yaml

from oversight.exchange.rules.holdings import Span
from oversight.exchange.rules.supplying import Every, periods
from oversight.intelligence.rules.words import words
from oversight.kernel.data_files import DataFile, read_yaml
from oversight.kernel.refusals import Refused

PARAGRAPH: Final = "13"
_DATA: Final = files("oversight.delivery").joinpath("data")
#: The financial year and its quarters begin with this month.
_YEAR_STARTS: Final = 4


class Direction(StrEnum):
    """Which way a measure is better."""

    HIGHER = "higher"
    LOWER = "lower"

    @property
    def words(self) -> str:
        """For a page."""
        return "Higher is better" if self is Direction.HIGHER else "Lower is better"


class About(StrEnum):
    """What a measure is taken of."""

    UNIT = "unit"
    CONTRACT = "contract"


class Standing(StrEnum):
    """How a figure stands to its target."""

    MET = "met"
    MISSED = "missed"
    NO_TARGET = "no_target"

    @property
    def words(self) -> str:
        """For a page."""
        return {Standing.MET: "Met", Standing.MISSED: "Missed", Standing.NO_TARGET: "No target"}[self]


@dataclass(frozen=True)
class Target:
    """What is to be reached from a day on."""

    since: date
    figure: Decimal


@dataclass(frozen=True)
class Measure:
    """Something that is measured.

    Args:
        id: Stable name, kept with every figure.
        title: What people call it.
        about: Whether it is taken of units or of contracts.
        theme: Name of the theme on which it is put in common.
        direction: Which way is better.
        unit: What it is counted in, for example ``%``.
        most: Largest figure that makes sense.
        every: How often it is taken.
        targets: By their days, the earliest first.
        source: Where it comes from.
        unverified: What of it no published source confirms; empty when all is confirmed.
    """

    id: str
    title: str
    about: About
    theme: str
    direction: Direction
    unit: str
    most: int
    every: Every
    targets: tuple[Target, ...]
    source: str
    unverified: str

    def target_on(self, day: date) -> Decimal | None:
        """Give the target that holds on a day; None before the first."""
        held = [one.figure for one in self.targets if one.since <= day]
        return held[-1] if held else None

    def standing(self, value: Decimal, day: date) -> Standing:
        """Say how a figure stands to the target of a day, the first of its period."""
        target = self.target_on(day)
        if target is None:
            return Standing.NO_TARGET
        met = value >= target if self.direction is Direction.HIGHER else value <= target
        return Standing.MET if met else Standing.MISSED

    def in_words(self, value: Decimal) -> str:
        """Give a figure with its unit, for example ``87.5%`` or ``3 days``."""
        return number_in_words(value) + (self.unit if self.unit == "%" else f" {self.unit}")


def number_in_words(value: Decimal) -> str:
    """Give a figure without zeros that say nothing."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def period_of(every: Every, day: date) -> Span:
    """Give the period that a day lies in: a month, or a quarter or year of the financial year from April."""
    months = every.months
    since = (day.year * 12 + day.month - _YEAR_STARTS) // months * months + _YEAR_STARTS - 1
    first = date(since // 12, since % 12 + 1, 1)
    return periods(every, first=first, count=1, days_after=0)[0].span


def period_in_words(every: Every, span: Span) -> str:
    """Name a period as people do: ``April to June 2026``, ``April 2026`` or ``2026-27``."""
    if every is Every.MONTH:
        return f"{span.first:%B %Y}"
    if every is Every.YEAR:
        return f"{span.first.year}-{span.last.year % 100:02}"
    return f"{span.first:%B} to {span.last:%B %Y}"


@cache
def measures() -> Mapping[str, Measure]:
    """Give every measure that the service ships, by name and in the order of the file."""
    schema = yaml.safe_load(_DATA.joinpath("measures-schema.yaml").read_text(encoding="utf-8"))
    text = _DATA.joinpath("measures.yaml").read_text(encoding="utf-8")
    return read_measures(read_yaml(text, "measures.yaml", schema))


def measures_of(about: About, every: Every | None = None) -> tuple[Measure, ...]:
    """Give the measures of units or of contracts, or those of them that are taken so often."""
    return tuple(
        one for one in measures().values() if one.about is about and (every is None or one.every is every)
    )


def read_measures(file: DataFile) -> Mapping[str, Measure]:
    """Read the measures.

    Raises:
        Refused: Two have the same name, a day is none, or targets are not in the order of their days.
    """
    found: dict[str, Measure] = {}
    for place, one in enumerate(file.data["measures"]):
        if one["id"] in found:
            raise file.refused(("measures", place, "id"), "another measure has this name.", "Keep one.")
        found[one["id"]] = Measure(
            id=one["id"],
            title=one["title"],
            about=About(one["about"]),
            theme=_theme(file, place, one["theme"]),
            direction=Direction(one["direction"]),
            unit=one["unit"],
            most=one["most"],
            every=Every(one["every"]),
            targets=_targets(file, place, one["targets"]),
            source=one["source"],
            unverified=one.get("unverified", ""),
        )
    return found


def _theme(file: DataFile, place: int, given: str) -> str:
    if given not in words().themes:
        raise file.refused(("measures", place, "theme"), "there is no such theme.", "Use one of words.yaml.")
    return given


def _targets(file: DataFile, place: int, given: list[dict[str, Any]]) -> tuple[Target, ...]:
    for number, one in enumerate(given):
        if not isinstance(one["since"], date) or isinstance(one["since"], datetime):
            path = ("measures", place, "targets", number, "since")
            raise file.refused(path, "this is no date.", "Write it as 2026-04-01.")
    found = tuple(Target(one["since"], Decimal(str(one["figure"]))) for one in given)
    for number, (earlier, later) in enumerate(pairwise(found), start=1):
        if later.since <= earlier.since:
            path = ("measures", place, "targets", number, "since")
            raise file.refused(path, "it is not later than the one before.", "Put them in order.")
    return found


def measure_of(name: str, about: About) -> Measure:
    """Give a measure of units or of contracts by its name.

    Raises:
        Refused: There is none; field ``measure``.
    """
    found = measures().get(name)
    if found is None or found.about is not about:
        raise Refused(
            "not_found_measure",
            f"There is no such measure of a {about}.",
            "Choose one from the list of measures.",
            paragraph=PARAGRAPH,
            field="measure",
        )
    return found


def check_figure(measure: Measure, value: Decimal, *, field: str) -> Decimal:
    """Refuse a figure that makes no sense; give it with two decimals.

    Raises:
        Refused: It is negative, too large or too fine.
    """
    why = ""
    if not value.is_finite() or not 0 <= value <= measure.most:
        why = f"“{measure.title}” lies between 0 and {measure.most}."
    elif value != value.quantize(Decimal("0.01")):
        why = "A figure has two decimals at most."
    if why:
        raise Refused("figure", why, "Correct the figure.", paragraph=PARAGRAPH, field=field)
    return value.quantize(Decimal("0.01"))
