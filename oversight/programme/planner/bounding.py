"""Finding prices that prove a high lower bound: steps along the overdraft, on exact values."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from oversight.programme.planner.certifying import UNIT, Evaluator, Prices, no_prices
from oversight.programme.planner.problem import Problem

#: Length of the first and of the last step, in mean weights of a visit.
FIRST_STEP: Final = 3.0
LAST_STEP: Final = 0.002
#: How much of the direction, and of the scale, each step keeps of the steps before.
DIRECTION: Final = 0.9
SCALE: Final = 0.999

Floats = NDArray[np.float64]


class Ascent:
    """Prices that are raised step by step where the cheapest plan overdraws, and lowered where it leaves
    something.

    Each price has a scale of its own, learnt from how far it was overdrawn (Kingma and Ba), since
    a team
    in a week is one and the visit-days of a year are many; steps shorten as the time runs out.
    """

    def __init__(self, problem: Problem) -> None:
        self.plain = Evaluator(problem)
        self.evaluator = self.plain
        start = no_prices(problem)
        self.shapes = [one.shape for one in (start.teams, start.at_once, start.days)]
        self.cuts = np.cumsum([0, *(one.size for one in (start.teams, start.at_once, start.days))])
        self.now: Floats = np.zeros(self.cuts[-1])
        self.along: Floats = np.zeros(self.cuts[-1])
        self.scale: Floats = np.zeros(self.cuts[-1])
        self.unit = UNIT * max(1.0, float(np.mean([visit.weight for visit in problem.visits] or [1])))
        self.best = start
        self.best_value = -(1 << 62)
        self.steps = 0

    @property
    def bound(self) -> int:
        """The best lower bound so far, in whole units of cost."""
        return -(-self.best_value // UNIT)

    def hasten(self, faster: Evaluator) -> None:
        """Go on with an evaluator that gives the same and is faster."""
        self.evaluator = faster

    def proved(self) -> int:
        """Give what the best prices prove, by the evaluator that needs no compiler and that checks plans."""
        return -(-self.plain.value(self.best).value // UNIT)

    def lure(self) -> NDArray[np.int32]:
        """Give for each visit and week what the best prices so far add to its cost, in whole units."""
        return self.evaluator.lure(self.best)

    def prices(self, numbers: Floats) -> Prices:
        """Give numbers as prices, rounded to whole thousandths."""
        whole = np.rint(numbers).astype(np.int64)
        teams, at_once, days = (
            whole[begin:end].reshape(shape)
            for begin, end, shape in zip(self.cuts[:-1], self.cuts[1:], self.shapes, strict=True)
        )
        return Prices(teams, at_once, days)

    def step(self, share: float) -> None:
        """Take one step.

        Args:
            share: How much of the steps or of the time is over, from 0 to 1.
        """
        prices = self.prices(self.now)
        valued = self.evaluator.value(prices)
        if valued.value > self.best_value:
            self.best, self.best_value = prices, valued.value
        over = valued.overdrawn
        slope = np.concatenate([one.ravel() for one in (over.teams, over.at_once, over.days)]).astype(float)
        # What is at nought and left over stays at nought.
        slope[(self.now <= 0) & (slope < 0)] = 0
        self.steps += 1
        self.along += (1 - DIRECTION) * (slope - self.along)
        self.scale += (1 - SCALE) * (slope * slope - self.scale)
        size = self.unit * FIRST_STEP * (LAST_STEP / FIRST_STEP) ** min(1.0, share)
        scale = np.sqrt(self.scale / (1 - SCALE**self.steps)) + 1e-3
        self.now = np.maximum(0.0, self.now + size / (1 - DIRECTION**self.steps) * self.along / scale)
