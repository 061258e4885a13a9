"""Tables as spreadsheets, written and read: XLSX, OpenDocument and CSV, and nothing in them ever runs.

Text that a spreadsheet would take for a formula is written as text; a formula, a date or a formatted number
that somebody left in a cell is told by row, because what it looks like is not what it holds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Final

from odfdo import Document, Table
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from oversight.kernel.refusals import Refused
from oversight.kernel.spreadsheets import raw_cell, safe_cell

#: Kinds of file, by how their names end.
KINDS: Final = ("xlsx", "ods", "csv")
#: Most characters that a cell of a spreadsheet holds, with room to spare.
#: https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
LONGEST_CELL: Final = 32_000
_MARK: Final = "\ufeff"
_MOST_COLUMNS: Final = 64
_LONGEST_HEADING: Final = 100
_WIDE, _NARROW = 48, 16
#: Choices that a spreadsheet offers in a cell are kept in one formula of at most this length.
_LONGEST_CHOICES: Final = 255


@dataclass(frozen=True)
class SheetColumn:
    """A column of a table.

    Args:
        name: What its heading says.
        wide: Whether it holds long texts.
        choices: What it may hold, where a spreadsheet can offer that; none for any text.
    """

    name: str
    wide: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetRow:
    """A row as read.

    Args:
        line: Its number in the file, counted from 1 with the heading.
        cells: Text by column.
        unreadable: What cannot be taken as text, by column: what is there, in words.
    """

    line: int
    cells: Mapping[str, str]
    unreadable: Mapping[str, str]


def write_sheet(
    kind: str,
    title: str,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[str]],
    notes: Sequence[str] = (),
) -> bytes:
    """Give a table as a file.

    Args:
        kind: One of ``KINDS``.
        title: Name of the sheet.
        columns: Its columns, in order.
        rows: Its rows, text by column; a cell longer than ``LONGEST_CELL`` is cut.
        notes: What to know before filling it in, on a sheet of its own; a CSV file has no room for it.
    """
    cut = ([cell[:LONGEST_CELL] for cell in row] for row in rows)
    writers = {"xlsx": _write_xlsx, "ods": _write_ods, "csv": _write_csv}
    return writers[kind](title, columns, cut, notes)


def _write_csv(
    title: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[str]], notes: Sequence[str]
) -> bytes:
    del title, notes
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([column.name for column in columns])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (_MARK + made.getvalue()).encode()


def _write_xlsx(
    title: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[str]], notes: Sequence[str]
) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    last = 1
    for place, column in enumerate(columns, start=1):
        _put(sheet, 1, place, column.name).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = _WIDE if column.wide else _NARROW
    for last, row in enumerate(rows, start=2):
        for place, text in enumerate(row, start=1):
            _put(sheet, last, place, text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        offered = '"' + ",".join(column.choices) + '"'
        fits = not any("," in choice or '"' in choice for choice in column.choices)
        if column.choices and fits and len(offered) <= _LONGEST_CHOICES:
            letter = get_column_letter(place)
            # Excel refuses a range that ends before the first row that can be filled in.
            validation = DataValidation(type="list", formula1=offered, allow_blank=True)
            sheet.add_data_validation(validation)
            validation.add(f"{letter}2:{letter}{max(last, 2) + 500}")
    if notes:
        guide = book.create_sheet("How to fill it in")
        guide.column_dimensions["A"].width = 100
        for line, text in enumerate(notes, start=1):
            _put(guide, line, 1, text).alignment = Alignment(wrap_text=True)
    book.properties.title, book.properties.language = title, "en-GB"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _put(sheet: Worksheet, line: int, place: int, text: str) -> Any:
    cell: Any = sheet.cell(line, place)
    # Said outright: left to itself the library takes text that opens with “=” for a formula.
    cell.value, cell.data_type = text or None, "s"
    if not text:
        cell.data_type = "n"
    return cell


def _write_ods(
    title: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[str]], notes: Sequence[str]
) -> bytes:
    document = Document("spreadsheet")
    document.body.clear()
    table = Table(title)
    table.set_values([[column.name for column in columns], *(list(row) for row in rows)])
    document.body.append(table)
    if notes:
        guide = Table("How to fill it in")
        guide.set_values([[text] for text in notes])
        document.body.append(guide)
    document.meta.title, document.meta.language = title, "en-GB"
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def read_sheet(
    kind: str, content: bytes, name: str, columns: Sequence[str], *, most_rows: int
) -> tuple[SheetRow, ...]:
    """Read the first sheet of a file whose content was judged already.

    Args:
        kind: One of ``KINDS``.
        content: The file.
        name: Its name, for messages.
        columns: Headings that it must have, in any order; others are left alone.
        most_rows: Most rows that are read.

    Raises:
        Refused: Rule ``data_file``; field ``file``: a heading is missing or there twice, there are too many
            rows, or it cannot be read.
    """
    lines = _read_lines(kind, content, name, most_rows, dates=False)
    heading = [text.strip() for text, _ in lines[0]] if lines else []
    for column in columns:
        if heading.count(column) != 1:
            wrong = "is there more than once" if column in heading else "is missing"
            raise _refused(
                f"{name}: the column “{column}” {wrong}.",
                "Use the file that you downloaded here, with its headings.",
            )
    _check_rows(lines, name, most_rows)
    places = {column: heading.index(column) for column in columns}
    found = []
    for line, row in enumerate(lines[1:], start=2):
        held = {column: row[place] if place < len(row) else ("", "") for column, place in places.items()}
        if any(text or what for text, what in held.values()):
            found.append(
                SheetRow(
                    line,
                    {column: text for column, (text, _) in held.items()},
                    {column: what for column, (_, what) in held.items() if what},
                )
            )
    return tuple(found)


@dataclass(frozen=True)
class AnyTable:
    """A table whose columns somebody else chose.

    Args:
        headings: What its columns are called, each once; a column without a heading has its place as a name.
        rows: Its rows, by those headings.
    """

    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_any_table(kind: str, content: bytes, name: str, *, most_rows: int) -> AnyTable:
    """Read the first sheet of a file whatever its columns are; a date that a cell holds is given as ISO text.

    Args:
        kind: One of ``KINDS``.
        content: The file, whose content was judged already.
        name: Its name, for messages.
        most_rows: Most rows that are read.

    Raises:
        Refused: Rule ``data_file``; field ``file``: it has no heading or no row, a heading is there twice,
            there are too many rows, or it cannot be read.
    """
    lines = _read_lines(kind, content, name, most_rows, dates=True)
    _check_rows(lines, name, most_rows)
    width = max((place for line in lines for place, cell in enumerate(line, start=1) if any(cell)), default=0)
    given = [" ".join(text.split())[:_LONGEST_HEADING] for text, _ in lines[0]] if lines else []
    given = [*given, *[""] * (width - len(given))][:width]
    if not any(given):
        raise _refused(f"{name} has no headings in its first row.", "Give each column a heading.")
    headings = tuple(
        text or f"Column {get_column_letter(place)}" for place, text in enumerate(given, start=1)
    )
    twice = next((text for text in headings if headings.count(text) > 1), "")
    if twice:
        raise _refused(f"{name}: the column “{twice}” is there more than once.", "Give each its own heading.")
    rows = tuple(
        SheetRow(
            line,
            {heading: row[place][0] if place < len(row) else "" for place, heading in enumerate(headings)},
            {
                heading: row[place][1]
                for place, heading in enumerate(headings)
                if place < len(row) and row[place][1]
            },
        )
        for line, row in enumerate(lines[1:], start=2)
        if any(any(cell) for cell in row)
    )
    if not rows:
        raise _refused(f"{name} has headings and no rows.", "Fill in at least one row.")
    return AnyTable(headings, rows)


def _read_lines(kind: str, content: bytes, name: str, most_rows: int, *, dates: bool) -> list[list[_Cell]]:
    readers = {"xlsx": _read_xlsx, "ods": _read_ods, "csv": _read_csv}
    try:
        # One heading, the rows, and one more row to tell that there are too many.
        return list(islice(readers[kind](content, dates), most_rows + 2))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, csv.Error) as fault:
        raise _refused(f"{name} cannot be read as a table.", "Save it anew and choose it again.") from fault


def _check_rows(lines: Sequence[object], name: str, most_rows: int) -> None:
    if len(lines) > most_rows + 1:
        raise _refused(f"{name} has more than {most_rows:,} rows.", "Split it into several files.")


def _refused(why: str, what_next: str) -> Refused:
    return Refused("data_file", why, what_next, field="file")


#: A cell as read: its text, and what makes it unreadable as text, in words.
_Cell = tuple[str, str]


def _read_csv(content: bytes, dates: bool) -> Iterator[list[_Cell]]:
    del dates
    text = content.decode("utf-8-sig")
    # Spreadsheets set to another language separate with semicolons.
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for row in reader:
        yield [(raw_cell(cell), "") for cell in row]


def _read_xlsx(content: bytes, dates: bool) -> Iterator[list[_Cell]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        for row in book.worksheets[0].iter_rows():
            yield [_from_xlsx(cell, dates) for cell in islice(row, _MOST_COLUMNS)]
    finally:
        book.close()


def _from_xlsx(cell: Any, dates: bool) -> _Cell:
    value, kind = cell.value, cell.data_type
    if value is None:
        return "", ""
    if kind == "f":
        return "", "a formula"
    if kind in {"s", "inlineStr"} and isinstance(value, str):
        return value, ""
    if dates and kind == "d":
        return _date(value)
    if kind == "n" and not isinstance(value, bool) and isinstance(value, int | float):
        return _number(value, plain=cell.number_format in {"General", "@", "0"})
    words = {"d": "a date", "b": "yes or no as the spreadsheet says it", "e": "an error"}
    return "", words.get(kind, "something that is no text")


def _number(value: float, *, plain: bool) -> _Cell:
    if not plain:
        return "", "a number that the spreadsheet shows in its own way"
    return str(int(value)) if float(value).is_integer() else repr(float(value)), ""


def _date(value: object) -> _Cell:
    if isinstance(value, datetime) and value.time() != time.min:
        return "", "a date with a time"
    if isinstance(value, datetime):
        value = value.date()
    return (value.isoformat(), "") if isinstance(value, date) else ("", "a time")


def _read_ods(content: bytes, dates: bool) -> Iterator[list[_Cell]]:
    table = Document(io.BytesIO(content)).body.get_table(0)
    if table is None:
        return
    for row in table.traverse():
        # A row ends in one cell that is repeated to the edge of the sheet; nothing is read from there.
        yield [_from_ods_cell(cell, dates) for cell in islice(row.traverse(), _MOST_COLUMNS)]


def _from_ods_cell(cell: Any, dates: bool) -> _Cell:
    kind = cell.type
    if cell.formula:
        return "", "a formula"
    if kind in {None, "string"}:
        text = "\n".join(part.text_recursive for part in cell.get_elements("text:p"))
        return text, ""
    if dates and kind == "date":
        return _date(cell.value)
    if kind == "float" and cell.style is None:
        return _number(float(cell.value), plain=True)
    words = {"date": "a date", "boolean": "yes or no as the spreadsheet says it"}
    return "", words.get(kind, "a number that the spreadsheet shows in its own way")
