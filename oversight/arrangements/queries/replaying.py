"""From the tables to the facts that the rules replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from oversight.arrangements.models import Event as EventRow
from oversight.arrangements.queries.facts import DutyLine
from oversight.arrangements.queries.texts import known_versions
from oversight.arrangements.rules.facts import DutyFacts, Event, PartyFacts, Version, status
from oversight.arrangements.rules.replay import duties
from oversight.kernel.calendars import england_and_wales
from oversight.parties.queries import PartyRef, parties_by_code, unknown_party


def party_facts(ref: PartyRef, lineage: str = "") -> PartyFacts:
    """Give what the rules know of a party, as it stood when its lineage was kept."""
    return PartyFacts(ref.code, ref.kind, lineage or ref.lineage)


def resolving(parties: Mapping[str, PartyRef]) -> Callable[[str], PartyFacts]:
    """Give the function by which the rules look up a party."""
    return lambda code: party_facts(parties[code])


def event_facts(row: EventRow, parties: Mapping[str, PartyRef]) -> Event:
    """Give the facts of an event."""
    return Event(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        about=row.about,
        on=row.happened_on,
        recorded_at=row.recorded_at,
        recorder=party_facts(parties[row.recorder_id], row.recorder_lineage),
        unit=party_facts(parties[row.unit_id], row.unit_lineage) if row.unit_id else None,
        addressee=party_facts(parties[row.addressee_id], row.addressee_lineage) if row.addressee_id else None,
        until=row.until,
        withdrawn=row.withdrawn_at is not None,
    )


def duties_of_case(
    about: str, versions: Sequence[Version], parties: Mapping[str, PartyRef]
) -> tuple[DutyFacts, ...]:
    """Replay what is recorded about one reference."""
    return replayed(events_of_case(about), versions, parties)


def events_of_case(about: str) -> list[EventRow]:
    """Give what is recorded about one reference, what was withdrawn too: one query."""
    return list(EventRow.objects.filter(about=about).order_by("happened_on", "id"))


def replayed(
    rows: Iterable[EventRow], versions: Sequence[Version], parties: Mapping[str, PartyRef]
) -> tuple[DutyFacts, ...]:
    """Replay events."""
    facts = [event_facts(row, parties) for row in rows]
    return duties(facts, versions, england_and_wales(), resolving(parties))


def duties_as_of(*, as_of: date, party: str = "") -> tuple[DutyLine, ...]:
    """Give every duty as it stood at the end of a day, replaying what had happened by then.

    Withdrawn ones are left out. For the operator's command line: it asks for no permission.

    Args:
        as_of: The day.
        party: Only what this party owes; every party when empty.

    Raises:
        Refused: There is no such party.
    """
    parties = parties_by_code()
    if party and party not in parties:
        raise unknown_party(party)
    versions = known_versions()
    rules = {version.id: version for version in versions}
    found = replayed(EventRow.objects.filter(happened_on__lte=as_of).order_by("id"), versions, parties)
    lines = []
    for duty in found:
        rule = rules[duty.version].arrangement(duty.arrangement)
        if duty.withdrawn or rule is None or (party and duty.bearer != party):
            continue
        lines.append(
            DutyLine(
                id=0,
                revision=0,
                arrangement=duty.arrangement,
                title=rule.title,
                about=duty.about,
                kind=duty.kind,
                unit=parties[duty.unit] if duty.unit else None,
                bearer=parties[duty.bearer],
                counterparts=tuple(parties[code] for code in duty.counterparts),
                paragraph=duty.paragraph,
                force=duty.force,
                opened_on=duty.opened_on,
                first_due=duty.first_due,
                due=duty.due,
                basis=duty.basis,
                met_on=duty.met_on,
                status=status(duty, as_of),
                today=as_of,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.due or date.max, line.bearer.code, line.about)))
