"""A whole plan as files: tables for a spreadsheet, and a Word document readable by ear (E3, E6).

The first date and every date approved since stand side by side, so that nobody has to look for how often a
date moved. Nothing that somebody typed becomes a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

import docx
import xlsxwriter  # type: ignore[import-untyped]  # has no types of its own
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from odfdo import Document, Table

from oversight.kernel.refusals import Refused
from oversight.kernel.spreadsheets import Cell
from oversight.kernel.words import day_in_words

_LANGUAGE: Final = "en-GB"
#: Most characters of a cell. https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
_LONGEST_CELL: Final = 32_000
_PAGE_WIDTH: Final = 25.7


@dataclass(frozen=True)
class Rows:
    """Rows that are read anew, and only as they are needed, each time that they are walked."""

    read: Callable[[], Iterator[tuple[Cell, ...]]]

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        """Walk them."""
        return self.read()


@dataclass(frozen=True)
class Sheet:
    """A table.

    Args:
        title: What it is called.
        columns: Its headings, with how much room each needs beside the others.
        rows: Its rows.
        empty: What is said when there are none.
    """

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: Iterable[tuple[Cell, ...]]
    empty: str

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings alone."""
        return tuple(name for name, _ in self.columns)

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The rows as people read them."""
        return tuple(tuple(in_words(cell) for cell in row) for row in self.rows)

    @property
    def filled(self) -> tuple[int, ...]:
        """Places of the columns in which a row says something: an empty one only takes room from others."""
        return tuple(place for place in range(len(self.columns)) if any(row[place] for row in self.words))


@dataclass(frozen=True)
class PlanDocument:
    """A plan as it leaves the service.

    Args:
        title: Its title.
        facts: What stands above the tables, as names and values.
        sheets: Its tables; the first holds its actions, one a row.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]


def in_words(cell: Cell) -> str:
    """Give a cell as people read it."""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, date):
        return day_in_words(cell)
    return "" if cell is None else str(cell)


def held(document: PlanDocument, most: int) -> PlanDocument:
    """Give a document with its rows read, for a file that has to be made as a whole.

    Args:
        document: What becomes a file.
        most: How many rows of all its tables together are taken.

    Raises:
        Refused: Rule ``plan_file``: it has more.
    """
    left, sheets = most, []
    for sheet in document.sheets:
        rows = tuple(islice(sheet.rows, left + 1))
        left -= len(rows)
        if left < 0:
            raise Refused(
                "plan_file",
                f"The plan has more than {most:,} rows, which take too long to set in this form.",
                "Download the Excel workbook, which holds the same in any length.",
            )
        sheets.append(replace(sheet, rows=rows))
    return replace(document, sheets=tuple(sheets))


def write_xlsx(document: PlanDocument, file: IO[bytes]) -> None:
    """Write the whole plan as a workbook, a sheet for each table and one for the facts, a row at a time."""
    with _workbook(file) as book:
        book.set_properties({"title": document.title})
        formats = _formats(book)
        for sheet in document.sheets:
            _write_sheet(book, formats, sheet.title, sheet.columns, sheet.rows)
        facts = (("Fact", 2), ("Value", 5))
        _write_sheet(book, formats, "Plan", facts, document.facts)


def write_register(
    file: IO[bytes] | Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write a table of any length as a workbook, a row at a time: memory does not grow with it.

    Args:
        file: Where it is written.
        title: Name of the sheet.
        headings: Its headings.
        rows: Its rows, read as they are written.
    """
    with _workbook(file) as book:
        book.set_properties({"title": title})
        _write_sheet(book, _formats(book), title, [(name, 2) for name in headings], rows)


def _workbook(file: Any) -> Any:
    # Text stays text: nothing that somebody typed becomes a formula or a link.
    told = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(file, {"constant_memory": True, **told})


def _formats(book: Any) -> tuple[Any, Any, Any]:
    top = {"valign": "top", "text_wrap": True}
    return (
        book.add_format(top),
        book.add_format({**top, "num_format": "d mmmm yyyy", "align": "left"}),
        book.add_format({"bold": True, "text_wrap": True}),
    )


def _write_sheet(
    book: Any,
    formats: tuple[Any, Any, Any],
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
) -> None:
    plain, day, bold = formats
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    for place, (name, room) in enumerate(columns):
        sheet.set_column(place, place, 8 + 7 * room)
        sheet.write_string(0, place, name, bold)
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(line, place, cell, day)
            elif isinstance(cell, int) and not isinstance(cell, bool):
                sheet.write_number(line, place, cell, plain)
            elif (text := in_words(cell)) != "":
                sheet.write_string(line, place, text[:_LONGEST_CELL], plain)


def write_ods(document: PlanDocument) -> bytes:
    """Give the whole plan as an OpenDocument spreadsheet."""
    file = Document("spreadsheet")
    file.body.clear()
    file.meta.title, file.meta.language = document.title, _LANGUAGE
    for sheet in document.sheets:
        table = Table(sheet.title)
        table.set_values([list(sheet.headings), *([_open_cell(cell) for cell in row] for row in sheet.rows)])
        file.body.append(table)
    facts = Table("Plan")
    facts.set_values([[name, value] for name, value in document.facts])
    file.body.append(facts)
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def _open_cell(cell: Cell) -> Any:
    if isinstance(cell, date) or (isinstance(cell, int) and not isinstance(cell, bool)):
        return cell
    return in_words(cell)[:_LONGEST_CELL]


def write_docx(document: PlanDocument) -> bytes:
    """Give the whole plan as a Word document: title, language, heading levels and header rows are marked."""
    file = docx.Document()
    file.core_properties.title, file.core_properties.language = document.title, _LANGUAGE
    file.core_properties.author = "HM Prison and Probation Service"
    file.core_properties.comments = ""
    # The library's own template says American English, in which a screen reader would read it.
    for held in file.styles.element.iter(qn("w:lang")):
        held.set(qn("w:val"), _LANGUAGE)
    section = file.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2)
    file.add_heading(document.title, level=1)
    for name, value in document.facts:
        line = file.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)
    for sheet in document.sheets:
        file.add_heading(sheet.title, level=2)
        if any(sheet.rows):
            _word_table(file, sheet)
        else:
            file.add_paragraph(sheet.empty)
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def _word_table(file: WordDocument, sheet: Sheet) -> None:
    words, filled = sheet.words, sheet.filled
    table = file.add_table(rows=1, cols=len(filled), style="Table Grid")
    table.autofit = False
    header = table.rows[0]
    for cell, place in zip(header.cells, filled, strict=True):
        cell.paragraphs[0].add_run(sheet.headings[place]).bold = True
    properties: Any = header._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no word for a header row
    properties.append(OxmlElement("w:tblHeader"))
    described: Any = table._tbl.tblPr  # noqa: SLF001 - nor for the description of a table
    caption: Any = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), sheet.title)
    described.append(caption)
    for row in words:
        for cell, place in zip(table.add_row().cells, filled, strict=True):
            cell.paragraphs[0].add_run(row[place])
    share = _PAGE_WIDTH / sum(sheet.columns[place][1] for place in filled)
    for line in table.rows:
        for cell, place in zip(line.cells, filled, strict=True):
            cell.width = Cm(share * sheet.columns[place][1])
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(2)
                for run in paragraph.runs:
                    run.font.size = Pt(9)
