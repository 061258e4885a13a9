"""From the timetable to a planning problem, and from a plan back to days (C4, ¶10(iv), ¶10(v), ¶17, ¶28).

Pure: what a body knows of the timetable is given, the visits of others that it may not know blurred before.
Weeks begin on Monday and count from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.programme.planner.checking import faults
from oversight.programme.planner.problem import (
    CORE_REGION,
    CORE_UNIT,
    THEMATIC,
    Problem,
    Region,
    Rules,
    Thematic,
    Visit,
)
from oversight.programme.rules.clashes import Closed
from oversight.programme.rules.figures import Figures
from oversight.programme.rules.kinds import Team, VisitKind
from oversight.programme.rules.limits import Limits, Reach, RuleKind
from oversight.programme.rules.visits import Span

PARAGRAPH: Final = "10(v)"
#: Kind of a visit in the problem that no rule between kinds knows: it only takes room.
OTHER: Final = "other"
MONDAY: Final = 0


@dataclass(frozen=True)
class Frame:
    """The weeks that are planned.

    Args:
        first: Monday of week 0.
        weeks: How many.
        lead: Week from which visits that are new or moved may start.
    """

    first: date
    weeks: int
    lead: int

    def week_of(self, day: date) -> int:
        """Give the week of a day; less than 0 before the first."""
        return (day - self.first).days // 7

    def monday(self, week: int) -> date:
        """Give the Monday of a week."""
        return self.first + timedelta(weeks=week)

    def days(self, week: int, weeks: int) -> Span:
        """Give the days, Monday to Friday, of fieldwork that starts in a week and lasts some."""
        return Span(self.monday(week), self.monday(week + weeks - 1) + timedelta(days=4))


def frame_of(first: date, weeks: int, *, today: date, data: Figures) -> Frame:
    """Give the weeks to be planned from a day on.

    Args:
        first: A day of the first week.
        weeks: How many weeks.
        today: The day of planning: nothing starts sooner than the time to announce it allows.
        data: The figures.

    Raises:
        Refused: Rule ``plan_frame``; ``field`` says which entry is wrong.
    """
    monday = first - timedelta(days=first.weekday())
    if monday < today - timedelta(days=today.weekday()):
        raise Refused(
            "plan_frame",
            f"{day_in_words(first)} has passed.",
            "Enter a day of this week or later.",
            paragraph=PARAGRAPH,
            field="first",
        )
    if not data.lead_weeks < weeks <= data.longest_weeks:
        raise Refused(
            "plan_frame",
            f"{weeks} weeks cannot be planned at once.",
            f"Enter a number from {data.lead_weeks + 1} to {data.longest_weeks}.",
            paragraph=PARAGRAPH,
            field="weeks",
        )
    soonest = today - timedelta(days=today.weekday()) + timedelta(weeks=data.lead_weeks)
    return Frame(monday, weeks, max(0, (soonest - monday).days // 7))


@dataclass(frozen=True)
class Item:
    """A visit as the planner is told of it.

    Args:
        id: Its reference; for a visit not entered yet a name of its own.
        kind: Identifier of its type; empty for one that others keep from the body that plans.
        body: Code of the body whose visit it is.
        place: Code of the place.
        place_kind: ``pdu`` or ``region``.
        region: Code of its region.
        weeks: Weeks of fieldwork.
        visit_days: Days of visitors on site.
        teams: Teams that make it.
        weight: Cost of each week of waiting.
        span: Its days now; None for one not entered yet.
        fixed: Whether the plan keeps these days.
        announced: Whether these days are announced.
        keeps: Whether it moves only where it has to: it is announced, or starts soon.
        latest: Last day on which it should end; None for no such day.
    """

    id: str
    kind: str
    body: str
    place: str
    place_kind: str
    region: str
    weeks: int
    visit_days: int
    teams: tuple[str, ...]
    weight: int
    span: Span | None
    fixed: bool
    announced: bool = False
    keeps: bool = False
    latest: date | None = None


@dataclass(frozen=True)
class WantedThematic:
    """A thematic inspection to be placed: in so many regions, within some days.

    Args:
        title: What it is called.
        regions: How many regions.
        span: The days within which it is made.
        kind: Its type of visit.
    """

    title: str
    regions: int
    span: Span
    kind: VisitKind


@dataclass(frozen=True)
class LostTeam:
    """Teams that are not there for a time."""

    team: str
    fewer: int
    span: Span


@dataclass(frozen=True)
class Built:
    """A problem with what could not be part of it.

    Args:
        problem: The problem. A visit that moves only where it has to is fixed in it, with the weeks to which
            it could be moved.
        aside: Visits whose days clash already; the plan does not see them.
        no_time: Visits for which no week is left before their latest day.
    """

    problem: Problem
    aside: tuple[str, ...]
    no_time: tuple[str, ...]


def built(
    frame: Frame,
    items: Sequence[Item],
    *,
    units: Mapping[str, Sequence[str]],
    closed: Iterable[Closed],
    teams: Mapping[str, Team],
    lost: Iterable[LostTeam] = (),
    thematic: WantedThematic | None = None,
    limits: Limits,
    data: Figures,
) -> Built:
    """Build the problem that the planner solves.

    Args:
        frame: The weeks.
        items: Every visit that takes room or is to be planned.
        units: Open units of each region.
        closed: Weeks closed by a body or for a region.
        teams: Teams by identifier.
        lost: Teams that are not there for a time.
        thematic: A thematic inspection to be placed, if any.
        limits: Rules on clashes and burden.
        data: The figures.
    """
    gaps = {reach: _gap(limits, reach) for reach in (Reach.SAME_UNIT, Reach.SAME_REGION)}
    visits: list[Visit] = []
    no_time: list[str] = []
    free_from = _free_from(frame, items, gaps)
    after_units = _after_units(frame, items, data)
    for item in items:
        visit = _fixed(frame, item) if item.fixed else _open(frame, item, free_from, after_units)
        if visit is not None and item.keeps and item.span is not None:
            start = frame.week_of(item.span.first)
            visit = replace(visit, fixed=start, earliest=min(start, visit.earliest))
        elif visit is not None and not item.fixed and visit.latest < visit.earliest:
            no_time.append(item.id)
            continue
        if visit is None:
            continue
        visits.append(visit)
    if thematic is not None:
        visits += _offers(frame, thematic, units)
    problem = Problem(
        weeks=frame.weeks,
        announcement_lead=frame.lead,
        rules=_rules(gaps, limits, data),
        capacity=_capacity(frame, visits, teams, lost),
        # Other checkers of plans look every body up.
        agency_blackout_weeks={one.agency: frozenset() for one in visits}
        | _off(frame, closed, {item.body for item in items}),
        regions=tuple(
            Region(
                code,
                # Those visited before are not bound to be near the others any more.
                tuple(one.site for one in visits if one.kind == CORE_UNIT and one.region == code),
                tuple((rule.weeks, rule.limit(len(units[code]))) for rule in limits.burden_rules("region")),
                _off(frame, closed, {code}).get(code, frozenset()),
            )
            for code in sorted(units)
        ),
        thematics=_thematic(frame, thematic),
        visits=tuple(visits),
    )
    problem, aside = _without_old_clashes(problem, frozenset(item.id for item in items if item.keeps))
    return Built(problem, aside, tuple(no_time))


def _gap(limits: Limits, reach: Reach) -> int:
    return max(
        (
            rule.weeks
            for rule in limits.rules
            if rule.kind is RuleKind.GAP and rule.reach in {Reach.SAME, reach}
        ),
        default=0,
    )


def _free_from(frame: Frame, items: Iterable[Item], gaps: Mapping[Reach, int]) -> dict[str, int]:
    """Give the week from which each place is free again after what ended before the first week."""
    found: dict[str, int] = {}
    for item in items:
        if item.span is None or not item.fixed or item.span.last >= frame.first:
            continue
        gap = gaps[Reach.SAME_UNIT if item.place_kind == "pdu" else Reach.SAME_REGION]
        week = frame.week_of(item.span.last) + 1 + gap
        found[item.place] = max(found.get(item.place, 0), week)
    return found


def _after_units(frame: Frame, items: Iterable[Item], data: Figures) -> dict[str, int]:
    """Give the week from which each region may be inspected, after those of its units that stay."""
    found: dict[str, int] = {}
    for item in items:
        if item.kind == CORE_UNIT and item.span is not None and (item.fixed or item.keeps):
            week = frame.week_of(item.span.last) + 1 + data.region_after[0]
            found[item.region] = max(found.get(item.region, 0), week)
    return found


def _kind(item: Item) -> str:
    # What stays where it is may have been booked long ago: the rules between the inspections of one region
    # hold for those that are planned now, and bind the region's own through its first week.
    if item.fixed or item.keeps or item.kind not in {CORE_UNIT, CORE_REGION}:
        return OTHER
    return item.kind


def _fixed(frame: Frame, item: Item) -> Visit | None:
    assert item.span is not None
    first, last = frame.week_of(item.span.first), frame.week_of(item.span.last)
    if last < 0 or first >= frame.weeks:
        return None
    start = max(first, 0)
    weeks = min(last, frame.weeks - 1) - start + 1
    return Visit(
        id=item.id,
        kind=_kind(item),
        agency=item.body,
        region=item.region,
        site=item.place,
        fieldwork_weeks=weeks,
        uses=tuple((team, weeks) for team in item.teams),
        visit_days=item.visit_days if first >= 0 else 0,
        earliest=start,
        latest=start,
        fixed=start,
    )


def _open(frame: Frame, item: Item, free_from: Mapping[str, int], after_units: Mapping[str, int]) -> Visit:
    earliest = max(frame.lead, free_from.get(item.place, 0))
    if item.kind == CORE_REGION:
        earliest = max(earliest, after_units.get(item.region, 0))
    latest = frame.weeks - item.weeks
    if item.latest is not None:
        latest = min(latest, frame.week_of(item.latest) - item.weeks + 1)
    return Visit(
        id=item.id,
        kind=_kind(item),
        agency=item.body,
        region=item.region,
        site=item.place,
        fieldwork_weeks=item.weeks,
        uses=tuple((team, item.weeks) for team in item.teams),
        visit_days=item.visit_days,
        earliest=earliest,
        latest=latest,
        weight=item.weight,
        target=frame.lead,
    )


def thematic_id(region: str) -> str:
    """Give the name that the thematic visit to a region has in a problem."""
    return f"thematic-{region}"


def _offers(frame: Frame, wanted: WantedThematic, units: Mapping[str, Sequence[str]]) -> list[Visit]:
    first = max(frame.week_of(wanted.span.first), frame.lead)
    last = min(frame.week_of(wanted.span.last), frame.weeks) - wanted.kind.weeks
    return [
        Visit(
            id=thematic_id(code),
            kind=THEMATIC,
            agency=wanted.kind.bodies[0],
            region=code,
            site=code,
            fieldwork_weeks=wanted.kind.weeks,
            uses=tuple((team, wanted.kind.weeks) for team in wanted.kind.teams),
            visit_days=wanted.kind.visit_days,
            earliest=first,
            latest=max(first, last),
            thematic="thematic",
        )
        for code in sorted(units)
    ]


def _thematic(frame: Frame, wanted: WantedThematic | None) -> tuple[Thematic, ...]:
    if wanted is None:
        return ()
    first, last = frame.week_of(wanted.span.first), frame.week_of(wanted.span.last)
    return (Thematic("thematic", wanted.regions, (max(first, 0), min(last, frame.weeks - 1))),)


def _rules(gaps: Mapping[Reach, int], limits: Limits, data: Figures) -> Rules:
    at_once = next((rule.most for rule in limits.rules if rule.kind is RuleKind.CONCURRENT), None)
    return Rules(
        unit_inspections_span=data.unit_span,
        region_after_last_unit=data.region_after,
        gap_same_unit=gaps[Reach.SAME_UNIT],
        gap_same_region_office=gaps[Reach.SAME_REGION],
        concurrent_visits_per_region=at_once,
    )


def _capacity(
    frame: Frame, visits: Iterable[Visit], teams: Mapping[str, Team], lost: Iterable[LostTeam]
) -> dict[str, tuple[int, ...]]:
    """Give how many visits each team can make in each week; what is booked already is always possible."""
    there = {one: [team.at_once] * frame.weeks for one, team in teams.items()}
    for one in lost:
        first, last = (
            max(frame.week_of(one.span.first), 0),
            min(frame.week_of(one.span.last), frame.weeks - 1),
        )
        for week in range(first, last + 1):
            there[one.team][week] = max(0, there[one.team][week] - one.fewer)
    booked: dict[str, list[int]] = {one: [0] * frame.weeks for one in teams}
    for visit in visits:
        if visit.fixed is not None:
            for team, weeks in visit.uses:
                for week in range(visit.fixed, min(visit.fixed + weeks, frame.weeks)):
                    booked[team][week] += 1
    return {
        one: tuple(max(free, held) for free, held in zip(there[one], booked[one], strict=True))
        for one in teams
    }


def _off(frame: Frame, closed: Iterable[Closed], parties: set[str]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for one in closed:
        if one.party not in parties:
            continue
        first, last = (
            max(frame.week_of(one.span.first), 0),
            min(frame.week_of(one.span.last), frame.weeks - 1),
        )
        found.setdefault(one.party, set()).update(range(first, last + 1))
    return {party: frozenset(weeks) for party, weeks in found.items()}


def _without_old_clashes(problem: Problem, movable: frozenset[str]) -> tuple[Problem, tuple[str, ...]]:
    """Leave out visits whose fixed days break a rule and may not be moved: no plan could mend that."""
    aside: list[str] = []
    while True:
        kept = [visit for visit in problem.visits if visit.fixed is not None and visit.id not in movable]
        only = replace(problem, visits=tuple(kept), thematics=())
        broken = next(
            (fault for fault in faults(only, {visit.id: visit.fixed for visit in kept}) if fault.visits),
            None,
        )
        if broken is None:
            return problem, tuple(aside)
        last = broken.visits[-1]
        aside.append(last)
        problem = replace(problem, visits=tuple(visit for visit in problem.visits if visit.id != last))
