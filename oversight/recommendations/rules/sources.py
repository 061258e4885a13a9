"""Where a recommendation comes from, who can make it and what its reference is (E1, ¶23, ¶27)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words
from oversight.recommendations.rules.wording import words_for, words_of

INSPECTORATE: Final = "hmip"
OSAG: Final = "hmpps-osag"


class Source(StrEnum):
    """What a recommendation was made in. The first four are kinds under the arrangements."""

    CORE = "core"
    THEMATIC = "thematic"
    JOINT = "joint"
    SFO_INDEPENDENT = "sfo_independent"
    AUDIT = "audit"
    HISTORY = "history"


SOURCE_WORDS: Final = words_for("sources", Source)
#: Sources whose recommendations start duties; those of an audit or from history start none.
ARRANGED: Final = frozenset({Source.CORE, Source.THEMATIC, Source.JOINT, Source.SFO_INDEPENDENT})
#: Sources whose response OSAG brings together (paragraph 27).
COORDINATED: Final = frozenset({Source.THEMATIC, Source.JOINT, Source.SFO_INDEPENDENT})
#: Whose recommendations each source holds.
MAKERS: Final[Mapping[Source, str]] = {
    source: OSAG if source is Source.AUDIT else INSPECTORATE for source in Source
}
UNIT_KINDS: Final = ("region", "pdu")
#: Kinds of party to which a recommendation of a report is addressed, beside those of ``AUTHORITIES``.
AUTHORITY_KINDS: Final = frozenset({"region", "pdu", "department", "agency", "public_body"})
AUTHORITIES: Final = frozenset({"ministers", "moj-policy", "hmpps", "probation-service"})
LARGEST_NUMBER: Final = 999
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def kinds_of(maker: str) -> tuple[Source, ...]:
    """Give the sources whose recommendations a party makes."""
    return tuple(source for source in Source if MAKERS[source] == maker)


def check_maker(source: Source, party: str) -> None:
    """Refuse a recommendation in another body's name (paragraph 23).

    Raises:
        Refused: Rule ``recommendation_maker``.
    """
    if MAKERS[source] != party:
        who = "HM Inspectorate of Probation" if MAKERS[source] == INSPECTORATE else "OSAG"
        raise Refused(
            "recommendation_maker",
            f"Recommendations of this kind are made by {who}: {SOURCE_WORDS[source].lower()}.",
            f"Ask {who} to add it.",
            paragraph="23",
            who_can=who,
            field="kind",
        )


def check_authority(code: str, kind: str) -> None:
    """Refuse an addressee that is no authority for recommendations (paragraph 23).

    Args:
        code: Code of the party.
        kind: Kind of the party.

    Raises:
        Refused: Rule ``recommendation_authority``.
    """
    if code in AUTHORITIES or (kind in AUTHORITY_KINDS and code != INSPECTORATE):
        return
    raise Refused(
        "recommendation_authority",
        "A recommendation is addressed to one authority that can act on it, and this body is none.",
        "Choose ministers, policy of the Ministry of Justice, HMPPS, the Probation Service, a region, a "
        "delivery unit or another department.",
        paragraph="23",
        field="addressee",
    )


def check_unit(source: Source, unit_kind: str) -> None:
    """Refuse a recommendation of a core inspection without a unit, or one on what is no unit (paragraph 16).

    Args:
        source: Where it comes from.
        unit_kind: Kind of the party named as unit; empty when none is.

    Raises:
        Refused: Rule ``recommendation_unit``.
    """
    if unit_kind and unit_kind not in UNIT_KINDS:
        raise Refused(
            "recommendation_unit",
            "This is neither a probation region nor a Probation Delivery Unit.",
            "Choose a region or unit, or leave it out.",
            paragraph="16",
            field="unit",
        )
    if source is Source.CORE and not unit_kind:
        raise Refused(
            "recommendation_unit",
            "A core inspection looks at one region or unit, so its recommendations concern that one.",
            "Enter the region or unit.",
            paragraph="16",
            field="unit",
        )


def check_theme(theme: str) -> None:
    """Refuse a theme that is not on the list.

    Raises:
        Refused: Rule ``recommendation_theme``.
    """
    if theme and theme not in words_of("themes"):
        raise Refused(
            "recommendation_theme",
            "There is no such theme.",
            f"Choose one: {join_in_words(list(words_of('themes').values()), 'or')}.",
            field="theme",
        )


def reference_of(source: str, number: int) -> str:
    """Give the reference of a recommendation, for example ``2026-PDU-N57EKNT-1-R3``: its own for ever.

    Args:
        source: Reference of the inspection, review, audit or earlier report.
        number: Number that the recommendation has there.

    Raises:
        Refused: Rule ``recommendation_reference``: the source has signs that no address can hold, or the
            number is out of range.
    """
    if not _REFERENCE.fullmatch(source):
        raise Refused(
            "recommendation_reference",
            "A reference is made of letters, digits, hyphens and underscores.",
            "Enter it without blanks and other signs.",
            field="source",
        )
    if not 1 <= number <= LARGEST_NUMBER:
        raise Refused(
            "recommendation_reference",
            f"A recommendation has a number from 1 to {LARGEST_NUMBER}.",
            "Enter the number that it has in its report.",
            field="number",
        )
    return f"{source}-R{number}"
