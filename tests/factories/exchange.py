"""Information held, asked for and given, brought to a state by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight.exchange.actions import asking, holdings
from oversight.exchange.models import Ask, Holding
from oversight.exchange.rules.holdings import Terms
from oversight.exchange.rules.items import Marking
from oversight.parties.queries import party
from tests.factories.files import PDF
from tests.factories.parties import acting_as

AT = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)
TODAY = date(2026, 4, 14)
UNIT = "N57EKNT"


def facts(**changed) -> holdings.CopyFacts:
    given = {
        "as_at": date(2026, 4, 1),
        "marking": Marking.SENSITIVE,
        "personal": False,
        "retain_until": date(2029, 4, 1),
        "file_name": "Staffing.pdf",
        "file": PDF,
    }
    return holdings.CopyFacts(**(given | changed))


def held(
    by=None, *, kind="unit-staffing", about=UNIT, owner=UNIT, span=None, terms=Terms.LEAVE, at=AT, **more
) -> Holding:
    """An item kept by its owner; the head of a unit keeps that of a unit."""
    named, keep_terms = more.pop("named", ()), more.pop("keep_terms", False)
    found = holdings.keep_copy(
        by=by or acting_as("head_of_pdu", owner),
        at=at,
        kind=kind,
        about=party(about),
        owner=party(owner),
        span=span,
        facts=facts(**more),
        terms=terms,
        named=named,
        keep_terms=keep_terms,
    )
    return Holding.objects.get(pk=found)


def asked(by, *, kind="unit-staffing", about=UNIT, owner=UNIT, span=None, at=AT, **more) -> Ask:
    given = {"purpose": "An audit of the unit", "needed_by": date(2026, 5, 1), "reason": ""} | more
    found = asking.ask(by=by, at=at, kind=kind, about=party(about), owner=party(owner), span=span, **given)
    return Ask.objects.get(pk=found)
