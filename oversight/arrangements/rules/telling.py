"""An arrangement in plain words, the same on every page, in every file and in the documentation (A3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from oversight.arrangements.rules.facts import FORCE_WORDS, Arrangement, EventType, Meeting, Version
from oversight.arrangements.rules.parties import in_words, token_in_words
from oversight.kernel.periods import Period
from oversight.kernel.words import join_in_words

NO_NUMBER: Final = "No number in the MoU"
LATER_DATES: Final = "Moves when {who} have both recorded the same later date (paragraph {paragraph})"

#: Up to so many bodies are named instead of "the party that records it".
_NAMED: Final = 2
_ENDINGS: Final[Mapping[tuple[str, ...], str]] = {
    ("recorder",): "whichever records it",
    ("addressee",): "whichever is addressed",
}


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Something that happens, and for which kinds it counts here.

    Args:
        event: Name of the event.
        title: What happens, in plain words.
        kinds: Kinds in plain words; empty when all of them count or kinds do not matter.
    """

    event: str
    title: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One arrangement in plain words.

    Args:
        arrangement: What is told.
        who: Who owes it.
        who_possible: Whom those words can stand for, where it depends on what happens; else empty.
        whom: To whom; empty when it is owed to nobody in particular.
        whom_possible: Likewise for to whom.
        starts: What starts it; empty for a standing one.
        limit: Time limit of the text, for example ``10 weeks``; empty when it gives none.
        target: Local target, for example ``10 working days``; empty when there is none.
        before: What has to happen after it, in plain words; empty when nothing.
        when: By when, in one line.
        met_by: What meets it.
        force: How firmly the text puts it.
        later: How its date can be moved; empty when it cannot.
    """

    arrangement: Arrangement
    who: str
    who_possible: str
    whom: str
    whom_possible: str
    starts: tuple[Occasion, ...]
    limit: str
    target: str
    before: str
    when: str
    met_by: tuple[Occasion, ...]
    force: str
    later: str


def tell(arrangement: Arrangement, version: Version) -> Told:
    """Put an arrangement of ``version`` in plain words."""
    others = [token for token in arrangement.counterparts if token not in arrangement.bearers]
    limit, target = length_in_words(arrangement.limit), length_in_words(arrangement.local_target)
    before = version.events[arrangement.before].title if arrangement.before else ""
    varied = arrangement.varied_by
    who, who_possible = _bearer(arrangement, version)
    return Told(
        arrangement=arrangement,
        who=who,
        who_possible=who_possible,
        whom=in_words(others or arrangement.counterparts, version),
        whom_possible=_any_of(_possible(others, arrangement, version), version),
        starts=tuple(_occasion(start.event, start.kinds, version) for start in arrangement.starts),
        limit=limit,
        target=target,
        before=before,
        when=_when(arrangement, limit, before),
        met_by=tuple(_met(meeting, version) for meeting in arrangement.met_by),
        force=FORCE_WORDS[arrangement.force],
        later=LATER_DATES.format(who=in_words(varied.agreed_by, version), paragraph=varied.paragraph)
        if varied
        else "",
    )


def length_in_words(period: Period | None) -> str:
    """Give the bare length of a period, for example ``10 weeks``; empty for none."""
    return period.in_words().partition(", ")[0] if period else ""


def sentence_case(words: str) -> str:
    """Give ``words`` with a capital first letter and the rest as it is."""
    return words[:1].upper() + words[1:]


def inside_a_sentence(title: str) -> str:
    """Give a title as it reads in the middle of a sentence."""
    return title[:1].lower() + title[1:]


def said_by_in_words(event: EventType, version: Version) -> str:
    """Tell who may record an event."""
    return _any_of(event.said_by, version)


def kinds_in_words(kinds: Iterable[str], version: Version) -> tuple[str, ...]:
    """Give the meaning of kinds of inspection and review; a name that the text does not explain as it is."""
    return tuple(version.kinds.get(kind, kind) for kind in kinds)


def _any_of(tokens: Iterable[str], version: Version) -> str:
    """Tell that any one of these is meant: "each region" reads "a region"."""
    words = [re.sub("^each ", "a ", token_in_words(token, version)) for token in tokens]
    return join_in_words(words, "or")


def _bearer(arrangement: Arrangement, version: Version) -> tuple[str, str]:
    """Tell who owes it, by name where only one or two can be meant, and whom the words can stand for."""
    possible = _possible(arrangement.bearers, arrangement, version)
    ending = _ENDINGS.get(arrangement.bearers)
    if ending and len(possible) <= _NAMED:
        return f"{_any_of(possible, version)}, {ending}", ""
    return in_words(arrangement.bearers, version), _any_of(possible, version)


def _possible(tokens: Iterable[str], arrangement: Arrangement, version: Version) -> tuple[str, ...]:
    """Name those for whom ``recorder`` and ``addressee`` can stand, by the events that start it."""
    events = [version.events[start.event] for start in arrangement.starts]
    found: dict[str, None] = {}
    for token in tokens:
        for event in events:
            if token == "recorder":  # noqa: S105 - a word of the text, no secret
                found.update(dict.fromkeys(event.said_by))
            elif token == "addressee":  # noqa: S105
                found.update(dict.fromkeys(event.addressees))
    return tuple(found)


def _when(arrangement: Arrangement, limit: str, before: str) -> str:
    if arrangement.standing:
        return "Always"
    if limit:
        told = f"Within {limit}"
    elif arrangement.date_given:
        told = "By the date agreed when it began"
    else:
        told = NO_NUMBER
    if before:
        told = f"{told}, but before this: {inside_a_sentence(before)}"
    return f"{told}, then again each time" if arrangement.recurs else told


def _occasion(name: str, kinds: tuple[str, ...], version: Version) -> Occasion:
    return Occasion(event=name, title=version.events[name].title, kinds=kinds_in_words(kinds, version))


def _met(meeting: Meeting, version: Version) -> Occasion:
    return _occasion(meeting.event, meeting.kinds, version)


def occasions_in_words(occasions: Iterable[Occasion]) -> str:
    """Give occasions as one line of text, for tables and files."""
    return "; ".join(
        f"{one.title} ({join_in_words([inside_a_sentence(kind) for kind in one.kinds], 'or')})"
        if one.kinds
        else one.title
        for one in occasions
    )
