"""The Inspectorate decides each point, OSAG may disagree, the final report closes the check (D6, ¶22)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from oversight.inspections.actions.accuracy_acting import (
    _Acting,
    _acting,
    _long,
    _moved_point,
    _point,
    _reason,
)
from oversight.inspections.actions.moving import _checked_move, _locked, _moved, _text, _today
from oversight.inspections.actions.report import _make_version_within
from oversight.inspections.models import AccuracyCheck, AccuracyPoint, PointDecision
from oversight.inspections.rules.accuracy import check_decision, check_final, check_not_lead
from oversight.inspections.rules.accuracy_states import (
    CHECK_WORKFLOW,
    DECIDED,
    DECISION_MOVES,
    PointKind,
    PointState,
)
from oversight.inspections.rules.reporting import Purpose
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


@action(verb="accuracy.point-decided", permission="accuracy.decide", paragraph="22")
def decide(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    revision: int,
    decision: str,
    reason: str,
    change: str,
) -> Recorded[None]:
    """Decide on a point: accepted, partly accepted or not accepted, with the reason.

    Args:
        by: An inspector who does not lead this inspection.
        at: Moment of deciding.
        reference: Reference of the inspection.
        number: Number of the point.
        revision: Its revision that the actor saw.
        decision: ``accepted``, ``partly`` or ``not_accepted``.
        reason: Why; must not be empty unless the point is accepted whole.
        change: What is to change in the report, for those who write it; may be empty.

    Raises:
        Refused: The response is not returned, the point is not to be decided, the actor leads the inspection,
            the reason is missing, or it changed meanwhile.
    """
    acting = _acting(by, at, reference)
    point = _point(acting, number, revision)
    why, what = _long(reason, "reason"), _long(change, "change")
    move = check_decision(decision, point.state, by.role, is_lead=by.reference == acting.row.lead, reason=why)
    if decision == PointState.NOT_ACCEPTED and what:
        raise Refused(
            "accuracy_decision",
            "A point that is not accepted changes nothing in the report.",
            "Leave the change out, or accept the point in part.",
            paragraph="22",
            field="change",
        )
    PointDecision.objects.create(
        point=point,
        round=point.decisions.count() + 1,
        decision=move.target,
        reason=why,
        change=what,
        decided_at=at,
        decided_by=by.reference,
        decided_name=by.name,
    )
    _moved_point(acting, point, DECISION_MOVES[decision])
    _settle_objections(acting)
    payload: dict[str, Value] = {"number": number, "decision": decision, "reason": why, "change": what}
    return acting.recorded(payload)


def _settle_objections(acting: _Acting) -> None:
    """Tell the arrangements once every objection to publishing data is decided (paragraph 32)."""
    check = acting.check
    if check.objections_settled_on is not None:
        return
    raised = AccuracyPoint.objects.filter(check_of=check, in_response=True, kind=PointKind.OBJECTION)
    if raised.exists() and not _undecided(raised):
        check.objections_settled_on = acting.today
        check.save()
        acting.tell("data_objection_settled")


def _undecided(points: QuerySet[AccuracyPoint]) -> int:
    rows = points.select_related("answered_with")
    return sum(1 for one in rows.order_by("id") if (one.answered_with or one).state == PointState.RETURNED)


@action(verb="accuracy.point-reopened", permission="accuracy.decide", paragraph="22")
def reopen(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, reason: str
) -> Recorded[None]:
    """Look at a decided point again. The earlier decision, and any disagreement with it, stays in view.

    Args:
        by: An inspector who does not lead this inspection.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the point.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: The point is not decided, the actor leads the inspection, the reason is missing, or it
            changed meanwhile.
    """
    acting = _acting(by, at, reference)
    point = _point(acting, number, revision)
    check_not_lead(is_lead=by.reference == acting.row.lead)
    _moved_point(acting, point, "reopen")
    why = _reason(reason, "A decision is looked at again with the reason.")
    held = PointDecision.objects.get(point=point, reopened_at=None)
    held.reopened_at, held.reopened_by, held.reopened_name = at, by.reference, by.name
    held.reopened_reason = why
    held.save()
    return acting.recorded({"number": number, "reason": why})


@action(verb="accuracy.disagreement-recorded", permission="accuracy.commission", paragraph="22")
def disagree(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, reason: str
) -> Recorded[None]:
    """Record that OSAG does not agree with a decision. It changes nothing, and it is kept with the check.

    Args:
        by: Someone in OSAG.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the point.
        revision: Its revision that the actor saw.
        reason: Where OSAG stands; must not be empty.

    Raises:
        Refused: The point is not decided or was accepted whole, a disagreement is recorded already, the
            reason is empty, or it changed meanwhile.
    """
    acting = _acting(by, at, reference)
    point = _point(acting, number, revision)
    why = _reason(reason, "Whoever reads the check needs to know where OSAG stands.")
    held = PointDecision.objects.filter(point=point, reopened_at=None).order_by("-round").first()
    if held is None or point.state not in DECIDED or held.decision == PointState.ACCEPTED:
        raise Refused(
            "accuracy_disagreement",
            "There is no decision against this point.",
            "A disagreement is recorded with a point that is partly accepted or not accepted.",
            paragraph="22",
        )
    if held.disputed_at is not None:
        raise Refused(
            "accuracy_disagreement",
            f"{held.disputed_name} recorded a disagreement with this decision already.",
            "There is nothing to do.",
            paragraph="22",
        )
    held.disputed_at, held.disputed_by, held.disputed_name = at, by.reference, by.name
    held.dispute = why
    held.save()
    point.revision += 1
    point.save()
    return acting.recorded({"number": number, "reason": why})


@action(verb="inspection.final-issued", permission="inspections.lead", paragraph="22")
def issue_final(*, by: Actor, at: datetime, reference: str, revision: int, note: str) -> Recorded[int]:
    """Issue the final report: its version is kept, and the accuracy check closes (¶22).

    Args:
        by: The lead inspector, or someone on the team.
        at: Moment of issuing it.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        note: What this version is; may be empty.

    Returns:
        Number of the version.

    Raises:
        Refused: The step is not possible now or not for the actor, the check is open or a point undecided,
            the report is not ready, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "issue_final")
    check = AccuracyCheck.objects.select_for_update(of=("self",)).get(inspection=row)
    waiting = AccuracyPoint.objects.filter(check_of=check, state=PointState.RETURNED).count()
    check_final(state=check.state, undecided=waiting)
    told = _text(note, "note")
    version = _make_version_within(row, purpose=Purpose.FINAL, note=told, by=by, at=at)
    step = CHECK_WORKFLOW.check("close", check.state, by.role)
    check.state, check.closed_at, check.closed_by = step.target, at, by.reference
    check.revision += 1
    check.save()
    _moved(
        row,
        move,
        by=by,
        at=at,
        on=_today(at),
        detail=f"Version {version.number}",
        event="final_report_issued",
    )
    payload: dict[str, Value] = {"version": version.number, "digest": version.digest, "note": told}
    return Recorded(f"inspection:{row.reference}", payload, version.number)
