"""A problem as arrays, which compiled code reads: visits, teams, regions and units by number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from oversight.programme.planner.problem import (
    AUDIT_FIRST,
    AUDIT_FOLLOW_UP,
    AUDIT_SECOND,
    CORE_REGION,
    CORE_UNIT,
    Plan,
    Problem,
    Region,
    Visit,
)

Whole = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.uint8]

#: Stands for "no limit" in the arrays; small enough that sums of it stay within 32 bits.
FREE: Final = 1 << 28


#: Columns of `Layout.visits`; resources and weeks of use follow in pairs from `USE` on.
(
    FIRST,
    LAST,
    LENGTH,
    DAYS,
    WEIGHT,
    TARGET,
    SELECTION,
    OPTIONAL,
    THEMATIC,
    REGION,
    CORE,
    GAP,
    SITE_FROM,
    SITE_TO,
    LINK_FROM,
    LINK_TO,
    USES,
    USE,
) = range(18)
#: Columns of `Layout.regions`.
UNITS_FROM, UNITS_TO, OFFICE, VISITS_FROM, VISITS_TO = range(5)
#: Columns of `Layout.themes`.
NEED, OFFERED_FROM, OFFERED_TO = range(3)
#: Places in `Layout.rules`; the widths of the burden limits follow from `WIDTH` on.
WEEKS, SPAN, AFTER_LOW, AFTER_HIGH, RESOURCES, REGIONS, WIDTHS, WIDTH = range(8)


class Layout(NamedTuple):
    """A problem as few arrays, since compiled code takes longer to make the more it is given.

    Args:
        rules: The figures of the rules.
        visits: A row for each visit. First and last week say where it may start at all; a region is its
            `CORE` when
            span and lag bind its unit inspections to its own, otherwise -1.
        allowed: Whether a visit may start in a week when it is alone.
        room: What each resource, each region (visits at once) and each limit of each region (visit-days)
            offers in each
            week, in this order.
        regions: A row for each region; its office is -1 when span and lag do not bind it.
        themes: A row for each thematic inspection: the visits that it still chooses, and those offered.
        lists: The members of all lists, which the columns FROM and TO point to. Links are triples: a visit,
            and the
            least and most weeks from the start of the one to the start of the other.
    """

    rules: Whole
    visits: Whole
    allowed: Flags
    room: Small
    regions: Whole
    themes: Whole
    lists: Whole


def lay_out(problem: Problem) -> Layout:
    """Lay a problem out as arrays, visits and regions in the order in which the problem gives them."""
    resources = {name: at for at, name in enumerate(problem.capacity)}
    numbers = {region.id: at for at, region in enumerate(problem.regions)}
    thematics = {thematic.id: at for at, thematic in enumerate(problem.thematics)}
    widths = sorted({width for region in problem.regions for width, _ in region.max_visit_days})
    lists: list[int] = []

    def listed(members: Iterable[int]) -> tuple[int, int]:
        begin = len(lists)
        lists.extend(members)
        return begin, len(lists)

    at_site, in_region, units = (defaultdict[str, list[int]](list) for _ in range(3))
    office: dict[str, int] = {}
    for at, visit in enumerate(problem.visits):
        at_site[visit.site].append(at)
        in_region[visit.region].append(at)
        if visit.kind == CORE_UNIT:
            units[visit.region].append(at)
        elif visit.kind == CORE_REGION:
            office[visit.region] = at
    core: dict[int, int] = {}
    regions = np.zeros((len(problem.regions), 5), np.int64)
    for at, region in enumerate(problem.regions):
        tied = 0 < len(units[region.id]) == len(region.units) and region.id in office
        bound = units[region.id] if tied else []
        regions[at] = (*listed(bound), office[region.id] if tied else -1, *listed(in_region[region.id]))
        core.update(dict.fromkeys([*bound, office[region.id]] if tied else [], at))
    sites = {site: listed(members) for site, members in at_site.items()}
    allowed, links, rules = _allowed(problem), _links(problem), problem.rules
    tighten(problem, allowed, regions, lists, links)
    most = max((len(visit.uses) for visit in problem.visits), default=0)
    visits = np.zeros((len(problem.visits), USE + 2 * most), np.int64)
    for at, visit in enumerate(problem.visits):
        weeks = np.flatnonzero(allowed[at])
        row = visits[at]
        row[FIRST], row[LAST] = (weeks[0], weeks[-1]) if len(weeks) else (0, -1)
        row[LENGTH], row[DAYS] = visit.fieldwork_weeks, visit.visit_days
        row[WEIGHT], row[TARGET] = visit.weight, visit.target
        row[SELECTION] = visit.selection_cost if visit.selectable else 0
        row[OPTIONAL], row[REGION] = visit.optional, numbers[visit.region]
        row[THEMATIC] = thematics.get(visit.thematic or "", -1) if visit.selectable else -1
        row[CORE] = core.get(at, -1)
        row[GAP] = rules.gap_same_region_office if visit.site in numbers else rules.gap_same_unit
        row[SITE_FROM], row[SITE_TO] = sites[visit.site]
        row[LINK_FROM], row[LINK_TO] = listed(number for link in links[at] for number in link)
        row[USES] = len(visit.uses)
        for number, (name, length) in enumerate(visit.uses):
            row[USE + 2 * number] = resources[name]
            row[USE + 2 * number + 1] = min(length, problem.weeks)
    need, offered = _thematics(problem, thematics)
    themes = np.zeros((len(need), 3), np.int64)
    for at, members in enumerate(offered):
        themes[at] = (need[at], *listed(members))
    after = rules.region_after_last_unit or (-FREE, FREE)
    span = FREE if rules.unit_inspections_span is None else rules.unit_inspections_span
    figures = [problem.weeks, span, *after, len(resources), len(regions), len(widths), *widths]
    return Layout(
        rules=np.array(figures, np.int64).clip(-FREE, FREE),
        visits=visits,
        allowed=allowed,
        room=_room(problem, widths),
        regions=regions,
        themes=themes,
        lists=np.array(lists, np.int64),
    )


def _room(problem: Problem, widths: list[int]) -> Small:
    """What there is of everything in each week before any visit is placed."""
    rows = [weeks[: problem.weeks] for weeks in problem.capacity.values()]
    once = problem.rules.concurrent_visits_per_region
    rows += [(FREE if once is None else once,) * problem.weeks for _ in problem.regions]
    for region in problem.regions:
        limits = dict(region.max_visit_days)
        rows += [(limits.get(width, FREE),) * problem.weeks for width in widths]
    return np.array(rows, np.int64).clip(0, FREE).astype(np.int32).reshape(len(rows), problem.weeks)


def starts_of(problem: Problem, plan: Plan) -> Small:
    """Give the starts of a plan as an array; -1 stands for a visit that is left out."""
    starts = (plan.get(visit.id) for visit in problem.visits)
    return np.array([-1 if start is None else start for start in starts], np.int32)


def plan_of(problem: Problem, starts: Small) -> dict[str, int | None]:
    """Give an array of starts as a plan."""
    return {
        visit.id: None if start < 0 else start
        for visit, start in zip(problem.visits, starts.tolist(), strict=True)
    }


def allowed_weeks(problem: Problem, visit: Visit, region: Region) -> tuple[int, ...]:
    """Give the weeks in which a visit may start when no other visit is looked at."""
    off = problem.agency_blackout_weeks.get(visit.agency, frozenset()) | region.blackout_weeks
    low, high = max(0, visit.earliest), min(visit.latest, problem.weeks - visit.fieldwork_weeks)
    if visit.fixed is None:
        low = max(low, problem.announcement_lead)
    else:
        low, high = max(low, visit.fixed), min(high, visit.fixed)
    return tuple(
        start
        for start in range(low, high + 1)
        if not any(start + week in off for week in range(visit.fieldwork_weeks))
    )


def _allowed(problem: Problem) -> Flags:
    allowed = np.zeros((len(problem.visits), problem.weeks), np.uint8)
    regions = {region.id: region for region in problem.regions}
    kept: dict[tuple[object, ...], tuple[int, ...]] = {}
    for at, visit in enumerate(problem.visits):
        key = (
            visit.agency,
            visit.region,
            visit.fieldwork_weeks,
            visit.earliest,
            visit.latest,
            visit.fixed,
        )
        if key not in kept:
            kept[key] = allowed_weeks(problem, visit, regions[visit.region])
        allowed[at, list(kept[key])] = 1
    return allowed


def tighten(
    problem: Problem,
    allowed: Flags,
    regions: Whole,
    lists: list[int],
    links: Mapping[int, list[tuple[int, int, int]]],
) -> None:
    """Strike the weeks that span and lags rule out whatever else happens, until no more can be struck."""
    low = [int(weeks.argmax()) if weeks.any() else problem.weeks for weeks in allowed]
    high = [int(problem.weeks - 1 - weeks[::-1].argmax()) if weeks.any() else -1 for weeks in allowed]
    rules = problem.rules
    after = rules.region_after_last_unit or (-FREE, FREE)
    span = FREE if rules.unit_inspections_span is None else rules.unit_inspections_span
    length = [visit.fieldwork_weeks for visit in problem.visits]
    changed = True
    while changed:
        before = (list(low), list(high))
        for row in regions.tolist():
            units, office = lists[row[UNITS_FROM] : row[UNITS_TO]], row[OFFICE]
            if office < 0 or min(high[at] for at in (*units, office)) < 0:
                continue
            most, least = min(high[at] for at in units) + span, max(low[at] for at in units) - span
            for at in units:
                low[at] = max(low[at], least)
                high[at] = min(high[at], most, high[office] - after[0] - length[at])
            low[office] = max(low[office], max(low[at] + length[at] for at in units) + after[0])
            high[office] = min(high[office], max(high[at] + length[at] for at in units) + after[1])
        for at, bound in links.items():
            for other, least, most in bound:
                if high[at] >= 0 and high[other] >= 0:
                    low[other] = max(low[other], low[at] + least)
                    high[other] = min(high[other], high[at] + most)
        for at, weeks in enumerate(allowed):
            if problem.visits[at].fixed is not None:
                # What is announced stays; then it is the others that have no week left.
                low[at], high[at] = before[0][at], before[1][at]
            elif (low[at], high[at]) != (before[0][at], before[1][at]):
                weeks[: max(0, low[at])] = 0
                weeks[max(0, high[at] + 1) :] = 0
                low[at] = int(weeks.argmax()) if weeks.any() else problem.weeks
                high[at] = int(problem.weeks - 1 - weeks[::-1].argmax()) if weeks.any() else -1
        changed = (low, high) != before


def _thematics(problem: Problem, thematics: dict[str, int]) -> tuple[list[int], list[list[int]]]:
    """Count the optional visits each thematic inspection still needs, and list those it may choose from."""
    need = [thematic.regions for thematic in problem.thematics]
    offered: list[list[int]] = [[] for _ in need]
    for at, visit in enumerate(problem.visits):
        if visit.selectable and visit.thematic in thematics:
            if visit.optional:
                offered[thematics[visit.thematic]].append(at)
            else:
                need[thematics[visit.thematic]] -= 1
    return need, offered


def _links(problem: Problem) -> defaultdict[int, list[tuple[int, int, int]]]:
    """For each visit the visits bound to it by a lag: (other, least, most) weeks from its start to the
    other's.
    """
    audits = defaultdict[str, dict[str, int]](dict)
    for at, visit in enumerate(problem.visits):
        if visit.is_audit:
            audits[visit.site][visit.kind] = at
    links = defaultdict[int, list[tuple[int, int, int]]](list)
    for seen in audits.values():
        for kind, lag in (
            (AUDIT_SECOND, problem.rules.second_audit_after_first),
            (AUDIT_FOLLOW_UP, problem.rules.follow_up_after_first_audit),
        ):
            if lag is not None and AUDIT_FIRST in seen and kind in seen:
                links[seen[AUDIT_FIRST]].append((seen[kind], lag[0], lag[1]))
                links[seen[kind]].append((seen[AUDIT_FIRST], -lag[1], -lag[0]))
    return links
