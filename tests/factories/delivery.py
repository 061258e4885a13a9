"""Assessments and contracts of the first line, brought to a state by the real steps, for tests."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

from oversight.delivery.actions import assessing
from oversight.delivery.models import Assessment
from oversight.delivery.rules.assessing import reference_of
from oversight.exchange.rules.supplying import Every
from tests.factories.parties import acting_as
from tests.harness.once import once

#: The quarter from January to March 2026 has ended; its assessments are due by the end of April.
AT = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)
TODAY = date(2026, 4, 14)
FIRST = date(2026, 1, 1)
DUE = date(2026, 4, 30)
UNIT = "N57EKNT"
REGION = "N57"
REFERENCE = reference_of(UNIT, Every.QUARTER, FIRST)
FIGURES = {
    "sentence-plan-in-time": Decimal(88),
    "orders-completed": Decimal("76.5"),
    "breach-in-time": Decimal(93),
    "staff-in-post": Decimal(71),
    "days-lost": Decimal("3.4"),
}


def opened_round() -> None:
    """The round of a quarter, opened once in a test."""
    by = acting_as("chief_probation_officer")
    once(
        "first-line round",
        lambda: assessing.open_round(by=by, at=AT, every=Every.QUARTER, first=FIRST, due=DUE),
    )


def assessed(*, at=AT) -> Assessment:
    """A unit's assessment, completed by its region."""
    opened_round()
    by = acting_as("regional_probation_director", REGION)
    assessing.enter_figures(by=by, at=at, reference=REFERENCE, figures=FIGURES)
    assessing.complete_assessment(by=by, at=at, reference=REFERENCE, summary="Staffing holds it back.")
    return Assessment.objects.get(reference=REFERENCE)


def table(rows, headings=("Unit", "Measure", "Period begins", "Figure")) -> bytes:
    """A CSV file."""
    made = io.StringIO()
    csv.writer(made).writerows([headings, *rows])
    return made.getvalue().encode()
