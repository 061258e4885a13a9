"""The assurance map, drawn and as a table (B1, ¶11, ¶12)."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.views.files import csv_file
from oversight.exchange.views.steps import suggested
from oversight.intelligence.forms import AsOf
from oversight.intelligence.queries.assurance import AssuranceMap, assurance
from oversight.intelligence.queries.sight import SEE
from oversight.intelligence.rules.assurance import STANDING_MEANS, STANDING_WORDS
from oversight.intelligence.rules.words import Confidence, words
from oversight.kernel.declaring import reads
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.kernel.words import distance_in_words
from oversight.parties.queries import parties_by_code

INVALID: Final = 422
COLUMNS: Final = (
    "as_of",
    "area",
    "stands",
    "source",
    "line",
    "planned",
    "by",
    "found_on",
    "stale",
    "result",
    "confidence",
    "item",
    "report",
    "earlier",
)


def _map(request: Request, form: AsOf) -> AssuranceMap:
    given = form.cleaned_data
    return assurance(
        actor=request.actor, on=given["on"] or request.today, today=request.today, place=given["place"]
    )


@reads(SEE)
def index(request: Request) -> HttpResponse:
    """Show the map of a place as of a day."""
    form = AsOf(request.GET)
    if not form.is_valid():
        context = {"form": form, "suggested": suggested(), "found": None}
        return render(request, "intelligence/assurance.html", context, status=INVALID)
    found = _map(request, form)
    context = {
        "form": form,
        "suggested": suggested(),
        "found": found,
        "names": {code: one.name for code, one in parties_by_code().items()},
        "standings": STANDING_WORDS,
        "means": STANDING_MEANS,
        "sure": {one.value: words().confidence[one] for one in Confidence},
        "note": words().note,
        "ago": lambda day: distance_in_words(day, found.on),
    }
    return render(request, "intelligence/assurance.html", context)


@reads(SEE)
def index_csv(request: Request) -> HttpResponseBase:
    """Give the same map as a file: a row for each area and source."""
    form = AsOf(request.GET)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('intelligence-assurance')}?{request.GET.urlencode()}")
    found, parties = _map(request, form), parties_by_code()
    rows: list[tuple[Cell, ...]] = []
    for row in found.rows:
        for source, cell in zip(found.sources, row.cells, strict=True):
            look = cell.look
            rows.append(
                (
                    found.on,
                    row.theme.title,
                    STANDING_WORDS[row.standing],
                    source.title,
                    source.line_title,
                    "yes" if cell.planned else "no",
                    parties[look.by].name if look else "",
                    look.found_on if look else "",
                    "yes" if cell.stale else "no",
                    look.result if look else "",
                    look.confidence if look else "",
                    look.item or "" if look else "",
                    look.report if look else "",
                    look.earlier if look else "",
                )
            )
    return csv_file(f"assurance-map-{found.on.isoformat()}.csv", COLUMNS, rows)
