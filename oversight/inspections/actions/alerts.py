"""Alerts on a risk to a person: raised, acknowledged, escalated, closed, never erased (¶16)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.urls import reverse

from oversight.inspections.actions.fieldwork import _inspection
from oversight.inspections.actions.moving import _line, _text, _today
from oversight.inspections.models import AlertPerson, AlertStep, RiskAlert
from oversight.inspections.queries.alerts import (
    ACKNOWLEDGE,
    RAISE,
    RAISED_JOB,
    Person,
    acknowledgers,
    alert_row,
    mail_reference,
    raised_subject,
    units_for,
)
from oversight.inspections.rules.alerts import (
    PARAGRAPH,
    WAITING,
    WORKFLOW,
    check_case_reference,
    check_raising,
    check_unit,
    due_on,
)
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.case_lists import LONGEST_REFERENCE
from oversight.jobs.asking import ask
from oversight.jobs.mailing import post
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import weekday_in_words
from oversight.kernel.workflow import Move
from oversight.ledger.acting import Recorded, action


@dataclass(frozen=True)
class RaisedAlert:
    """What raising an alert gave.

    Args:
        number: Its number within the inspection.
        told: Names of those who were told by email.
    """

    number: int
    told: tuple[str, ...]


def _said(given: str, field: str, wanted: str) -> str:
    text = _text(given, field)
    if not text:
        raise Refused(f"alert_{field}", wanted, "Enter it and try again.", paragraph=PARAGRAPH, field=field)
    return text


@action(verb="inspection.alert-raised", permission=RAISE, paragraph=PARAGRAPH)
def raise_alert(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    unit: str,
    case_reference: str,
    risk: str,
    needed: str,
    site: str,
) -> Recorded[RaisedAlert]:
    """Raise an alert on a risk to a person. An email to those it is addressed to is kept with it.

    Args:
        by: Someone on the team.
        at: Moment of raising.
        reference: Reference of the inspection.
        unit: Code of the unit that holds the case; its region is addressed too.
        case_reference: Reference of the case; never a name.
        risk: What the risk is; must not be empty.
        needed: What is needed; must not be empty.
        site: Where the service is found, for the link in the email, for example ``https://example.org``.

    Raises:
        Refused: Fieldwork never started, the inspection does not look at the unit, the case reference does
            not look like one, something is empty, the same alert is waiting already, or the actor is not on
            the team.
    """
    row = _inspection(by, reference, tuple(CaseState))
    check_raising(started=row.started_on is not None)
    lineages = tuple(row.units.order_by("id").values_list("lineage", flat=True))
    to = next((one for one in units_for(lineages) if one.code == unit), None)
    check_unit(to.lineage if to else "", lineages)
    assert to is not None
    case = _line(case_reference, "case_reference", LONGEST_REFERENCE)
    check_case_reference(case)
    what = _said(risk, "risk", "Nobody is told what the risk is.")
    wanted = _said(needed, "needed", "Nobody is told what is needed.")
    raised = RiskAlert.objects.filter(inspection=row)
    waiting = raised.filter(state__in=[str(one) for one in WAITING])
    same = waiting.filter(unit__code=unit, case_reference=case, risk=what, needed=wanted)
    earlier = same.order_by("id").first()
    if earlier is not None:
        raise Refused(
            "alert_twice",
            f"The same alert was raised already, as alert {earlier.number}.",
            "Open it to see whether it was acknowledged.",
            paragraph=PARAGRAPH,
        )
    today = _today(at)
    created = RiskAlert.objects.create(
        inspection=row,
        number=(raised.aggregate(last=Max("number"))["last"] or 0) + 1,
        unit_id=to.code,
        unit_lineage=to.lineage,
        case_reference=case,
        risk=what,
        needed=wanted,
        state=WORKFLOW.starts,
        raised_at=at,
        raised_by=by.reference,
        raised_name=by.name,
        due_on=due_on(today),
    )
    people = acknowledgers(to.lineage, today=today, addressed=True)
    _tell(created, people, site, by=by, at=at)
    ask(
        by=by,
        at=at,
        kind=RAISED_JOB,
        subject=raised_subject(row.reference, created.number, to.code),
        title="Tell those who follow alerts that one was raised",
        due_at=at,
    )
    payload = _facts(created, risk=what, needed=wanted, case=case)
    told = tuple(one.name for one in people if one.email)
    return Recorded(f"inspection:{row.reference}", payload, RaisedAlert(created.number, told))


@action(verb="inspection.alert-acknowledged", permission=ACKNOWLEDGE, paragraph=PARAGRAPH)
def acknowledge_alert(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, done: str
) -> Recorded[None]:
    """Acknowledge an alert and say what was done for the person.

    Args:
        by: Someone of the unit or its region, or someone it was escalated to.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the alert.
        revision: Its revision that the actor saw.
        done: What was done; must not be empty.

    Raises:
        Refused: There is no such alert for the actor, it is not waiting, nothing is said or it changed
            meanwhile.
    """
    row, move = _locked(by, reference, number, revision, "acknowledge")
    text = _said(done, "done", "Nobody is told what was done.")
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = at, by.reference
    _step(row, move, text, by=by, at=at)
    return Recorded(f"inspection:{reference}", _facts(row, done=text), None)


@action(verb="inspection.alert-escalated", permission=RAISE, paragraph=PARAGRAPH)
def escalate_alert(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    revision: int,
    people: Collection[str],
    why: str,
    site: str,
) -> Recorded[None]:
    """Escalate an alert to named people above the region, who are told by email and may acknowledge it.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the alert.
        revision: Its revision that the actor saw.
        people: References of the people; at least one.
        why: Why it is escalated; must not be empty.
        site: Where the service is found, for the link in the email.

    Raises:
        Refused: There is no such alert for the actor, it is closed, nobody or somebody who cannot
            acknowledge it is named, there is no reason, or it changed meanwhile.
    """
    row, move = _locked(by, reference, number, revision, "escalate")
    text = _said(why, "why", "Nobody is told why it is escalated.")
    today = _today(at)
    known = {one.reference: one for one in acknowledgers(row.unit_lineage, today=today, addressed=False)}
    chosen = [known[one] for one in dict.fromkeys(people) if one in known]
    if not chosen or len(chosen) != len(set(people)):
        raise Refused(
            "alert_people",
            "Nobody is named, or somebody who cannot answer for this unit.",
            "Choose people from the list.",
            paragraph=PARAGRAPH,
            field="people",
        )
    step = _step(row, move, text, by=by, at=at)
    held = set(row.people.order_by("id").values_list("person", flat=True))
    AlertPerson.objects.bulk_create(
        AlertPerson(alert=row, step=step, person=one.reference, name=one.name, party_id=one.party.code)
        for one in chosen
        if one.reference not in held
    )
    _tell(row, chosen, site, by=by, at=at)
    named: list[Value] = [one.reference for one in chosen]
    return Recorded(f"inspection:{reference}", _facts(row, why=text) | {"people": named}, None)


@action(verb="inspection.alert-closed", permission=RAISE, paragraph=PARAGRAPH)
def close_alert(
    *, by: Actor, at: datetime, reference: str, number: int, revision: int, why: str
) -> Recorded[None]:
    """Close an acknowledged alert: nothing more is needed for the person.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        number: Number of the alert.
        revision: Its revision that the actor saw.
        why: Why nothing more is needed; must not be empty.

    Raises:
        Refused: There is no such alert for the actor, nobody acknowledged it, nothing is said or it changed
            meanwhile.
    """
    row, move = _locked(by, reference, number, revision, "close")
    text = _said(why, "why", "Nobody is told why nothing more is needed.")
    row.closed_at, row.closed_by = at, by.reference
    _step(row, move, text, by=by, at=at)
    return Recorded(f"inspection:{reference}", _facts(row, why=text), None)


def _locked(by: Actor, reference: str, number: int, revision: int, act: str) -> tuple[RiskAlert, Move]:
    seen, standing = alert_row(by, reference, number)
    row = RiskAlert.objects.select_for_update(of=("self",)).select_related("inspection").get(pk=seen.pk)
    move = standing.check(act, row.state)
    if row.revision != revision:
        raise Refused(
            "stale_alert",
            "Someone else changed this alert since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row, move


def _step(row: RiskAlert, move: Move, text: str, *, by: Actor, at: datetime) -> AlertStep:
    row.state = move.target
    row.revision += 1
    row.save()
    return AlertStep.objects.create(
        alert=row,
        move=move.name,
        source=move.source,
        target=move.target,
        text=text,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )


def _facts(row: RiskAlert, **texts: str) -> dict[str, Value]:
    """Give what the record says: that it happened, and a digest of what was said, which is for few."""
    said: dict[str, Value] = dict(texts)
    return {"alert": row.number, "unit": row.unit_id, "state": row.state, "said": digest(said)}


def _tell(row: RiskAlert, people: Iterable[Person], site: str, *, by: Actor, at: datetime) -> None:
    """Email those who have to answer, each their own; the message says nothing of what the alert is about."""
    address = reverse("inspection-alert", args=[row.inspection.reference, row.number])
    day = weekday_in_words(row.due_on)
    in_time = _today(at) <= row.due_on
    when = f"by the end of {day}" if in_time else f"at once: it was due by the end of {day}"
    text = (
        f"HM Inspectorate of Probation has raised an alert that needs your answer {when}.\n\n"
        f"Sign in to read it and say what was done:\n{site}{address}\n\n"
        "On purpose this message says nothing of what the alert is about. Do not reply to it.\n"
    )
    for one in people:
        if one.email:
            post(
                by=by,
                at=at,
                to=one.email,
                subject="An alert needs your answer",
                text=text,
                about=mail_reference(row.inspection.reference, row.number),
            )
