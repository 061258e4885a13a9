"""The search for effective practice, open to everyone signed in (D3)."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render

from oversight.arrangements.views.duties import page_number
from oversight.inspections.forms.practice import PracticeFilters
from oversight.inspections.queries.practice import PAGE_SIZE, choices, practice
from oversight.kernel.declaring import signed_in
from oversight.kernel.requests import Request

INVALID: Final = 422


@signed_in
def effective_practice(request: Request) -> HttpResponse:
    """Show what published inspections found effective: filtered, counted, 25 a page."""
    filters = PracticeFilters(request.GET, choices=choices())
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        found = practice(chosen=filters.chosen(), page=page_number(request.GET))
        pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "inspections/practice.html", context, status=INVALID if faulty else 200)
