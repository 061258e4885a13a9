"""The register of briefings, one with its rounds, and a copy as its reader sees it (D10, ¶20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count as Counted
from django.db.models import Max, Q

from oversight.access.rules import access_table
from oversight.briefings.models import (
    Alert,
    Briefing,
    BriefingCopy,
    BriefingRound,
    BriefingStep,
    Decision,
    FactSheet,
)
from oversight.briefings.queries.facts import facts_for
from oversight.briefings.queries.sight import (
    CLEAR,
    DECIDE,
    DRAFT,
    PAGE_SIZE,
    READ,
    briefing_row,
    copy_row,
    seen_briefings,
    seen_copies,
    team,
)
from oversight.briefings.rules.briefings import (
    READABLE,
    WORKFLOW,
    BriefingState,
    Part,
    parts_of,
)
from oversight.briefings.rules.facts import FactGroup, differences, read_facts
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, membership_facts, memberships_within, parties_by_code

#: People shown when someone looks for whom to send a briefing to.
PEOPLE_SHOWN: Final = 20
TAKEN: Final = {
    "open": "Briefing started",
    "write": "Text saved",
    "take_facts": "Facts taken anew",
    "ask_clearance": "Sent for clearance",
    "send_back": "Sent back to drafting",
    "clear": "Cleared",
    "revise": "Taken back to drafting",
    "send": "Sent",
    "send_more": "Sent to more people",
    "take_copy_back": "A copy taken back",
    "decide": "Decision recorded",
    "close": "Closed",
    "withdraw": "Withdrawn",
    "supersede": "Replaced by a new briefing",
}
#: Permission for each step, beside the role.
STEP_PERMISSIONS: Final = {"clear": CLEAR, "send_back": CLEAR, "decide": DECIDE}


@dataclass(frozen=True)
class BriefingLine:
    """A briefing in a list."""

    reference: str
    title: str
    unit: PartyRef | None
    state: str
    state_label: str
    opened_at: datetime
    opened_name: str
    sent_at: datetime | None


@dataclass(frozen=True)
class BriefingList:
    """A page of briefings."""

    lines: tuple[BriefingLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class Sheet:
    """Facts as they were taken."""

    number: int
    groups: tuple[FactGroup, ...]
    taken_at: datetime
    taken_name: str


@dataclass(frozen=True)
class Round:
    """A text as someone saved it."""

    number: int
    title: str
    parts: tuple[Part, ...]
    sheet: int
    digest: str
    written_at: datetime
    written_by: str
    written_name: str


@dataclass(frozen=True)
class CopyLine:
    """A copy as those who sent it see it."""

    id: int
    person: str
    name: str
    party: PartyRef
    round: int
    given_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str
    readings: int
    last_read: datetime | None


@dataclass(frozen=True)
class DecisionLine:
    """A decision as it was recorded."""

    number: int
    text: str
    decided_by: str
    on: date
    recorded_at: datetime
    recorded_name: str


@dataclass(frozen=True)
class StepLine:
    """A step that was taken."""

    title: str
    text: str
    made_at: datetime
    made_name: str
    event: int | None


@dataclass(frozen=True)
class AlertTaken:
    """An alert that a briefing takes up."""

    id: int
    title: str
    says: str


@dataclass(frozen=True)
class BriefingDetail:
    """A briefing as the team sees it.

    Args:
        line: What its list says.
        revision: What the next act hands back.
        marking: Its marking.
        report: Reference of the report; empty when it is on none.
        alerts: The alerts that it takes up.
        text: The latest round.
        rounds: Every round, latest first, the latest too.
        sheet: The facts beside the latest round.
        sheets: Number and moment of every sheet, latest first.
        newer: How many facts the record tells otherwise by now.
        copies: Copies by person.
        decisions: Every decision, latest first.
        steps: What happened, latest first.
        supersedes: Reference of the briefing that it replaces; empty for none.
        superseded_by: Reference of the one in its place; empty for none.
        cleared_name: Who cleared it; empty while nobody has.
        acts: Steps that the one who looks may take now.
        waiting_for: Who acts next.
    """

    line: BriefingLine
    revision: int
    marking: str
    report: str
    alerts: tuple[AlertTaken, ...]
    text: Round
    rounds: tuple[Round, ...]
    sheet: Sheet
    sheets: tuple[tuple[int, datetime], ...]
    newer: int
    copies: tuple[CopyLine, ...]
    decisions: tuple[DecisionLine, ...]
    steps: tuple[StepLine, ...]
    supersedes: str
    superseded_by: str
    cleared_name: str
    acts: tuple[str, ...]
    waiting_for: str


def _line(row: Briefing) -> BriefingLine:
    return BriefingLine(
        reference=row.reference,
        title=row.title,
        unit=parties_by_code()[row.unit_id] if row.unit_id else None,
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        opened_at=row.opened_at,
        opened_name=row.opened_name,
        sent_at=row.sent_at,
    )


def briefing_list(*, actor: Actor, state: str = "", text: str = "", page: int = 1) -> BriefingList:
    """Give a page of the briefings, latest first: two queries.

    Args:
        actor: Who looks.
        state: One of ``BriefingState``, ``open`` for those that have not ended, or empty for all.
        text: Part of the title, or the start of a reference.
        page: Which page, from 1.
    """
    rows = seen_briefings(actor)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(reference__istartswith=text) | Q(report__iexact=text))
    if state == "open":
        rows = rows.filter(ended_at=None)
    elif state:
        rows = rows.filter(state=state)
    count = rows.count()
    here = min(max(page, 1), max(1, -(-count // PAGE_SIZE)))
    shown = rows.order_by("-id")[(here - 1) * PAGE_SIZE : here * PAGE_SIZE]
    return BriefingList(tuple(_line(row) for row in shown), count, here)


def text_round(row: BriefingRound, sheet: int) -> Round:
    """Give a row of a round as pages show it."""
    return Round(
        row.number,
        row.title,
        parts_of(row.content),
        sheet,
        row.digest,
        row.written_at,
        row.written_by,
        row.written_name,
    )


def briefing(*, actor: Actor, reference: str, today: date) -> BriefingDetail:
    """Give a briefing with all its rounds.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = briefing_row(actor, reference)
    sheets = {one.pk: one for one in FactSheet.objects.filter(briefing=row).order_by("-number")}
    rounds = [
        text_round(one, sheets[one.sheet_id].number)
        for one in BriefingRound.objects.filter(briefing=row).order_by("-number")
    ]
    latest = next(iter(sheets.values()))
    sheet = Sheet(latest.number, read_facts(latest.content), latest.taken_at, latest.taken_name)
    alerts = tuple(Alert.objects.filter(briefing=row).order_by("pk"))
    newer = 0
    if row.state == BriefingState.DRAFTING:
        now = facts_for(actor=actor, today=today, report=row.report, unit=row.unit_id or "", alerts=alerts)
        newer = differences(sheet.groups, now)
    after = Briefing.objects.filter(supersedes=row).order_by("pk").first()
    return BriefingDetail(
        line=_line(row),
        revision=row.revision,
        marking=row.marking,
        report=row.report,
        alerts=tuple(AlertTaken(one.pk, one.title, one.says) for one in alerts),
        text=rounds[0],
        rounds=tuple(rounds),
        sheet=sheet,
        sheets=tuple((one.number, one.taken_at) for one in sheets.values()),
        newer=newer,
        copies=_copies(row),
        decisions=decisions_of(row),
        steps=tuple(
            StepLine(TAKEN[one.move], one.text, one.made_at, one.made_name, one.event)
            for one in BriefingStep.objects.filter(briefing=row).order_by("-id")
        ),
        supersedes=row.supersedes.reference if row.supersedes else "",
        superseded_by=after.reference if after else "",
        cleared_name=row.cleared_name,
        acts=acts_of(actor, row, rounds[0].written_by),
        waiting_for=WORKFLOW.state(row.state).owner,
    )


