"""Who is asked to check a draft, by when, and an answer sent back to its author (D6, ¶22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from oversight.inspections.actions.accuracy_acting import (
    _Acting,
    _acting,
    _long,
    _reason,
    _set_points,
    _stale,
)
from oversight.inspections.models import AccuracyAnswer, AccuracyAsk, AccuracyPoint
from oversight.inspections.queries.accuracy_people import can_contribute
from oversight.inspections.rules.accuracy import check_contributor_date
from oversight.inspections.rules.accuracy_states import (
    ASK_WORKFLOW,
    CHECK_WORKFLOW,
    OSAG_PARTY,
    AskState,
    CheckState,
    PointState,
)
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef


@action(verb="accuracy.commissioned", permission="accuracy.commission", paragraph="22")
def commission(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    parties: Mapping[PartyRef, date],
    scope: str,
) -> Recorded[int]:
    """Ask parties to check the draft, each by a date of its own before that of the whole check (¶22).

    Args:
        by: Someone in OSAG.
        at: Moment of asking.
        reference: Reference of the inspection.
        revision: The check's revision that the actor saw.
        parties: Who is asked, and their last day.
        scope: What they are to look at; empty for the whole draft.

    Returns:
        How many were asked.

    Raises:
        Refused: The response is returned, nobody is chosen, someone is asked already or has nobody who could
            comment, a date does not fit, or the check changed meanwhile.
    """
    acting = _acting(by, at, reference)
    check = acting.check
    _stale(check.revision, revision, "check")
    move = CHECK_WORKFLOW.check("commission", check.state, by.role)
    if not parties:
        raise Refused(
            "accuracy_commission",
            "Nobody is chosen.",
            "Choose who is to look at the draft.",
            paragraph="22",
            field="parties",
        )
    asked = {one.party_id for one in acting.seen.asks if one.state != AskState.WITHDRAWN}
    for one, due in parties.items():
        _check_party(one, asked)
        check_contributor_date(due, today=acting.today, check_due=check.due)
    what = _long(scope, "scope")
    AccuracyAsk.objects.bulk_create(
        AccuracyAsk(
            check_of=check,
            party_id=one.code,
            lineage=one.lineage,
            scope=what,
            state=ASK_WORKFLOW.starts,
            first_due=due,
            due=due,
            asked_at=at,
            asked_by=by.reference,
            asked_name=by.name,
        )
        for one, due in parties.items()
    )
    if check.commissioned_on is None:
        check.commissioned_on = acting.today
        acting.tell("accuracy_check_commissioned")
        acting.note("accuracy_commissioned")
    check.state = move.target
    check.revision += 1
    check.save()
    payload: dict[str, Value] = {
        "parties": {one.code: due for one, due in parties.items()},
        "scope": what,
    }
    return Recorded(f"inspection:{acting.row.reference}", payload, len(parties))


def _check_party(one: PartyRef, asked: set[str]) -> None:
    if one.code in asked:
        raise Refused(
            "accuracy_commission",
            f"{one.name} was asked already.",
            "Leave it out, or change its date.",
            paragraph="22",
            field="parties",
        )
    if one.code == OSAG_PARTY or not can_contribute(one):
        raise Refused(
            "accuracy_commission",
            f"Nobody comments on drafts for {one.name}."
            if one.code != OSAG_PARTY
            else "OSAG adds points of its own whenever it likes, so it is not asked.",
            "Choose another.",
            paragraph="22",
            field="parties",
        )


def _ask(acting: _Acting, ask_id: int, revision: int) -> AccuracyAsk:
    ask = AccuracyAsk.objects.filter(check_of=acting.check, pk=ask_id).order_by("id").first()
    if ask is None:
        raise Refused(
            "not_found_ask", "Nobody was asked under this number.", "Open the accuracy check again."
        )
    _stale(ask.revision, revision, "answer")
    return ask


@action(verb="accuracy.contributor-date-changed", permission="accuracy.commission", paragraph="22")
def change_ask_date(
    *, by: Actor, at: datetime, reference: str, ask_id: int, revision: int, due: date
) -> Recorded[None]:
    """Give a contributor another date; the first one stays beside it.

    Args:
        by: Someone in OSAG.
        at: Moment of doing so.
        reference: Reference of the inspection.
        ask_id: Row of what they were asked.
        revision: Its revision that the actor saw.
        due: Their new last day.

    Raises:
        Refused: They have answered, the date does not fit or is the same, or it changed meanwhile.
    """
    acting = _acting(by, at, reference)
    ask = _ask(acting, ask_id, revision)
    ASK_WORKFLOW.check("change_date", ask.state, by.role)
    if due == ask.due:
        raise Refused("accuracy_date", "This is their date already.", "Enter another.", field="due")
    check_contributor_date(due, today=acting.today, check_due=acting.check.due)
    before, ask.due = ask.due, due
    ask.revision += 1
    ask.save()
    return acting.recorded({"party": ask.party_id, "due": due, "before": before})


@action(verb="accuracy.contributor-withdrawn", permission="accuracy.commission", paragraph="22")
def withdraw_ask(
    *, by: Actor, at: datetime, reference: str, ask_id: int, revision: int, reason: str
) -> Recorded[None]:
    """Stop asking a contributor; what they had begun to write is kept as withdrawn.

    Args:
        by: Someone in OSAG.
        at: Moment of doing so.
        reference: Reference of the inspection.
        ask_id: Row of what they were asked.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: They have answered, there is no reason, or it changed meanwhile.
    """
    acting = _acting(by, at, reference)
    ask = _ask(acting, ask_id, revision)
    move = ASK_WORKFLOW.check("withdraw", ask.state, by.role)
    why = _reason(reason, "The contributor needs to know why they are not asked any more.")
    written = AccuracyPoint.objects.filter(ask=ask, state=PointState.WRITTEN).order_by("number")
    numbers = _set_points(acting, written, PointState.WITHDRAWN, reason=why)
    ask.state, ask.reason = move.target, why
    ask.ended_at, ask.ended_by = at, by.reference
    ask.revision += 1
    ask.save()
    return acting.recorded({"party": ask.party_id, "reason": why, "withdrawn": numbers})


@action(verb="accuracy.answer-sent-back", permission="accuracy.commission", paragraph="22")
def send_back(
    *, by: Actor, at: datetime, reference: str, ask_id: int, revision: int, reason: str, due: date
) -> Recorded[None]:
    """Send an answer back to its author, who adds to it or changes it and hands it in again.

    Args:
        by: Someone in OSAG.
        at: Moment of doing so.
        reference: Reference of the inspection.
        ask_id: Row of what they were asked.
        revision: Its revision that the actor saw.
        reason: What is missing; must not be empty.
        due: Their last day now.

    Raises:
        Refused: They have not answered or are OSAG itself, the response is returned, the reason is empty, the
            date does not fit, or it changed meanwhile.
    """
    acting = _acting(by, at, reference)
    ask = _ask(acting, ask_id, revision)
    if acting.check.state != CheckState.COMMISSIONED or ask.party_id == OSAG_PARTY:
        raise Refused(
            "accuracy_returned",
            "The response is returned, so no answer goes back any more."
            if ask.party_id != OSAG_PARTY
            else "These are OSAG’s own points.",
            "There is nothing to do." if ask.party_id != OSAG_PARTY else "Hold back what should not go on.",
            paragraph="22",
        )
    move = ASK_WORKFLOW.check("send_back", ask.state, by.role)
    why = _reason(reason, "The contributor needs to know what is missing.")
    check_contributor_date(due, today=acting.today, check_due=acting.check.due)
    going = AccuracyPoint.objects.filter(
        ask=ask, state__in=[PointState.WITH_OSAG, PointState.CLEARED], answers_for=None
    )
    numbers = _set_points(acting, going.order_by("number"), PointState.WRITTEN)
    answer = AccuracyAnswer.objects.get(ask=ask, sent_back_at=None)
    answer.sent_back_at, answer.sent_back_by, answer.sent_back_name = at, by.reference, by.name
    answer.sent_back_reason = why
    answer.save()
    ask.state, ask.due = move.target, due
    ask.revision += 1
    ask.save()
    payload: dict[str, Value] = {"party": ask.party_id, "reason": why, "due": due, "numbers": numbers}
    return acting.recorded(payload)
