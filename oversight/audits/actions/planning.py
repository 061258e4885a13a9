"""An audit planned, its team, its days; announced, and cancelled (B4, ¶14, ¶28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from oversight.audits.actions.keeping import checked, locked, sealed, stepped, tell_audited, tell_timetable
from oversight.audits.models import Audit, AuditMember, AuditPaper
from oversight.audits.queries.correcting import wrote_of
from oversight.audits.queries.sight import PLAN
from oversight.audits.rules.audit import (
    OSAG,
    UNTIL_FINAL,
    AuditState,
    Place,
    check_days,
    check_state,
    check_team,
    reference_of,
)
from oversight.audits.rules.data import PARAGRAPH, check_audited, check_region, scale_on
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.programme.queries.people import named_people


@dataclass(frozen=True)
class Team:
    """Who audits, by reference.

    Args:
        lead: Who leads it.
        reviewer: Who reviews it: another person.
        auditors: Who works on it beside its lead.
    """

    lead: str
    reviewer: str
    auditors: Sequence[str] = ()


def _osag(**_: object) -> PartyLike:
    return party(OSAG)


def _line(given: str, field: str, wanted: str) -> str:
    text = typed_line(given, field, longest=200)
    if wanted and not text:
        raise Refused("audit_missing", "Something is missing.", wanted, paragraph=PARAGRAPH, field=field)
    return text


def _name_team(row: Audit, team: Team, *, by: Actor, at: datetime) -> None:
    wrote = {
        *row.tests.order_by("id").values_list("written_by", flat=True),
        *AuditPaper.objects.filter(test__audit=row).order_by("id").values_list("prepared_by", flat=True),
        *row.findings.order_by("id").values_list("written_by", flat=True),
        *row.actions.order_by("id").values_list("written_by", flat=True),
    }
    wrote = wrote.union(*(wrote_of(held) for held in row.corrections.order_by("id")))
    check_team(lead=team.lead, reviewer=team.reviewer, auditors=team.auditors, wrote=wrote)
    places = dict.fromkeys(team.auditors, Place.AUDITOR)
    places |= {team.lead: Place.LEAD, team.reviewer: Place.REVIEWER}
    people = {one.reference: one.name for one in named_people(tuple(places), OSAG, today=london_day(at))}
    held = {one.person: one for one in row.members.filter(left_at=None).order_by("id")}
    for person, one in held.items():
        if places.get(person) != one.place:
            one.left_at, one.left_by = at, by.reference
            one.save()
    AuditMember.objects.bulk_create(
        AuditMember(
            audit=row, person=person, name=people[person], place=place, named_at=at, named_by=by.reference
        )
        for person, place in places.items()
        if person not in held or held[person].place != place
    )


@action(verb="audit.planned", permission=PLAN, paragraph=PARAGRAPH, on=_osag)
def plan_audit(
    *,
    by: Actor,
    at: datetime,
    title: str,
    service: str,
    audited: PartyRef,
    place: str,
    scope: str,
    first: date,
    last: date,
    team: Team,
    region: PartyRef | None = None,
) -> Recorded[str]:
    """Plan an audit. Only OSAG knows of it until it is announced.

    Its visit is in the timetable from now on, that of a prison, establishment or contract under its name.
    A visit that was planned there for the same region or unit becomes that of the audit.

    Args:
        by: Who plans it.
        at: Moment of planning.
        title: What people call it.
        service: Kind of service, as the data names it.
        audited: Body that answers for what is audited.
        place: Name of the prison, establishment or contract; empty where the body is the place.
        scope: What is looked at, and why.
        first: First day of fieldwork.
        last: Last day of it.
        team: Who audits.
        region: Probation region that such a place concerns; None for none. Once the audit is announced, those
            of that region see its visit in the timetable.

    Returns:
        Its reference.

    Raises:
        Refused: Something is missing or does not fit; ``field`` says what.
    """
    today = london_day(at)
    named = _line(title, "title", "Enter what people are to call it.")
    where = _line(place, "place", "")
    of = check_audited(service, code=audited.code, kind=audited.kind, place=where)
    check_region(of, region.kind if region else "")
    check_days(first, last, today=today)
    # Two who plan at once: the second waits for the first, so that their numbers differ.
    Audit.objects.select_for_update(of=("self",)).order_by("-id").first()
    count = Audit.objects.filter(reference__startswith=f"AUD-{today.year}-").count()
    row = Audit(
        reference=reference_of(today.year, count + 1),
        title=named,
        service=service,
        audited_id=audited.code,
        place=where,
        region_id=region.code if region else None,
        scope=clean_text(scope, "scope", wanted="Enter what is looked at, and why."),
        scale_since=scale_on(today).since,
        first_day=first,
        last_day=last,
        planned_at=at,
        planned_by=by.reference,
        planned_name=by.name,
    )
    stepped(row, "plan", AuditState.PLANNED, by=by, at=at, first=True)
    _name_team(row, team, by=by, at=at)
    tell_timetable(row, by=by, at=at)
    payload: dict[str, Value] = {
        **sealed({"title": named, "place": where, "scope": row.scope}),
        "service": service,
        "audited": audited.code,
        "region": region.code if region else None,
        "first": first,
        "last": last,
        "lead": team.lead,
        "reviewer": team.reviewer,
        "auditors": list(team.auditors),
    }
    return Recorded(f"audit:{row.reference}", payload, row.reference)


@action(verb="audit.team-set", permission=PLAN, paragraph=PARAGRAPH, on=_osag)
def set_team(*, by: Actor, at: datetime, reference: str, revision: int, team: Team) -> Recorded[None]:
    """Name the team of an audit anew. Whoever leaves it no longer sees its working papers.

    Args:
        by: Who plans audits.
        at: Moment of naming.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        team: Everyone who is of it from now on.

    Raises:
        Refused: There is no such audit, it has ended or changed meanwhile, or the team does not fit.
    """
    row, _ = locked(by, reference, revision)
    check_state(row.state, [one for one in AuditState if one != AuditState.CANCELLED], "Teams are named")
    _name_team(row, team, by=by, at=at)
    stepped(row, "set_team", row.state, by=by, at=at)
    if row.finished_on is None:
        tell_timetable(row, by=by, at=at)
    payload: dict[str, Value] = {
        "lead": team.lead,
        "reviewer": team.reviewer,
        "auditors": list(team.auditors),
    }
    return Recorded(f"audit:{row.reference}", payload, None)


@action(verb="audit.dates-changed", permission=PLAN, paragraph="28", on=_osag)
def change_dates(
    *, by: Actor, at: datetime, reference: str, revision: int, first: date, last: date, reason: str
) -> Recorded[None]:
    """Move the fieldwork of an audit that has not begun; the timetable follows.

    Args:
        by: Who plans audits.
        at: Moment of moving it.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        first: First day of fieldwork.
        last: Last day of it.
        reason: Why.

    Raises:
        Refused: There is no such audit, its fieldwork has begun, it changed meanwhile, the days do not fit,
            or the reason is missing.
    """
    row, _ = locked(by, reference, revision)
    check_state(row.state, (AuditState.PLANNED, AuditState.ANNOUNCED), "Days are changed")
    check_days(first, last, today=london_day(at))
    why = clean_text(reason, "reason", wanted="Enter why; the audited and other planners read it.")
    row.first_day, row.last_day = first, last
    stepped(row, "change_dates", row.state, by=by, at=at, reason=why)
    tell_timetable(row, by=by, at=at, reason=why)
    return Recorded(f"audit:{row.reference}", {"first": first, "last": last, "reason": why}, None)


@action(verb="audit.announced", permission=PLAN, paragraph=PARAGRAPH, on=_osag)
def announce(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Announce an audit: the body audited knows of it from now on, and the timetable shows it.

    Args:
        by: Who plans audits.
        at: Moment of announcing.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: There is no such audit, it is announced already, or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "announce", by)
    row.announced_at, row.announced_by = at, by.reference
    stepped(row, move.name, move.target, by=by, at=at)
    tell_audited(row, "An audit was announced to you", by=by, at=at)
    tell_timetable(row, by=by, at=at)
    return Recorded(f"audit:{row.reference}", {"audited": row.audited_id}, None)


@action(verb="audit.cancelled", permission=PLAN, paragraph=PARAGRAPH, on=_osag)
def cancel(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Cancel an audit that is not final. What was written stays, for its team.

    Args:
        by: Who plans audits.
        at: Moment of cancelling.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        reason: Why.

    Raises:
        Refused: There is no such audit, it is final or ended, it changed meanwhile, or the reason is missing.
    """
    row, sight = locked(by, reference, revision)
    check_state(row.state, UNTIL_FINAL, "Audits are cancelled")
    move = checked(row, sight, "cancel", by)
    why = clean_text(reason, "reason", wanted="Enter why.")
    row.cancelled_at, row.cancelled_by, row.cancelled_reason = at, by.reference, why
    stepped(row, move.name, move.target, by=by, at=at, reason=why)
    if row.finished_on is None:
        tell_timetable(row, by=by, at=at, reason=why)
    return Recorded(f"audit:{row.reference}", {"reason": why}, None)
