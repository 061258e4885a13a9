"""Measures, periods, standings and files of figures, without a database (B2)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.delivery.rules import figures as files
from oversight.delivery.rules.assessing import (
    PROBATION_SERVICE,
    AssessmentState,
    assessor_of,
    check_complete,
    check_round,
    state_on,
)
from oversight.delivery.rules.measures import (
    About,
    Direction,
    Measure,
    Standing,
    Target,
    check_figure,
    measures,
    number_in_words,
    period_in_words,
    period_of,
    read_measures,
)
from oversight.exchange.rules.holdings import Span
from oversight.exchange.rules.supplying import Every
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import AnyTable, SheetRow

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
FIGURES = st.decimals(0, 100, places=2)


def measure(**changed) -> Measure:
    given = {
        "id": "made-up",
        "title": "Made up",
        "about": About.UNIT,
        "theme": "staffing",
        "direction": Direction.HIGHER,
        "unit": "%",
        "most": 100,
        "every": Every.QUARTER,
        "targets": (Target(date(2021, 4, 1), Decimal(80)), Target(date(2023, 4, 1), Decimal(90))),
        "source": "Here",
        "unverified": "",
    }
    return Measure(**(given | changed))


@given(DAYS, st.sampled_from(Every))
def test_every_day_lies_in_one_period_and_periods_follow_each_other(day, every):
    span = period_of(every, day)

    assert span.first <= day <= span.last
    assert period_of(every, span.last) == span
    assert period_of(every, span.last + timedelta(1)).first == span.last + timedelta(1)


def test_years_and_quarters_are_those_of_the_financial_year():
    assert period_of(Every.YEAR, date(2026, 3, 31)) == Span(date(2025, 4, 1), date(2026, 3, 31))
    assert period_of(Every.QUARTER, date(2026, 2, 1)) == Span(date(2026, 1, 1), date(2026, 3, 31))
    words = [period_in_words(every, period_of(every, date(2026, 4, 9))) for every in Every]
    assert words == ["April 2026", "April to June 2026", "2026-27"]


@given(FIGURES, DAYS)
def test_a_figure_is_held_to_the_target_of_its_day_and_lower_is_the_mirror_of_higher(value, day):
    high, low = measure(), measure(direction=Direction.LOWER)
    target = high.target_on(day)

    assert (target is None) == (day < date(2021, 4, 1))
    if target is None:
        assert high.standing(value, day) is low.standing(value, day) is Standing.NO_TARGET
    elif value == target:
        assert high.standing(value, day) is low.standing(value, day) is Standing.MET
    else:
        assert {high.standing(value, day), low.standing(value, day)} == {Standing.MET, Standing.MISSED}
        assert (high.standing(value, day) is Standing.MET) == (value > target)


def test_targets_change_on_their_day():
    assert measure().target_on(date(2023, 3, 31)) == 80
    assert measure().target_on(date(2023, 4, 1)) == 90


@given(FIGURES)
def test_a_figure_reads_back_as_it_was(value):
    assert Decimal(number_in_words(value)) == value


@pytest.mark.parametrize("wrong", ["-1", "100.01", "50.123", "NaN", "Infinity"])
def test_a_figure_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(Refused) as found:
        check_figure(measure(), Decimal(wrong), field="made-up")
    assert found.value.field == "made-up"


def test_the_shipped_measures_say_what_is_not_verified():
    assert {one.about for one in measures().values()} == set(About)
    # Nothing of the measures' targets was found published, so no page may show one as confirmed.
    assert all(one.unverified for one in measures().values())


@pytest.mark.parametrize(
    ("targets", "field"),
    [
        ("[{since: 2023-04-01, figure: 1}, {since: 2023-04-01, figure: 2}]", "measures.0.targets.1.since"),
        ("[{since: soon, figure: 1}]", "measures.0.targets.0.since"),
    ],
)
def test_targets_out_of_order_are_refused(targets, field):
    text = (
        "measures: [{id: a, title: A, about: unit, theme: staffing, direction: higher, unit: '%', most: 100, "
        "every: month, "
        f"targets: {targets}, source: S}}]"
    )
    with pytest.raises(Refused) as found:
        read_measures(read_yaml(text, "measures.yaml"))
    assert found.value.field == field


@given(DAYS, DAYS, st.none() | DAYS)
def test_an_assessment_is_overdue_or_late_exactly_after_its_day(due, today, completed):
    state = state_on(due=due, completed_on=completed, today=today)

    if completed is None:
        assert state is (AssessmentState.OVERDUE if today > due else AssessmentState.DUE)
    else:
        assert state is (AssessmentState.LATE if completed > due else AssessmentState.COMPLETED)


def test_a_region_assesses_its_units_and_the_probation_service_the_regions():
    assert assessor_of("N57EKNT", "N57") == "N57"
    assert assessor_of("N57", None) == assessor_of("N57", "N57") == PROBATION_SERVICE


@pytest.mark.parametrize(
    ("first", "due", "field"),
    [
        (date(2026, 2, 1), date(2026, 4, 30), "first"),
        (date(2026, 1, 1), date(2026, 3, 31), "due"),
        (date(2026, 1, 1), date(2026, 12, 1), "due"),
        (date(2025, 10, 1), date(2026, 1, 31), "due"),
    ],
)
def test_a_round_of_no_period_or_with_a_day_that_makes_no_sense_is_refused(first, due, field):
    with pytest.raises(Refused) as found:
        check_round(Every.QUARTER, first, due, today=date(2026, 4, 14))
    assert found.value.field == field


def test_a_period_is_assessed_after_it_ended_and_missing_figures_are_explained():
    span = Span(date(2026, 1, 1), date(2026, 3, 31))
    for today, missing, reason, field in [
        (date(2026, 3, 31), [], "", "summary"),
        (date(2026, 4, 1), ["A"], "", "missing"),
    ]:
        with pytest.raises(Refused) as found:
            check_complete(span=span, today=today, missing=missing, reason=reason)
        assert found.value.field == field
    check_complete(span=span, today=date(2026, 4, 1), missing=["A"], reason="The system was down.")


# Files


def row(line=2, **changed) -> SheetRow:
    cells = {
        "Unit": "N57EKNT",
        "Measure": "orders-completed",
        "Period begins": "2026-01-01",
        "Figure": "87.5",
    }
    unreadable = changed.pop("unreadable", {})
    return SheetRow(line, cells | changed, unreadable)


def read(*rows, within=frozenset({"N57EKNT"})):
    known = {"n57eknt": "N57EKNT", "east kent": "N57EKNT", "n07": "N07"}
    return files.Reader(known, within, date(2026, 4, 14)).read(rows, lambda _: None)


def test_a_row_is_read_whichever_way_it_is_written():
    found = read(
        row(Unit="East Kent", Measure="Community orders and licences completed", Figure="87.5%"),
        row(3, **{"Period begins": "1/10/2025"}, Figure="90"),
    )

    assert found.faults == ()
    assert [(one.unit, one.first, one.last, one.value) for one in found.rows] == [
        ("N57EKNT", date(2026, 1, 1), date(2026, 3, 31), Decimal("87.50")),
        ("N57EKNT", date(2025, 10, 1), date(2025, 12, 31), Decimal("90.00")),
    ]


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"Unit": "Nowhere"}, "Unit"),
        ({"Unit": "N07"}, "Unit"),
        ({"Measure": "crs-outcomes"}, "Measure"),
        ({"Period begins": "soon"}, "Period begins"),
        ({"Period begins": "2026-02-01"}, "Period begins"),
        ({"Period begins": "2026-07-01"}, "Period begins"),
        ({"Figure": "many"}, "Figure"),
        ({"Figure": "101"}, "Figure"),
        ({"Figure": ""}, "Figure"),
        ({"unreadable": {"Figure": "a formula"}}, "Figure"),
    ],
)
def test_a_row_with_a_fault_says_where_and_what(wrong, column):
    found = read(row(7, **wrong))

    assert found.fault_count == 1
    assert found.rows == ()
    assert (found.faults[0].line, found.faults[0].column) == (7, column)
    assert found.faults[0].told.endswith(".")


def test_two_figures_of_the_same_thing_are_a_fault_and_faults_beyond_a_hundred_are_counted():
    found = read(row(2), row(3), *(row(line, Unit="Nowhere") for line in range(4, 204)))

    assert "Row 2" in found.faults[0].told
    assert (len(found.faults), found.fault_count) == (files.MOST_FAULTS, 201)


def test_a_file_without_a_column_is_refused():
    with pytest.raises(Refused, match="Figure"):
        files.check_headings(AnyTable(("Unit", "Measure", "Period begins"), ()))


ROLES = tuple(access_table().roles)
#: Every step of a file of figures that any role may take.
FILE_STEPS = {
    ("checking", "ready"): files.WORKER,
    ("checking", "faulty"): files.WORKER,
    ("ready", "confirmed"): files.BRINGERS,
    ("ready", "aside"): files.BRINGERS,
    ("confirmed", "taken"): files.WORKER,
    ("confirmed", "faulty"): files.WORKER,
    ("faulty", "aside"): files.BRINGERS,
}


def test_every_state_by_state_by_role_of_a_file_is_as_the_table_says():
    decided = files.WORKFLOW.matrix(ROLES)
    states = len(files.WORKFLOW.states)

    assert len(decided) == states * states * len(ROLES)
    for one in decided:
        assert one.allowed == (one.role in FILE_STEPS.get((one.source, one.target), ())), one


def test_those_who_may_confirm_a_file_are_those_who_hold_the_permission():
    holders = {
        role.id for role in access_table().roles.values() if "delivery.bring_in_figures" in role.grants
    }

    assert holders == files.BRINGERS
