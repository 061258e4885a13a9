"""What is stale and what is corroborated, by dated rules that are data (¶2, ¶12, ¶30)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from oversight.intelligence.rules.words import Result
from oversight.kernel.data_files import DataFile, LabelledFigure, read_yaml

_DATA: Final = files("oversight.intelligence").joinpath("data")


@dataclass(frozen=True)
class Rules:
    """One version of the rules.

    Args:
        since: First day on which it holds.
        stale_months: Months after which what was found no longer counts.
        corroborated_months: Months within which two sources corroborate each other.
        recurring_units: How many units make an issue recur.
        recurring_months: Within how many months.
        recurring_rated_months: For how many months a published rating counts.
        hidden_months: How long after a visit its team still sees no risk picture of its place.
    """

    since: date
    stale_months: LabelledFigure
    corroborated_months: LabelledFigure
    recurring_units: LabelledFigure
    recurring_months: LabelledFigure
    recurring_rated_months: LabelledFigure
    hidden_months: LabelledFigure


def read_rules(file: DataFile) -> tuple[Rules, ...]:
    """Read the versions, earliest first.

    Raises:
        Refused: A version does not say a day, or is not later than the one before it.
    """
    note = file.data["note"]

    def figure(said: Any) -> LabelledFigure:
        return LabelledFigure(said["figure"], said["default"], note)

    found: list[Rules] = []
    for place, one in enumerate(file.data["versions"]):
        if type(one["since"]) is not date:
            raise file.refused(("versions", place, "since"), "this is no day.", "Write it as 2026-03-16.")
        if found and one["since"] <= found[-1].since:
            raise file.refused(
                ("versions", place, "since"),
                "it begins no later than the version before it.",
                "Put versions in order.",
            )
        found.append(
            Rules(
                one["since"],
                figure(one["stale_months"]),
                figure(one["corroborated_months"]),
                figure(one["recurring"]["units"]),
                figure(one["recurring"]["months"]),
                figure(one["recurring"]["rated_months"]),
                figure(one["hidden_months"]),
            )
        )
    return tuple(found)


@cache
def every_version() -> tuple[Rules, ...]:
    """Give the versions that the service ships."""
    schema = yaml.safe_load(_DATA.joinpath("rules-schema.yaml").read_text(encoding="utf-8"))
    return read_rules(read_yaml(_DATA.joinpath("rules.yaml").read_text("utf-8"), "rules.yaml", schema))


def rules_on(day: date) -> Rules:
    """Give the version that held on a day; before the first, the first."""
    held = [one for one in every_version() if one.since <= day]
    return held[-1] if held else every_version()[0]


@lru_cache(maxsize=4096)
def months_before(day: date, months: int) -> date:
    """Give the day so many months before; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_stale(found_on: date, *, on: date, months: int) -> bool:
    """Tell whether what was found on one day is stale on another: found more than so many months before."""
    return found_on < months_before(on, months)


@dataclass(frozen=True)
class Said:
    """What one source said of a unit and a theme.

    Args:
        source: Name of the source.
        result: What it found.
        found_on: When.
    """

    source: str
    result: Result
    found_on: date


def corroborated(one: Said, others: Iterable[Said], *, months: int) -> bool:
    """Tell whether another source says alike of the same unit and theme within so many months of it.

    The same source saying it twice is still a single source.
    """
    return any(
        other.source != one.source
        and other.result.concern == one.result.concern
        and max(one.found_on, other.found_on) <= _months_after(min(one.found_on, other.found_on), months)
        for other in others
    )


def _months_after(day: date, months: int) -> date:
    return months_before(day, -months)
