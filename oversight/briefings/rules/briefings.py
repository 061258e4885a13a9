"""A briefing to ministers: written, cleared by a second person, sent by name, decided on (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from oversight.briefings.rules.alerts import PARAGRAPH, SPONSORSHIP
from oversight.kernel.data_files import read_yaml
from oversight.kernel.digests import canonical, digest, parse
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words, join_in_words
from oversight.kernel.workflow import Move, State, Workflow

MINISTERS_OFFICE: Final = frozenset({"ministers_office"})
DECIDERS: Final = SPONSORSHIP | MINISTERS_OFFICE
_DATA = files("oversight.briefings").joinpath("data")


class BriefingState(StrEnum):
    """Where a briefing stands."""

    DRAFTING = "drafting"
    CLEARANCE = "clearance"
    CLEARED = "cleared"
    SENT = "sent"
    DECIDED = "decided"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


_S = BriefingState
#: Named readers read it while it stands here.
READABLE: Final = (_S.SENT, _S.DECIDED, _S.CLOSED)
#: Text and facts can be changed only here.
OPEN: Final = (_S.SENT, _S.DECIDED)
ENDED: Final = (_S.CLOSED, _S.WITHDRAWN, _S.SUPERSEDED)
#: Steps that are taken with a reason.
WITH_REASON: Final = frozenset({"send_back", "revise", "withdraw", "supersede"})


def _many(name: str, label: str, sources: Iterable[BriefingState], target: BriefingState) -> tuple[Move, ...]:
    return tuple(Move(name, label, source, target, SPONSORSHIP, PARAGRAPH) for source in sources)


WORKFLOW: Final = Workflow(
    name="ministers_briefing",
    title="Briefing to ministers",
    states=(
        State(_S.DRAFTING, "Being drafted", "the Sponsorship team"),
        State(_S.CLEARANCE, "Waiting for clearance", "a second person of the Sponsorship team"),
        State(_S.CLEARED, "Cleared", "the Sponsorship team"),
        State(_S.SENT, "Sent", "the ministers’ office"),
        State(_S.DECIDED, "Decided on", "the Sponsorship team"),
        State(_S.CLOSED, "Closed", "nobody", ends=True),
        State(_S.WITHDRAWN, "Withdrawn", "nobody", ends=True),
        State(_S.SUPERSEDED, "Superseded", "nobody", ends=True),
    ),
    moves=(
        *_many("write", "Save the text", [_S.DRAFTING], _S.DRAFTING),
        *_many("take_facts", "Take the facts anew", [_S.DRAFTING], _S.DRAFTING),
        *_many("ask_clearance", "Send for clearance", [_S.DRAFTING], _S.CLEARANCE),
        *_many("send_back", "Send back to drafting", [_S.CLEARANCE], _S.DRAFTING),
        *_many("clear", "Clear", [_S.CLEARANCE], _S.CLEARED),
        *_many("revise", "Take back to drafting", [_S.CLEARED], _S.DRAFTING),
        *_many("send", "Send", [_S.CLEARED], _S.SENT),
        *(move for state in OPEN for move in _many("send_more", "Send to more people", [state], state)),
        *(
            Move("decide", "Record what was decided", state, _S.DECIDED, DECIDERS, PARAGRAPH)
            for state in OPEN
        ),
        *_many("close", "Close", [_S.DECIDED], _S.CLOSED),
        *_many(
            "withdraw",
            "Withdraw",
            [_S.DRAFTING, _S.CLEARANCE, _S.CLEARED, _S.SENT, _S.DECIDED],
            _S.WITHDRAWN,
        ),
        *_many("supersede", "Replace by a new briefing", OPEN, _S.SUPERSEDED),
    ),
    starts=_S.DRAFTING,
)


@dataclass(frozen=True)
class Section:
    """A part of a briefing.

    Args:
        id: Its identifier.
        title: Its heading.
        hint: What belongs in it.
        needed: Whether a briefing goes nowhere without it.
    """

    id: str
    title: str
    hint: str
    needed: bool


@dataclass(frozen=True)
class Layout:
    """The parts of a briefing, its marking, and the kinds of policy change."""

    marking: str
    unverified: str
    sections: tuple[Section, ...]
    change_kinds: Mapping[str, str]


def read_layout(text: str, name: str = "briefings.yaml") -> Layout:
    """Read the file of parts.

    Args:
        text: The file, as YAML.
        name: Its name, for messages.

    Raises:
        Refused: A fault, named by line and field.
    """
    schema = yaml.safe_load(_DATA.joinpath("briefings-schema.yaml").read_text(encoding="utf-8"))
    found = read_yaml(text, name, schema)
    sections = tuple(Section(**one) for one in found.data["sections"])
    names = [one.id for one in sections]
    if len(set(names)) < len(names):
        raise found.refused(("sections",), "two parts have one identifier.", "Rename one of them.")
    data = found.data
    return Layout(data["marking"], data["unverified"], sections, data["change_kinds"])


@cache
def layout() -> Layout:
    """Give the parts that this service writes by."""
    return read_layout(_DATA.joinpath("briefings.yaml").read_text(encoding="utf-8"))


def reference_of(prefix: str, year: int, held: Iterable[str]) -> str:
    """Give the next reference of a year, for example ``BRIEF-2026-4``.

    Args:
        prefix: What it begins with.
        year: The year.
        held: References that are taken.
    """
    start = f"{prefix}-{year}-"
    numbers = [int(one.removeprefix(start)) for one in held if one.startswith(start)]
    return f"{start}{max(numbers, default=0) + 1}"


@dataclass(frozen=True)
class Part:
    """A part of a text as it was written, with the heading it had."""

    id: str
    title: str
    text: str


def text_of(parts: Sequence[Part]) -> str:
    """Give the canonical text of a round, which is kept."""
    return canonical([{"id": one.id, "title": one.title, "text": one.text} for one in parts])


def digest_of(parts: Sequence[Part]) -> str:
    """Give the digest of a round."""
    return digest([{"id": one.id, "title": one.title, "text": one.text} for one in parts])


def parts_of(text: str) -> tuple[Part, ...]:
    """Read what ``text_of`` wrote."""
    return tuple(Part(**one) for one in parse(text))  # type: ignore[union-attr,arg-type]  # our own list


def check_whole(written: Mapping[str, str], sections: Iterable[Section]) -> None:
    """Refuse to go on with a briefing that leaves a needed part empty.

    Raises:
        Refused: Rule ``briefing_whole``.
    """
    left = [f"“{one.title}”" for one in sections if one.needed and not written.get(one.id)]
    if left:
        raise Refused(
            "briefing_whole",
            f"The briefing says nothing under {join_in_words(left)}.",
            "Write it before you send the briefing for clearance.",
            paragraph=PARAGRAPH,
        )


def check_second_person(writers: Collection[str], clearer: str) -> None:
    """Refuse clearance by someone who wrote what is to be cleared, or asked for it.

    Args:
        writers: References of those who wrote the text that stands and who asked for clearance.
        clearer: Reference of the one who clears.

    Raises:
        Refused: Rule ``briefing_second_person``.
    """
    if clearer in writers:
        raise Refused(
            "briefing_second_person",
            "You wrote this briefing or sent it for clearance, so someone else clears it.",
            "Ask a colleague of the Sponsorship team.",
            paragraph=PARAGRAPH,
            who_can="a second person of the Sponsorship team",
        )


def check_decided(on: date, *, today: date, sent: date) -> None:
    """Refuse a day of decision that is still to come or before the briefing was sent.

    Raises:
        Refused: Rule ``briefing_decided``.
    """
    if on > today or on < sent:
        why = (
            f"{day_in_words(on)} is still to come."
            if on > today
            else f"The briefing was sent on {day_in_words(sent)}, and {day_in_words(on)} is before that."
        )
        raise Refused(
            "briefing_decided", why, "Enter the day of the decision.", paragraph=PARAGRAPH, field="on"
        )


def reads_copy(state: str, *, withdrawn: bool, same_person: bool, same_party: bool) -> bool:
    """Tell whether someone reads a copy: theirs, for the party it was given to, standing, and sent."""
    return state in set(READABLE) and same_person and same_party and not withdrawn
