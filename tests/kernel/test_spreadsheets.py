"""Exported cells are safe to open in a spreadsheet, and read back as they were."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oversight.kernel.spreadsheets import raw_cell, safe_cell

texts = st.text() | st.text(alphabet="'=+-@\t\r\n aＡ＝0", max_size=6)


@given(texts)
@example("'=1+1")
@example("''")
@example("'tis")
def test_a_cell_reads_back_as_it_was(text):
    assert raw_cell(safe_cell(text)) == text


@given(texts)
@example(" \n")
def test_no_text_opens_a_formula(text):
    cell = safe_cell(text)

    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("  @SUM(1)", "'  @SUM(1)"),
        ("-5", "'-5"),
        (-5, "-5"),
        (Decimal("-0.5"), "-0.5"),
        ("East Kent", "East Kent"),
        ("a=b", "a=b"),
        ("'tis", "'tis"),
        ("", ""),
        (None, ""),
        (date(2026, 3, 16), "2026-03-16"),
        (True, "yes"),
        (False, "no"),
    ],
)
def test_what_is_written(value, cell):
    assert safe_cell(value) == cell
