"""The search of one worker, from plan to plan: the order of the regions, then ruin and recreate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from oversight.programme.planner.constructing import construct
from oversight.programme.planner.layout import WEIGHT, Small
from oversight.programme.planner.running import Run

if TYPE_CHECKING:
    from oversight.programme.planner.kernels import State

#: Rounds of making room for a first plan; enough for many times the largest country.
ROUNDS: Final = 2_000_000
#: Rounds for making a whole plan of an order, when steps and not seconds are counted, and the share of time.
ROUNDS_ORDERED: Final = 2_000
COMPLETING: Final = 0.03
#: Share of the time of a search from a new order that goes into the order.
ORDERING: Final = 0.4
#: Steps of the search between two looks at the clock.
CHUNK: Final = 200
#: Temperature at which a search from the first plan, one from a new order and the last one begin, and at
#: which all end, in mean weights of a visit.
HOT: Final = 60.0
WARM: Final = 20.0
RESUMED: Final = 12.0
COLD: Final = 1.0
#: Visits that one step of the search may take out, and regions it may look at.
REACH: Final = 400
NEAR: Final = 12


class Walk:
    """The search of one worker.

    Args:
        run: What it plans; it begins with the best plan there.
        seed: Seed of its draws.
        telling: Whether it tells how far planning has come.
    """

    def __init__(self, run: Run, seed: int, *, telling: bool = False) -> None:
        from oversight.programme.planner import kernels, ordering, searching  # noqa: PLC0415 - loads the compiler

        self.kernels, self.ordering, self.searching = kernels, ordering, searching
        self.run, self.seed, self.telling, self.told = run, seed, telling, 0.0
        self.began, self.done = run.passed(), 0
        self.mean = float(run.layout.visits[:, WEIGHT].mean()) + 1e-9
        with run.lock:
            self.first = run.starts.copy()
        self.best = self.first.copy()
        self.cell = np.array([1 << 60 if run.cost is None else run.cost, 0], np.int64)
        self.draws = kernels.empty(run.layout, seed).random

    def share(self) -> float:
        """Give how much of the steps or of the time is over, from 0 to 1."""
        run = self.run
        if run.iterations is not None:
            return self.done / max(1, run.iterations)
        return min(1.0, (run.passed() - self.began) / max(1e-9, run.seconds - self.began))

    def chunks(self, until: float) -> Iterator[tuple[int, float]]:
        """Give how many steps to take next, and how much of this part is over, until all of it is."""
        run, begin = self.run, self.share()
        while not run.over() and (share := self.share()) < until:
            chunk = CHUNK
            if run.iterations is not None:
                chunk = min(CHUNK, max(1, round(until * run.iterations) - self.done))
            yield chunk, (share - begin) / (until - begin)
            self.done += chunk
            run.steps += chunk
            if self.telling and run.passed() - self.told > 0.5:
                self.told = run.passed()
                run.say("search")

    def state(self) -> State:
        """Give a plan in which no visit is placed, with the draws of this worker."""
        empty: State = self.kernels.empty(self.run.layout, self.seed, self.run.lure)
        return empty._replace(random=self.draws)

    def order(self, until: float) -> Small | None:
        """Search the order of the regions and make a plan of the best; None when there is none to order."""
        run, ordering = self.run, self.ordering
        state = self.state()
        order = ordering.begin_order(run.layout, state)
        if order is None:
            return None
        unit = self.mean * run.problem.weeks
        without = int(ordering.WITHOUT * unit) + 1
        for chunk, share in self.chunks(until):
            heat = unit * ordering.HOT * (ordering.COLD / ordering.HOT) ** share
            ordering.search_order(run.layout, state, order, chunk, heat, without)
        ends = run.passed() + COMPLETING * (run.seconds - self.began)
        made, _ = construct(
            run.layout,
            self.seed,
            ROUNDS_ORDERED if run.counted else ROUNDS,
            lambda: run.over() or (not run.counted and run.passed() > ends),
            order.best,
        )
        return made

    def anew(self, begins: float, ends: float) -> None:
        """Search the order of the regions anew and improve what it comes to, in a part of the time.

        Args:
            begins: Share of the time at which this begins.
            ends: Share of the time at which it ends.
        """
        ordered = self.order(begins + ORDERING * (ends - begins))
        if ordered is None:
            self.improve(self.first, HOT, ends)
        else:
            self.improve(ordered, WARM, ends)

    def improve(self, starts: Small, hot: float, until: float) -> None:
        """Improve a plan by ruin and recreate at a temperature that falls from `hot`."""
        run, layout, stop = self.run, self.run.layout, np.zeros(1, np.uint8)
        state = self.state()
        self.searching.put_all(layout, state, starts)
        for chunk, share in self.chunks(until):
            heat, before = self.mean * hot * (COLD / hot) ** share, int(self.cell[0])
            self.searching.anneal(
                layout, state, self.best, self.cell, chunk, heat, heat, run.heavy, REACH, NEAR, stop
            )
            if self.cell[0] < before:
                run.offer(self.best, int(self.cell[0]))
