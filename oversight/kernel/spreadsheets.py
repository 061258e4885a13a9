"""Cells of exported tables, so that opening one in a spreadsheet runs nothing.

A spreadsheet takes text that opens with certain characters for a formula, whoever wrote it. Such text gets an
apostrophe in front, and reading our own file takes it away again.
Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

#: Apostrophes and blanks, then what opens a formula (also in full width), a tab or a line break.
_FORMULA: Final = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]| *[\t\r\n])")

Cell = str | int | Decimal | date | datetime | bool | None


def safe_cell(value: Cell) -> str:
    """Give the text to write in a cell.

    Args:
        value: Text, a number, a date, yes or no, or nothing. A number or date is never a formula, so a
            negative number stays one.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return str(value)
    return f"'{value}" if _FORMULA.match(value) else value


def raw_cell(text: str) -> str:
    """Give the text that ``safe_cell`` was given; text that it would not have written stays as it is."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
