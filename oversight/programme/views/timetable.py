"""The timetable as a year by region or team, a list of months, a map, a table and a workbook (C2, C5)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]  # has no types of its own
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.forms import in_full
from oversight.arrangements.views.duties import page_number
from oversight.kernel.declaring import reads
from oversight.kernel.requests import Request
from oversight.parties.queries import parties_by_code
from oversight.parties.queries.units import regions
from oversight.programme.forms.visits import UNITS, Filters
from oversight.programme.queries.clashes import open_clashes_for
from oversight.programme.queries.sight import PLAN, SEE
from oversight.programme.queries.visits import (
    MOST_DRAWN,
    PAGE_SIZE,
    VisitFilter,
    by_month,
    drawn_lines,
    every_line,
    timetable,
)
from oversight.programme.rules.kinds import visit_data
from oversight.programme.views.drawing import bodies_drawn, coming_map, gantt, year_scale
from oversight.publication.queries.areas import regions_with_units

#: What was asked makes no sense; the page says what and beside which field.
INVALID: Final = 422
#: Weeks ahead that the map looks.
AHEAD_WEEKS: Final = 26
COLUMNS: Final = (
    "Reference",
    "Title",
    "Type",
    "Body",
    "Place code",
    "Place",
    "Region",
    "First day",
    "Last day",
    "Days on site",
    "State",
    "Teams",
)


def suggested_places() -> list[str]:
    """Give the places that fields suggest."""
    return sorted(in_full(ref) for ref in parties_by_code().values() if ref.kind in UNITS)


def _with_year(chosen: VisitFilter, since: date, until: date) -> VisitFilter:
    """Narrow to a stretch where the filter names none."""
    values = {**chosen.__dict__}
    values["since"] = chosen.since or since
    values["until"] = chosen.until or until
    return VisitFilter(**values)


@reads(SEE)
def year(request: Request) -> HttpResponse:
    """Draw the year by region or team, with the same visits as a table, 25 a page."""
    filters = Filters(request.GET)
    context: dict[str, Any] = _frame(request, filters)
    if not filters.is_valid():
        return render(request, "programme/timetable.html", context, status=INVALID)
    scale = year_scale(request.today)
    chosen = _with_year(filters.chosen(), scale.first, scale.last)
    by = filters.cleaned_data["by"] or "region"
    lines = drawn_lines(actor=request.actor, chosen=chosen)
    found = timetable(actor=request.actor, chosen=chosen, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count.number), PAGE_SIZE).page(found.page)
    context |= {
        "found": found,
        "pages": pages,
        "scale": scale,
        "by": by,
        "groups": gantt(
            (line for line in lines if scale.shows(line.span.first) or scale.shows(line.span.last)),
            scale,
            by=by,
        ),
        "key": bodies_drawn(line.owner.code for line in lines),
        "cut": len(lines) == MOST_DRAWN,
    }
    return render(request, "programme/timetable.html", context)


def _frame(request: Request, filters: Filters) -> dict[str, Any]:
    return {
        "filters": filters,
        "places": suggested_places(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
        "plans": request.actor.may(PLAN),
        "waiting": open_clashes_for(request.actor),
        "confirmed": visit_data().verified,
    }


@reads(SEE)
def months(request: Request) -> HttpResponse:
    """List what is coming month by month, 25 visits a page."""
    filters = Filters(request.GET)
    context: dict[str, Any] = _frame(request, filters)
    if not filters.is_valid():
        return render(request, "programme/months.html", context, status=INVALID)
    chosen = _with_year(filters.chosen(), request.today, date(9999, 1, 1))
    found = timetable(actor=request.actor, chosen=chosen, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count.number), PAGE_SIZE).page(found.page)
    context |= {"found": found, "pages": pages, "months": by_month(found.lines)}
    return render(request, "programme/months.html", context)


@reads(SEE)
def coming(request: Request) -> HttpResponse:
    """Show on a map of the regions, and as a table, what is coming to each within half a year."""
    until = request.today + timedelta(weeks=AHEAD_WEEKS)
    chosen = VisitFilter(since=request.today, until=until)
    lines = drawn_lines(actor=request.actor, chosen=chosen)
    short = {one.area.code: one.area.short_name for one in regions_with_units(today=request.today)}
    counted = [
        (
            region,
            short.get(region.code, ""),
            len(there := [line for line in lines if not line.site and line.region == region]),
            sum(line.visit_days for line in there),
        )
        for region in regions()
    ]
    elsewhere = [line for line in lines if line.site]
    context: dict[str, Any] = {
        "elsewhere": elsewhere,
        "regions": counted,
        "map": coming_map(counted),
        "until": until,
        "any": bool(lines),
    }
    return render(request, "programme/coming.html", context)


@reads(SEE)
def workbook(request: Request) -> HttpResponseBase:
    """Give exactly the visits that the filters choose, as a workbook."""
    filters = Filters(request.GET)
    if not filters.is_valid():
        # The page says what is wrong, beside the field.
        return HttpResponseRedirect(f"{reverse('timetable')}?{request.GET.urlencode()}")
    scale = year_scale(request.today)
    chosen = _with_year(filters.chosen(), scale.first, scale.last)
    file = io.BytesIO()
    # Text stays text: nothing that somebody typed becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        day, bold = book.add_format({"num_format": "d mmmm yyyy"}), book.add_format({"bold": True})
        sheet = book.add_worksheet("Timetable")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 20)
        sheet.write_row(0, 0, COLUMNS, bold)
        for place, line in enumerate(every_line(actor=request.actor, chosen=chosen), start=1):
            cells = (
                line.reference,
                line.title,
                line.kind.title,
                line.owner.name,
                "" if line.site else line.place.code,
                line.where,
                line.region.name if line.region else "",
                line.span.first,
                line.span.last,
                line.visit_days,
                line.state_label,
                ", ".join(team.title for team in line.teams),
            )
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, day)
                else:
                    sheet.write(place, column, cell)
    name = f"timetable-{request.today.isoformat()}.xlsx"
    return HttpResponse(
        file.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
