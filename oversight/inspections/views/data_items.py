"""Figures of a report: entered by the team, checked by data assurance (D7, ¶31, ¶32)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import in_full, show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.inspections.actions.data_items import (
    change_data_item,
    check_data_item,
    enter_data_item,
    withdraw_data_item,
)
from oversight.inspections.forms.report import Checking, Figures, Withdrawing, figures_known
from oversight.inspections.queries.case import CaseDetail
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.data_items import PAGE_SIZE, comparison, items, to_check
from oversight.inspections.queries.report_facts import DataItemNow
from oversight.inspections.rules.data_items import LEVEL_WORDS, PLACEMENT_WORDS, Measure
from oversight.inspections.rules.data_tables import TableFault, read_table, table_text
from oversight.inspections.rules.visibility import Part
from oversight.inspections.views.report import CONFLICT, INVALID, LEAD, SEE, raise_permission, writes_now
from oversight.inspections.views.sharing import shows_case_data
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.suppression import suppression_rule
from oversight.parties.queries import parties_by_code

CHECK = "inspections.check_data"
MOST_SHOWN = 50


@reads(SEE, logs=True)
@shows_case_data(Part.DATA)
def data_items(request: Request, reference: str) -> HttpResponse:
    """List the figures of a report as a version would show them, with where they stand and what is open."""
    found = case_detail(actor=request.actor, reference=reference)
    context = {
        "found": found,
        "items": items(actor=request.actor, reference=reference),
        "levels": LEVEL_WORDS,
        "placements": PLACEMENT_WORDS,
        "rule": suppression_rule(),
        "acts": writes_now(request, found),
    }
    return render(request, "inspections/report_data.html", context)


@writes(LEAD)
def add_data_item(request: Request, reference: str) -> HttpResponse:
    """Enter figures: preview them with small numbers hidden, then save."""
    found = case_detail(actor=request.actor, reference=reference)
    # The list of figures is the team's alone, so this refuses whoever may not see it.
    items(actor=request.actor, reference=reference)
    form = Figures(initial={"revision": 0})
    return _entered(request, found, form, None)


@writes(LEAD)
def data_item(request: Request, reference: str, number: int) -> HttpResponse:
    """Change figures or withdraw them."""
    found = case_detail(actor=request.actor, reference=reference)
    listed = items(actor=request.actor, reference=reference)
    one = next((one for one in listed if one.number == number), None)
    if one is None:
        raise Refused("not_found_data_item", f"There is no data item {number}.", "Choose one from the list.")
    owner = parties_by_code()[one.facts.owner]
    form = Figures(initial=figures_known(one.facts, owner, table_text(one.facts.table), one.revision))
    return _entered(request, found, form, one)


def _entered(request: Request, found: CaseDetail, form: Figures, one: DataItemNow | None) -> HttpResponse:
    """Answer a page on which figures are entered: checked whole, every fault by row, nothing lost."""
    reference, status = found.line.reference, 200
    faults: tuple[TableFault, ...] = ()
    ending = Withdrawing(prefix="end")
    if request.method == "POST" and one is not None and request.POST.get("act") == "withdraw":
        ending, status = Withdrawing(request.POST, prefix="end"), INVALID
        if ending.is_valid():
            try:
                withdraw_data_item(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    number=one.number,
                    **ending.cleaned_data,
                )
            except Refused as refused:
                raise_permission(refused)
                show_refusal(ending, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Data item {one.number} is withdrawn.")
                return redirect("inspection-report-data", reference=reference)
    elif request.method == "POST":
        form, status = Figures(request.POST, request.FILES), INVALID
        if form.is_valid():
            read = read_table(form.table_text, Measure(form.cleaned_data["measure"]))
            faults = read.faults
            # A browser does not send the file a second time, so what it held is shown to be corrected.
            form = _with_table(form, request)
            if faults:
                form.add_error("table", "Correct the rows named below, then save again.")
            else:
                try:
                    number = _save(request, reference, form, one)
                except Refused as refused:
                    raise_permission(refused)
                    show_refusal(form, refused)
                    status = CONFLICT
                else:
                    messages.success(request, f"Data item {number} is saved.")
                    return redirect("inspection-report-data", reference=reference)
    context: dict[str, Any] = {
        "found": found,
        "form": form,
        "ending": ending,
        "one": one,
        "faults": faults[:MOST_SHOWN],
        "fault_count": len(faults),
        "parties": sorted(in_full(ref) for ref in parties_by_code().values()),
        "rule": suppression_rule(),
        "acts": writes_now(request, found),
    }
    return render(request, "inspections/report_data_item.html", context, status=status)


def _with_table(form: Figures, request: Request) -> Figures:
    typed = request.POST.copy()
    typed["table"] = form.table_text
    made = Figures(typed)
    made.is_valid()
    return made


def _save(request: Request, reference: str, form: Figures, one: DataItemNow | None) -> int:
    read = read_table(form.table_text, Measure(form.cleaned_data["measure"]))
    facts = form.facts(read.table)
    who: dict[str, Any] = {"by": request.actor, "at": request.at, "reference": reference}
    if one is None:
        return enter_data_item(**who, facts=facts)
    change_data_item(**who, number=one.number, facts=facts, revision=form.cleaned_data["revision"])
    return one.number


@reads(CHECK)
def checks(request: Request) -> HttpResponse:
    """List the national comparisons that data assurance checks, those that wait first."""
    found = to_check(actor=request.actor, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
    return render(request, "inspections/report_checks.html", {"found": found, "pages": pages})


@writes(CHECK)
def check(request: Request, reference: str, number: int) -> HttpResponse:
    """Show a national comparison whole, and take what data assurance finds of it."""
    row, one = comparison(actor=request.actor, reference=reference, number=number)
    form, status = Checking(initial={"digest": one.facts.digest}), 200
    if request.method == "POST":
        form, status = Checking(request.POST), INVALID
        if form.is_valid():
            said = form.cleaned_data | {"holds": form.cleaned_data["holds"] == "yes"}
            try:
                check_data_item(by=request.actor, at=request.at, reference=reference, number=number, **said)
            except Refused as refused:
                raise_permission(refused)
                typed = request.POST.copy()
                typed["digest"] = one.facts.digest
                form = Checking(typed)
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The check is recorded.")
                return redirect("inspection-data-checks")
    whole = replace(one.text, rows=one.facts.table.rows, note="")
    context = {"row": row, "one": one, "whole": whole, "form": form}
    return render(request, "inspections/report_check.html", context, status=status)
