"""Recommendations of different reports that repeat each other: what counts, what people decide (E7, ¶23)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused

_FILE: Final = "repeats.yaml"
_PER_CENT: Final = {"type": "integer", "minimum": 1, "maximum": 100}
_SCHEMA: Final = {
    "type": "object",
    "additionalProperties": False,
    "required": ["same_theme", "other_theme", "most_for_one", "stop_words"],
    "properties": {
        "same_theme": _PER_CENT,
        "other_theme": _PER_CENT,
        "most_for_one": {"type": "integer", "minimum": 1, "maximum": 50},
        "stop_words": {"type": "string"},
    },
}
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
#: Endings that a word can lose and mean the same, the longest first, each with how much has to be left of it.
_ENDINGS: Final = (
    ("ments", 4),
    ("ment", 4),
    ("ings", 4),
    ("ing", 4),
    ("ies", 4),
    ("ed", 4),
    ("es", 4),
    ("s", 3),
)


class RepeatState(StrEnum):
    """What is held of a pair."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


REPEAT_WORDS: Final = {
    RepeatState.SUGGESTED: "To be decided",
    RepeatState.CONFIRMED: "A repeat",
    RepeatState.REJECTED: "Not a repeat",
}


@dataclass(frozen=True)
class Measure:
    """How alike is alike enough.

    Args:
        same_theme: Least likeness, in per cent, of two of one theme.
        other_theme: The same of two of different themes, or where one has none.
        most_for_one: How many earlier ones are suggested for one at most.
        stop_words: Words that do not count.
    """

    same_theme: int
    other_theme: int
    most_for_one: int
    stop_words: frozenset[str]


def read_measure(text: str, name: str = _FILE) -> Measure:
    """Read the measure.

    Raises:
        Refused: The file is not as it should be; the line is named.
    """
    said = read_yaml(text, name, _SCHEMA).data
    stop = frozenset(said["stop_words"].split())
    return Measure(said["same_theme"], said["other_theme"], said["most_for_one"], stop)


@cache
def measure() -> Measure:
    """Give the measure in use."""
    return read_measure(
        files("oversight.recommendations").joinpath("data", _FILE).read_text(encoding="utf-8")
    )


@dataclass(frozen=True)
class Wording:
    """A recommendation as it is compared.

    Args:
        id: Its row.
        text: What is recommended.
        theme: Name of its theme; empty for none.
        source: Reference of its report.
        made_on: Day on which it was made.
    """

    id: int
    text: str
    theme: str
    source: str
    made_on: date


@dataclass(frozen=True)
class Alike:
    """Two recommendations of different reports that may say the same.

    Args:
        earlier: Row of the one made first.
        later: Row of the other.
        likeness: From 0 to 100.
        same_theme: Whether they have one theme.
    """

    earlier: int
    later: int
    likeness: int
    same_theme: bool


def stem(word: str) -> str:
    """Take off an ending, so that “assess”, “assessing” and “assessments” count as one word."""
    for ending, left in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= left and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


def words(text: str, stop_words: Collection[str]) -> frozenset[str]:
    """Give the words of a text that count."""
    return frozenset(stem(word) for word in _WORD.findall(text.casefold()) if word not in stop_words)


def in_order(one: Wording, other: Wording, reason: str) -> tuple[Wording, Wording]:
    """Give two recommendations that a person puts together, the earlier first.

    Args:
        one: A recommendation.
        other: The one that it is linked with.
        reason: Why.

    Raises:
        Refused: They are of one report, or there is no reason.
    """
    if one.source == other.source:
        raise Refused(
            "repeat_pair",
            "Both are of one report, which does not repeat itself.",
            "Enter the reference of a recommendation of another report.",
            paragraph="23",
            field="other",
        )
    if not reason:
        raise Refused(
            "repeat_reason",
            "Nobody is told why.",
            "Enter what makes them the same matter.",
            paragraph="23",
            field="reason",
        )
    first, last = sorted((one, other), key=lambda told: (told.made_on, told.id))
    return first, last


def check_decision(*, repeats: bool, reason: str, state: str) -> RepeatState:
    """Give the state that a decision leads to.

    Args:
        repeats: Whether the later one repeats the earlier.
        reason: Why.
        state: What was held of the pair before.

    Raises:
        Refused: It is held already, or there is no reason why it is no repeat.
    """
    wanted = RepeatState.CONFIRMED if repeats else RepeatState.REJECTED
    if wanted == state:
        raise Refused(
            "repeat_decided",
            f"That is what was decided already: {REPEAT_WORDS[wanted].lower()}.",
            "Leave it as it is, or decide the other way with your reason.",
            paragraph="23",
        )
    if not reason and (wanted is RepeatState.REJECTED or state == RepeatState.REJECTED):
        raise Refused(
            "repeat_reason",
            "Nobody is told why.",
            "Enter why the two are not the same, or why it was decided anew.",
            paragraph="23",
            field="reason",
        )
    return wanted
