"""How every act on a case moves it: locked, held to the revision that was seen, and told on its timeline."""

from __future__ import annotations

from datetime import date, datetime

from oversight.arrangements.actions import EventFacts, happened, withdraw_event
from oversight.arrangements.queries import event as event_detail
from oversight.inspections.actions.timetable import _concerns_timetable, _tell_timetable
from oversight.inspections.models import TEXT_LENGTH, Inspection, InspectionMove
from oversight.inspections.queries.sight import not_found, visible
from oversight.inspections.rules.case import check_move, needs_reason
from oversight.kernel.acting import Actor
from oversight.kernel.plain_text import typed_line, typed_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.kernel.workflow import Move
from oversight.parties.queries import party


def _today(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _locked(by: Actor, reference: str, revision: int) -> Inspection:
    """Lock an inspection that the actor sees, and refuse an act on an older sight of it."""
    rows = visible(by).select_for_update(of=("self",)).filter(reference=reference)
    row = rows.order_by("id").first() if reference.isprintable() else None
    if row is None:
        raise not_found()
    if row.revision != revision:
        raise Refused(
            "stale_inspection",
            "Someone else changed this inspection since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row


def _on_team(by: Actor, row: Inspection) -> bool:
    return row.lead == by.reference or row.team.filter(person=by.reference, left_at=None).exists()


def _checked_move(by: Actor, row: Inspection, act: str) -> Move:
    """Give the step, or refuse it as the workflow and the team have it."""
    return check_move(
        act,
        row.state,
        by.role,
        rated=row.rated,
        paused_from=row.paused_from,
        on_team=_on_team(by, row),
    )


def _moved(
    row: Inspection,
    move: Move,
    *,
    by: Actor,
    at: datetime,
    on: date,
    detail: str = "",
    reason: str = "",
    event: str = "",
) -> EventFacts | None:
    """Take a step that was checked: write the inspection as the caller changed it, and what follows.

    Args:
        row: The inspection, locked.
        move: The step.
        by: Who takes it.
        at: Moment of taking it.
        on: Day on which it counts.
        detail: What the timeline adds.
        reason: Why, where the step needs a reason.
        event: What the arrangements are told in the same transaction, so that what is owed follows; empty for
            nothing.

    Returns:
        What telling the arrangements did; None when they were told nothing.
    """
    if needs_reason(move.name) and not reason:
        raise Refused(
            "inspection_reason",
            f"“{move.label}” needs a reason.",
            "Enter it: everyone who sees the inspection reads it.",
            paragraph=move.paragraph,
            field="reason",
        )
    row.state = move.target
    row.revision += 1
    row.save()
    told = _told(row, move.name, move.source, by=by, at=at, on=on, detail=detail, reason=reason)
    if _concerns_timetable(move.name):
        _tell_timetable(row, by=by, at=at, reason=reason)
    if not event:
        return None
    facts = _tell_arrangements(row, event, by=by, at=at, on=on)
    told.event = facts.id
    told.save()
    return facts


def _told(
    row: Inspection,
    move: str,
    source: str,
    *,
    by: Actor,
    at: datetime,
    on: date,
    detail: str = "",
    reason: str = "",
) -> InspectionMove:
    return InspectionMove.objects.create(
        inspection=row,
        move=move,
        source=source,
        target=row.state,
        on=on,
        detail=detail,
        reason=reason,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )


def _tell_arrangements(row: Inspection, event: str, *, by: Actor, at: datetime, on: date) -> EventFacts:
    return happened(
        by=by,
        at=at,
        event=event,
        kind=row.kind,
        about=row.reference,
        on=on,
        # A unit belongs to the event of a core inspection; a look at a subject has none of its own.
        unit=party(row.unit_id) if row.unit_id and row.kind == "core" else None,
        addressee=None,
        note="",
    )


def _end_what_is_owed(row: Inspection, *, by: Actor, at: datetime, reason: str) -> None:
    """Withdraw the events of an inspection that is not made, so that nobody goes on owing for it."""
    for told in row.moves.filter(event__isnull=False).order_by("-id"):
        assert told.event is not None
        line = event_detail(actor=by, today=_today(at), event_id=told.event).line
        if not line.withdrawn:
            withdraw_event(by=by, at=at, event_id=line.id, revision=line.revision, reason=reason)


def _text(given: str, field: str) -> str:
    return typed_lines(given, field, longest=TEXT_LENGTH)


def _line(given: str, field: str, longest: int) -> str:
    return typed_line(given, field, longest=longest)
