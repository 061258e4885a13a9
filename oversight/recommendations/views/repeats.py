"""Recommendations that recur: pairs to decide on, and how many there are each year (E7, ¶21, ¶23)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.kernel.declaring import public, reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import safe_cell
from oversight.publication.views.caching import cached
from oversight.publication.views.data import csv_answer
from oversight.recommendations.actions.repeats import decide_repeat, link_repeat
from oversight.recommendations.forms.repeats import Deciding, Linking, RepeatFilters, TrendFilters
from oversight.recommendations.queries.recommendations import recommendation as recommendation_detail
from oversight.recommendations.queries.repeats import LINK, repeat, repeats
from oversight.recommendations.queries.trends import BY, counted_by_year, public_by_year
from oversight.recommendations.rules.trends import picture
from oversight.recommendations.views.recommendations import CONFLICT, INVALID, SEE, suggested
from oversight.recommendations.views.steps import StepPage


@reads(SEE)
def recommendation_repeats(request: Request) -> HttpResponse:
    """Show the pairs that may be repeats, as far as I see both, the most alike first."""
    filters = RepeatFilters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "narrowed": any(request.GET.get(name) for name in filters.fields),
        "decides": request.actor.may(LINK),
    }
    if not faulty:
        context["page"] = repeats(actor=request.actor, page=page_number(request.GET), **filters.cleaned_data)
    return render(request, "recommendations/repeats.html", context, status=INVALID if faulty else 200)


@reads(SEE)
def recommendation_repeat(request: Request, repeat_id: int) -> HttpResponse:
    """Show two recommendations side by side, and what was decided of them."""
    pair, decided = repeat(actor=request.actor, repeat_id=repeat_id)
    context = {"pair": pair, "decided": decided, "form": None, "decides": request.actor.may(LINK)}
    return render(request, "recommendations/repeat.html", context)


@writes(LINK)
def decide(request: Request, repeat_id: int) -> HttpResponse:
    """Say whether the later one repeats the earlier one."""
    pair, decided = repeat(actor=request.actor, repeat_id=repeat_id)
    status = 200
    if request.method == "POST":
        form = Deciding(request.POST)
        status = INVALID
        if form.is_valid():
            try:
                decide_repeat(
                    by=request.actor,
                    at=request.at,
                    repeat=repeat_id,
                    revision=form.cleaned_data["revision"],
                    **form.facts(),
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "Decided. You can go on with the next pair.")
                return redirect("recommendation-repeats")
    else:
        form = Deciding(initial={"revision": pair.revision})
    context = {"pair": pair, "decided": decided, "form": form, "decides": True}
    return render(request, "recommendations/repeat.html", context, status=status)


LINKING: Final = StepPage(
    "Link it to one that says the same",
    "Link them",
    "Linked. Both pages say so, and the numbers by year count it as a repeat.",
    Linking,
    link_repeat,
    "The service suggests pairs that say much the same. Here you link two that mean the same in other words.",
)


@writes(LINK)
def link(request: Request, reference: str) -> HttpResponse:
    """Say that a recommendation and another one, which the service did not suggest, repeat each other."""
    seen = recommendation_detail(actor=request.actor, reference=reference)
    status = 200
    if request.method == "POST":
        form = Linking(request.POST)
        status = INVALID
        if form.is_valid():
            try:
                pair = link_repeat(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, LINKING.done)
                return redirect("recommendation-repeat", repeat_id=pair)
    else:
        form = Linking()
    context = {"found": seen, "page": LINKING, "form": form, "possible": True}
    return render(request, "recommendations/step.html", context, status=status)


@reads(SEE)
def trends(request: Request) -> HttpResponse:
    """Show how many recommendations there were each year, by theme or by body, and how many were repeats."""
    filters = TrendFilters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "suggested": suggested(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        chosen = filters.chosen()
        found = counted_by_year(actor=request.actor, chosen=chosen, today=request.today)
        kept = {
            name: value
            for name, value in (
                ("theme", chosen.theme),
                ("authority", chosen.authority),
                ("unit", chosen.unit),
                ("kind", chosen.kind),
            )
            if value
        }

        def behind(key: str, year: int | None, *, again: bool = False, every: bool = False) -> str:
            """Give the query of the register that lists exactly what a number counts."""
            asked = dict(kept)
            if not every:
                asked[chosen.by] = key or "none"
            if year:
                asked["year"] = str(year)
            if again:
                asked["again"] = "yes"
            return urlencode(asked)

        context |= {"found": found, "picture": picture(found), "by": chosen.by, "behind": behind}
    return render(request, "recommendations/trends.html", context, status=INVALID if faulty else 200)


@public
@cached
def public_trends(request: Request) -> HttpResponse:
    """Show anyone how many published recommendations there were each year, and how many were repeats."""
    by = "authority" if request.GET.get("by") == "authority" else "theme"
    found = public_by_year(by=by, today=request.today)
    context = {"found": found, "picture": picture(found), "by": by}
    return render(request, "recommendations/trends_public.html", context)


COLUMNS: Final = ("counted_by", "code", "name", "year", "made", "repeats")


@public
@cached
def public_trends_csv(request: Request) -> HttpResponse:
    """Give the same numbers as a file, by theme and by body."""
    rows = (
        [safe_cell(one) for one in (by, row.key, row.label, year, cell.made, cell.again)]
        for by in BY
        for found in [public_by_year(by=by, today=request.today)]
        for row in found.rows
        for year, cell in zip(found.years, row.cells, strict=True)
    )
    return csv_answer("recommendations-by-year.csv", COLUMNS, rows)
