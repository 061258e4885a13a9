"""What a report tells the arrangements, so that what is owed follows (¶16, ¶23, ¶32)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from oversight.arrangements.actions import happened
from oversight.inspections.actions.moving import _today, _told
from oversight.inspections.models import Inspection, InspectionMove, SettledRating
from oversight.inspections.queries.report_facts import ReportNow, event_type
from oversight.inspections.rules.data_items import Placement
from oversight.inspections.rules.reporting import Purpose
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import party

PROPOSED: Final = "national_comparison_proposed"
CHECKED: Final = "national_comparison_checked"


def _tell(
    row: Inspection,
    event: str,
    *,
    by: Actor,
    at: datetime,
    on: date | None = None,
    kept: bool = True,
) -> None:
    """Tell the arrangements of an event and put it on the timeline.

    Args:
        row: The inspection.
        event: Name of the event; one that the arrangements in force do not know for this kind is left out.
        by: Who says so.
        at: Moment of saying so.
        on: Day on which it happened; the day of saying so when not given.
        kept: Whether the event is withdrawn when the inspection is. Another body's is theirs to withdraw.
    """
    day = on or _today(at)
    declared = event_type(event, day)
    if declared is None or (declared.kinds and row.kind not in declared.kinds):
        return
    unit = party(row.unit_id) if row.unit_id and row.kind == "core" and declared.unit_possible else None
    try:
        told = happened(
            by=by,
            at=at,
            event=event,
            kind=row.kind if declared.kinds else "",
            about=row.reference,
            on=day,
            unit=unit,
            addressee=None,
            note="",
        )
    except Refused as refused:
        # Proposed, checked, changed and proposed again within a day: the day's event says it all.
        if refused.rule != "event_once":
            raise
        return
    move = _told(row, event, row.state, by=by, at=at, on=day)
    if kept:
        move.event = told.id
        move.save()


def _times_told(row: Inspection, event: str) -> int:
    return InspectionMove.objects.filter(inspection=row, move=event).count()


def _tell_once(row: Inspection, event: str, *, by: Actor, at: datetime, on: date | None = None) -> None:
    if not _times_told(row, event):
        _tell(row, event, by=by, at=at, on=on)


def _settled_on(row: Inspection) -> date | None:
    at = (
        SettledRating.objects.filter(inspection=row)
        .order_by("id")
        .values_list("settled_at", flat=True)
        .first()
    )
    return _today(at) if at else None


def _tell_of_comparison(row: Inspection, *, unchecked: bool, by: Actor, at: datetime) -> None:
    """Tell that national comparisons wait for data assurance, or that it has checked them all.

    Args:
        row: The inspection.
        unchecked: Whether one waits.
        by: Who changed or checked it.
        at: Moment of doing so.
    """
    waiting = _times_told(row, PROPOSED) > _times_told(row, CHECKED)
    if unchecked and not waiting:
        _tell(row, PROPOSED, by=by, at=at)
    elif waiting and not unchecked:
        _tell(row, CHECKED, by=by, at=at, kept=False)


def _tell_of_version(now: ReportNow, purpose: Purpose, *, by: Actor, at: datetime) -> None:
    """Tell what a version that is sent settles.

    Args:
        now: The report that it holds.
        purpose: What the version is made for.
        by: Who makes it.
        at: Moment of making it.
    """
    row = now.inspection
    annexed = any(
        not one.withdrawn and not one.facts.published and one.facts.placement is Placement.ANNEX
        for one in now.data_items
    )
    improves = any(one.kind == "improve" for one in now.sections)
    if purpose is Purpose.CHECK:
        if improves:
            # Decided when the ratings were settled, but the inspected learn of it with the draft (¶22).
            _tell_once(row, "rating_below_good_decided", by=by, at=at, on=_settled_on(row))
        standing = sum(1 for one in now.recommendations if not one.withdrawn)
        if now.usual_most is not None and standing > now.usual_most:
            _tell_once(row, "recommendations_exceeded_ten", by=by, at=at)
            _tell_once(row, "reason_for_number_given", by=by, at=at)
        if annexed:
            _tell_once(row, "unpublished_data_used", by=by, at=at)
    if purpose is Purpose.FINAL:
        _tell_once(row, "recommendations_settled", by=by, at=at)
        if improves:
            _tell_once(row, "areas_to_improve_stated", by=by, at=at)
        if now.practice or any(one.kind == "practice" and now.text_of(one) for one in now.sections):
            _tell_once(row, "effective_practice_highlighted", by=by, at=at)
        if annexed:
            _tell_once(row, "data_annex_prepared", by=by, at=at)
