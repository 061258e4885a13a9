"""The family, then the public: briefing or an exception with a second person, publication (F3, ¶27)."""

from __future__ import annotations

from datetime import date, datetime

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.publication.actions import (
    correct_report,
    publish_report,
    restore_report,
    withdraw_report,
)
from oversight.publication.rules.snapshots import Snapshot
from oversight.recommendations.actions import receive
from oversight.sfo.actions.independent_moving import _changed, _checked, _locked, _missing, _moved
from oversight.sfo.actions.independent_writing import _complete, _keep
from oversight.sfo.actions.moving import _text, _today, _told
from oversight.sfo.models import FamilyBriefing, FamilyException, IndependentReview
from oversight.sfo.queries.independent_text import latest_issued, snapshot_of
from oversight.sfo.rules.independent import (
    KIND,
    FamilyBasis,
    check_day,
    check_published,
    check_second_person,
)

DECIDE = "sfo.review_independently"
PUBLISH = "publication.publish"


@action(verb="sfo.family-briefed", permission=DECIDE, paragraph="19")
def brief_family(
    *, by: Actor, at: datetime, reference: str, revision: int, on: date, account: str
) -> Recorded[None]:
    """Record that the family was briefed on the final report; only then it is ready to be published.

    Args:
        by: A lead inspector.
        at: Moment of recording it.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        on: Day of the briefing, not before the report was final.
        account: How it was done, without names.

    Raises:
        Refused: The report is not final, the day does not fit, the account is missing, or the actor is no
            named reader.
    """
    row = _locked(by, reference, revision)
    move = _checked(by, row, "brief_family")
    assert row.final_on is not None
    check_day(on, today=_today(at), not_before=row.final_on, after="the final report")
    told = _text(account, "account")
    if not told:
        raise _missing("The account of the briefing", "account")
    row.briefing = FamilyBriefing.objects.create(
        review=row, on=on, account=told, told_at=at, told_by=by.reference, told_name=by.name
    )
    row.family_basis = FamilyBasis.BRIEFED
    _moved(row, move, by=by, at=at, on=on, account=told)
    payload: dict[str, Value] = {"on": on, "account_digest": digest(told)}
    return Recorded(f"sfo-independent:{row.reference}", payload, None)


@action(verb="sfo.family-exception-proposed", permission=DECIDE, paragraph="19")
def propose_exception(
    *, by: Actor, at: datetime, reference: str, revision: int, account: str
) -> Recorded[None]:
    """Propose to publish without briefing the family; a second person decides.

    The record holds the reason itself: that a family was not told is for everyone who reads the record.

    Args:
        by: A lead inspector.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        account: The reason, without names.

    Raises:
        Refused: The report is not final, the reason is missing, or the actor is no named reader.
    """
    row = _locked(by, reference, revision)
    move = _checked(by, row, "propose_exception")
    told = _text(account, "account")
    if not told:
        raise _missing("The reason for the exception", "account")
    number = row.exceptions.count() + 1
    FamilyException.objects.create(
        review=row,
        number=number,
        reason=told,
        proposed_at=at,
        proposed_by=by.reference,
        proposed_name=by.name,
    )
    _moved(row, move, by=by, at=at, on=_today(at), account=told)
    return Recorded(f"sfo-independent:{row.reference}", {"number": number, "reason": told}, None)


@action(verb="sfo.family-exception-decided", permission=DECIDE, paragraph="19")
def decide_exception(
    *, by: Actor, at: datetime, reference: str, revision: int, act: str, account: str
) -> Recorded[bool]:
    """Confirm or refuse, as a second person, to publish without briefing the family.

    Args:
        by: Someone of the Inspectorate who did not propose it.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        act: ``confirm_exception`` or ``refuse_exception``.
        account: Why.

    Returns:
        Whether it is confirmed.

    Raises:
        Refused: Nothing is proposed, the actor proposed it, the reason is missing, or they are no reader.
    """
    assert act in {"confirm_exception", "refuse_exception"}
    row = _locked(by, reference, revision)
    move = _checked(by, row, act)
    held = row.exceptions.order_by("id").get(decided_at=None)
    check_second_person(by.reference, held.proposed_by)
    told = _text(account, "account")
    if not told:
        raise _missing("The reason for the decision", "account")
    held.granted, held.decision = act == "confirm_exception", told
    held.decided_at, held.decided_by, held.decided_name = at, by.reference, by.name
    held.save()
    if held.granted:
        row.exception, row.family_basis = held, FamilyBasis.EXCEPTION
    _moved(row, move, by=by, at=at, on=_today(at), account=told)
    payload: dict[str, Value] = {
        "number": held.number,
        "granted": held.granted,
        "reason": held.reason,
        "decision": told,
        "proposed_by": held.proposed_by,
        "decided_by": held.decided_by,
    }
    return Recorded(f"sfo-independent:{row.reference}", payload, held.granted)


