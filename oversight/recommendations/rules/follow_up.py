"""An earlier recommendation followed up in the next inspection of the unit (E5, ¶26)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.recommendations.rules.wording import words_for


class Finding(StrEnum):
    """What the next inspection found of an earlier recommendation."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


FINDING_WORDS: Final = words_for("follow_up", Finding)
_PARAGRAPH: Final = "26"


def check_finding(finding: Finding, *, text: str, carried_to: str, reference: str, earlier: str) -> None:
    """Refuse a finding that contradicts itself.

    Args:
        finding: What was found.
        text: What the inspectors saw.
        carried_to: Reference of the new recommendation that carries it forward; empty for none.
        reference: Reference of the recommendation followed up.
        earlier: Reference of its report, when that is the inspection that follows up; empty otherwise.

    Raises:
        Refused: Rule ``follow_up``.
    """
    if earlier:
        raise Refused(
            "follow_up",
            "An inspection follows up the recommendations of earlier reports, not its own.",
            "Enter the reference of the later inspection.",
            paragraph=_PARAGRAPH,
            field="inspection",
        )
    if not text:
        raise Refused(
            "follow_up", "What was found is missing.", "Enter it.", paragraph=_PARAGRAPH, field="text"
        )
    if carried_to and finding is Finding.DONE:
        raise Refused(
            "follow_up",
            "What is done is not carried forward.",
            "Choose “Partly done” or “Not done”, or leave the new recommendation out.",
            paragraph=_PARAGRAPH,
            field="carried_to",
        )
    if carried_to == reference:
        raise Refused(
            "follow_up",
            "A recommendation cannot be carried forward to itself.",
            "Enter the reference of the new one.",
            paragraph=_PARAGRAPH,
            field="carried_to",
        )
