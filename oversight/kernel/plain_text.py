"""Text that people type: what would deceive or break a page is refused, and everything else is kept.

Markup and formulas are kept as typed: pages escape the one and exports the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from oversight.kernel.refusals import Refused

#: Characters that make the text after them read in another order than it is stored.
#: https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS: Final = frozenset("\n\u2028\u2029\x85")


def one_line(text: str, *, longest: int) -> str:
    """Give ``text`` as one clean line: composed characters, single spaces, none at the ends.

    Args:
        text: What someone typed.
        longest: Most characters that are kept.

    Raises:
        ValueError: It is too long, or holds a control character, a line break or a character that changes the
            direction of reading. The message is fit to show beside the field.
    """
    for place, character in enumerate(text, start=1):
        if character in _BREAKS or character == "\r":
            raise ValueError(f"Enter it on one line: there is a line break at character {place}.")
        _check_character(character, place)
    clean = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    return _check_length(clean, longest)


def many_lines(text: str, *, longest: int) -> str:
    """Give ``text`` clean, with its line breaks as single newlines.

    Args:
        text: What someone typed.
        longest: Most characters that are kept.

    Raises:
        ValueError: As for ``one_line``, but line breaks are welcome.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for place, character in enumerate(lines, start=1):
        if character not in _BREAKS:
            _check_character(character, place)
    clean = "\n".join(line.rstrip() for line in unicodedata.normalize("NFC", lines).splitlines()).strip()
    return _check_length(clean, longest)


def typed_line(text: str, field: str, *, longest: int) -> str:
    """Give one clean line, or refuse it beside the field in which it was typed.

    Args:
        text: What someone typed.
        field: Name of the field.
        longest: Most characters that are kept.

    Raises:
        Refused: Rule ``plain_text``: as for ``one_line``.
    """
    return _typed(one_line, text, field, longest)


def typed_lines(text: str, field: str, *, longest: int) -> str:
    """Give clean text of some lines, or refuse it beside the field in which it was typed.

    Args:
        text: What someone typed.
        field: Name of the field.
        longest: Most characters that are kept.

    Raises:
        Refused: Rule ``plain_text``: as for ``many_lines``.
    """
    return _typed(many_lines, text, field, longest)


def _typed(clean: Callable[..., str], text: str, field: str, longest: int) -> str:
    try:
        return clean(text, longest=longest)
    except ValueError as fault:
        raise Refused("plain_text", str(fault), "Correct it and try again.", field=field) from fault


def _check_character(character: str, place: int) -> None:
    if character in _REORDERING:
        raise ValueError(
            f"Character {place} changes the direction in which the text is read (U+{ord(character):04X}). "
            "Remove it."
        )
    if character != "\t" and unicodedata.category(character) in {"Cc", "Cs", "Cn"}:
        raise ValueError(
            f"Character {place} is a control character, not text (U+{ord(character):04X}). Remove it."
        )


def _check_length(clean: str, longest: int) -> str:
    if len(clean) > longest:
        raise ValueError(f"Enter {longest:,} characters or fewer: there are {len(clean):,}.")
    return clean
