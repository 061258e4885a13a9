"""Clean text for the actions of this area, and what they tell the arrangements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from oversight.arrangements.actions import happened
from oversight.briefings.models import TEXT_LENGTH
from oversight.kernel.acting import Actor
from oversight.kernel.plain_text import typed_line, typed_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON

#: Longest part of a briefing.
PART_LENGTH: Final = 8000


def _today(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _text(given: str, field: str, *, longest: int = TEXT_LENGTH) -> str:
    return typed_lines(given, field, longest=longest)


def _one_line(given: str, field: str, longest: int) -> str:
    return typed_line(given, field, longest=longest)


def _needed(given: str, field: str, what: str, paragraph: str) -> str:
    """Give the clean text, and refuse when there is none."""
    text = _text(given, field)
    if not text:
        raise Refused("briefing_text", f"{what} is missing.", "Enter it.", paragraph=paragraph, field=field)
    return text


def _tell(event: str, about: str, *, by: Actor, at: datetime, on: date) -> int | None:
    """Tell the arrangements what happened, so that what is owed because of a report is met (¶20, ¶21).

    Returns:
        Row of the event; None when somebody recorded it by hand before.
    """
    try:
        return happened(
            by=by, at=at, event=event, kind="", about=about, on=on, unit=None, addressee=None, note=""
        ).id
    except Refused as refused:
        if refused.rule != "event_once":
            raise
        return None
