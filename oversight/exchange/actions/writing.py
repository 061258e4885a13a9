"""What several acts of the exchange need: clean text, the day, a row locked."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import models

from oversight.exchange.models.checks import TEXT_LENGTH
from oversight.kernel.plain_text import typed_lines
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
    text = typed_lines(given, field, longest=TEXT_LENGTH)
    if wanted and not text:
        raise Refused("text_missing", "Something is missing.", wanted, field=field)
    return text


def locked(rows: models.QuerySet[Row], key: int, what: str) -> Row:
    """Give a row, locked until the act is over.

    Raises:
        Refused: There is none.
    """
    row = rows.select_for_update(of=("self",)).filter(pk=key).order_by("pk").first()
    if row is None:
        raise Refused(f"not_found_{what}", f"There is no such {what}.", "Choose one from the list.")
    return row
