"""Where the points of a trend stand in its drawing, with the target as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from oversight.delivery.queries.figures import Point
from oversight.delivery.rules.measures import Standing

HEIGHT: Final = 200
_TOP: Final = 16
#: Words under the drawing stand under every so manyth point, so that they do not run into each other.
_MOST_WORDS: Final = 8


@dataclass(frozen=True)
class Dot:
    """A figure in the drawing: per cent from the left, pixels from the top."""

    x: float
    y: float
    point: Point

    @property
    def missed(self) -> bool:
        """Whether the target was missed; drawn as a square, so that colour alone says nothing."""
        return self.point.standing is Standing.MISSED


@dataclass(frozen=True)
class Stretch:
    """A straight piece of a line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class TrendPicture:
    """A trend, drawn.

    Args:
        height: Of the drawing without its words.
        dots: The figures.
        lines: What joins them.
        targets: The target of each period, as a level line.
        words: Place and year of what is written below.
        scale: Height and text of the two ends of the scale.
    """

    height: int
    dots: tuple[Dot, ...]
    lines: tuple[Stretch, ...]
    targets: tuple[Stretch, ...]
    words: tuple[tuple[float, str], ...]
    scale: tuple[tuple[float, str], ...]


def trend_picture(points: Sequence[Point]) -> TrendPicture:
    """Draw a trend of at least one figure, the earliest first."""
    values = [one.value for one in points] + [one.target for one in points if one.target is not None]
    least, most = min(values), max(values)
    margin = (most - least) / 10 or Decimal(1)
    low, high = max(Decimal(0), least - margin), most + margin

    def y(value: Decimal) -> float:
        return round(float(_TOP + (HEIGHT - _TOP) * (high - value) / (high - low)), 1)

    step = 100 / len(points)
    dots = tuple(Dot(round((at + 0.5) * step, 2), y(one.value), one) for at, one in enumerate(points))
    return TrendPicture(
        height=HEIGHT,
        dots=dots,
        lines=tuple(Stretch(one.x, one.y, two.x, two.y) for one, two in pairwise(dots)),
        targets=tuple(
            Stretch(round(at * step, 2), y(one.target), round((at + 1) * step, 2), y(one.target))
            for at, one in enumerate(points)
            if one.target is not None
        ),
        words=tuple((dot.x, f"{dot.point.first:%b %Y}") for dot in dots[:: -(-len(dots) // _MOST_WORDS)]),
        scale=((float(_TOP), f"{high:.0f}"), (float(HEIGHT), f"{low:.0f}")),
    )
