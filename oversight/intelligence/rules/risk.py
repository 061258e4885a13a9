"""The risk picture of a place: points that add up, each explained by a fact (B7, ¶10(v), ¶30).

Nothing is hidden in it: the score is the sum of the lines, each line names its fact, from whom it is, how old
it is, which weight it takes and how many points that makes. What else is found to be amiss never lowers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.intelligence.rules.counting import Said, corroborated, is_stale
from oversight.intelligence.rules.weights import Weights
from oversight.intelligence.rules.words import Confidence, Result


class Factor(StrEnum):
    """What a line of a picture rests on."""

    RATING = "rating"
    UNSEEN = "unseen"
    STANDARD = "standard"
    REGION = "region"
    AROUND = "around"
    FINDING = "finding"
    NOTE = "note"


FACTOR_WORDS: Final = {
    Factor.RATING: "Last overall rating",
    Factor.UNSEEN: "Time since it was rated",
    Factor.STANDARD: "Ratings of standards",
    Factor.REGION: "Rating of its region",
    Factor.AROUND: "Units of its region",
    Factor.FINDING: "Findings in common",
    Factor.NOTE: "Intelligence notes",
}


@dataclass(frozen=True)
class Place:
    """A unit or region whose picture is made.

    Args:
        code: Its code.
        region: Code of the region of a unit; empty for a region.
        others: Codes of the other units of that region; of a region, of its own units.
    """

    code: str
    region: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Rated:
    """A published rating.

    Args:
        unit: Code of the place.
        standard: Key of the standard; empty for the overall rating.
        rating: The rating.
        report: Reference of the inspection.
        given_on: First day of which it can be; None when nothing is known.
        known_on: Day by which it was certainly published.
    """

    unit: str
    standard: str
    rating: str
    report: str
    given_on: date | None
    known_on: date


@dataclass(frozen=True)
class Told:
    """A finding or note in common.

    Args:
        item: Its row.
        note: Whether it is an intelligence note.
        theme: Name of its theme.
        source: Name of its source.
        by: Code of the body whose work it is.
        result: What was found.
        confidence: How sure.
        found_on: When.
        known_on: When it was put in common as it is.
    """

    item: int
    note: bool
    theme: str
    source: str
    by: str
    result: Result
    confidence: Confidence
    found_on: date
    known_on: date

    @property
    def kept_by(self) -> tuple[bool, str, str]:
        """What one source keeps saying on one theme: of that one line is counted."""
        return (self.note, self.theme, self.source)


@dataclass(frozen=True)
class Line:
    """A line of a picture.

    Args:
        factor: What it rests on.
        rating: The rating; empty for a finding or note.
        theme: Theme of a finding, or key of a standard; empty for an overall rating.
        told: The finding or note; None for a rating.
        report: Reference of the published inspection; empty for none.
        found_on: Day of the fact; None when it is not known or the line is about several.
        months: How many whole months old; None likewise.
        weight: Points of the weight that it takes, before age.
        per_cent: How much of these its age leaves.
        added: Points because another source says alike.
        points: What it adds to the score.
        stale: Whether its fact is stale.
        single: Whether no other source says alike; None where that is no question.
        count: Of how many it holds, and of how many in all; None for one fact.
    """

    factor: Factor
    rating: str
    theme: str
    told: Told | None
    report: str
    found_on: date | None
    months: int | None
    weight: int
    per_cent: int
    added: int
    points: int
    stale: bool
    single: bool | None
    count: tuple[int, int] | None = None


@dataclass(frozen=True)
class Basis:
    """By what a picture is made.

    Args:
        on: As of which day.
        weights: The points.
        stale_months: After how many months a fact is stale.
        corroborated_months: Within how many months two sources corroborate each other.
    """

    on: date
    weights: Weights
    stale_months: int
    corroborated_months: int

    def stale(self, day: date | None) -> bool:
        """Tell whether a fact is stale; one of no known day is."""
        return day is None or is_stale(day, on=self.on, months=self.stale_months)

    def months(self, day: date | None) -> int | None:
        """Give how many months old a fact is; None when its day is not known."""
        return months_between(day, self.on) if day else None

    def per_cent(self, day: date | None) -> int:
        """Give how much of its points age leaves a fact."""
        months = self.months(day)
        return self.weights.older if months is None else self.weights.per_cent_at(months)


@dataclass(frozen=True)
class RiskPicture:
    """A place's picture as of a day.

    Args:
        place: Code of the place.
        on: As of which day.
        weights: The weights it was worked out with.
        lines: What it is made of, most points first.
        score: The sum of their points.
    """

    place: str
    on: date
    weights: Weights
    lines: tuple[Line, ...]
    score: int

    @property
    def week(self) -> int:
        """What a week of waiting costs the planner."""
        return self.weights.week_of(self.score)

    @property
    def band(self) -> str:
        """Title of the band in which the score lies."""
        return self.weights.band_of(self.score).title

    @property
    def parts(self) -> Mapping[Factor, int]:
        """Points of each factor that has any, in the order of the factors."""
        found = {one: sum(line.points for line in self.lines if line.factor is one) for one in Factor}
        return {one: points for one, points in found.items() if points}


def months_between(day: date, on: date) -> int:
    """Give how many months after a day another is, one begun counted whole: found today is 0 months old."""
    months = (on.year - day.year) * 12 + on.month - day.month
    return months + (on.day > day.day)


def risk_picture(
    place: Place, *, rated: Mapping[str, Sequence[Rated]], told: Iterable[Told], basis: Basis
) -> RiskPicture:
    """Make the picture of a place as of a day; a fact that came to be known after it does not count.

    Args:
        place: The place.
        rated: Published ratings by place: its own, its region's and the other units'.
        told: Findings and notes about the place, in any order.
        basis: As of which day and by which figures.
    """
    lines = [*_of_ratings(place, rated, basis), *_of_region(place, rated, basis), *_of_told(told, basis)]
    order = tuple(Factor)
    lines.sort(
        key=lambda one: (
            -one.points,
            order.index(one.factor),
            one.theme,
            one.told.item if one.told else 0,
        )
    )
    return RiskPicture(place.code, basis.on, basis.weights, tuple(lines), sum(one.points for one in lines))


def latest_ratings(rated: Iterable[Rated], on: date) -> Mapping[str, Rated]:
    """Give the last rating of each standard of a place that was known on a day; empty is the overall one."""
    found: dict[str, Rated] = {}
    for one in rated:
        held = found.get(one.standard)
        if one.known_on <= on and (held is None or _order(one) > _order(held)):
            found[one.standard] = one
    return found


def _order(one: Rated) -> tuple[date, str]:
    return (one.given_on or date.min, one.report)


def _rating_line(factor: Factor, one: Rated, weight: int, basis: Basis, *, per_cent: int = 100) -> Line:
    return Line(
        factor=factor,
        rating=one.rating,
        theme=one.standard,
        told=None,
        report=one.report,
        found_on=one.given_on,
        months=basis.months(one.given_on),
        weight=weight,
        per_cent=per_cent,
        added=0,
        points=weight * per_cent // 100,
        stale=basis.stale(one.given_on),
        single=None,
    )


def _line_of_none(factor: Factor, weight: int) -> Line:
    """Make a line that rests on no single fact."""
    return Line(
        factor=factor,
        rating="",
        theme="",
        told=None,
        report="",
        found_on=None,
        months=None,
        weight=weight,
        per_cent=100,
        added=0,
        points=weight,
        stale=False,
        single=None,
    )


def _of_ratings(place: Place, rated: Mapping[str, Sequence[Rated]], basis: Basis) -> Iterable[Line]:
    own, weights = latest_ratings(rated.get(place.code, ()), basis.on), basis.weights
    overall = own.get("")
    if overall is None:
        yield _line_of_none(Factor.RATING, weights.unrated)
    else:
        yield _rating_line(
            Factor.RATING, overall, weights.ratings.get(overall.rating, weights.unrated), basis
        )
        if more := weights.unseen_after(basis.months(overall.given_on)):
            yield _rating_line(Factor.UNSEEN, overall, more, basis)
    for name, one in sorted(own.items()):
        if name:
            weight, left = weights.standard.get(one.rating, 0), basis.per_cent(one.given_on)
            yield _rating_line(Factor.STANDARD, one, weight, basis, per_cent=left)


def _of_region(place: Place, rated: Mapping[str, Sequence[Rated]], basis: Basis) -> Iterable[Line]:
    weights = basis.weights
    if place.region:
        region = latest_ratings(rated.get(place.region, ()), basis.on).get("")
        if region is not None:
            yield _rating_line(Factor.REGION, region, weights.region.get(region.rating, 0), basis)
    found = [latest_ratings(rated.get(code, ()), basis.on).get("") for code in place.others]
    others = [one for one in found if one is not None]
    if others:
        worst = sum(one.rating == weights.worst for one in others)
        yield replace(
            _line_of_none(Factor.AROUND, weights.around),
            rating=weights.worst,
            points=weights.around * worst // len(others),
            stale=all(basis.stale(one.given_on) for one in others),
            count=(worst, len(others)),
        )


def _standing(told: Iterable[Told]) -> tuple[Told, ...]:
    """Leave out what a source found before it last found that the theme works well."""
    listed = list(told)
    well: dict[tuple[bool, str, str], date] = {}
    for one in listed:
        if not one.result.concern:
            well[one.kept_by] = max(well.get(one.kept_by, date.min), one.found_on)
    return tuple(one for one in listed if one.found_on >= well.get(one.kept_by, date.min))


def _of_told(told: Iterable[Told], basis: Basis) -> Iterable[Line]:
    """Give a line for each source and theme: of what it found since it found it well, what counts most."""
    standing = _standing(one for one in told if one.found_on <= basis.on and one.known_on <= basis.on)
    by_theme: dict[str, list[Said]] = {}
    for one in standing:
        by_theme.setdefault(one.theme, []).append(Said(one.source, one.result, one.found_on))
    best: dict[tuple[bool, str, str], tuple[tuple[int, date, int], Line]] = {}
    for one in standing:
        line = _told_line(one, by_theme[one.theme], basis)
        rank = (line.points, one.found_on, one.item)
        if one.kept_by not in best or rank > best[one.kept_by][0]:
            best[one.kept_by] = (rank, line)
    return [line for _, line in best.values()]


def _told_line(one: Told, others: Sequence[Said], basis: Basis) -> Line:
    table = basis.weights.hearsay if one.note else basis.weights.finding
    weight, per_cent = table[one.result][one.confidence], basis.per_cent(one.found_on)
    said = Said(one.source, one.result, one.found_on)
    alike = corroborated(said, others, months=basis.corroborated_months)
    points = weight * per_cent // 100
    # What is so old or so unsure that it counts for nothing gains nothing from being said twice.
    added = basis.weights.corroborated if alike and one.result.concern and points else 0
    return Line(
        factor=Factor.NOTE if one.note else Factor.FINDING,
        rating="",
        theme=one.theme,
        told=one,
        report="",
        found_on=one.found_on,
        months=basis.months(one.found_on),
        weight=weight,
        per_cent=per_cent,
        added=added,
        points=points + added,
        stale=basis.stale(one.found_on),
        single=not alike,
    )
