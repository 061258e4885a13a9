"""A cleared briefing: sent to named people, each reading noted, decided on, closed, taken back (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from oversight.briefings.actions.alerts import _moved as _moved_alert
from oversight.briefings.actions.alerts import _team
from oversight.briefings.actions.briefings import (
    _created,
    _latest,
    _locked,
    _recorded,
    _save_round,
    _stepped,
    _take_facts,
    _told,
)
from oversight.briefings.actions.texts import _needed, _one_line, _tell, _today
from oversight.briefings.models import (
    NAME_LENGTH,
    Alert,
    Briefing,
    BriefingCopy,
    CopyReading,
    Decision,
)
from oversight.briefings.queries.briefings import Recipient, recipients
from oversight.briefings.queries.sight import DECIDE, DRAFT, READ, TEAM, briefing_row, copy_row
from oversight.briefings.rules.alerts import PARAGRAPH
from oversight.briefings.rules.briefings import WORKFLOW, check_decided, parts_of
from oversight.jobs.mailing import post
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party

#: In which forms a copy is read.
FORMS: Final = ("page", "pdf", "docx")


@action(verb="briefing.sent", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def send(*, by: Actor, at: datetime, reference: str, revision: int, people: Collection[str]) -> Recorded[int]:
    """Send a cleared briefing to named people of the ministers' office, or to more of them.

    Sent first, it meets what is owed because of the report: ministers were alerted (paragraph 20).

    Args:
        by: Someone of the team.
        at: Moment of sending.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.
        people: References of the people, as ``queries.briefings.recipients`` gives them.

    Returns:
        How many it was sent to.

    Raises:
        Refused: It is not cleared, nobody or somebody of no such office is chosen, someone has it already, or
            it changed meanwhile.
    """
    row = briefing_row(by, reference)
    more = row.sent_at is not None
    row, move = _locked(by, reference, revision, "send_more" if more else "send")
    chosen = _chosen(row, people, by=by, today=_today(at))
    latest, event = _latest(row), None
    for one in chosen:
        copy = BriefingCopy.objects.create(
            briefing=row,
            round=latest,
            person=one.person,
            name=one.name,
            party_id=one.party.code,
            given_at=at,
            given_by=by.reference,
        )
        _mail(copy, one, by=by, at=at)
    if not more:
        row.sent_at, row.sent_by, row.sent_name = at, by.reference, by.name
        if row.report:
            event = _tell("ministers_alerted", row.report, by=by, at=at, on=_today(at))
    _stepped(row, move, by=by, at=at, event=event)
    # To whom it went is for the team to see: the record proves it by a digest.
    named: list[Value] = [one.person for one in chosen]
    payload: dict[str, Value] = {
        "state": row.state,
        "round": latest.number,
        "digest": latest.digest,
        "people": digest(named),
        "count": len(chosen),
        "event": event,
    }
    return Recorded(f"briefing:{row.reference}", payload, len(chosen))


def _chosen(row: Briefing, people: Collection[str], *, by: Actor, today: date) -> list[Recipient]:
    possible = {one.person: one for one in recipients(actor=by, today=today)}
    chosen = [possible[one] for one in dict.fromkeys(people) if one in possible]
    if not chosen or len(chosen) != len(set(people)):
        raise Refused(
            "briefing_people",
            "Nobody is chosen, or somebody who is not of the ministers’ office.",
            "Choose people from the list.",
            paragraph=PARAGRAPH,
            field="people",
        )
    standing = BriefingCopy.objects.filter(briefing=row, withdrawn_at=None).order_by("pk")
    held = set(standing.values_list("person", "party__code"))
    for one in chosen:
        if (one.person, one.party.code) in held:
            raise Refused(
                "briefing_twice",
                f"{one.name} has this briefing already.",
                "Choose the others.",
                paragraph=PARAGRAPH,
                field="people",
            )
    return chosen


def _mail(copy: BriefingCopy, one: Recipient, *, by: Actor, at: datetime) -> None:
    """Write the email that says that a briefing waits, and nothing of what it is about."""
    if not one.email:
        return
    post(
        by=by,
        at=at,
        to=one.email,
        subject="A briefing waits for you",
        text=(
            "The Sponsorship team has sent you a briefing for ministers.\n\n"
            f"Sign in to read it:\n{settings.SITE}{reverse('briefing-copy', args=[copy.pk])}\n\n"
            "On purpose this message says nothing of what it is about. Do not reply to it.\n"
        ),
        about=f"briefing-copy:{copy.pk}",
    )


@action(verb="briefing.copy-taken-back", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def take_copy_back(
    *, by: Actor, at: datetime, reference: str, revision: int, copy_id: int, reason: str
) -> Recorded[None]:
    """Take one copy back: it cannot be read any more. That it was given, and read, stays.

    Args:
        by: Someone of the team.
        at: Moment of doing so.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.
        copy_id: Row of the copy.
        reason: Why; must not be empty.

    Raises:
        Refused: There is no such copy that stands, there is no reason, or the briefing changed meanwhile.
    """
    row, _ = _locked(by, reference, revision, "send_more")
    why = _needed(reason, "reason", "The reason", PARAGRAPH)
    copy = BriefingCopy.objects.filter(briefing=row, pk=copy_id, withdrawn_at=None).order_by("pk").first()
    if copy is None:
        raise Refused("not_found_copy", "There is no such copy that can be read.", "Open the briefing again.")
    copy.withdrawn_at, copy.withdrawn_by, copy.withdrawn_reason = at, by.reference, why
    copy.save()
    row.revision += 1
    row.save()
    _told(row, "take_copy_back", row.state, by=by, at=at, text=f"{copy.name}: {why}")
    return _recorded(row, copy=copy.pk, reason=digest(why))


@action(verb="briefing.read", permission=READ, paragraph=PARAGRAPH)
def note_reading(*, by: Actor, at: datetime, copy_id: int, form: str) -> Recorded[None]:
    """Note that someone reads the copy that they were given.

    Args:
        by: Who reads it.
        at: Moment of reading it.
        copy_id: Row of the copy.
        form: One of ``FORMS``.

    Raises:
        Refused: It is not theirs, or cannot be read any more.
    """
    row = copy_row(by, copy_id)
    if form not in FORMS:
        raise Refused("not_found_form", "There is no such form of a briefing.", "Open the briefing again.")
    CopyReading.objects.create(copy=row, form=form, read_at=at, read_by=by.reference)
    payload: dict[str, Value] = {"copy": row.pk, "form": form, "digest": row.round.digest}
    return Recorded(f"briefing:{row.briefing.reference}", payload, None)


def _own(*, by: Actor, **_: object) -> PartyLike:
    return party(by.party)


@action(verb="briefing.decided", permission=DECIDE, paragraph=PARAGRAPH, on=_own)
def decide(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    text: str,
    decided_by: str,
    on: date,
    copy_id: int = 0,
) -> Recorded[int]:
    """Record what was decided on a briefing; an earlier decision stays beside it.

    Args:
        by: Someone of the team, or someone of the ministers' office to whom it was sent.
        at: Moment of recording.
        reference: Reference of the briefing; not used with ``copy_id``.
        revision: Its revision that the actor saw.
        text: What was decided; must not be empty.
        decided_by: Which minister or official decided; must not be empty.
        on: Day of the decision.
        copy_id: Row of the actor's own copy; 0 for someone of the team.

    Returns:
        Number of the decision.

    Raises:
        Refused: It was not sent, it was not sent to the actor, something is missing, the day does not fit, or
            it changed meanwhile.
    """
    if by.party == TEAM:
        row, move = _locked(by, reference, revision, "decide")
    else:
        # Who was sent a copy sees the briefing through it, and in no other way.
        seen = copy_row(by, copy_id).briefing
        row = Briefing.objects.select_for_update().get(pk=seen.pk)
        if row.revision != revision:
            raise Refused(
                "stale_briefing",
                "The briefing changed since you opened it.",
                "Open it again to see how it stands. What you typed is still here.",
            )
        move = WORKFLOW.check("decide", row.state, by.role)
    said = _needed(text, "text", "What was decided", PARAGRAPH)
    who = _one_line(decided_by, "decided_by", NAME_LENGTH)
    if not who:
        raise Refused(
            "briefing_decider",
            "Nobody is named who decided.",
            "Enter who.",
            paragraph="20",
            field="decided_by",
        )
    assert row.sent_at is not None, f"{row.reference} stands as sent and was not"
    check_decided(on, today=_today(at), sent=row.sent_at.astimezone(LONDON).date())
    made = Decision.objects.create(
        briefing=row,
        number=Decision.objects.filter(briefing=row).count() + 1,
        text=said,
        decided_by=who,
        on=on,
        recorded_at=at,
        recorded_by=by.reference,
        recorded_name=by.name,
    )
    _stepped(row, move, by=by, at=at)
    told = digest({"text": said, "decided_by": who, "on": on})
    payload: dict[str, Value] = {"state": row.state, "decision": made.number, "digest": told}
    return Recorded(f"briefing:{row.reference}", payload, made.number)


@action(verb="briefing.closed", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def close(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Close a briefing that was decided on: the report's findings were taken into oversight (paragraph 20).

    Args:
        by: Someone of the team.
        at: Moment of closing.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.

    Raises:
        Refused: Nothing was decided yet, or it changed meanwhile.
    """
    row, move = _locked(by, reference, revision, "close")
    event = None
    if row.report:
        event = _tell("report_fed_into_oversight", row.report, by=by, at=at, on=_today(at))
    row.ended_at, row.ended_by = at, by.reference
    for alert in Alert.objects.select_for_update().filter(briefing=row).order_by("pk"):
        _moved_alert(alert, "finish", by=by, at=at)
    _stepped(row, move, by=by, at=at, event=event)
    return _recorded(row, event=event)


