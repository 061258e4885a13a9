"""Information in advance: what is held, what is asked of whom, what was supplied (D5, ¶31)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.inspections.actions.information import (
    Choice,
    Decision,
    ask_information,
    confirm_information,
    supply_information,
)
from oversight.inspections.forms.case import Asking, Supplying
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.information import information as information_page
from oversight.inspections.queries.information import request_to_meet
from oversight.inspections.rules.case import check_move
from oversight.inspections.views.case import CONFLICT, SEE
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words

SUPPLY = "inspections.supply_information"


@reads(SEE)
def information(request: Request, reference: str) -> HttpResponse:
    """Show everything wanted before an inspection, what is held with its date, and what was asked of whom."""
    found = case_detail(actor=request.actor, reference=reference)
    page = information_page(actor=request.actor, reference=reference)
    may_ask = "ask_information" in found.acts and bool(page.unasked)
    context = {"found": found, "page": page, "may_ask": may_ask}
    return render(request, "inspections/information.html", context)


@writes("inspections.lead")
def ask(request: Request, reference: str) -> HttpResponse:
    """Ask for what is missing, and reuse what is held."""
    found = case_detail(actor=request.actor, reference=reference)
    check_move(
        "ask_information",
        found.line.state,
        request.actor.role,
        rated=found.type.rated,
        paused_from=found.paused_from,
        on_team=found.on_team,
    )
    items = information_page(actor=request.actor, reference=reference).unasked
    latest, status = max(found.dates.fieldwork_from - timedelta(days=1), request.today), 200
    if request.method == "POST":
        form = Asking(request.POST, items=items, latest=latest)
        if form.is_valid():
            choices = {
                key: Choice(Decision(decision), reason) for key, (decision, reason) in form.decided().items()
            }
            try:
                asked = ask_information(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    revision=form.cleaned_data["revision"],
                    choices=choices,
                    needed_by=form.cleaned_data["needed_by"],
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"{count_in_words(asked, 'item')} asked for.")
                return redirect("inspection-information", reference=reference)
    else:
        form = Asking(items=items, latest=latest, initial={"revision": found.revision})
    return render(request, "inspections/information_ask.html", {"found": found, "form": form}, status=status)


@writes(SUPPLY)
def supply(request: Request, reference: str, request_id: int) -> HttpResponse:
    """Supply an item that was asked for."""
    wanted = request_to_meet(actor=request.actor, reference=reference, request_id=request_id)
    found = case_detail(actor=request.actor, reference=reference)
    status = 200
    if request.method == "POST":
        form = Supplying(request.POST, request.FILES)
        if form.is_valid():
            given = form.cleaned_data
            try:
                supply_information(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    request_id=request_id,
                    revision=given["revision"],
                    describes=given["describes"],
                    where=given["where"],
                    note=given["note"],
                    file_name=given["file"].name if given["file"] else "",
                    file=given["file"].read() if given["file"] else b"",
                    sensitive=given["sensitive"],
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Supplied: {wanted.title}.")
                return redirect("inspection-information", reference=reference)
    else:
        form = Supplying(initial={"revision": wanted.revision})
    context = {"found": found, "wanted": wanted, "form": form}
    return render(request, "inspections/information_supply.html", context, status=status)


@writes(SUPPLY)
def confirm(request: Request, reference: str) -> HttpResponse:
    """Say for a party that owes it that all information was supplied (paragraph 31)."""
    if request.method == "POST":
        confirm_information(by=request.actor, at=request.at, reference=reference)
        messages.success(request, "Recorded: all information was supplied.")
    return redirect("inspection-information", reference=reference)
