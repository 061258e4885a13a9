"""Findings and notes put in common by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.exchange.rules.items import Marking
from oversight.intelligence.actions import items
from oversight.intelligence.rules.words import Confidence, Result
from oversight.parties.queries import party
from tests.factories.parties import acting_as

AT = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)
TODAY = date(2026, 4, 14)
UNIT = "N57EKNT"
NEXT = "N57KECL"
OTHER = "N56NOSU"
TEXT = "Plans are late in half of the cases that we read."


def content(**changed) -> items.Content:
    given = {
        "text": TEXT,
        "result": Result.SOME,
        "confidence": Confidence.MEDIUM,
        "found_on": date(2026, 3, 2),
        "marking": Marking.SENSITIVE,
    }
    return items.Content(**(given | changed))


def finding(
    by=None, *, about=UNIT, theme="risk_of_harm", readers=("hmip",), at=AT, owner="", origin="", **said
):
    """A finding that OSAG shares with the Inspectorate, unless told otherwise; gives its row."""
    by = by or acting_as("osag_coordinator")
    return items.share_finding(
        by=by,
        at=at,
        owner=party(owner or by.party),
        about=party(about),
        theme=theme,
        content=content(**said),
        readers=readers,
        origin=origin,
    )


def note(by=None, *, about=UNIT, theme="risk_of_harm", readers=("hmpps-osag",), at=AT, **said) -> int:
    """A note that the Inspectorate files for OSAG, unless told otherwise; gives its row."""
    by = by or acting_as("hmip_lead_inspector")
    return items.file_note(
        by=by,
        at=at,
        owner=party(by.party),
        about=party(about),
        theme=theme,
        content=content(**said),
        readers=readers,
    )
