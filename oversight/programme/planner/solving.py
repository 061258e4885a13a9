"""Planning as a whole: a first plan, prices that prove a bound, and a search that improves the plan until
told to stop.

A plan that keeps every rule is at hand from its first moment on. With one worker and a number of iterations
the
same seed gives the same plan; then seconds only end what takes too long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from oversight.programme.planner.bounding import Ascent
from oversight.programme.planner.checking import cost as cost_of
from oversight.programme.planner.checking import faults
from oversight.programme.planner.constructing import construct
from oversight.programme.planner.layout import WEIGHT, Layout, Small, lay_out, plan_of, starts_of
from oversight.programme.planner.objectives import Objectives, objectives
from oversight.programme.planner.polishing import polish
from oversight.programme.planner.problem import Plan, Problem

#: Share of the time that raises the lower bound, and the steps after which it hardly rises any more.
BOUND_SHARE: Final = 0.3
BOUND_STEPS: Final = 1600
#: Steps of the bound after which the search learns the new prices.
LURED: Final = 100
#: Steps of the bound when iterations, not seconds, say how long to plan.
BOUND_STEPS_COUNTED: Final = 150
#: Rounds of making room for a first plan; enough for many times the largest country.
ROUNDS: Final = 2_000_000
ROUNDS_COUNTED: Final = 20_000
#: Share of the time that is kept for the later objectives.
POLISHING: Final = 0.02
#: Steps of the search between two looks at the clock.
CHUNK: Final = 200
#: Visits that one step of the search may take out, and regions it may look at.
REACH: Final = 400
NEAR: Final = 12


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


def gap_between(cost: int | None, bound: int | None) -> float | None:
    """Give the share of the bound by which a cost lies above it; None when either is unknown."""
    if cost is None or bound is None:
        return None
    if cost <= bound:
        return 0.0
    return (cost - bound) / bound if bound > 0 else float("inf")


@dataclass
class _Run:
    """What the workers of one planning share."""

    problem: Problem
    layout: Layout
    clock: Callable[[], float]
    began: float
    seconds: float
    iterations: int | None
    tell: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None
    heavy: int
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

    def passed(self) -> float:
        return self.clock() - self.began

    def over(self) -> bool:
        """Whether to stop: time is up, or somebody asked to."""
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
            self.starts, self.cost = starts.copy(), cost_of(self.problem, plan)
            passed = self.passed()
            self.first = passed if self.first is None else self.first
            self.curve.append((passed, self.cost))

    def say(self, stage: str, left_out: int = 0) -> None:
        if self.tell is not None:
            self.tell(Progress(self.passed(), stage, self.cost, self.bound, left_out, self.steps))


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
    dearest = int((layout.visits[:, WEIGHT] * problem.weeks).max(initial=1))
    run = _Run(
        problem=problem,
        layout=layout,
        clock=clock,
        began=began,
        seconds=seconds * (1 - POLISHING),
        iterations=iterations,
        tell=tell,
        stop=stop,
        heavy=2 * dearest + 1000,
        starts=np.full(len(problem.visits), -1, np.int32),
        lure=np.zeros((len(problem.visits), problem.weeks), np.int32),
    )
    begin = None if start is None else starts_of(problem, start)
    if start is not None and begin is not None:
        run.offer(begin, cost_of(problem, start))
    if run.cost is None:
        rounds = ROUNDS if iterations is None else ROUNDS_COUNTED
        # What compiled code may still put right is left to it after a while.
        limit = seconds * 0.3
        starts, _ = construct(
            layout,
            seed,
            rounds,
            lambda: run.over() or (iterations is None and run.passed() > limit),
            begin,
        )
        run.offer(starts, cost_of(problem, plan_of(problem, starts)))
        if run.cost is None:
            run.starts = starts
    run.say("first", _missing(problem, run.starts))
    ascent = Ascent(problem)
    # The compiler takes its time, once on each machine; the bound is raised meanwhile.
    threading.Thread(target=_compile, args=(run,), daemon=True).start()
    others = [
        threading.Thread(target=_search, args=(run, seed + 1000 * number, False), daemon=True)
        for number in range(1, workers)
    ]
    for other in others:
        other.start()
    try:
        _raise_bound(run, ascent)
        _search(run, seed, telling=True)
    finally:
        run.ended = run.ended or iterations is None
        if run.compiled.is_set():
            for other in others:
                other.join()
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


def _compile(run: _Run) -> None:
    from oversight.programme.planner.searching import prepare  # noqa: PLC0415 - loads the compiler

    prepare(run.layout)
    run.compiled.set()


def _raise_bound(run: _Run, ascent: Ascent) -> None:
    """Raise the lower bound for its share of the time, or until it hardly rises."""
    counted = run.iterations is not None
    most = BOUND_STEPS_COUNTED if counted else BOUND_STEPS
    began = run.passed()
    time = BOUND_SHARE * (run.seconds - began)
    while ascent.steps == 0 or not run.over():
        share = max(ascent.steps / most, 0.0 if counted else (run.passed() - began) / max(1e-9, time))
        if share >= 1 and (counted or run.compiled.is_set() or ascent.steps >= 2 * most):
            break
        # Even when time is up, one value is had at once.
        ascent.step(share)
        run.bound = ascent.bound
        if ascent.steps % LURED == 1:
            run.lure[:] = ascent.lure()
        if ascent.steps % 20 == 1:
            run.say("bound", _missing(run.problem, run.starts))
    run.lure[:] = ascent.lure()


def _search(run: _Run, seed: int, telling: bool) -> None:
    """Improve the plan by ruin and recreate at a falling temperature."""
    while not run.compiled.wait(0.05):
        if run.over():
            return
    from oversight.programme.planner.kernels import empty  # noqa: PLC0415 - loads the compiler, after the first plan
    from oversight.programme.planner.searching import anneal, put_all  # noqa: PLC0415

    layout, told = run.layout, 0.0
    if not len(run.problem.visits):
        return
    with run.lock:
        first, whole = run.starts.copy(), run.cost is not None
    state = empty(layout, seed, run.lure)
    put_all(layout, state, first)
    best = first.copy()
    cell = np.array([run.cost if whole else 1 << 60, 0], np.int64)
    stop = np.zeros(1, np.uint8)
    mean = float(layout.visits[:, WEIGHT].mean()) + 1e-9
    scouts = SCOUTS if whole and len(run.problem.visits) <= SMALL else 0
    began, done, chunk, trip = run.passed(), 0, CHUNK, 0
    while not run.over():
        if run.iterations is None:
            share = min(1.0, (run.passed() - began) / max(1e-9, run.seconds - began))
        else:
            share = done / max(1, run.iterations)
            chunk = min(CHUNK, run.iterations - done)
            if chunk <= 0:
                break
        now, heat = _heat(share, scouts)
        if now != trip:
            # The next trip begins where all did; the last, at the best that any came to.
            trip, draws = now, state.random
            state = empty(layout, seed, run.lure)._replace(random=draws)
            with run.lock:
                put_all(layout, state, first if now < scouts else run.starts)
        before = int(cell[0])
        anneal(layout, state, best, cell, chunk, mean * heat, mean * heat, run.heavy, REACH, NEAR, stop)
        done += chunk
        run.steps += chunk
        if cell[0] < before:
            run.offer(best, int(cell[0]))
        if telling and run.passed() - told > 0.5:
            told = run.passed()
            run.say("search", _missing(run.problem, run.starts))


#: Temperature at which a search begins and ends, in mean weights of a visit.
HOT: Final = 60.0
COLD: Final = 1.0
#: The order of the regions is settled early, for good or ill: a problem of up to so many visits is searched
#: several times from the start in so much of the time, and then once more from the best of all.
SMALL: Final = 1500
SCOUTS: Final = 3
SCOUTING: Final = 0.7
#: Temperature at which this last search begins.
RESUMED: Final = 12.0


def _heat(share: float, scouts: int) -> tuple[int, float]:
    """Give the number of the trip, and the temperature, when a share of the time is over."""
    if not scouts:
        return 0, HOT * (COLD / HOT) ** share
    if share < SCOUTING:
        trip, within = divmod(share / SCOUTING * scouts, 1)
        return int(trip), HOT * (COLD / HOT) ** within
    return scouts, RESUMED * (COLD / RESUMED) ** ((share - SCOUTING) / (1 - SCOUTING))


def _missing(problem: Problem, starts: Small) -> int:
    return sum(
        start < 0 and not visit.optional for visit, start in zip(problem.visits, starts.tolist(), strict=True)
    )


def _outcome(run: _Run, ascent: Ascent, least: int | None) -> Outcome:
    plan = plan_of(run.problem, run.starts)
    left_out = tuple(
        visit.id for visit in run.problem.visits if plan[visit.id] is None and not visit.optional
    )
    outcome = Outcome(
        plan=plan,
        cost=cost_of(run.problem, plan),
        bound=ascent.bound if ascent.steps else None,
        left_out=left_out,
        certificate=ascent.best.as_data() if ascent.steps else None,
        seconds_to_first=run.first,
        iterations=run.steps,
        seconds=run.passed(),
        curve=tuple(run.curve),
        least=least,
    )
    run.say("done", len(left_out))
    return outcome
