"""A briefing as a document: marked on each page, with the record's facts and their sources (D10, ¶20).

Title, language, heading levels and header rows are marked, so that a screen reader says where it is. Source:
WCAG 2.2, 1.3.1 and 2.4.6, on documents other than pages.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from oversight.briefings.rules.briefings import Part
from oversight.briefings.rules.facts import FactGroup

HEADINGS: Final = ("Fact", "What the record says", "Source", "Date")
_LANGUAGE: Final = "en-GB"


@dataclass(frozen=True)
class Document:
    """A briefing as a document.

    Args:
        title: Its title.
        marking: Its marking, on each page.
        mark: Whose copy it is, on each page.
        facts: What stands above the text, as names and values.
        parts: The parts that say something.
        groups: The record's facts, those groups that have any.
    """

    title: str
    marking: str
    mark: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    groups: tuple[FactGroup, ...]


def document_of(
    *,
    title: str,
    marking: str,
    mark: str,
    facts: tuple[tuple[str, str], ...],
    parts: Iterable[Part],
    groups: Iterable[FactGroup],
) -> Document:
    """Make a document of what says something."""
    return Document(
        title,
        marking,
        mark,
        facts,
        tuple(one for one in parts if one.text),
        tuple(one for one in groups if one.facts),
    )


def word_file(found: Document) -> bytes:
    """Give it as a Word document."""
    document = docx.Document()
    document.core_properties.title = found.title
    document.core_properties.language = _LANGUAGE
    document.core_properties.author = "MoJ Sponsorship team"
    document.core_properties.comments = ""
    # The library's own template says American English, in which a screen reader would read it.
    for held in document.styles.element.iter(qn("w:lang")):
        held.set(qn("w:val"), _LANGUAGE)
    section = document.sections[0]
    section.header.paragraphs[0].text = found.marking
    section.footer.paragraphs[0].text = f"{found.marking}. {found.mark}"
    document.add_heading(found.title, level=1)
    for name, value in found.facts:
        line = document.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)
    for part in found.parts:
        document.add_heading(part.title, level=2)
        for text in part.text.split("\n"):
            if text:
                document.add_paragraph(text)
    if found.groups:
        document.add_heading("What the record says", level=2)
    for group in found.groups:
        document.add_heading(group.title, level=3)
        _table(document, group)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _table(document: Any, group: FactGroup) -> None:
    table = document.add_table(rows=1, cols=len(HEADINGS), style="Table Grid")
    header = table.rows[0]
    for cell, text in zip(header.cells, HEADINGS, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    properties: Any = header._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no word for a header row
    properties.append(OxmlElement("w:tblHeader"))
    described: Any = table._tbl.tblPr  # noqa: SLF001 - nor for the description of a table
    caption: Any = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), group.title)
    described.append(caption)
    for fact in group.facts:
        told = (fact.label, fact.says, fact.source, fact.on)
        for cell, text in zip(table.add_row().cells, told, strict=True):
            cell.paragraphs[0].add_run(text)
