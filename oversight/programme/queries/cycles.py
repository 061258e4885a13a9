"""Programmes and how far each is, as far as the one who asks may know (C1, ¶17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from oversight.kernel.acting import Actor
from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code, party_ref
from oversight.parties.queries.units import register
from oversight.programme.models import Programme, ProgrammeStep, Visit
from oversight.programme.queries.sight import SEE, span_of, viewer_of, visible
from oversight.programme.rules.cycles import (
    WORKFLOW,
    Cycle,
    PlaceProgress,
    ProgrammeState,
    Tally,
    Target,
    progress,
    tally,
)
from oversight.programme.rules.kinds import VisitKind, visit_data
from oversight.programme.rules.visits import ACTIVE, Span, VisitState
from oversight.publication.queries.reports import latest_of_each_area
from oversight.publication.rules.programmes import UnitType

DIRECT: Final = "programme.direct"
_TYPES: Final = {"pdu": UnitType("PDU"), "region": UnitType("region")}


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme in a list.

    Args:
        slug: Its name in addresses.
        title: What it is called.
        owner: Whose it is.
        state: Where it stands.
        state_label: The same in words.
        rated: Whether its visits give ratings.
        cycle: Its frame.
        kinds: Its types of visit.
        demonstration: Whether it is made up.
    """

    slug: str
    title: str
    owner: PartyRef
    state: str
    state_label: str
    rated: bool
    cycle: Cycle
    kinds: tuple[VisitKind, ...]
    demonstration: bool


@dataclass(frozen=True)
class StepTold:
    """A step of a programme."""

    label: str
    on: date
    reason: str
    visits: int
    made_at: datetime
    made_name: str


@dataclass(frozen=True)
class RegionProgress:
    """How one region stands in a programme.

    Args:
        region: The region.
        tally: Its places counted.
        late: Whether the pace so far would end after the latest end.
    """

    region: PartyRef
    tally: Tally
    late: bool


@dataclass(frozen=True)
class ProgrammeDetail:
    """A programme with its progress.

    Args:
        line: The programme.
        revision: What the next act on it hands back.
        tally: All places counted.
        regions: Each region, by name.
        places: Every place, by region and name.
        names: Names of places by code.
        steps: Its steps, latest first.
        replaced_by: Name in addresses of the one that took its place; empty while none did.
        acts: Names of what the one who asks may do now.
        whole: Whether the one who asks knows of every visit in it, so that “booked” leaves none out.
    """

    line: ProgrammeLine
    revision: int
    tally: Tally
    regions: tuple[RegionProgress, ...]
    places: tuple[PlaceProgress, ...]
    names: Mapping[str, str]
    steps: tuple[StepTold, ...]
    replaced_by: str
    acts: tuple[str, ...]
    whole: bool


_STEP_WORDS: Final = {
    "start": "Started",
    "pause": "Paused",
    "resume": "Resumed",
    "replace": "Replaced",
    "complete": "Completed",
}


def seen_programmes(actor: Actor) -> QuerySet[Programme]:
    """Give the programmes that an actor sees: everyone who sees visits sees every programme."""
    return Programme.objects.all() if actor.may(SEE) else Programme.objects.none()


