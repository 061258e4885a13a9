"""Alerts raised from what is public and owed, acknowledged, set aside with a reason (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from oversight.briefings.actions.texts import _needed, _tell, _today
from oversight.briefings.models import Alert
from oversight.briefings.queries.alerts import findings, rules, told_already, told_by_email
from oversight.briefings.queries.sight import ALERTS, TEAM, alert_row, team
from oversight.briefings.rules.alerts import (
    PARAGRAPH,
    WORKFLOW,
    AlertKind,
    Finding,
    same_day_finding,
)
from oversight.jobs.asking import ask
from oversight.jobs.mailing import post
from oversight.jobs.queries import waits
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON, count_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.publication.rules.programmes import programmes

#: The job that looks each day for what was missed; its subject is the team.
LOOK_JOB: Final = "briefings.look"


def _team(**_: object) -> PartyLike:
    return team()


@action(verb="alerts.raised", permission=ALERTS, paragraph=PARAGRAPH, on=_team)
def _raise(*, by: Actor, at: datetime, found: Sequence[Finding]) -> Recorded[int]:
    """Write the alerts that are new, and the email that says so."""
    made = [
        Alert.objects.create(
            kind=one.kind,
            key=one.key,
            about=one.about,
            title=one.title,
            says=one.says,
            happened_on=one.on,
            unit_id=one.unit or None,
            basis=one.basis,
            state=WORKFLOW.starts,
            raised_at=at,
            raised_by=by.reference,
        )
        for one in found
    ]
    count = count_in_words(len(made), "new alert")
    text = (
        f"There {'is' if len(made) == 1 else 'are'} {count} for the Sponsorship team (paragraph 20).\n\n"
        f"Sign in to read and acknowledge {'it' if len(made) == 1 else 'them'}:\n"
        f"{settings.SITE}{reverse('briefing-alerts')}\n\n"
        "On purpose this message says nothing of what they are about. Do not reply to it.\n"
    )
    for person in told_by_email(today=_today(at)):
        post(
            by=by,
            at=at,
            to=person.email,
            subject=f"{count[0].upper()}{count[1:]} for the Sponsorship team",
            text=text,
            about=f"sponsorship-alert:{made[0].pk}",
        )
    # What an alert says is for the team; that there is one of its kind is enough for the record.
    told: list[Value] = [{"alert": row.pk, "kind": row.kind, "key": digest(row.key)} for row in made]
    return Recorded(f"sponsorship-alert:{made[0].pk}", {"alerts": told}, len(made))


def look(*, by: Actor, at: datetime) -> int:
    """Raise an alert of each thing public or owed of which there is none yet; give how many were new.

    Args:
        by: The worker, acting for the team.
        at: Moment of looking.

    Raises:
        Refused: The actor may not raise alerts.
    """
    by.demand(ALERTS, team())
    listed = {one.key: one for one in findings(actor=by, today=at.astimezone(LONDON).date())}
    told = told_already(set(listed))
    new = [one for key, one in listed.items() if key not in told]
    return _raise(by=by, at=at, found=new) if new else 0


def tell_of_same_day_alert(*, by: Actor, at: datetime, reference: str, number: int, unit: str) -> int:
    """Tell the team that an alert about a risk to a person was raised: where and when, and no word of it.

    Args:
        by: The worker, acting for the team.
        at: Moment of telling; it is the day of the alert.
        reference: Reference of the inspection.
        number: Number of the alert within it.
        unit: Code of the region or unit that has to act.

    Returns:
        How many alerts were new: told again, none.

    Raises:
        Refused: The actor may not raise alerts, or there is no such unit.
    """
    by.demand(ALERTS, team())
    where = party(unit)
    found = same_day_finding(
        reference=reference,
        number=number,
        unit=where.code,
        unit_name=where.name,
        on=at.astimezone(LONDON).date(),
        rater=programmes().rater,
    )
    return 0 if told_already({found.key}) else _raise(by=by, at=at, found=[found])


@action(verb="alerts.look-planned", permission=ALERTS, paragraph=PARAGRAPH, on=_team)
def plan_look(*, by: Actor, at: datetime) -> Recorded[datetime]:
    """Ask for the next look, on the next morning; planned already, nothing changes.

    Args:
        by: The worker or the command that sets the service up, acting for the team.
        at: Moment of planning.

    Returns:
        The moment of the look.
    """
    due = rules().next_look(at)
    ask(
        by=by,
        at=at,
        kind=LOOK_JOB,
        subject=f"{TEAM} {due.date().isoformat()}",
        title="Look for poor ratings and missed responses",
        due_at=due,
    )
    return Recorded(f"party:{TEAM}", {"due": due}, due)


def start_looking(*, by: Actor, at: datetime) -> None:
    """Have the service look each day from now on; where a look waits already, nothing is done.

    Args:
        by: The command that sets the service up, acting for the team.
        at: Moment of asking.
    """
    if not waits(LOOK_JOB):
        plan_look(by=by, at=at)


def look_today(*, by: Actor, at: datetime) -> int:
    """Plan the look of tomorrow, then look; give how many alerts were new.

    Args:
        by: The worker, acting for the team.
        at: Moment of looking.
    """
    # First, so that one fault in what is found today does not end the looking of all days to come.
    plan_look(by=by, at=at)
    return look(by=by, at=at)


def _locked(by: Actor, alert_id: int, revision: int) -> Alert:
    row = alert_row(by, alert_id, lock=True)
    if row.revision != revision:
        raise Refused(
            "stale_alert",
            "Someone else changed this alert since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row


def _acknowledged(row: Alert, *, by: Actor, at: datetime) -> None:
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by, row.acknowledged_name = at, by.reference, by.name


def _moved(row: Alert, name: str, *, by: Actor, at: datetime) -> None:
    """Take a step of an alert as the caller changed it."""
    row.state = WORKFLOW.check(name, row.state, by.role).target
    _acknowledged(row, by=by, at=at)
    row.revision += 1
    row.save()


@action(verb="alerts.acknowledged", permission=ALERTS, paragraph=PARAGRAPH, on=_team)
def acknowledge(*, by: Actor, at: datetime, alert_id: int, revision: int) -> Recorded[None]:
    """Acknowledge an alert: the team knows of it.

    Args:
        by: Someone of the team.
        at: Moment of doing so.
        alert_id: Row of the alert.
        revision: Its revision that the actor saw.

    Raises:
        Refused: There is no such alert for the actor, it was acknowledged, or it changed meanwhile.
    """
    row = _locked(by, alert_id, revision)
    _moved(row, "acknowledge", by=by, at=at)
    return Recorded(f"sponsorship-alert:{row.pk}", {"state": row.state}, None)


@action(verb="alerts.set-aside", permission=ALERTS, paragraph=PARAGRAPH, on=_team)
def set_aside(*, by: Actor, at: datetime, alert_id: int, revision: int, reason: str) -> Recorded[None]:
    """Say that no briefing is needed, with the reason. Of a report, its findings are then considered.

    Args:
        by: Someone of the team.
        at: Moment of doing so.
        alert_id: Row of the alert.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: There is no such alert for the actor, nobody acknowledged it yet, there is no reason, or it
            changed meanwhile.
    """
    row = _locked(by, alert_id, revision)
    why = _needed(reason, "reason", "The reason", PARAGRAPH)
    row.ended_at, row.ended_by, row.ended_name, row.reason = at, by.reference, by.name, why
    _moved(row, "set_aside", by=by, at=at)
    event = None
    if row.kind == AlertKind.RATING:
        event = _tell("report_fed_into_oversight", row.about, by=by, at=at, on=_today(at))
    payload: dict[str, Value] = {"state": row.state, "reason": digest(why), "event": event}
    return Recorded(f"sponsorship-alert:{row.pk}", payload, None)
