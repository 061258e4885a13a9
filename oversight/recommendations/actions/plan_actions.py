"""The actions of a plan: added and changed in draft, then reported on; a new date is asked for (E3, E6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Max

from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.recommendations.actions.evidence import _keep_evidence
from oversight.recommendations.actions.notices import _tell_of_event
from oversight.recommendations.actions.plans import _drafted, _locked_plan, _today, _writer
from oversight.recommendations.actions.texts import _needed, _text
from oversight.recommendations.models import (
    ActionProgress,
    ActionRecommendation,
    DateChange,
    Plan,
    PlanAction,
    Recommendation,
)
from oversight.recommendations.queries.plan_sight import CLEAR, DRAFT, found_action, visible_actions
from oversight.recommendations.queries.recommendations import REPORT
from oversight.recommendations.rules.actions_due import (
    Progress,
    check_approver,
    check_new_date,
    check_progress,
)
from oversight.recommendations.rules.evidence import GivenFile, shown_by
from oversight.recommendations.rules.notices import Event
from oversight.recommendations.rules.plans import LIVE, check_owner
from oversight.recommendations.rules.sources import AUTHORITIES, AUTHORITY_KINDS, INSPECTORATE


def _locked_action(by: Actor, reference: str, number: int, revision: int) -> PlanAction:
    seen = found_action(by, reference, number)
    row = (
        visible_actions(by)
        .select_for_update(of=("self",))
        .select_related("plan")
        .filter(pk=seen.pk)
        .order_by("id")
        .first()
    )
    assert row is not None
    if row.revision != revision:
        raise Refused(
            "stale_action",
            "Someone else changed this action since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row


def _carried(row: Plan, recommendations: Collection[str]) -> list[Recommendation]:
    sources = list(row.reports.order_by("id").values_list("source", flat=True))
    made = Recommendation.objects.filter(source__in=sources, reference__in=sorted(recommendations))
    found = list(made.order_by("id"))
    if len(found) != len(set(recommendations)):
        raise Refused(
            "action_recommendations",
            "An action carries out recommendations of the reports that its plan answers.",
            "Choose from the list.",
            field="recommendations",
        )
    return found


def _checked_owner(row: Plan, owner: PartyRef, *, commissioned: bool) -> None:
    if owner.code not in AUTHORITIES and (owner.kind not in AUTHORITY_KINDS or owner.code == INSPECTORATE):
        raise Refused(
            "action_owner",
            f"{owner.name} takes on no actions in a plan.",
            "Choose a region, a unit, the Probation Service, HMPPS, the Ministry of Justice or a department.",
            field="owner",
        )
    lineage = party(row.unit_id).lineage if row.unit_id else ""
    check_owner(commissioned=commissioned, kind=owner.kind, code=owner.code, unit_lineage=lineage)


@action(verb="plan.action-added", permission=DRAFT, paragraph="24", on=_writer)
def add_action(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    text: str,
    owner: PartyRef,
    measure: str,
    due: date,
    recommendations: Collection[str],
    commissioned: bool = False,
) -> Recorded[int]:
    """Add an action to a plan that is being drafted.

    Args:
        by: Someone who writes the plan.
        at: Moment of adding it.
        reference: Reference of the plan.
        revision: Revision of the plan that the actor saw.
        text: What will be done.
        owner: Who does it; for commissioned services the region (¶25).
        measure: How success is measured.
        due: By when; not before today.
        recommendations: References of the recommendations that it carries out; may be empty.
        commissioned: Whether it is on commissioned services.

    Returns:
        Its number in the plan.

    Raises:
        Refused: The actor may not, the plan is no draft, or something is missing or wrong.
    """
    plan = _locked_plan(by, reference, revision)
    _drafted(plan)
    _checked_owner(plan, owner, commissioned=commissioned)
    carried = _carried(plan, recommendations)
    _check_due(due, at)
    row = PlanAction.objects.create(
        plan=plan,
        number=(plan.actions.aggregate(last=Max("number"))["last"] or 0) + 1,
        text=_needed(text, "text", "What will be done"),
        owner_id=owner.code,
        measure=_needed(measure, "measure", "How success is measured"),
        commissioned=commissioned,
        first_due=due,
        due=due,
        added_at=at,
        added_by=by.reference,
    )
    ActionRecommendation.objects.bulk_create(
        [ActionRecommendation(action=row, recommendation=one) for one in carried]
    )
    return Recorded(f"plan:{plan.reference}", _said(row, recommendations), row.number)


def _check_due(due: date, at: datetime) -> None:
    if due < _today(at):
        raise Refused("action_date", "This day has passed.", "Enter today or a later day.", field="due")


def _said(row: PlanAction, recommendations: Collection[str]) -> dict[str, Value]:
    return {
        "action": row.number,
        "text": row.text,
        "owner": row.owner_id,
        "measure": row.measure,
        "due": row.due,
        "commissioned": row.commissioned,
        "recommendations": sorted(recommendations),
    }


@action(verb="plan.action-changed", permission=DRAFT, paragraph="24", on=_writer)
def change_action(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    revision: int,
    text: str,
    owner: PartyRef,
    measure: str,
    due: date,
    recommendations: Collection[str],
    commissioned: bool = False,
) -> Recorded[None]:
    """Change an action of a plan that is being drafted; the record keeps what it said before.

    Args:
        by: Someone who writes the plan.
        at: Moment of changing it.
        reference: Reference of the plan.
        number: Number of the action.
        revision: Revision of the action that the actor saw.
        text: What will be done.
        owner: Who does it.
        measure: How success is measured.
        due: By when.
        recommendations: References of the recommendations that it carries out.
        commissioned: Whether it is on commissioned services.

    Raises:
        Refused: The actor may not, the plan is no draft, or something is missing or wrong.
    """
    row = _locked_action(by, reference, number, revision)
    _drafted(Plan.objects.select_for_update().get(pk=row.plan_id))
    _checked_owner(row.plan, owner, commissioned=commissioned)
    carried = _carried(row.plan, recommendations)
    if due != row.due:
        _check_due(due, at)
    row.text = _needed(text, "text", "What will be done")
    row.measure = _needed(measure, "measure", "How success is measured")
    row.owner_id, row.commissioned = owner.code, commissioned
    # Nobody was promised a date before the plan is submitted, so the first date is the one submitted.
    row.first_due = row.due = due
    row.revision += 1
    row.save()
    ActionRecommendation.objects.filter(action=row).delete()
    ActionRecommendation.objects.bulk_create(
        [ActionRecommendation(action=row, recommendation=one) for one in carried]
    )
    return Recorded(f"plan:{row.plan.reference}", _said(row, recommendations), None)


@action(verb="plan.action-withdrawn", permission=DRAFT, paragraph="24", on=_writer)
def withdraw_action(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, text: str
) -> Recorded[None]:
    """Take an action out of a plan that is being drafted; its number is not given again.

    Args:
        by: Someone who writes the plan.
        at: Moment of taking it out.
        reference: Reference of the plan.
        number: Number of the action.
        revision: Revision of the action that the actor saw.
        text: Why.

    Raises:
        Refused: The actor may not, nothing is said, or the plan is no draft.
    """
    row = _locked_action(by, reference, number, revision)
    _drafted(Plan.objects.select_for_update().get(pk=row.plan_id))
    row.withdrawn_reason = _needed(text, "text", "The reason")
    row.withdrawn_at, row.withdrawn_by = at, by.reference
    row.revision += 1
    row.save()
    return Recorded(
        f"plan:{row.plan.reference}", {"action": row.number, "reason": row.withdrawn_reason}, None
    )


def _owner(*, by: Actor, reference: str, number: int, **_: object) -> PartyLike:
    return party(found_action(by, reference, number).owner_id)


def _live(row: PlanAction) -> None:
    if row.plan.state not in set(LIVE):
        raise Refused(
            "action_live",
            "The plan is still being drafted, so nothing is reported on it yet.",
            "Wait until it is submitted.",
            paragraph="26",
        )


@action(verb="plan.action-reported", permission=REPORT, paragraph="26", on=_owner)
def report_action(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    revision: int,
    progress: str,
    text: str,
    evidence: str = "",
    files: Sequence[GivenFile] = (),
) -> Recorded[None]:
    """Add to what is known of an action; earlier entries stay.

    Args:
        by: Someone of its owner, or of a body above it.
        at: Moment of reporting.
        reference: Reference of the plan.
        number: Number of the action.
        revision: Revision of the action that the actor saw.
        progress: ``not_started``, ``under_way`` or ``done``.
        text: What was done.
        evidence: What shows it; compulsory when it is done, unless files do.
        files: Files that show it.

    Raises:
        Refused: The actor may not, the plan is a draft, something is missing, a file is not taken, or it was
            reported done.
    """
    row = _locked_action(by, reference, number, revision)
    _live(row)
    if row.progress == Progress.DONE:
        raise Refused(
            "action_done",
            "The action was reported done.",
            "If it was not, tell those who clear the plan.",
            paragraph="26",
        )
    if progress not in set(Progress):
        raise Refused("action_progress", "There is no such state.", "Choose one.", field="progress")
    said, shown = _text(text, "text"), _text(shown_by(evidence, files), "evidence")
    check_progress(progress, said, shown)
    entry = ActionProgress.objects.create(
        action=row,
        progress=progress,
        text=said,
        evidence=shown,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )
    row.progress = progress
    row.revision += 1
    row.save()
    payload: dict[str, Value] = {
        "action": row.number,
        "progress": progress,
        "text": said,
        "evidence": shown,
    }
    if files:
        payload["files"] = _keep_evidence(entry, files, by=by, at=at)
    return Recorded(f"plan:{row.plan.reference}", payload, None)


@action(verb="plan.date-asked", permission=REPORT, paragraph="26", on=_owner)
def ask_date(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, due: date, reason: str
) -> Recorded[int]:
    """Ask for another date for an action. The date that stands goes on until someone else decides.

    Args:
        by: Someone of its owner, or of a body above it.
        at: Moment of asking.
        reference: Reference of the plan.
        number: Number of the action.
        revision: Revision of the action that the actor saw.
        due: Date asked for.
        reason: Why.

    Returns:
        Round of the change, from 1.

    Raises:
        Refused: The actor may not, the plan is a draft, the action is done, a date is waiting to be
            decided, or the date or the reason is missing or wrong.
    """
    row = _locked_action(by, reference, number, revision)
    _live(row)
    if row.progress == Progress.DONE or row.changes.filter(decided_at=None).exists():
        raise Refused(
            "action_date_waiting",
            "The action is done, or a date asked for is waiting to be decided.",
            "Open the action to see how it stands.",
        )
    check_new_date(due, present=row.due, today=_today(at))
    kept = DateChange.objects.create(
        action=row,
        round=row.changes.count() + 1,
        due_before=row.due,
        due_after=due,
        reason=_needed(reason, "reason", "The reason"),
        asked_at=at,
        asked_by=by.reference,
        asked_name=by.name,
    )
    row.revision += 1
    row.save()
    _tell_of_event(Event.DATE_ASKED, row, kept.round, by=by, at=at)
    payload: dict[str, Value] = {"action": row.number, "due": due, "was": row.due, "reason": kept.reason}
    return Recorded(f"plan:{row.plan.reference}", payload, kept.round)


@action(verb="plan.date-decided", permission=CLEAR, paragraph="26", on=_writer)
def decide_date(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    revision: int,
    approved: bool,
    decision: str = "",
) -> Recorded[None]:
    """Approve or decline the date that an owner asked for. The first date stays beside every later one.

    Args:
        by: Someone who clears the plan, and not who asked.
        at: Moment of deciding.
        reference: Reference of the plan.
        number: Number of the action.
        revision: Revision of the action that the actor saw.
        approved: Whether the new date stands from now on.
        decision: Why; compulsory when it is declined.

    Raises:
        Refused: The actor may not or asked for it, no date is waiting, or a reason is missing.
    """
    row = _locked_action(by, reference, number, revision)
    change = row.changes.select_for_update().filter(decided_at=None).order_by("round").first()
    if change is None:
        raise Refused(
            "action_date_waiting",
            "No date is waiting to be decided.",
            "Open the action to see how it stands.",
        )
    check_approver(change.asked_by, by.reference)
    why = _text(decision, "decision")
    if not approved and not why:
        raise Refused(
            "action_date", "A date is not declined without a reason.", "Enter it.", field="decision"
        )
    change.approved, change.decision = approved, why
    change.decided_at, change.decided_by, change.decided_name = at, by.reference, by.name
    change.save()
    if approved:
        row.due = change.due_after
    row.revision += 1
    row.save()
    _tell_of_event(Event.DATE_DECIDED, row, change.round, by=by, at=at)
    payload: dict[str, Value] = {
        "action": row.number,
        "round": change.round,
        "approved": approved,
        "due": row.due,
        "decision": why,
    }
    return Recorded(f"plan:{row.plan.reference}", payload, None)
