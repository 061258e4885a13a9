"""Lengths that the tables of this area share."""

from __future__ import annotations

from typing import Final

REFERENCE_LENGTH: Final = 100
TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 2000
NAME_LENGTH: Final = 200
PERSON_LENGTH: Final = 100
STATE_LENGTH: Final = 20
DIGEST_LENGTH: Final = 64
PARTY: Final = "parties.Party"
