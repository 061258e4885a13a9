"""Thresholds and bands of a programme as bars: one for each rating, as long as the figures make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from oversight.inspections.rules.programmes import Programme, Rating

WIDTH: Final = 600


@dataclass(frozen=True)
class Segment:
    """One rating on a bar.

    Args:
        rating: The rating.
        look: Name of its look, as the register has it.
        words: From which figure to which, in words.
        x: Where it starts, in units of a bar ``WIDTH`` long.
        width: How long it is.
        start: The figure at its start.
    """

    rating: Rating
    look: str
    words: str
    x: float
    width: float
    start: str


@dataclass(frozen=True)
class Bar:
    """A scale from nothing to the most there can be, cut into ratings."""

    title: str
    end: str
    segments: tuple[Segment, ...]


def _look(rating: Rating) -> str:
    return rating.id.replace("_", "-")


def thresholds(programme: Programme) -> Bar | None:
    """Draw which share of sufficient cases gives which rating; None when no standard is judged by cases."""
    rules = programme.rating.cases if programme.rating else None
    if rules is None:
        return None
    starts = [figure for _, figure in rules.at_least]
    ends = [*starts[1:], 100]
    segments = [
        Segment(
            rating,
            _look(rating),
            f"{start}% or more" if end == 100 else f"{start}% or more and under {end}%",
            start * WIDTH / 100,
            (end - start) * WIDTH / 100,
            f"{start}%",
        )
        for (rating, start), end in zip(rules.at_least, ends, strict=True)
    ]
    return Bar("Share of sufficient cases and the rating of a standard", "100%", tuple(segments))


def bands(programme: Programme) -> Bar | None:
    """Draw which points give which overall rating; None when the programme gives no ratings."""
    if programme.rating is None:
        return None
    rules = programme.rating.overall
    starts = [0, *(most + 1 for _, most in rules.up_to[:-1])]
    return Bar(
        "Points and the overall rating",
        str(rules.maximum),
        tuple(
            _band(one, most, start, rules.maximum)
            for (one, most), start in zip(rules.up_to, starts, strict=True)
        ),
    )


def _band(rating: Rating, most: int, start: int, maximum: int) -> Segment:
    unit = WIDTH / (maximum + 1)
    words = f"{start} to {most} points" if start < most else f"{start} points"
    return Segment(rating, _look(rating), words, start * unit, (most - start + 1) * unit, str(start))


def bars(programme: Programme) -> Sequence[Bar]:
    """Give the bars that a programme has."""
    return [bar for bar in (thresholds(programme), bands(programme)) if bar is not None]
