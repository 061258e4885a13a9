"""Fieldwork begun and ended, and an inspection paused, resumed, withdrawn or replaced (D1, ¶10(iv), ¶16)."""

from __future__ import annotations

from datetime import date, datetime

from oversight.inspections.actions.moving import (
    _checked_move,
    _end_what_is_owed,
    _locked,
    _moved,
    _text,
    _today,
)
from oversight.inspections.models import TEXT_LENGTH, Inspection
from oversight.inspections.queries.sight import visible
from oversight.inspections.rules.case import WORKFLOW, CaseState, check_fieldwork_day
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


def _recorded(row: Inspection, payload: dict[str, Value]) -> Recorded[None]:
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(verb="inspection.fieldwork-started", permission="inspections.lead", paragraph="16")
def start_fieldwork(*, by: Actor, at: datetime, reference: str, revision: int, on: date) -> Recorded[None]:
    """Say that fieldwork has started.

    Args:
        by: Someone on the team.
        at: Moment of saying so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        on: First day of fieldwork, between announcement and today.

    Raises:
        Refused: The step is not possible now or not for the actor, the day is wrong, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "start_fieldwork")
    assert row.announced_on is not None
    check_fieldwork_day(on, today=_today(at), not_before=row.announced_on, before_words="it was announced")
    row.started_on = on
    _moved(row, move, by=by, at=at, on=on, event="fieldwork_started")
    return _recorded(row, {"started_on": on})


@action(verb="inspection.fieldwork-finished", permission="inspections.lead", paragraph="16")
def finish_fieldwork(*, by: Actor, at: datetime, reference: str, revision: int, on: date) -> Recorded[None]:
    """Say that fieldwork has ended. A rated inspection goes on to its ratings, another one to its draft.

    Args:
        by: Someone on the team.
        at: Moment of saying so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        on: Last day of fieldwork, between its first day and today.

    Raises:
        Refused: The step is not possible now or not for the actor, the day is wrong, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "finish_fieldwork")
    assert row.started_on is not None
    check_fieldwork_day(on, today=_today(at), not_before=row.started_on, before_words="fieldwork started")
    row.finished_on = on
    _moved(row, move, by=by, at=at, on=on, event="fieldwork_completed")
    return _recorded(row, {"finished_on": on})


@action(verb="inspection.paused", permission="inspections.adjust", paragraph="10(iv)")
def pause(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Pause an inspection where it stands.

    Args:
        by: Who pauses it.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: The step is not possible now or not for the actor, there is no reason, or it changed
            meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "pause")
    why = _text(reason, "reason")
    row.paused_from = row.state
    _moved(row, move, by=by, at=at, on=_today(at), reason=why)
    return _recorded(row, {"from": move.source, "reason": why})


@action(verb="inspection.resumed", permission="inspections.adjust", paragraph="10(iv)")
def resume(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Resume a paused inspection where it stood.

    Args:
        by: Who resumes it.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        reason: Why now; must not be empty.

    Raises:
        Refused: It is not paused, the step is not for the actor, there is no reason, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "resume")
    why = _text(reason, "reason")
    row.paused_from = ""
    _moved(row, move, by=by, at=at, on=_today(at), reason=why)
    return _recorded(row, {"at": move.target, "reason": why})


@action(verb="inspection.withdrawn", permission="inspections.plan", paragraph="16")
def withdraw(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Withdraw an inspection that is not to be made. What was recorded of it stays.

    Args:
        by: Who withdraws it.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: It is published or ended, there is no reason, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "withdraw")
    why = _text(reason, "reason")
    row.paused_from = ""
    _moved(row, move, by=by, at=at, on=_today(at), reason=why)
    _end_what_is_owed(row, by=by, at=at, reason=f"The inspection was withdrawn: {why}"[:TEXT_LENGTH])
    return _recorded(row, {"from": move.source, "reason": why})


@action(verb="inspection.replaced", permission="inspections.plan", paragraph="16")
def replace(
    *, by: Actor, at: datetime, reference: str, revision: int, replacement: str, reason: str
) -> Recorded[None]:
    """End an inspection because another one is made in its place.

    Args:
        by: Who replaces it.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        replacement: Reference of the other inspection, which is under way or scheduled.
        reason: Why; must not be empty.

    Raises:
        Refused: It is published or ended, the other inspection does not exist, is the same or has ended,
            there is no reason, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "replace")
    why = _text(reason, "reason")
    wanted = replacement.strip()
    other = visible(by).filter(reference=wanted).order_by("id").first() if wanted.isprintable() else None
    fault = ""
    if other is None:
        fault = "There is no inspection of this reference."
    elif other.pk == row.pk:
        fault = "An inspection cannot replace itself."
    elif other.state in {CaseState.WITHDRAWN, CaseState.REPLACED}:
        fault = f"{other.reference} is {WORKFLOW.state(other.state).label.lower()} itself."
    if fault:
        raise Refused(
            "inspection_replacement",
            fault,
            "Enter the reference of the inspection that takes its place; schedule that one first.",
            field="replacement",
        )
    assert other is not None
    row.paused_from, row.replaced_by_inspection = "", other
    _moved(row, move, by=by, at=at, on=_today(at), reason=why)
    ended = f"The inspection was replaced by {other.reference}: {why}"[:TEXT_LENGTH]
    _end_what_is_owed(row, by=by, at=at, reason=ended)
    return _recorded(row, {"from": move.source, "by": other.reference, "reason": why})