@action(verb="briefing.withdrawn", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def withdraw(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Withdraw a briefing, with the reason. No copy is read any more; its alerts ask for a decision again.

    Args:
        by: Someone of the team.
        at: Moment of withdrawing.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: It has ended, there is no reason, or it changed meanwhile.
    """
    row, move = _locked(by, reference, revision, "withdraw")
    why = _needed(reason, "reason", "The reason", PARAGRAPH)
    row.ended_at, row.ended_by = at, by.reference
    for alert in Alert.objects.select_for_update().filter(briefing=row).order_by("pk"):
        alert.briefing = None
        _moved_alert(alert, "release", by=by, at=at)
    _stepped(row, move, by=by, at=at, text=why)
    return _recorded(row, reason=digest(why))


@action(verb="briefing.superseded", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def supersede(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[str]:
    """Replace a briefing that was sent by a new one, which begins with its text and the facts of now.

    Args:
        by: Someone of the team.
        at: Moment of doing so.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Returns:
        Reference of the new briefing.

    Raises:
        Refused: It was not sent or has ended, there is no reason, or it changed meanwhile.
    """
    row, move = _locked(by, reference, revision, "supersede")
    why = _needed(reason, "reason", "The reason", PARAGRAPH)
    latest = _latest(row)
    row.ended_at, row.ended_by = at, by.reference
    new = _created(by=by, at=at, title=row.title, report=row.report, unit=row.unit_id or "", supersedes=row)
    Alert.objects.filter(briefing=row).update(briefing=new)
    _save_round(new, _take_facts(new, by=by, at=at), parts_of(latest.content), by=by, at=at)
    _told(new, "open", "", by=by, at=at)
    _stepped(row, move, by=by, at=at, text=why)
    payload: dict[str, Value] = {"state": row.state, "by": new.reference, "reason": digest(why)}
    return Recorded(f"briefing:{row.reference}", payload, new.reference)
