"""Disposal: proposed by one person, approved by another, with a record of what went; and holds (G5, ¶32)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from oversight.exchange.actions.files import let_go_within
from oversight.exchange.actions.writing import clean_text, locked, london_day
from oversight.exchange.models import Copy, DisposalLine, DisposalRun, Holding, LegalHold
from oversight.exchange.queries.disposal import DISPOSE, due_copies
from oversight.exchange.rules.disposal import RUN_WORKFLOW, Fate, RunState, check_proposal, check_second
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party


def _of_owner(*, owner: PartyRef, **_: object) -> PartyLike:
    return owner


@action(verb="exchange.disposal-proposed", permission=DISPOSE, paragraph="32", on=_of_owner)
def propose_run(*, by: Actor, at: datetime, owner: PartyRef) -> Recorded[int]:
    """List what an owner is due to dispose of today, for a second person to decide on.

    Args:
        by: Who proposes it.
        at: Moment of doing so.
        owner: Whose information it is.

    Returns:
        Row of the run.

    Raises:
        Refused: Nothing is due, or a list waits already.
    """
    today = london_day(at)
    due = due_copies(owner=owner.code, today=today)
    waiting = DisposalRun.objects.filter(owner__code=owner.code, state=RunState.PROPOSED).exists()
    check_proposal(due, waiting=waiting)
    row = DisposalRun.objects.create(
        owner_id=owner.code,
        as_of=today,
        proposed_at=at,
        proposed_by=by.reference,
        proposed_name=by.name,
    )
    copies = Copy.objects.filter(pk__in=due).select_related("holding", "file").order_by("retain_until", "id")
    DisposalLine.objects.bulk_create(
        DisposalLine(
            run=row,
            copy=one,
            title=one.holding.title,
            digest=one.file.content_id if one.file is not None else "",
            retain_until=one.retain_until,
        )
        for one in copies
    )
    return Recorded(f"disposal:{row.pk}", {"owner": owner.code, "copies": list(due)}, row.pk)


def _run_owner(*, run_id: int, **_: object) -> PartyLike | None:
    owner = DisposalRun.objects.filter(pk=run_id).order_by("id").values_list("owner__code", flat=True).first()
    return party(owner) if owner else None


@action(verb="exchange.disposed", permission=DISPOSE, paragraph="32", on=_run_owner)
def approve_run(*, by: Actor, at: datetime, run_id: int, keep: Mapping[int, str]) -> Recorded[int]:
    """Approve a list: the content goes, the rows and digests stay. What came on hold since is kept.

    Args:
        by: Another person than the one who proposed it.
        at: Moment of approving.
        run_id: Its row.
        keep: Why a copy of the list is kept after all, by the row of its line.

    Returns:
        How many copies were disposed of.

    Raises:
        Refused: There is no such run, it was decided on, or the actor proposed it.
    """
    row = locked(DisposalRun.objects.all(), run_id, "run")
    step = RUN_WORKFLOW.check("approve", row.state, by.role)
    check_second(proposed_by=row.proposed_by, by=by.reference)
    told: list[Value] = []
    count = 0
    for line in row.lines.select_related("copy__holding").order_by("id"):
        why = clean_text(keep.get(line.pk, ""), "keep") or _stopped(line.copy)
        if why:
            line.fate, line.reason = Fate.KEPT, why
        else:
            line.fate = Fate.GONE
            line.bytes_gone = _dispose(line.copy, by, at)
            count += 1
        line.save()
        told.append({"copy": line.copy_id, "digest": line.digest, "fate": str(line.fate), "reason": why})
    row.state, row.decided_at, row.decided_by, row.decided_name = step.target, at, by.reference, by.name
    row.save()

    return Recorded(f"disposal:{row.pk}", {"owner": row.owner_id, "lines": told}, count)


def _stopped(copy: Copy) -> str:
    hold = LegalHold.objects.filter(holding=copy.holding_id, lifted_at=None).order_by("id").first()
    if hold is not None:
        return f"A hold stops it: {hold.reason}"[:2000]
    if copy.gone_at is not None:
        return "It was gone already."
    return ""


def _dispose(copy: Copy, by: Actor, at: datetime) -> bool:
    row = locked(Copy.objects.all(), copy.pk, "copy")
    gone = let_go_within(id=row.file_id, by=by, at=at) if row.file_id is not None else False
    row.where, row.note = "", ""
    row.gone_at, row.gone_by = at, by.reference
    row.save()
    return gone


@action(verb="exchange.disposal-withdrawn", permission=DISPOSE, paragraph="32", on=_run_owner)
def withdraw_run(*, by: Actor, at: datetime, run_id: int, reason: str) -> Recorded[None]:
    """Withdraw a list that nobody has decided on; nothing goes.

    Args:
        by: Who withdraws it; the one who proposed it may.
        at: Moment of doing so.
        run_id: Its row.
        reason: Why.

    Raises:
        Refused: There is no such run, it was decided on, or the reason is missing.
    """
    row = locked(DisposalRun.objects.all(), run_id, "run")
    step = RUN_WORKFLOW.check("withdraw", row.state, by.role)
    row.decided_reason = clean_text(reason, "reason", wanted="Enter why nothing is disposed of.")
    row.state, row.decided_at, row.decided_by, row.decided_name = step.target, at, by.reference, by.name
    row.save()
    return Recorded(f"disposal:{row.pk}", {"reason": row.decided_reason}, None)


def _holding_owner(*, holding_id: int, **_: object) -> PartyLike | None:
    owner = Holding.objects.filter(pk=holding_id).order_by("id").values_list("owner__code", flat=True).first()
    return party(owner) if owner else None


@action(verb="exchange.hold-placed", permission=DISPOSE, paragraph="32", on=_holding_owner)
def place_hold(*, by: Actor, at: datetime, holding_id: int, reason: str) -> Recorded[None]:
    """Hold an item, so that no copy of it is disposed of until the hold is lifted.

    Args:
        by: Who may dispose of it.
        at: Moment of doing so.
        holding_id: Its row.
        reason: Why, for example an inquiry.

    Raises:
        Refused: There is no such item, it is on hold, or the reason is missing.
    """
    row = locked(Holding.objects.all(), holding_id, "item")
    why = clean_text(reason, "reason", wanted="Enter why it must be kept.")
    if LegalHold.objects.filter(holding=row, lifted_at=None).exists():
        raise Refused("hold_once", "This is on hold already.", "There is nothing to do.", paragraph="32")
    LegalHold.objects.create(
        holding=row, reason=why, placed_at=at, placed_by=by.reference, placed_name=by.name
    )
    return Recorded(f"holding:{row.pk}", {"reason": why}, None)


@action(verb="exchange.hold-lifted", permission=DISPOSE, paragraph="32", on=_holding_owner)
def lift_hold(*, by: Actor, at: datetime, holding_id: int, reason: str) -> Recorded[None]:
    """Lift the hold on an item.

    Args:
        by: Who may dispose of it.
        at: Moment of doing so.
        holding_id: Its row.
        reason: Why it need not be kept any longer.

    Raises:
        Refused: There is no such item, it is not on hold, or the reason is missing.
    """
    row = locked(Holding.objects.all(), holding_id, "item")
    why = clean_text(reason, "reason", wanted="Enter why the hold is lifted.")
    hold = LegalHold.objects.filter(holding=row, lifted_at=None).order_by("id").first()
    if hold is None:
        raise Refused("hold_none", "This is not on hold.", "There is nothing to do.", paragraph="32")
    hold.lifted_at, hold.lifted_by, hold.lifted_name, hold.lifted_reason = at, by.reference, by.name, why
    hold.save()
    return Recorded(f"holding:{row.pk}", {"reason": why}, None)
