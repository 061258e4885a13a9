"""Conditions with which tables tie a state to its facts, so that the database refuses the impossible."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Q


def values(enumeration: type[StrEnum]) -> list[str]:
    """Give the values that a column of an enumeration may hold."""
    return [member.value for member in enumeration]


def filled(*texts: str) -> Q:
    """Hold every text to say something.

    Args:
        texts: Names of fields.
    """
    held = Q()
    for text in texts:
        held &= ~Q(**{text: ""})
    return held


def both_or_neither(when: str, *texts: str) -> Q:
    """Hold a moment together with the text of who or why: all or none.

    Args:
        when: Name of the field of the moment.
        texts: Names of the others.
    """
    none = Q(**{when: None})
    for text in texts:
        none &= Q(**{text: ""})
    return none | (Q(**{f"{when}__isnull": False}) & filled(*texts))


def pair(prefix: str) -> Q:
    """Hold when and by whom together: ``x_at`` with ``x_by``, or neither."""
    return both_or_neither(f"{prefix}_at", f"{prefix}_by")
