"""Planning anew after a change: a region closed, a team lost, an urgent visit, a thematic inspection, a
programme.

Changes turn one problem into another. `replan` then keeps what has begun, moves as few announced visits as it
can
(and says whether fewest is proved), and improves the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from oversight.programme.planner.checking import faults
from oversight.programme.planner.constructing import construct
from oversight.programme.planner.layout import allowed_weeks, lay_out, plan_of, starts_of
from oversight.programme.planner.problem import (
    AUDIT_FIRST,
    AUDIT_FOLLOW_UP,
    AUDIT_SECOND,
    CORE_REGION,
    CORE_UNIT,
    THEMATIC,
    Plan,
    Problem,
    Thematic,
    Visit,
)
from oversight.programme.planner.solving import Outcome, Progress, solve

#: Rounds of making room after a change.
ROUNDS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Replanned:
    """A plan after a change.

    Args:
        problem: What was planned: begun and kept visits are fixed in it.
        outcome: The plan and how good it is.
        announced: Announced visits whose week was to be kept.
        moved_announced: Those of them that move.
        moved: All visits whose week is another than before, announced or not.
        fewest: Least number of announced visits that have to move, proved.
    """

    problem: Problem
    outcome: Outcome
    announced: tuple[str, ...]
    moved_announced: tuple[str, ...]
    moved: tuple[str, ...]
    fewest: int

    @property
    def proved_fewest(self) -> bool:
        """Whether no plan can move fewer announced visits."""
        return self.outcome.complete and len(self.moved_announced) == self.fewest


def closed(problem: Problem, region: str, weeks: Iterable[int]) -> Problem:
    """Close a region for some weeks: no visit is in progress there."""
    off = frozenset(weeks)
    return replace(
        problem,
        regions=tuple(
            replace(one, blackout_weeks=one.blackout_weeks | off) if one.id == region else one
            for one in problem.regions
        ),
    )


def team_lost(problem: Problem, resource: str, weeks: Iterable[int], number: int = 1) -> Problem:
    """Take teams away for some weeks."""
    off = set(weeks)
    left = tuple(
        max(0, there - number) if week in off else there
        for week, there in enumerate(problem.capacity[resource])
    )
    return replace(problem, capacity={**problem.capacity, resource: left})


def with_visits(problem: Problem, visits: Sequence[Visit]) -> Problem:
    """Add visits, for example an urgent re-inspection; its kind is one that no rule between kinds counts."""
    return replace(problem, visits=(*problem.visits, *visits))


def with_thematic(problem: Problem, thematic: Thematic, offered: Sequence[Visit]) -> Problem:
    """Add a thematic inspection with the visits that it may choose from."""
    return replace(problem, thematics=(*problem.thematics, thematic), visits=(*problem.visits, *offered))


def replaced(
    problem: Problem, plan: Plan, now: int, kinds: Iterable[str], visits: Sequence[Visit]
) -> Problem:
    """Replace what a programme has not announced by `now`: visits of these kinds go, others come.

    A core inspection that stays, of a programme that ends, is no longer bound to those that go.
    """
    gone, ends = set(kinds), now + problem.announcement_lead

    def stays(visit: Visit) -> bool:
        start = plan.get(visit.id)
        return visit.kind not in gone or visit.fixed is not None or (start is not None and start < ends)

    kept = [visit for visit in problem.visits if stays(visit)]
    if gone & {CORE_UNIT, CORE_REGION}:
        kept = [
            replace(visit, kind=f"done_{visit.kind}") if visit.kind in {CORE_UNIT, CORE_REGION} else visit
            for visit in kept
        ]
    needed = tuple(
        replace(one, regions=sum(visit.thematic == one.id and visit.kind == THEMATIC for visit in kept))
        if THEMATIC in gone and one.id not in {visit.thematic for visit in visits}
        else one
        for one in problem.thematics
    )
    return replace(problem, visits=(*kept, *visits), thematics=needed)


def from_now(problem: Problem, plan: Plan, now: int, free: Iterable[str] = ()) -> Problem:
    """Keep what a plan has begun before `now` or announced by then; only the visits named are free to
    move.
    """
    ends, let = now + problem.announcement_lead, set(free)

    def kept(visit: Visit) -> Visit:
        start = plan.get(visit.id)
        if visit.id in let:
            return replace(visit, fixed=None)
        if start is not None and start < ends:
            return replace(visit, fixed=start)
        return visit

    return replace(problem, announcement_lead=ends, visits=tuple(kept(visit) for visit in problem.visits))


def replan(
    problem: Problem,
    plan: Plan,
    now: int,
    *,
    seconds: float,
    clock: Callable[[], float],
    workers: int = 1,
    seed: int = 1,
    iterations: int | None = None,
    tell: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Replanned:
    """Plan anew after a change, moving as few announced visits as can be.

    Args:
        problem: The problem as changed.
        plan: The plan until now.
        now: The present week: what started before it has begun; what starts within the lead of announcement
            is
            announced.
        seconds: Time to take.
        clock: Gives the time in seconds.
        workers: Searches side by side.
        seed: Seed of all draws.
        iterations: Steps of the search, instead of as many as the time allows.
        tell: Told how far planning has come.
        stop: Asked often whether to stop with what there is.
    """
    began = clock()
    ends = now + problem.announcement_lead
    announced = tuple(
        visit.id
        for visit in problem.visits
        if (start := plan.get(visit.id)) is not None
        and start >= now
        and (start < ends or visit.fixed is not None)
    )
    stay = from_now(problem, plan, now)
    must = to_release(stay, announced)

    def over(share: float) -> bool:
        return (iterations is None and clock() - began > share * seconds) or (stop is not None and stop())

    kept = from_now(problem, plan, now, free=must)
    starts, whole = construct(lay_out(kept), seed, ROUNDS, lambda: over(0.3), begin=starts_of(kept, plan))
    if not whole:
        # So few were not enough, or it was not found: what is announced around those left out is let go too.
        lacking = {name for name, start in plan_of(kept, starts).items() if start is None}
        around = {visit.region for visit in kept.visits if visit.id in lacking and not visit.optional}
        more = {visit.id for visit in kept.visits if visit.id in announced and visit.region in around}
        wider = from_now(problem, plan, now, free=more | set(must))
        other, found = construct(
            lay_out(wider), seed, ROUNDS, lambda: over(0.5), begin=starts_of(wider, plan)
        )
        if found:
            kept, starts = wider, other
    left = max(0.0, seconds - (clock() - began))
    outcome = solve(
        kept,
        seconds=left,
        clock=clock,
        workers=workers,
        seed=seed,
        iterations=iterations,
        tell=tell,
        stop=stop,
        start=plan_of(kept, starts),
    )
    moved = tuple(name for name, start in plan.items() if outcome.plan.get(name) != start)
    return Replanned(
        kept, outcome, announced, tuple(name for name in announced if name in moved), moved, len(must)
    )


def to_release(problem: Problem, announced: Sequence[str]) -> tuple[str, ...]:
    """Find the fewest announced visits without which the fixed visits no longer break a rule among
    themselves.

    Any plan moves at least so many, since the rules looked at hold for the fixed visits whatever the others
    do. What
    has begun stays. An exact search over those that are in some broken rule; it is small, since few are
    announced.
    """
    movable = set(announced)
    regions = {region.id: region for region in problem.regions}
    fixed = [visit for visit in problem.visits if visit.fixed is not None]
    must = {
        visit.id
        for visit in fixed
        if visit.id in movable and not allowed_weeks(problem, visit, regions[visit.region])
    }
    over = _conflicts(problem, [visit for visit in fixed if visit.id not in must], movable)
    if not over:
        return tuple(sorted(must))
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loaded when there is something to prove

    model = cp_model.CpModel()
    moves = {name: model.new_bool_var(name) for name in sorted({name for names, _ in over for name in names})}
    for names, least in over:
        model.add(sum(moves[name] for name in names) >= least)
    model.minimize(sum(moves.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 5.0
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return tuple(sorted(must))
    return tuple(sorted(must | {name for name, move in moves.items() if solver.value(move)}))


def _conflicts(
    problem: Problem, fixed: Sequence[Visit], movable: set[str]
) -> list[tuple[tuple[str, ...], int]]:
    """Sets of announced visits of which at least so many have to move, by rules that hold among the fixed
    visits.
    """
    found: dict[tuple[str, ...], int] = {}

    def need(names: Iterable[str], excess: int) -> None:
        some = tuple(sorted(name for name in names if name in movable))
        if excess > 0 and some:
            found[some] = max(found.get(some, 0), min(excess, len(some)))

    using: dict[tuple[str, int], list[str]] = defaultdict(list)
    at_once: dict[tuple[str, int], list[str]] = defaultdict(list)
    for visit in fixed:
        assert visit.fixed is not None
        for resource, weeks in visit.uses:
            for week in range(visit.fixed, min(problem.weeks, visit.fixed + weeks)):
                using[resource, week].append(visit.id)
        for week in range(visit.fixed, visit.fixed + visit.fieldwork_weeks):
            at_once[visit.region, week].append(visit.id)
    for (resource, week), names in using.items():
        need(names, len(names) - problem.capacity[resource][week])
    once = problem.rules.concurrent_visits_per_region
    for names in at_once.values():
        if once is not None:
            need(names, len(names) - once)
    at_site: dict[str, list[Visit]] = defaultdict(list)
    for visit in fixed:
        at_site[visit.site].append(visit)
    for visits in at_site.values():
        for one, other in combinations(visits, 2):
            pair = replace(problem, visits=(one, other), thematics=(), regions=problem.regions)
            plan = {one.id: one.fixed, other.id: other.fixed}
            rules = {"gap_too_short", "second_audit_after_first", "follow_up_after_first_audit"}
            kinds = {one.kind, other.kind}
            alike = not kinds & {AUDIT_FIRST, AUDIT_SECOND, AUDIT_FOLLOW_UP} or len(kinds) == 2
            if alike and any(fault.rule in rules for fault in faults(pair, plan)):
                need((one.id, other.id), 1)
    for region in problem.regions:
        here = [visit for visit in fixed if visit.region == region.id and visit.visit_days]
        for width, most in region.max_visit_days:
            for week in {visit.fixed for visit in here if visit.fixed is not None}:
                within = [one for one in here if one.fixed is not None and week - width < one.fixed <= week]
                excess = sum(one.visit_days for one in within) - most
                days = sorted((one.visit_days for one in within if one.id in movable), reverse=True)
                least = 0
                while excess > 0 and least < len(days):
                    excess -= days[least]
                    least += 1
                need((one.id for one in within), least)
    return list(found.items())
