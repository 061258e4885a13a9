"""The sample of Serious Further Offence reviews, for anyone to read and check (F1, ¶19)."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from oversight.kernel.declaring import public
from oversight.kernel.requests import Request
from oversight.publication.queries.samples import current_year, sample_year, sample_years
from oversight.publication.rules.sample_snapshots import public_file
from oversight.publication.views.caching import cached


@public
@cached
def sample(request: Request) -> HttpResponse:
    """Show how the sample is drawn, and the year that runs, or else the latest."""
    names = sample_years()
    return _page(request, names, current_year(request.today) or next(iter(names), ""))


@public
@cached
def year(request: Request, year: str) -> HttpResponse:
    """Show one year of the sample."""
    return _page(request, sample_years(), year)


def _page(request: Request, names: tuple[str, ...], name: str) -> HttpResponse:
    found = sample_year(name) if name else None
    return render(request, "publication/sample.html", {"found": found, "names": names})


@public
@cached
def file(request: Request, year: str) -> HttpResponse:
    """Give a year as data that ``oversight sample check`` reads."""
    del request
    found = sample_year(year)
    return JsonResponse(
        public_file(found.snapshot),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": f'attachment; filename="sfo-sample-{found.snapshot.year}.json"'},
    )