def acts_of(actor: Actor, row: Briefing, writer: str) -> tuple[str, ...]:
    """Give the steps that someone may take on a briefing now.

    Args:
        actor: Who looks.
        row: The briefing.
        writer: Reference of who wrote the text that stands.
    """
    return tuple(
        move.name
        for move in WORKFLOW.allowed(row.state, actor.role)
        if actor.may(STEP_PERMISSIONS.get(move.name, DRAFT), team())
        and not (move.name == "clear" and actor.reference in {writer, row.asked_by})
    )


def _copies(row: Briefing) -> tuple[CopyLine, ...]:
    parties = parties_by_code()
    rows = BriefingCopy.objects.filter(briefing=row).select_related("round")
    counted = rows.annotate(times=Counted("readings"), last=Max("readings__read_at"))
    return tuple(
        CopyLine(
            one.pk,
            one.person,
            one.name,
            parties[one.party_id],
            one.round.number,
            one.given_at,
            one.withdrawn_at,
            one.withdrawn_reason,
            one.times,
            one.last,
        )
        for one in counted.order_by("name", "pk")
    )


def decisions_of(row: Briefing) -> tuple[DecisionLine, ...]:
    """Give the decisions on a briefing, latest first."""
    return tuple(
        DecisionLine(one.number, one.text, one.decided_by, one.on, one.recorded_at, one.recorded_name)
        for one in Decision.objects.filter(briefing=row).order_by("-number")
    )


