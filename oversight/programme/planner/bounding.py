"""Finding prices that prove a high lower bound: subgradient steps on exact values (see `certifying`)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from oversight.programme.planner.certifying import UNIT, Evaluator, Prices, no_prices
from oversight.programme.planner.problem import Problem

#: Length of step, as a share of the first, at which the bound hardly rises any more.
SETTLED: Final = 1e-3

Floats = NDArray[np.float64]


class Ascent:
    """Prices that are raised step by step where the cheapest plan overdraws, and lowered where it leaves
    something.

    Each step goes along the overdraft, bent by the step before (Camerini, Fratta and Maffioli), as far as the
    distance to the best plan known suggests (Polyak).
    """

    def __init__(self, problem: Problem) -> None:
        self.evaluator = Evaluator(problem)
        start = no_prices(problem)
        self.shapes = [one.shape for one in (start.teams, start.at_once, start.days)]
        self.cuts = np.cumsum([0, *(one.size for one in (start.teams, start.at_once, start.days))])
        self.now: Floats = np.zeros(self.cuts[-1])
        self.along: Floats = np.zeros(self.cuts[-1])
        self.best = start
        self.best_value = -(1 << 62)
        self.centre = self.now
        self.factor = 1.0
        self.since = 0
        self.steps = 0

    @property
    def bound(self) -> int:
        """The best lower bound so far, in whole units of cost."""
        return -(-self.best_value // UNIT)

    @property
    def settled(self) -> bool:
        """Whether steps have become so short that the bound hardly rises any more."""
        return self.factor <= SETTLED

    def prices(self, numbers: Floats) -> Prices:
        """Give numbers as prices, rounded to whole thousandths."""
        whole = np.rint(numbers).astype(np.int64)
        teams, at_once, days = (
            whole[begin:end].reshape(shape)
            for begin, end, shape in zip(self.cuts[:-1], self.cuts[1:], self.shapes, strict=True)
        )
        return Prices(teams, at_once, days)

    def step(self, target: int | None) -> None:
        """Take one step.

        Args:
            target: Cost of the best plan known; None when none is.
        """
        prices = self.prices(self.now)
        valued = self.evaluator.value(prices)
        over = valued.overdrawn
        slope = np.concatenate([one.ravel() for one in (over.teams, over.at_once, over.days)]).astype(float)
        # What is at nought and left over stays at nought.
        slope[(self.now <= 0) & (slope < 0)] = 0
        gained = valued.value - self.best_value
        if gained > 0:
            self.best, self.best_value, self.centre = prices, valued.value, self.now
        if gained > abs(self.best_value) * 2e-5:
            self.since = 0
        else:
            self.since += 1
        if self.since >= 20:
            self.factor, self.since = max(self.factor * 0.7, 1e-4), 0
            self.now, self.along = self.centre, np.zeros_like(self.along)
        against = float(slope @ self.along)
        bend = max(0.0, -1.5 * against / max(1e-9, float(self.along @ self.along)))
        self.along = slope + bend * self.along
        size = float(self.along @ self.along)
        if size > 0:
            # A first plan may be far above what can be had; a step aimed there would go too far.
            aim = int(max(valued.value, self.best_value) * 1.05) + UNIT
            if target is not None:
                aim = min(target * UNIT, max(aim, int(0.7 * target * UNIT)))
            room = max(aim - valued.value, abs(aim) * 1e-3)
            self.now = np.maximum(0.0, self.now + self.factor * room / size * self.along)
        self.steps += 1
