"""Visits planned, shared, announced, changed, put on hold, cancelled and done (C2, C5, ¶28)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.programme.actions.clashing import _seek
from oversight.programme.actions.keeping import (
    _checked_move,
    _facts,
    _kept_here,
    _last_round_known,
    _line,
    _locked,
    _payload,
    _reference,
    _region_of,
    _round,
    _salt,
    _set_teams,
    _span,
    _stepped,
    _today,
)
from oversight.programme.actions.scope import _keeper, _own
from oversight.programme.models import Programme, Visit
from oversight.programme.queries.sight import PLAN, exchanging_bodies
from oversight.programme.rules.cycles import ProgrammeState
from oversight.programme.rules.kinds import VisitKind, check_kind, check_teams
from oversight.programme.rules.visits import (
    PARAGRAPH,
    Span,
    VisitState,
    check_span,
    check_visit_days,
)


def _programme(slug: str, kind: VisitKind, owner: str) -> Programme | None:
    if not slug:
        return None
    row = (
        Programme.objects.filter(slug=slug, owner__code=owner).order_by("id").first()
        if slug.isprintable()
        else None
    )
    fault = ""
    if row is None:
        fault = "This body has no such programme."
    elif row.state != ProgrammeState.RUNNING:
        fault = f"“{row.title}” is not running."
    elif kind.id not in row.kinds.split():
        fault = f"“{row.title}” has no visits of this type."
    if fault:
        raise Refused(
            "visit_programme",
            fault,
            "Choose another programme, or none.",
            paragraph="17",
            field="programme",
        )
    return row


def _new(
    *,
    by: Actor,
    at: datetime,
    owner: PartyRef,
    kind: VisitKind,
    place: PartyRef,
    span: Span,
    visit_days: int,
    title: str,
    teams: Sequence[str],
    programme: Programme | None,
    state: VisitState,
    source: str = "",
    site: str = "",
    region: PartyRef | None = None,
) -> Visit:
    """Write a new visit with its first days; it is known from the start where its state says so.

    A visit with a ``site`` is to a place of that name, outside the register, for which ``place`` answers.

    Without a programme it belongs to the one that its body runs for visits of its type, if there is one.
    """
    if programme is None:
        running = Programme.objects.filter(owner__code=owner.code, state=ProgrammeState.RUNNING.value)
        programme = next(
            (one for one in running.order_by("-starts_on", "-id") if kind.id in one.kinds.split()), None
        )
    announced = state in {VisitState.ANNOUNCED, VisitState.DONE}
    row = Visit.objects.create(
        reference=_reference("V"),
        owner_id=owner.code,
        keeper_id=by.party,
        kind=kind.id,
        title=title or f"{kind.title}: {site or place.name}",
        place_id=place.code,
        place_lineage=place.lineage,
        region_id=(region.code if region else None) if site else _region_of(place),
        site=site,
        programme=programme,
        source=source,
        state=state.value,
        first_day=span.first,
        last_day=span.last,
        visit_days=visit_days,
        announced_at=at if announced else None,
        announced_by=by.reference if announced else "",
        changed_at=at,
        entered_at=at,
        entered_by=by.reference,
        salt=_salt(),
    )
    _round(row, by=by, at=at)
    _set_teams(row, teams, by=by, at=at)
    return row


@action(verb="visit.planned", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def plan_visit(
    *,
    by: Actor,
    at: datetime,
    owner: PartyRef,
    kind: str,
    place: PartyRef,
    span: Span,
    visit_days: int = 0,
    title: str = "",
    teams: Sequence[str] = (),
    programme: str = "",
) -> Recorded[tuple[str, tuple[str, ...]]]:
    """Plan a visit. It is known to the planners of its body alone until it is shared or announced.

    A visit of a body that does not plan here is entered by one that exchanges timetables and was told of it;
    it is announced from the start.

    Args:
        by: Who plans it.
        at: Moment of doing so.
        owner: Body whose visit it is.
        kind: Identifier of the type of visit.
        place: Region or unit visited.
        span: Days of fieldwork, today or later.
        visit_days: Days of all visitors on site added up; 0 for what is usual for the type.
        title: What it is called; empty to name it after type and place.
        teams: Identifiers of the teams that make it.
        programme: Programme that it belongs to; empty for none.

    Returns:
        Its reference, and the references of clashes that were found.

    Raises:
        Refused: Something does not fit, or a rule holds these days back; ``field`` says which entry is wrong.
    """
    of = check_kind(kind, owner=owner.code, place_kind=place.kind)
    check_span(span, today=_today(at))
    days = visit_days or of.visit_days
    check_visit_days(days)
    check_teams(tuple(teams), owner=owner.code)
    state = VisitState.PLANNED
    if owner.code != by.party:
        if by.party not in exchanging_bodies() or owner.code in exchanging_bodies():
            raise Refused(
                "permission_visit_owner",
                f"Visits of {owner.name} are planned by its own planners.",
                "Ask them, or enter a visit of your own body.",
                paragraph=PARAGRAPH,
                who_can=f"the planners of {owner.name}",
            )
        state = VisitState.ANNOUNCED
    row = _new(
        by=by,
        at=at,
        owner=owner,
        kind=of,
        place=place,
        span=span,
        visit_days=days,
        title=_line(title, "title"),
        teams=teams,
        programme=_programme(programme, of, owner.code),
        state=state,
    )
    clashes = _seek(row, by=by, at=at, refuse=True)
    _stepped(row, "plan", by=by, at=at, tells=False)
    return Recorded(f"visit:{row.reference}", _payload(row, _facts(row)), (row.reference, clashes))


@action(verb="visit.recorded", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def record_visit(
    *, by: Actor, at: datetime, kind: str, place: PartyRef, span: Span, visit_days: int = 0, title: str = ""
) -> Recorded[str]:
    """Record a visit of one's own body that is over, so that what a place has carried is known.

    Args:
        by: Who records it.
        at: Moment of doing so.
        kind: Identifier of the type of visit.
        place: Region or unit visited.
        span: Days of fieldwork, all before today.
        visit_days: Days of all visitors on site added up; 0 for what is usual for the type.
        title: What it is called; empty to name it after type and place.

    Returns:
        Its reference.

    Raises:
        Refused: Something does not fit; ``field`` says which entry is wrong.
    """
    of = check_kind(kind, owner=by.party, place_kind=place.kind)
    check_span(span, today=None)
    if span.last >= _today(at):
        raise Refused(
            "visit_dates",
            "This visit is not over yet.",
            "Plan it instead.",
            paragraph=PARAGRAPH,
            field="last",
        )
    days = visit_days or of.visit_days
    check_visit_days(days)
    row = _new(
        by=by,
        at=at,
        owner=party(by.party),
        kind=of,
        place=place,
        span=span,
        visit_days=days,
        title=_line(title, "title"),
        teams=(),
        programme=None,
        state=VisitState.DONE,
    )
    _stepped(row, "record", by=by, at=at, tells=False)
    return Recorded(f"visit:{row.reference}", _payload(row, _facts(row)), row.reference)


@action(verb="visit.shared", permission=PLAN, paragraph=PARAGRAPH, on=_keeper)
def share_visit(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[tuple[str, ...]]:
    """Share a visit with the planners of the other body (¶28); those who are visited still do not know of it.

    Args:
        by: A planner of the body whose visit it is.
        at: Moment of doing so.
        reference: Reference of the visit.
        revision: Its revision that the actor saw.

    Returns:
        References of clashes that were found.

    Raises:
        Refused: It is shared or further on, is not the actor's, or changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move, _ = _checked_move(row, "share", by.role, "")
    row.state, row.shared_at, row.shared_by = move.target, at, by.reference
    _stepped(row, move.name, by=by, at=at)
    _last_round_known(row)
    clashes = _seek(row, by=by, at=at, refuse=False)
    return Recorded(f"visit:{row.reference}", _payload(row, {"state": row.state}), clashes)


