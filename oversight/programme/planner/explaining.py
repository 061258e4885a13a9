"""Why something does not fit: proofs that no plan exists, the rules that keep a visit out, and what would
help.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oversight.programme.planner.checking import cost, faults
from oversight.programme.planner.constructing import construct
from oversight.programme.planner.layout import FIRST, LAST, Layout, allowed_weeks, lay_out, plan_of, starts_of
from oversight.programme.planner.objectives import objectives
from oversight.programme.planner.problem import Plan, Problem, Visit

#: Rounds of making room when the effect of relaxing a rule is tried.
ROUNDS = 4_000


@dataclass(frozen=True, slots=True)
class Proof:
    """A reason why no plan can keep every rule.

    Args:
        rule: Stable name of the rule that cannot be kept.
        visits: The visits concerned.
        weeks: First and last week concerned; None when it is not about weeks.
        words: The reason, as a sentence.
    """

    rule: str
    visits: tuple[str, ...]
    weeks: tuple[int, int] | None
    words: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit that is left out and the rules that keep it out: the name of each with the weeks in which
    it does.
    """

    visit: str
    rules: tuple[tuple[str, int], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What relaxing a rule would do.

    Args:
        rule: Name of the rule.
        words: How it is relaxed, as a sentence.
        left_out: Visits that a first plan then still leaves out.
        cost: Cost of that plan.
    """

    rule: str
    words: str
    left_out: tuple[str, ...]
    cost: int


def proofs(problem: Problem) -> tuple[Proof, ...]:
    """Find reasons, each enough by itself, why no plan can keep every rule; none found does not mean that
    one exists.
    """
    layout = lay_out(problem)
    return (
        *_without_week(problem, layout),
        *_announced(problem),
        *_seats(problem, layout),
        *_teams(problem, layout),
        *_days(problem, layout),
    )


def _without_week(problem: Problem, layout: Layout) -> Iterator[Proof]:
    regions = {region.id: region for region in problem.regions}
    for at, visit in enumerate(problem.visits):
        if visit.optional or layout.visits[at, FIRST] <= layout.visits[at, LAST]:
            continue
        if allowed_weeks(problem, visit, regions[visit.region]):
            words = f"The weeks in which visit {visit.id} may start are all ruled out by those it depends on."
            rule = "units_spread_too_long" if visit.kind.startswith("core") else "lag_between_audits"
        else:
            words = f"Visit {visit.id} has no week: its window, lead and closed weeks leave none."
            rule = "outside_window"
        yield Proof(rule, (visit.id,), (visit.earliest, visit.latest), words)


def _announced(problem: Problem) -> Iterator[Proof]:
    """Rules that the announced visits break among themselves."""
    fixed = {visit.id: visit.fixed for visit in problem.visits if visit.fixed is not None}
    passed = {"unplaced", "thematic_regions", "region_not_after_units"}
    for fault in faults(problem, fixed):
        if fault.rule not in passed:
            yield Proof(fault.rule, fault.visits, None, f"Announced visits cannot all stay. {fault.words}")


def _seats(problem: Problem, layout: Layout) -> Iterator[Proof]:
    for thematic in problem.thematics:
        some = [
            at
            for at, visit in enumerate(problem.visits)
            if visit.selectable and visit.thematic == thematic.id
        ]
        must = sum(not problem.visits[at].optional for at in some)
        can = sum(bool(layout.visits[at, FIRST] <= layout.visits[at, LAST]) for at in some)
        if must > thematic.regions or can < thematic.regions:
            words = f"{thematic.id} visits {thematic.regions}; {must} are announced, {can} possible."
            yield Proof("thematic_regions", tuple(problem.visits[at].id for at in some), None, words)


def _teams(problem: Problem, layout: Layout) -> Iterator[Proof]:
    """More team-weeks than there are, in a window in which visits must use them whatever their week."""
    for resource, capacity in problem.capacity.items():
        users = [
            (int(layout.visits[at, FIRST]), int(layout.visits[at, LAST]), min(weeks, problem.weeks), at)
            for at, visit in enumerate(problem.visits)
            for name, weeks in visit.uses
            if name == resource and not visit.optional and layout.visits[at, FIRST] <= layout.visits[at, LAST]
        ]
        if found := _overfull(
            problem.weeks,
            [(low, high + size, size) for low, high, size, _ in users],
            capacity[: problem.weeks],
        ):
            begin, end, need, there = found
            names = tuple(
                problem.visits[at].id
                for low, high, size, at in users
                if low >= begin and min(problem.weeks, high + size) <= end
            )
            words = (
                f"From week {begin} to week {end - 1}, {len(names)} visits need {need} weeks of {resource}; "
                f"there are {there}."
            )
            yield Proof("over_capacity", names, (begin, end - 1), words)


def _overfull(
    weeks: int, needs: Sequence[tuple[int, int, int]], there: Sequence[int]
) -> tuple[int, int, int, int] | None:
    """Find the window (begin, end, need, there) most short of capacity, of needs (first, end, amount); or
    None.
    """
    demand = np.zeros((weeks + 1, weeks + 1), np.int64)
    for low, end, amount in needs:
        # What would run past the last week uses only what lies before it.
        kept = amount - max(0, end - weeks)
        if kept > 0:
            demand[low, min(weeks, end)] += kept
    inside = demand[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)
    sums = np.concatenate(([0], np.cumsum(np.asarray(there, np.int64))))
    offered = sums[None, :] - sums[:, None]
    short = np.where(np.arange(weeks + 1)[:, None] < np.arange(weeks + 1)[None, :], inside - offered, -1)
    first, last = (int(one) for one in np.unravel_index(int(short.argmax()), short.shape))
    if short[first, last] <= 0:
        return None
    return first, last, int(inside[first, last]), int(offered[first, last])


def _days(problem: Problem, layout: Layout) -> Iterator[Proof]:
    """More visit-days, or visits at once, than a region's limits allow in a window in which visits must
    start.
    """
    here: dict[str, list[int]] = defaultdict(list)
    for at, visit in enumerate(problem.visits):
        if not visit.optional and layout.visits[at, FIRST] <= layout.visits[at, LAST]:
            here[visit.region].append(at)
    once = problem.rules.concurrent_visits_per_region
    for region in problem.regions:
        rows = [(int(layout.visits[at, FIRST]), int(layout.visits[at, LAST]), at) for at in here[region.id]]
        for width, most in region.max_visit_days:
            for begin in sorted({low for low, _, _ in rows}):
                within = [
                    problem.visits[at] for low, high, at in rows if begin <= low and high < begin + width
                ]
                days = sum(visit.visit_days for visit in within)
                if days > most:
                    names = tuple(visit.id for visit in within)
                    weeks = f"weeks {begin} to {begin + width - 1}"
                    words = f"{region.id} must have {days} visit-days in {weeks}, over {most}."
                    yield Proof(f"burden_{width}_weeks", names, (begin, begin + width - 1), words)
                    break
        if once is None:
            continue
        open_weeks = [0 if week in region.blackout_weeks else once for week in range(problem.weeks)]
        needs = [
            (low, high + problem.visits[at].fieldwork_weeks, problem.visits[at].fieldwork_weeks)
            for low, high, at in rows
        ]
        if found := _overfull(problem.weeks, needs, open_weeks):
            begin, end, need, there = found
            words = (
                f"{region.id} must have {need} weeks of visits in weeks {begin} to {end - 1}, over {there}."
            )
            yield Proof("too_many_at_once", (), (begin, end - 1), words)


def kept_out(problem: Problem, plan: Plan) -> tuple[Kept, ...]:
    """Say of each visit that must be made and is left out which rules keep it out of this plan.

    Args:
        problem: What was to be planned.
        plan: A plan that breaks no rule but by leaving visits out.
    """
    regions = {region.id: region for region in problem.regions}
    found = []
    for visit in problem.visits:
        if visit.optional or plan.get(visit.id) is not None:
            continue
        weeks = allowed_weeks(problem, visit, regions[visit.region])
        counted: dict[str, int] = defaultdict(int)
        for week in weeks:
            for rule in _broken_at(problem, plan, visit, week):
                counted[rule] += 1
        rules = tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
        if rules:
            told = ", ".join(f"{rule} in {number} of {len(weeks)} weeks" for rule, number in rules)
            words = f"Visit {visit.id} finds no week: {told}."
        else:
            rules = (("outside_window", max(0, visit.latest - visit.earliest + 1)),)
            words = f"Visit {visit.id} has no week: its window, lead and closed weeks leave none."
        found.append(Kept(visit.id, rules, words))
    return tuple(found)


def _broken_at(problem: Problem, plan: Plan, visit: Visit, week: int) -> set[str]:
    """Rules that a visit would break in a week, looking only at what can meet it."""
    resources = {name for name, _ in visit.uses}
    near = tuple(
        one
        for one in problem.visits
        if one.id == visit.id
        or one.region == visit.region
        or (plan.get(one.id) is not None and any(name in resources for name, _ in one.uses))
    )
    part = replace(problem, visits=near, thematics=())
    tried = {one.id: plan.get(one.id) for one in near} | {visit.id: week}
    return {
        fault.rule
        for fault in faults(part, tried)
        if visit.id in fault.visits and fault.rule not in {"unplaced", "thematic_regions"}
    }


def relaxed(problem: Problem, rule: str, step: int) -> tuple[Problem, str]:
    """Relax one rule by a step; give the problem and how it was relaxed, as a sentence.

    Args:
        problem: The problem.
        rule: ``span`` (weeks more), ``burden`` (per cent more) or ``gap`` (weeks fewer).
        step: How much.

    Raises:
        ValueError: If there is no such rule.
    """
    rules = problem.rules
    if rule == "span":
        span = None if rules.unit_inspections_span is None else rules.unit_inspections_span + step
        words = f"Unit inspections of one region may start {step} weeks further apart."
        return replace(problem, rules=replace(rules, unit_inspections_span=span)), words
    if rule == "burden":
        regions = tuple(
            replace(
                region,
                max_visit_days=tuple(
                    (width, most + -(-most * step // 100)) for width, most in region.max_visit_days
                ),
            )
            for region in problem.regions
        )
        return replace(problem, regions=regions), f"Each region may have {step} per cent more visit-days."
    if rule == "gap":
        gaps = replace(
            rules,
            gap_same_unit=max(0, rules.gap_same_unit - step),
            gap_same_region_office=max(0, rules.gap_same_region_office - step),
        )
        return replace(problem, rules=gaps), f"Visits to one place may lie {step} weeks nearer to each other."
    raise ValueError(rule)


def relaxations(
    problem: Problem,
    plan: Plan,
    *,
    order: Sequence[tuple[str, int]] | None = None,
    seed: int = 1,
    stop: Callable[[], bool] | None = None,
) -> tuple[Relaxation, ...]:
    """Try relaxing one rule after another, each on its own, and say what a first plan then leaves out and
    costs.

    Args:
        problem: The problem in which something finds no place.
        plan: The plan that leaves it out; what fits of it is kept.
        order: Rules and steps, in the order in which to offer them; that of the data file when None.
        seed: Seed of the draws.
        stop: Asked often whether to end.
    """
    found = []
    for rule, step in objectives().relaxations if order is None else order:
        eased, words = relaxed(problem, rule, step)
        layout = lay_out(eased)
        starts, _ = construct(layout, seed, ROUNDS, stop or (lambda: False), begin=starts_of(eased, plan))
        made = plan_of(eased, starts)
        left_out = tuple(one.id for one in eased.visits if made[one.id] is None and not one.optional)
        found.append(Relaxation(rule, words, left_out, cost(eased, made)))
    return tuple(found)
