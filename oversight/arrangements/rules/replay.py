"""Duties derived from the record: replaying the events gives who owes what, and nothing else does.

Which duties exist follows from each event alone, under the text in force on its day among those the service
knew when it was recorded. Their dates as moved, and whether they are met, follow from the events about the
same reference in the order of their days. So a clock once started keeps its rule, a later text starts only
new clocks, and withdrawing an event never makes a duty vanish: it is withdrawn too (paragraphs 10(ii), 34).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oversight.arrangements.rules.facts import (
    Arrangement,
    Basis,
    DutyFacts,
    Event,
    Meeting,
    PartyFacts,
    Resolve,
    Version,
)
from oversight.arrangements.rules.parties import parties_meant
from oversight.kernel.calendars import Calendar
from oversight.kernel.periods import due
from oversight.kernel.words import day_in_words, join_in_words


def duties(
    events: Iterable[Event], versions: Sequence[Version], calendar: Calendar, resolve: Resolve
) -> tuple[DutyFacts, ...]:
    """Replay the record and give every duty it ever opened, in the order of their keys.

    Args:
        events: Events of the record, withdrawn ones too, in any order.
        versions: Every text the service knows, in any order.
        calendar: Working days.
        resolve: Gives a party's facts by code.

    Raises:
        Refused: A date cannot be counted because the calendar does not reach it (rule ``calendar_coverage``).
    """
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        cases[event.about].append(event)
    found = [duty for case in cases.values() for duty in _duties_of_case(case, versions, calendar, resolve)]
    return tuple(sorted(found, key=lambda duty: duty.key))


def version_for(event: Event, versions: Iterable[Version]) -> Version | None:
    """Give the text that governs ``event``, or None when none was in force.

    It is the latest to take effect by the day of the event, among those adopted by the moment of recording.
    """
    in_force = [
        version
        for version in versions
        if version.effective_from <= event.on and version.adopted_at <= event.recorded_at
    ]
    return max(in_force, key=lambda version: (version.effective_from, version.adopted_at), default=None)


@dataclass
class _Running:
    """A duty on its way through the replay of its case."""

    duty: DutyFacts
    arrangement: Arrangement
    opening: Event
    version: Version
    agreed: dict[date, set[str]]
    ended: bool = False

    @property
    def open(self) -> bool:
        return self.duty.met_on is None


def _duties_of_case(
    case: list[Event], versions: Sequence[Version], calendar: Calendar, resolve: Resolve
) -> Iterator[DutyFacts]:
    running: list[_Running] = []
    for event in sorted(case, key=lambda one: (one.on, one.id)):
        opened = _opened(event, versions, calendar, resolve)
        if event.withdrawn:
            yield from (replace(one.duty, withdrawn=True) for one in opened)
            continue
        for one in running:
            _vary(one, event)
        _meet(running, event)
        for one in running:
            _end(one, event)
        running += opened
    yield from (one.duty for one in running)


def _opened(
    event: Event, versions: Sequence[Version], calendar: Calendar, resolve: Resolve
) -> list[_Running]:
    version = version_for(event, versions)
    if version is None:
        return []
    opened = []
    for arrangement in version.arrangements:
        if arrangement.effective_from > event.on or not arrangement.opens_on(event.name, event.kind):
            continue
        bearers = parties_meant(arrangement.bearers, event, version, resolve)
        counterparts = parties_meant(arrangement.counterparts, event, version, resolve)
        for bearer in bearers:
            on, basis, steps = first_date(arrangement, event.on, event.until, calendar)
            duty = DutyFacts(
                opened_by=event.id,
                arrangement=arrangement.id,
                bearer=bearer,
                version=version.id,
                about=event.about,
                kind=event.kind,
                unit=event.unit.code if event.unit else "",
                paragraph=arrangement.paragraph,
                force=arrangement.force,
                counterparts=tuple(code for code in counterparts if code != bearer),
                opened_on=event.on,
                first_due=on,
                due=on,
                basis=basis,
                steps=steps,
            )
            opened.append(_Running(duty, arrangement, event, version, {}))
    return opened


def first_date(
    arrangement: Arrangement, start: date, until: date | None, calendar: Calendar
) -> tuple[date | None, Basis, tuple[str, ...]]:
    """Give the last day in time of a duty that ``start`` opens, what that rests on, and the steps to it.

    Args:
        arrangement: What is owed.
        start: Day of the opening event.
        until: Second date of the opening event, if it carries one.
        calendar: Working days.
    """
    if arrangement.limit is not None:
        reached = due(arrangement.limit, start, calendar)
        return reached.on, Basis.TEXT, reached.steps
    if arrangement.date_given and until is not None:
        return until, Basis.GIVEN, (f"The date was given when the duty began: {day_in_words(until)}.",)
    if arrangement.local_target is not None:
        reached = due(arrangement.local_target, start, calendar)
        return reached.on, Basis.LOCAL, (*reached.steps, "This is a local target, not a number in the MoU.")
    return None, Basis.NONE, ("The MoU gives no number, so there is no date.",)


def _vary(one: _Running, event: Event) -> None:
    variation = one.arrangement.varied_by
    if variation is None or event.name != variation.event or event.until is None:
        return
    if not one.open or one.ended:
        return
    agreed = one.agreed.setdefault(event.until, set())
    agreed.update(code for code in variation.agreed_by if event.recorder.within(code))
    if not agreed.issuperset(variation.agreed_by):
        return
    names = join_in_words([one.version.parties.get(code, code) for code in variation.agreed_by])
    before = one.duty.due
    moved = f"moved from {day_in_words(before)} to" if before else "set to"
    step = (
        f"On {day_in_words(event.on)} the date was {moved} {day_in_words(event.until)}, "
        f"agreed by {names} (paragraph {variation.paragraph})."
    )
    one.duty = replace(one.duty, due=event.until, basis=Basis.AGREED, steps=(*one.duty.steps, step))
    # Each move needs fresh agreement: an old "yes" must not move the date back on its own.
    one.agreed.clear()


def _meet(running: list[_Running], event: Event) -> None:
    done: set[tuple[str, str]] = set()
    for one in running:
        group = (one.duty.arrangement, one.duty.bearer)
        if not one.open or (group in done and not one.arrangement.recurs):
            continue
        if any(meets(meeting, one.opening, one.duty.bearer, event) for meeting in one.arrangement.met_by):
            one.duty = replace(one.duty, met_on=event.on, met_by=event.id)
            done.add(group)


def meets(meeting: Meeting, opening: Event, bearer: str, event: Event) -> bool:
    """Tell whether ``event`` is what meets a duty that ``opening`` opened for ``bearer``, dates apart."""
    if event.name != meeting.event:
        return False
    if meeting.kinds:
        if event.kind not in meeting.kinds:
            return False
    elif event.kind and opening.kind and event.kind != opening.kind:
        return False
    if "addressee" in meeting.same and _code(event.addressee) != _code(opening.addressee):
        return False
    if "unit" in meeting.same and _code(event.unit) != _code(opening.unit):
        return False
    return not meeting.by_bearer or event.recorder.within(bearer)


def _code(party: PartyFacts | None) -> str:
    return party.code if party else ""


def _end(one: _Running, event: Event) -> None:
    if not one.open or one.ended or event.name != one.arrangement.before:
        return
    if event.kind and one.opening.kind and event.kind != one.opening.kind:
        return
    one.ended = True
    if one.duty.due is not None and one.duty.due <= event.on:
        return
    declared = one.version.events[event.name]
    step = (
        f"It had to come before this: {declared.title[0].lower()}{declared.title[1:]}, "
        f"on {day_in_words(event.on)} (paragraph {one.arrangement.paragraph}). So that was the last day."
    )
    one.duty = replace(one.duty, due=event.on, basis=Basis.EVENT, steps=(*one.duty.steps, step))


def unmet_notes(event: Event, found: Iterable[DutyFacts], versions: Iterable[Version]) -> tuple[str, ...]:
    """Say which duties ``event`` might have been meant to meet and could not, because they began after it.

    Rule ``met_after_opening``: an event meets only a duty that had begun by then; within one day, the one
    recorded first comes first.
    """
    texts = {version.id: version for version in versions}
    notes = []
    for duty in found:
        arrangement = texts[duty.version].arrangement(duty.arrangement)
        later = (duty.opened_on, duty.opened_by) > (event.on, event.id)
        if arrangement is None or duty.withdrawn or duty.about != event.about or not later:
            continue
        if any(meeting.event == event.name for meeting in arrangement.met_by):
            notes.append(
                f"This does not meet “{arrangement.title}” (paragraph {arrangement.paragraph}), which began "
                f"on {day_in_words(duty.opened_on)}: what happened before a duty began cannot meet it."
            )
    return tuple(dict.fromkeys(notes))


def open_on(found: Iterable[DutyFacts], arrangement: str, about: str, on: date) -> bool:
    """Tell whether a duty of that arrangement about that reference was open on that day."""
    return any(
        duty.arrangement == arrangement
        and duty.about == about
        and not duty.withdrawn
        and duty.opened_on <= on
        and (duty.met_on is None or duty.met_on >= on)
        for duty in found
    )
