"""The weights of a risk picture, published and in versions, as dated data (B7, ¶10(v), ¶30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

import yaml

from oversight.intelligence.rules.words import Confidence, Result
from oversight.kernel.data_files import DataFile, Path, read_yaml
from oversight.kernel.refusals import Refused

_DATA: Final = files("oversight.intelligence").joinpath("data")
_BACKWARDS: Final = "these run the wrong way."


@dataclass(frozen=True)
class Step:
    """A figure that holds from or up to so many months."""

    months: int
    figure: int


@dataclass(frozen=True)
class Band:
    """A name for scores from so many points on."""

    name: str
    title: str
    least: int


@dataclass(frozen=True)
class Weights:
    """One version of the weights; the data file says what each is for.

    Args:
        version: Its name, kept with whatever was worked out with it.
        since: First day on which it holds.
        published: When it was published.
        default: Whether no published text sets its points.
        note: What is said of them where none does.
        why: Why it is as it is.
        ratings: Points by the last overall rating, worst first.
        unrated: Points where none is published.
        unseen: More points once that rating is older than so many months.
        standard: Points by the last rating of each standard.
        region: Points by the last overall rating of the region.
        around: Points when all other units of the region were last rated worst.
        finding: Points of a finding by result and confidence.
        hearsay: Points of an intelligence note, likewise.
        corroborated: More points when another source says alike.
        ages: Per cent that counts up to so many months.
        older: Per cent that counts after that.
        bands: Names of scores, the lowest first.
        week_least: Least cost of a week of waiting.
        week_points: How many points make it 1 more.
    """

    version: str
    since: date
    published: date
    default: bool
    note: str
    why: str
    ratings: Mapping[str, int]
    unrated: int
    unseen: tuple[Step, ...]
    standard: Mapping[str, int]
    region: Mapping[str, int]
    around: int
    finding: Mapping[Result, Mapping[Confidence, int]]
    hearsay: Mapping[Result, Mapping[Confidence, int]]
    corroborated: int
    ages: tuple[Step, ...]
    older: int
    bands: tuple[Band, ...]
    week_least: int
    week_points: int

    @property
    def worst(self) -> str:
        """The worst rating."""
        return next(iter(self.ratings))

    def band_of(self, score: int) -> Band:
        """Give the band in which a score lies."""
        return [one for one in self.bands if one.least <= score][-1]

    def week_of(self, score: int) -> int:
        """Give what a week of waiting costs a place of this score; the planner minimises the sum."""
        return self.week_least + score // self.week_points

    def per_cent_at(self, months: int) -> int:
        """Give how much of a point is left after so many months."""
        return next((one.figure for one in self.ages if months <= one.months), self.older)

    def unseen_after(self, months: int | None) -> int:
        """Give the points of a last rating so many months old; None: the day is not known, so the most."""
        return max((one.figure for one in self.unseen if months is None or months > one.months), default=0)


def read_weights(file: DataFile) -> tuple[Weights, ...]:
    """Read the versions, earliest first.

    Raises:
        Refused: A version is there twice or out of order, or points run the wrong way: a worse rating, a more
            serious or surer finding, or a newer one would count less. The line is given.
    """
    found: list[Weights] = []
    for place, one in enumerate(file.data["versions"]):
        path: Path = ("versions", place)
        for day in ("since", "published"):
            if type(one[day]) is not date:
                raise file.refused((*path, day), "this is no day.", "Write it as 2026-03-16.")
        if found and one["since"] <= found[-1].since:
            raise file.refused(
                (*path, "since"), "it begins no later than the version before it.", "Put versions in order."
            )
        if one["version"] in {other.version for other in found}:
            raise file.refused((*path, "version"), "another version has this name.", "Give it its own.")
        _check(file, path, one)
        found.append(_version(one, file.data["note"]))
    return tuple(found)


def _version(one: Mapping[str, Any], note: str) -> Weights:
    return Weights(
        version=one["version"],
        since=one["since"],
        published=one["published"],
        default=one["default"],
        note=note,
        why=one["why"],
        ratings=dict(one["last_rating"]["ratings"]),
        unrated=one["last_rating"]["none"],
        unseen=tuple(Step(step["months"], step["points"]) for step in one["unseen"]),
        standard=dict(one["standard"]),
        region=dict(one["region"]),
        around=one["around"],
        finding=_by_result(one["finding"]),
        hearsay=_by_result(one["note"]),
        corroborated=one["corroborated"],
        ages=tuple(Step(step["months"], step["per_cent"]) for step in one["ages"]),
        older=one["older"],
        bands=tuple(Band(band["name"], band["title"], band["least"]) for band in one["bands"]),
        week_least=one["week"]["least"],
        week_points=one["week"]["points"],
    )


def _by_result(told: Mapping[str, Mapping[str, int]]) -> Mapping[Result, Mapping[Confidence, int]]:
    found = {Result(name): {sure: said[sure.value] for sure in Confidence} for name, said in told.items()}
    return {**found, Result.GOOD: dict.fromkeys(Confidence, 0)}


def _falls(figures: Sequence[int]) -> bool:
    return all(before >= after for before, after in pairwise(figures))


def _rises(figures: Sequence[int]) -> bool:
    return all(before < after for before, after in pairwise(figures))


def _check(file: DataFile, path: Path, one: Mapping[str, Any]) -> None:
    for place, ratings in (
        (("last_rating", "ratings"), one["last_rating"]["ratings"]),
        (("standard",), one["standard"]),
        (("region",), one["region"]),
    ):
        if not _falls(list(ratings.values())):
            raise file.refused((*path, *place), _BACKWARDS, "Put the worst rating first, with most points.")
    for name in ("finding", "note"):
        serious, some = one[name]["serious_concern"], one[name]["some_concern"]
        sure = [sure.value for sure in Confidence]
        if any(serious[each] < some[each] for each in sure) or not all(
            _falls([told[each] for each in sure]) for told in (serious, some)
        ):
            raise file.refused(
                (*path, name), _BACKWARDS, "Give more points to what is more serious and to what is surer."
            )
    unseen, ages, bands = one["unseen"], one["ages"], one["bands"]
    if not _rises([step["months"] for step in unseen]) or not _falls(
        [step["points"] for step in reversed(unseen)]
    ):
        raise file.refused((*path, "unseen"), _BACKWARDS, "Put the fewest months first, with fewest points.")
    if not _rises([step["months"] for step in ages]) or not _falls(
        [*(step["per_cent"] for step in ages), one["older"]]
    ):
        raise file.refused(
            (*path, "ages"), _BACKWARDS, "Put the fewest months first, with the highest share."
        )
    if bands[0]["least"] != 0 or not _rises([band["least"] for band in bands]):
        raise file.refused((*path, "bands"), _BACKWARDS, "Begin at 0 and put the lowest band first.")


@cache
def every_weights() -> tuple[Weights, ...]:
    """Give the versions that the service ships."""
    schema = yaml.safe_load(_DATA.joinpath("risk-weights-schema.yaml").read_text(encoding="utf-8"))
    text = _DATA.joinpath("risk-weights.yaml").read_text(encoding="utf-8")
    return read_weights(read_yaml(text, "risk-weights.yaml", schema))


def weights_on(day: date) -> Weights:
    """Give the version that held on a day; before the first, the first."""
    held = [one for one in every_weights() if one.since <= day]
    return held[-1] if held else every_weights()[0]


def weights_named(version: str) -> Weights:
    """Give a version by its name.

    Raises:
        Refused: There is none.
    """
    found = next((one for one in every_weights() if one.version == version), None)
    if found is None:
        names = ", ".join(one.version for one in every_weights())
        raise Refused(
            "not_found_weights",
            f"There is no version {version[:20]!r} of the weights.",
            f"There are these: {names}.",
            field="version",
        )
    return found
