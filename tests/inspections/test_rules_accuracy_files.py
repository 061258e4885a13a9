"""Points written in a spreadsheet: what people type comes back as they meant it, or is told by row (D6)."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document

from oversight.exchange.rules.files import checked
from oversight.inspections.rules.accuracy import Remark, check_remark
from oversight.inspections.rules.accuracy_files import (
    COLUMNS,
    DRAFT,
    FILLED,
    KIND,
    MEANT,
    MOST_POINTS,
    NOTES,
    PASSAGE,
    RATING,
    SAYS,
    SHOULD,
    THEN,
    WHY,
    DraftPassage,
    key_of,
    read_points,
    rows_to_fill,
    sheet_columns,
)
from oversight.inspections.rules.accuracy_states import PointKind
from oversight.kernel.plain_text import many_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import KINDS, LONGEST_CELL, SheetRow, read_sheet, write_sheet

PASSAGES = [
    DraftPassage(3, "foreword-p1", "Foreword", "paragraph", "The unit has 12 staff."),
    DraftPassage(3, "foreword-p2", "Foreword", "paragraph", "=SUM(A1) is how they count."),
    DraftPassage(3, "data-1", "Figures", "data_item", "Seen\n40"),
    DraftPassage(4, "foreword-p1", "Foreword", "paragraph", "The unit has 14 staff."),
]
BY_PLACE = {(one.draft, one.anchor): one for one in PASSAGES}
STANDARDS = {"Leadership": "leadership", "Staffing": "staffing"}
DANGEROUS = ["=1+1", "+44 20", "-5", "@SUM(A1)", "\t=1", "'=1", "＝1", "=cmd|' /C calc'!A0"]


def row(line=2, **changed) -> SheetRow:
    cells = dict.fromkeys(COLUMNS, "") | {
        DRAFT: "3",
        PASSAGE: "foreword-p1",
        SAYS: "The unit has 12 staff.",
        KIND: "Fact that is wrong",
        SHOULD: "It has 14.",
        WHY: "See the rota.",
        THEN: "yes",
    }
    names = {"draft": DRAFT, "passage": PASSAGE, "says": SAYS, "kind": KIND, "meant": MEANT}
    names |= {"should": SHOULD, "why": WHY, "then": THEN, "rating": RATING}
    return SheetRow(line, cells | {names[name]: text for name, text in changed.items()}, {})


def read(*rows, known=None):
    return read_points(rows, passages=BY_PLACE, standards=STANDARDS, known=known or {})


def sheet(kind: str, rows) -> bytes:
    return write_sheet(kind, "Points", sheet_columns(list(STANDARDS)), rows, NOTES)


def reread(kind: str, content: bytes):
    judged = checked(f"points.{kind}", content)
    return read_sheet(kind, judged.content, "points", COLUMNS, most_rows=100)


def clean(text: str) -> str:
    try:
        return many_lines(text, longest=2_000)
    except ValueError:
        return ""


#: What people type: anything that can be typed, and what opens a formula.
WORDS = st.one_of(
    st.sampled_from(DANGEROUS).map(clean),
    st.text(max_size=60).map(clean),
)
REMARKS = st.builds(
    Remark,
    anchor=st.sampled_from(["foreword-p1", "foreword-p2"]),
    kind=st.sampled_from([PointKind.TYPING, PointKind.FACT, PointKind.OMISSION]),
    current=WORDS,
    proposed=WORDS,
    explanation=WORDS,
    at_inspection=st.sampled_from([True, False, None]),
    standard=st.sampled_from(["", "leadership", "staffing"]),
)


def fits(remark: Remark) -> bool:
    if remark.kind is not PointKind.OMISSION and not remark.current:
        return False
    try:
        check_remark(remark, passage_kind="paragraph", evidence=False)
    except Refused:
        return False
    return True


WRITTEN = REMARKS.filter(fits)


def as_row(remark: Remark) -> tuple[str, ...]:
    placed = BY_PLACE[3, remark.anchor]
    names = {held: name for name, held in STANDARDS.items()}
    then = {True: "yes", False: "no", None: ""}[remark.at_inspection]
    rating = names.get(remark.standard, "")
    filled = (remark.kind.words, remark.current, remark.proposed, remark.explanation, then, rating)
    return ("3", placed.anchor, placed.section, placed.text, *filled)


@settings(max_examples=40)
@given(
    st.lists(REMARKS.filter(fits), max_size=6, unique_by=lambda one: key_of(3, one)), st.sampled_from(KINDS)
)
def test_every_point_comes_back_as_it_was_written_from_every_kind_of_file(remarks, kind):
    content = sheet(kind, [as_row(one) for one in remarks])

    found = read_points(reread(kind, content), passages=BY_PLACE, standards=STANDARDS, known={})

    assert found.faults == ()
    assert [one.remark for one in found.points] == remarks
    assert [one.line for one in found.points] == list(range(2, len(remarks) + 2))


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_to_fill_in_says_nothing_until_somebody_does(kind):
    found = read(*reread(kind, sheet(kind, rows_to_fill(PASSAGES))))

    assert (found.points, found.faults, found.silent) == ((), (), len(PASSAGES))


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_in_a_file_that_we_write_is_a_formula(text):
    rows = [("3", text, text, text, *(text,) * len(FILLED))]

    book = openpyxl.load_workbook(io.BytesIO(sheet("xlsx", rows)))
    cells = [cell for line in book["Points"].iter_rows(min_row=2) for cell in line]
    assert {cell.data_type for cell in cells} == {"s"}
    table = Document(io.BytesIO(sheet("ods", rows))).body.get_table(0)
    assert not any(cell.formula for line in table.traverse() for cell in line.traverse())
    assert {cell.type for line in table.traverse() for cell in line.traverse()} == {"string"}
    line = sheet("csv", rows).decode("utf-8-sig").splitlines()[1]
    assert not line.removeprefix("3,").removeprefix('"').startswith(("=", "+", "-", "@", "\t", "＝"))


def test_a_long_passage_is_cut_to_what_a_cell_holds_and_still_recognised():
    long = DraftPassage(3, "long", "Foreword", "paragraph", "word " * 10_000)
    cells = dict(zip(COLUMNS, next(iter(rows_to_fill([long]))), strict=True))
    cells |= {KIND: "typing", SHOULD: "Shorter"}
    assert len(cells[SAYS]) == LONGEST_CELL

    found = read_points([SheetRow(2, cells, {})], passages={(3, "long"): long}, standards={}, known={})

    assert found.faults == ()
    assert found.points[0].remark.current == long.text


@pytest.mark.parametrize(
    ("changed", "column", "says"),
    [
        ({"draft": "5"}, DRAFT, "3 or 4"),
        ({"draft": "three"}, DRAFT, "3 or 4"),
        ({"draft": ""}, DRAFT, "3 or 4"),
        ({"draft": "4", "passage": "foreword-p2"}, PASSAGE, "no such passage"),
        ({"passage": ""}, PASSAGE, "no such passage"),
        ({"passage": "foreword-p2"}, SAYS, "not what that passage says"),
        ({"draft": "4"}, SAYS, "not what that passage says"),
        ({"kind": "wrong"}, KIND, "Typing error"),
        ({"kind": ""}, KIND, "Typing error"),
        ({"then": "maybe"}, THEN, "yes or no"),
        ({"then": ""}, THEN, "whether it was so"),
        ({"rating": "Court work"}, RATING, "Leadership or Staffing"),
        ({"should": ""}, SHOULD, "words you propose"),
        ({"should": "The unit has 12 staff."}, SHOULD, "Change what should change"),
        ({"why": ""}, WHY, "what shows it"),
        ({"kind": "Objection to publishing data"}, KIND, "table or figure"),
        ({"why": "a\u202eb"}, WHY, "direction"),
    ],
)
def test_every_fault_is_told_by_row_and_column(changed, column, says):
    found = read(row(7, **changed))

    assert found.points == ()
    assert [(one.line, one.column) for one in found.faults] == [(7, column)]
    assert says in found.faults[0].what_to_do


def test_several_faults_of_a_row_are_told_at_once():
    found = read(row(2, kind="x", then="x", rating="x"))
    assert [one.column for one in found.faults] == [KIND, THEN, RATING]
    found = read(row(2, then="x", why=""))
    assert [one.column for one in found.faults] == [THEN, WHY]


TYPED = st.one_of(
    st.sampled_from(["", "3", "4", "foreword-p1", "typing", "fact", "yes", "no", "Leadership"]),
    st.text(max_size=12),
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, TYPED)), max_size=4))
def test_a_row_is_silent_told_or_taken_whatever_is_typed(listed):
    found = read(*(SheetRow(line, cells, {}) for line, cells in enumerate(listed, start=2)))

    told, taken = {one.line for one in found.faults}, {one.line for one in found.points}
    assert not told & taken
    assert len(told) + len(taken) + found.silent == len(listed)
    for one in found.points:
        check_remark(one.remark, passage_kind=BY_PLACE[one.draft, one.remark.anchor].kind, evidence=False)


def test_words_left_empty_mean_the_whole_passage_or_nothing_for_what_is_left_out():
    fact, omission = read(row(), row(3, kind="omission", should="Partners")).points
    assert fact.remark.current == "The unit has 12 staff."
    assert omission.remark.current == ""
    objection = read(row(passage="data-1", says="Seen 40", kind="objection", should="", then="")).points[0]
    assert objection.remark.current == "Seen\n40"


def test_the_same_point_twice_is_told_in_the_file_and_against_what_is_written():
    assert "Line 2" in read(row(2), row(3)).faults[0].what_to_do
    assert read(row(2), row(3, should="It has 15.")).faults == ()
    held = read(row()).points[0].key
    assert "Point 12" in read(row(), known={held: 12}).faults[0].what_to_do


def test_too_many_points_are_told_and_none_is_taken():
    found = read(*(row(line, should=f"It has {line}.") for line in range(2, MOST_POINTS + 3)))
    assert "Split the file" in found.faults[-1].what_to_do


def filled_in(value, number_format="General") -> bytes:
    """A workbook as somebody saves it after typing in a cell."""
    book = openpyxl.load_workbook(io.BytesIO(sheet("xlsx", rows_to_fill(PASSAGES))))
    cell = book["Points"].cell(2, COLUMNS.index(SHOULD) + 1)
    cell.value, cell.number_format = value, number_format
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("value", "shown", "what"),
    [
        ("=1+1", "General", "a formula"),
        (date(2026, 3, 1), "DD/MM/YYYY", "a date"),
        (0.12, "0%", "a number that the spreadsheet shows in its own way"),
        (True, "General", "yes or no as the spreadsheet says it"),
    ],
)
def test_what_is_no_text_in_a_cell_is_told(value, shown, what):
    found = read(*reread("xlsx", filled_in(value, shown)))
    assert (found.faults[0].line, found.faults[0].column, found.faults[0].found) == (2, SHOULD, what)


@pytest.mark.parametrize(("value", "text"), [(14, "14"), (2.5, "2.5"), (3.0, "3")])
def test_a_plain_number_in_a_cell_is_taken_as_its_text(value, text):
    assert reread("xlsx", filled_in(value))[0].cells[SHOULD] == text


def test_a_file_with_semicolons_and_other_columns_in_another_order_is_read():
    heading = [*reversed(COLUMNS), "Our notes"]
    cells = {**row().cells, "Our notes": "x"}
    text = ";".join(heading) + "\n" + ";".join(cells[name] for name in heading)
    found = read(*read_sheet("csv", text.encode(), "a.csv", COLUMNS, most_rows=5))
    assert len(found.points) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("columns", [COLUMNS[:-1], (*COLUMNS, DRAFT)])
def test_a_heading_that_is_missing_or_there_twice_is_refused(kind, columns):
    from oversight.kernel.sheets import SheetColumn

    content = write_sheet(kind, "Points", [SheetColumn(name) for name in columns], [["x"] * len(columns)])
    with pytest.raises(Refused, match="the column"):
        read_sheet(kind, content, "a", COLUMNS, most_rows=5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_too_many_rows_is_refused(kind):
    rows = [["x"] * len(COLUMNS)] * 6
    content = write_sheet(kind, "Points", sheet_columns([]), rows)
    assert len(read_sheet(kind, content, "a", COLUMNS, most_rows=6)) == 6
    with pytest.raises(Refused, match="more than 5 rows"):
        read_sheet(kind, content, "a", COLUMNS, most_rows=5)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_table_is_refused(kind):
    for content in (b"", b"not a table"):
        with pytest.raises((Refused, OSError, Exception)) as refused:
            reread(kind, content)
        assert isinstance(refused.value, Refused)


def test_a_table_whose_empty_rows_run_to_the_edge_of_the_sheet_is_read_quickly():
    content = sheet("ods", rows_to_fill(PASSAGES))
    document = Document(io.BytesIO(content))
    table = document.body.get_table(0)
    last = table.get_row(4)
    last.clear()
    last.repeated = 1_048_000
    table.append(last)
    made = io.BytesIO()
    document.save(made)
    with pytest.raises(Refused, match="more than 100 rows"):
        reread("ods", made.getvalue())
