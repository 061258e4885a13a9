"""Files of figures: checked by the worker, confirmed, taken whole, quickly and by those who may (B2)."""

from __future__ import annotations

import json
import time
from datetime import date
from decimal import Decimal

import pytest

from oversight.access.queries import acting_by_command
from oversight.delivery.actions import figures as acts
from oversight.delivery.models import Figure, FigureFile
from oversight.delivery.queries.figures import FILE_JOB, file, files, trend
from oversight.delivery.rules.figures import MOST_ROWS, columns
from oversight.delivery.rules.measures import About, measures_of, period_of
from oversight.exchange.rules.supplying import Every
from oversight.jobs.models import Job
from oversight.jobs.working import work
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import write_sheet
from oversight.parties.queries import parties_by_code
from tests.factories.delivery import AT, REGION, UNIT, table
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")
ROW = (UNIT, "orders-completed", "2026-01-01", "80")


def _ignored(done, total):
    del done, total


def refused(call, **given) -> str:
    with pytest.raises(Refused) as found:
        call(**given)
    return found.value.rule


def brought(content, by=None, name="Figures.csv") -> FigureFile:
    made = acts.bring_file(
        by=by or acting_as("regional_probation_director", REGION), at=AT, file_name=name, file=content
    )
    return FigureFile.objects.get(pk=made)


def worked(row: FigureFile) -> list[tuple[int, int]]:
    """What the worker was told meanwhile."""
    told: list[tuple[int, int]] = []
    acts.work_on_file(
        by=acting_by_command("work"),
        at=AT,
        file_id=row.pk,
        tell=lambda done, total: told.append((done, total)),
    )
    row.refresh_from_db()
    return told


def taken(row: FigureFile, by) -> None:
    worked(row)
    acts.confirm_file(by=by, at=AT, file_id=row.pk)
    worked(row)


def test_a_file_is_checked_confirmed_and_taken_in_the_name_of_whoever_confirmed_it():
    by = acting_as("regional_probation_director", REGION)
    row = brought(table([ROW]), by)
    assert Job.objects.filter(kind=FILE_JOB, subject=str(row.pk), finished_at=None).count() == 1
    taken(row, by)

    assert (row.state, row.new, row.changed, row.same) == ("taken", 1, 0, 0)
    figure = Figure.objects.get()
    assert (figure.unit_id, figure.value, figure.entered_by) == (UNIT, Decimal(80), by.reference)
    assert figure.file == row
    again = brought(
        table([(UNIT, "orders-completed", "2026-01-01", "81"), (*ROW[:2], "2025-10-01", "7")]), by
    )
    taken(again, by)
    assert (again.new, again.changed, again.same) == (1, 1, 0)
    _, points = trend(actor=by, code=UNIT, measure="orders-completed")
    assert [(one.value, one.before) for one in points] == [
        (Decimal("7.00"), ()),
        (Decimal("81.00"), (Decimal("80.00"),)),
    ]
    # Done again after a crash, it is done once.
    worked(again)
    assert Figure.objects.count() == 3
    third = brought(table([(*ROW[:3], "81")]), by)
    worked(third)
    assert (third.state, third.new, third.changed, third.same) == ("ready", 0, 0, 1)


def test_a_file_with_a_fault_takes_nothing_and_can_only_be_set_aside():
    by = acting_as("regional_probation_director", REGION)
    row = brought(table([ROW, ("N07", *ROW[1:]), (*ROW[:3], "lots")]), by)
    worked(row)

    assert (row.state, row.fault_count, Figure.objects.count()) == ("faulty", 2, 0)
    assert [line for line, *_ in json.loads(row.faults)] == [3, 4]
    assert refused(acts.confirm_file, by=by, at=AT, file_id=row.pk) == "workflow_state"
    acts.set_aside_file(by=by, at=AT, file_id=row.pk)
    assert file(actor=by, at=AT, file_id=row.pk).label == "Set aside"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (table([ROW], headings=("Unit", "Measure", "From", "Figure")), "Period begins"),
        (table([]), "no rows"),
        (table([ROW] * (MOST_ROWS + 1)), "10,000"),
    ],
)
def test_a_file_that_is_no_such_table_says_so_as_a_whole(content, told):
    row = brought(content)
    worked(row)

    assert (row.state, row.fault_count) == ("faulty", 1)
    assert told in row.faults


def test_what_is_no_table_is_refused_at_once_and_so_is_who_may_not():
    assert (
        refused(
            acts.bring_file,
            by=acting_as("regional_probation_director", REGION),
            at=AT,
            file_name="Figures.txt",
            file=b"80",
        )
        == "figure_file"
    )
    for role in ("head_of_pdu", "osag_lead", "hmip_lead_inspector", "contract_manager"):
        given = {"by": acting_as(role), "at": AT, "file_name": "Figures.csv", "file": table([ROW])}
        assert refused(acts.bring_file, **given).startswith("permission")


def test_another_region_finds_no_file_and_confirms_none():
    row = brought(table([ROW]))
    worked(row)
    other = acting_as("regional_probation_director", "N07")

    assert refused(file, actor=other, at=AT, file_id=row.pk).startswith("not_found")
    assert refused(acts.confirm_file, by=other, at=AT, file_id=row.pk).startswith("not_found")
    assert files(actor=other, page=1).count == 0


def test_a_worker_does_the_job_and_a_workbook_is_read_too():
    by = acting_as("chief_probation_officer")
    content = write_sheet(
        "xlsx", "Figures", columns(), [ROW, ("East Kent (N57EKNT)", *ROW[1:2], "2025-10-01", "70")]
    )
    row = brought(content, by, "Figures.xlsx")
    handlers = {
        FILE_JOB: lambda subject, at, _: acts.work_on_file(
            by=acting_by_command("work"), at=at, file_id=int(subject), tell=_ignored
        )
    }
    name = parties_by_code()[UNIT].name
    assert work(handlers, clock=lambda: AT) == 1
    row.refresh_from_db()
    assert (row.state, row.rows) == ("ready", 2), (name, row.faults)


@pytest.mark.one_database("what it holds to a limit is the reading and checking of a file")
def test_ten_thousand_rows_take_less_than_ten_seconds_of_cpu_and_say_how_far_they_are():
    by = acting_as("performance_quality_officer")
    units = [ref.code for ref in parties_by_code().values() if ref.kind == "pdu"][:50]
    periods, day = [], date(2025, 10, 1)
    while len(periods) < 40:
        span = period_of(Every.QUARTER, day)
        periods.append(span.first.isoformat())
        day = period_of(Every.QUARTER, date.fromordinal(span.first.toordinal() - 1)).first
    names = [one.id for one in measures_of(About.UNIT)]
    rows = [(unit, name, first, "60.5") for unit in units for first in periods for name in names]
    content = write_sheet("xlsx", "Figures", columns(), rows[:MOST_ROWS])
    row = brought(content, by, "Figures.xlsx")

    began = time.process_time()
    told = worked(row)
    assert row.faults == "[]"
    acts.confirm_file(by=by, at=AT, file_id=row.pk)
    worked(row)
    spent = time.process_time() - began

    assert (row.state, row.new, row.faults) == ("taken", MOST_ROWS, "[]")
    assert (0, MOST_ROWS) in told
    assert (5000, MOST_ROWS) in told
    assert spent < 10, spent
