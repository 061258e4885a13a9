"""Alerts on a risk to a person: who sees which, and how much of each (¶16, H4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from oversight.access.rules import access_table
from oversight.inspections.models import AlertPerson, AlertStep, RiskAlert, TeamMember
from oversight.inspections.queries.sight import found, visible
from oversight.inspections.rules.alerts import (
    WAITING,
    WORKFLOW,
    AlertState,
    Sight,
    Standing,
    is_overdue,
    timing_in_words,
)
from oversight.jobs.queries import MailFacts, mails_about
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.parties.queries import PartyRef, membership_facts, memberships_within, parties_by_code

RAISE: Final = "inspections.lead"
ACKNOWLEDGE: Final = "inspections.acknowledge_alert"
WATCH: Final = "inspections.see_alerts"
OPEN_ALERTS: Final = "inspections.open_alerts"
PAGE_SIZE: Final = 25
#: The job that tells whoever follows alerts, whom this area does not know, that one was raised.
RAISED_JOB: Final = "inspections.alert-raised"
#: Kinds of party that an alert is addressed to; those above them are named when it is escalated.
ADDRESSED_KINDS: Final = frozenset({"pdu", "region"})
MOST_NOTICES: Final = 5


@dataclass(frozen=True)
class AlertLine:
    """An alert in a list.

    Args:
        reference: Reference of the inspection.
        title: Title of the inspection.
        number: Number of the alert within it.
        unit: The unit it is addressed to.
        state: Where it stands.
        raised_at: When it was raised.
        due_on: The last day on which it is acknowledged in time.
        acknowledged_at: When it was first acknowledged.
        closed_at: When it was closed.
        overdue: Whether nobody acknowledged it in time and nobody has since.
        timing: That in words.
        case_reference: The case; empty for those who see its times alone.
        acts: What the one who looks may do now.
    """

    reference: str
    title: str
    number: int
    unit: PartyRef
    state: str
    raised_at: datetime
    due_on: date
    acknowledged_at: datetime | None
    closed_at: datetime | None
    overdue: bool
    timing: str
    case_reference: str
    acts: tuple[str, ...]

    @property
    def state_label(self) -> str:
        """State in words."""
        return WORKFLOW.state(self.state).label


@dataclass(frozen=True)
class StepLine:
    """A step of an alert. What was said is empty for those who see its times alone."""

    title: str
    at: datetime
    party: PartyRef
    name: str
    text: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class AlertDetail:
    """An alert on its page.

    Args:
        line: What its list says.
        revision: What the next step hands back.
        contents: Whether the one who looks sees what it says.
        raised_name: Who raised it; empty likewise.
        risk: What the risk is; empty likewise.
        needed: What is needed; empty likewise.
        owner: Who has to act next, in words.
        steps: What happened since, in order.
        named: Names of those it was escalated to; empty likewise.
        mails: What became of the emails about it; empty likewise.
    """

    line: AlertLine
    revision: int
    contents: bool
    raised_name: str
    risk: str
    needed: str
    owner: str
    steps: tuple[StepLine, ...]
    named: tuple[str, ...]
    mails: tuple[MailFacts, ...]


@dataclass(frozen=True)
class AlertsPage:
    """A page of alerts, those waiting longest first."""

    lines: tuple[AlertLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class Person:
    """Someone who may acknowledge alerts."""

    reference: str
    name: str
    email: str
    party: PartyRef


@dataclass(frozen=True)
class Notice:
    """What someone is told at the top of their home: no word of what the alert says."""

    text: str
    reference: str
    number: int
    overdue: bool


def sees_alerts(actor: Actor) -> bool:
    """Tell whether someone's role has to do with alerts at all."""
    return actor.may(OPEN_ALERTS)


def _addressed_party(actor: Actor) -> str:
    """Give the party for which someone is addressed by alerts; empty when for none."""
    ref = parties_by_code().get(actor.party)
    fits = ref is not None and ref.kind in ADDRESSED_KINDS and actor.may(ACKNOWLEDGE)
    return actor.party if fits else ""


def seen_alerts(actor: Actor) -> QuerySet[RiskAlert]:
    """Give the alerts that someone sees anything of, with how they stand to each."""
    on_team = TeamMember.objects.filter(
        inspection=OuterRef("inspection"), person=actor.reference, left_at=None
    )
    named = AlertPerson.objects.filter(alert=OuterRef("pk"), person=actor.reference, party__code=actor.party)
    rows = RiskAlert.objects.filter(inspection__in=visible(actor).values("pk")).select_related("inspection")
    rows = rows.annotate(member=Exists(on_team), named=Exists(named))
    return rows if actor.may(WATCH) else rows.filter(_concerning(actor))


