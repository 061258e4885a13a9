"""Recommendations: each to one authority, as few as the parties expect, never renumbered (¶23)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from oversight.inspections.rules.report_layout import asks_why
from oversight.kernel.refusals import Refused


@dataclass(frozen=True)
class Authority:
    """Someone who can be addressed.

    Attributes:
        code: Code of the party.
        kind: Its kind, such as ``region``.
        lineage: Its lineage.
    """

    code: str
    kind: str
    lineage: str


def addressable(
    parties: Iterable[Authority], tokens: Collection[str], lineages: Collection[str]
) -> tuple[str, ...]:
    """Give the codes of those whom a report may address, in the order given.

    Args:
        parties: Every party, signatories left out unless named.
        tokens: Codes and ``kind:`` tokens of the arrangements.
        lineages: Lineage of each unit inspected; a region or unit is addressed only where it was inspected or
            lies above what was. None for an inspection of the whole service: then every one may be.
    """
    return tuple(
        one.code
        for one in parties
        if (one.code in tokens or f"kind:{one.kind}" in tokens)
        and (
            one.kind not in {"region", "pdu"}
            or not lineages
            or any(f"/{one.code}/" in lineage for lineage in lineages)
        )
    )


def check_recommendation(
    text: str,
    authority: str,
    possible: Collection[str],
    standards: Collection[str],
    known: Collection[str],
) -> None:
    """Refuse a recommendation without text, to nobody or to somebody else, or on an unknown standard (¶23).

    Args:
        text: What it says.
        authority: Code of the one authority it is for.
        possible: Codes of those who may be addressed.
        standards: Identifiers of the standards it rests on.
        known: Identifiers of the standards of the programme.

    Raises:
        Refused: Rule ``recommendation_text``, ``recommendation_authority`` or ``recommendation_standards``.
    """
    if not text:
        raise Refused("recommendation_text", "A recommendation needs its text.", "Enter it.", field="text")
    if authority not in possible:
        raise Refused(
            "recommendation_authority",
            "Each recommendation is addressed to one authority that can act on it.",
            "Choose one from the list.",
            paragraph="23",
            field="authority",
        )
    if not standards or set(standards) - set(known):
        raise Refused(
            "recommendation_standards",
            "A recommendation rests on the standards of this inspection.",
            "Choose at least one from the list.",
            paragraph="16",
            field="standards",
        )


def check_number(count: int, usual_most: int | None, reasoned_for: int, reason: str) -> None:
    """Refuse more recommendations than usual without a reason (¶23).

    Args:
        count: Recommendations that would stand.
        usual_most: How many are usual under the arrangements in force; None when they say nothing.
        reasoned_for: For how many a reason was given before.
        reason: The reason given now; may be empty.

    Raises:
        Refused: Rule ``recommendations_usual``.
    """
    if asks_why(count, usual_most, reasoned_for) and not reason:
        raise Refused(
            "recommendations_usual",
            f"The report would make {count} recommendations; usual are no more than {usual_most}.",
            "Say why this report needs more, or bring some together.",
            paragraph="23",
            field="reason",
        )
