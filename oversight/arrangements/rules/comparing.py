"""Two texts of the arrangements side by side: what differs, arrangement by arrangement (A6, paragraph 34)."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.arrangements.rules.facts import Arrangement, Version
from oversight.arrangements.rules.parties import in_words
from oversight.arrangements.rules.telling import (
    NO_NUMBER,
    occasions_in_words,
    said_by_in_words,
    sentence_case,
    tell,
)
from oversight.kernel.words import day_in_words, join_in_words

NOTHING = "Nothing"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that two texts put differently.

    Args:
        what: What it is about, in plain words, for example ``Time limit``.
        before: What the first text says.
        after: What the second text says.
    """

    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    """An arrangement or event that both texts have and put differently.

    Args:
        id: Identifier of the arrangement, or name of the event.
        paragraph: Paragraph in the second text; empty for an event.
        title: Its name in the second text.
        differences: What differs, at least one thing.
    """

    id: str
    paragraph: str
    title: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What differs between two texts.

    Args:
        added: Arrangements that only the second has.
        removed: Arrangements that only the first has.
        changed: Arrangements that both have and put differently, in the order of the second.
        events_added: Titles of events that only the second has.
        events_removed: Titles of events that only the first has.
        events_changed: Events that both have and put differently.
        same: How many arrangements are the same in both.
    """

    added: tuple[Arrangement, ...]
    removed: tuple[Arrangement, ...]
    changed: tuple[Changed, ...]
    events_added: tuple[str, ...]
    events_removed: tuple[str, ...]
    events_changed: tuple[Changed, ...]
    same: int

    @property
    def differs(self) -> bool:
        """Whether anything differs."""
        return any(
            (
                self.added,
                self.removed,
                self.changed,
                self.events_added,
                self.events_removed,
                self.events_changed,
            )
        )


def compare(before: Version, after: Version) -> Comparison:
    """Tell what ``after`` puts differently from ``before``, by identifier and by name of event.

    Days of taking effect that follow from the text as a whole count as no difference.
    """
    old = {one.id: one for one in before.arrangements}
    new = {one.id: one for one in after.arrangements}
    changed = [
        Changed(id=key, paragraph=one.paragraph, title=one.title, differences=found)
        for key, one in new.items()
        if key in old and (found := _differences(_reading(old[key], before), _reading(one, after)))
    ]
    events = [
        Changed(id=name, paragraph="", title=event.title, differences=found)
        for name, event in after.events.items()
        if name in before.events
        and (found := _differences(_event_reading(name, before), _event_reading(name, after)))
    ]
    return Comparison(
        added=tuple(one for key, one in new.items() if key not in old),
        removed=tuple(one for key, one in old.items() if key not in new),
        changed=tuple(changed),
        events_added=tuple(one.title for name, one in after.events.items() if name not in before.events),
        events_removed=tuple(one.title for name, one in before.events.items() if name not in after.events),
        events_changed=tuple(events),
        same=len(new.keys() & old.keys()) - len(changed),
    )


def _differences(before: dict[str, str], after: dict[str, str]) -> tuple[Difference, ...]:
    return tuple(
        Difference(what=what, before=before[what] or NOTHING, after=after[what] or NOTHING)
        for what in after
        if before[what] != after[what]
    )


def _reading(one: Arrangement, version: Version) -> dict[str, str]:
    """Give every part of an arrangement in plain words, by the name of the part."""
    told = tell(one, version)
    own_day = "" if one.effective_from == version.effective_from else day_in_words(one.effective_from)
    varied = one.varied_by
    return {
        "Title": one.title,
        "Summary": one.summary,
        "Paragraph": one.paragraph,
        "Principles": join_in_words(one.principles),
        "Who owes it": sentence_case(told.who),
        "To whom": sentence_case(in_words(one.counterparts, version)),
        "What starts it": occasions_in_words(told.starts),
        "Starts again when it is done": "Yes" if one.recurs else "No",
        "Time limit": one.limit.in_words() if one.limit else NO_NUMBER,
        "About the time limit": one.limit_note,
        "Local target": one.local_target.in_words() if one.local_target else "",
        "About the local target": one.local_note,
        "Date agreed when it begins": "Yes" if one.date_given else "No",
        "Before what": told.before,
        "How the date moves": f"{told.later} ({version.events[varied.event].title})" if varied else "",
        "What meets it": _met_reading(one, version),
        "How firmly": sentence_case(told.force),
        "Always in force": "Yes" if one.standing else "No",
        "What upholds it": " ".join(part for part in (one.guard, one.guard_note) if part),
        "What the text leaves open": one.ambiguity,
        "Figures": ", ".join(f"{name}: {number}" for name, number in sorted(one.figures.items())),
        "Takes effect later than the text": own_day,
    }


def _met_reading(one: Arrangement, version: Version) -> str:
    told = tell(one, version)
    parts = []
    for meeting, occasion in zip(one.met_by, told.met_by, strict=True):
        same = f", same {join_in_words(meeting.same)}" if meeting.same else ""
        by_bearer = ", recorded by who owes it" if meeting.by_bearer else ""
        parts.append(f"{occasions_in_words([occasion])}{same}{by_bearer}")
    return "; ".join(parts)


def _event_reading(name: str, version: Version) -> dict[str, str]:
    event = version.events[name]
    unit = "Always" if event.unit_needed else "Possible" if event.unit_possible else "Never"
    if event.unit_needed_for:
        unit = f"For {join_in_words(event.unit_needed_for)}"
    return {
        "Title": event.title,
        "Question": event.question,
        "Kinds": join_in_words(event.kinds),
        "What its reference is of": event.about or event.fixed_about,
        "Unit": unit,
        "Who can be addressed": in_words(event.addressees, version, "or") if event.addressees else "",
        "Second date": event.until,
        "Only while this is open": event.only_while,
        "Who records it": said_by_in_words(event, version),
    }
