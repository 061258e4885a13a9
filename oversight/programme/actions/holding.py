"""Who goes on a visit; putting one on hold, taking it up, cancelling it, saying that it was made (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.programme.actions.clashing import _seek
from oversight.programme.actions.keeping import (
    _checked_move,
    _facts,
    _kept_here,
    _locked,
    _payload,
    _round,
    _set_people,
    _set_teams,
    _span,
    _stepped,
    _today,
)
from oversight.programme.actions.scope import _keeper
from oversight.programme.models import Visit
from oversight.programme.queries.people import named_people
from oversight.programme.queries.sight import PLAN
from oversight.programme.rules.kinds import check_teams
from oversight.programme.rules.visits import PARAGRAPH, WORKFLOW, Span, VisitState, check_done, check_span


@action(verb="visit.teams-set", permission=PLAN, paragraph=PARAGRAPH, on=_keeper)
def set_teams(
    *, by: Actor, at: datetime, reference: str, revision: int, teams: Sequence[str], people: Sequence[str]
) -> Recorded[None]:
    """Say which teams make a visit and who goes; each of them finds it in their own calendar.

    Args:
        by: A planner of the body whose visit it is.
        at: Moment of doing so.
        reference: Reference of the visit.
        revision: Its revision that the actor saw.
        teams: Identifiers of the teams.
        people: References of the people; they act for the body that keeps the visit.

    Raises:
        Refused: A team or person belongs elsewhere, the visit has ended, its case says who goes, or it
            changed meanwhile.
    """
    row = _locked(by, reference, revision)
    _kept_here(row)
    if WORKFLOW.state(row.state).ends:
        raise Refused(
            "visit_ended",
            f"This visit is {WORKFLOW.state(row.state).label.lower()}, so its teams stay as they were.",
            "There is nothing to do.",
        )
    check_teams(tuple(teams), owner=row.owner_id)
    named = named_people(people, row.keeper_id, today=_today(at))
    _set_teams(row, teams, by=by, at=at)
    _set_people(row, [(one.reference, one.name) for one in named], by=by, at=at)
    _stepped(row, "set_teams", by=by, at=at, tells=False)
    facts: dict[str, Value] = {"teams": list(teams), "people": [one.reference for one in named]}
    return Recorded(f"visit:{row.reference}", _payload(row, facts), None)


@action(verb="visit.held", permission=PLAN, paragraph=PARAGRAPH, on=_keeper)
def hold_visit(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Put a visit on hold: it keeps its days and takes no room in the timetable.

    Args:
        by: A planner of the body whose visit it is.
        at: Moment of doing so.
        reference: Reference of the visit.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: It has ended or is on hold already, there is no reason, its case keeps it, or it changed
            meanwhile.
    """
    row = _locked(by, reference, revision)
    _kept_here(row)
    _, why = _checked_move(row, "hold", by.role, reason)
    _hold(row, why, by=by, at=at)
    return Recorded(f"visit:{row.reference}", _payload(row, {"state": row.state, "reason": why}), None)


def _hold(row: Visit, why: str, *, by: Actor, at: datetime) -> None:
    row.state, row.held_from = VisitState.HELD.value, row.state
    _stepped(row, "hold", by=by, at=at, reason=why)
    _seek(row, by=by, at=at, refuse=False)


@action(verb="visit.resumed", permission=PLAN, paragraph=PARAGRAPH, on=_keeper)
def resume_visit(
    *, by: Actor, at: datetime, reference: str, revision: int, span: Span, reason: str
) -> Recorded[tuple[str, ...]]:
    """Take up a visit that is on hold, on the days it had or on others.

    Args:
        by: A planner of the body whose visit it is.
        at: Moment of doing so.
        reference: Reference of the visit.
        revision: Its revision that the actor saw.
        span: Days of fieldwork, today or later.
        reason: Why now; must not be empty.

    Returns:
        References of clashes that were found.

    Raises:
        Refused: It is not on hold, the days do not fit or are held back, there is no reason, or it changed
            meanwhile.
    """
    row = _locked(by, reference, revision)
    _kept_here(row)
    if row.state != VisitState.HELD:
        raise Refused(
            "visit_not_held",
            "This visit is not on hold.",
            "Open it again to see how it stands.",
            paragraph=PARAGRAPH,
        )
    move, why = _checked_move(row, f"resume_{row.held_from}", by.role, reason)
    check_span(span, today=_today(at))
    changes = span != _span(row)
    row.state, row.held_from = move.target, ""
    row.first_day, row.last_day = span.first, span.last
    _stepped(row, move.name, by=by, at=at, reason=why)
    if changes:
        _round(row, by=by, at=at, reason=why)
    clashes = _seek(row, by=by, at=at, refuse=True)
    return Recorded(f"visit:{row.reference}", _payload(row, {**_facts(row), "reason": why}), clashes)


@action(verb="visit.cancelled", permission=PLAN, paragraph=PARAGRAPH, on=_keeper)
def cancel_visit(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Cancel a visit; calendars show it as cancelled, and its days stay readable.

    Args:
        by: A planner of the body whose visit it is.
        at: Moment of doing so.
        reference: Reference of the visit.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: It has ended, there is no reason, its case keeps it, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    _kept_here(row)
    _, why = _checked_move(row, "cancel", by.role, reason)
    _cancel(row, why, by=by, at=at)
    return Recorded(f"visit:{row.reference}", _payload(row, {"state": row.state, "reason": why}), None)


def _cancel(row: Visit, why: str, *, by: Actor, at: datetime) -> None:
    row.state, row.held_from = VisitState.CANCELLED.value, ""
    _stepped(row, "cancel", by=by, at=at, reason=why)
    _seek(row, by=by, at=at, refuse=False)


@action(verb="visit.finished", permission=PLAN, paragraph=PARAGRAPH, on=_keeper)
def finish_visit(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Say that a visit was made.

    Args:
        by: A planner of the body whose visit it is.
        at: Moment of doing so.
        reference: Reference of the visit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: It is not announced, its first day is still to come, its case keeps it, or it changed
            meanwhile.
    """
    row = _locked(by, reference, revision)
    _kept_here(row)
    move, _ = _checked_move(row, "finish", by.role, "")
    check_done(_span(row), today=_today(at))
    row.state = move.target
    _stepped(row, move.name, by=by, at=at)
    _seek(row, by=by, at=at, refuse=False)
    return Recorded(f"visit:{row.reference}", _payload(row, {"state": row.state}), None)
