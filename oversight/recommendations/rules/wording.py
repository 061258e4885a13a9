"""What pages call each state, as data: the words can change, the names in the record cannot."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from oversight.kernel.data_files import read_yaml

_FILE: Final = "words.yaml"
_WORDS: Final = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 80},
}
_GROUPS: Final = ("sources", "response", "delivery", "plan", "progress", "follow_up", "themes")
_SCHEMA: Final = {
    "type": "object",
    "additionalProperties": False,
    "required": list(_GROUPS),
    "properties": dict.fromkeys(_GROUPS, _WORDS),
}


@cache
def _shipped() -> Mapping[str, Mapping[str, str]]:
    text = files("oversight.recommendations").joinpath("data", _FILE).read_text(encoding="utf-8")
    said: Mapping[str, Mapping[str, str]] = read_yaml(text, _FILE, _SCHEMA).data
    return said


def words_of(group: str) -> Mapping[str, str]:
    """Give the words of a group by name, in the order of the file.

    Args:
        group: ``sources``, ``response``, ``delivery``, ``plan``, ``progress``, ``follow_up`` or ``themes``.

    Raises:
        KeyError: There is no such group.
    """
    return _shipped()[group]


def words_for(group: str, states: type[StrEnum]) -> Mapping[str, str]:
    """Give the words of a group whose names are those of an enumeration.

    Raises:
        ValueError: The file leaves a name out or has one too many.
    """
    words = words_of(group)
    if set(words) != {member.value for member in states}:
        msg = f"{_FILE}, {group}: the names have to be {', '.join(states)}."
        raise ValueError(msg)
    return words
