"""What a file of an inspection is attached to; ``exchange`` says what may be kept at all (D5, D6)."""

from __future__ import annotations

from enum import StrEnum


class FileUse(StrEnum):
    """What a file is attached to, which decides who may read it."""

    INFORMATION = "information"
    """Supplied in advance: read by the Inspectorate and by those who answer for its owner (paragraph 31)."""
    ACCURACY = "accuracy"
    """Evidence for a point of the factual accuracy check: read as that point is (paragraph 22)."""
