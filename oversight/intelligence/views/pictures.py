"""The combined picture of a unit and of a theme (B5, ¶14, ¶30)."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.views.duties import page_number
from oversight.exchange.views.steps import suggested
from oversight.intelligence.forms import Looking
from oversight.intelligence.queries.pictures import PAGE_SIZE, theme_picture, unit_picture
from oversight.intelligence.queries.sight import SEE
from oversight.intelligence.rules.words import words
from oversight.kernel.declaring import reads
from oversight.kernel.requests import Request
from oversight.parties.queries.units import regions

INVALID: Final = 422


@reads(SEE)
def units(request: Request) -> HttpResponse:
    """Find a unit to see its picture."""
    form = Looking(request.GET if "unit" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("intelligence-unit", form.cleaned_data["unit"].code)
    status = INVALID if form.is_bound else 200
    context = {"form": form, "suggested": suggested(), "regions": regions()}
    return render(request, "intelligence/units.html", context, status=status)


@reads(SEE)
def unit(request: Request, code: str) -> HttpResponse:
    """Show a unit as all who look at it see it."""
    found = unit_picture(actor=request.actor, code=code, today=request.today)
    return render(request, "intelligence/unit.html", {"found": found})


@reads(SEE)
def themes(request: Request) -> HttpResponse:
    """Show the themes."""
    return render(request, "intelligence/themes.html", {"themes": words().themes.values(), "told": words()})


@reads(SEE)
def theme(request: Request, theme: str) -> HttpResponse:
    """Show a theme across units."""
    number = page_number(request.GET)
    found = theme_picture(actor=request.actor, theme=theme, today=request.today, page=number)
    pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
    return render(request, "intelligence/theme.html", {"found": found, "pages": pages})