@action(verb="visit.announced", permission=PLAN, paragraph=PARAGRAPH, on=_keeper)
def announce_visit(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[tuple[str, ...]]:
    """Announce a visit: from now on those who are visited and everyone who sees visits know of its days.

    Args:
        by: A planner of the body whose visit it is.
        at: Moment of doing so.
        reference: Reference of the visit.
        revision: Its revision that the actor saw.

    Returns:
        References of clashes that were found.

    Raises:
        Refused: It is announced already, its days have passed, its case announces it, or it changed.
    """
    row = _locked(by, reference, revision)
    _kept_here(row)
    move, _ = _checked_move(row, "announce", by.role, "")
    check_span(_span(row), today=_today(at))
    row.state, row.announced_at, row.announced_by = move.target, at, by.reference
    _stepped(row, move.name, by=by, at=at)
    _last_round_known(row)
    clashes = _seek(row, by=by, at=at, refuse=False)
    return Recorded(f"visit:{row.reference}", _payload(row, _facts(row)), clashes)


@action(verb="visit.changed", permission=PLAN, paragraph=PARAGRAPH, on=_keeper)
def change_visit(
    *, by: Actor, at: datetime, reference: str, revision: int, span: Span, visit_days: int, reason: str
) -> Recorded[tuple[str, ...]]:
    """Move a visit to other days or make it smaller or larger; the earlier days stay beside the new ones.

    Args:
        by: A planner of the body whose visit it is.
        at: Moment of doing so.
        reference: Reference of the visit.
        revision: Its revision that the actor saw.
        span: Days of fieldwork as they are now to be.
        visit_days: Days of all visitors on site added up.
        reason: Why; must not be empty.

    Returns:
        References of clashes that were found.

    Raises:
        Refused: The days do not fit or are held back by a rule, nothing changes, there is no reason, its case
            keeps its days, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    _kept_here(row)
    move, why = _checked_move(row, "change", by.role, reason)
    check_visit_days(visit_days)
    before = _span(row)
    if span == before and visit_days == row.visit_days:
        raise Refused(
            "visit_dates",
            "These are the days it has already.",
            "Enter the new ones.",
            paragraph=PARAGRAPH,
            field="first",
        )
    check_span(span, today=_today(at) if span.first != before.first else None)
    clashes = _moved(row, span, visit_days, why, by=by, at=at)
    facts: dict[str, Value] = {**_facts(row), "before": [before.first, before.last], "reason": why}
    assert move.target == row.state
    return Recorded(f"visit:{row.reference}", _payload(row, facts), clashes)


def _moved(
    row: Visit, span: Span, visit_days: int, why: str, *, by: Actor, at: datetime, refuse: bool = True
) -> tuple[str, ...]:
    """Give a visit other days, with the round beside the earlier ones, and see what clashes."""
    row.first_day, row.last_day, row.visit_days = span.first, span.last, visit_days
    _stepped(row, "change", by=by, at=at, reason=why)
    _round(row, by=by, at=at, reason=why)
    return _seek(row, by=by, at=at, refuse=refuse)
