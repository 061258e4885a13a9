"""The weights tried against the ratings that were really given (B7): worked out, never kept by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from oversight.intelligence.queries.risk import picture_of_published, places, rated_by_place
from oversight.intelligence.rules.backtest import (
    BandResult,
    Compared,
    Trial,
    against_naive,
    by_band,
    compared,
    verdict,
)
from oversight.intelligence.rules.risk import latest_ratings
from oversight.intelligence.rules.weights import Weights, weights_named
from oversight.kernel.partial_dates import PartialDate
from oversight.parties.queries import parties_by_code
from oversight.publication.queries.reports import RegisterState, ratings_given, register_state


@dataclass(frozen=True)
class BackTest:
    """How well one version of the weights told what was then rated.

    Args:
        weights: The version.
        trials: Every inspection that counts, the latest first.
        names: Name of each place in them.
        all: How well it did over all of them.
        rated_before: The same of those whose place had been rated before, against repeating that rating.
        bands: What became of each band.
        undated: Inspections left out because no day of theirs is known.
        elsewhere: Inspections left out because they are of no region or unit.
        first: Day of the earliest picture; None without any.
        last: Day of the latest.
    """

    weights: Weights
    trials: tuple[Trial, ...]
    names: dict[str, str]
    all: Compared
    rated_before: Compared
    bands: tuple[BandResult, ...]
    undated: int
    elsewhere: int
    first: date | None
    last: date | None

    @property
    def verdict(self) -> str:
        """What it comes to, in sentences that the figures alone decide."""
        return " ".join(said for said in (verdict(self.all), against_naive(self.rated_before)) if said)


def back_test(version: str) -> BackTest:
    """Try a version of the weights on every inspection of the register with an overall rating.

    For each, the picture is as of the day before the first on which its report can have come out, and of
    ratings alone that were certainly published by then. What the lines put in common is not in the history,
    so those weights are not tried. The answer is kept until the register changes.

    Args:
        version: Name of the version.

    Raises:
        Refused: There is no such version.
    """
    weights = weights_named(version)
    return _worked_out(weights.version, register_state(), tuple(sorted(parties_by_code())))


@lru_cache(maxsize=8)
def _worked_out(version: str, state: RegisterState, codes: tuple[str, ...]) -> BackTest:
    del state, codes  # they say of which register and places the answer is
    weights, known, parties = weights_named(version), places(), parties_by_code()
    given = ratings_given()
    rated = rated_by_place(given)
    scale = list(weights.ratings)
    trials: list[Trial] = []
    undated = elsewhere = 0
    for one in given:
        if one.standard or one.rating not in scale:
            continue
        place = known.get(one.unit_code)
        if place is None:
            elsewhere += 1
            continue
        if not one.published:
            undated += 1
            continue
        on = PartialDate.parse(one.published).first_day - timedelta(days=1)
        before = latest_ratings(rated.get(place.code, ()), on).get("")
        trials.append(
            Trial(
                report=one.reference,
                unit=place.code,
                region=place.region or place.code,
                on=on,
                score=picture_of_published(place, rated, on, weights).score,
                rating=one.rating,
                bad=one.rating == weights.worst,
                severity=_severity(one.rating, scale),
                before=_severity(before.rating, scale) if before else None,
            )
        )
    bands = [(band.title, band.least) for band in weights.bands]
    return BackTest(
        weights=weights,
        trials=tuple(trials),
        names={one.unit: parties[one.unit].name for one in trials},
        all=compared(trials),
        rated_before=compared([one for one in trials if one.before is not None]),
        bands=by_band(trials, bands),
        undated=undated,
        elsewhere=elsewhere,
        first=min((one.on for one in trials), default=None),
        last=max((one.on for one in trials), default=None),
    )


def _severity(rating: str, scale: list[str]) -> int:
    return len(scale) - 1 - scale.index(rating) if rating in scale else 0
