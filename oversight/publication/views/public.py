"""Pages anyone may read: home, areas, the register of reports, search."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render

from oversight.kernel.declaring import public
from oversight.kernel.requests import Request
from oversight.publication.forms import ReportFilterForm, SearchForm
from oversight.publication.queries.areas import (
    DRAWN,
    area_names,
    area_page,
    areas_named,
    is_national,
    region_choices,
    regions_with_units,
)
from oversight.publication.queries.plans import plans_about
from oversight.publication.queries.reports import (
    Filters,
    further_programmes,
    latest,
    latest_of_each_area,
    register_page,
    years,
)
from oversight.publication.rules.programmes import UnitType, programmes
from oversight.publication.views.caching import cached
from oversight.publication.views.tile_map import tile_map
from oversight.publication.views.timeline import timelines

LATEST: Final = 5
PLANS_OF_AREA: Final = 20


@public
@cached
def home(request: Request) -> HttpResponse:
    """Say what this is, and show the regions and the newest reports."""
    regions = regions_with_units(today=request.today)
    return render(
        request,
        "publication/home.html",
        {
            "form": SearchForm(),
            "regions": regions,
            "map": tile_map(regions),
            "latest": latest(LATEST),
            "scale": programmes().scale,
        },
    )


@public
@cached
def areas(request: Request) -> HttpResponse:
    """List every region with its units, and what was last found in each."""
    return render(
        request,
        "publication/areas.html",
        {
            "regions": regions_with_units(today=request.today),
            "latest": latest_of_each_area(unit_type=UnitType.PDU),
            "national": programmes().national,
        },
    )


@public
@cached
def area(request: Request, code: str) -> HttpResponse:
    """Show everything the public may know of one area."""
    page = area_page(code, today=request.today)
    return render(
        request,
        "publication/area.html",
        {
            "area": page,
            "timelines": timelines(page.reports, today=request.today),
            "plans": plans_about([page.code], limit=PLANS_OF_AREA),
            "unseen": [
                each
                for each in programmes().all
                if each.unit_type is page.unit_type
                and each.id not in {report.programme.id for report in page.reports}
            ],
            "drawn": DRAWN,
            "open_services": [service for service in page.services if service.open_to_referrals],
            "closed_services": [service for service in page.services if not service.open_to_referrals],
        },
    )


@public
@cached
def reports(request: Request) -> HttpResponse:
    """Show the register of reports, filtered and sorted as the address says."""
    form = report_filter_form(request)
    page = None
    if form.is_valid():
        page = register_page(report_filters(form), number=request.GET.get("page"))
    return render(
        request,
        "publication/reports.html",
        {
            "form": form,
            "page": page,
            "filtered": any(value for name, value in request.GET.items() if name not in {"page", "sort"}),
            "names": area_names(),
        },
    )


def report_filter_form(request: Request) -> ReportFilterForm:
    """Return the filters as the address gives them."""
    return ReportFilterForm(
        request.GET, regions=region_choices(), years=years(), further=further_programmes()
    )


def report_filters(form: ReportFilterForm) -> Filters:
    """Return what a valid form asks for, with the areas whose present or former name fits."""
    words = form.cleaned_data["q"]
    codes = tuple(ref.code for ref in areas_named(words))
    if is_national(words):
        codes += (programmes().national.code,)
    return form.filters(codes=codes)


@public
@cached
def search(request: Request) -> HttpResponse:
    """Find areas and reports by name."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    words = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    refs = areas_named(words) if words else ()
    national = programmes().national
    found = [(ref.code, ref.name, "Region" if ref.kind == "region" else "PDU") for ref in refs]
    if words and is_national(words):
        found.append((national.code, national.name, "National"))
    page = None
    if words:
        codes = tuple(code for code, _name, _kind in found)
        page = register_page(Filters(text=words, codes=codes), number=request.GET.get("page"))
    return render(
        request,
        "publication/search.html",
        {
            "form": form,
            "words": words,
            "areas": found,
            "page": page,
            "names": area_names(),
        },
    )
