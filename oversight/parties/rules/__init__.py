"""Kinds of party, and what can be said of a unit on a day when its dates are only partly known.

Capability A1, paragraphs 1 and 11 to 16. Pure: no database, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from oversight.kernel.partial_dates import PartialDate


class Kind(StrEnum):
    """What sort of body a party is. The values are stored: renaming one needs a migration."""

    MINISTERS = "ministers"
    DEPARTMENT = "department"
    AGENCY = "agency"
    TEAM = "team"
    SERVICE = "service"
    REGION = "region"
    PDU = "pdu"
    PROVIDER = "provider"
    INSPECTORATE = "inspectorate"
    AUDIT_OFFICE = "audit_office"
    PUBLIC_BODY = "public_body"
    OPERATOR = "operator"

    @property
    def label(self) -> str:
        """Words for a page."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    Kind.MINISTERS: "Ministers",
    Kind.DEPARTMENT: "Government department",
    Kind.AGENCY: "Executive agency",
    Kind.TEAM: "Team",
    Kind.SERVICE: "Service",
    Kind.REGION: "Probation region",
    Kind.PDU: "Probation Delivery Unit",
    Kind.PROVIDER: "Provider of Commissioned Rehabilitative Services",
    Kind.INSPECTORATE: "Inspectorate",
    Kind.AUDIT_OFFICE: "Audit office",
    Kind.PUBLIC_BODY: "Public body",
    Kind.OPERATOR: "Operator of this service",
}

#: Kinds that are places where probation is delivered, so that they can be inspected.
UNIT_KINDS = (Kind.REGION, Kind.PDU)


class Confidence(StrEnum):
    """How sure we are of a fact about a party, as its source list said."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    HIGH_NAME_MEDIUM_CODE = "high name / medium code"

    @property
    def label(self) -> str:
        """Words for a page."""
        return _CONFIDENCE_LABELS[self]


_CONFIDENCE_LABELS = {
    Confidence.HIGH: "High",
    Confidence.MEDIUM: "Medium",
    Confidence.LOW: "Low",
    Confidence.HIGH_NAME_MEDIUM_CODE: "High for the name, medium for the code",
}


class NameUse(StrEnum):
    """What a name was: the party's own, or what some other list calls it."""

    OWN = "own"
    LISTED = "listed"


class Standing(StrEnum):
    """Whether a party was open on a day, as far as its dates tell."""

    NOT_YET_OPEN = "not_yet_open"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True)
class OnADay:
    """Whether a party was open on a day, and the sentence that says so.

    Args:
        standing: The answer; ``OPENING`` and ``CLOSING`` when only the month or year is known and the day
            falls inside it.
        words: The same for a page, with no day invented.
    """

    standing: Standing
    words: str


def on_a_day(opened: PartialDate | None, closed: PartialDate | None, day: date) -> OnADay:
    """Say whether a party was open on ``day``.

    Args:
        opened: When it opened; None when that is not known, and then it counts as open before any closing.
        closed: When it closed; None while it is open.
        day: The day asked about.
    """
    if closed is not None and day > closed.last_day:
        return OnADay(Standing.CLOSED, f"Closed {_preposition(closed)} {closed.in_words()}")
    if opened is not None and day < opened.first_day:
        return OnADay(
            Standing.NOT_YET_OPEN, f"Not yet open: it opened {_preposition(opened)} {opened.in_words()}"
        )
    if closed is not None and closed.first_day <= day:
        if closed.day is not None:
            return OnADay(Standing.CLOSED, f"Closed on {closed.in_words()}")
        return OnADay(Standing.CLOSING, f"Closed during {closed.in_words()}, on a day that is not known")
    if opened is not None and opened.day is None and day <= opened.last_day:
        return OnADay(Standing.OPENING, f"Opened during {opened.in_words()}, on a day that is not known")
    if opened is None:
        return OnADay(Standing.OPEN, "Open")
    return OnADay(Standing.OPEN, f"Open since {opened.in_words()}")


def _preposition(when: PartialDate) -> str:
    return "on" if when.day is not None else "in"


def lineage_below(parent_lineage: str, code: str) -> str:
    """Give the lineage of a party: the codes from the top down to ``code``, each between slashes."""
    return f"{parent_lineage or '/'}{code}/"