def _concerning(actor: Actor) -> Q:
    """Choose, of the rows of ``seen_alerts``, those on whose team someone is or that ask for their answer."""
    wanted = Q(pk__in=[])
    if actor.may(RAISE):
        wanted |= Q(member=True) | Q(inspection__lead=actor.reference)
    if actor.may(ACKNOWLEDGE):
        wanted |= Q(named=True)
    code = _addressed_party(actor)
    if code:
        wanted |= Q(unit_lineage__contains=f"/{code}/")
    return wanted


def standing_of(actor: Actor, row: Any) -> Standing:
    """Say how someone stands to a row of ``seen_alerts``."""
    code = _addressed_party(actor)
    leads = row.member or row.inspection.lead == actor.reference
    return Standing(
        sees_case=True,
        on_team=actor.may(RAISE) and leads,
        addressed=bool(code) and f"/{code}/" in row.unit_lineage,
        named=actor.may(ACKNOWLEDGE) and row.named,
        watches=actor.may(WATCH),
    )


def not_found() -> Refused:
    """Make the refusal for an alert not there or not for the one who asks: the two look alike."""
    return Refused(
        "not_found_alert",
        "There is no such alert, or it is not one that you can see.",
        "Look for it in the list of alerts.",
    )


def alert_row(actor: Actor, reference: str, number: int) -> tuple[RiskAlert, Standing]:
    """Give an alert that someone sees, and how they stand to it.

    Raises:
        Refused: There is none.
    """
    rows = seen_alerts(actor).filter(inspection__reference=reference, number=number)
    row = rows.order_by("id").first() if reference.isprintable() else None
    standing = standing_of(actor, row) if row is not None else None
    if row is None or standing is None or standing.sight is Sight.NOTHING:
        raise not_found()
    return row, standing


def _day(at: datetime | None) -> date | None:
    return at.astimezone(LONDON).date() if at else None


def _line(actor: Actor, row: RiskAlert, today: date) -> AlertLine:
    standing, first = standing_of(actor, row), _day(row.acknowledged_at)
    return AlertLine(
        reference=row.inspection.reference,
        title=row.inspection.title,
        number=row.number,
        unit=parties_by_code()[row.unit_id],
        state=row.state,
        raised_at=row.raised_at,
        due_on=row.due_on,
        acknowledged_at=row.acknowledged_at,
        closed_at=row.closed_at,
        overdue=is_overdue(row.due_on, acknowledged_on=first, today=today),
        timing=timing_in_words(row.due_on, acknowledged_on=first, today=today),
        case_reference=row.case_reference if standing.sight is Sight.CONTENTS else "",
        acts=standing.acts(row.state),
    )


