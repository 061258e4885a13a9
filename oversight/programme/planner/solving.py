"""Planning as a whole: a first plan, prices that prove a bound, and a search that improves the plan until
told to stop.

A plan that keeps every rule is at hand from its first moment on. With one worker and a number of iterations
the
same seed gives the same plan; then seconds only end what takes too long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from oversight.programme.planner.bounding import Ascent
from oversight.programme.planner.checking import cost as cost_of
from oversight.programme.planner.checking import faults
from oversight.programme.planner.constructing import construct
from oversight.programme.planner.layout import WEIGHT, Layout, Small, lay_out, plan_of, starts_of
from oversight.programme.planner.objectives import Objectives, objectives
from oversight.programme.planner.polishing import polish
from oversight.programme.planner.problem import Plan, Problem

if TYPE_CHECKING:
    from oversight.programme.planner.kernels import State

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
#: Temperature at which a search from the first plan, one from a new order and the last one begin, and at
#: which all end, in mean weights of a visit.
HOT: Final = 60.0
WARM: Final = 20.0
RESUMED: Final = 12.0
COLD: Final = 1.0
#: The order of the regions is settled early, for good or ill: a problem of up to so many visits is searched
#: several times from a new order in so much of the time, a share of which goes into the order.
SMALL: Final = 1500
SCOUTS: Final = 3
SCOUTING: Final = 0.7
ORDERING: Final = 0.4
#: Regions whose order is searched at once: more than a country has.
GROUP: Final = 20
#: Share of the time, or rounds, for making a whole plan of an order.
COMPLETING: Final = 0.03
ROUNDS_ORDERED: Final = 2_000
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
        if ascent.steps % 20 == 1:
            run.say("bound", _missing(run.problem, run.starts))
    run.lure[:] = ascent.lure()


def _search(run: _Run, seed: int, telling: bool) -> None:
    """Improve the plan: several times from a new order of the regions, then once more from the best."""
    while not run.compiled.wait(0.05):
        if run.over():
            return
    if not len(run.problem.visits):
        return
    walk = _Walk(run, seed, telling)
    scouts = SCOUTS if len(run.problem.visits) <= SMALL else 1
    for number in range(scouts):
        begins, ends = (SCOUTING * one / scouts for one in (number, number + 1))
        ordered = walk.order(begins + ORDERING * (ends - begins))
        walk.improve(walk.first if ordered is None else ordered, HOT if ordered is None else WARM, ends)
    with run.lock:
        best = run.starts.copy()
    walk.improve(best, RESUMED, 1.0)


class _Walk:
    """The search of one worker, which goes from plan to plan."""

    def __init__(self, run: _Run, seed: int, telling: bool) -> None:
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
                run.say("search", _missing(run.problem, run.starts))

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
        part, large = order, len(order.regions) > GROUP
        if large:
            # Begins with the plan there is, since a drawn order of so many regions would take too long.
            ordering.follow(run.layout, order, self.first)
            ordering.put_in_order(run.layout, state, order, without, ordering.UNKNOWN)
        for chunk, share in self.chunks(until):
            heat = unit * ordering.HOT * (ordering.COLD / ordering.HOT) ** share
            if large:
                part = ordering.some_of(run.layout, state, order, GROUP)
            ordering.search_order(run.layout, state, part, chunk, heat, without)
            if large:
                ordering.put_in_order(run.layout, state, part, without, ordering.UNKNOWN)
                order.best[:] = state.start
        ends = run.passed() + COMPLETING * run.seconds
        counted = run.iterations is not None
        made, _ = construct(
            run.layout,
            self.seed,
            ROUNDS_ORDERED if counted else ROUNDS,
            lambda: run.over() or (not counted and run.passed() > ends),
            order.best,
        )
        return made

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
        bound=ascent.proved() if ascent.steps else None,
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
