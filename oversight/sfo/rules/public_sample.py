"""What of the sample is fit for the public: words while a year runs, numbers without small ones after (¶19).

A count that grows by one from month to month tells of one case. So a region has no number while its year
runs, only how near it is to the share; and its numbers, once given, do not change any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oversight.kernel.suppression import Counts, SuppressionRule, hidden
from oversight.sfo.rules.chances import Count


def standing_in_words(ahead: int) -> str:
    """Say how near a region is to the share.

    Args:
        ahead: By how many hundredths of a review it is ahead of the share; below 0 when behind.
    """
    if abs(ahead) <= 100:
        return "Within one review"
    if abs(ahead) <= 200:
        return "Within two reviews"
    return f"More than two reviews {'more' if ahead > 0 else 'fewer'}"


def count_in_words(count: int, rule: SuppressionRule) -> str:
    """Give a count of reviews, or that it is too small to be given."""
    if count == 0:
        return "None"
    return f"Fewer than {rule.least}" if rule.hides(count) else str(count)


@dataclass(frozen=True)
class RegionCounts:
    """The reviews of a region; a number that is hidden is None."""

    sampled: int | None
    others: int | None
    reviews: int | None


def region_table(counts: Mapping[str, Count], rule: SuppressionRule) -> dict[str, RegionCounts]:
    """Give the numbers of each region, with as few hidden as are needed so that no small one follows.

    The whole country is shown whatever is hidden here. Where its numbers would have to be hidden too, no
    region has any.

    Args:
        counts: Reviews and those sampled, by region.
        rule: How small a number is hidden.
    """
    if not counts:
        return {}
    names = list(counts)
    rows = [(one.sampled, one.reviews - one.sampled, one.reviews) for one in counts.values()]
    total = tuple(sum(column) for column in zip(*rows, strict=True))
    table = Counts((*rows, total), total_row=True, total_column=True)
    gone = hidden(table, rule)
    if any(at == len(rows) for at, _ in gone):
        gone = frozenset(table.places)
    return {
        name: RegionCounts(*(None if (at, place) in gone else value for place, value in enumerate(row)))
        for at, (name, row) in enumerate(zip(names, rows, strict=True))
    }
