"""What the planner is compared with: the earliest due date rule, and a plain CP-SAT model."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from oversight.programme.planner.checking import cost, faults
from oversight.programme.planner.constructing import Construction
from oversight.programme.planner.layout import FIRST, LAST, OPTIONAL, TARGET, lay_out, plan_of
from oversight.programme.planner.problem import CORE_REGION, CORE_UNIT, Problem


def due_dates(problem: Problem) -> dict[str, Any]:
    """Place visits in the order of the last week in which they may start, each in the first week it fits."""
    layout = lay_out(problem)
    made = Construction(layout, 1)
    rows = made.rows
    fixed = [at for at, row in enumerate(rows) if row[FIRST] == row[LAST]]
    units = [at for at, visit in enumerate(problem.visits) if visit.kind == CORE_UNIT]
    own = [at for at, visit in enumerate(problem.visits) if visit.kind == CORE_REGION]
    rest = sorted(set(range(len(rows))) - {*fixed, *own}, key=lambda at: (rows[at][LAST], rows[at][TARGET]))
    assert units
    for at in (*fixed, *rest, *own):
        if rows[at][OPTIONAL] and made.need[problem_thematic(problem, at)] <= 0:
            continue
        if made.start[at] < 0 and (mask := made.fits(at)):
            made.change(at, (mask & -mask).bit_length() - 1, 1)
    plan = plan_of(problem, made.starts())
    broken = faults(problem, plan)
    left = sum(plan[visit.id] is None and not visit.optional for visit in problem.visits)
    return {"left_out": left, "rules_broken": len(broken), "cost": None if broken else cost(problem, plan)}


def problem_thematic(problem: Problem, at: int) -> int:
    """Give the number of the thematic inspection of a visit."""
    return [one.id for one in problem.thematics].index(problem.visits[at].thematic or "")


def plain_model(  # noqa: PLR0915 - one model, written down from top to bottom
    problem: Problem, seconds: float, workers: int, seed: int
) -> dict[str, Any]:
    """Solve the problem as one model of intervals, as one would write it down at first."""
    model = cp_model.CpModel()
    layout = lay_out(problem)
    rules, weeks = problem.rules, problem.weeks
    starts, present = [], []
    teams: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    spans: dict[str, list[Any]] = defaultdict(list)
    sites: dict[str, list[Any]] = defaultdict(list)
    costs = []
    offices = {region.id for region in problem.regions}
    for at, visit in enumerate(problem.visits):
        allowed = [week for week in range(weeks) if layout.allowed[at, week]]
        if not allowed:
            if not visit.optional:
                return {"status": "NO_WEEK", "cost": None, "bound": None}
            starts.append(None)
            present.append(None)
            continue
        start = model.new_int_var_from_domain(cp_model.Domain.from_values(allowed), visit.id)
        here = model.new_bool_var(visit.id) if visit.optional else model.new_constant(1)
        starts.append(start)
        present.append(here)

        def interval(length: int, name: str, start: Any = start, here: Any = here) -> Any:
            return model.new_optional_fixed_size_interval_var(start, length, here, name)

        for resource, length in visit.uses:
            teams[resource].append((interval(length, resource), 1))
        spans[visit.region].append(interval(visit.fieldwork_weeks, "once"))
        gap = rules.gap_same_region_office if visit.site in offices else rules.gap_same_unit
        sites[visit.site].append(interval(visit.fieldwork_weeks + gap, "gap"))
        late = model.new_int_var(0, weeks, "late")
        model.add_max_equality(late, [0, start - visit.target])
        if not visit.optional:
            costs.append(visit.weight * late)
        costs.append((visit.selection_cost if visit.selectable else 0) * here)
    for resource, used in teams.items():
        there = problem.capacity[resource]
        most = max(there)
        for week, number in enumerate(there):
            if number < most:
                used.append((model.new_fixed_size_interval_var(week, 1, "less"), most - number))
        model.add_cumulative([one for one, _ in used], [take for _, take in used], most)
    once = rules.concurrent_visits_per_region
    for intervals in spans.values():
        if once is not None:
            model.add_cumulative(intervals, [1] * len(intervals), once)
    for intervals in sites.values():
        model.add_no_overlap(intervals)
    _of_regions(model, problem, starts, present)
    _of_audits(model, problem, starts)
    for thematic in problem.thematics:
        chosen = [
            present[at]
            for at, visit in enumerate(problem.visits)
            if visit.selectable and visit.thematic == thematic.id and present[at] is not None
        ]
        model.add(sum(chosen) == thematic.regions)
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    ended = threading.Event()
    began, used_before = time.monotonic(), time.process_time()

    def watch() -> None:
        while not ended.wait(0.2):
            if time.process_time() - used_before > seconds * workers:
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    status = solver.solve(model)
    ended.set()
    told: dict[str, Any] = {
        "status": solver.status_name(status),
        "processor_s": round(time.process_time() - used_before, 1),
        "wall_s": round(time.monotonic() - began, 1),
        "cost": None,
        "bound": None if status == cp_model.UNKNOWN else int(solver.best_objective_bound),
    }
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        plan = {
            visit.id: solver.value(start) if start is not None and solver.value(here) else None
            for visit, start, here in zip(problem.visits, starts, present, strict=True)
        }
        told["rules_broken"] = len(faults(problem, plan))
        told["cost"] = cost(problem, plan)
    return told


def _of_regions(model: Any, problem: Problem, starts: list[Any], present: list[Any]) -> None:
    """Span, own inspection after the units', and the visit-days of rolling windows."""
    rules = problem.rules
    for region in problem.regions:
        here = [
            (visit, starts[at], present[at])
            for at, visit in enumerate(problem.visits)
            if visit.region == region.id and starts[at] is not None
        ]
        units = [one for one in here if one[0].kind == CORE_UNIT]
        own = [start for visit, start, _ in here if visit.kind == CORE_REGION]
        if units and own and len(units) == len(region.units):
            ends = model.new_int_var(0, 2 * problem.weeks, "ends")
            model.add_max_equality(ends, [start + visit.fieldwork_weeks for visit, start, _ in units])
            if rules.region_after_last_unit is not None:
                model.add(own[-1] >= ends + rules.region_after_last_unit[0])
                model.add(own[-1] <= ends + rules.region_after_last_unit[1])
            if rules.unit_inspections_span is not None:
                for (_, one, _), (_, other, _) in combinations(units, 2):
                    model.add(one - other <= rules.unit_inspections_span)
                    model.add(other - one <= rules.unit_inspections_span)
        for width, most in region.max_visit_days:
            counted = [
                model.new_optional_fixed_size_interval_var(start, width, there, "days")
                for _, start, there in here
            ]
            model.add_cumulative(counted, [visit.visit_days for visit, _, _ in here], most)


def _of_audits(model: Any, problem: Problem, starts: list[Any]) -> None:
    by_site: dict[str, dict[str, Any]] = defaultdict(dict)
    for visit, start in zip(problem.visits, starts, strict=True):
        if visit.is_audit:
            by_site[visit.site][visit.kind] = start
    for seen in by_site.values():
        for kind, lag in (
            ("audit_second", problem.rules.second_audit_after_first),
            ("audit_follow_up", problem.rules.follow_up_after_first_audit),
        ):
            if lag is not None and "audit_first" in seen and kind in seen:
                model.add(seen[kind] - seen["audit_first"] >= lag[0])
                model.add(seen[kind] - seen["audit_first"] <= lag[1])
