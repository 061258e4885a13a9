"""Lengths that the tables of this area share."""

from __future__ import annotations

from typing import Final

REFERENCE_LENGTH: Final = 40
TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
NAME_LENGTH: Final = 200
PERSON_LENGTH: Final = 100
SLUG_LENGTH: Final = 40
LINEAGE_LENGTH: Final = 300
PARTY: Final = "parties.Party"
