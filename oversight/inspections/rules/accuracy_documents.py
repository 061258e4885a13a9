"""The numbered log of an accuracy check as a document: Word and OpenDocument, readable by ear (D6, ¶22).

Both have their title, language, heading levels and the header row of every table marked, so that a screen
reader says where it is. Source: WCAG 2.2, 1.3.1 and 2.4.6, on documents other than pages.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from odfdo import Cell as OdfCell
from odfdo import Document, Element, Header, Paragraph, Style, Table
from odfdo import Row as OdfRow

HEADINGS: Final = ("Point", "The draft says", "It should say", "Why", "Where it stands")
_WIDTHS: Final = (3.6, 5.6, 5.6, 5.2, 5.2)
_LANGUAGE: Final = "en-GB"


@dataclass(frozen=True)
class LogRow:
    """A point, as the five columns of its row say it; each a text of some lines."""

    point: str
    says: str
    should: str
    why: str
    standing: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells, in the order of ``HEADINGS``."""
        return (self.point, self.says, self.should, self.why, self.standing)


@dataclass(frozen=True)
class LogSection:
    """The points on one section of the draft, by number."""

    title: str
    rows: tuple[LogRow, ...]


@dataclass(frozen=True)
class LogDocument:
    """The log as a document.

    Args:
        title: Its title.
        facts: What stands above the points, as names and values.
        sections: The points by section, in the order of the draft.
        empty: What is said when there are no points.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[LogSection, ...]
    empty: str


def word_file(log: LogDocument) -> bytes:
    """Give the log as a Word document."""
    document = docx.Document()
    document.core_properties.title = log.title
    document.core_properties.language = _LANGUAGE
    document.core_properties.author = "HM Inspectorate of Probation and OSAG"
    document.core_properties.comments = ""
    _speak_english(document)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2)
    document.add_heading(log.title, level=1)
    for name, value in log.facts:
        line = document.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)
    if not log.sections:
        document.add_paragraph(log.empty)
    for part in log.sections:
        document.add_heading(part.title, level=2)
        _word_table(document, part)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _speak_english(document: WordDocument) -> None:
    # The library's own template says American English, in which a screen reader would read it.
    for held in document.styles.element.iter(qn("w:lang")):
        held.set(qn("w:val"), _LANGUAGE)


def _word_table(document: WordDocument, part: LogSection) -> None:
    table = document.add_table(rows=1, cols=len(HEADINGS), style="Table Grid")
    table.autofit = False
    header = table.rows[0]
    for cell, text in zip(header.cells, HEADINGS, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    properties: Any = header._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no word for a header row
    properties.append(OxmlElement("w:tblHeader"))
    described: Any = table._tbl.tblPr  # noqa: SLF001 - nor for the description of a table
    caption: Any = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), f"Points on {part.title}")
    described.append(caption)
    for row in part.rows:
        for cell, text in zip(table.add_row().cells, row.cells, strict=True):
            cell.paragraphs[0].add_run(text)
    for line in table.rows:
        for cell, width in zip(line.cells, _WIDTHS, strict=True):
            cell.width = Cm(width)


def open_document_file(log: LogDocument) -> bytes:
    """Give the log as an OpenDocument text."""
    document = Document("text")
    document.body.clear()
    document.meta.title, document.meta.language = log.title, _LANGUAGE
    for family, name in (("paragraph", "Log_heading"), ("text", "Log_name")):
        document.insert_style(Style(family, name=name, area="text", bold=True), automatic=True)
    line, room = "0.5pt solid #505a5f", "0.1cm"
    cell = Style("table-cell", name="Log_cell", area="table-cell", border=line, padding=room)
    document.insert_style(cell, automatic=True)
    for held in document.styles.get_elements("//style:text-properties[@fo:language]"):
        held.set_attribute("fo:language", "en")
        held.set_attribute("fo:country", "GB")
    document.body.append(_open_heading(1, log.title))
    for name, value in log.facts:
        fact = Paragraph(f"{name}: {value}")
        fact.set_span("Log_name", offset=0, length=len(name) + 1)
        document.body.append(fact)
    if not log.sections:
        document.body.append(Paragraph(log.empty))
    for number, part in enumerate(log.sections, start=1):
        document.body.append(_open_heading(2, part.title))
        document.body.append(_open_table(number, part))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _open_heading(level: int, text: str) -> Header:
    heading = Header(level, text)
    heading.set_attribute("text:style-name", f"Heading_20_{level}")
    return heading


def _open_table(number: int, part: LogSection) -> Table:
    table = Table(f"Points {number}", width=len(HEADINGS), height=0)
    for blank in list(table.get_elements("table:table-row")):
        table.delete(blank)
    # Rows inside this element are the header that a reader repeats on each page and says aloud.
    header = Element.from_tag("table:table-header-rows")
    header.append(_open_row(HEADINGS, "Log_heading"))
    table.append(header)
    for row in part.rows:
        table.append(_open_row(row.cells))
    return table


def _open_row(texts: Iterable[str], style: str = "") -> OdfRow:
    row = OdfRow()
    for text in texts:
        cell = OdfCell(style="Log_cell")
        cell.set_attribute("office:value-type", "string")
        for line in text.split("\n"):
            cell.append(Paragraph(line, style=style or None))
        row.append_cell(cell)
    return row
