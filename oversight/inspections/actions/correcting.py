"""What is done to a published report: corrected, taken off the web, put back; never erased (D8, ¶16)."""

from __future__ import annotations

from datetime import datetime

from oversight.inspections.actions.moving import _locked, _text, _today, _told
from oversight.inspections.actions.publishing import _changed, _hand_over, _reason
from oversight.inspections.actions.report import _make_version_within
from oversight.inspections.models import Inspection, ReportVersion
from oversight.inspections.queries.in_common import offers_of
from oversight.inspections.queries.publishing import PUBLISH
from oversight.inspections.queries.snapshots import latest_version, snapshot_of
from oversight.inspections.rules.publishing import check_published
from oversight.inspections.rules.reporting import Purpose
from oversight.inspections.rules.visibility import OWNER
from oversight.intelligence.actions.offering import source_changed
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.ledger.acting import Recorded, action
from oversight.publication.actions import correct_report, restore_report, withdraw_report
from oversight.publication.queries.published import report as published_report


def _published_row(by: Actor, reference: str, revision: int) -> Inspection:
    row = _locked(by, reference, revision)
    check_published(row.state, by.role)
    return row


def _mark_in_common(
    row: Inspection, old: ReportVersion | None, new: ReportVersion | None, *, at: datetime, why: str
) -> list[int]:
    """Mark what is in common of themes on which the report reads otherwise now; of all, when it is off."""
    before = offers_of(row, old) if old is not None else ()
    after = {one.origin: (one.text, one.result) for one in offers_of(row, new)} if new is not None else {}
    changed = [one.origin for one in before if after.get(one.origin) != (one.text, one.result)]
    return source_changed(at=at, owner=OWNER, origins=changed, why=why[:2000])


@action(verb="inspection.report-corrected", permission=PUBLISH, paragraph="16")
def correct(
    *, by: Actor, at: datetime, reference: str, revision: int, wrong: str, says: str, why: str
) -> Recorded[int]:
    """Publish the report as it reads now as a correction, with a dated notice; give its round.

    The team changes the text first. The earlier rounds stay readable.

    Args:
        by: A publications officer of the Inspectorate.
        at: Moment of correcting it.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        wrong: What was wrong.
        says: What it says now.
        why: Why it is corrected.

    Raises:
        Refused: It is not published, nothing was changed, a part of the notice is missing, or the inspection
            changed meanwhile.
    """
    row = _published_row(by, reference, revision)
    before = published_report(row.reference)
    assert before is not None
    old = latest_version(row)
    version = _make_version_within(row, purpose=Purpose.CORRECTED, note=_text(why, "why"), by=by, at=at)
    snapshot = snapshot_of(row, version, published_on=before.snapshot.published_on)
    number = correct_report(by=by, at=at, snapshot=snapshot, wrong=wrong, says=says, why=why)
    marked = _mark_in_common(row, old, version, at=at, why=f"The report was corrected. {why}")
    _hand_over(row, snapshot, [one.number for one in before.snapshot.recommendations], by=by, at=at)
    _changed(row)
    _told(row, "correct", row.state, by=by, at=at, on=_today(at), reason=why)
    payload: dict[str, Value] = {
        "version": version.number,
        "digest": version.digest,
        "round": number,
        "in_common": list(marked),
    }
    return Recorded(f"inspection:{row.reference}", payload, number)


@action(verb="inspection.report-taken-off-the-web", permission=PUBLISH, paragraph="16")
def take_off_the_web(
    *, by: Actor, at: datetime, reference: str, revision: int, reason: str
) -> Recorded[None]:
    """Take the published report off the web, with a notice that says why. Nothing is erased.

    Args:
        by: A publications officer of the Inspectorate.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        reason: Why; the public reads it.

    Raises:
        Refused: It is not published or off the web already, there is no reason, or it changed meanwhile.
    """
    row = _published_row(by, reference, revision)
    why = _reason(reason, "Taking a report off the web")
    withdraw_report(by=by, at=at, reference=row.reference, why=why)
    _mark_in_common(row, latest_version(row), None, at=at, why=f"The report was taken off the web. {why}")
    _changed(row)
    _told(row, "off_the_web", row.state, by=by, at=at, on=_today(at), reason=why)
    return Recorded(f"inspection:{row.reference}", {"reason": why}, None)


@action(verb="inspection.report-put-back-on-the-web", permission=PUBLISH, paragraph="16")
def put_back_on_the_web(
    *, by: Actor, at: datetime, reference: str, revision: int, reason: str
) -> Recorded[None]:
    """Put a report back on the web, with a notice that says why.

    Args:
        by: A publications officer of the Inspectorate.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        reason: Why; the public reads it.

    Raises:
        Refused: It is not off the web, there is no reason, or it changed meanwhile.
    """
    row = _published_row(by, reference, revision)
    why = _reason(reason, "Putting a report back on the web")
    restore_report(by=by, at=at, reference=row.reference, why=why)
    _changed(row)
    _told(row, "back_on_the_web", row.state, by=by, at=at, on=_today(at), reason=why)
    return Recorded(f"inspection:{row.reference}", {"reason": why}, None)