@action(verb="sfo.independent-published", permission=PUBLISH, paragraph="27")
def publish(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[int]:
    """Publish the final report, and hand its recommendations over to those who answer them (¶27).

    Args:
        by: Publications of the Inspectorate.
        at: Moment of publishing.
        reference: Reference of the review.
        revision: Its revision that the actor saw.

    Returns:
        The round of the public register.

    Raises:
        Refused: The family was not briefed and no exception stands, it is not the time, or the actor is no
            named reader.
    """
    row, today = _locked(by, reference, revision), _today(at)
    move = _checked(by, row, "publish")
    version = latest_issued(row)
    assert version is not None
    snapshot = snapshot_of(row, version, published_on=today)
    number = publish_report(by=by, at=at, snapshot=snapshot)
    row.published_on = today
    _moved(row, move, by=by, at=at, on=today, event="report_published")
    _hand_over(row, snapshot, by=by, at=at)
    payload: dict[str, Value] = {
        "version": version.number,
        "version_digest": version.digest,
        "round": number,
        "family": row.family_basis,
    }
    return Recorded(f"sfo-independent:{row.reference}", payload, number)


def _hand_over(row: IndependentReview, snapshot: Snapshot, *, by: Actor, at: datetime) -> None:
    """Hand each recommendation over; those taken up before stay as they are (¶24, ¶27)."""
    for one in snapshot.recommendations:
        receive(
            by=by,
            at=at,
            kind=KIND,
            source=row.reference,
            source_title=snapshot.title,
            number=one.number,
            text=one.text,
            addressee=party(one.authority),
            on=_today(at),
        )


@action(verb="sfo.independent-corrected", permission=PUBLISH, paragraph="27")
def correct(
    *, by: Actor, at: datetime, reference: str, revision: int, wrong: str, says: str, why: str
) -> Recorded[int]:
    """Publish the report as its reviewers corrected it, beside the earlier round and with a dated notice.

    Args:
        by: Publications of the Inspectorate.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        wrong: What was wrong.
        says: What it says now.
        why: Why it is corrected.

    Returns:
        The round of the public register.

    Raises:
        Refused: It is not published, nothing differs, a part of the notice is missing, or the actor is no
            named reader.
    """
    row = _locked(by, reference, revision)
    check_published(row.state)
    assert row.published_on is not None
    _complete(row)
    version = _keep(row, "corrected", by=by, at=at)
    snapshot = snapshot_of(row, version, published_on=row.published_on)
    number = correct_report(by=by, at=at, snapshot=snapshot, wrong=wrong, says=says, why=why)
    _changed(row)
    _told(row, "correct", row.state, by=by, at=at, on=_today(at), account=why)
    _hand_over(row, snapshot, by=by, at=at)
    payload: dict[str, Value] = {
        "version": version.number,
        "version_digest": version.digest,
        "round": number,
    }
    return Recorded(f"sfo-independent:{row.reference}", payload, number)


@action(verb="sfo.independent-taken-off-the-web", permission=PUBLISH, paragraph="16")
def take_off_the_web(
    *, by: Actor, at: datetime, reference: str, revision: int, account: str
) -> Recorded[None]:
    """Take the published report off the web, with a notice that says why. Nothing is erased.

    Args:
        by: Publications of the Inspectorate.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        account: Why; the public reads it.

    Raises:
        Refused: It is not published or off the web already, the reason is missing, or the actor is no named
            reader.
    """
    row, why = _published(by, reference, revision, account)
    withdraw_report(by=by, at=at, reference=row.reference, why=why)
    _told(row, "off_the_web", row.state, by=by, at=at, on=_today(at), account=why)
    return Recorded(f"sfo-independent:{row.reference}", {"reason": why}, None)


@action(verb="sfo.independent-put-back-on-the-web", permission=PUBLISH, paragraph="16")
def put_back_on_the_web(
    *, by: Actor, at: datetime, reference: str, revision: int, account: str
) -> Recorded[None]:
    """Put a report back on the web, with a notice that says why.

    Args:
        by: Publications of the Inspectorate.
        at: Moment of doing so.
        reference: Reference of the review.
        revision: Its revision that the actor saw.
        account: Why; the public reads it.

    Raises:
        Refused: It is not off the web, the reason is missing, or the actor is no named reader.
    """
    row, why = _published(by, reference, revision, account)
    restore_report(by=by, at=at, reference=row.reference, why=why)
    _told(row, "back_on_the_web", row.state, by=by, at=at, on=_today(at), account=why)
    return Recorded(f"sfo-independent:{row.reference}", {"reason": why}, None)


def _published(by: Actor, reference: str, revision: int, account: str) -> tuple[IndependentReview, str]:
    row = _locked(by, reference, revision)
    check_published(row.state)
    why = _text(account, "account")
    if not why:
        raise _missing("The reason", "account")
    _changed(row)
    return row, why
