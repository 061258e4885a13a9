"""Assessments and contracts of the first line, brought to a state by the real steps, for tests."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

from oversight.access.queries import acting_by_command
from oversight.delivery.actions import assessing, contracts, matters
from oversight.delivery.models import Assessment, ContractPeriod, Matter
from oversight.delivery.rules.assessing import reference_of
from oversight.delivery.rules.contracts import MatterKind
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


#: A contract with one listing, in the region of the tests, and one that the Probation Service itself holds.
CONTRACT = "PRJ_5428"
IN_HOUSE = "PRJ_5556NWPS"
LEVELS = {"crs-first-appointment": Decimal(81), "crs-action-plan": Decimal(94), "crs-outcomes": Decimal(55)}


def contracts_loaded() -> None:
    """The contracts of the real list, loaded once in a test."""
    by = acting_by_command("setup")
    once("contracts", lambda: contracts.load_contracts(by=by, at=AT))


def missed(*, reference=CONTRACT, role="contract_manager") -> ContractPeriod:
    """A period of a contract with a missed level, not assessed yet."""
    contracts_loaded()
    by = acting_as(role)
    made = contracts.open_period(by=by, at=AT, reference=reference, first=FIRST)
    contracts.enter_levels(by=by, at=AT, period_id=made, figures=LEVELS)
    return ContractPeriod.objects.get(pk=made)


def raised(kind: MatterKind, by=None, *, contract=CONTRACT, **more) -> Matter:
    """Something raised on a contract."""
    contracts_loaded()
    given = {"title": "Late first appointments", "text": "Four in five were on time."} | more
    if kind is MatterKind.LEVER:
        given = {"lever": "improvement-notice", "clause": "Schedule 9, paragraph 4"} | given
    reference = matters.raise_matter(
        by=by or acting_as("contract_manager"), at=AT, contract=contract, kind=kind, **given
    )
    return Matter.objects.get(reference=reference)


def stepped(row: Matter, move: str, by, *, at=AT, account="Done as agreed.", due=None) -> Matter:
    """A matter after a step."""
    row.refresh_from_db()
    matters.take_matter_step(
        by=by,
        at=at,
        reference=row.reference,
        revision=row.revision,
        move=move,
        account=account,
        due=due,
    )
    row.refresh_from_db()
    return row
