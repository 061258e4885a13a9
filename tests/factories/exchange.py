"""Information held, asked for and given, brought to a state by the real steps, for tests."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pikepdf

from oversight.exchange.actions import asking, holdings, sharing, supplying
from oversight.exchange.models import Ask, Holding, Share, Supply
from oversight.exchange.rules.holdings import Terms
from oversight.exchange.rules.items import Marking
from oversight.exchange.rules.sharing import Shared
from oversight.exchange.rules.supplying import Every
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


def report_pdf(pages=2, text="Findings") -> bytes:
    """A PDF that can be opened and marked."""
    made = io.BytesIO()
    with pikepdf.new() as file:
        for _ in range(pages):
            file.add_blank_page(page_size=(595, 842))
        file.docinfo["/Title"] = text
        file.save(made)
    return made.getvalue()


def written(content: bytes) -> list[list[str]]:
    """What is written on each page of a PDF, in the order in which it is drawn."""
    with pikepdf.open(io.BytesIO(content)) as file:
        return [
            [
                bytes(one.operands[0]).decode("cp1252")
                for one in pikepdf.parse_content_stream(page)
                if str(one.operator) == "Tj"
            ]
            for page in file.pages
        ]


def shared(by, *, parties=("hmip",), what=Shared.REPORT, at=AT, **changed) -> Share:
    given = {
        "title": "Audit of a unit",
        "file_name": "Audit.pdf",
        "file": report_pdf(),
        "marking": Marking.SENSITIVE,
        "purpose": "To plan inspections",
        "agreement": "",
        "until": date(2026, 4, 30),
    }
    found = sharing.give_share(by=by, at=at, what=what, parties=parties, **(given | changed))
    return Share.objects.get(pk=found)


def supply(by, *, receiver="hmip", at=AT, **changed) -> Supply:
    """Data assurance supplies the Inspectorate with a performance report every quarter."""
    given = {
        "kind": "performance-report",
        "about": party("probation-service"),
        "every": Every.QUARTER,
        "first": date(2026, 1, 1),
        "count": 2,
        "days_after": 30,
    }
    found = supplying.agree_supply(by=by, at=at, receiver=party(receiver), **(given | changed))
    return Supply.objects.get(pk=found)
