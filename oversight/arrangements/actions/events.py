"""What happened: recorded by those entitled to say so, withdrawn with a reason (paragraph 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from oversight.arrangements.actions.projection import _Changes, _lock_case, _lock_texts, _recompute
from oversight.arrangements.models import REFERENCE_LENGTH, TEXT_LENGTH, Event
from oversight.arrangements.queries.replaying import events_of_case, party_facts, replayed, resolving
from oversight.arrangements.queries.texts import known_versions
from oversight.arrangements.rules.explaining import checked_event, version_on
from oversight.arrangements.rules.facts import DutyFacts, EventType, PartyFacts, Version
from oversight.arrangements.rules.facts import Event as Told
from oversight.arrangements.rules.parties import entitled, in_words, is_one_of
from oversight.arrangements.rules.replay import open_on, unmet_notes
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line, typed_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON, day_in_words, moment_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, parties_by_code, party

UNITS: Final = ("region", "pdu")


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """What recording or withdrawing an event did.

    Args:
        id: Row of the event; its page is ``/events/<id>``.
        revision: What the next act on it hands back.
        name: Name of the event's type.
        title: What happened.
        about: Reference of the case.
        on: Day on which it happened.
        opened: Duties that it opened or, when it was withdrawn, that were withdrawn with it.
        changed: Other duties that it changed: met, moved, ended or made to run again.
        notes: Why it did not do what one might expect.
    """

    id: int
    revision: int
    name: str
    title: str
    about: str
    on: date
    opened: tuple[DutyFacts, ...]
    changed: tuple[DutyFacts, ...]
    notes: tuple[str, ...]


@action(verb="event.recorded", permission="arrangements.record_event", paragraph="5")
def happened(
    *,
    by: Actor,
    at: datetime,
    event: str,
    kind: str,
    about: str,
    on: date,
    unit: PartyRef | None,
    addressee: PartyRef | None,
    note: str,
    until: date | None = None,
) -> Recorded[EventFacts]:
    """Record that something happened, and let the duties follow.

    Args:
        by: Who says so; their party has to be entitled to.
        at: Moment of recording.
        event: Name of the event, for example ``draft_received_for_checking``.
        kind: Kind of inspection or review; empty for events that have none.
        about: Reference of what it is about; empty for events that have a reference of their own.
        on: Day on which it happened, not later than the day of recording.
        unit: Region or unit concerned, where the event takes one.
        addressee: Party addressed, where the event takes one.
        note: Anything to add; may be empty.
        until: Second date, where the event carries one.

    Raises:
        Refused: The actor may not record events or is not entitled to say this one; the event, kind, unit,
            addressee, reference or a date is not as the event needs it (``field`` says which); the same event
            is recorded already; it is possible only while a certain duty is open, and none is.
    """
    _lock_texts(alone=False)
    versions = known_versions()
    version, declared = _declared(versions, event, on)
    checked_event(version, event, kind)
    if on > at.astimezone(LONDON).date():
        raise Refused(
            "event_not_in_future",
            f"{day_in_words(on)} is still to come.",
            "Record it once it has happened.",
            paragraph="5",
            field="on",
        )
    reference = _reference(declared, about)
    said = typed_lines(note, "note", longest=TEXT_LENGTH)
    _check_parties(declared, version, kind, unit, addressee)
    _check_until(declared, on, until)
    parties = parties_by_code()
    recorder = party(by.party)
    told = Told(
        id=0,
        name=event,
        kind=kind,
        about=reference,
        on=on,
        recorded_at=at,
        recorder=party_facts(recorder),
        unit=party_facts(unit) if unit else None,
        addressee=party_facts(addressee) if addressee else None,
        until=until,
    )
    if not entitled(declared.said_by, told, version, resolving(parties)):
        raise _not_entitled(declared, version, recorder)
    _lock_case(reference)
    earlier = events_of_case(reference)
    _check_only_while(declared, told, earlier, versions)
    _check_once(told, earlier)
    row = Event.objects.create(
        name=event,
        kind=kind,
        about=reference,
        happened_on=on,
        until=until,
        note=said,
        unit_id=unit.code if unit else None,
        unit_lineage=unit.lineage if unit else "",
        addressee_id=addressee.code if addressee else None,
        addressee_lineage=addressee.lineage if addressee else "",
        recorder_id=recorder.code,
        recorder_lineage=recorder.lineage,
        recorded_at=at,
        recorded_by=by.reference,
        recorded_name=by.name,
    )
    changes = _recompute([*earlier, row], versions, parties, begins=not earlier)
    notes = _notes(row, declared, versions, changes)
    facts = _event_facts(row, declared, changes.opened, changes.changed, notes)
    payload: dict[str, Value] = {
        "event": event,
        "kind": kind,
        "about": reference,
        "on": on,
        "until": until,
        "unit": unit.code if unit else None,
        "addressee": addressee.code if addressee else None,
        "note": said,
        "opened": [_duty_value(duty) for duty in changes.opened],
        "changed": [_duty_value(duty) for duty in changes.changed],
    }
    return Recorded(f"event:{row.pk}", payload, facts)


def _duty_value(duty: DutyFacts) -> Value:
    return {
        "opened_by": duty.opened_by,
        "arrangement": duty.arrangement,
        "bearer": duty.bearer,
        "due": duty.due,
        "met_on": duty.met_on,
        "withdrawn": duty.withdrawn,
        "paragraph": duty.paragraph,
    }


def _declared(versions: Sequence[Version], event: str, on: date) -> tuple[Version, EventType]:
    """Find what the texts say of an event: the one in force, or else the latest that knows it.

    A clock started under an older text still has to be met by that text's events.
    """
    in_force = version_on(versions, on)
    for version in (in_force, *reversed(versions)):
        if event in version.events:
            return version, version.events[event]
    checked_event(in_force, event, "")
    raise AssertionError


def _reference(declared: EventType, about: str) -> str:
    given = typed_line(about, "about", longest=REFERENCE_LENGTH)
    if declared.fixed_about:
        if given not in ("", declared.fixed_about):
            raise Refused(
                "event_reference",
                f"“{declared.title}” is always recorded under “{declared.fixed_about}”.",
                "Leave the reference out.",
                field="about",
            )
        return declared.fixed_about
    if not given:
        raise Refused(
            "event_reference",
            f"“{declared.title}” needs a reference.",
            f"Enter it: {declared.about[0].lower()}{declared.about[1:]}.",
            field="about",
        )
    return given


def _check_parties(
    declared: EventType, version: Version, kind: str, unit: PartyRef | None, addressee: PartyRef | None
) -> None:
    if unit is None and declared.needs_unit(kind):
        raise Refused(
            "event_unit", f"“{declared.title}” needs a region or unit.", "Choose one.", field="unit"
        )
    if unit is not None and not declared.unit_possible:
        raise Refused(
            "event_unit", f"“{declared.title}” concerns no one unit.", "Leave the unit out.", field="unit"
        )
    if unit is not None and unit.kind not in UNITS:
        raise Refused(
            "event_unit",
            f"{unit.name} is neither a probation region nor a Probation Delivery Unit.",
            "Choose a region or unit.",
            field="unit",
        )
    if not declared.addressees:
        if addressee is not None:
            raise Refused(
                "event_addressee",
                f"“{declared.title}” is addressed to nobody.",
                "Leave the addressee out.",
                field="addressee",
            )
        return
    possible = in_words(declared.addressees, version, "or")
    if addressee is None:
        raise Refused(
            "event_addressee",
            f"“{declared.title}” needs a party to whom it is addressed.",
            f"Choose one: {possible}.",
            paragraph="23" if declared.name == "recommendation_made" else "",
            field="addressee",
        )
    if not is_one_of(party_facts(addressee), declared.addressees, version):
        raise Refused(
            "event_addressee",
            f"“{declared.title}” cannot be addressed to {addressee.name}.",
            f"Choose one: {possible}.",
            paragraph="23" if declared.name == "recommendation_made" else "",
            field="addressee",
        )


def _check_until(declared: EventType, on: date, until: date | None) -> None:
    if declared.until and until is None:
        words = f"{declared.until[0].lower()}{declared.until[1:]}"
        raise Refused("event_until", f"“{declared.title}” needs {words}.", "Enter it.", field="until")
    if until is not None and not declared.until:
        raise Refused(
            "event_until", f"“{declared.title}” carries no second date.", "Leave it out.", field="until"
        )
    if until is not None and until < on:
        raise Refused(
            "event_until",
            f"{day_in_words(until)} is before the day on which it happened, {day_in_words(on)}.",
            "Enter that day or a later one.",
            field="until",
        )


def _not_entitled(declared: EventType, version: Version, recorder: PartyRef) -> Refused:
    entitled_words = in_words(declared.said_by, version, "or")
    return Refused(
        "permission_to_say",
        f"{recorder.name} is not entitled to say that this happened: “{declared.title}”.",
        f"Ask {entitled_words} to record it.",
        paragraph="5",
        who_can=entitled_words,
        field="event",
    )


def _check_only_while(
    declared: EventType, told: Told, earlier: Sequence[Event], versions: Sequence[Version]
) -> None:
    """Refuse what is possible only during something that is not under way (paragraph 32)."""
    if not declared.only_while:
        return
    found = replayed(earlier, versions, parties_by_code())
    if open_on(found, declared.only_while, told.about, told.on):
        return
    rules = (version.arrangement(declared.only_while) for version in reversed(versions))
    rule = next(held for held in rules if held is not None)
    raise Refused(
        "event_only_while",
        f"“{declared.title}” is possible only while this is open under “{told.about}”: {rule.title.lower()}. "
        f"It was not on {day_in_words(told.on)}.",
        "Check the reference and the date.",
        paragraph="32" if declared.name.startswith(("data_", "accuracy_")) else rule.paragraph,
        field="about",
    )


def _check_once(told: Told, earlier: Sequence[Event]) -> None:
    """Refuse the same event twice: most often it is a button pressed twice."""
    facts = (told.name, told.kind, told.on, told.until, _code(told.unit), _code(told.addressee))
    for held in earlier:
        same = (held.name, held.kind, held.happened_on, held.until, held.unit_id, held.addressee_id) == facts
        if same and held.recorder_id == told.recorder.code and held.withdrawn_at is None:
            raise Refused(
                "event_once",
                f"This was recorded already, by {held.recorded_name} on {moment_in_words(held.recorded_at)}.",
                "There is nothing to do. If it was recorded in error, withdraw it.",
                paragraph="5",
                field="event",
            )


def _code(facts: PartyFacts | None) -> str | None:
    return facts.code if facts else None


def _event_facts(
    row: Event,
    declared: EventType,
    opened: Sequence[DutyFacts],
    changed: Sequence[DutyFacts],
    notes: tuple[str, ...] = (),
) -> EventFacts:
    return EventFacts(
        id=row.pk,
        revision=row.revision,
        name=row.name,
        title=declared.title,
        about=row.about,
        on=row.happened_on,
        opened=tuple(opened),
        changed=tuple(changed),
        notes=notes,
    )


def _notes(
    row: Event, declared: EventType, versions: Sequence[Version], changes: _Changes
) -> tuple[str, ...]:
    parties = parties_by_code()
    told = Told(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        about=row.about,
        on=row.happened_on,
        recorded_at=row.recorded_at,
        recorder=party_facts(parties[row.recorder_id]),
    )
    notes = unmet_notes(told, changes.found, versions)
    meets_something = any(
        meeting.event == row.name
        for version in versions
        for rule in version.arrangements
        for meeting in rule.met_by
    )
    if meets_something and not notes and not any(duty.met_by == row.pk for duty in changes.changed):
        notes = (f"No open duty under the reference “{row.about}” was waiting for this: {declared.title}.",)
    return notes


def _recorder_of(*, event_id: int, **_: object) -> PartyLike:
    return party(_found(event_id).recorder_id)


def _found(event_id: int) -> Event:
    row = Event.objects.filter(pk=event_id).order_by("id").first()
    if row is None:
        raise Refused("not_found_event", "There is no such event.", "Check the address.")
    return row


@action(verb="event.withdrawn", permission="arrangements.withdraw_event", paragraph="5", on=_recorder_of)
def withdraw_event(
    *, by: Actor, at: datetime, event_id: int, revision: int, reason: str
) -> Recorded[EventFacts]:
    """Withdraw an event recorded in error; it stays in view, and the duties follow.

    Args:
        by: Who withdraws it, for the party that recorded it.
        at: Moment of withdrawal.
        event_id: Row of the event.
        revision: The event's revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: The actor may not, the reason is empty, or someone else changed the event first.
    """
    given = typed_lines(reason, "reason", longest=TEXT_LENGTH)
    if not given:
        raise Refused(
            "withdrawal_reason",
            "An event is withdrawn with a reason.",
            "Enter why it was recorded in error.",
            paragraph="5",
            field="reason",
        )
    _lock_texts(alone=False)
    _lock_case(_found(event_id).about)
    row = Event.objects.select_for_update(of=("self",)).order_by("id").get(pk=event_id)
    if row.withdrawn_at is not None or row.revision != revision:
        raise Refused(
            "stale_event",
            f"{row.withdrawn_name} withdrew this event on {moment_in_words(row.withdrawn_at)}."
            if row.withdrawn_at
            else "Someone else changed this event since you opened it.",
            "Open it again to see how it stands.",
            paragraph="5",
        )
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_name = at, by.reference, by.name
    row.withdrawn_reason, row.revision = given, row.revision + 1
    row.save()
    versions = known_versions()
    changes = _recompute(events_of_case(row.about), versions, parties_by_code())
    _, declared = _declared(versions, row.name, row.happened_on)
    mine = [duty for duty in changes.changed if duty.opened_by == row.pk]
    others = [duty for duty in changes.changed if duty.opened_by != row.pk]
    payload: dict[str, Value] = {
        "event": row.name,
        "about": row.about,
        "reason": given,
        "changed": [_duty_value(duty) for duty in changes.changed],
    }
    return Recorded(f"event:{row.pk}", payload, _event_facts(row, declared, mine, others))
