"""A row of published history: its columns, what it says, and how it is written (capability H5).

A date is kept as partial as it was published; fieldwork is free text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from oversight.kernel.digests import Value, digest
from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.spreadsheets import safe_cell
from oversight.publication.rules.programmes import UnitType

STANDARD_COLUMNS: Final = (
    "leadership",
    "staffing",
    "services",
    "information_facilities",
    "court_work",
    "assessment",
    "planning",
    "implementation_delivery",
    "reviewing",
    "public_protection",
    "desistance",
    "unpaid_work",
    "resettlement",
    "victim_work",
)
COLUMNS: Final = (
    "unit",
    "unit_type",
    "region",
    "pdu_code",
    "programme",
    "fieldwork",
    "published",
    "score",
    "score_max",
    "overall_rating",
    *STANDARD_COLUMNS,
    "num_recommendations",
    "recommendation_targets",
    "cases_inspected",
    "evidence",
    "url",
    "other_urls",
    "notes",
)
#: Where a fact was found, as the file writes it.
EVIDENCE: Final = {
    "HMIP": "HM Inspectorate of Probation’s own page",
    "press": "Press report",
    "derived": "Worked out from other published facts",
}
#: Longest text of a column, in characters; others hold at most ``SHORT``.
LONGEST: Final[Mapping[str, int]] = {
    "unit": 200,
    "fieldwork": 200,
    "recommendation_targets": 500,
    "url": 500,
    "other_urls": 2_000,
    "notes": 2_000,
}
SHORT: Final = 100
#: Faults kept to be shown; the rest are counted.
FAULTS_KEPT: Final = 1_000

#: Puts what has no date at all after everything else in lists that begin with the newest.
UNDATED: Final = date.min

_WRITTEN_DATE: Final = re.compile(r"(?<![0-9-])[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?(?![0-9-])")


class Identity(NamedTuple):
    """What makes two rows the same inspection: programme, area and address of the report."""

    programme: str
    unit_code: str
    url: str


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One published inspection, understood.

    Attributes:
        row: Row of the file, the header being row 1.
        programme: Identifier of the programme.
        unit_type: What was inspected.
        unit_code: Code of the area.
        unit_name: Name used at the time.
        region_code: Code of its region; empty for the national area.
        published: Partial date as text; empty when not known.
        fieldwork: Free text, kept as it was written.
        score: Points given; None when not known.
        score_max: Most points possible; None exactly when ``score`` is.
        overall: Overall rating; empty when not known or when the programme gives none.
        ratings: Ratings by standard, in the order of the file's columns; only the known ones.
        recommendations: How many were made; None when not known.
        targets: To whom, in free text.
        cases: Cases inspected; None when not known.
        evidence: Where these facts were found, a key of ``EVIDENCE``.
        url: Address of the source; empty when it has none.
        other_urls: Further addresses.
        notes: Free text.
    """

    row: int
    programme: str
    unit_type: str
    unit_code: str
    unit_name: str
    region_code: str
    published: str
    fieldwork: str
    score: int | None
    score_max: int | None
    overall: str
    ratings: tuple[tuple[str, str], ...]
    recommendations: int | None
    targets: str
    cases: int | None
    evidence: str
    url: str
    other_urls: tuple[str, ...]
    notes: str

    @property
    def identity(self) -> Identity:
        """What this row is about; a second row with the same identity says the same or corrects it."""
        return Identity(self.programme, self.unit_code, self.url)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything the row says, so that a correction of any part shows."""
        content: dict[str, Value] = {
            "programme": self.programme,
            "unit_type": self.unit_type,
            "unit_code": self.unit_code,
            "unit_name": self.unit_name,
            "region_code": self.region_code,
            "published": self.published,
            "fieldwork": self.fieldwork,
            "score": self.score,
            "score_max": self.score_max,
            "overall": self.overall,
            "ratings": dict(self.ratings),
            "recommendations": self.recommendations,
            "targets": self.targets,
            "cases": self.cases,
            "evidence": self.evidence,
            "url": self.url,
            "other_urls": self.other_urls,
            "notes": self.notes,
        }
        return digest(content)

    @property
    def ordered_on(self) -> date:
        """Day that places the inspection in order of time; see ``ordering_day``."""
        return ordering_day(self.published, self.fieldwork)


@dataclass(frozen=True, slots=True)
class RowFault:
    """One cell that cannot be accepted.

    Attributes:
        row: Row of the file, the header being row 1.
        column: Name of the column; empty when the whole row is at fault.
        found: What stands there, cut short and with hidden characters spelled out.
        accepted: What is wrong and what would be accepted, as sentences.
    """

    row: int
    column: str
    found: str
    accepted: str

    def __str__(self) -> str:
        place = f"Row {self.row}, column {self.column}" if self.column else f"Row {self.row}"
        return f"{place}: found {self.found or 'nothing'}. {self.accepted}"


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file that was read whole.

    Attributes:
        digest: SHA-256 of its bytes.
        rows: What was understood, in order.
        faults: What was not, at most ``FAULTS_KEPT`` of them, in order.
        fault_count: How many faults there are in all.
        refused_rows: How many rows have at least one.
    """

    digest: str
    rows: tuple[HistoryRow, ...]
    faults: tuple[RowFault, ...]
    fault_count: int
    refused_rows: int


def ordering_day(published: str, fieldwork: str) -> date:
    """Return a day that puts inspections in order, never to be shown as a date of anything.

    The first day that the publication date can mean; when that is not known, the first date written in the
    fieldwork text; otherwise ``UNDATED``.
    """
    if published:
        return PartialDate.parse(published).first_day
    dates = fieldwork_dates(fieldwork)
    return dates[0].first_day if dates else UNDATED


def fieldwork_dates(fieldwork: str) -> tuple[PartialDate, ...]:
    """Return the dates written in a fieldwork text, in its order; what is no date is passed over."""
    found = []
    for written in _WRITTEN_DATE.findall(fieldwork):
        with suppress(ValueError):
            found.append(PartialDate.parse(written))
    return tuple(found)


def visible(text: str, longest: int = 60) -> str:
    """Return ``text`` fit to be shown in a message: cut short, hidden characters as their code points."""
    cut = text if len(text) <= longest else text[:longest] + "…"
    return "".join(char if char.isprintable() else f"[U+{ord(char):04X}]" for char in cut)


def written_cells(row: HistoryRow, *, written_as: str, region_name: str) -> list[str]:
    """Return what ``read_history`` reads back as ``row``, in the order of ``COLUMNS``, safe in a spreadsheet.

    Args:
        row: A published inspection.
        written_as: How the file writes its programme.
        region_name: Name of its region, or what stands there for the national area.
    """
    ratings = dict(row.ratings)
    cells = {
        "unit": row.unit_name,
        "unit_type": row.unit_type,
        "region": region_name,
        "pdu_code": row.unit_code if row.unit_type == UnitType.PDU else "",
        "programme": written_as,
        "fieldwork": row.fieldwork,
        "published": row.published,
        "score": _written_number(row.score),
        "score_max": _written_number(row.score_max),
        "overall_rating": row.overall,
        "num_recommendations": _written_number(row.recommendations),
        "recommendation_targets": row.targets,
        "cases_inspected": _written_number(row.cases),
        "evidence": row.evidence,
        "url": row.url,
        "other_urls": "; ".join(row.other_urls),
        "notes": row.notes,
    }
    return [safe_cell(cells.get(column) or ratings.get(column, "")) for column in COLUMNS]


def _written_number(number: int | None) -> str:
    return "" if number is None else str(number)
