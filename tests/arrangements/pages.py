"""Pages of the arrangements as tests read them, on a day that the test chooses."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from types import SimpleNamespace

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from oversight.web import middleware
from tests.factories.arrangements import record


def stand_on(monkeypatch, day: str, hour: int = 9) -> None:
    """Let every request come on that day."""
    on = date.fromisoformat(day)
    moment = datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
    monkeypatch.setattr(middleware, "timezone", SimpleNamespace(now=lambda: moment))


def happen(event: str, on: str, *, by: str = "hmip", **more):
    """Record an event on the day on which it happened."""
    return record(event, on, by=by, at=datetime.fromisoformat(f"{on}T09:00:00+00:00"), **more)


def words(node) -> str:
    """Text of a node as people read it."""
    return " ".join(node.text(separator=" ").split())


def read(response, status: int = 200) -> HTMLParser:
    """Read an answer of that status."""
    assert response.status_code == status, response.content.decode()[:2000]
    return HTMLParser(response.content)


def page(client, address: str, status: int = 200) -> HTMLParser:
    """Get a page."""
    return read(client.get(address), status)


def said(tree: HTMLParser) -> str:
    """Everything that the main part of a page says."""
    return words(tree.css_first("main"))


def listed(tree: HTMLParser, heading: str) -> list[str]:
    """Titles of the duties under a heading that has this id."""
    section = tree.css_first(f'section[aria-labelledby="{heading}"]')
    return [words(link) for link in section.css(".app-duties__what a")] if section else []


def rows(tree: HTMLParser) -> list[list[str]]:
    """Cells of the first table."""
    return [[words(cell) for cell in row.css("th, td")] for row in tree.css_first("tbody").css("tr")]


def faults(tree: HTMLParser) -> list[str]:
    """Messages of the error summary."""
    return [words(item) for item in tree.css(".govuk-error-summary__list li")]


def typed(tree: HTMLParser, name: str) -> str:
    """What stands in a field."""
    field = tree.css_first(f'[name="{name}"]')
    return field.text() if field.tag == "textarea" else field.attributes.get("value") or ""


def cells(response) -> list[dict[str, str]]:
    """Rows of an exported table."""
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
