"""A plan becomes part of another: what is in it goes on there, and nothing of it is lost (¶24, ¶27)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Max

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.recommendations.actions.plan_publishing import _with_version
from oversight.recommendations.actions.plans import _locked_plan, _told, _writer
from oversight.recommendations.actions.texts import _needed
from oversight.recommendations.models import MergedAction, MergedReport, Plan, PlanAction, PlanReport
from oversight.recommendations.queries.plan_sight import DRAFT, no_plan, visible_plans
from oversight.recommendations.queries.plans import STEP_PERMISSIONS, merging_plan
from oversight.recommendations.rules.plans import PlanState, check_merge, workflow_of


@action(verb="plan.merged", permission=DRAFT, paragraph="27", on=_writer)
def merge_plan(
    *, by: Actor, at: datetime, reference: str, revision: int, into: str, text: str
) -> Recorded[None]:
    """Make a plan part of another that the same body writes and that is as far on.

    Its actions keep their owners, first and later dates, progress and evidence and get the next numbers of
    the other plan; its reports are answered by that plan. What is owed for each report is owed on its own
    day as before, since duties are about reports. Its own page stays and says where it went.

    Args:
        by: Someone who drafts the plans or, once they were submitted, who clears them.
        at: Moment of merging.
        reference: Reference of the plan that becomes part of the other.
        revision: Revision of it that the actor saw.
        into: Reference of the other plan.
        text: Why.

    Raises:
        Refused: The actor may not, nothing is said, there is no such other plan, or the two do not fit.
    """
    target = _both_locked(by, reference, into)
    row = _locked_plan(by, reference, revision)
    move = workflow_of(row.kind).check("merge", row.state, by.role)
    check_merge(merging_plan(row), merging_plan(target))
    why = _needed(text, "text", "The reason")
    before, row.state = row.state, move.target
    row.merged_into, row.merged_reason = target, why
    row.merged_at, row.merged_by, row.merged_name = at, by.reference, by.name
    payload: dict[str, Value] = {
        "from": before,
        "into": target.reference,
        "text": why,
        "reports": _hand_over_reports(row, target),
        "actions_begin_after": _hand_over_actions(row, target),
        "parts": _hand_over_parts(row, target),
    }
    _told(row, "merge", by=by, at=at, text=f"{target.title}, {target.reference}: {why}"[:2000])
    _told(target, "take_in", by=by, at=at, text=f"{row.title}, {row.reference}: {why}"[:2000])
    done = Recorded(f"plan:{row.reference}", payload, None)
    if target.published_on is None or not by.may(STEP_PERMISSIONS["publish"]):
        # Where others publish, the public reads of it when they publish the progress next.
        return done
    return _with_version(done, target.reference, by=by, at=at)


def _both_locked(by: Actor, reference: str, into: str) -> Plan:
    """Lock both plans, always in the same order, and give the one that the other becomes part of."""
    if not into.isprintable() or not reference.isprintable():
        raise no_plan()
    rows = visible_plans(by).select_for_update(of=("self",)).filter(reference__in=[reference, into])
    held = {row.reference: row for row in rows.order_by("id")}
    if reference not in held:
        raise no_plan()
    if into not in held:
        raise Refused(
            "plan_merge",
            "There is no such plan, or it is not one that you can see.",
            "Choose a plan from the list.",
            field="into",
        )
    return held[into]


def _hand_over_reports(row: Plan, target: Plan) -> list[Value]:
    reports = list(row.reports.order_by("id"))
    MergedReport.objects.bulk_create([MergedReport(plan=row, report=one) for one in reports])
    PlanReport.objects.filter(plan=row).update(plan=target)
    return [one.source for one in reports]


def _hand_over_actions(row: Plan, target: Plan) -> int:
    """Give every action a number after the last one of the other plan; what was withdrawn stays behind."""
    last: int = target.actions.aggregate(last=Max("number"))["last"] or 0
    actions = PlanAction.objects.filter(plan=row, withdrawn_at=None)
    MergedAction.objects.bulk_create(
        [
            MergedAction(plan=row, number=number, action_id=pk)
            for pk, number in actions.order_by("number").values_list("pk", "number")
        ]
    )
    actions.update(plan=target, number=F("number") + last, revision=F("revision") + 1)
    return last


def _hand_over_parts(row: Plan, target: Plan) -> dict[str, Value]:
    """Let what was asked and not given be given to the other plan; what was given stays where it was read."""
    if row.submitted_on is not None:
        return {}
    numbers: dict[str, Value] = {}
    for place, part in enumerate(
        row.parts.filter(given_at=None).order_by("number"), target.parts.count() + 1
    ):
        numbers[str(part.number)] = place
        part.plan, part.number, part.revision = target, place, part.revision + 1
        part.save()
    if numbers and target.state == PlanState.DRAFTING:
        target.state = PlanState.INPUT
    return numbers