def programme_row(actor: Actor, slug: str) -> Programme:
    """Give the programme of a name.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = None
    if slug.isprintable():
        rows = seen_programmes(actor).select_related("replaced_by_programme").filter(slug=slug)
        row = rows.order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_programme",
            "There is no such programme, or it is not one that you can see.",
            "Look for it in the list of programmes.",
        )
    return row


def cycle_of(row: Programme, *, today: date, steps: tuple[ProgrammeStep, ...] | None = None) -> Cycle:
    """Give the frame of a programme with its pauses: one query unless its steps are given."""
    if steps is None:
        steps = tuple(ProgrammeStep.objects.filter(programme=row).order_by("id"))
    pauses, since = [], None
    for step in steps:
        if step.move in {"pause", "replace"} and since is None:
            since = step.on
        elif step.move == "resume" and since is not None:
            pauses.append(Span(since, max(since, step.on - timedelta(days=1))))
            since = None
    if since is not None:
        pauses.append(Span(since, max(since, today)))
    return Cycle(row.starts_on, row.earliest_months, row.latest_months, tuple(pauses))


def _line(row: Programme, cycle: Cycle) -> ProgrammeLine:
    known = visit_data().kinds
    return ProgrammeLine(
        row.slug,
        row.title,
        parties_by_code()[row.owner_id],
        row.state,
        WORKFLOW.state(row.state).label,
        row.rated,
        cycle,
        tuple(known[one] for one in row.kinds.split() if one in known),
        row.demonstration,
    )


def programmes(*, actor: Actor, today: date) -> tuple[tuple[ProgrammeLine, Tally], ...]:
    """Give every programme with its places counted, running ones first."""
    rows = list(seen_programmes(actor).order_by("-starts_on", "id"))
    steps: dict[int, list[ProgrammeStep]] = {}
    for step in ProgrammeStep.objects.filter(programme__in=rows).order_by("id"):
        steps.setdefault(step.programme_id, []).append(step)
    order = list(ProgrammeState)
    found = []
    targets = _open_places(today)
    booked, done = _by_programme(visible(actor).filter(programme__in=rows))
    published = _published()
    for row in rows:
        cycle = cycle_of(row, today=today, steps=tuple(steps.get(row.pk, ())))
        places = _progress(row, cycle, targets, booked, done, published=published, today=today)
        found.append((_line(row, cycle), tally(places, cycle=cycle, today=today)))
    return tuple(sorted(found, key=lambda one: order.index(ProgrammeState(one[0].state))))


def programme(*, actor: Actor, today: date, slug: str) -> ProgrammeDetail:
    """Give one programme with its progress, as far as the one who asks may know of visits.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = programme_row(actor, slug)
    steps = tuple(ProgrammeStep.objects.filter(programme=row).order_by("id"))
    cycle = cycle_of(row, today=today, steps=steps)
    booked, done = _by_programme(visible(actor).filter(programme=row))
    places = _progress(row, cycle, _open_places(today), booked, done, published=_published(), today=today)
    parties = parties_by_code()
    by_region: dict[str, list[PlaceProgress]] = {}
    for one in places:
        by_region.setdefault(one.target.region, []).append(one)
    regions = []
    for code, held in sorted(by_region.items(), key=lambda one: parties[one[0]].name):
        counted = tally(held, cycle=cycle, today=today)
        late = counted.forecast is not None and counted.forecast > cycle.latest_end
        regions.append(RegionProgress(parties[code], counted, late))
    owner = parties[row.owner_id]
    moves = WORKFLOW.allowed(row.state, actor.role) if actor.may(DIRECT, owner) else ()
    return ProgrammeDetail(
        line=_line(row, cycle),
        revision=row.revision,
        tally=tally(places, cycle=cycle, today=today),
        regions=tuple(regions),
        places=tuple(
            sorted(places, key=lambda one: (parties[one.target.region].name, parties[one.target.place].name))
        ),
        names={one.target.place: parties[one.target.place].name for one in places},
        steps=tuple(
            StepTold(_STEP_WORDS[one.move], one.on, one.reason, one.visits, one.made_at, one.made_name)
            for one in reversed(steps)
        ),
        replaced_by=row.replaced_by_programme.slug if row.replaced_by_programme else "",
        acts=tuple(dict.fromkeys(move.name for move in moves)),
        whole=row.owner_id in viewer_of(actor).plans,
    )


def places_left(row: Programme, cycle: Cycle, *, today: date) -> int:
    """Count the places of a programme that were not visited; asked by its own planners."""
    booked, done = _by_programme(Visit.objects.filter(programme=row))
    places = _progress(row, cycle, _open_places(today), booked, done, published=_published(), today=today)
    return sum(1 for one in places if one.standing != "done")


def _open_places(today: date) -> dict[str, tuple[Target, ...]]:
    """Give the open units and regions by kind: one query."""
    rows = [party_ref(one) for one in register(standing="open", today=today)]
    found: dict[str, list[Target]] = {"pdu": [], "region": []}
    for ref in rows:
        codes = [code for code in ref.lineage.split("/") if code]
        region = ref.code if ref.kind == "region" else codes[-2]
        found[ref.kind].append(Target(ref.code, region))
    return {kind: tuple(targets) for kind, targets in found.items()}


_Booked = Mapping[int, Mapping[str, Span]]
_Done = Mapping[int, Mapping[str, PartialDate]]


def _by_programme(rows: QuerySet[Visit]) -> tuple[_Booked, _Done]:
    """Give the next days booked and the last day done, by programme and place: one query."""
    booked: dict[int, dict[str, Span]] = {}
    done: dict[int, dict[str, PartialDate]] = {}
    states = [*ACTIVE, VisitState.DONE]
    for row in rows.filter(state__in=[str(one) for one in states]).order_by("first_day", "id"):
        assert row.programme_id is not None
        if row.state == VisitState.DONE:
            day = PartialDate.parse(row.last_day.isoformat())
            done.setdefault(row.programme_id, {})[row.place_id] = day
        else:
            booked.setdefault(row.programme_id, {}).setdefault(row.place_id, span_of(row))
    return booked, done


def _published() -> dict[str, dict[str, PartialDate]]:
    """Give by published programme and place when its newest report was published: four queries."""
    found: dict[str, dict[str, PartialDate]] = {}
    for unit_type in _TYPES.values():
        for code, reports in latest_of_each_area(unit_type=unit_type).items():
            for one in reports:
                if one.published is not None:
                    found.setdefault(one.said.programme, {}).setdefault(code, one.published)
    return found


def _progress(
    row: Programme,
    cycle: Cycle,
    targets: Mapping[str, tuple[Target, ...]],
    booked: _Booked,
    done: _Done,
    *,
    published: Mapping[str, Mapping[str, PartialDate]],
    today: date,
) -> tuple[PlaceProgress, ...]:
    known = visit_data().kinds
    kinds = [known[one] for one in row.kinds.split() if one in known]
    places = dict.fromkeys(place for kind in kinds for place in kind.places)
    made: dict[str, PartialDate] = {}
    for name in row.published.split():
        made |= published.get(name, {})
    made |= done.get(row.pk, {})
    wanted = [target for kind in places for target in targets.get(kind, ())]
    return progress(wanted, done=made, booked=booked.get(row.pk, {}), cycle=cycle, today=today)
