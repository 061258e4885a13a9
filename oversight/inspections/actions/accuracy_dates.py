"""A later date for the check, which moves only when OSAG and the Inspectorate both say so (D6, ¶32)."""

from __future__ import annotations

from datetime import date, datetime

from oversight.inspections.actions.accuracy import _demand_team
from oversight.inspections.actions.accuracy_acting import _Acting, _acting, _long, _reason, _stale
from oversight.inspections.actions.moving import _today
from oversight.inspections.models import DateProposal
from oversight.inspections.rules.accuracy import check_answer, check_later_date, side_of
from oversight.inspections.rules.accuracy_states import CHECK_OPEN, EXTENSION_WORKFLOW, ExtensionState
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action


def _agreeing(by: Actor, at: datetime, reference: str, revision: int) -> _Acting:
    """Lock a check whose date can still move, for someone who speaks for one of the two sides."""
    acting = _acting(by, at, reference)
    _stale(acting.check.revision, revision, "check")
    if acting.check.state not in CHECK_OPEN:
        raise Refused(
            "accuracy_returned",
            "The response is returned, so its date moves no more.",
            "There is nothing to do.",
            paragraph="32",
        )
    if side_of(by.role) == "hmip":
        _demand_team(acting)
    return acting


@action(verb="accuracy.later-date-proposed", permission="accuracy.agree_extension", paragraph="32")
def propose_date(
    *, by: Actor, at: datetime, reference: str, revision: int, until: date, reason: str
) -> Recorded[int]:
    """Propose a later date for the check. Nothing moves until the other side agrees.

    Args:
        by: Someone in OSAG, or on the team of the inspection.
        at: Moment of proposing.
        reference: Reference of the inspection.
        revision: The check's revision that the actor saw.
        until: The last day proposed.
        reason: Why; must not be empty.

    Returns:
        Row of the proposal.

    Raises:
        Refused: The response is returned, another proposal waits for an answer, the date is no later one or
            was proposed before, the reason is empty, or the check changed meanwhile.
    """
    acting = _agreeing(by, at, reference, revision)
    check, side = acting.check, side_of(by.role)
    earlier = list(DateProposal.objects.filter(check_of=check).order_by("id"))
    if any(one.state == ExtensionState.PROPOSED for one in earlier):
        raise Refused(
            "accuracy_later_date",
            "A later date is proposed already, and not answered.",
            "Answer it, or withdraw it first.",
            paragraph="32",
            field="until",
        )
    check_later_date(until, today=acting.today, due=check.due, earlier=[one.until for one in earlier])
    why = _reason(reason, "The other side agrees to a reason, not only to a date.")
    made = DateProposal.objects.create(
        check_of=check,
        side=side,
        until=until,
        before=check.due,
        reason=why,
        state=EXTENSION_WORKFLOW.starts,
        proposed_at=at,
        proposed_by=by.reference,
        proposed_name=by.name,
    )
    check.revision += 1
    check.save()
    asked_today = any(one.side == "osag" and _today(one.proposed_at) == acting.today for one in earlier)
    if side == "osag" and not asked_today:
        acting.tell("accuracy_check_extension_asked")
    acting.tell("accuracy_check_extension_agreed", until=until)
    payload: dict[str, Value] = {"until": until, "before": made.before, "reason": why}
    return Recorded(f"inspection:{acting.row.reference}", payload, made.pk)


@action(verb="accuracy.later-date-answered", permission="accuracy.agree_extension", paragraph="32")
def answer_date(
    *, by: Actor, at: datetime, reference: str, revision: int, answer: str, reason: str
) -> Recorded[None]:
    """Agree to the later date that the other side proposed, decline it, or withdraw one's own proposal.

    Args:
        by: Someone in OSAG, or on the team of the inspection.
        at: Moment of answering.
        reference: Reference of the inspection.
        revision: The check's revision that the actor saw.
        answer: ``agree``, ``decline`` or ``withdraw``.
        reason: Why; must not be empty when it is declined.

    Raises:
        Refused: Nothing is proposed, it is not for this side to answer, the date proposed has passed, the
            reason is missing, or the check changed meanwhile.
    """
    acting = _agreeing(by, at, reference, revision)
    check = acting.check
    held = (
        DateProposal.objects.select_for_update()
        .filter(check_of=check, state=ExtensionState.PROPOSED)
        .order_by("id")
        .first()
    )
    if held is None:
        raise Refused(
            "accuracy_later_date",
            "No later date is proposed.",
            "Propose one.",
            paragraph="32",
        )
    move = check_answer(answer, held.state, by.role, proposed_by=held.side)
    why = _long(reason, "reason")
    if move.target == ExtensionState.DECLINED:
        why = _reason(why, "The other side needs to know why the date stays.")
    if move.target == ExtensionState.AGREED:
        check_later_date(held.until, today=acting.today, due=check.due, earlier=())
        check.due = held.until
    held.state, held.answer = move.target, why
    held.answered_at, held.answered_by, held.answered_name = at, by.reference, by.name
    held.save()
    check.revision += 1
    check.save()
    if move.target == ExtensionState.AGREED:
        acting.tell("accuracy_check_extension_agreed", until=held.until)
        acting.note("accuracy_date_agreed", detail=day_in_words(held.until), reason=held.reason)
    elif move.target == ExtensionState.DECLINED and held.side == "osag":
        acting.tell("accuracy_check_extension_declined")
    payload: dict[str, Value] = {"until": held.until, "before": held.before, "answer": answer, "reason": why}
    return acting.recorded(payload)
