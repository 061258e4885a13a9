"""What a published inspection found, for the Inspectorate to put in common theme by theme (B1, ¶30)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.inspections.actions.in_common import put_in_common
from oversight.inspections.queries import in_common as queries
from oversight.inspections.queries.case import case as case_detail
from oversight.intelligence.queries.sight import SHARE
from oversight.intelligence.views.offering import take_offer
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request


@reads(SHARE)
def index(request: Request, reference: str) -> HttpResponse:
    """Show what can be put in common of an inspection, and what is."""
    found = case_detail(actor=request.actor, reference=reference)
    offers = queries.in_common(actor=request.actor, reference=reference)
    return render(request, "inspections/in_common.html", {"found": found, "offers": offers})


@writes(SHARE)
def share(request: Request, reference: str, theme: str) -> HttpResponse:
    """Put what was found on a theme in common, as it is drafted or as its owner words it."""
    offers = queries.in_common(actor=request.actor, reference=reference)

    def act(**given: Any) -> int:
        return put_in_common(by=request.actor, at=request.at, reference=reference, theme=theme, **given)

    return take_offer(request, offers, theme, back=reverse("inspection-in-common", args=[reference]), act=act)
