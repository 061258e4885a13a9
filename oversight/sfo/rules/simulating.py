"""Trying years of draws to see that the sample keeps to what is promised of it (¶19).

Each simulated year has its own seed, and its reviews fall by chance on months, regions and offence groups, so
that tiny regions and short lists come about. The same number always gives the same years.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from math import sqrt
from typing import Any, Final

from oversight.kernel.digests import digest
from oversight.sfo.rules.chances import SoFar
from oversight.sfo.rules.designs import Design
from oversight.sfo.rules.drawing import BatchList, Draw, ListedReview, draw, key_of

#: Reviews of each region for a year of 500, about as its caseload goes. These are no published figures.
REGIONS: Final[Mapping[str, int]] = {
    "N03": 27,
    "N07": 82,
    "N50": 37,
    "N51": 45,
    "N52": 52,
    "N53": 40,
    "N54": 35,
    "N55": 50,
    "N56": 45,
    "N57": 35,
    "N58": 30,
    "N59": 22,
}
MONTHS: Final = 12


@dataclass(frozen=True)
class Year:
    """One simulated year.

    Args:
        draws: Its draws in order.
        left: Reviews too few for a batch at its end, which wait for the next year.
    """

    draws: tuple[Draw, ...]
    left: int


@dataclass
class Findings:
    """What came of many years.

    Args:
        years: Years simulated.
        reviews: Reviews drawn from in all of them.
        batches: Draws made.
        apart_nationally: Largest distance of the whole country from the share after a batch, in hundredths.
        regions_apart: For each region, years that it ended more than two reviews from the share.
        years_apart: Years in which any region did.
        least: Lowest chance met.
        most: Highest chance met.
        chance: For each region and month, reviews and the sum of their chances.
        drawn: For each region and month, reviews drawn.
        group_chance: For each offence group, reviews and the sum of their chances.
        first_digest: Digest of what the first year drew, by which the record of a run is known to be of this
            way of drawing.
    """

    years: int = 0
    reviews: int = 0
    batches: int = 0
    apart_nationally: int = 0
    regions_apart: Counter[str] = field(default_factory=Counter)
    years_apart: int = 0
    least: Fraction = Fraction(1)
    most: Fraction = Fraction(0)
    chance: dict[tuple[str, int], tuple[int, float]] = field(default_factory=dict)
    drawn: Counter[tuple[str, int]] = field(default_factory=Counter)
    group_chance: dict[str, tuple[int, float]] = field(default_factory=dict)
    first_digest: str = ""

    def add(self, year: Year, design: Design) -> None:
        """Add a year."""
        self.years += 1
        self.first_digest = self.first_digest or digest([list(each.drawn) for each in year.draws])
        for each in year.draws:
            self.batches += 1
            self.reviews += len(each.listed.reviews)
            self.apart_nationally = max(
                self.apart_nationally, abs(int(100 * each.totals.national.ahead(design.share)))
            )
            values = each.chances.parts.values()
            self.least = min(self.least, Fraction(min(values), each.chances.whole))
            self.most = max(self.most, Fraction(max(values), each.chances.whole))
            drawn = set(each.drawn)
            for one in each.listed.reviews:
                place = (one.region, each.listed.number)
                many, total = self.chance.get(place, (0, 0.0))
                chance = each.chances.parts[one.cell] / each.chances.whole
                self.chance[place] = (many + 1, total + chance)
                many, total = self.group_chance.get(one.group, (0, 0.0))
                self.group_chance[one.group] = (many + 1, total + chance)
                self.drawn[place] += one.reference in drawn
        if year.draws:
            apart = [name for name, ahead in year.draws[-1].ahead(design).items() if abs(ahead) > 200]
            self.regions_apart.update(apart)
            self.years_apart += bool(apart)

    def merge(self, other: Findings) -> None:
        """Add the findings of later years."""
        self.years += other.years
        self.first_digest = self.first_digest or other.first_digest
        self.reviews += other.reviews
        self.batches += other.batches
        self.apart_nationally = max(self.apart_nationally, other.apart_nationally)
        self.regions_apart.update(other.regions_apart)
        self.years_apart += other.years_apart
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)
        for place, (many, total) in other.chance.items():
            held = self.chance.get(place, (0, 0.0))
            self.chance[place] = (held[0] + many, held[1] + total)
        for group, (many, total) in other.group_chance.items():
            held = self.group_chance.get(group, (0, 0.0))
            self.group_chance[group] = (held[0] + many, held[1] + total)
        self.drawn.update(other.drawn)

    @property
    def worst_region(self) -> float:
        """Share of years in which the worst region ended within two reviews."""
        return 1 - max(self.regions_apart.values(), default=0) / self.years

    def mean_chance(self, regions: Iterable[str] = (), months: Iterable[int] = ()) -> float:
        """Give the mean chance of the reviews of some regions and months; of all when none are named."""
        places, times = set(regions), set(months)
        found = [
            count
            for (region, month), count in self.chance.items()
            if (not places or region in places) and (not times or month in times)
        ]
        return sum(total for _, total in found) / sum(many for many, _ in found)

    def told(self, design: Design) -> dict[str, Any]:
        """Give the findings as plain data, with whether each promise held.

        Args:
            design: The design that was tried.
        """
        share = design.share / 100
        by_region = {name: round(self.mean_chance([name]), 5) for name in sorted({r for r, _ in self.chance})}
        by_group = {name: round(total / many, 5) for name, (many, total) in sorted(self.group_chance.items())}
        return {
            "design": design.version,
            "years": self.years,
            "reviews": self.reviews,
            "batches": self.batches,
            "first_year_digest": self.first_digest,
            "furthest_nationally_in_reviews": self.apart_nationally / 100,
            "least_chance": float(self.least),
            "most_chance": float(self.most),
            "mean_chance": round(self.mean_chance(), 5),
            "mean_chance_by_region": by_region,
            "mean_chance_by_offence_group": by_group,
            "furthest_mean_chance_of_region_and_month": round(
                max(abs(total / many - share) for many, total in self.chance.values()), 5
            ),
            "most_surprising_in_standard_errors": round(self.most_surprising(), 2),
            "years_within_two_reviews_by_region": {
                name: round(1 - self.regions_apart[name] / self.years, 5) for name in by_region
            },
            "years_with_every_region_within_two_reviews": round(1 - self.years_apart / self.years, 5),
            "promises": {
                "national_share_within_one_review": self.apart_nationally <= 100,
                "each_region_within_two_reviews_in_95_per_cent_of_years": self.worst_region >= 0.95,
                "every_chance_within_bounds": (
                    100 * self.least >= design.least and 100 * self.most <= design.most
                ),
                "mean_chance_is_the_share": all(
                    abs(one - share) <= 0.01 for one in (*by_region.values(), *by_group.values())
                ),
            },
        }

    def most_surprising(self) -> float:
        """Give the largest distance between reviews drawn and their chances, in standard errors, of any
        place.

        A place is a region in a month. Draws of a place in different years do not hang together.
        """
        return max(
            abs(self.drawn[place] - total) / sqrt(max(total * (1 - total / many), 1e-9))
            for place, (many, total) in self.chance.items()
        )


def years(
    design: Design, *, count: int, start: int = 0, reviews: int = 500, regions: Mapping[str, int] = REGIONS
) -> Iterable[Year]:
    """Simulate years.

    Args:
        design: How the sample is drawn.
        count: Years to simulate.
        start: Number of the first; each number is one year for ever.
        reviews: Reviews expected in a year.
        regions: Weight of each region.
    """
    for number in range(start, start + count):
        yield _year(design, number, reviews, regions)


def simulate(
    design: Design,
    *,
    count: int,
    start: int = 0,
    reviews: int = 500,
    regions: Mapping[str, int] = REGIONS,
    progress: Callable[[int], None] = lambda done: None,  # noqa: ARG005 - nobody watches by default
) -> Findings:
    """Simulate years and say what came of them.

    Args:
        design: How the sample is drawn.
        count: Years to simulate.
        start: Number of the first.
        reviews: Reviews expected in a year.
        regions: Weight of each region.
        progress: Told after each year how many are done.
    """
    findings = Findings()
    for done, year in enumerate(
        years(design, count=count, start=start, reviews=reviews, regions=regions), start=1
    ):
        findings.add(year, design)
        progress(done)
    return findings


def _year(design: Design, number: int, reviews: int, regions: Mapping[str, int]) -> Year:
    # The stream of a year must not change with the release of Python, which `random` promises for `random()`.
    chance = random.Random(number)  # noqa: S311 - arrivals are made up; the draw has its own tosses
    seed = hashlib.sha256(f"simulated year {number}".encode()).hexdigest()
    region_names, region_steps = list(regions), _steps(list(regions.values()))
    group_names = list(design.offence_groups)
    group_steps = _steps([1] * len(group_names))
    months: list[list[ListedReview]] = [[] for _ in range(MONTHS)]
    for at in range(_arrivals(chance, reviews)):
        months[int(chance.random() * MONTHS)].append(
            ListedReview(
                f"R{at}", _pick(chance, region_names, region_steps), _pick(chance, group_names, group_steps)
            )
        )
    so_far, waiting, draws = SoFar(), list[ListedReview](), list[Draw]()
    for month, arrived in enumerate(months, start=1):
        waiting += arrived
        if len(waiting) < design.smallest_batch:
            continue
        listed = BatchList(design.version, str(number), month, tuple(waiting), so_far)
        draws.append(draw(listed, key_of(seed, listed.digest), design))
        so_far, waiting = draws[-1].totals, []
    return Year(tuple(draws), len(waiting))


def _arrivals(chance: random.Random, expected: int) -> int:
    """Give a number of reviews that spreads about its mean as chance arrivals do."""
    spread = sum(chance.random() for _ in range(12)) - 6
    return max(0, round(expected + spread * sqrt(expected)))


def _steps(weights: Sequence[int]) -> list[float]:
    total = sum(weights)
    return [up_to / total for up_to in accumulate(weights)]


def _pick(chance: random.Random, names: Sequence[str], steps: Sequence[float]) -> str:
    at = chance.random()
    return next((name for name, up_to in zip(names, steps, strict=True) if at < up_to), names[-1])
