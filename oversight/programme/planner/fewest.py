"""The fewest announced visits that have to move after a change, by exact searches over part of the rules.

So any plan moves at least as many as they find, and a plan that moves no more is proved to move the fewest.
They are small, since few visits are announced at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from oversight.programme.planner.checking import faults
from oversight.programme.planner.layout import allowed_weeks
from oversight.programme.planner.problem import (
    AUDIT_FIRST,
    AUDIT_FOLLOW_UP,
    AUDIT_SECOND,
    CORE_REGION,
    CORE_UNIT,
    Problem,
    Region,
    Visit,
)

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

#: Work that one exact search may take, in the solver's own measure, near seconds.
WORK: Final = 5.0


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
    solver.parameters.max_deterministic_time = WORK
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return tuple(sorted(must))
    return tuple(sorted(must | {name for name, move in moves.items() if solver.value(move)}))


@dataclass(frozen=True, slots=True)
class Least:
    """What an exact search over some regions found.

    Args:
        number: Announced visits that any plan moves at least; None when no plan keeps every rule of these
            regions, whatever is moved, since what has begun there leaves no room.
        release: Announced visits that the best plan of these regions moves.
        starts: Weeks that it gives to the visits of these regions.
    """

    number: int | None
    release: tuple[str, ...]
    starts: dict[str, int]


def least_moves(
    stay: Problem, free: Problem, announced: Sequence[str], around: Collection[str]
) -> Least | None:
    """Find the fewest announced visits that move when some regions have to keep all of their rules.

    The visits of these regions are planned anew beside what is announced elsewhere, each of which stays or
    moves out of the way; all that is not announced elsewhere is left aside. Any plan does at least that.

    Args:
        stay: The problem as changed, with all that is begun or announced fixed.
        free: The same with what is announced free to move.
        announced: Names of the announced visits.
        around: Regions to plan.

    Returns:
        None when nothing was found within the work allowed.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loaded when there is something to prove

    wanted = _Regions(cp_model.CpModel(), stay, free, set(announced), set(around))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = WORK
    status = solver.solve(wanted.model)
    if status == cp_model.INFEASIBLE:
        return Least(None, (), {})
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    return Least(
        round(solver.best_objective_bound),
        tuple(sorted(name for name, stays in wanted.stays.items() if not solver.value(stays))),
        {
            name: solver.value(start)
            for name, start in wanted.starts.items()
            if name not in wanted.present or solver.value(wanted.present[name])
        },
    )


