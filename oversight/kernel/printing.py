"""HTML to a tagged PDF by PDF/UA-1 (ISO 14289-1), for people who have it read to them.

WeasyPrint sets and tags the pages. It leaves out which way a table's header cells look, so that is added here
(ISO 14289-1, 7.5). Nothing is fetched: a page refers to no picture and no style sheet elsewhere.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.urls import URLFetcher

#: Steps that are told: WeasyPrint's own seven and naming the headers.
STEPS: Final = 8

#: Told the step under way, from 1 to ``STEPS``, and what is done in it.
Tell = Callable[[int, str], None]

_WORDS: Final = {
    "Step 1": "reading the text",
    "Step 2": "reading the style",
    "Step 3": "applying the style",
    "Step 4": "building the pages",
    "Step 5": "laying out the pages",
    "Step 6": "writing the file",
    "Step 7": "describing the file",
}


class NothingFromOutside(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Refuses every address but data that is part of the page itself."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)


def tagged_pdf(html: str, *, style: str, tell: Tell | None = None) -> bytes:
    """Set a page of HTML as a tagged PDF.

    Args:
        html: A whole page with a language and a title. Header cells that head columns stand in ``thead``,
            those that head rows elsewhere.
        style: Its style sheet.
        tell: Told how far it is; every page laid out is told.

    Raises:
        ValueError: The page has no language or no title, which PDF/UA needs.
    """
    fetcher = NothingFromOutside()
    page = HTML(string=html, url_fetcher=fetcher)
    root = page.etree_element
    if not root.get("lang", "").strip() or not (root.findtext("head/title") or "").strip():
        raise ValueError("A page needs a language and a title to become a PDF that can be read aloud.")
    with _telling(tell):
        made = page.write_pdf(
            stylesheets=[CSS(string=style, url_fetcher=fetcher)],
            pdf_variant="pdf/ua-1",
        )
    if tell is not None:
        tell(STEPS, "naming the headers of tables")
    return _with_scopes(made)


def _with_scopes(content: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        for cell, is_column in _header_cells(file.Root.StructTreeRoot):
            if "/A" not in cell:
                cell.A = pikepdf.Dictionary(O=pikepdf.Name.Table)
            cell.A.Scope = pikepdf.Name.Column if is_column else pikepdf.Name.Row
        # The same text gives the same bytes, so a file made again can be told to be the same.
        file.save(out, deterministic_id=True)
    return out.getvalue()


def _header_cells(root: Any) -> Iterator[tuple[Any, bool]]:
    """Give each header cell, with whether it heads a column. Iterative: a report's tree can be deep."""
    waiting = [(root, False)]
    while waiting:
        element, in_head = waiting.pop()
        kind = element.get("/S")
        in_head = in_head or kind == "/THead"
        if kind == "/TH":
            yield element, in_head
        children = element.get("/K")
        if isinstance(children, pikepdf.Array):
            waiting += [(child, in_head) for child in children if isinstance(child, pikepdf.Dictionary)]
        elif isinstance(children, pikepdf.Dictionary):
            waiting.append((children, in_head))


class _Listener(logging.Handler):
    def __init__(self, tell: Tell) -> None:
        super().__init__(logging.INFO)
        self._tell = tell
        self._thread = threading.get_ident()

    def handle(self, record: logging.LogRecord) -> bool:
        if record.thread == self._thread:
            self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        words = _WORDS.get(said[:6])
        if words is None:
            return
        page = said.rpartition(" - Page ")[2]
        self._tell(int(said[5]), f"laying out page {page}" if page.isdecimal() else words)


@contextmanager
def _telling(tell: Tell | None) -> Iterator[None]:
    if tell is None:
        yield
        return
    listener, before = _Listener(tell), (PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate)
    PROGRESS_LOGGER.addHandler(listener)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    # A line for every page is for whoever waits, and would only fill the service's log.
    PROGRESS_LOGGER.propagate = False
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(listener)
        PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate = before
