"""What several acts of the exchange need: clean text, the day, a row locked."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import models

from oversight.exchange.models.checks import TEXT_LENGTH
from oversight.kernel.plain_text import many_lines, one_line
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON

Row = TypeVar("Row", bound=models.Model)


def london_day(at: datetime) -> date:
    """Give the London day of a moment."""
    return at.astimezone(LONDON).date()


def clean_text(given: str, field: str, *, wanted: str = "") -> str:
    """Give text of some lines, clean.

    Args:
        given: As typed.
        field: Where it was typed.
        wanted: What to enter, when it may not be empty.

    Raises:
        Refused: It would deceive whoever reads it, or is missing.
    """
    try:
        text = many_lines(given, longest=TEXT_LENGTH)
    except ValueError as fault:
        raise Refused("plain_text", str(fault), "Correct it and try again.", field=field) from fault
    if wanted and not text:
        raise Refused("text_missing", "Something is missing.", wanted, field=field)
    return text


def clean_line(given: str, field: str, *, longest: int) -> str:
    """Give one line of text, clean.

    Raises:
        Refused: It would deceive whoever reads it.
    """
    try:
        return one_line(given, longest=longest)
    except ValueError as fault:
        raise Refused("plain_text", str(fault), "Correct it and try again.", field=field) from fault


def locked(rows: models.QuerySet[Row], key: int, what: str) -> Row:
    """Give a row, locked until the act is over.

    Raises:
        Refused: There is none.
    """
    row = rows.select_for_update(of=("self",)).filter(pk=key).order_by("pk").first()
    if row is None:
        raise Refused(f"not_found_{what}", f"There is no such {what}.", "Choose one from the list.")
    return row
