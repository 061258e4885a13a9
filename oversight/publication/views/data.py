"""The same facts for machines: CSV and JSON of everything shown, and what search engines ask for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.kernel.declaring import public
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import safe_cell
from oversight.publication.queries.areas import areas, directory
from oversight.publication.queries.plans import plan_references
from oversight.publication.queries.reports import Inspection, all_references, all_reports
from oversight.publication.rules.history import COLUMNS, EVIDENCE, written_cells
from oversight.publication.rules.programmes import programmes
from oversight.publication.views.caching import cached
from oversight.publication.views.public import report_filter_form, report_filters

LICENCE: Final = {
    "name": "Open Government Licence v3.0",
    "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
AREA_COLUMNS: Final = {
    "code": "Permanent code of the area, part of its address here",
    "name": "Name now",
    "unit_type": "PDU (Probation Delivery Unit) or region",
    "region_code": "Code of its region",
    "region": "Name of its region",
    "opened": "Date it opened, as far as it is known; empty when not known",
    "closed": "Date it closed, as far as it is known; empty while it is open",
    "other_names": "Other names that reports and lists have used, with “; ” between them",
}
#: What each column of the history means.
INSPECTION_COLUMNS: Final = {
    "unit": "Name of the area used at the time",
    "unit_type": "PDU (Probation Delivery Unit), region or national",
    "region": "Name of its region; “National” for the national inspection",
    "pdu_code": "Code of a PDU; empty for others",
    "programme": "Programme of inspections",
    "fieldwork": "When inspectors were there, in the words of the source",
    "published": "Date of publication: a year, a month or a day; empty when not known",
    "score": "Points given, where a source states them",
    "score_max": "Most points that were possible",
    "overall_rating": "Overall rating; empty when not known or when the programme gives none",
    "num_recommendations": "How many recommendations were made",
    "recommendation_targets": "To whom they were made",
    "cases_inspected": "How many cases were inspected",
    "evidence": "Where the facts were found: HMIP, press or derived",
    "url": "Address of the source",
    "other_urls": "Further addresses, with “; ” between them",
    "notes": "Anything else that helps to read the row",
}
#: What each column of action plans means.
PLAN_COLUMNS: Final = {
    "plan": "Permanent reference of the plan, part of its address here",
    "version": "Number of its version; each update is a new one",
    "title": "Title of the plan",
    "unit_code": "Code of the region or unit of a local plan; empty for others",
    "published_on": "Day on which the plan was first published",
    "as_on": "Day on which it stood so",
    "number": "Number of the action in the plan",
    "action": "What will be done",
    "recommendations": "References of the recommendations that it carries out, with blanks between them",
    "owner": "Body that does it",
    "measure": "How success is measured",
    "commissioned_services": "Whether it is about commissioned services",
    "first_date": "The first date",
    "later_dates": "Every date approved since, with blanks between them",
    "present_date": "The date that stands",
    "progress": "What its owner said last",
    "stands": "How it stood to its date",
    "said": "Everything that its owner said, earliest first",
}
#: Addresses in one part of the site map; the format allows 50,000.
SITEMAP_PART: Final = 20_000
#: Pages of people who sign in, which search engines have no use for.
STAFF: Final = (
    "/home",
    "/duties",
    "/adherence",
    "/events",
    "/queries",
    "/units",
    "/record",
    "/people",
    "/import",
    "/inspections",
    "/recommendations",
    "/plans",
    "/embargoed",
    "/briefings",
    "/sponsorship-alerts",
    "/policy-changes",
    "/publishing",
    "/work",
)


@public
@cached
def data(request: Request) -> HttpResponse:
    """Say what can be downloaded, what each column means and on what terms."""
    standards = {key: f"Rating for {title.lower()}" for key, title in programmes().standards.items()}
    return render(
        request,
        "publication/data.html",
        {
            "columns": [(column, (INSPECTION_COLUMNS | standards)[column]) for column in COLUMNS],
            "area_columns": AREA_COLUMNS.items(),
            "plan_columns": PLAN_COLUMNS.items(),
            "evidence": EVIDENCE.items(),
            "programmes": programmes(),
            "licence": LICENCE,
        },
    )


@public
@cached
def inspections_csv(request: Request) -> HttpResponse:
    """Give the whole history in the columns of the import."""
    return csv_answer("inspections.csv", COLUMNS, _inspection_cells(all_reports(), _site(request)))


@public
@cached
def reports_csv(request: Request) -> HttpResponse:
    """Give exactly the reports that the register shows under these filters, in its order."""
    form = report_filter_form(request)
    if not form.is_valid():
        # The page says beside the field what is wrong.
        return HttpResponseRedirect(f"{reverse('reports')}?{request.GET.urlencode()}")
    return csv_answer(
        "reports.csv", COLUMNS, _inspection_cells(all_reports(report_filters(form)), _site(request))
    )


@public
@cached
def inspections_json(request: Request) -> HttpResponse:
    """Give the whole history with the permanent address of each report."""
    names = _region_names()
    site = _site(request)
    reports = list(all_reports())
    listed = [_as_json(report, names, site) for report in reports]
    # Reports published here may be of programmes that no history file knows.
    used = {each.id: each for each in programmes().all}
    for report in reports:
        used.setdefault(report.programme.id, report.programme)
    content: dict[str, Any] = {
        "rated_by": programmes().rater,
        "licence": LICENCE,
        "programmes": [_programme_as_json(each) for each in used.values()],
        "inspections": listed,
    }
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


@public
@cached
def areas_csv(request: Request) -> HttpResponse:
    """Give every region and unit, closed ones too."""
    rows = (
        [safe_cell("; ".join(value) if isinstance(value, list) else value) for value in row.values()]
        for row in _areas(request)
    )
    return csv_answer("areas.csv", tuple(AREA_COLUMNS), rows)


@public
@cached
def areas_json(request: Request) -> HttpResponse:
    """Give every region and unit, closed ones too."""
    content = {"licence": LICENCE, "areas": _areas(request)}
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


@public
@cached
def sitemap(request: Request) -> HttpResponse:
    """Give the addresses of all public pages, in parts when there are very many."""
    addresses = [
        reverse(name)
        for name in (
            "public-home",
            "areas",
            "reports",
            "public-plans",
            "public-sample",
            "data",
            "how-oversight-works",
            "public-standards",
        )
    ]
    addresses += [reverse("area", args=[one.code]) for one in areas(today=request.today)]
    addresses.append(reverse("area", args=[programmes().national.code]))
    addresses += [reverse("report", args=[reference]) for reference in all_references()]
    addresses += [reverse("public-plan", args=[reference]) for reference in plan_references()]
    parts = range(1, -(-len(addresses) // SITEMAP_PART) + 1)
    asked = request.GET.get("part", "")
    if asked and asked not in {str(part) for part in parts}:
        raise Http404
    if len(parts) > 1 and not asked:
        listed = [f"{reverse('sitemap')}?part={part}" for part in parts]
        template = "publication/sitemap_index.xml"
    else:
        start = (int(asked or 1) - 1) * SITEMAP_PART
        listed = addresses[start : start + SITEMAP_PART]
        template = "publication/sitemap.xml"
    whole = [request.build_absolute_uri(address) for address in listed]
    return render(request, template, {"addresses": whole}, content_type="application/xml")


@public
@cached
def robots(request: Request) -> HttpResponse:
    """Tell search engines where the public pages are."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in STAFF)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """Give a table as a CSV file. Cells are safe for spreadsheets already."""
    out = io.StringIO()
    # The mark at the front tells spreadsheets that this is UTF-8; reading it back passes it over.
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return HttpResponse(
        out.getvalue().encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _site(request: Request) -> str:
    """Return what stands before the reference in the address of a report."""
    return request.build_absolute_uri(reverse("report", args=["-"])).removesuffix("-")


def _inspection_cells(reports: Iterable[Inspection], site: str) -> Iterable[list[str]]:
    names = _region_names()
    for report in reports:
        # A report published here is its own source.
        said = replace(report.said, url=f"{site}{report.reference}") if report.from_case else report.said
        yield written_cells(said, written_as=report.programme.written_as, region_name=names[said.region_code])


def _region_names() -> dict[str, str]:
    """Return the name of each region by code, and what stands for the national area under no code."""
    return {area.region: area.region_name for area in directory().areas}


def _as_json(report: Inspection, names: dict[str, str], site: str) -> dict[str, Any]:
    said = report.said
    return {
        "reference": report.reference,
        "address": f"{site}{report.reference}",
        "round": report.round,
        "unit": said.unit_name,
        "unit_type": said.unit_type,
        "unit_code": said.unit_code,
        "region": names[said.region_code],
        "programme": report.programme.id,
        "fieldwork": said.fieldwork or None,
        "published": said.published or None,
        "score": said.score,
        "score_max": said.score_max,
        "overall_rating": said.overall or None,
        "ratings": dict(said.ratings),
        "num_recommendations": said.recommendations,
        "recommendation_targets": said.targets or None,
        "cases_inspected": said.cases,
        "evidence": said.evidence,
        "url": f"{site}{report.reference}" if report.from_case else said.url or None,
        "other_urls": list(said.other_urls),
        "notes": said.notes or None,
    }


def _programme_as_json(programme: Any) -> dict[str, Any]:
    return {
        "id": programme.id,
        "title": programme.title,
        "unit_type": programme.unit_type.value,
        "rated": programme.rated,
        "standards": [standard.key for standard in programme.standards],
        "standards_complete": programme.standards_complete,
        "score_max": programme.score_max,
        "score_max_confidence": programme.score_max_confidence,
        "about": programme.about,
        "not_known": programme.not_known,
        "sources": list(programme.sources),
    }


def _areas(request: Request) -> list[dict[str, Any]]:
    names = {area.code: area.names for area in directory().areas}
    return [
        {
            "code": area.code,
            "name": area.name,
            "unit_type": area.unit_type.value,
            "region_code": area.region_code,
            "region": area.region_name,
            "opened": area.opened,
            "closed": area.closed,
            "other_names": [name for name in names[area.code] if name != area.name],
        }
        for area in areas(today=request.today)
    ]
