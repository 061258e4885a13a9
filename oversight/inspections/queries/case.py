"""The register of inspections and the page of one case (D1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from oversight.inspections.models import (
    InformationRequest,
    Inspection,
    InspectionMove,
    InspectionPartner,
    InspectionUnit,
    TeamMember,
)
from oversight.inspections.queries.alerts import sees_alerts
from oversight.inspections.queries.programmes import all_programmes, programme_finder, programme_for
from oversight.inspections.queries.sight import found, lineages_for, parts_for, viewer_of, visible
from oversight.inspections.rules.case import (
    LEAD,
    OPEN,
    PATH,
    WORKFLOW,
    CaseState,
    Dates,
    move_of,
    who_moves,
)
from oversight.inspections.rules.programmes import InspectionType, Programme
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE = 25


@dataclass(frozen=True)
class CaseFilter:
    """What the register is narrowed to; everything may be empty.

    Args:
        text: Part of the title, or the start of a reference.
        state: One of ``CaseState``, or ``open`` for all that are under way.
        type: Identifier of a type of inspection.
        unit: Code of a unit, or of a party above units.
        since: Fieldwork ends on or after this day.
        until: Fieldwork starts on or before this day.
    """

    text: str = ""
    state: str = ""
    type: str = ""
    unit: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class CaseLine:
    """An inspection in a list.

    Args:
        reference: Its reference.
        title: What it is called.
        type_title: Its type.
        programme_title: Its programme.
        unit: The one unit inspected; None when there are several or the whole service.
        state: Where it stands.
        state_label: The same in words.
        fieldwork_from: First day of fieldwork: as it was, or as planned.
        fieldwork_until: Last day, likewise.
        announced_on: Day of announcement; None before.
        lead_name: Who leads it.
    """

    reference: str
    title: str
    type_title: str
    programme_title: str
    unit: PartyRef | None
    state: str
    state_label: str
    fieldwork_from: date
    fieldwork_until: date
    announced_on: date | None
    lead_name: str


@dataclass(frozen=True)
class CaseList:
    """A page of the register."""

    lines: tuple[CaseLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class Member:
    """Someone on the team."""

    reference: str
    name: str


@dataclass(frozen=True)
class Step:
    """A step on the timeline.

    Args:
        title: What happened.
        on: The day on which it counts.
        at: The moment at which it was recorded.
        by: Who did it.
        party: For which party.
        detail: What there is to add.
        reason: Why; empty where none is needed.
    """

    title: str
    on: date
    at: datetime
    by: str
    party: PartyRef
    detail: str
    reason: str


@dataclass(frozen=True)
class CaseHead:
    """What every page of an inspection begins with.

    Args:
        line: The inspection in a list.
        revision: What the next act on it hands back.
        programme: Version of the programme it began under, and keeps.
        type: Its type.
        partners: Partner inspectorates.
        lead: Who leads it.
        parts: What the one who looks sees.
        sees_shares: Whether the shares of its case data concern them (¶33).
        sees_alerts: Whether its alerts on a risk to a person concern the one who looks.
        on_team: Whether they lead it or are on its team.
    """

    line: CaseLine
    revision: int
    programme: Programme
    type: InspectionType
    partners: tuple[PartyRef, ...]
    lead: Member
    parts: frozenset[Part]
    sees_shares: bool
    sees_alerts: bool
    on_team: bool


@dataclass(frozen=True)
class CaseDetail(CaseHead):
    """One inspection as someone sees it.

    Args:
        dates: The days planned. The day of announcement is for planners.
        started_on: First day of fieldwork; None before.
        finished_on: Last day of fieldwork; None before.
        paused_from: State in which it was paused; empty when it is not.
        units: Everything inspected.
        team: The others on the team.
        steps: Its timeline, latest first.
        replaced_by: Reference of the inspection made in its place; empty for those who do not see that one.
        acts: What they may do now, by the names of the workflow, in its order.
        waiting_for: Who can take the next step.
        open_requests: How many items of information have not come.
        mine_open: How many of these are for the one who looks to supply.
    """

    dates: Dates
    started_on: date | None
    finished_on: date | None
    paused_from: str
    units: tuple[PartyRef, ...]
    team: tuple[Member, ...]
    steps: tuple[Step, ...]
    replaced_by: str
    acts: tuple[str, ...]
    waiting_for: str
    open_requests: int
    mine_open: int

    @property
    def paused_label(self) -> str:
        """The state in which it was paused, in words; empty when it is not."""
        return WORKFLOW.state(self.paused_from).label if self.paused_from else ""

    @property
    def path(self) -> tuple[tuple[str, str], ...]:
        """Each state of the way, with ``past``, ``here`` or ``ahead``; none once it left the way."""
        here = self.line.state if self.line.state in PATH else ""
        if not here:
            return ()
        place = PATH.index(CaseState(here))
        shown = [state for state in PATH if self.type.rated or state is not CaseState.RATINGS]
        return tuple(
            (
                WORKFLOW.state(state).label,
                "past" if PATH.index(state) < place else "here" if state == here else "ahead",
            )
            for state in shown
        )


#: Names of steps on the timeline that are no steps of the workflow.
OTHER_STEPS = {
    "schedule": "Scheduled",
    "set_team": "Team set",
    "reuse_information": "Information reused",
    "supply_information": "Information supplied",
    "confirm_information": "All information confirmed as supplied",
    "accuracy_commissioned": "Accuracy check commissioned",
    "accuracy_date_agreed": "Later date agreed for the accuracy check",
    "accuracy_returned": "Accuracy check returned",
    "rating_below_good_decided": "A rating below Good decided",
    "national_comparison_proposed": "National comparison sent to data assurance",
    "national_comparison_checked": "National comparison checked by data assurance",
    "recommendations_exceeded_ten": "More recommendations than usual",
    "reason_for_number_given": "Reason given for their number",
    "unpublished_data_used": "Unpublished figures used",
    "recommendations_settled": "Recommendations settled",
    "areas_to_improve_stated": "Areas to improve stated",
    "effective_practice_highlighted": "Effective practice highlighted",
    "data_annex_prepared": "Annex of data tables prepared",
    "correct": "Corrected after publication",
    "off_the_web": "Taken off the web",
    "back_on_the_web": "Put back on the web",
}
#: What each step of the workflow is called once it was taken.
TAKEN = {
    "announce": "Announced",
    "ask_information": "Information asked for",
    "start_fieldwork": "Fieldwork started",
    "finish_fieldwork": "Fieldwork finished",
    "finish_unrated_fieldwork": "Fieldwork finished",
    "settle_ratings": "Ratings settled",
    "send_for_checking": "Draft sent for checking",
    "issue_final": "Final report issued",
    "embargo": "Embargoed copies sent",
    "publish": "Published",
    "change_dates": "Dates changed",
    "pause": "Paused",
    "withdraw": "Withdrawn",
    "replace": "Replaced",
}


def step_title(move: str) -> str:
    """Give what a step is called on the timeline."""
    return "Resumed" if move.startswith("resume_") else TAKEN.get(move) or OTHER_STEPS[move]


def types() -> tuple[tuple[Programme, InspectionType], ...]:
    """Give every type of inspection of every programme, newest programme first."""
    latest: dict[str, Programme] = {}
    kinds: dict[str, dict[str, InspectionType]] = {}
    for programme in all_programmes():
        latest[programme.id] = programme
        # A type of an earlier version can be chosen until the version without it takes effect.
        kinds.setdefault(programme.id, {}).update({kind.id: kind for kind in programme.inspection_types})
    newest = sorted(latest.values(), key=lambda one: one.effective_from, reverse=True)
    return tuple((programme, kind) for programme in newest for kind in kinds[programme.id].values())


def _line(row: Inspection, programme: Programme) -> CaseLine:
    parties = parties_by_code()
    kind = programme.inspection_type(row.type)
    return CaseLine(
        reference=row.reference,
        title=row.title,
        type_title=kind.title if kind else row.type,
        programme_title=programme.title,
        unit=parties[row.unit_id] if row.unit_id else None,
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        fieldwork_from=row.started_on or row.fieldwork_from,
        fieldwork_until=row.finished_on or max(row.fieldwork_until, row.started_on or row.fieldwork_until),
        announced_on=row.announced_on,
        lead_name=row.lead_name,
    )


def _chosen(actor: Actor, chosen: CaseFilter) -> QuerySet[Inspection]:
    rows = visible(actor)
    if chosen.text:
        rows = rows.filter(Q(title__icontains=chosen.text) | Q(reference__istartswith=chosen.text))
    if chosen.state == "open":
        rows = rows.filter(state__in=[*OPEN, CaseState.PAUSED])
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.type:
        rows = rows.filter(type=chosen.type)
    if chosen.unit:
        within = InspectionUnit.objects.filter(lineage__contains=f"/{chosen.unit}/")
        rows = rows.filter(pk__in=within.values("inspection"))
    if chosen.since:
        rows = rows.filter(fieldwork_until__gte=chosen.since)
    if chosen.until:
        rows = rows.filter(fieldwork_from__lte=chosen.until)
    return rows.order_by("-fieldwork_from", "-id")


def register(*, actor: Actor, chosen: CaseFilter, page: int = 1) -> CaseList:
    """Give a page of the inspections that the actor sees, latest fieldwork first.

    Args:
        actor: Who looks.
        chosen: What the list is narrowed to.
        page: Which page, from 1; a number beyond the end gives the last page.
    """
    rows = _chosen(actor, chosen)
    count = rows.count()
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, page), last)
    start = (number - 1) * PAGE_SIZE
    of = programme_finder()
    return CaseList(tuple(_line(row, of(row)) for row in rows[start : start + PAGE_SIZE]), count, number)


def every_line(*, actor: Actor, chosen: CaseFilter) -> Iterator[CaseLine]:
    """Give every inspection that the register would show, read as they are needed."""
    of = programme_finder()
    return (_line(row, of(row)) for row in _chosen(actor, chosen).iterator(chunk_size=500))


def head_of(actor: Actor, row: Inspection, programme: Programme) -> CaseHead:
    """Give what a page of an inspection begins with, for someone found to see it: three queries at most."""
    kind = programme.inspection_type(row.type)
    assert kind is not None
    partners = list(row.partners.order_by("party__code").values_list("party__code", flat=True))
    parties = parties_by_code()
    own = actor.party == OWNER
    on_team = actor.reference == row.lead or (
        own and row.team.filter(left_at=None, person=actor.reference).exists()
    )
    return CaseHead(
        line=_line(row, programme),
        revision=row.revision,
        programme=programme,
        type=kind,
        partners=tuple(parties[one] for one in partners),
        lead=Member(row.lead, row.lead_name),
        parts=parts_for(actor, row, lineages=lineages_for(actor, row), partners=partners),
        sees_shares=bool(partners) and actor.party in {OWNER, *partners},
        sees_alerts=row.started_on is not None and sees_alerts(actor),
        on_team=on_team,
    )


def case(*, actor: Actor, reference: str) -> CaseDetail:
    """Give one inspection, as far as the actor sees it.

    Raises:
        Refused: There is none of that reference that the actor sees.
    """
    row = found(actor, reference)
    prefetch_related_objects(
        [row],
        Prefetch("units", InspectionUnit.objects.order_by("unit__code")),
        Prefetch("partners", InspectionPartner.objects.order_by("party__code")),
        Prefetch("team", TeamMember.objects.filter(left_at=None).order_by("name", "id")),
        Prefetch("moves", InspectionMove.objects.order_by("-id")),
        Prefetch("requests", InformationRequest.objects.filter(met_at=None).order_by("id")),
    )
    parties = parties_by_code()
    programme = programme_for(row)
    kind = programme.inspection_type(row.type)
    assert kind is not None
    units, partners = list(row.units.all()), list(row.partners.all())
    team = tuple(Member(one.person, one.name) for one in row.team.all())
    requests = list(row.requests.all())
    other = row.replaced_by_inspection
    knows_other = other is not None and visible(actor).filter(pk=other.pk).exists()
    on_team = actor.reference in {row.lead, *(one.reference for one in team)}
    return CaseDetail(
        line=_line(row, programme),
        revision=row.revision,
        programme=programme,
        type=kind,
        dates=Dates(row.announce_on, row.fieldwork_from, row.fieldwork_until),
        started_on=row.started_on,
        finished_on=row.finished_on,
        paused_from=row.paused_from,
        on_team=on_team,
        units=tuple(parties[one.unit_id] for one in units),
        partners=tuple(parties[one.party_id] for one in partners),
        lead=Member(row.lead, row.lead_name),
        team=team,
        steps=_steps(row.moves.all(), viewer_is_planner=viewer_of(actor).plans, announced=row.announced_on),
        replaced_by=other.reference if other and knows_other else "",
        parts=parts_for(
            actor,
            row,
            lineages=[one.lineage for one in units],
            partners=[one.party_id for one in partners],
        ),
        sees_shares=bool(partners) and actor.party in {OWNER, *(one.party_id for one in partners)},
        sees_alerts=row.started_on is not None and sees_alerts(actor),
        acts=_acts(actor, row, on_team=on_team),
        waiting_for=_waiting_for(row),
        open_requests=len(requests),
        mine_open=sum(
            1 for one in requests if actor.may("inspections.supply_information", parties[one.owner_id])
        ),
    )


def _steps(
    moves: Iterable[InspectionMove], *, viewer_is_planner: bool, announced: date | None
) -> tuple[Step, ...]:
    """Give the timeline. What was done before the announcement is for the planners alone."""
    parties = parties_by_code()
    rows = list(moves)
    if not viewer_is_planner:
        told = next((place for place, one in enumerate(rows) if one.move == "announce"), len(rows) - 1)
        rows = rows[: told + 1] if announced else []
    return tuple(
        Step(
            title=step_title(one.move),
            on=one.on,
            at=one.made_at,
            by=one.made_name,
            party=parties[one.made_party_id],
            detail=one.detail,
            reason=one.reason,
        )
        for one in rows
    )


def _acts(actor: Actor, row: Inspection, *, on_team: bool) -> tuple[str, ...]:
    """Give what the actor may do now; someone who leads other inspections may do nothing here."""
    if actor.role == LEAD and not on_team:
        return ()
    allowed = [move.name for move in WORKFLOW.allowed(row.state, actor.role)]
    finish = move_of("finish_fieldwork", rated=row.rated, paused_from="")
    resume = move_of("resume", rated=row.rated, paused_from=row.paused_from)
    return tuple(
        name
        for name in allowed
        if (not name.startswith("finish_") or name == finish)
        and (not name.startswith("resume_") or name == resume)
    )


def _waiting_for(row: Inspection) -> str:
    """Say who can take the next step on the way; empty when there is none."""
    off = {"change_dates", "pause", "withdraw", "replace"}
    resume = move_of("resume", rated=row.rated, paused_from=row.paused_from)
    ahead = [
        move.name
        for move in WORKFLOW.moves_from(row.state)
        if move.name not in off and (not move.name.startswith("resume_") or move.name == resume)
    ]
    return who_moves(row.state, ahead) if ahead else ""
