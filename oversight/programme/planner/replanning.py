"""Planning anew after a change: a region closed, a team lost, an urgent visit, a thematic inspection, a
programme.

Changes turn one problem into another. `replan` then keeps what has begun, moves as few announced visits as it
can
(and says whether fewest is proved), and improves the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from oversight.programme.planner.constructing import construct
from oversight.programme.planner.fewest import least_moves, to_release
from oversight.programme.planner.layout import Small, lay_out, plan_of, starts_of
from oversight.programme.planner.problem import (
    CORE_REGION,
    CORE_UNIT,
    THEMATIC,
    Plan,
    Problem,
    Thematic,
    Visit,
)
from oversight.programme.planner.running import Progress
from oversight.programme.planner.solving import Outcome, solve

#: Rounds of making room after a change.
ROUNDS: Final = 20_000
#: Times that the regions of what finds no place are planned as a whole.
TURNS: Final = 4


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
        impossible: Regions of which it is proved that no plan keeps every rule, whatever is moved.
    """

    problem: Problem
    outcome: Outcome
    announced: tuple[str, ...]
    moved_announced: tuple[str, ...]
    moved: tuple[str, ...]
    fewest: int
    impossible: tuple[str, ...] = ()

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

    def over(share: float) -> bool:
        return (iterations is None and clock() - began > share * seconds) or (stop is not None and stop())

    release = _Release(problem, plan, now, announced, to_release(stay, announced))
    kept, starts = release.plan_around(stay, seed, over)
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
        kept,
        outcome,
        announced,
        tuple(name for name in announced if name in moved),
        moved,
        release.fewest,
        release.impossible,
    )


class _Release:
    """Letting as few announced visits go as are needed to make a plan at all."""

    def __init__(
        self, problem: Problem, plan: Plan, now: int, announced: tuple[str, ...], release: tuple[str, ...]
    ) -> None:
        self.problem, self.now, self.announced = problem, now, announced
        self.release, self.fewest = release, len(release)
        self.impossible: tuple[str, ...] = ()
        self.plan, self.weeks = plan, plan

    def plan_around(self, stay: Problem, seed: int, over: Callable[[float], bool]) -> tuple[Problem, Small]:
        """Give the problem with them free, and a plan of it or part of one.

        First those go that break a rule among themselves. Where the rest then finds no place, the regions of
        what is left out are planned as a whole, so as to move the fewest, until a plan is found. In the end
        everything announced around what is left out is let go.
        """
        around = set[str]()
        for turn in range(1, TURNS + 1):
            kept, starts, whole = self.made(self.release, seed, over, 0.3 * turn / TURNS)
            lacking = {name for name, start in plan_of(kept, starts).items() if start is None}
            more = around | {
                visit.region
                for visit in kept.visits
                if visit.id in self.release or (visit.id in lacking and not visit.optional)
            }
            if whole or more == around or not self.learn(stay, more):
                break
            around = more
        if not whole and not self.impossible:
            wide = {one.id for one in kept.visits if one.id in self.announced and one.region in around}
            wider, other, found = self.made((*self.release, *wide), seed, over, 0.5)
            if found:
                return wider, other
        return kept, starts

    def made(
        self, release: Iterable[str], seed: int, over: Callable[[float], bool], share: float
    ) -> tuple[Problem, Small, bool]:
        """Make a first plan in which some announced visits are free, within a share of the time."""
        kept = from_now(self.problem, self.plan, self.now, free=release)
        begin = starts_of(kept, self.weeks)
        starts, whole = construct(lay_out(kept), seed, ROUNDS, lambda: over(share), begin=begin)
        return kept, starts, whole

    def learn(self, stay: Problem, around: set[str]) -> bool:
        """Plan some regions as a whole; say whether that says what to let go."""
        free = from_now(self.problem, self.plan, self.now, free=self.announced)
        least = least_moves(stay, free, self.announced, around)
        if least is None:
            return False
        if least.number is None:
            self.impossible = tuple(sorted(around))
            return False
        self.fewest = max(self.fewest, least.number)
        self.release, self.weeks = least.release, {**self.plan, **least.starts}
        return True
