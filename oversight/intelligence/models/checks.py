"""Conditions that several tables of this area hold themselves to."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db.models import Q

PARTY: Final = "parties.Party"
PERSON_LENGTH: Final = 100
NAME_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
WORD_LENGTH: Final = 40


def whole(prefix: str, *texts: str) -> Q:
    """Hold a moment and texts together: all or none."""
    none = Q(**{f"{prefix}_at": None}, **dict.fromkeys(texts, ""))
    held = Q(**{f"{prefix}_at__isnull": False})
    for text in texts:
        held &= ~Q(**{text: ""})
    return none | held


def pair(prefix: str) -> Q:
    """Hold when and by whom together: both or neither."""
    return whole(prefix, f"{prefix}_by")


def filled(*texts: str) -> Q:
    """Hold every text to say something."""
    held = Q()
    for text in texts:
        held &= ~Q(**{text: ""})
    return held


def values(words: type[StrEnum]) -> list[str]:
    """Give the names that a column may hold."""
    return [str(one) for one in words]
