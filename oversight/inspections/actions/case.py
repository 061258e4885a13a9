"""Scheduling and announcing an inspection, its dates and its team (D1, ¶16, ¶28)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from oversight.inspections.actions.moving import (
    _checked_move,
    _line,
    _locked,
    _moved,
    _on_team,
    _text,
    _today,
    _told,
)
from oversight.inspections.actions.timetable import _tell_timetable
from oversight.inspections.models import (
    TITLE_LENGTH,
    Inspection,
    InspectionPartner,
    InspectionUnit,
    TeamMember,
)
from oversight.inspections.queries.people import inspector, inspectors
from oversight.inspections.queries.programmes import all_programmes, keep_in_use
from oversight.inspections.rules.case import (
    LEAD,
    OPEN,
    WORKFLOW,
    CaseState,
    Dates,
    check_dates,
    check_partners,
    check_units,
    reference_of,
)
from oversight.inspections.rules.programmes import InspectionType, Programme
from oversight.inspections.rules.reading import programme_on
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words, join_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party

#: An inspection of the whole Probation Service is of this party.
SERVICE = "probation-service"


@action(verb="inspection.scheduled", permission="inspections.plan", paragraph="16")
def schedule(
    *,
    by: Actor,
    at: datetime,
    programme: str,
    kind_id: str,
    title: str,
    units: Sequence[PartyRef],
    partners: Sequence[PartyRef],
    dates: Dates,
    lead: str,
) -> Recorded[str]:
    """Schedule an inspection, known to the planners alone until it is announced.

    Args:
        by: Who plans it.
        at: Moment of doing so.
        programme: Identifier of the programme; its version in force when fieldwork starts is kept (A9).
        kind_id: Identifier of the type of inspection within it.
        title: What it is called; empty to name it after its unit.
        units: What is inspected: one unit, or for a subject any number; none means the whole service.
        partners: The other inspectorates of a joint inspection.
        dates: The days planned.
        lead: Reference of the lead inspector.

    Returns:
        Its reference.

    Raises:
        Refused: The programme, type, units, partners, days, title or lead inspector do not fit; ``field``
            says which.
    """
    today = _today(at)
    rules = programme_on(all_programmes(), programme, dates.fieldwork_from)
    keep_in_use(rules)
    kind = _type(rules, kind_id)
    check_dates(dates, today=today)
    check_units(kind, [one.kind for one in units])
    for one in units:
        if one.kind not in {"pdu", "region"}:
            raise Refused(
                "inspection_units",
                f"{one.name} is neither a probation region nor a Probation Delivery Unit.",
                "Choose regions and units.",
                field="units",
            )
    check_partners(kind, [one.code for one in partners])
    single = units[0] if kind.unit != "national" else None
    name = _line(title, "title", TITLE_LENGTH) or (f"{kind.title}: {single.name}" if single else "")
    if not name:
        raise Refused(
            "inspection_title", "This inspection needs a title.", "Enter its subject.", field="title"
        )
    leading = inspector(lead, today=today, field="lead")
    row = Inspection.objects.create(
        reference=reference_of(
            kind.id,
            single.code if single else "",
            dates.fieldwork_from.year,
            Inspection.objects.order_by("id").values_list("reference", flat=True),
        ),
        title=name,
        programme=rules.id,
        programme_version=rules.version,
        type=kind.id,
        kind=kind.kind,
        rated=kind.rated,
        state=WORKFLOW.starts,
        unit_id=single.code if single else None,
        announce_on=dates.announce,
        fieldwork_from=dates.fieldwork_from,
        fieldwork_until=dates.fieldwork_until,
        lead=leading.reference,
        lead_name=leading.name,
        scheduled_at=at,
        scheduled_by=by.reference,
    )
    looked_at = list(dict.fromkeys(units)) or [party(SERVICE)]
    InspectionUnit.objects.bulk_create(
        InspectionUnit(inspection=row, unit_id=one.code, lineage=one.lineage) for one in looked_at
    )
    InspectionPartner.objects.bulk_create(
        InspectionPartner(inspection=row, party_id=one.code) for one in dict.fromkeys(partners)
    )
    _told(row, "schedule", "", by=by, at=at, on=today, detail=f"Fieldwork {dates.in_words}")
    _tell_timetable(row, by=by, at=at)
    payload: dict[str, Value] = {
        "programme": rules.id,
        "version": rules.version,
        "type": kind.id,
        "title": name,
        "units": [one.code for one in looked_at],
        "partners": [one.code for one in partners],
        "announce": dates.announce,
        "fieldwork_from": dates.fieldwork_from,
        "fieldwork_until": dates.fieldwork_until,
        "lead": leading.reference,
    }
    return Recorded(f"inspection:{row.reference}", payload, row.reference)


def _type(rules: Programme, identifier: str) -> InspectionType:
    kind = rules.inspection_type(identifier)
    if kind is None:
        raise Refused(
            "inspection_type",
            f"The programme “{rules.title}” has no such type of inspection.",
            f"Choose one of: {join_in_words([one.title for one in rules.inspection_types], 'or')}.",
            paragraph="9",
            field="type",
        )
    return kind


@action(verb="inspection.announced", permission="inspections.announce", paragraph="16")
def announce(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Announce an inspection today: from now on the inspected and OSAG see it, and clocks start (¶31).

    Args:
        by: Who announces it.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.

    Raises:
        Refused: It is not scheduled, fieldwork was to start before today, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "announce")
    today = _today(at)
    if row.fieldwork_from < today:
        raise Refused(
            "inspection_dates",
            f"Fieldwork was planned for {day_in_words(row.fieldwork_from)}, which has passed.",
            "Change the dates first.",
            paragraph="28",
        )
    row.announced_on, row.announced_at, row.announced_by = today, at, by.reference
    _moved(row, move, by=by, at=at, on=today, event="inspection_announced")
    return Recorded(f"inspection:{row.reference}", {"announced_on": today}, None)


@action(verb="inspection.dates-changed", permission="inspections.adjust", paragraph="28")
def change_dates(
    *, by: Actor, at: datetime, reference: str, revision: int, dates: Dates, reason: str
) -> Recorded[None]:
    """Change the days planned; the earlier ones stay on the timeline.

    Args:
        by: Who changes them.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        dates: All days as they are now to be; the day of announcement counts until it is announced.
        reason: Why; must not be empty.

    Raises:
        Refused: Fieldwork has started, a day is wrong, nothing changes, there is no reason, or it changed
            meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "change_dates")
    why, today = _text(reason, "reason"), _today(at)
    before = Dates(row.announce_on, row.fieldwork_from, row.fieldwork_until)
    if row.announced_on:
        dates = Dates(row.announce_on, dates.fieldwork_from, dates.fieldwork_until)
    if dates == before:
        raise Refused(
            "inspection_dates",
            "These are the dates it has already.",
            "Enter the new ones.",
            field="fieldwork_from",
        )
    check_dates(dates, today=today, announced_on=row.announced_on)
    row.announce_on = dates.announce
    row.fieldwork_from, row.fieldwork_until = dates.fieldwork_from, dates.fieldwork_until
    told = f"Fieldwork {dates.in_words} (before: {before.in_words})"
    if dates.fieldwork_from == before.fieldwork_from and dates.fieldwork_until == before.fieldwork_until:
        told = f"Fieldwork as before, {dates.in_words}"
    # The day of announcement is confidential for good: it is in the record, never on the timeline.
    _moved(row, move, by=by, at=at, on=today, detail=told, reason=why)
    payload: dict[str, Value] = {
        "announce": dates.announce,
        "fieldwork_from": dates.fieldwork_from,
        "fieldwork_until": dates.fieldwork_until,
        "before": [before.announce, before.fieldwork_from, before.fieldwork_until],
        "reason": why,
    }
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(verb="inspection.team-set", permission="inspections.adjust", paragraph="16")
def set_team(
    *, by: Actor, at: datetime, reference: str, revision: int, lead: str, members: Sequence[str]
) -> Recorded[None]:
    """Set who leads an inspection and who inspects with them.

    Args:
        by: Who sets it: a planner, or someone on the team once it is announced.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.
        lead: Reference of the lead inspector.
        members: References of the others on the team.

    Raises:
        Refused: The inspection has ended, the actor is not on its team, someone is no lead inspector today,
            or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    if row.state not in {*OPEN, CaseState.PAUSED}:
        raise Refused(
            "inspection_ended",
            f"This inspection is {WORKFLOW.state(row.state).label.lower()}, so its team stays as it was.",
            "There is nothing to do.",
        )
    if by.role == LEAD and not _on_team(by, row):
        raise Refused(
            "inspection_team",
            "Only someone on the team of this inspection, or a planner, changes its team.",
            "Ask the inspection planner.",
            paragraph="16",
            who_can="the inspection planner",
        )
    today = _today(at)
    known = {one.reference: one for one in inspectors(today=today)}
    held = {one.person: one for one in row.team.filter(left_at=None).order_by("id")}
    leading = inspector(lead, today=today, field="lead") if lead != row.lead else None
    wanted = dict.fromkeys(one for one in members if one != lead)
    for person in wanted.keys() - held.keys():
        if person not in known:
            inspector(person, today=today, field="members")
    if leading:
        row.lead, row.lead_name = leading.reference, leading.name
    for person, member in held.items():
        if person not in wanted:
            member.left_at, member.left_by = at, by.reference
            member.save()
    TeamMember.objects.bulk_create(
        TeamMember(inspection=row, person=person, name=known[person].name, added_at=at, added_by=by.reference)
        for person in wanted
        if person not in held
    )
    row.revision += 1
    row.save()
    names = [known[person].name if person in known else held[person].name for person in wanted]
    told = f"Led by {row.lead_name}" + (f", with {join_in_words(names)}" if names else "")
    _told(row, "set_team", row.state, by=by, at=at, on=today, detail=told)
    if row.finished_on is None:
        _tell_timetable(row, by=by, at=at)
    return Recorded(f"inspection:{row.reference}", {"lead": row.lead, "members": list(wanted)}, None)
