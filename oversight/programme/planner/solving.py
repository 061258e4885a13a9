"""Planning as a whole: a first plan, prices that prove a bound, and a search that improves the plan until
told to stop.

A plan that keeps every rule is at hand from its first moment on. With one worker and a number of iterations
the
same seed gives the same plan; then seconds only end what takes too long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from oversight.programme.planner.bounding import Ascent
from oversight.programme.planner.checking import cost as cost_of
from oversight.programme.planner.constructing import construct
from oversight.programme.planner.dealing import MOST, Dealing
from oversight.programme.planner.layout import lay_out, plan_of, starts_of
from oversight.programme.planner.objectives import Objectives, objectives
from oversight.programme.planner.polishing import polish
from oversight.programme.planner.problem import Plan, Problem
from oversight.programme.planner.running import Progress, Run, gap_between
from oversight.programme.planner.walking import HOT, RESUMED, ROUNDS, Walk

#: Share of the time that raises the lower bound, less of it where a plan is made in parts, and the steps
#: after which it hardly rises any more.
BOUND_SHARE: Final = 0.3
BOUND_SHARE_LARGE: Final = 0.2
BOUND_STEPS: Final = 1600
#: Share of that after which the prices are good enough to search by.
PRICED: Final = 0.5
#: Share of the time after which a first plan that lacks something is left to the search.
FIRST_SHARE: Final = 0.3
#: Steps of the bound after which the search learns the new prices.
LURED: Final = 100
#: Steps of the bound when iterations, not seconds, say how long to plan.
BOUND_STEPS_COUNTED: Final = 150
#: Rounds of making room for a first plan when steps, not seconds, are counted.
ROUNDS_COUNTED: Final = 20_000
#: Share of the time that is kept for the later objectives.
POLISHING: Final = 0.02
#: One worker improves the first plan for so much of the time before anything else: whoever stops early then
#: has more than that.
EARLY: Final = 0.02
#: The order of the regions is settled early, for good or ill: it is searched several times anew in so much of
#: the time.
SCOUTS: Final = 3
SCOUTING: Final = 0.7


@dataclass(frozen=True, slots=True)
class Outcome:
    """What planning came to.

    Args:
        plan: Start week of each visit; None where it is left out.
        cost: Cost of the plan.
        bound: Proved lower bound of the cost of any plan; None when planning was stopped before.
        left_out: Visits that must be made and have no place.
        certificate: Prices that prove the bound, for `certifying.bound_of`.
        seconds_to_first: Seconds to the first plan that keeps every rule; None when none was found.
        iterations: Steps of the search.
        seconds: Seconds in all.
        curve: Seconds and cost of each better plan on the way.
        least: Cost of the best plan before the later objectives gave up some of it; None when none was found.
    """

    plan: Plan
    cost: int
    bound: int | None
    left_out: tuple[str, ...]
    certificate: dict[str, Any] | None
    seconds_to_first: float | None
    iterations: int
    seconds: float
    curve: tuple[tuple[float, int], ...] = ()
    least: int | None = None

    @property
    def gap(self) -> float | None:
        """Share of the cost that the bound leaves open; None when the plan leaves out what must be made."""
        return None if self.left_out else gap_between(self.cost, self.bound)

    @property
    def complete(self) -> bool:
        """Whether the plan keeps every rule."""
        return self.seconds_to_first is not None


def solve(
    problem: Problem,
    *,
    seconds: float,
    clock: Callable[[], float],
    workers: int = 1,
    seed: int = 1,
    iterations: int | None = None,
    tell: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    start: Plan | None = None,
    wanted: Objectives | None = None,
) -> Outcome:
    """Plan.

    Args:
        problem: What is to be planned.
        seconds: Time to take.
        clock: Gives the time in seconds; only differences are looked at.
        workers: Searches side by side.
        seed: Seed of all draws.
        iterations: Steps of the search, instead of as many as the time allows.
        tell: Told how far planning has come.
        stop: Asked often whether to stop with what there is.
        start: A plan to begin with; of one that breaks a rule what fits is kept.
        wanted: The later objectives; those that come with the service when None.
    """
    began = clock()
    layout = lay_out(problem)
    run = Run(
        problem=problem,
        layout=layout,
        clock=clock,
        began=began,
        seconds=seconds * (1 - POLISHING),
        iterations=iterations,
        tell=tell,
        stop=stop,
        starts=np.full(len(problem.visits), -1, np.int32),
        lure=np.zeros((len(problem.visits), problem.weeks), np.int32),
    )
    begin = None if start is None else starts_of(problem, start)
    if begin is not None:
        run.offer(begin, 0)
    large = len(problem.regions) > MOST
    bounding = BOUND_SHARE_LARGE if large else BOUND_SHARE
    dealing = Dealing(run, seed, workers, PRICED * bounding) if large else None

    def late() -> bool:
        # What compiled code may still put right is left to it after a while.
        return run.over() or (iterations is None and run.passed() > FIRST_SHARE * seconds)

    if run.cost is None and begin is None and dealing is not None:
        dealing.first(late)
    elif run.cost is None:
        rounds = ROUNDS if iterations is None else ROUNDS_COUNTED
        run.starts, _ = construct(layout, seed, rounds, late, begin)
        run.offer(run.starts, 0)
    run.say("first")
    ascent = Ascent(problem)
    # The compiler takes its time, once on each machine; the bound is raised meanwhile.
    threading.Thread(target=_compile, args=(run,), daemon=True).start()
    others = [
        threading.Thread(target=_search, args=(run, dealing, seed + 1000 * number, number == 1), daemon=True)
        for number in range(1, workers)
    ]
    for other in others:
        other.start()
    try:
        _raise_bound(run, ascent, bounding)
        _search(run, dealing, seed, early=workers == 1, telling=True)
    finally:
        run.ended = run.ended or iterations is None
        if run.compiled.is_set():
            for other in others:
                other.join()
    if dealing is not None:
        dealing.offer(end=True)
    least = run.cost
    if least is not None:
        ends = seconds
        run.starts = polish(
            problem,
            layout,
            run.starts,
            wanted or objectives(),
            lambda: (iterations is None and run.passed() > ends) or (stop is not None and stop()),
        )
    return _outcome(run, ascent, least)


def _compile(run: Run) -> None:
    from oversight.programme.planner.searching import prepare  # noqa: PLC0415 - loads the compiler

    prepare(run.layout)
    run.compiled.set()


def _raise_bound(run: Run, ascent: Ascent, bounding: float) -> None:
    """Raise the lower bound for a share of the time, or until it hardly rises."""
    counted = run.iterations is not None
    most = BOUND_STEPS_COUNTED if counted else BOUND_STEPS
    began = run.passed()
    time = bounding * (run.seconds - began)
    while ascent.steps == 0 or not run.over():
        share = max(ascent.steps / most, 0.0 if counted else (run.passed() - began) / max(1e-9, time))
        if run.compiled.is_set() and ascent.evaluator is ascent.plain:
            from oversight.programme.planner.valuing import FastEvaluator  # noqa: PLC0415 - loads the compiler

            ascent.hasten(FastEvaluator(run.problem))
        if share >= 1 and (counted or run.compiled.is_set() or ascent.steps >= 2 * most):
            break
        # Even when time is up, one value is had at once.
        ascent.step(share)
        run.bound = ascent.bound
        if ascent.steps % LURED == 1:
            run.lure[:] = ascent.lure()
        if share >= PRICED:
            run.priced.set()
        if ascent.steps % 20 == 1:
            run.say("bound")
    run.lure[:] = ascent.lure()
    run.priced.set()


def _search(run: Run, dealing: Dealing | None, seed: int, early: bool, *, telling: bool = False) -> None:
    """Improve the plan: several times from a new order of the regions, then once more from the best.

    A problem much larger than a country is planned in parts.
    """
    while not run.compiled.wait(0.05):
        if run.over():
            return
    if not len(run.problem.visits):
        return
    if dealing is not None:
        dealing.work(last=telling)
        return
    walk = Walk(run, seed, telling=telling)
    soon = EARLY if early else 0.0
    walk.improve(walk.first, HOT, soon)
    for number in range(SCOUTS):
        begins, ends = (soon + (SCOUTING - soon) * one / SCOUTS for one in (number, number + 1))
        walk.anew(begins, ends)
    with run.lock:
        best = run.starts.copy()
    walk.improve(best, RESUMED, 1.0)


def _outcome(run: Run, ascent: Ascent, least: int | None) -> Outcome:
    plan = plan_of(run.problem, run.starts)
    left_out = tuple(
        visit.id for visit in run.problem.visits if plan[visit.id] is None and not visit.optional
    )
    outcome = Outcome(
        plan=plan,
        cost=cost_of(run.problem, plan),
        bound=ascent.proved() if ascent.steps else None,
        left_out=left_out,
        certificate=ascent.best.as_data() if ascent.steps else None,
        seconds_to_first=run.first,
        iterations=run.steps,
        seconds=run.passed(),
        curve=tuple(run.curve),
        least=least,
    )
    run.say("done")
    return outcome
