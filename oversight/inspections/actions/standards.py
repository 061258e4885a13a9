"""Versions of inspection standards: proposed, approved by a second person, told, withdrawn (A9, ¶9, ¶29)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from oversight.arrangements.actions import happened, withdraw_event
from oversight.arrangements.queries import event as event_detail
from oversight.inspections.actions.moving import _text, _today
from oversight.inspections.models import StandardsVersion
from oversight.inspections.queries.programmes import all_programmes, read_stored
from oversight.inspections.queries.standards import kept_by, used_numbers
from oversight.inspections.rules.programmes import Programme
from oversight.inspections.rules.reading import read_programme
from oversight.inspections.rules.versions import (
    WORKFLOW,
    VersionState,
    check_effect,
    check_proposed,
    check_second_person,
    check_withdrawal,
    event_reference,
)
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action

#: What a proposal is called where its faults are told.
NAME = "The text"


def _reason(given: str, field: str = "reason") -> str:
    told = _text(given, field)
    if not told:
        raise Refused("standards_reason", "This needs a reason.", "Enter it.", paragraph="9", field=field)
    return told


def _locked(proposal_id: int, revision: int, act: str, by: Actor) -> StandardsVersion:
    row = (
        StandardsVersion.objects.select_for_update(of=("self",)).filter(pk=proposal_id).order_by("id").first()
    )
    if row is None:
        raise Refused(
            "not_found_version", "There is no such version.", "Choose one from the list of versions."
        )
    if row.revision != revision:
        raise Refused(
            "stale_standards",
            "Someone else acted on this version since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    WORKFLOW.check(act, row.state, by.role)
    row.revision += 1
    return row


def _programme(row: StandardsVersion) -> Programme:
    return read_stored(row.digest, row.text, f"{row.programme} v{row.version}")


def _happened(row: StandardsVersion, event: str, *, by: Actor, at: datetime, note: str) -> int:
    return happened(
        by=by,
        at=at,
        event=event,
        kind="",
        about=event_reference(row.programme, row.version),
        on=_today(at),
        unit=None,
        addressee=None,
        note=note,
    ).id


def _facts(row: StandardsVersion) -> dict[str, Value]:
    return {
        "programme": row.programme,
        "version": row.version,
        "effective_from": row.effective_from,
        "digest": row.digest,
    }


@action(verb="standards.proposed", permission="standards.edit", paragraph="9")
def propose(*, by: Actor, at: datetime, wanted: str, text: str, why: str) -> Recorded[int]:
    """Propose a version of a programme, for a second owner of standards to decide on.

    Args:
        by: An owner of inspection standards.
        at: Moment of doing so.
        wanted: Identifier of the programme; empty for a new one.
        text: The whole text of the version.
        why: Why it is proposed; the other parties read it once it is approved.

    Returns:
        Number of the proposal.

    Raises:
        Refused: The text has a fault, is of another programme or number, or its day does not fit; another
            version of the programme is waiting; or the reason is missing.
    """
    told = _reason(why, "why")
    programme = read_programme(text, NAME)
    known = all_programmes()
    check_proposed(programme, known, wanted=wanted, today=_today(at), numbers=used_numbers(programme.id))
    waiting = Refused(
        "standards_waiting",
        f"Another version of “{programme.title}” is proposed and waits for a decision.",
        "Withdraw it or have it decided first.",
        paragraph="9",
        field="text",
    )
    if StandardsVersion.objects.filter(programme=programme.id, state=VersionState.PROPOSED).exists():
        raise waiting
    try:
        with transaction.atomic():
            row = StandardsVersion.objects.create(
                programme=programme.id,
                version=programme.version,
                effective_from=programme.effective_from,
                text=text,
                digest=digest(text),
                why=told,
                state=WORKFLOW.starts,
                proposed_at=at,
                proposed_by=by.reference,
                proposed_name=by.name,
            )
    except IntegrityError as twin:
        raise waiting from twin
    return Recorded(f"standards-version:{row.pk}", _facts(row) | {"why": told}, row.pk)


@action(verb="standards.approved", permission="standards.edit", paragraph="9")
def approve(*, by: Actor, at: datetime, proposal_id: int, revision: int) -> Recorded[None]:
    """Approve a proposed version as a second person: it takes effect on its day, and ¶29 binds to tell of it.

    Args:
        by: An owner of inspection standards who did not propose it.
        at: Moment of doing so.
        proposal_id: Number of the proposal.
        revision: Its revision that the actor saw.

    Raises:
        Refused: The actor proposed it, its day has passed, another version was taken up meanwhile, or it is
            decided or changed.
    """
    row = _locked(proposal_id, revision, "approve", by)
    check_second_person(row.proposed_by, by.reference)
    programme, known = _programme(row), all_programmes()
    held = any(one.id == row.programme for one in known)
    check_proposed(
        programme,
        known,
        wanted=row.programme if held else "",
        today=_today(at),
        numbers=used_numbers(row.programme),
    )
    row.state = VersionState.APPROVED
    row.approved_at, row.approved_by, row.approved_name = at, by.reference, by.name
    row.decided_event = _happened(
        row,
        "change_decided",
        by=by,
        at=at,
        note=f"{programme.title}, version {programme.version}, takes effect on "
        f"{day_in_words(programme.effective_from)}.",
    )
    row.save()
    return Recorded(f"standards-version:{row.pk}", _facts(row), None)


def _closed(row: StandardsVersion, state: VersionState, reason: str, by: Actor, at: datetime) -> None:
    row.state = state
    row.closed_at, row.closed_by, row.closed_name, row.closed_reason = at, by.reference, by.name, reason
    row.save()


@action(verb="standards.declined", permission="standards.edit", paragraph="9")
def decline(*, by: Actor, at: datetime, proposal_id: int, revision: int, reason: str) -> Recorded[None]:
    """Decide against a proposed version, with the reason.

    Args:
        by: An owner of inspection standards who did not propose it.
        at: Moment of doing so.
        proposal_id: Number of the proposal.
        revision: Its revision that the actor saw.
        reason: Why.

    Raises:
        Refused: The actor proposed it, the reason is missing, or it is decided or changed.
    """
    row = _locked(proposal_id, revision, "decline", by)
    check_second_person(row.proposed_by, by.reference)
    why = _reason(reason)
    _closed(row, VersionState.DECLINED, why, by, at)
    return Recorded(f"standards-version:{row.pk}", _facts(row) | {"reason": why}, None)


@action(verb="standards.withdrawn", permission="standards.edit", paragraph="9")
def withdraw(*, by: Actor, at: datetime, proposal_id: int, revision: int, reason: str) -> Recorded[None]:
    """Withdraw a version before it takes effect, and with it what the parties owed because of it.

    Args:
        by: An owner of inspection standards.
        at: Moment of doing so.
        proposal_id: Number of the proposal.
        revision: Its revision that the actor saw.
        reason: Why; the other parties read it.

    Raises:
        Refused: It is in force, an inspection keeps it, the reason is missing, or it is decided or changed.
    """
    row = _locked(proposal_id, revision, "withdraw", by)
    today = _today(at)
    kept = kept_by(row.programme, row.version) if row.state == VersionState.APPROVED else ()
    check_withdrawal(row.state, row.effective_from, today=today, inspections=kept)
    why = _reason(reason)
    for event in (row.told_event, row.decided_event):
        if event is None:
            continue
        line = event_detail(actor=by, today=today, event_id=event).line
        if not line.withdrawn:
            withdraw_event(by=by, at=at, event_id=line.id, revision=line.revision, reason=why)
    _closed(row, VersionState.WITHDRAWN, why, by, at)
    return Recorded(f"standards-version:{row.pk}", _facts(row) | {"reason": why}, None)


@action(verb="standards.parties-told", permission="standards.edit", paragraph="29")
def tell(*, by: Actor, at: datetime, proposal_id: int, revision: int, note: str) -> Recorded[None]:
    """Record that the other parties were told of an approved version; they then have to acknowledge it.

    Args:
        by: An owner of inspection standards.
        at: Moment of doing so.
        proposal_id: Number of the version's proposal.
        revision: Its revision that the actor saw.
        note: What they were told; they read it with their duty.

    Raises:
        Refused: It is not approved, they were told already, nothing is said, or it changed.
    """
    row = _locked(proposal_id, revision, "tell", by)
    if row.told_at is not None:
        raise Refused(
            "standards_told",
            "The other parties were told of this version.",
            "There is nothing to do.",
            paragraph="29",
        )
    said = _reason(note, "note")
    row.told_at, row.told_by, row.told_name = at, by.reference, by.name
    row.told_event = _happened(row, "change_notified", by=by, at=at, note=said)
    row.save()
    return Recorded(f"standards-version:{row.pk}", _facts(row) | {"note": said}, None)


@action(verb="standards.took-effect", permission="standards.edit", paragraph="29")
def take_effect(*, by: Actor, at: datetime, proposal_id: int, revision: int) -> Recorded[None]:
    """Record that a version took effect, which is the last day for having told the other parties.

    Args:
        by: An owner of inspection standards.
        at: Moment of doing so.
        proposal_id: Number of the version's proposal.
        revision: Its revision that the actor saw.

    Raises:
        Refused: Its day has not come, it was recorded already, or it changed.
    """
    row = _locked(proposal_id, revision, "take_effect", by)
    check_effect(row.effective_from, today=_today(at))
    if row.effect_at is not None:
        raise Refused(
            "standards_effect",
            "It is recorded that this version took effect.",
            "There is nothing to do.",
            paragraph="29",
        )
    row.effect_at, row.effect_by, row.effect_name = at, by.reference, by.name
    happened(
        by=by,
        at=at,
        event="change_took_effect",
        kind="",
        about=event_reference(row.programme, row.version),
        on=row.effective_from,
        unit=None,
        addressee=None,
        note="",
    )
    row.save()
    return Recorded(f"standards-version:{row.pk}", _facts(row), None)
