"""The chance of each review of a batch, from the year so far (¶19), in whole numbers.

A review starts from the share wanted. For every review by which its region or its offence group is ahead of
the share so far, its chance is less by some points; for every review behind, more. It stays between the
least and the most chance. Then all chances move together, by as much as brings the whole country back to
the share, again without leaving those bounds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from oversight.sfo.rules.designs import Design

Cell = tuple[str, str]
"""A region and an offence group."""

#: Parts that make a certainty before all chances move together: hundredths of a percentage point.
_PARTS = 10_000


@dataclass(frozen=True)
class Count:
    """Reviews of the year so far.

    Args:
        reviews: Reviews on batch lists that were drawn, without those withdrawn since.
        sampled: Those of them drawn for the Inspectorate.
    """

    reviews: int = 0
    sampled: int = 0

    def plus(self, reviews: int, sampled: int) -> Count:
        """Give the count with more reviews in it."""
        return Count(self.reviews + reviews, self.sampled + sampled)

    def ahead(self, share: int) -> Fraction:
        """Give by how many reviews the sample is ahead of ``share`` per cent; below 0 when behind."""
        return Fraction(100 * self.sampled - share * self.reviews, 100)


@dataclass(frozen=True)
class SoFar:
    """The year so far, by region and by offence group; each counts every review once.

    Args:
        regions: Count of each region that had a review.
        groups: Count of each offence group that had one.
    """

    regions: Mapping[str, Count] = field(default_factory=dict)
    groups: Mapping[str, Count] = field(default_factory=dict)

    @property
    def national(self) -> Count:
        """The whole country."""
        return Count(
            sum(one.reviews for one in self.regions.values()),
            sum(one.sampled for one in self.regions.values()),
        )

    def plus(self, reviews: Iterable[tuple[Cell, bool]]) -> SoFar:
        """Give the year with a batch added: the cell of each review, and whether it was drawn."""
        regions, groups = dict(self.regions), dict(self.groups)
        for ((region, group), sampled), many in Counter(reviews).items():
            drawn = many if sampled else 0
            regions[region] = regions.get(region, Count()).plus(many, drawn)
            groups[group] = groups.get(group, Count()).plus(many, drawn)
        return SoFar(regions, groups)


@dataclass(frozen=True)
class Chances:
    """The chance of a review of each cell.

    Args:
        parts: Count of parts for each cell.
        whole: Parts that make a certainty.
    """

    parts: Mapping[Cell, int]
    whole: int

    def of(self, cell: Cell) -> Fraction:
        """Give the chance of a review of a cell."""
        return Fraction(self.parts[cell], self.whole)


def chances(design: Design, so_far: SoFar, cells: Iterable[Cell]) -> Chances:
    """Work out the chance of each review of a batch.

    Args:
        design: The share, the bounds and the corrections.
        so_far: The year before this batch.
        cells: Region and offence group of every review of the batch, in any order.

    Returns:
        The chances. Together they come to the share of all reviews of the year with this batch, less those
        drawn already, or as near to it as the bounds allow.
    """
    count = Counter(cells)
    if not count:
        return Chances({}, _PARTS)
    share, least, most = (100 * one for one in (design.share, design.least, design.most))
    regions = {region for region, _ in count}
    groups = {group for _, group in count}
    # A point for each review, times hundredths of a review, is hundredths of a point.
    by_region = {one: design.region_correction * _ahead(so_far.regions, one, design) for one in regions}
    by_group = {one: design.group_correction * _ahead(so_far.groups, one, design) for one in groups}
    start = {cell: share - by_region[cell[0]] - by_group[cell[1]] for cell in count}
    size = count.total()
    national = so_far.national
    wanted = share * size - 100 * (100 * national.sampled - design.share * national.reviews)
    wanted = max(least * size, min(most * size, wanted))

    def held(cell: Cell, shift: int) -> int:
        return max(least, min(most, start[cell] + shift))

    def total(shift: int) -> int:
        return sum(many * held(cell, shift) for cell, many in count.items())

    # The sum of the chances bends only where one of them meets a bound; between two bends it is straight.
    bends = sorted({bound - one for one in start.values() for bound in (least, most)})
    at = bisect_right(bends, wanted, key=total) - 1
    shift, short = bends[at], wanted - total(bends[at])
    moving = sum(many for cell, many in count.items() if least <= start[cell] + shift < most) if short else 1
    return Chances(
        {
            cell: held(cell, shift) * moving + (short if least <= start[cell] + shift < most else 0)
            for cell in count
        },
        _PARTS * moving,
    )


def _ahead(counts: Mapping[str, Count], name: str, design: Design) -> int:
    """Give by how many hundredths of a review a total is ahead of the share."""
    count = counts.get(name, Count())
    return 100 * count.sampled - design.share * count.reviews
