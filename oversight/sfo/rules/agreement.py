"""How far two markers agree, beyond chance: weighted kappa with its interval (¶19).

Ratings have an order, so being one step apart counts less than being three apart: a difference weighs in
proportion to its steps (linear weights). The interval rests on the large-sample variance of Fleiss, Cohen
and Everitt (1969), Psychological Bulletin 72(5), https://doi.org/10.1037/h0028106. With few reviews it says
nothing, so fewer than ``FEWEST`` give no figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Final

#: Fewest pairs for which a figure is given.
FEWEST: Final = 10
#: Standard errors on either side of a 95 per cent interval.
_NORMAL: Final = 1.959963984540054


@dataclass(frozen=True)
class Agreement:
    """How far two markers agree.

    Args:
        pairs: Reviews that both marked.
        same: Of these, rated the same.
        kappa: Weighted kappa: 1 for full agreement, 0 for what chance gives; None when there are too few, or
            when both gave one and the same rating to all, so that chance would do as well.
        low: Lower end of the 95 per cent interval; None without a kappa.
        high: Upper end of it.
    """

    pairs: int
    same: int
    kappa: float | None
    low: float | None
    high: float | None

    @property
    def in_words(self) -> str:
        """The figure in a sentence."""
        if not self.pairs:
            return "No review was marked by both yet."
        counts = f"{self.same} of {self.pairs} rated the same"
        if self.pairs < FEWEST:
            return f"{counts}: too few for a figure of agreement, which needs {FEWEST}."
        if self.kappa is None or self.low is None or self.high is None:
            return f"{counts}: all alike, so nothing shows agreement beyond chance."
        interval = f"95 per cent interval {self.low:.2f} to {self.high:.2f}"
        return f"{counts}. Weighted kappa {self.kappa:.2f}, {interval}."


def agreement(pairs: Iterable[tuple[int, int]], steps: int) -> Agreement:
    """Work out how far two markers agree.

    Args:
        pairs: For each review the place of either rating on the scale, from 0.
        steps: Ratings on the scale; at least 2.

    Raises:
        ValueError: A place lies off the scale.
    """
    counts = Counter(pairs)
    if steps < 2 or any(not 0 <= place < steps for pair in counts for place in pair):
        msg = f"A rating has a place from 0 to {steps - 1} on the scale."
        raise ValueError(msg)
    size, same = counts.total(), sum(many for (one, other), many in counts.items() if one == other)
    if size < FEWEST:
        return Agreement(size, same, None, None, None)
    weight = [[1 - Fraction(abs(one - other), steps - 1) for other in range(steps)] for one in range(steps)]
    first = [Fraction(sum(m for (i, _), m in counts.items() if i == at), size) for at in range(steps)]
    second = [Fraction(sum(m for (_, j), m in counts.items() if j == at), size) for at in range(steps)]
    observed = sum((weight[i][j] * m for (i, j), m in counts.items()), Fraction(0)) / size
    places = [(i, j) for i in range(steps) for j in range(steps)]
    chance = sum((weight[i][j] * first[i] * second[j] for i, j in places), Fraction(0))
    if chance == 1:
        return Agreement(size, same, None, None, None)
    kappa = (observed - chance) / (1 - chance)
    rows = [sum(weight[i][j] * second[j] for j in range(steps)) for i in range(steps)]
    columns = [sum(weight[i][j] * first[i] for i in range(steps)) for j in range(steps)]
    spread = sum(
        (
            Fraction(many, size)
            * (weight[i][j] * (1 - chance) - (rows[i] + columns[j]) * (1 - observed)) ** 2
            for (i, j), many in counts.items()
        ),
        Fraction(0),
    )
    less = (observed * chance - 2 * chance + observed) ** 2
    error = sqrt(max(spread - less, Fraction(0)) / (size * (1 - chance) ** 4))
    value = float(kappa)
    return Agreement(size, same, value, max(-1.0, value - _NORMAL * error), min(1.0, value + _NORMAL * error))


@dataclass(frozen=True)
class Share:
    """How many of some reviews have something in common.

    Args:
        part: Those that have.
        whole: All of them.
    """

    part: int
    whole: int

    @property
    def in_words(self) -> str:
        """The share as ``7 of 9``, with the percentage from ten on."""
        told = f"{self.part} of {self.whole}"
        return f"{told} ({round(100 * self.part / self.whole)}%)" if self.whole >= FEWEST else told
