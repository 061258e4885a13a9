"""What a body's planners know of the timetable, as the planner is told it (C4, ¶10(v), ¶17, ¶28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from oversight.intelligence.queries.risk import every_risk
from oversight.intelligence.rules.risk import RiskPicture
from oversight.intelligence.rules.weights import weights_on
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.words import day_in_words
from oversight.parties.queries import PartyRef, parties_by_code, party, party_ref
from oversight.parties.queries.units import register
from oversight.programme.models import Closure, Programme, Visit, VisitTeam
from oversight.programme.planner.explaining import relaxed
from oversight.programme.queries.cycles import programme
from oversight.programme.queries.loads import carrying_region, place_kind
from oversight.programme.queries.sight import span_for, span_of
from oversight.programme.rules.clashes import Closed
from oversight.programme.rules.cycles import ProgrammeState
from oversight.programme.rules.figures import Easing, figures
from oversight.programme.rules.kinds import VisitKind, check_kind, visit_data
from oversight.programme.rules.limits import limits
from oversight.programme.rules.proposing import (
    Built,
    Frame,
    Item,
    LostTeam,
    WantedThematic,
    built,
    thematic_id,
)
from oversight.programme.rules.visits import ACTIVE, COUNTED, Span, VisitState
from oversight.publication.queries.reports import latest_of_each_area
from oversight.publication.rules.programmes import UnitType

#: Weeks before the first that still weigh on a place or keep it from being visited at once.
BEFORE: Final = 52


@dataclass(frozen=True)
class Wish:
    """What a plan is to suppose that is not so yet; everything may be left out.

    Args:
        closed: A region and the days on which nobody visits it.
        lost: Teams that are not there for a time.
        urgent: A place to be visited again, by which type of visit, and the last day for it.
        thematic: A thematic inspection to be placed.
        replaced: A programme whose visits that are not announced are not made, and the type of visit that is
            made to every place of that type instead.
        eased: A rule that is relaxed.
    """

    closed: tuple[PartyRef, Span] | None = None
    lost: LostTeam | None = None
    urgent: tuple[PartyRef, VisitKind, date] | None = None
    thematic: WantedThematic | None = None
    replaced: tuple[Programme, VisitKind] | None = None
    eased: Easing | None = None

    def in_words(self) -> tuple[str, ...]:
        """Give what is supposed, a sentence each."""
        said = []
        if self.closed:
            said.append(f"Nobody visits {self.closed[0].name} from {self.closed[1].in_words}.")
        if self.lost:
            title = visit_data().teams[self.lost.team].title
            said.append(f"{title}: {self.lost.fewer} fewer from {self.lost.span.in_words}.")
        if self.urgent:
            place, kind, latest = self.urgent
            said.append(f"{place.name} is visited again by {day_in_words(latest)} ({kind.title}).")
        if self.thematic:
            one = self.thematic
            said.append(f"“{one.title}” is made in {one.regions} regions from {one.span.in_words}.")
        if self.replaced:
            row, kind = self.replaced
            said.append(
                f"“{row.title}” is replaced: its visits that are not announced are not made, and every place "
                f"has this visit instead: {kind.title}."
            )
        if self.eased:
            said.append(f"Relaxed: {self.eased.words}")
        return tuple(said)

    def as_data(self) -> dict[str, Value]:
        """Give what is supposed by part and entry, as the page that asks has them."""
        found: dict[str, Value] = {}
        if self.closed:
            region, span = self.closed
            found["closed"] = {"region": region.code, "from": span.first, "until": span.last}
        if self.lost:
            one = self.lost
            found["lost"] = {
                "team": one.team,
                "fewer": one.fewer,
                "from": one.span.first,
                "until": one.span.last,
            }
        if self.urgent:
            place, kind, latest = self.urgent
            found["urgent"] = {"place": place.code, "kind": kind.id, "by": latest}
        if self.thematic:
            new = self.thematic
            found["thematic"] = {
                "title": new.title,
                "regions": new.regions,
                "from": new.span.first,
                "until": new.span.last,
            }
        if self.replaced:
            found["replaced"] = {"programme": self.replaced[0].slug, "kind": self.replaced[1].id}
        if self.eased:
            found["eased"] = {"rule": self.eased.rule}
        return found


@dataclass(frozen=True)
class Task:
    """What is handed to the planner, with what is known of each visit in it.

    Args:
        built: The problem, and what could not be part of it.
        items: Every visit, by its name in the problem.
        ratings: Last published rating of each place that has one.
        risks: Risk picture of each place, as the body that asks sees it.
        weights: Version of the weights of these pictures.
        programmes: Programme of each visit to be planned, by the visit's name.
    """

    built: Built
    items: tuple[Item, ...]
    ratings: Mapping[str, str]
    risks: Mapping[str, RiskPicture]
    weights: str
    programmes: Mapping[str, str]

    def kept(self) -> Value:
        """Give what is kept of the visits that are planned, to make lines of once the plan is there."""
        return [
            {
                "id": one.id,
                "kind": one.kind,
                "place": one.place,
                "region": one.region,
                "weeks": one.weeks,
                "visit_days": one.visit_days,
                "weight": one.weight,
                "score": self.risks[one.place].score,
                "rating": self.ratings.get(one.place, ""),
                "first": one.span.first if one.span else None,
                "last": one.span.last if one.span else None,
                "announced": one.announced,
                "keeps": one.keeps,
                "programme": self.programmes.get(one.id, ""),
            }
            for one in self.items
            if not one.fixed
        ]


def open_programmes(body: str) -> tuple[Programme, ...]:
    """Give the programmes of a body that are running, latest first."""
    rows = Programme.objects.filter(owner__code=body, state=ProgrammeState.RUNNING.value)
    return tuple(rows.order_by("-starts_on", "id"))


def last_ratings() -> dict[str, str]:
    """Give the last published overall rating of each region and unit: four queries."""
    found: dict[str, str] = {}
    for unit_type in UnitType:
        for code, inspections in latest_of_each_area(unit_type=unit_type).items():
            rated = next((one.said.overall for one in inspections if one.said.overall), "")
            if rated:
                found[code] = rated
    return found


def task(
    *, actor: Actor, today: date, frame: Frame, chosen: Sequence[Programme], moves_announced: bool, wish: Wish
) -> Task:
    """Build what is handed to the planner, from what the planners of the actor's body know.

    Visits of others of which they may not know are in it with whole blocks of weeks in place of their days,
    and without type or team.

    Args:
        actor: A planner.
        today: The day of planning.
        frame: The weeks to be planned.
        chosen: Programmes whose places are to be visited.
        moves_announced: Whether visits of the body that are announced may be moved.
        wish: What the plan is to suppose.

    Raises:
        Refused: The place of an urgent visit is not visited by that type.
    """
    risks = every_risk(actor=actor, today=today)
    units = _units(today)
    items = _held(actor.party, frame, risks, moves_announced=moves_announced)
    if wish.replaced is not None:
        items = _instead(items, *wish.replaced, risks, units)
    of: dict[str, str] = {}
    for row in chosen:
        if wish.replaced is not None and row.pk == wish.replaced[0].pk:
            continue
        for item in _left(actor, row, risks, today=today):
            if item.id not in of:
                items.append(item)
                of[item.id] = row.slug
    closed = _closed(actor.party, frame)
    if wish.urgent is not None:
        place, kind, latest = wish.urgent
        check_kind(kind.id, owner=actor.party, place_kind=place.kind)
        items = [one for one in items if one.place != place.code or one.span is not None]
        items.append(_new(place, kind, risks, latest=latest))
    if wish.closed is not None:
        closed.append(Closed("", wish.closed[0].code, wish.closed[1]))
    made = built(
        frame,
        items,
        units=units,
        closed=closed,
        teams=visit_data().teams,
        lost=[*_elsewhere(actor.party, frame), *([wish.lost] if wish.lost else ())],
        thematic=wish.thematic,
        limits=limits(),
        data=figures(),
    )
    if wish.eased is not None:
        problem, _ = relaxed(made.problem, wish.eased.rule, wish.eased.step)
        made = replace(made, problem=problem)
    if wish.thematic is not None:
        offers = [_new(party(code), wish.thematic.kind, risks, latest=None) for code in sorted(units)]
        items += [replace(one, id=thematic_id(one.region)) for one in offers]
    return Task(made, tuple(items), last_ratings(), risks, weights_on(today).version, of)


def _units(today: date) -> dict[str, tuple[str, ...]]:
    """Give the open units of each open region: one query."""
    rows = [party_ref(one) for one in register(standing="open", today=today)]
    found: dict[str, list[str]] = {one.code: [] for one in rows if one.kind == "region"}
    for one in rows:
        region = region_of(one)
        if one.code != region and region in found:
            found[region].append(one.code)
    return {code: tuple(sorted(units)) for code, units in found.items()}


def region_of(place: PartyRef) -> str:
    """Give the code of the region of a unit, or of a region itself."""
    parties = parties_by_code()
    codes = [code for code in place.lineage.split("/") if code]
    return next(code for code in codes if parties[code].kind == "region")


def _held(body: str, frame: Frame, risks: Mapping[str, RiskPicture], *, moves_announced: bool) -> list[Item]:
    """Give the visits in the timetable as a body may know them: two queries."""
    since = frame.first - timedelta(weeks=BEFORE)
    rows = Visit.objects.filter(
        site="",
        state__in=[str(one) for one in COUNTED],
        last_day__gte=since,
        first_day__lte=frame.monday(frame.weeks),
    )
    teams: dict[int, list[str]] = {}
    made_by = VisitTeam.objects.filter(visit__in=rows).order_by("team", "id")
    for visit_id, team in made_by.values_list("visit_id", "team"):
        teams.setdefault(visit_id, []).append(team)
    free = {VisitState.PLANNED.value, VisitState.SHARED.value}
    if moves_announced:
        free.add(VisitState.ANNOUNCED.value)
    found = []
    for row in rows.order_by("first_day", "id"):
        span = span_for(row, body)
        if span is None:
            continue
        known = span == Span(row.first_day, row.last_day)
        kind = visit_data().kinds.get(row.kind) if known else None
        far = row.first_day >= frame.monday(frame.lead)
        may_move = (
            row.keeper_id == body == row.owner_id
            and not row.source
            and row.state in free
            and (far or (moves_announced and row.first_day >= frame.first))
        )
        announced = row.state == VisitState.ANNOUNCED.value
        found.append(
            Item(
                id=row.reference if known else f"hidden-{row.pk}",
                kind=kind.id if kind else "",
                body=row.owner_id,
                place=row.place_id,
                place_kind=place_kind(row),
                region=carrying_region(row),
                weeks=span.weeks,
                visit_days=row.visit_days,
                teams=tuple(teams.get(row.pk, ())) if known else (),
                weight=risks[row.place_id].week,
                span=span,
                fixed=not may_move,
                announced=announced,
                keeps=may_move and (announced or not far),
            )
        )
    return found


def _elsewhere(body: str, frame: Frame) -> list[LostTeam]:
    """Give the teams of a body that are at places outside the register: those are in no region of a plan.

    One query.
    """
    rows = VisitTeam.objects.filter(
        left_at=None,
        visit__keeper__code=body,
        visit__state__in=[str(one) for one in ACTIVE],
        visit__last_day__gte=frame.first,
        visit__first_day__lt=frame.monday(frame.weeks),
    ).exclude(visit__site="")
    known = visit_data().teams
    return [
        LostTeam(one.team, 1, span_of(one.visit))
        for one in rows.select_related("visit").order_by("id")
        if one.team in known
    ]


def _left(actor: Actor, row: Programme, risks: Mapping[str, RiskPicture], *, today: date) -> list[Item]:
    """Give a visit to be planned for each place of a programme that is neither booked nor done."""
    detail = programme(actor=actor, today=today, slug=row.slug)
    parties = parties_by_code()
    found = []
    for one in detail.places:
        if one.done is not None or one.booked is not None:
            continue
        place = parties[one.target.place]
        kind = next(kind for kind in detail.line.kinds if place.kind in kind.places)
        found.append(_new(place, kind, risks, latest=detail.line.cycle.latest_end))
    return found


def _new(place: PartyRef, kind: VisitKind, risks: Mapping[str, RiskPicture], *, latest: date | None) -> Item:
    """Give a visit that is not entered yet."""
    return Item(
        id=f"new-{kind.id}-{place.code}",
        kind=kind.id,
        body=kind.bodies[0],
        place=place.code,
        place_kind=place.kind,
        region=region_of(place),
        weeks=kind.weeks,
        visit_days=kind.visit_days,
        teams=kind.teams,
        weight=risks[place.code].week,
        span=None,
        fixed=False,
        latest=latest,
    )


def _instead(
    items: list[Item],
    row: Programme,
    kind: VisitKind,
    risks: Mapping[str, RiskPicture],
    units: Mapping[str, tuple[str, ...]],
) -> list[Item]:
    """Take the visits of a programme out that the plan may move and nobody was told of, and put others in."""
    gone = set(Visit.objects.filter(programme=row).order_by("id").values_list("reference", flat=True))
    kept = [one for one in items if one.id not in gone or one.fixed or one.announced]
    places = [party(code) for region in sorted(units) for code in (region, *units[region])]
    return [*kept, *(_new(one, kind, risks, latest=None) for one in places if one.kind in kind.places)]


def _closed(body: str, frame: Frame) -> list[Closed]:
    last = frame.monday(frame.weeks)
    rows = Closure.objects.filter(lifted_at=None, last_day__gte=frame.first, first_day__lte=last)
    rows = rows.filter(Q(party=body) | Q(party__kind="region"))
    return [
        Closed(one.reference, one.party_id, Span(one.first_day, one.last_day)) for one in rows.order_by("id")
    ]
