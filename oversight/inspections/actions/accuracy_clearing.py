"""Points brought together: duplicates merged, each cleared or held back, one response returned (D6, ¶22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from oversight.inspections.actions.accuracy_acting import (
    _Acting,
    _acting,
    _long,
    _moved_point,
    _point,
    _reason,
    _set_points,
    _stale,
)
from oversight.inspections.models import AccuracyAsk, AccuracyPoint
from oversight.inspections.rules.accuracy import check_clearing, check_return
from oversight.inspections.rules.accuracy_states import (
    ASK_WORKFLOW,
    CHECK_WORKFLOW,
    POINT_WORKFLOW,
    AskState,
    CheckState,
    PointKind,
    PointState,
)
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action

_OPEN = (PointState.WITH_OSAG, PointState.CLEARED)


def _bringing_together(by: Actor, at: datetime, reference: str) -> _Acting:
    """Lock a check whose points OSAG brings together now."""
    acting = _acting(by, at, reference)
    if acting.check.state != CheckState.COMMISSIONED:
        returned = acting.check.state != CheckState.SENT
        raise Refused(
            "accuracy_returned" if returned else "accuracy_commission",
            "The response is returned, so its points stay as they are."
            if returned
            else "The check is not commissioned, so there is nothing to bring together.",
            "There is nothing to do." if returned else "Commission it first.",
            paragraph="22",
        )
    return acting


def _alone(point: AccuracyPoint) -> None:
    """Refuse to move a point with which others are answered."""
    if point.answers_for.exists():
        raise Refused(
            "accuracy_merged",
            f"Other points are answered with point {point.number}.",
            "Take those up again first.",
            paragraph="22",
        )


@action(verb="accuracy.point-merged", permission="accuracy.commission", paragraph="22")
def merge(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, into: int, reason: str
) -> Recorded[None]:
    """Let one point be answered with another that says the same. Both stay, under their own numbers.

    Args:
        by: Someone in OSAG.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: The point that is answered with the other.
        revision: Its revision that the actor saw.
        into: Number of the other.
        reason: What the two have in common, or how a conflict was settled; may be empty.

    Raises:
        Refused: A point is elsewhere, is the same, is merged itself or has others merged into it; the
            response is returned; or it changed meanwhile.
    """
    acting = _bringing_together(by, at, reference)
    point = _point(acting, number, revision)
    POINT_WORKFLOW.check("merge", point.state, by.role)
    _alone(point)
    other = AccuracyPoint.objects.filter(check_of=acting.check, number=into).order_by("id").first()
    if other is None or other.pk == point.pk or other.state not in _OPEN:
        raise Refused(
            "accuracy_merge",
            f"Point {number} cannot be answered with point {into}."
            if other is None or other.pk == point.pk
            else f"Point {into} is {POINT_WORKFLOW.state(other.state).label.lower()}.",
            "Enter the number of another point that is to be cleared or is cleared.",
            paragraph="22",
            field="into",
        )
    point.answered_with = other
    _moved_point(acting, point, "merge", _long(reason, "reason"))
    return acting.recorded({"number": number, "with": into, "reason": point.reason})


@action(verb="accuracy.point-held-back", permission="accuracy.commission", paragraph="22")
def hold_back(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, reason: str
) -> Recorded[None]:
    """Keep a point out of the response, with the reason that its author reads. It stays in the log.

    Args:
        by: Someone in OSAG.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the point.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: The point is elsewhere, others are answered with it, there is no reason, the response is
            returned, or it changed meanwhile.
    """
    acting = _bringing_together(by, at, reference)
    point = _point(acting, number, revision)
    POINT_WORKFLOW.check("hold_back", point.state, by.role)
    _alone(point)
    why = _reason(reason, "Whoever wrote this point needs to know why it is held back.")
    _moved_point(acting, point, "hold_back", why)
    return acting.recorded({"number": number, "reason": why})


@action(verb="accuracy.point-taken-up", permission="accuracy.commission", paragraph="22")
def take_up(*, by: Actor, at: datetime, reference: str, number: int, revision: int) -> Recorded[None]:
    """Take up again a point that was merged, held back or cleared.

    Args:
        by: Someone in OSAG.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the point.
        revision: Its revision that the actor saw.

    Raises:
        Refused: The point is elsewhere, the response is returned, or it changed meanwhile.
    """
    acting = _bringing_together(by, at, reference)
    point = _point(acting, number, revision)
    point.answered_with = None
    _moved_point(acting, point, "take_up", "")
    return acting.recorded({"number": number})


@action(verb="accuracy.points-cleared", permission="accuracy.clear", paragraph="22")
def clear(*, by: Actor, at: datetime, reference: str, numbers: Sequence[int]) -> Recorded[int]:
    """Clear points for the response.

    Args:
        by: Someone in OSAG, who did not write every point of the response.
        at: Moment of clearing.
        reference: Reference of the inspection.
        numbers: Which ones.

    Returns:
        How many were cleared.

    Raises:
        Refused: None is chosen, one is not to be cleared any more, every point is the actor's own, or the
            response is returned.
    """
    acting = _bringing_together(by, at, reference)
    points = list(
        AccuracyPoint.objects.select_for_update(of=("self",))
        .filter(check_of=acting.check, number__in=list(numbers))
        .order_by("number")
    )
    if not points:
        raise Refused(
            "accuracy_clear",
            "No point is chosen.",
            "Choose those that go to the Inspectorate.",
            paragraph="22",
            field="numbers",
        )
    for point in points:
        POINT_WORKFLOW.check("clear", point.state, by.role)
    going = AccuracyPoint.objects.filter(check_of=acting.check, state__in=_OPEN)
    authors = going.order_by("written_by").values_list("written_by", flat=True).distinct()
    check_clearing(by=by.reference, authors=authors)
    done = _set_points(acting, points, PointState.CLEARED)
    return Recorded(f"inspection:{acting.row.reference}", {"numbers": list(done)}, len(done))


@action(verb="accuracy.returned", permission="accuracy.commission", paragraph="22")
def return_response(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    nil: bool,
    response: str,
    without_reason: str,
) -> Recorded[int]:
    """Return one response to the Inspectorate: every cleared point, or that nothing is inaccurate (¶22).

    Args:
        by: Someone in OSAG.
        at: Moment of returning.
        reference: Reference of the inspection.
        revision: The check's revision that the actor saw.
        nil: Whether nothing is inaccurate.
        response: What goes with it; may be empty.
        without_reason: Why it is returned without those who have not answered; needed when there are any.

    Returns:
        How many points were returned.

    Raises:
        Refused: The check is not commissioned or is returned already, a point is not cleared, a contributor
            is outstanding without a reason, or it changed meanwhile.
    """
    acting = _acting(by, at, reference)
    check = acting.check
    _stale(check.revision, revision, "check")
    move = CHECK_WORKFLOW.check("return_nil" if nil else "return_points", check.state, by.role)
    points = list(
        AccuracyPoint.objects.select_for_update(of=("self",)).filter(check_of=check).order_by("number")
    )
    outstanding = [one for one in acting.seen.asks if one.state == AskState.ASKED]
    told, why = _long(response, "response"), _long(without_reason, "without_reason")
    try:
        check_return(
            nil=nil, states=Counter(one.state for one in points), outstanding=len(outstanding), reason=why
        )
    except Refused as refused:
        refused.field = "without_reason" if refused.field == "reason" else refused.field
        raise
    going = [one for one in points if one.state == PointState.CLEARED]
    kept = {one.pk for one in going}
    merged = [one for one in points if one.state == PointState.MERGED and one.answered_with_id in kept]
    objections = [one.number for one in (*going, *merged) if one.kind == PointKind.OBJECTION]
    if objections:
        # Said while the check is still open: an objection is raised during it, and not after (paragraph 32).
        acting.tell("data_objection_raised")
    numbers = _set_points(acting, going, PointState.RETURNED, in_response=True)
    _set_points(acting, merged, PointState.MERGED, in_response=True)
    _leave_out(acting, outstanding, why)
    check.state = move.target
    check.nil, check.response, check.without_reason = nil, told, why if outstanding else ""
    check.returned_at, check.returned_by, check.returned_name = at, by.reference, by.name
    check.returned_on = acting.today
    check.revision += 1
    check.save()
    acting.tell("accuracy_check_returned")
    acting.note("accuracy_returned", detail="Nothing is inaccurate" if nil else "Points returned")
    payload: dict[str, Value] = {
        "nil": nil,
        "numbers": list(numbers),
        "response": told,
        "outstanding": [one.party_id for one in outstanding],
        "without_reason": check.without_reason,
        "objections": list(objections),
    }
    return Recorded(f"inspection:{acting.row.reference}", payload, len(numbers))


def _leave_out(acting: _Acting, outstanding: Sequence[AccuracyAsk], why: str) -> None:
    for ask in outstanding:
        ask.state = ASK_WORKFLOW.check("leave_out", ask.state, acting.by.role).target
        ask.reason = why
        ask.ended_at, ask.ended_by = acting.at, acting.by.reference
        ask.revision += 1
    AccuracyAsk.objects.bulk_update(outstanding, ["state", "reason", "ended_at", "ended_by", "revision"])
