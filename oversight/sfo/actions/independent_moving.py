"""How every act on an independent review moves it: locked, held to the revision seen, told."""

from __future__ import annotations

from datetime import date, datetime

from oversight.kernel.acting import Actor
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move
from oversight.sfo.actions.moving import _check_account, _check_seen, _tell, _told
from oversight.sfo.models import IndependentReview
from oversight.sfo.queries.independent_sight import is_reviewer, opened
from oversight.sfo.rules.independent import KIND, PARAGRAPH, WITH_ACCOUNT, check_step


def _locked(by: Actor, reference: str, revision: int) -> IndependentReview:
    """Lock a review of which the actor is a named reader, and refuse an act on an older sight of it."""
    row = opened(by, reference, lock=True)
    _check_seen(row, revision)
    return row


def _checked(by: Actor, row: IndependentReview, act: str) -> Move:
    return check_step(act, row.state, role=by.role, is_reviewer=is_reviewer(by, row))


def _moved(
    row: IndependentReview,
    move: Move,
    *,
    by: Actor,
    at: datetime,
    on: date,
    account: str = "",
    event: str = "",
) -> None:
    """Take a step that was checked: write the review as the caller changed it, its timeline and its event."""
    if move.name in WITH_ACCOUNT:
        _check_account(move, account)
    told = _tell(event, row.reference, by=by, at=at, on=on, kind=KIND) if event else None
    row.state = move.target
    row.revision += 1
    row.save()
    _told(row, move.name, move.source, by=by, at=at, on=on, account=account, event=told)


def _changed(row: IndependentReview) -> None:
    row.revision += 1
    row.save()


def _line(given: str, field: str, what: str, longest: int) -> str:
    """Clean one line that has to be there."""
    found = typed_line(given, field, longest=longest)
    if not found:
        raise _missing(what, field)
    return found


def _missing(what: str, field: str) -> Refused:
    return Refused("sfo_missing", f"{what} is missing.", "Enter it.", paragraph=PARAGRAPH, field=field)
