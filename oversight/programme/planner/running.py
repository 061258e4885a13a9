"""What those who plan side by side share: the problem, the time, and the best plan so far."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from oversight.programme.planner.checking import cost as cost_of
from oversight.programme.planner.checking import faults
from oversight.programme.planner.layout import WEIGHT, Layout, Small, plan_of
from oversight.programme.planner.problem import Problem


@dataclass(frozen=True, slots=True)
class Progress:
    """How far planning has come.

    Args:
        seconds: Seconds since it began.
        stage: ``first`` (looking for a first plan), ``bound`` (proving), ``search`` (improving) or ``done``.
        cost: Cost of the best plan that keeps every rule; None until there is one.
        bound: Proved lower bound; None until there is one.
        left_out: Visits that the best plan leaves out although they must be made.
        iterations: Steps of the search so far.
    """

    seconds: float
    stage: str
    cost: int | None
    bound: int | None
    left_out: int
    iterations: int

    @property
    def gap(self) -> float | None:
        """Share of the cost that the bound leaves open; None until both are known."""
        return gap_between(self.cost, self.bound)


def gap_between(cost: int | None, bound: int | None) -> float | None:
    """Give the share of the bound by which a cost lies above it; None when either is unknown."""
    if cost is None or bound is None:
        return None
    if cost <= bound:
        return 0.0
    return (cost - bound) / bound if bound > 0 else float("inf")


def left_out(problem: Problem, starts: Small) -> int:
    """Count the visits that must be made and have no place."""
    return sum(
        start < 0 and not visit.optional for visit, start in zip(problem.visits, starts.tolist(), strict=True)
    )


def heavy_of(problem: Problem, layout: Layout) -> int:
    """Give what a visit that is left out weighs in a search: more than any visit can cost."""
    return 2 * int((layout.visits[:, WEIGHT] * problem.weeks).max(initial=1)) + 1000


@dataclass
class Run:
    """What the workers of one planning share.

    Args:
        problem: What is planned.
        layout: The same as arrays.
        clock: Gives the time in seconds.
        began: When planning began, by that clock.
        seconds: Time that it may take.
        iterations: Steps instead of time; None where time counts.
        tell: Told how far planning has come; None for nobody.
        stop: Asked whether to stop; None for nobody.
        starts: The best plan so far.
        lure: What the prices of all that it takes add to the cost of each visit in each week.
        cost: Cost of the best plan that keeps every rule; None until there is one.
        first: Seconds to the first plan that keeps every rule.
        bound: Proved lower bound.
        steps: Steps of the search so far.
        curve: Seconds and cost of each better plan.
        ended: Whether planning is over.
        compiled: Set once compiled code is at hand.
        priced: Set once the prices are good enough to search by.
    """

    problem: Problem
    layout: Layout
    clock: Callable[[], float]
    began: float
    seconds: float
    iterations: int | None
    tell: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None
    starts: Small
    lure: Small
    cost: int | None = None
    first: float | None = None
    bound: int | None = None
    steps: int = 0
    curve: list[tuple[float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: bool = False
    compiled: threading.Event = field(default_factory=threading.Event)
    priced: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.heavy = heavy_of(self.problem, self.layout)

    @property
    def counted(self) -> bool:
        """Whether steps, not seconds, say how long to plan."""
        return self.iterations is not None

    def passed(self) -> float:
        """Give the seconds since planning began."""
        return self.clock() - self.began

    def over(self) -> bool:
        """Tell whether to stop: time is up, or somebody asked to."""
        if not self.ended and (self.passed() >= self.seconds or (self.stop is not None and self.stop())):
            self.ended = True
        return self.ended

    def offer(self, starts: Small, score: int) -> None:
        """Keep a plan that keeps every rule when it is the best; checked before it is kept."""
        with self.lock:
            if self.cost is not None and score >= self.cost:
                return
            plan = plan_of(self.problem, starts)
            if faults(self.problem, plan):
                return
            self.starts, self.cost = np.array(starts, np.int32), cost_of(self.problem, plan)
            passed = self.passed()
            self.first = passed if self.first is None else self.first
            self.curve.append((passed, self.cost))

    def say(self, stage: str) -> None:
        """Tell how far planning has come."""
        if self.tell is not None:
            missing = 0 if self.cost is not None else left_out(self.problem, self.starts)
            self.tell(Progress(self.passed(), stage, self.cost, self.bound, missing, self.steps))