class _Regions:
    """The model behind `least_moves`."""

    def __init__(
        self, model: cp_model.CpModel, stay: Problem, free: Problem, announced: set[str], around: set[str]
    ) -> None:
        self.model, self.problem = model, free
        self.starts: dict[str, cp_model.IntVar] = {}
        self.present: dict[str, cp_model.IntVar] = {}
        self.stays: dict[str, cp_model.IntVar] = {}
        self.using: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        regions = {region.id: region for region in free.regions}
        before = {visit.id: visit for visit in stay.visits}
        here: dict[str, list[Visit]] = defaultdict(list)
        for visit in free.visits:
            if visit.region in around:
                if self._planned(visit, before[visit.id], regions[visit.region], announced):
                    here[visit.region].append(visit)
            elif (week := before[visit.id].fixed) is not None:
                there = self.model.new_bool_var(visit.id) if visit.id in announced else None
                if there is not None:
                    self.stays[visit.id] = there
                self._uses(visit, week, there)
        for name, members in here.items():
            self._within(regions[name], members)
        self._teams()
        for names, least in _conflicts(
            stay, [one for one in stay.visits if one.fixed is not None], announced
        ):
            some = [self.stays[name] for name in names if name in self.stays]
            if len(some) == len(names):
                model.add(sum(some) <= len(some) - least)
        model.minimize(len(self.stays) - sum(self.stays.values()))

    def _planned(self, visit: Visit, before: Visit, region: Region, announced: set[str]) -> bool:
        """Have a visit planned; say whether it has a week at all."""
        weeks = set(allowed_weeks(self.problem, visit, region))
        if before.fixed is not None and (
            visit.id not in announced or allowed_weeks(self.problem, before, region)
        ):
            weeks.add(before.fixed)
        if not weeks:
            return False
        start = self.model.new_int_var_from_domain(_domain(weeks), visit.id)
        self.starts[visit.id] = start
        there = None
        if visit.optional:
            there = self.present[visit.id] = self.model.new_bool_var(f"{visit.id} made")
        if visit.id in announced:
            stays = self.stays[visit.id] = self.model.new_bool_var(f"{visit.id} stays")
            if before.fixed in weeks:
                self.model.add(start == before.fixed).only_enforce_if(stays)
            else:
                self.model.add(stays == 0)
            if there is not None:
                self.model.add_implication(stays, there)
        self._uses(visit, start, there)
        return True

    def _uses(self, visit: Visit, start: cp_model.IntVar | int, there: cp_model.IntVar | None) -> None:
        for resource, weeks in visit.uses:
            self.using[resource].append(self._interval(start, weeks, there))

    def _interval(
        self, start: cp_model.IntVar | int, weeks: int, there: cp_model.IntVar | None
    ) -> cp_model.IntervalVar:
        if there is None:
            return self.model.new_fixed_size_interval_var(start, weeks, "")
        return self.model.new_optional_fixed_size_interval_var(start, weeks, there, "")

    def _of(self, visit: Visit, weeks: int) -> cp_model.IntervalVar:
        return self._interval(self.starts[visit.id], weeks, self.present.get(visit.id))

    def _within(self, region: Region, members: Sequence[Visit]) -> None:
        """Keep the rules of one region."""
        model, rules, starts = self.model, self.problem.rules, self.starts
        once = rules.concurrent_visits_per_region
        if once is not None:
            model.add_cumulative(
                [self._of(one, one.fieldwork_weeks) for one in members], [1] * len(members), once
            )
        for width, most in region.max_visit_days:
            model.add_cumulative(
                [self._of(one, width) for one in members], [one.visit_days for one in members], most
            )
        sites: dict[str, list[Visit]] = defaultdict(list)
        for one in members:
            sites[one.site].append(one)
        for site, visits in sites.items():
            gap = rules.gap_same_region_office if site == region.id else rules.gap_same_unit
            model.add_no_overlap([self._of(one, one.fieldwork_weeks + gap) for one in visits])
            first = next((one for one in visits if one.kind == AUDIT_FIRST), None)
            for kind, lag in (
                (AUDIT_SECOND, rules.second_audit_after_first),
                (AUDIT_FOLLOW_UP, rules.follow_up_after_first_audit),
            ):
                later = next((one for one in visits if one.kind == kind), None)
                if lag is not None and first is not None and later is not None:
                    model.add_linear_constraint(starts[later.id] - starts[first.id], *lag)
        units = [one for one in members if one.kind == CORE_UNIT]
        office = [one for one in members if one.kind == CORE_REGION]
        if not units or not office or len(units) != len(region.units):
            return
        weeks = self.problem.weeks
        low, high, end = (
            model.new_int_var(0, 2 * weeks, f"{region.id} {name}") for name in ("low", "high", "end")
        )
        model.add_min_equality(low, [starts[one.id] for one in units])
        model.add_max_equality(high, [starts[one.id] for one in units])
        model.add_max_equality(end, [starts[one.id] + one.fieldwork_weeks for one in units])
        if rules.unit_inspections_span is not None:
            model.add(high - low <= rules.unit_inspections_span)
        if rules.region_after_last_unit is not None:
            model.add_linear_constraint(starts[office[-1].id] - end, *rules.region_after_last_unit)

    def _teams(self) -> None:
        """Keep to the teams there are, as long as the problem lasts; after it nobody counts them."""
        for resource, users in self.using.items():
            there, most = self.problem.capacity[resource][: self.problem.weeks], len(users)
            lacking = [
                (self.model.new_fixed_size_interval_var(week, 1, ""), most - number)
                for week, number in enumerate(there)
                if number < most
            ]
            some = [*((one, 1) for one in users), *lacking]
            self.model.add_cumulative([one for one, _ in some], [number for _, number in some], most)


def _domain(weeks: Collection[int]) -> cp_model.Domain:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loaded when there is something to prove

    return cp_model.Domain.from_values(sorted(weeks))


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
