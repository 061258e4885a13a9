"""The figures of a data item: read from CSV, each fault by row, and shown with small numbers hidden (¶32)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from oversight.inspections.rules.data_items import ItemFacts, Measure, Table
from oversight.kernel.suppression import Counts, SuppressionRule, hidden, suppression_rule

MOST_ROWS: Final = 60
MOST_COLUMNS: Final = 15
LONGEST_CELL: Final = 200
LARGEST: Final = 10**9
TOTAL: Final = "total"
BASE: Final = "base"


@dataclass(frozen=True)
class TableFault:
    """What is wrong in a cell, fit to show: line of the file, column, what was found, what to do."""

    line: int
    column: str
    found: str
    what_to_do: str


@dataclass(frozen=True)
class TableFile:
    """Figures as read, and what has to be corrected before they can be used."""

    table: Table
    faults: tuple[TableFault, ...]


@dataclass(frozen=True)
class ShownTable:
    """Figures as a reader sees them: None for a hidden one, and a note on what hidden ones are."""

    rows: tuple[tuple[str | None, ...], ...]
    note: str


def read_table(text: str, measure: Measure) -> TableFile:
    """Read the figures of a data item.

    Args:
        text: CSV. The first line names the columns; the first cell of each row names it. A last row or column
            called "Total" adds up the others.
        measure: What kind of figures they are.
    """
    try:
        lines = list(csv.reader(io.StringIO(text.strip("\ufeff\n\r")), strict=True))
    except csv.Error as error:
        return _unread(
            f"This is not CSV: {error}.", "Correct it, or copy the cells from a spreadsheet again."
        )
    placed = [(number, row) for number, row in enumerate(lines, start=1) if any(cell.strip() for cell in row)]
    if len(placed) < 2 or len(placed[0][1]) < 2:
        return _unread("There is no table.", "Enter a heading line and at least one row of two cells.")
    if len(placed) - 1 > MOST_ROWS or len(placed[0][1]) > MOST_COLUMNS:
        return _unread(
            f"The table is larger than {MOST_ROWS} rows and {MOST_COLUMNS} columns.",
            "Split it into several data items.",
        )
    columns = tuple(cell.strip() for cell in placed[0][1])
    rows = tuple(tuple(cell.strip() for cell in row) for _, row in placed[1:])
    numbers = [number for number, _ in placed[1:]]
    table = Table(columns, rows)
    faults = tuple(_heading_faults(columns)) or tuple(_shape_faults(table, numbers))
    if not faults:
        faults = tuple(_faults_of(table, numbers, measure))
    return TableFile(table, faults)


def table_text(table: Table) -> str:
    """Write figures as the CSV that they are read from."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([table.columns, *table.rows])
    return written.getvalue()


def _unread(why: str, what_to_do: str) -> TableFile:
    return TableFile(Table((), ()), (TableFault(1, "", why, what_to_do),))


def _heading_faults(columns: Sequence[str]) -> Iterator[TableFault]:
    for place, column in enumerate(columns, start=1):
        if not column or len(column) > LONGEST_CELL:
            yield TableFault(1, f"column {place}", "No heading, or a very long one", "Name it shortly.")
        elif column in columns[: place - 1]:
            yield TableFault(1, column, "Two columns are called so", "Rename one of them.")


def _shape_faults(table: Table, numbers: Sequence[int]) -> Iterator[TableFault]:
    names: set[str] = set()
    for line, row in zip(numbers, table.rows, strict=True):
        if len(row) != len(table.columns):
            yield TableFault(
                line, "", f"{len(row)} cells, {len(table.columns)} columns", "Give every column one cell."
            )
            continue
        if not row[0]:
            yield TableFault(line, table.columns[0], "No name", "Name the row.")
        if row[0] in names:
            yield TableFault(line, table.columns[0], row[0][:80], "Two rows are called so; rename one.")
        names.add(row[0])
        for column, cell in zip(table.columns, row, strict=True):
            if len(cell) > LONGEST_CELL or not cell.isprintable():
                yield TableFault(line, column, cell[:40], f"Enter at most {LONGEST_CELL} plain characters.")


