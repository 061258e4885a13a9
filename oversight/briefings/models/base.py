"""Lengths and conditions that the tables of this area share."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db.models import Q

REFERENCE_LENGTH: Final = 100
TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
NAME_LENGTH: Final = 200
PERSON_LENGTH: Final = 100
STATE_LENGTH: Final = 20
DIGEST_LENGTH: Final = 64
PARTY: Final = "parties.Party"


def values(enumeration: type[StrEnum]) -> list[str]:
    """Give the values of an enumeration, for a condition."""
    return [member.value for member in enumeration]


def both_or_neither(when: str, *who: str) -> Q:
    """Hold a moment together with the text of who or why: all or none."""
    none, all_of = Q(**{when: None}), Q(**{f"{when}__isnull": False})
    for name in who:
        none &= Q(**{name: ""})
        all_of &= ~Q(**{name: ""})
    return none | all_of


def filled(*names: str) -> Q:
    """Hold texts to be there."""
    found = Q()
    for name in names:
        found &= ~Q(**{name: ""})
    return found
