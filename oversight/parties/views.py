"""The register of organisations, regions and units."""

from __future__ import annotations

import csv

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from oversight.kernel.declaring import reads
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import safe_cell
from oversight.parties.forms import RegisterFilter
from oversight.parties.queries.units import regions, register, unit_row

PAGE = 25
COLUMNS = ("code", "name", "kind", "region", "delius_code", "standing", "opened", "closed")


def _filtered(request: Request) -> tuple[RegisterFilter, QuerySet, int]:  # type: ignore[type-arg]
    form = RegisterFilter(request.GET, regions=regions())
    wanted = form.cleaned_data if form.is_valid() else {}
    return form, register(today=request.today, **wanted), 200 if form.is_valid() else 422


@reads("parties.see_units")
def units(request: Request) -> HttpResponse:
    """List regions and units, or every organisation, as filtered."""
    form, rows, status = _filtered(request)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "units": [unit_row(row, on=request.today) for row in page.object_list],
    }
    return render(request, "parties/units.html", context, status=status)


@reads("parties.see_units")
def units_csv(request: Request) -> HttpResponse:
    """Give exactly what is filtered as a table that is safe to open in a spreadsheet."""
    form, rows, _ = _filtered(request)
    if form.errors:
        return units(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="units.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for row in rows:
        unit = unit_row(row, on=request.today)
        cells = (
            unit.party.code,
            unit.party.name,
            unit.kind_words,
            unit.region_name,
            unit.delius_code,
            unit.standing.value,
            unit.opened,
            unit.closed,
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    return response