@dataclass(frozen=True)
class Recipient:
    """Someone to whom a briefing can be sent."""

    membership: int
    person: str
    name: str
    email: str
    party: PartyRef
    role_title: str


def recipients(*, actor: Actor, today: date) -> tuple[Recipient, ...]:
    """Give the people of the ministers' office, to whom alone a briefing is sent: one query.

    Args:
        actor: Who sends it.
        today: Day on which they act for the office.

    Raises:
        Refused: The actor sends none.
    """
    actor.demand(DRAFT, team())
    table = access_table()
    roles = [role.id for role in table.holders(READ)]
    rows = memberships_within("/", below=True).filter(role__in=roles, person__is_active=True)
    return tuple(
        Recipient(
            one.id,
            f"person:{one.person_id}",
            one.person_name,
            one.email,
            one.party,
            table.roles[one.role].title,
        )
        for one in map(membership_facts, rows)
        if one.holds_on(today)
    )


@dataclass(frozen=True)
class MyCopy:
    """A briefing sent to someone, in their list.

    Args:
        id: Its number.
        title: Title; empty once it was withdrawn, because its text may be wrong.
        given_at: When it was sent.
        state_label: How it stands, in words.
        readable: Whether it can be read.
        read: Whether they have read it.
    """

    id: int
    title: str
    given_at: datetime
    state_label: str
    readable: bool
    read: bool


def my_copies(*, actor: Actor) -> tuple[MyCopy, ...]:
    """List the briefings sent to someone, latest first; the last 50: one query.

    Raises:
        Refused: The actor's role is sent none.
    """
    actor.demand(READ)
    found = []
    rows = seen_copies(actor).select_related("briefing", "round").annotate(times=Counted("readings"))
    for one in rows.order_by("-pk")[:50]:
        readable = one.withdrawn_at is None and one.briefing.state in set(READABLE)
        label = WORKFLOW.state(one.briefing.state).label if one.withdrawn_at is None else "Taken back"
        found.append(
            MyCopy(
                one.pk,
                one.round.title if readable else "",
                one.given_at,
                label,
                readable,
                bool(one.times),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class CopyToRead:
    """A copy as it is read: whose it is, the text, the facts and what was decided."""

    id: int
    reference: str
    name: str
    party: PartyRef
    marking: str
    given_at: datetime
    revision: int
    text: Round
    sheet: Sheet
    cleared_name: str
    cleared_at: datetime
    decisions: tuple[DecisionLine, ...]
    decides: bool


def copy_to_read(*, actor: Actor, copy_id: int) -> CopyToRead:
    """Give a copy to the one it was given to.

    Raises:
        Refused: It is not theirs, or cannot be read any more.
    """
    actor.demand(READ)
    row = copy_row(actor, copy_id)
    held, sheet = row.briefing, row.round.sheet
    assert held.cleared_at is not None, f"{held.reference} was sent and never cleared"
    return CopyToRead(
        id=row.pk,
        reference=held.reference,
        name=row.name,
        party=parties_by_code()[row.party_id],
        marking=held.marking,
        given_at=row.given_at,
        revision=held.revision,
        text=text_round(row.round, sheet.number),
        sheet=Sheet(sheet.number, read_facts(sheet.content), sheet.taken_at, sheet.taken_name),
        cleared_name=held.cleared_name,
        cleared_at=held.cleared_at,
        decisions=decisions_of(held),
        decides=actor.may(DECIDE)
        and any(move.name == "decide" for move in WORKFLOW.allowed(held.state, actor.role)),
    )
