"""What every act on an accuracy check starts from: the check locked, the inspection in its check (D6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from oversight.arrangements.actions import EventFacts, happened
from oversight.inspections.actions.moving import _today, _told
from oversight.inspections.models import TEXT_LENGTH, AccuracyCheck, AccuracyPoint, Inspection
from oversight.inspections.queries.accuracy_sight import Look, check_of, seen_points
from oversight.inspections.rules.accuracy_states import LONGEST, POINT_WORKFLOW
from oversight.inspections.rules.case import WORKFLOW, CaseState
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move
from oversight.ledger.acting import Recorded
from oversight.parties.queries import party


@dataclass(frozen=True)
class _Acting:
    """An act under way: who, when, on which check.

    Args:
        by: Who acts.
        at: Moment of acting.
        today: London date of it.
        seen: How they stand to the check.
        check: The check, locked.
        row: Its inspection.
    """

    by: Actor
    at: datetime
    today: date
    seen: Look
    check: AccuracyCheck
    row: Inspection

    def recorded(self, payload: Mapping[str, Value]) -> Recorded[None]:
        """Give what the record says, for an act that gives nothing back."""
        return Recorded(f"inspection:{self.row.reference}", payload, None)

    def tell(self, event: str, *, until: date | None = None, kind: str = "") -> EventFacts:
        """Tell the arrangements, in the same transaction, so that what is owed follows."""
        return happened(
            by=self.by,
            at=self.at,
            event=event,
            kind=kind,
            about=self.row.reference,
            on=self.today,
            unit=party(self.row.unit_id) if event == "accuracy_check_returned" and self.row.unit_id else None,
            addressee=None,
            note="",
            until=until,
        )

    def note(self, step: str, *, detail: str = "", reason: str = "") -> None:
        """Put a step on the timeline of the inspection."""
        _told(
            self.row,
            step,
            self.row.state,
            by=self.by,
            at=self.at,
            on=self.today,
            detail=detail,
            reason=reason[:TEXT_LENGTH],
        )


def _acting(by: Actor, at: datetime, reference: str) -> _Acting:
    """Lock the check of an inspection that is in its check, and give all that an act on it needs.

    Raises:
        Refused: The actor sees no such check, the draft was not sent, or the inspection has moved on or is
            paused (rule ``accuracy_state``).
    """
    seen, check = check_of(by, reference)
    rows = AccuracyCheck.objects.select_for_update(of=("self",)).select_related("draft", "first_draft")
    held = rows.defer("draft__content", "first_draft__content").get(pk=check.pk)
    row = Inspection.objects.get(pk=seen.row.pk)
    if row.state != CaseState.CHECK:
        label = WORKFLOW.state(row.state).label.lower()
        raise Refused(
            "accuracy_state",
            f"This inspection is {label}, so its accuracy check stays as it is.",
            "Wait until it is resumed." if row.state == CaseState.PAUSED else "There is nothing to do.",
            paragraph="22",
        )
    return _Acting(by, at, _today(at), replace(seen, check=held, row=row), held, row)


def _stale(held: int, given: int, what: str) -> None:
    """Refuse an act on an older sight of something."""
    if held != given:
        raise Refused(
            f"stale_accuracy_{what}",
            f"Someone else changed this {what} since you opened it.",
            "Open it again to see how it stands, then decide.",
        )


def _long(given: str, field: str) -> str:
    return typed_lines(given, field, longest=LONGEST)


def _reason(given: str, why: str, field: str = "reason") -> str:
    """Give a reason that must be there."""
    text = _long(given, field)
    if not text:
        raise Refused("accuracy_reason", why, "Enter the reason.", paragraph="22", field=field)
    return text


def _point(acting: _Acting, number: int, revision: int) -> AccuracyPoint:
    """Give a point that the actor sees, locked."""
    rows = seen_points(acting.seen).select_for_update(of=("self",))
    point = rows.filter(number=number).order_by("id").first()
    if point is None:
        raise Refused(
            "not_found_point",
            f"There is no point {number}, or it is not one that you can see.",
            "Open the list of points.",
        )
    _stale(point.revision, revision, "point")
    return point


def _moved_point(acting: _Acting, point: AccuracyPoint, move: str, reason: str | None = None) -> Move:
    """Take a step of a point as the workflow has it."""
    step = POINT_WORKFLOW.check(move, point.state, acting.by.role)
    _set_point(acting, point, step.target, reason)
    return step


def _set_point(acting: _Acting, point: AccuracyPoint, state: str, reason: str | None = None) -> None:
    point.state = state
    if reason is not None:
        point.reason = reason
    point.moved_at, point.moved_by, point.moved_name = acting.at, acting.by.reference, acting.by.name
    point.revision += 1
    point.save()


def _set_points(acting: _Acting, points: Iterable[AccuracyPoint], state: str, **more: object) -> list[int]:
    """Bring many points to a state at once, and give their numbers."""
    rows = list(points)
    for point in rows:
        point.state = state
        for name, value in more.items():
            setattr(point, name, value)
        point.moved_at, point.moved_by, point.moved_name = acting.at, acting.by.reference, acting.by.name
        point.revision += 1
    AccuracyPoint.objects.bulk_update(
        rows, ["state", "moved_at", "moved_by", "moved_name", "revision", *more], batch_size=500
    )
    return [point.number for point in rows]
