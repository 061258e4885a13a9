"""How well scores tell what was then rated: plain statistics of small numbers, exact and repeatable (B7).

Units of one region resemble each other, so an interval is found by drawing whole regions again, with
replacement; single inspections drawn again would promise more than there is. The draw begins with a seed that
is published, so that anyone gets the same interval.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

#: Seed of the draws, and how many there are.
SEED: Final = 2023
DRAWS: Final = 2000
#: With fewer regions than this, drawing them again tells nothing.
LEAST_REGIONS: Final = 5
#: Normal deviate of an interval of 95 per cent.
_DEVIATE: Final = 1.959963984540054


@dataclass(frozen=True)
class Trial:
    """An inspection of the history: the picture of the day before, and what was then rated.

    Args:
        report: Reference of the inspection.
        unit: Code of the place.
        region: Code of its region.
        on: Day as of which the picture is: the day before the first on which the report can be of.
        score: Score of the picture.
        rating: What was then rated.
        bad: Whether that is the worst rating.
        severity: How bad it is: 0 for the best rating, 1 more for each worse.
        before: How bad the last rating known then was; None when none was.
    """

    report: str
    unit: str
    region: str
    on: date
    score: int
    rating: str
    bad: bool
    severity: int
    before: int | None


@dataclass(frozen=True)
class Estimate:
    """A figure with the interval in which it lies with 95 per cent confidence; None: it cannot be told."""

    figure: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Compared:
    """How well the picture tells the worst rating, against repeating the last one, of the same inspections.

    Args:
        count: How many inspections.
        bad: How many got the worst rating.
        picture: Chance that one with the worst rating had a higher score than one without; 0.5 is no better
            than a coin.
        naive: The same chance when the last rating is simply repeated.
        better: How much better the picture is.
        ranks: Rank correlation (Kendall's tau-b) of score and rating: 1 for the same order, 0 for none.
    """

    count: int
    bad: int
    picture: Estimate
    naive: Estimate
    better: Estimate
    ranks: float | None


@dataclass(frozen=True)
class BandResult:
    """What became of the inspections whose score lay in a band."""

    title: str
    count: int
    bad: int
    share: Estimate


def chance(scores: Sequence[float], bad: Sequence[bool]) -> float | None:
    """Give the chance that a bad one scores higher than another, a tie counted half; None without both."""
    high = [score for score, it in zip(scores, bad, strict=True) if it]
    low = [score for score, it in zip(scores, bad, strict=True) if not it]
    if not high or not low:
        return None
    return sum(_beats(one, other) for one in high for other in low) / (len(high) * len(low))


def _beats(one: float, other: float) -> float:
    return 1.0 if one > other else 0.5 if one == other else 0.0


def tau_b(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Give Kendall's tau-b of two measures of the same things; None when one of them is all ties."""
    score = 0
    for i, (a, b) in enumerate(zip(first, second, strict=True)):
        for c, d in zip(first[:i], second[:i], strict=True):
            score += ((a > c) - (a < c)) * ((b > d) - (b < d))
    pairs = len(first) * (len(first) - 1) // 2
    untied = [pairs - sum(n * (n - 1) // 2 for n in Counter(one).values()) for one in (first, second)]
    return score / math.sqrt(untied[0] * untied[1]) if all(untied) else None


def wilson(part: int, whole: int) -> Estimate:
    """Give a share with Wilson's interval, which holds for small numbers too; none of nothing."""
    if not whole:
        return Estimate(None)
    share, square = part / whole, _DEVIATE**2
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = _DEVIATE * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2)) / (1 + square / whole)
    return Estimate(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def compared(trials: Sequence[Trial]) -> Compared:
    """Compare the picture with repeating the last rating, of inspections with a rating before alone."""
    bad = [one.bad for one in trials]
    scores = [float(one.score) for one in trials]
    before = [float(one.before or 0) for one in trials]
    repeated = all(one.before is not None for one in trials) and bool(trials)
    picture, naive = chance(scores, bad), chance(before, bad) if repeated else None
    drawn = _drawn(trials, [scores, before] if repeated else [scores])
    better = None if picture is None or naive is None else picture - naive
    return Compared(
        count=len(trials),
        bad=sum(bad),
        picture=_interval(picture, [one[0] for one in drawn]),
        naive=_interval(naive, [one[1] for one in drawn] if repeated else []),
        better=_interval(better, [one[0] - one[1] for one in drawn] if repeated else []),
        ranks=tau_b(scores, [float(one.severity) for one in trials]),
    )


def _drawn(trials: Sequence[Trial], measures: Sequence[Sequence[float]]) -> list[list[float]]:
    """Draw whole regions again, and give the chance by each measure in every draw that has both kinds."""
    regions = sorted({one.region for one in trials})
    of = {code: place for place, code in enumerate(regions)}
    size = len(regions)
    if size < LEAST_REGIONS:
        return []
    wins = [[[0.0] * size for _ in regions] for _ in measures]
    high, low = [0] * size, [0] * size
    for one in trials:
        (high if one.bad else low)[of[one.region]] += 1
    for i, one in enumerate(trials):
        for j, other in enumerate(trials):
            if one.bad and not other.bad:
                for table, measure in zip(wins, measures, strict=True):
                    table[of[one.region]][of[other.region]] += _beats(measure[i], measure[j])
    chosen = random.Random(SEED)  # noqa: S311 - a draw to be repeated, no secret
    found = []
    for _ in range(DRAWS):
        times = Counter(chosen.choices(range(size), k=size))
        pairs = sum(n * high[r] for r, n in times.items()) * sum(n * low[r] for r, n in times.items())
        if pairs:
            found.append(
                [
                    sum(n * m * table[r][s] for r, n in times.items() for s, m in times.items()) / pairs
                    for table in wins
                ]
            )
    return found


def _interval(figure: float | None, drawn: Sequence[float]) -> Estimate:
    if figure is None or len(drawn) < DRAWS // 2:
        return Estimate(figure)
    ordered = sorted(drawn)
    return Estimate(figure, ordered[len(ordered) // 40], ordered[-1 - len(ordered) // 40])


def by_band(trials: Sequence[Trial], bands: Sequence[tuple[str, int]]) -> tuple[BandResult, ...]:
    """Give for each band, by title and least score, how many there were and how many were rated worst."""
    found = []
    edges = [least for _, least in bands[1:]]
    for (title, least), below in zip(bands, [*edges, math.inf], strict=True):
        inside = [one for one in trials if least <= one.score < below]
        bad = sum(one.bad for one in inside)
        found.append(BandResult(title, len(inside), bad, wilson(bad, len(inside))))
    return tuple(found)


def verdict(found: Compared) -> str:
    """Say what a comparison comes to: the interval alone decides, never the figure in its middle."""
    one = found.picture
    if one.low is None or one.high is None:
        return "There are too few inspections to tell whether the scores say anything."
    if one.low > 0.5:
        return "Places with a higher score were given the worst rating more often than a coin would have it."
    if one.high < 0.5:
        return "The scores did worse than a coin: places with a lower score were rated worst more often."
    return (
        "These inspections do not show that the scores do better than a coin at telling which places are "
        "then given the worst rating."
    )


def against_naive(found: Compared) -> str:
    """Say how repeating the last rating did beside it; empty where there is nothing to compare."""
    one, better = found.better, found.better.figure
    if better is None:
        return ""
    said = f"Of the {found.count} inspections of places that had been rated before, "
    if better > 0:
        said += "the scores did better than repeating the last rating"
    elif better < 0:
        said += "repeating the last rating did better than the scores"
    else:
        said += "repeating the last rating did as well as the scores"
    sure = one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)
    return f"{said}." if sure else f"{said}; there are too few to be sure of it."