def alerts(*, actor: Actor, today: date, page: int, reference: str = "", every: bool = False) -> AlertsPage:
    """Give a page of the alerts that someone sees, those waiting longest first.

    Args:
        actor: Who looks.
        today: Day on which they look.
        page: Page asked for; the nearest there is when there is none.
        reference: Only those of one inspection; empty for all.
        every: Whether those closed count too.

    Raises:
        Refused: There is no such inspection that the actor sees.
    """
    rows = seen_alerts(actor)
    if reference:
        rows = rows.filter(inspection=found(actor, reference))
    if not every:
        rows = rows.exclude(state=str(AlertState.CLOSED))
    count = rows.count()
    here = min(max(page, 1), max(1, -(-count // PAGE_SIZE)))
    shown = rows.order_by("closed_at", "due_on", "id") if not every else rows.order_by("-raised_at", "-id")
    shown = shown[(here - 1) * PAGE_SIZE : here * PAGE_SIZE]
    return AlertsPage(tuple(_line(actor, row, today) for row in shown), count, here)


def alert(*, actor: Actor, today: date, reference: str, number: int) -> AlertDetail:
    """Give one alert: all of it, or its times alone.

    Raises:
        Refused: There is no such alert that the actor sees.
    """
    row, standing = alert_row(actor, reference, number)
    contents = standing.sight is Sight.CONTENTS
    parties = parties_by_code()
    people = list(AlertPerson.objects.filter(alert=row).order_by("id"))
    steps = tuple(
        StepLine(
            title=_TAKEN[one.move],
            at=one.made_at,
            party=parties[one.made_party_id],
            name=one.made_name if contents else "",
            text=one.text if contents else "",
            people=tuple(who.name for who in people if who.step_id == one.pk) if contents else (),
        )
        for one in AlertStep.objects.filter(alert=row).order_by("id")
    )
    return AlertDetail(
        line=_line(actor, row, today),
        revision=row.revision,
        contents=contents,
        raised_name=row.raised_name if contents else "",
        risk=row.risk if contents else "",
        needed=row.needed if contents else "",
        owner=WORKFLOW.state(row.state).owner,
        steps=steps,
        named=tuple(who.name for who in people) if contents else (),
        mails=mails_about(mail_reference(reference, number)) if contents else (),
    )


def raised_subject(reference: str, number: int, unit: str) -> str:
    """Name an alert that was raised, for a job: which one and where, and no word of what it says."""
    return f"{reference}/{number}@{unit}"


def raised_of(subject: str) -> tuple[str, int, str]:
    """Give the reference, the number and the code of the unit that ``raised_subject`` named."""
    alert, _, unit = subject.rpartition("@")
    reference, _, number = alert.rpartition("/")
    return reference, int(number), unit


def mail_reference(reference: str, number: int) -> str:
    """Give what emails about an alert say that they are about."""
    return f"alert:{reference}/{number}"


_TAKEN: Final = {"acknowledge": "Acknowledged", "escalate": "Escalated", "close": "Closed"}


def acknowledgers(lineage: str, *, today: date, addressed: bool) -> tuple[Person, ...]:
    """Give the people who may acknowledge an alert of a unit: one query.

    Args:
        lineage: Lineage of the unit.
        today: Day on which they act for a party.
        addressed: Those of the unit and its region; otherwise those above them.
    """
    parties = parties_by_code()
    codes = [
        code
        for code in lineage.split("/")
        if code in parties and (parties[code].kind in ADDRESSED_KINDS) is addressed
    ]
    roles = [role.id for role in access_table().holders(ACKNOWLEDGE)]
    rows = memberships_within("/", below=True).filter(
        party__code__in=codes, role__in=roles, person__is_active=True
    )
    held = [one for one in map(membership_facts, rows) if one.holds_on(today)]
    known = {
        one.person_id: Person(f"person:{one.person_id}", one.person_name, one.email, one.party)
        for one in held
    }
    return tuple(sorted(known.values(), key=lambda one: (one.name, one.reference)))


def units_for(lineages: Collection[str]) -> tuple[PartyRef, ...]:
    """Give the units an alert of an inspection can go to, the smallest first and by name."""
    fitting = [
        ref
        for ref in parties_by_code().values()
        if ref.kind in ADDRESSED_KINDS and any(one and ref.lineage.startswith(one) for one in lineages)
    ]
    return tuple(sorted(fitting, key=lambda ref: (ref.kind == "region", ref.name)))


def notices(*, actor: Actor, today: date) -> tuple[Notice, ...]:
    """Give what someone has to do or know about alerts now: their own first, two queries at most."""
    if not sees_alerts(actor):
        return ()
    rows = seen_alerts(actor).exclude(state=str(AlertState.CLOSED)).order_by("due_on", "id")
    listed = list(rows.filter(_concerning(actor))[: PAGE_SIZE * 4])
    if actor.may(WATCH):
        overdue = rows.filter(state__in=[str(one) for one in WAITING], due_on__lt=today)
        listed += overdue.exclude(pk__in=[row.pk for row in listed])[:MOST_NOTICES]
    told = (_notice(actor, row, today) for row in listed)
    return tuple(one for one in told if one is not None)[:MOST_NOTICES]


def _notice(actor: Actor, row: RiskAlert, today: date) -> Notice | None:
    line = _line(actor, row, today)
    if "acknowledge" in line.acts:
        when = (
            "is overdue"
            if line.overdue
            else f"is due by the end of {'today' if line.due_on == today else 'its day'}"
        )
        text = f"A risk to a person in {line.unit.name}: your answer {when}"
    elif "close" in line.acts:
        text = f"Alert {line.number} of {line.title} was acknowledged: close it, or escalate it"
    elif line.overdue and row.state in {str(state) for state in WAITING}:
        text = f"Nobody has acknowledged alert {line.number} of {line.title}, which is overdue"
    else:
        return None
    return Notice(text, line.reference, line.number, line.overdue)
