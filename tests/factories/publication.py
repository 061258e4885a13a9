"""History files and areas for tests of the public register."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

from oversight.publication.actions import import_history
from oversight.publication.queries.history import plan_of
from oversight.publication.rules.directory import AreaDirectory, KnownArea
from oversight.publication.rules.history import COLUMNS
from oversight.publication.rules.programmes import UnitType, programmes
from oversight.publication.rules.reading import read_history
from tests.factories.parties import acting_as

TODAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

KENT = "Kent, Surrey and Sussex"
AREAS = (
    KnownArea("N57", KENT, UnitType.REGION, "N57", KENT, ("KSS",)),
    KnownArea("N54", "North East", UnitType.REGION, "N54", "North East", ("NE",)),
    KnownArea("N57EKNT", "East Kent", UnitType.PDU, "N57", KENT, ()),
    KnownArea("N57KECL", "West Kent", UnitType.PDU, "N57", KENT, ()),
    KnownArea("N57WSUS", "West Sussex", UnitType.PDU, "N57", KENT, ()),
    KnownArea(
        "N54SOT",
        "Gateshead and South Tyneside",
        UnitType.PDU,
        "N54",
        "North East",
        ("South Tyneside and Gateshead",),
    ),
    KnownArea(
        "national",
        "National arrangements (HMPPS)",
        UnitType.NATIONAL,
        "",
        "National",
        ("National arrangements",),
    ),
)
DIRECTORY = AreaDirectory(AREAS)

#: A row that nothing is wrong with.
ROW = {
    "unit": "West Sussex",
    "unit_type": "PDU",
    "region": KENT,
    "pdu_code": "N57WSUS",
    "programme": "2021-23 PDU",
    "published": "2022-05",
    "overall_rating": "Inadequate",
    "evidence": "HMIP",
    "url": "https://example.org/west-sussex",
}
REGION_ROW = {
    "unit": KENT,
    "unit_type": "region",
    "region": KENT,
    "programme": "2023-25 region+PDU",
    "published": "2024-05",
    "overall_rating": "Requires improvement",
    "desistance": "Inadequate",
    "evidence": "HMIP",
    "url": "https://example.org/kss",
}


def history(*rows, columns=COLUMNS, delimiter=",") -> bytes:
    """Write rows, each a mapping by column, as a history file."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue().encode()


def read(content: bytes, today=TODAY):
    """Read a history file against the example areas and the real programmes."""
    return read_history(content, directory=DIRECTORY, programmes=programmes(), today=today)


def publications_officer():
    """Give someone of the Inspectorate who may import history."""
    return acting_as("hmip_publications")


def import_rows(*rows, by=None, at=MOMENT):
    """Import rows the way a person does: the plan first, then the act that names it."""
    # The officer comes first, because the register of parties comes with them.
    by = by or publications_officer()
    content = history(*rows)
    plan = plan_of(content, today=TODAY)
    return import_history(
        by=by,
        at=at,
        content=content,
        file_name="history.csv",
        plan_digest=plan.digest,
    )
