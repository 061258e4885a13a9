"""Risk pictures for planners; the weights and how well they did, for anyone (B7, ¶10(v), ¶30)."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from oversight.arrangements.views.duties import page_number
from oversight.arrangements.views.files import csv_file
from oversight.intelligence.forms import RiskAsOf, RiskFilters
from oversight.intelligence.queries.backtest import back_test
from oversight.intelligence.queries.risk import PAGE_SIZE, risk_list, risk_of
from oversight.intelligence.queries.risk_sight import SEE_RISK
from oversight.intelligence.queries.risk_words import in_words
from oversight.intelligence.rules.backtest import DRAWS, SEED, Trial
from oversight.intelligence.rules.counting import rules_on
from oversight.intelligence.rules.risk import FACTOR_WORDS
from oversight.intelligence.rules.weights import every_weights, weights_on
from oversight.intelligence.rules.words import Confidence, Result, words
from oversight.kernel.declaring import public, reads
from oversight.kernel.requests import Request
from oversight.parties.queries.units import regions
from oversight.publication.views.caching import cached

INVALID: Final = 422
COLUMNS: Final = ("report", "unit_code", "unit", "picture_as_of", "score", "band", "rating", "rating_before")


@reads(SEE_RISK)
def index(request: Request) -> HttpResponse:
    """List regions and units by risk, the highest first."""
    form = RiskFilters(request.GET, regions=[(one.code, one.name) for one in regions()])
    region = form.cleaned_data["region"] if form.is_valid() else ""
    found = risk_list(actor=request.actor, today=request.today, region=region, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
    context = {"found": found, "form": form, "pages": pages, "factors": FACTOR_WORDS}
    return render(request, "intelligence/risks.html", context, status=200 if form.is_valid() else INVALID)


@reads(SEE_RISK)
def one(request: Request, code: str) -> HttpResponse:
    """Show the risk picture of a place line by line, as of a day."""
    form = RiskAsOf(request.GET)
    on = (form.cleaned_data["on"] if form.is_valid() else None) or request.today
    found = risk_of(actor=request.actor, code=code, on=on, today=request.today)
    context = {
        "found": found,
        "picture": found.picture,
        "lines": in_words(found),
        "form": form,
        "factors": FACTOR_WORDS,
        "rules": rules_on(found.picture.on),
    }
    return render(request, "intelligence/risk.html", context, status=200 if form.is_valid() else INVALID)


@public
@cached
def weights(request: Request) -> HttpResponse:
    """Publish every version of the weights, the latest first."""
    versions = tuple(reversed(every_weights()))
    context = {
        "versions": versions,
        "now": weights_on(request.today),
        "results": {one: words().results[one] for one in Result if one.concern},
        "sure": {one: words().confidence[one] for one in Confidence},
    }
    return render(request, "intelligence/weights.html", context)


@public
@cached
def test(request: Request, version: str) -> HttpResponse:
    """Publish how well a version of the weights did against the ratings that were given."""
    found = back_test(version)
    page: Page[Trial] = Paginator(found.trials, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"found": found, "page": page, "seed": SEED, "draws": DRAWS}
    return render(request, "intelligence/risk_test.html", context)


@public
def test_csv(request: Request, version: str) -> HttpResponseBase:
    """Give every inspection of the test as a file."""
    del request
    found = back_test(version)
    scale = list(found.weights.ratings)
    rows = [
        (
            one.report,
            one.unit,
            found.names[one.unit],
            one.on,
            one.score,
            found.weights.band_of(one.score).title,
            one.rating,
            "" if one.before is None else scale[len(scale) - 1 - one.before],
        )
        for one in found.trials
    ]
    return csv_file(f"risk-test-{found.weights.version}.csv", COLUMNS, rows)
