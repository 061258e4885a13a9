"""What is found to be an alert, the list of alerts, and the lines on home (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from oversight.access.rules import access_table
from oversight.arrangements.queries import DutyFilter, every_line
from oversight.briefings.models import Alert
from oversight.briefings.queries.sight import (
    ALERTS,
    CLEAR,
    PAGE_SIZE,
    READ,
    alert_row,
    seen_alerts,
    seen_briefings,
    seen_copies,
    team,
)
from oversight.briefings.rules.alerts import (
    KIND_WORDS,
    WAITING,
    WORKFLOW,
    AlertRules,
    AlertState,
    Finding,
    alert_rules,
    is_poor,
    missed_finding,
    rating_finding,
)
from oversight.briefings.rules.briefings import READABLE, BriefingState
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, membership_facts, memberships_within, parties_by_code
from oversight.publication.queries.published import off_the_web
from oversight.publication.queries.reports import Filters, all_reports
from oversight.publication.rules.programmes import programmes

#: Lines on home for one kind of thing; the list has the rest.
MOST_NOTICES: Final = 5


def rules() -> AlertRules:
    """Give the rules by which the team is alerted."""
    return alert_rules(programmes().scale)


def findings(*, actor: Actor, today: date) -> Iterator[Finding]:
    """Give everything public or owed that is an alert by the rules: poor ratings, then missed responses.

    Only what is in the public register counts as a rating, so nobody learns of one before it is published.

    Args:
        actor: For whom it is looked; missed duties are those that they may see.
        today: Day of looking.
    """
    held = rules()
    yield from _poor_ratings(held, today)
    for arrangement, what in held.missed.items():
        chosen = DutyFilter(arrangement=arrangement, state="missed")
        for line in every_line(actor=actor, today=today, chosen=chosen):
            if line.due is not None and held.is_news(line.due, today=today):
                yield missed_finding(
                    arrangement=arrangement,
                    what=what,
                    about=line.about,
                    unit=line.unit.code if line.unit else "",
                    bearer=line.bearer.code,
                    bearer_name=line.bearer.name,
                    due=line.due,
                )


def _poor_ratings(held: AlertRules, today: date) -> Iterator[Finding]:
    known, scale = programmes(), programmes().scale
    off = off_the_web()
    codes = parties_by_code()
    since = today - timedelta(days=held.look_back_days)
    years = [str(year) for year in range(since.year, today.year + 1)]
    poor = [one for one in scale if any(is_poor(each, one, scale) for each in held.thresholds)]
    for rating in poor:
        for year in years:
            for report in all_reports(Filters(rating=rating, year=year)):
                published = report.published
                if published is None or report.reference in off:
                    continue
                # Of a partial date the last day is taken: then it was public at the latest.
                day = min(published.last_day, today) if published.first_day <= today else published.first_day
                threshold = held.threshold_on(day)
                if (
                    threshold is None
                    or not is_poor(threshold, rating, scale)
                    or not held.is_news(day, today=today)
                ):
                    continue
                yield rating_finding(
                    reference=report.reference,
                    unit=report.said.unit_code if report.said.unit_code in codes else "",
                    unit_name=report.said.unit_name,
                    rating=rating,
                    on=day,
                    rater=known.rater,
                    threshold=threshold,
                )


def told_already(keys: set[str]) -> set[str]:
    """Give those of the keys of which there is an alert."""
    return set(Alert.objects.filter(key__in=keys).order_by("pk").values_list("key", flat=True))


@dataclass(frozen=True)
class AlertLine:
    """An alert in a list.

    Args:
        id: Its row.
        kind: What it is about.
        kind_label: That in words.
        title: What it is called.
        says: What happened.
        about: Reference of the report, recommendation or inspection.
        unit: The region or unit; None when it is none.
        happened_on: Day on which it happened.
        raised_at: When the team was alerted.
        state: Where it stands.
        state_label: That in words.
        basis: By which threshold or arrangement it is an alert.
        acknowledged_name: Who acknowledged it; empty while nobody has.
        acknowledged_at: When.
        reason: Why no briefing is needed; empty otherwise.
        briefing: Reference of its briefing; empty while there is none.
        revision: What the next act on it hands back.
        acts: Steps that the one who looks may take.
    """

    id: int
    kind: str
    kind_label: str
    title: str
    says: str
    about: str
    unit: PartyRef | None
    happened_on: date
    raised_at: datetime
    state: str
    state_label: str
    basis: str
    acknowledged_name: str
    acknowledged_at: datetime | None
    reason: str
    briefing: str
    revision: int
    acts: tuple[str, ...]


def _line(row: Alert, actor: Actor, parties: Mapping[str, PartyRef]) -> AlertLine:
    return AlertLine(
        id=row.pk,
        kind=row.kind,
        kind_label=KIND_WORDS[row.kind],  # type: ignore[index]  # a value of the enumeration is its name
        title=row.title,
        says=row.says,
        about=row.about,
        unit=parties[row.unit_id] if row.unit_id else None,
        happened_on=row.happened_on,
        raised_at=row.raised_at,
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        basis=row.basis,
        acknowledged_name=row.acknowledged_name,
        acknowledged_at=row.acknowledged_at,
        reason=row.reason,
        briefing=row.briefing.reference if row.briefing else "",
        revision=row.revision,
        acts=tuple(move.name for move in WORKFLOW.allowed(row.state, actor.role)),
    )


@dataclass(frozen=True)
class AlertList:
    """A page of alerts; ``waiting`` says how many of all ask something of the team."""

    lines: tuple[AlertLine, ...]
    count: int
    page: int
    waiting: int


def alert_list(*, actor: Actor, state: str = "", page: int = 1) -> AlertList:
    """Give a page of the alerts, latest first: three queries.

    Args:
        actor: Who looks.
        state: One of ``AlertState``, ``waiting`` for those that ask something, or empty for all.
        page: Which page, from 1.
    """
    rows = seen_alerts(actor)
    waiting = rows.filter(state__in=WAITING).count()
    if state == "waiting":
        rows = rows.filter(state__in=WAITING)
    elif state:
        rows = rows.filter(state=state)
    count = rows.count()
    here = min(max(page, 1), max(1, -(-count // PAGE_SIZE)))
    shown = rows.select_related("briefing").order_by("-id")[(here - 1) * PAGE_SIZE : here * PAGE_SIZE]
    parties = parties_by_code()
    return AlertList(tuple(_line(row, actor, parties) for row in shown), count, here, waiting)


def alert(*, actor: Actor, alert_id: int) -> AlertLine:
    """Give one alert.

    Raises:
        Refused: There is none that the actor sees.
    """
    return _line(alert_row(actor, alert_id), actor, parties_by_code())


@dataclass(frozen=True)
class Notice:
    """A line on home: what to do, and the page where it is done."""

    text: str
    name: str
    key: str | int
    tag: str


def notices(*, actor: Actor) -> tuple[Notice, ...]:
    """Give what someone has to do about alerts and briefings now: two queries for the team, or one."""
    found: list[Notice] = []
    if actor.may(ALERTS):
        rows = seen_alerts(actor).filter(state__in=WAITING).order_by("state", "-id")
        listed = list(rows[: MOST_NOTICES + 1])
        found += [
            Notice(
                row.title,
                "briefing-alert",
                row.pk,
                "New" if row.state == AlertState.RAISED else "To be decided",
            )
            for row in sorted(listed[:MOST_NOTICES], key=lambda row: row.state != AlertState.RAISED)
        ]
    if actor.may(CLEAR):
        # Who asked for clearance waits for a colleague.
        briefings = seen_briefings(actor).filter(state=BriefingState.CLEARANCE)
        for one in briefings.exclude(asked_by=actor.reference).order_by("pk")[:MOST_NOTICES]:
            found.append(Notice(f"Clear the briefing “{one.title}”", "briefing", one.reference, "To clear"))
    elif actor.may(READ):
        copies = seen_copies(actor).filter(withdrawn_at=None, briefing__state__in=READABLE, readings=None)
        for copy in copies.select_related("briefing").order_by("-pk")[:MOST_NOTICES]:
            found.append(
                Notice(f"Read the briefing “{copy.briefing.title}”", "briefing-copy", copy.pk, "New")
            )
    return tuple(found)


@dataclass(frozen=True)
class Addressee:
    """Someone who is told by email that there is an alert."""

    reference: str
    name: str
    email: str


def told_by_email(*, today: date) -> tuple[Addressee, ...]:
    """Give the people of the team who get alerts: one query.

    Args:
        today: Day on which they act for it.
    """
    roles = [role.id for role in access_table().holders(ALERTS)]
    rows = memberships_within(team().lineage, below=False).filter(role__in=roles, person__is_active=True)
    held = [one for one in map(membership_facts, rows) if one.holds_on(today) and one.email]
    return tuple(Addressee(f"person:{one.person_id}", one.person_name, one.email) for one in held)
