"""The follow-up sheet of a unit, and what an inspection found of one recommendation (E5, ¶26)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request
from oversight.parties.queries import party
from oversight.recommendations.actions import follow_up as acts
from oversight.recommendations.forms.follow_up import FindingForm, Sheet
from oversight.recommendations.queries.follow_up import follow_up_sheet
from oversight.recommendations.queries.recommendations import recommendation as recommendation_detail
from oversight.recommendations.views.recommendations import CONFLICT, INVALID, SEE, suggested, takes


@reads(SEE)
def sheet(request: Request) -> HttpResponse:
    """Show every earlier recommendation of a unit, claimed and verified, with what inspections found."""
    asked = "unit" in request.GET
    form = Sheet(request.GET) if asked else Sheet()
    context: dict[str, Any] = {"form": form, "suggested": suggested()}
    status = 200
    if asked and form.is_valid():
        context["found"] = follow_up_sheet(
            actor=request.actor,
            unit=form.cleaned_data["unit"].code,
            inspection=form.cleaned_data["inspection"],
        )
    elif asked:
        status = INVALID
    return render(request, "recommendations/follow_up.html", context, status=status)


def _sheet_address(unit: str, inspection: str) -> str:
    query = urlencode({"unit": unit, "inspection": inspection})
    return f"{reverse('recommendation-follow-up-sheet')}?{query}"


@writes(acts.FOLLOW_UP)
def complete(request: Request, unit: str, inspection: str) -> HttpResponse:
    """Say that the inspection has followed up every earlier recommendation."""
    found = follow_up_sheet(actor=request.actor, unit=unit, inspection=inspection)
    if request.method == "POST":
        acts.complete_follow_up(by=request.actor, at=request.at, unit=party(unit), inspection=inspection)
        messages.success(request, "The follow-up is complete, and the duty to follow up is met.")
        return HttpResponseRedirect(_sheet_address(unit, inspection))
    context = {"found": found, "address": _sheet_address(unit, inspection)}
    return render(request, "recommendations/follow_up_complete.html", context)


@writes(acts.FOLLOW_UP)
def follow_up(request: Request, reference: str) -> HttpResponse:
    """Say what an inspection found of an earlier recommendation."""
    found = recommendation_detail(actor=request.actor, reference=reference)
    status = 200
    if request.method == "POST":
        form = FindingForm(request.POST)
        if form.is_valid():
            if takes(request, form, acts.follow_up, reference=reference):
                messages.success(request, "The finding is kept beside what was claimed and verified.")
                unit = found.line.unit.code if found.line.unit else ""
                return HttpResponseRedirect(
                    _sheet_address(unit, form.cleaned_data["inspection"])
                    if unit
                    else reverse("recommendation", args=[reference])
                )
            status = CONFLICT
    else:
        known = {"revision": found.revision, "inspection": request.GET.get("inspection", "")[:80]}
        form = FindingForm(initial=known)
    context = {"found": found, "form": form}
    return render(request, "recommendations/follow_up_one.html", context, status=status)
