"""Whether a plan keeps every rule of its problem, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

from oversight.programme.planner.problem import (
    AUDIT_FIRST,
    AUDIT_FOLLOW_UP,
    AUDIT_SECOND,
    CORE_REGION,
    CORE_UNIT,
    THEMATIC,
    Plan,
    Problem,
    Region,
    Visit,
)

#: Weeks within which an audit and an inspection of one unit can share the information they ask for.
NEAR: Final = 16


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that a plan breaks.

    Args:
        rule: Stable name of the rule.
        visits: The visits that break it together, in order of their start.
        week: Week in which it is broken; None when no week can be named.
        words: What is wrong, as a sentence.
        weight: How much of the rule is broken: visits over capacity in the week, otherwise 1.
    """

    rule: str
    visits: tuple[str, ...]
    week: int | None
    words: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Measures:
    """What a plan that keeps the rules is judged by, in this order.

    Args:
        cost: Risk-weighted waiting and the cost of the thematic visits chosen.
        peak_burden: Highest share that any region reaches of its limit over 52 weeks, in thousandths.
        shared: Core unit inspections with a first or second audit near enough to ask for information once.
    """

    cost: int
    peak_burden: int
    shared: int


def faults(problem: Problem, plan: Mapping[str, Any]) -> tuple[Fault, ...]:
    """List every rule that a plan breaks; empty when it may be used.

    Args:
        problem: What was to be planned.
        plan: Start week of each visit by its name; None, or nothing, where it is left out.
    """
    known = {visit.id for visit in problem.visits}
    found = [
        Fault("unknown_visit", (name,), None, f"Visit {name} is not in the problem.")
        for name, start in plan.items()
        if start is not None and name not in known
    ]
    unreadable = [
        Fault("not_a_week", (name,), None, f"The start of visit {name} is not a week.")
        for name, start in plan.items()
        if name in known and start is not None and (isinstance(start, bool) or not isinstance(start, int))
    ]
    if unreadable:
        return (*found, *unreadable)
    placed = [(visit, start) for visit in problem.visits if (start := plan.get(visit.id)) is not None]
    found.extend(_left_out(problem, plan))
    regions = {region.id: region for region in problem.regions}
    for visit, start in placed:
        found.extend(_alone(problem, regions[visit.region], visit, start))
    found.extend(_teams(problem, placed))
    found.extend(_sites(problem, placed))
    of_region = defaultdict[str, list[tuple[Visit, int]]](list)
    for visit, start in placed:
        of_region[visit.region].append((visit, start))
    for region in problem.regions:
        found.extend(_region(problem, region, of_region[region.id]))
    found.extend(_audits(problem, placed))
    found.extend(_thematics(problem, placed))
    return tuple(found)


def cost(problem: Problem, plan: Plan) -> int:
    """Give the risk-weighted waiting of a plan with the cost of the thematic visits it chooses."""
    total = 0
    for visit in problem.visits:
        start = plan.get(visit.id)
        if start is not None:
            total += visit.weight * max(0, start - visit.target)
            total += visit.selection_cost if visit.selectable else 0
    return total


