"""Small numbers hidden so that nobody can work them out (D7, ¶32)."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.inspections.rules.data_items import ItemFacts, Level, Measure, Placement, Table
from oversight.inspections.rules.data_tables import read_table, shown, table_text
from oversight.kernel.suppression import (
    Counts,
    SuppressionRule,
    derivable,
    hidden,
    suppression_rule,
)

RULE = SuppressionRule(5, shows_nought=True, force="must", unverified="")


def with_totals(inner, *, row: bool, column: bool) -> Counts:
    cells = [list(one) for one in inner]
    if column:
        cells = [[*one, sum(one)] for one in cells]
    if row:
        cells.append([sum(one) for one in zip(*cells, strict=True)])
    return Counts(tuple(map(tuple, cells)), total_row=row, total_column=column)


def tables(largest: int, most: int = 4):
    sizes = st.tuples(st.integers(1, most), st.integers(1, most))
    inner = sizes.flatmap(
        lambda size: st.lists(
            st.lists(st.integers(0, largest), min_size=size[1], max_size=size[1]),
            min_size=size[0],
            max_size=size[0],
        )
    )
    return st.builds(
        lambda cells, row, column: with_totals(cells, row=row, column=column),
        inner,
        st.booleans(),
        st.booleans(),
    )


def possible_values(counts: Counts, concealed) -> dict:
    """Every value that each hidden inner number can have for all that is shown, found by trying them all."""
    rows = len(counts.cells) - counts.total_row
    columns = len(counts.cells[0]) - counts.total_column
    free = [one for one in concealed if one[0] < rows and one[1] < columns]
    found: dict = {one: set() for one in concealed}
    top = max(max(row) for row in counts.cells) + 1
    for values in product(range(top + 1), repeat=len(free)):
        inner = [list(row[:columns]) for row in counts.cells[:rows]]
        for (row, column), value in zip(free, values, strict=True):
            inner[row][column] = value
        tried = with_totals(inner, row=counts.total_row, column=counts.total_column)
        if all(
            tried.cells[row][column] == counts.cells[row][column]
            for row, column in counts.places
            if (row, column) not in concealed
        ):
            for row, column in concealed:
                found[row, column].add(tried.cells[row][column])
    return found


@given(tables(largest=12, most=5))
@settings(max_examples=300)
def test_no_hidden_number_can_be_worked_out(counts):
    concealed = hidden(counts, RULE)

    assert not derivable(counts, concealed)
    for row, column in counts.places:
        assert (row, column) in concealed or not RULE.hides(counts.cells[row][column])


@given(tables(largest=3, most=2))
@settings(max_examples=120, deadline=None)
def test_trying_every_table_finds_no_certain_number(counts):
    concealed = hidden(counts, SuppressionRule(2, shows_nought=True, force="must", unverified=""))
    found = possible_values(counts, concealed)

    assert all(len(values) > 1 for values in found.values())


@given(tables(largest=3, most=2), st.data())
@settings(max_examples=120, deadline=None)
def test_what_can_be_worked_out_is_told_as_trying_every_table_does(counts, data):
    places = list(counts.places)
    concealed = frozenset(data.draw(st.lists(st.sampled_from(places), max_size=5, unique=True)))
    found = possible_values(counts, concealed)

    assert derivable(counts, concealed) == {place for place, values in found.items() if len(values) == 1}


@given(tables(largest=60))
def test_a_table_without_small_numbers_is_shown_whole(counts):
    small = any(RULE.hides(counts.cells[row][column]) for row, column in counts.places)

    assert small or not hidden(counts, RULE)


def test_one_small_number_in_a_row_with_its_total_takes_a_second_with_it():
    counts = with_totals([[3, 20, 40]], row=False, column=True)

    assert hidden(counts, RULE) == {(0, 0), (0, 1)}


def test_the_smallest_neighbours_are_hidden_and_totals_stay():
    counts = with_totals([[3, 20, 40], [30, 10, 50], [60, 70, 80]], row=True, column=True)

    assert hidden(counts, RULE) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_noughts_that_give_a_number_away_are_no_cover():
    counts = with_totals([[1, 0, 9], [0, 0, 9], [9, 9, 9]], row=True, column=True)
    concealed = hidden(counts, RULE)

    assert not derivable(counts, concealed)
    assert derivable(counts, {(0, 0), (0, 1), (1, 0), (1, 1)})


def test_a_lone_small_number_takes_its_total_with_it():
    assert hidden(with_totals([[3]], row=False, column=True), RULE) == {(0, 0), (0, 1)}


def test_the_rule_in_use_is_data_with_its_label():
    rule = suppression_rule()

    assert rule.hides(rule.least - 1)
    assert not rule.hides(rule.least)
    assert rule.force == "must"
    assert rule.unverified


def facts(text: str, measure=Measure.COUNTS) -> ItemFacts:
    read = read_table(text, measure)
    assert read.faults == ()
    return ItemFacts(
        title="Cases",
        level=Level.UNIT,
        measure=measure,
        owner="hmpps",
        source="Return",
        as_of=date(2026, 3, 1),
        published=True,
        placement=Placement.TEXT,
        reason="",
        table=read.table,
    )


def test_hidden_numbers_are_left_out_and_the_note_says_what_they_are():
    told = shown(facts("Team,Men,Women,Total\nA,30,3,33\nB,12,9,21\nTotal,42,12,54"), RULE)

    assert told.rows[0] == ("A", None, None, "33")
    assert told.rows[1] == ("B", None, None, "21")
    assert "below 5 are hidden" in told.note


def test_a_rate_that_rests_on_few_is_hidden_with_what_it_rests_on():
    told = shown(facts("Team,On time,Base\nA,50%,4\nB,75%,80\nC,60%,90", Measure.RATES), RULE)

    assert told.rows[0] == ("A", None, None)
    assert told.rows[1] == ("B", "75%", "80")


def test_figures_that_are_not_about_people_are_shown_as_they_are():
    told = shown(facts("Office,Rooms\nA,2", Measure.OTHER), RULE)

    assert (told.rows, told.note) == ((("A", "2"),), "")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, ""),
        ("Team,Men", 1, ""),
        ("Team,Men,Men\nA,1,2", 1, "Men"),
        ("Team,Men\nA,1,2", 2, ""),
        ("Team,Men\n,1", 2, "Team"),
        ("Team,Men\nA,1\nA,2", 3, "Team"),
        ("Team,Men\nA,-1", 2, "Men"),
        ("Team,Men\nA,1.5", 2, "Men"),
        ("Team,Men\nA,", 2, "Men"),
        ("Team,Men\n\nA,5\nTotal,6", 4, "Men"),
        ("Team,Men,Women,Total\nA,5,6,12", 2, "Total"),
        ('Team,Men\nA,"1', 1, ""),
    ],
)
def test_a_fault_is_named_by_line_and_column(text, line, column):
    fault = read_table(text, Measure.COUNTS).faults[0]

    assert (fault.line, fault.column) == (line, column)
    assert fault.what_to_do


def test_rates_need_the_numbers_that_they_rest_on():
    assert "Base" in read_table("Team,On time\nA,50%", Measure.RATES).faults[0].found
    assert read_table("Team,On time,Base\nA,most,9", Measure.RATES).faults[0].column == "On time"


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=20), max_size=30
    )
)
def test_whatever_is_pasted_is_read_whole_or_its_faults_are_named(cells):
    pasted = "\n".join(",".join(cells[place : place + 3]) for place in range(0, len(cells), 3))

    found = read_table(pasted, Measure.COUNTS)

    assert found.faults or all(len(row) == len(found.table.columns) for row in found.table.rows)
    assert all(one.line >= 1 and one.what_to_do for one in found.faults)


def test_what_is_written_is_read_back():
    table = Table(("Team", "Men, all"), (("A “x”", "1,200"),))

    assert read_table(table_text(table), Measure.COUNTS).table == table