def _faults_of(table: Table, numbers: Sequence[int], measure: Measure) -> Iterator[TableFault]:
    if measure is Measure.COUNTS:
        yield from _count_faults(table, numbers, range(1, len(table.columns)))
    elif measure is Measure.RATES:
        base = _base(table)
        if base is None:
            yield TableFault(
                1, "", "No column “Base”", "Add one: how many people or cases each row rests on."
            )
            return
        yield from _count_faults(table, numbers, [base])
        for line, row in zip(numbers, table.rows, strict=True):
            for place, cell in enumerate(row[1:], start=1):
                if place != base and not _is_number(cell):
                    yield TableFault(
                        line, table.columns[place], cell[:80], "Enter a number, such as 42 or 42%."
                    )


def _count_faults(table: Table, numbers: Sequence[int], places: Sequence[int]) -> Iterator[TableFault]:
    wrong = False
    for line, row in zip(numbers, table.rows, strict=True):
        for place in places:
            if _count(row[place]) is None:
                wrong = True
                yield TableFault(
                    line, table.columns[place], row[place][:80], "Enter a whole number, nought or more."
                )
    if wrong:
        return
    counts = _counts(table, places)
    for at, column in counts.faults():
        yield TableFault(
            numbers[at],
            table.columns[list(places)[column]],
            table.rows[at][list(places)[column]],
            "A total has to add up the numbers before it: correct one of them.",
        )


def _count(cell: str) -> int | None:
    plain = cell.replace(",", "")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > len(str(LARGEST)):
        return None
    return int(plain)


def _is_number(cell: str) -> bool:
    try:
        return Decimal(cell.removesuffix("%").replace(",", "").strip()).is_finite()
    except InvalidOperation:
        return False


def _base(table: Table) -> int | None:
    found = [place for place, column in enumerate(table.columns) if column.casefold() == BASE and place]
    return found[0] if found else None


def _counts(table: Table, places: Sequence[int]) -> Counts:
    return Counts(
        tuple(tuple(_count(row[place]) or 0 for place in places) for row in table.rows),
        total_row=len(table.rows) > 1 and table.rows[-1][0].casefold() == TOTAL,
        total_column=len(places) > 1 and table.columns[places[-1]].casefold() == TOTAL,
    )


def shown(facts: ItemFacts, rule: SuppressionRule | None = None) -> ShownTable:
    """Give the figures of a data item as a reader sees them.

    In a table of rates a row is hidden whole when the number it rests on is: the one tells of the other.

    Args:
        facts: The data item; its figures have no faults.
        rule: How small a number is hidden; the rule in use when not given.
    """
    used, table = rule or suppression_rule(), facts.table
    if facts.measure is Measure.OTHER:
        return ShownTable(table.rows, "")
    if facts.measure is Measure.COUNTS:
        concealed = {
            (row, column + 1) for row, column in hidden(_counts(table, range(1, len(table.columns))), used)
        }
    else:
        base = _base(table)
        assert base is not None
        rows = {row for row, _ in hidden(_counts(table, [base]), used)}
        concealed = {(row, column) for row in rows for column in range(1, len(table.columns))}
    told = tuple(
        tuple(None if (row, column) in concealed else cell for column, cell in enumerate(cells))
        for row, cells in enumerate(table.rows)
    )
    return ShownTable(told, _note(used) if concealed else "")


def _note(rule: SuppressionRule) -> str:
    flag = " (this threshold is not confirmed by a published source)" if rule.unverified else ""
    first = "Numbers" if rule.shows_nought else "Numbers, nought among them,"
    return f"{first} below {rule.least} are hidden, and others from which these could be worked out{flag}."
