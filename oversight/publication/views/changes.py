"""What changed because of inspections, for the public (D11, ¶21)."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render

from oversight.kernel.declaring import public
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import safe_cell
from oversight.publication.queries.changes import all_changes, changes_page
from oversight.publication.views.caching import cached
from oversight.publication.views.data import csv_answer

COLUMNS: Final = (
    "reference",
    "change",
    "kind",
    "what",
    "stands",
    "date",
    "body",
    "link",
    "report",
    "because_of",
    "how",
)


@public
@cached
def what_changed(request: Request) -> HttpResponse:
    """Show what changed because of inspections, latest first; of one report when it is named."""
    report = request.GET.get("report", "")[:200]
    page = changes_page(number=request.GET.get("page"), report=report)
    return render(request, "publication/what_changed.html", {"page": page, "report": report})


@public
@cached
def what_changed_csv(request: Request) -> HttpResponse:
    """Give one row for each finding that led to a change."""
    del request
    rows = (
        [
            safe_cell(cell)
            for cell in (
                one.change.reference,
                one.change.title,
                one.change.kind,
                one.change.what,
                one.change.state,
                one.change.on.isoformat(),
                one.change.owner,
                one.change.link,
                led.report,
                led.what,
                led.how,
            )
        ]
        for one in all_changes()
        for led in one.change.led
    )
    return csv_answer("what-changed.csv", COLUMNS, rows)
