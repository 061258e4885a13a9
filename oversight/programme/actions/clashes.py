"""What the bodies say about a clash, until they agree (C2, ¶28)."""

from __future__ import annotations

from datetime import datetime

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.programme.actions.clashing import _said, _settled_event
from oversight.programme.actions.keeping import _reason
from oversight.programme.actions.scope import _own
from oversight.programme.models import Clash
from oversight.programme.queries.sight import PLAN, found_clash
from oversight.programme.rules.settling import WORKFLOW, ClashState, Outcome, answer_move, check_other_party
from oversight.programme.rules.visits import PARAGRAPH


def _locked(by: Actor, reference: str, revision: int) -> Clash:
    """Lock a clash that the actor's body was told of, and refuse an act on an older sight of it."""
    seen = found_clash(by, reference)
    row = Clash.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if not row.parties.filter(party__code=by.party).exists():
        raise Refused(
            "permission_clash_party",
            "Your body has no visit in this clash, so it is not for you to settle.",
            "The planners of the bodies concerned settle it.",
            paragraph=PARAGRAPH,
            who_can="the planners of the bodies concerned",
        )
    if row.revision != revision:
        raise Refused(
            "stale_clash",
            "Someone else changed this clash since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row


def _recorded(row: Clash, reason: str) -> Recorded[None]:
    # The reason may speak of days that are not announced, so the record keeps its digest.
    payload: dict[str, Value] = {
        "state": row.state,
        "outcome": row.outcome,
        "said": digest({"reason": reason, "salt": row.visit.salt}),
    }
    return Recorded(f"clash:{row.reference}", payload, None)


@action(verb="clash.answered", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def answer_clash(
    *, by: Actor, at: datetime, reference: str, revision: int, outcome: str, reason: str
) -> Recorded[None]:
    """Say what is to be done about a clash: accept it, move, narrow, or give notice.

    A body that is alone in a clash settles it so; otherwise the others agree or decline.

    Args:
        by: A planner of a body concerned.
        at: Moment of saying so.
        reference: Reference of the clash.
        revision: Its revision that the actor saw.
        outcome: An ``Outcome``.
        reason: Why; must not be empty. Every body concerned reads it.

    Raises:
        Refused: It is settled or gone, the body is not concerned, there is no reason, or it changed.
    """
    row = _locked(by, reference, revision)
    if outcome not in set(Outcome):
        raise Refused(
            "clash_outcome",
            "That is nothing that can be done about a clash.",
            "Choose one of the answers.",
            paragraph=PARAGRAPH,
            field="outcome",
        )
    move = WORKFLOW.check(answer_move(alone=row.parties.count() == 1), row.state, by.role)
    why = _reason(reason, move.label)
    row.state, row.outcome, row.proposer_id = move.target, outcome, by.party
    if move.target == ClashState.SETTLED:
        row.ended_at, row.ended_by = at, by.reference
    row.revision += 1
    row.save()
    _said(row, move.name, by=by, at=at, outcome=outcome, reason=why)
    if move.target == ClashState.SETTLED:
        _settled_event(row, by=by, at=at)
    return _recorded(row, why)


@action(verb="clash.agreed", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def agree_clash(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Agree to what another body proposed; the clash is settled.

    Args:
        by: A planner of another body concerned.
        at: Moment of agreeing.
        reference: Reference of the clash.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: Nothing is proposed, it is the body's own proposal, there is no reason, or it changed.
    """
    row = _locked(by, reference, revision)
    move = WORKFLOW.check("agree", row.state, by.role)
    check_other_party(row.proposer_id or "", by.party)
    why = _reason(reason, move.label)
    row.state, row.ended_at, row.ended_by = move.target, at, by.reference
    row.revision += 1
    row.save()
    _said(row, move.name, by=by, at=at, outcome=row.outcome, reason=why)
    _settled_event(row, by=by, at=at)
    return _recorded(row, why)


@action(verb="clash.declined", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def decline_clash(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Decline what another body proposed; the clash is to be talked through again.

    Args:
        by: A planner of another body concerned.
        at: Moment of declining.
        reference: Reference of the clash.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: Nothing is proposed, it is the body's own proposal, there is no reason, or it changed.
    """
    row = _locked(by, reference, revision)
    move = WORKFLOW.check("decline", row.state, by.role)
    check_other_party(row.proposer_id or "", by.party)
    why = _reason(reason, move.label)
    said = row.outcome
    row.state, row.outcome, row.proposer_id = move.target, "", None
    row.revision += 1
    row.save()
    _said(row, move.name, by=by, at=at, outcome=said, reason=why)
    return _recorded(row, why)
