"""Files of a closed audit: held, proposed for disposal, let go by a second person (G5, ¶32)."""

from __future__ import annotations

from datetime import datetime

from oversight.audits.actions.keeping import locked
from oversight.audits.models import Audit, AuditHold, AuditPaper, DisposalProposal
from oversight.audits.queries.sight import DISPOSE, not_found
from oversight.audits.rules.audit import OSAG
from oversight.audits.rules.work import check_disposal
from oversight.exchange.actions.files import let_go_within
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.exchange.rules.disposal import check_second
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party


def _osag(**_: object) -> PartyLike:
    return party(OSAG)


def _ours(by: Actor, reference: str) -> Audit:
    row, sight = locked(by, reference)
    if not sight.osag:
        raise not_found()
    return row


def _live_hold(row: Audit) -> AuditHold | None:
    return row.holds.filter(lifted_at=None).order_by("id").first()


def _due(row: Audit, at: datetime) -> None:
    check_disposal(
        retain_until=row.retain_until,
        gone=row.gone_at is not None,
        held=_live_hold(row) is not None,
        today=london_day(at),
    )


@action(verb="audit.hold-placed", permission=DISPOSE, paragraph="32", on=_osag)
def place_hold(*, by: Actor, at: datetime, reference: str, reason: str) -> Recorded[None]:
    """Hold the files of an audit, so that they do not go until the hold is lifted.

    Args:
        by: Someone of OSAG who may dispose of information.
        at: Moment of doing so.
        reference: Reference of the audit.
        reason: Why, for example an inquiry.

    Raises:
        Refused: There is no such audit, it is on hold, or the reason is missing.
    """
    row = _ours(by, reference)
    why = clean_text(reason, "reason", wanted="Enter why they must be kept.")
    if _live_hold(row) is not None:
        raise Refused("hold_once", "This is on hold already.", "There is nothing to do.", paragraph="32")
    AuditHold.objects.create(audit=row, reason=why, placed_at=at, placed_by=by.reference, placed_name=by.name)
    return Recorded(f"audit:{row.reference}", {"reason": why}, None)


@action(verb="audit.hold-lifted", permission=DISPOSE, paragraph="32", on=_osag)
def lift_hold(*, by: Actor, at: datetime, reference: str, reason: str) -> Recorded[None]:
    """Lift the hold on the files of an audit.

    Args:
        by: Someone of OSAG who may dispose of information.
        at: Moment of doing so.
        reference: Reference of the audit.
        reason: Why they need not be kept any longer.

    Raises:
        Refused: There is no such audit, it is not on hold, or the reason is missing.
    """
    row = _ours(by, reference)
    hold = _live_hold(row)
    if hold is None:
        raise Refused("hold_none", "This is not on hold.", "There is nothing to do.", paragraph="32")
    hold.lifted_reason = clean_text(reason, "reason", wanted="Enter why the hold is lifted.")
    hold.lifted_at, hold.lifted_by = at, by.reference
    hold.save()
    return Recorded(f"audit:{row.reference}", {"reason": hold.lifted_reason}, None)


@action(verb="audit.disposal-proposed", permission=DISPOSE, paragraph="32", on=_osag)
def propose_disposal(*, by: Actor, at: datetime, reference: str) -> Recorded[None]:
    """Propose that the files of an audit go, for a second person to decide on.

    Args:
        by: Someone of OSAG who may dispose of information.
        at: Moment of proposing.
        reference: Reference of the audit.

    Raises:
        Refused: There is no such audit, its files are not due to go, or it is proposed already.
    """
    row = _ours(by, reference)
    _due(row, at)
    if row.disposals.filter(decided_at=None).exists():
        raise Refused(
            "disposal_waiting", "A second person has to decide on it already.", "Ask one.", paragraph="32"
        )
    DisposalProposal.objects.create(
        audit=row, proposed_at=at, proposed_by=by.reference, proposed_name=by.name
    )
    return Recorded(f"audit:{row.reference}", {"retain_until": row.retain_until}, None)


def _waiting(row: Audit) -> DisposalProposal:
    one = row.disposals.filter(decided_at=None).order_by("id").first()
    if one is None:
        raise Refused(
            "disposal_nothing", "Nobody has proposed to dispose of them.", "Propose it first.", paragraph="32"
        )
    return one


@action(verb="audit.disposed", permission=DISPOSE, paragraph="32", on=_osag)
def approve_disposal(*, by: Actor, at: datetime, reference: str) -> Recorded[int]:
    """Approve that the files of an audit go; rows and digests stay.

    Args:
        by: Another person than the one who proposed it.
        at: Moment of approving.
        reference: Reference of the audit.

    Returns:
        How many files went.

    Raises:
        Refused: There is no such audit, nothing is proposed, the actor proposed it, or a hold keeps
            the files.
    """
    row = _ours(by, reference)
    one = _waiting(row)
    check_second(proposed_by=one.proposed_by, by=by.reference)
    _due(row, at)
    papers = AuditPaper.objects.filter(test__audit=row, file__isnull=False).order_by("id")
    told: list[Value] = []
    for paper in papers:
        assert paper.file_id is not None
        bytes_gone = let_go_within(id=paper.file_id, by=by, at=at)
        told.append({"paper": paper.pk, "file": paper.file_id, "bytes_gone": bytes_gone})
    one.decided_at, one.decided_by, one.decided_name, one.gone = at, by.reference, by.name, True
    one.save()
    row.gone_at, row.gone_by = at, by.reference
    row.save()
    return Recorded(f"audit:{row.reference}", {"files": told}, len(told))


@action(verb="audit.disposal-declined", permission=DISPOSE, paragraph="32", on=_osag)
def decline_disposal(*, by: Actor, at: datetime, reference: str, reason: str) -> Recorded[None]:
    """Turn a proposed disposal down; the files stay.

    Args:
        by: Someone of OSAG who may dispose of information.
        at: Moment of doing so.
        reference: Reference of the audit.
        reason: Why they are kept.

    Raises:
        Refused: There is no such audit, nothing is proposed, or the reason is missing.
    """
    row = _ours(by, reference)
    one = _waiting(row)
    one.reason = clean_text(reason, "reason", wanted="Enter why they are kept.")
    one.decided_at, one.decided_by, one.decided_name = at, by.reference, by.name
    one.save()
    return Recorded(f"audit:{row.reference}", {"reason": one.reason}, None)
