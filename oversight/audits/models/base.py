"""Lengths that the tables of this area share."""

from __future__ import annotations

from typing import Final

PARTY: Final = "parties.Party"
PERSON_LENGTH: Final = 100
NAME_LENGTH: Final = 200
TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
REFERENCE_LENGTH: Final = 80
WORD_LENGTH: Final = 40
