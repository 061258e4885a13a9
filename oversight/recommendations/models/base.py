"""Lengths that the tables of this area share."""

from __future__ import annotations

from typing import Final

#: Longest reference of the source of a recommendation.
SOURCE_LENGTH: Final = 80
REFERENCE_LENGTH: Final = 90
TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
NAME_LENGTH: Final = 200
PERSON_LENGTH: Final = 100
STATE_LENGTH: Final = 30
PARTY: Final = "parties.Party"
