"""The timetable: visits as lists, as a year drawn by region or team, and one with its days (C2, C5, ¶28).

Everything here begins with ``sight.visible``: a visit that the one who asks may not know of is in no list,
count, search, file or drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from oversight.arrangements.queries.facts import Count
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.programme.models import Visit, VisitPerson, VisitRound, VisitStep, VisitTeam
from oversight.programme.queries.loads import carrying_region
from oversight.programme.queries.sight import (
    EXCHANGE,
    PLAN,
    exchanging_bodies,
    found,
    span_of,
    viewer_of,
    visible,
)
from oversight.programme.rules.clashes import Booked, not_to_be_booked
from oversight.programme.rules.kinds import Team, VisitKind, visit_data
from oversight.programme.rules.limits import limits
from oversight.programme.rules.sight import blurred
from oversight.programme.rules.visits import ACTIVE, COUNTED, OPEN, WORKFLOW, Span

PAGE_SIZE: Final = 25
MOST_COUNTED: Final = 10_000
#: Most visits that one drawing of a year shows; the table below it has them all, page by page.
MOST_DRAWN: Final = 1200


@dataclass(frozen=True)
class VisitLine:
    """A visit in a list.

    Args:
        reference: Its reference.
        title: What it is called.
        kind: Its type.
        owner: Whose it is.
        place: What is visited, or the body that answers for it where that is outside the register.
        site: Its name where it is outside the register; else empty.
        region: Its region; None for a place outside the register that concerns none.
        span: Its days.
        visit_days: Days of all visitors on site.
        state: Where it stands.
        state_label: The same in words.
        confidential: Whether it is not announced, so that few know of it.
        teams: The teams that make it.
    """

    reference: str
    title: str
    kind: VisitKind
    owner: PartyRef
    place: PartyRef
    site: str
    region: PartyRef | None
    span: Span
    visit_days: int
    state: str
    state_label: str
    confidential: bool
    teams: tuple[Team, ...]

    @property
    def where(self) -> str:
        """What is visited, by its name."""
        return self.site or self.place.name


@dataclass(frozen=True)
class VisitFilter:
    """What the timetable is narrowed to. Empty means all.

    Args:
        text: Words of the title or of a place outside the register, or start of the reference.
        owner: Code of the body.
        kind: Identifier of a type.
        place: Code of a region or unit; a region stands for its units, too.
        team: Identifier of a team.
        state: A state; empty for all that take room or were made.
        since: Only what ends on this day or later.
        until: Only what starts on this day or earlier.
    """

    text: str = ""
    owner: str = ""
    kind: str = ""
    place: str = ""
    team: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class VisitList:
    """One page of the timetable."""

    lines: tuple[VisitLine, ...]
    count: Count
    page: int


@dataclass(frozen=True)
class RoundTold:
    """The days of a visit as they were set."""

    number: int
    span: Span
    visit_days: int
    reason: str
    set_at: datetime
    set_name: str


@dataclass(frozen=True)
class StepTold:
    """A step of a visit."""

    label: str
    reason: str
    made_at: datetime
    made_name: str


@dataclass(frozen=True)
class VisitDetail:
    """A visit with its days and steps, as far as the one who asks may know of them.

    Args:
        line: The visit.
        revision: What the next act on it hands back.
        keeper: Party that keeps it here.
        source: Reference of the case that keeps its days; empty when they are kept here.
        programme: Name in addresses and title of its programme; None for none.
        rounds: Its days, the first and every later ones.
        steps: Its steps, latest first.
        people: Names of those who go.
        acts: Names of what the one who asks may do now.
        plans: Whether the one who asks is one of its planners.
    """

    line: VisitLine
    revision: int
    keeper: PartyRef
    source: str
    programme: tuple[str, str] | None
    rounds: tuple[RoundTold, ...]
    steps: tuple[StepTold, ...]
    people: tuple[tuple[str, str], ...]
    acts: tuple[str, ...]
    plans: bool


STEP_WORDS: Final = {
    "plan": "Planned",
    "record": "Recorded as made",
    "share": "Shared with the other planners",
    "announce": "Announced",
    "change": "Days changed",
    "hold": "Put on hold",
    "programme_pause": "Put on hold with its programme",
    "cancel": "Cancelled",
    "finish": "Made",
    "set_teams": "Teams and people set",
    "take_on": "Taken on by a case",
    "resume_planned": "Taken up again",
    "resume_shared": "Taken up again",
    "resume_announced": "Taken up again",
}


def concerning(place: str) -> Q:
    """Give the condition on visits to a place, to what belongs to it, or to what concerns it by name."""
    return Q(place_lineage__contains=f"/{place}/") | Q(region__code=place)


def chosen_visits(actor: Actor, chosen: VisitFilter) -> QuerySet[Visit]:
    """Give the visits that a filter leaves of those the actor knows of."""
    rows = visible(actor)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    else:
        rows = rows.filter(state__in=[str(one) for one in COUNTED])
    if chosen.text:
        rows = rows.filter(
            Q(title__icontains=chosen.text)
            | Q(site__icontains=chosen.text)
            | Q(reference__istartswith=chosen.text)
        )
    if chosen.owner:
        rows = rows.filter(owner__code=chosen.owner)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.place:
        rows = rows.filter(concerning(chosen.place))
    if chosen.team:
        rows = rows.filter(pk__in=VisitTeam.objects.filter(team=chosen.team, left_at=None).values("visit"))
    if chosen.since:
        rows = rows.filter(last_day__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(first_day__lte=chosen.until)
    return rows


def _with_teams(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    teams = VisitTeam.objects.filter(left_at=None).order_by("id")
    return rows.prefetch_related(Prefetch("teams", teams, to_attr="teams_now"))


def line_of(row: Visit, parties: Mapping[str, PartyRef]) -> VisitLine:
    """Give a line from a row that was read with its teams."""
    data = visit_data()
    return VisitLine(
        reference=row.reference,
        title=row.title,
        kind=data.kinds[row.kind],
        owner=parties[row.owner_id],
        place=parties[row.place_id],
        site=row.site,
        region=parties[row.region_id] if row.region_id else None,
        span=span_of(row),
        visit_days=row.visit_days,
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        confidential=row.announced_at is None,
        teams=tuple(data.teams[one.team] for one in getattr(row, "teams_now", ()) if one.team in data.teams),
    )


def timetable(*, actor: Actor, chosen: VisitFilter, page: int = 1) -> VisitList:
    """Give one page of the timetable, earliest first: four queries, however many visits."""
    rows = _with_teams(chosen_visits(actor, chosen)).order_by("first_day", "last_day", "id")
    counted = rows[: MOST_COUNTED + 1].count()
    count = Count(min(counted, MOST_COUNTED), counted > MOST_COUNTED)
    last = max(1, -(-count.number // PAGE_SIZE))
    number = min(max(1, page), last)
    start = (number - 1) * PAGE_SIZE
    parties = parties_by_code()
    return VisitList(tuple(line_of(row, parties) for row in rows[start : start + PAGE_SIZE]), count, number)


def every_line(*, actor: Actor, chosen: VisitFilter) -> Iterator[VisitLine]:
    """Give every visit that the timetable would show, earliest first."""
    parties = parties_by_code()
    rows = _with_teams(chosen_visits(actor, chosen)).order_by("first_day", "last_day", "id")
    return (line_of(row, parties) for row in rows.iterator(chunk_size=500))


def drawn_lines(*, actor: Actor, chosen: VisitFilter) -> tuple[VisitLine, ...]:
    """Give the visits that a drawing shows, earliest first: three queries."""
    parties = parties_by_code()
    rows = _with_teams(chosen_visits(actor, chosen)).order_by("first_day", "last_day", "id")
    return tuple(line_of(row, parties) for row in rows[:MOST_DRAWN])


def visit(*, actor: Actor, reference: str) -> VisitDetail:
    """Give one visit.

    Someone who is not its planner is told the days and steps since it was shared or announced to them: when
    it was moved before is confidential for good.

    Raises:
        Refused: There is none that the actor knows of.
    """
    row = found(actor, reference)
    plans = row.keeper_id in viewer_of(actor).plans
    rounds = VisitRound.objects.filter(visit=row).order_by("number")
    steps = VisitStep.objects.filter(visit=row).order_by("-id")
    if not plans:
        level = "exchanged" if actor.may(EXCHANGE) else "known"
        rounds = rounds.filter(**{level: True})
        steps = steps.filter(**{level: True})
    row.teams_now = list(VisitTeam.objects.filter(visit=row, left_at=None).order_by("id"))  # type: ignore[attr-defined]
    people = VisitPerson.objects.filter(visit=row, left_at=None).order_by("name", "id")
    parties = parties_by_code()
    return VisitDetail(
        line=line_of(row, parties),
        revision=row.revision,
        keeper=parties[row.keeper_id],
        source=row.source,
        programme=(row.programme.slug, row.programme.title) if row.programme else None,
        rounds=tuple(
            RoundTold(
                number,
                Span(one.first_day, one.last_day),
                one.visit_days,
                one.reason if plans or number > 1 else "",
                one.set_at,
                one.set_name,
            )
            for number, one in enumerate(rounds, start=1)
        ),
        steps=tuple(StepTold(STEP_WORDS[one.move], one.reason, one.made_at, one.made_name) for one in steps),
        people=tuple((one.person, one.name) for one in people) if row.owner_id == actor.party else (),
        acts=_acts(actor, row),
        plans=plans,
    )


def _acts(actor: Actor, row: Visit) -> tuple[str, ...]:
    """Give what the actor may do now; a visit whose case keeps it can be shared here and nothing else."""
    if not actor.may(PLAN, parties_by_code()[row.keeper_id]):
        return ()
    moves = dict.fromkeys(
        "resume" if move.name.startswith("resume_") else move.name
        for move in WORKFLOW.allowed(row.state, actor.role)
        if not move.name.startswith("resume_") or move.target == row.held_from
    )
    acts = list(moves)
    if row.source:
        return tuple(one for one in acts if one == "share")
    if row.state in {str(one) for one in OPEN}:
        acts.append("teams")
    return tuple(acts)


def not_bookable(*, actor: Actor, place: PartyRef, since: date) -> tuple[Span, ...]:
    """Give the days on which the actor's body may not book a place, because of visits it may not know of.

    They are told by whole blocks of weeks, so that they give no date away: one query.
    """
    if not actor.may(EXCHANGE) or not actor.may(PLAN):
        return ()
    hidden = Visit.objects.filter(
        place__code=place.code,
        site="",
        keeper__code__in=sorted(exchanging_bodies() - {actor.party}),
        shared_at=None,
        announced_at=None,
        state__in=[str(one) for one in ACTIVE],
        last_day__gte=since,
    ).order_by("first_day", "id")
    booked = [
        Booked(
            "",
            row.owner_id,
            row.place_id,
            place.kind,
            carrying_region(row),
            blurred(span_of(row), limits().block_weeks),
            1,
        )
        for row in hidden
    ]
    return not_to_be_booked(place.code, place.kind, booked, owner=actor.party, limits=limits())


def by_month(lines: Iterable[VisitLine]) -> tuple[tuple[date, tuple[VisitLine, ...]], ...]:
    """Group lines that come earliest first by the month in which each starts."""
    found_: dict[date, list[VisitLine]] = {}
    for line in lines:
        found_.setdefault(line.span.first.replace(day=1), []).append(line)
    return tuple((month, tuple(held)) for month, held in found_.items())