def measures(problem: Problem, plan: Plan) -> Measures:
    """Measure a plan by every objective."""
    days = defaultdict[str, dict[int, int]](lambda: defaultdict(int))
    audits = defaultdict[str, dict[str, int]](dict)
    for visit in problem.visits:
        start = plan.get(visit.id)
        if start is None:
            continue
        days[visit.region][start] += visit.visit_days
        if visit.kind in {AUDIT_FIRST, AUDIT_SECOND}:
            audits[visit.site][visit.kind] = start
    peak = 0
    for region in problem.regions:
        limit = dict(region.max_visit_days).get(52, 0)
        if limit:
            peak = max(peak, max(_rolling(days[region.id], 52, problem.weeks)) * 1000 // limit)
    shared = sum(
        any(abs(start - audit) <= NEAR for audit in audits[visit.site].values())
        for visit in problem.visits
        if visit.kind == CORE_UNIT and (start := plan.get(visit.id)) is not None
    )
    return Measures(cost(problem, plan), peak, shared)


def _left_out(problem: Problem, plan: Mapping[str, Any]) -> Iterator[Fault]:
    for visit in problem.visits:
        if plan.get(visit.id) is None and not visit.optional:
            if visit.kind == THEMATIC:
                words = f"Visit {visit.id} is announced for week {visit.fixed} and left out."
                yield Fault("fixed_visit_moved", (visit.id,), visit.fixed, words)
            else:
                yield Fault("unplaced", (visit.id,), None, f"Visit {visit.id} must be made and is left out.")


def _alone(problem: Problem, region: Region, visit: Visit, start: int) -> Iterator[Fault]:
    """Rules that one visit breaks by itself."""
    one, end = (visit.id,), start + visit.fieldwork_weeks
    if visit.fixed is None:
        if start < problem.announcement_lead:
            words = f"Visit {visit.id} starts in week {start}, too early to announce it."
            yield Fault("announced_too_late", one, start, words)
    elif start != visit.fixed:
        words = f"Visit {visit.id} is announced for week {visit.fixed} and moved to week {start}."
        yield Fault("fixed_visit_moved", one, start, words)
    if not visit.earliest <= start <= visit.latest:
        words = f"Visit {visit.id} starts in week {start}, outside weeks {visit.earliest} to {visit.latest}."
        yield Fault("outside_window", one, start, words)
    if end > problem.weeks:
        yield Fault("past_horizon", one, start, f"Visit {visit.id} ends after the last week.")
    off = problem.agency_blackout_weeks.get(visit.agency, frozenset())
    for week in range(start, end):
        if week in region.blackout_weeks or week in off:
            who = region.id if week in region.blackout_weeks else visit.agency
            yield Fault(
                "blackout", one, week, f"Visit {visit.id} is in progress in week {week}; {who} has none then."
            )


def _teams(problem: Problem, placed: list[tuple[Visit, int]]) -> Iterator[Fault]:
    in_use = defaultdict[tuple[str, int], list[str]](list)
    for visit, start in placed:
        for resource, weeks in visit.uses:
            for week in range(start, start + weeks):
                in_use[resource, week].append(visit.id)
    for (resource, week), names in in_use.items():
        if week < problem.weeks:
            # A week before the first is an error of its own; its capacity is taken as that of no team.
            there = problem.capacity[resource][week] if week >= 0 else 0
            if len(names) > there:
                words = f"In week {week}, {len(names)} visits need {resource}, and there are {there}."
                yield Fault("over_capacity", tuple(names), week, words, len(names) - there)


def _sites(problem: Problem, placed: list[tuple[Visit, int]]) -> Iterator[Fault]:
    offices = {region.id for region in problem.regions}
    at_site = defaultdict[str, list[tuple[int, int, str]]](list)
    for visit, start in placed:
        at_site[visit.site].append((start, start + visit.fieldwork_weeks, visit.id))
    for site, spans in at_site.items():
        rules = problem.rules
        gap = rules.gap_same_region_office if site in offices else rules.gap_same_unit
        for one, other in pairwise(sorted(spans)):
            if other[0] < one[1] + gap:
                words = f"Visits {one[2]} and {other[2]} to {site} leave fewer than {gap} weeks between them."
                yield Fault("gap_too_short", (one[2], other[2]), other[0], words)


def _region(problem: Problem, region: Region, placed: list[tuple[Visit, int]]) -> Iterator[Fault]:
    """Rules within one region: at once, burden, span, and its own inspection after its units'."""
    rules = problem.rules
    at_once = defaultdict[int, list[str]](list)
    days = defaultdict[int, int](int)
    for visit, start in placed:
        for week in range(start, start + visit.fieldwork_weeks):
            at_once[week].append(visit.id)
        days[start] += visit.visit_days
    limit = rules.concurrent_visits_per_region
    for week, names in at_once.items():
        if limit is not None and len(names) > limit:
            words = f"In week {week}, {len(names)} visits are in progress in {region.id}; {limit} may be."
            yield Fault("too_many_at_once", tuple(names), week, words)
    for width, most in region.max_visit_days:
        for week, total in enumerate(_rolling(days, width, problem.weeks)):
            if total > most:
                began = tuple(visit.id for visit, start in placed if week - width < start <= week)
                words = f"{region.id} has {total} visit-days in {width} weeks to week {week}, over {most}."
                yield Fault(f"burden_{width}_weeks", began, week, words)
    units = [
        (start, start + visit.fieldwork_weeks, visit.id) for visit, start in placed if visit.kind == CORE_UNIT
    ]
    office = [(start, visit.id) for visit, start in placed if visit.kind == CORE_REGION]
    if not units or not office or len(units) != len(region.units):
        return
    (start, name), last = office[-1], max(units, key=lambda one: one[1])
    if rules.region_after_last_unit is not None:
        low, high = rules.region_after_last_unit
        if not last[1] + low <= start <= last[1] + high:
            words = f"Visit {name} does not start {low} to {high} weeks after the last unit of {region.id}."
            yield Fault("region_not_after_units", (last[2], name), start, words)
    first, latest = min(units), max(units)
    if rules.unit_inspections_span is not None and latest[0] - first[0] > rules.unit_inspections_span:
        words = f"Unit inspections of {region.id} start over {rules.unit_inspections_span} weeks apart."
        yield Fault("units_spread_too_long", (first[2], latest[2]), latest[0], words)


def _audits(problem: Problem, placed: list[tuple[Visit, int]]) -> Iterator[Fault]:
    seen = defaultdict[str, dict[str, tuple[int, str]]](dict)
    for visit, start in placed:
        if visit.is_audit:
            seen[visit.site][visit.kind] = (start, visit.id)
    for site, audits in seen.items():
        for later, rule, lag in (
            (AUDIT_SECOND, "second_audit_after_first", problem.rules.second_audit_after_first),
            (AUDIT_FOLLOW_UP, "follow_up_after_first_audit", problem.rules.follow_up_after_first_audit),
        ):
            if lag is None or AUDIT_FIRST not in audits or later not in audits:
                continue
            between = audits[later][0] - audits[AUDIT_FIRST][0]
            if not lag[0] <= between <= lag[1]:
                words = f"At {site}, {between} weeks lie between two audits; {lag[0]} to {lag[1]} must."
                yield Fault(rule, (audits[AUDIT_FIRST][1], audits[later][1]), audits[later][0], words)


def _thematics(problem: Problem, placed: list[tuple[Visit, int]]) -> Iterator[Fault]:
    chosen = defaultdict[str | None, list[str]](list)
    for visit, _ in placed:
        if visit.selectable:
            chosen[visit.thematic].append(visit.id)
    for thematic in problem.thematics:
        names = chosen[thematic.id]
        if len(names) != thematic.regions:
            words = f"{thematic.id} visits {len(names)} regions; it must visit {thematic.regions}."
            yield Fault("thematic_regions", tuple(names), None, words)


def _rolling(days: Mapping[int, int], width: int, weeks: int) -> list[int]:
    """Sum of the days that started in the `width` weeks up to each week."""
    sums = [0, *accumulate(days.get(week, 0) for week in range(weeks))]
    return [sums[week + 1] - sums[max(0, week + 1 - width)] for week in range(weeks)]
