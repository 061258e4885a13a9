"""Tables whose columns somebody else chose: what is read of them, and what is refused."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import KINDS, SheetColumn, read_any_table, write_sheet

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)


def workbook(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_what_is_written_is_read_back_cell_by_cell(kind, rows):
    content = write_sheet(kind, "Any", [SheetColumn("One"), SheetColumn("Two")], rows)

    table = read_any_table(kind, content, "any", most_rows=10)

    assert table.headings == ("One", "Two")
    assert [tuple(row.cells.values()) for row in table.rows] == rows
    assert [row.line for row in table.rows] == list(range(2, len(rows) + 2))


def test_a_date_in_a_cell_is_a_date_and_a_formula_is_told():
    content = workbook(["By when", None, "Sum"], [date(2026, 3, 1), "x", "=1+1"])

    table = read_any_table("xlsx", content, "plan.xlsx", most_rows=10)

    assert table.headings == ("By when", "Column B", "Sum")
    assert table.rows[0].cells == {"By when": date(2026, 3, 1).isoformat(), "Column B": "x", "Sum": ""}
    assert table.rows[0].unreadable == {"Sum": "a formula"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"A;A\n1;2\n", "more than once"),
        (b"A;B\n", "no rows"),
        (b"\n1,2\n", "no headings"),
        (b"A\n1\n2\n3\n4\n", "more than 3 rows"),
        (b'A,"B\n1', "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused(content, told):
    with pytest.raises(Refused, match=told):
        read_any_table("csv", content, "plan.csv", most_rows=3)
