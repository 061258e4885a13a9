"""The register of inspections, one case, and the steps that move it (D1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.forms import in_full, show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.arrangements.views.files import csv_file
from oversight.inspections.actions import case as acts
from oversight.inspections.actions import case_steps as steps
from oversight.inspections.forms.case import (
    Announcing,
    CaseFilters,
    DateChange,
    DayStep,
    ReasonStep,
    Replacing,
    Scheduling,
    Team,
)
from oversight.inspections.queries.case import PAGE_SIZE, CaseDetail, CaseLine, every_line, register
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.in_common import shares_of
from oversight.inspections.queries.people import inspectors
from oversight.inspections.rules.case import OPEN, CaseState, check_move
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.parties.queries import parties_by_code

SEE: Final = "inspections.see"
#: What was asked makes no sense; the page says what and beside which field.
INVALID: Final = 422
#: Refusals by state: the page is shown again with what was typed, and answered as a conflict.
CONFLICT: Final = 409


def _units() -> list[str]:
    return sorted(in_full(ref) for ref in parties_by_code().values() if ref.kind in {"pdu", "region"})


@reads(SEE)
def inspections(request: Request) -> HttpResponse:
    """Show the inspections that I may see: filtered, counted, 25 a page."""
    filters = CaseFilters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "parties": _units(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        found = register(actor=request.actor, chosen=filters.chosen(), page=page_number(request.GET))
        pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "inspections/inspections.html", context, status=INVALID if faulty else 200)


COLUMNS: Final = (
    "reference",
    "title",
    "type",
    "programme",
    "unit_code",
    "unit",
    "state",
    "announced",
    "fieldwork_from",
    "fieldwork_until",
    "lead_inspector",
)


@reads(SEE)
def inspections_csv(request: Request) -> HttpResponseBase:
    """Give exactly the inspections that the filters choose, as a file."""
    filters = CaseFilters(request.GET)
    if not filters.is_valid():
        # The page says what is wrong, beside the field.
        return HttpResponseRedirect(f"{reverse('inspections')}?{request.GET.urlencode()}")
    lines = every_line(actor=request.actor, chosen=filters.chosen())
    return csv_file(f"inspections-{request.today.isoformat()}.csv", COLUMNS, map(_cells, lines))


def _cells(line: CaseLine) -> tuple[Cell, ...]:
    return (
        line.reference,
        line.title,
        line.type_title,
        line.programme_title,
        line.unit.code if line.unit else "",
        line.unit.name if line.unit else "",
        line.state_label,
        line.announced_on,
        line.fieldwork_from,
        line.fieldwork_until,
        line.lead_name,
    )


@writes("inspections.plan")
def schedule(request: Request) -> HttpResponse:
    """Schedule an inspection, known to the planners alone until it is announced."""
    leads, status = inspectors(today=request.today), 200
    if request.method == "POST":
        form = Scheduling(request.POST, leads=leads)
        if form.is_valid():
            try:
                reference = acts.schedule(by=request.actor, at=request.at, **form.facts())
            except Refused as refused:
                if refused.field in {"type", "programme"}:
                    refused.field = "kind"
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(
                    request, f"Scheduled as {reference}. Only planners see it until it is announced."
                )
                return redirect("inspection", reference=reference)
    else:
        form = Scheduling(leads=leads, initial={"units": request.GET.get("unit", "")[:100]})
    context = {"form": form, "leads": leads}
    return render(request, "inspections/schedule.html", context, status=status)


@dataclass(frozen=True)
class NextStep:
    """Where an act is done: the words on its button or link and the name of its address."""

    text: str
    address: str


#: Where each step of the workflow is taken, those on the way in the order in which a page offers them.
ONWARD: Final = {
    "announce": NextStep("Announce the inspection", "inspection-announce"),
    "ask_information": NextStep("Ask for information", "inspection-information-ask"),
    "start_fieldwork": NextStep("Start fieldwork", "inspection-start-fieldwork"),
    "finish_fieldwork": NextStep("Finish fieldwork", "inspection-finish-fieldwork"),
    "finish_unrated_fieldwork": NextStep("Finish fieldwork", "inspection-finish-fieldwork"),
    "settle_ratings": NextStep("Rate the standards", "inspection-ratings"),
    "send_for_checking": NextStep("Send the draft for checking", "inspection-accuracy-send"),
    "issue_final": NextStep("Issue the final report", "inspection-accuracy-final"),
    "publish": NextStep("Publish the report", "inspection-publication"),
    "resume": NextStep("Resume the inspection", "inspection-resume"),
}
ASIDE: Final = {
    "change_dates": NextStep("Change the dates", "inspection-dates"),
    "pause": NextStep("Pause", "inspection-pause"),
    "replace": NextStep("Replace by another inspection", "inspection-replace"),
    "withdraw": NextStep("Withdraw", "inspection-withdraw"),
}


def onward(found: CaseDetail) -> list[NextStep]:
    """Give where the one who looks can take the next step; the first is the one a page puts forward."""
    names = ["resume" if name.startswith("resume_") else name for name in found.acts]
    possible = [name for name in ONWARD if name in names]
    if found.line.state == CaseState.INFORMATION_REQUESTED:
        possible.reverse()
    return [ONWARD[name] for name in possible]


def may_set_team(request: Request, found: CaseDetail) -> bool:
    """Tell whether the one who looks may change the team."""
    open_ = found.line.state in {*OPEN, CaseState.PAUSED}
    planner = request.actor.may("inspections.plan")
    return open_ and request.actor.may("inspections.adjust") and (planner or found.on_team)


@reads(SEE)
def inspection(request: Request, reference: str) -> HttpResponse:
    """Show one inspection: where it stands, the one next step, what is known of it, its timeline."""
    found = case_detail(actor=request.actor, reference=reference)
    return render(
        request,
        "inspections/inspection.html",
        {
            "found": found,
            "onward": onward(found),
            "aside": [step for name, step in ASIDE.items() if name in found.acts],
            "sets_team": may_set_team(request, found),
            "sees_duties": request.actor.may("arrangements.see_duties"),
            "shares": shares_of(request.actor, found.line.state),
        },
    )


@dataclass(frozen=True)
class StepPage:
    """The page of a step.

    Args:
        act: What is done, as the workflow names it.
        title: Heading of the page.
        button: Words on its button.
        done: What is said when it is done.
        form: Its form.
        write: The action.
        warning: Whether it cannot be undone.
    """

    act: str
    title: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    warning: bool = False


PAGES: Final = {
    "announce": StepPage(
        "announce",
        "Announce the inspection",
        "Announce it today",
        "The inspection is announced. Those inspected and OSAG see it from now on.",
        Announcing,
        acts.announce,
    ),
    "change_dates": StepPage(
        "change_dates",
        "Change the dates",
        "Change the dates",
        "The dates are changed.",
        DateChange,
        acts.change_dates,
    ),
    "start_fieldwork": StepPage(
        "start_fieldwork",
        "Start fieldwork",
        "Fieldwork has started",
        "Fieldwork has started.",
        DayStep,
        steps.start_fieldwork,
    ),
    "finish_fieldwork": StepPage(
        "finish_fieldwork",
        "Finish fieldwork",
        "Fieldwork has finished",
        "Fieldwork has finished.",
        DayStep,
        steps.finish_fieldwork,
    ),
    "pause": StepPage(
        "pause", "Pause the inspection", "Pause it", "The inspection is paused.", ReasonStep, steps.pause
    ),
    "resume": StepPage(
        "resume", "Resume the inspection", "Resume it", "The inspection is resumed.", ReasonStep, steps.resume
    ),
    "withdraw": StepPage(
        "withdraw",
        "Withdraw the inspection",
        "Withdraw it",
        "The inspection is withdrawn, and nobody owes anything for it any more.",
        ReasonStep,
        steps.withdraw,
        warning=True,
    ),
    "replace": StepPage(
        "replace",
        "Replace the inspection by another",
        "Replace it",
        "The inspection is replaced, and nobody owes anything for it any more.",
        Replacing,
        steps.replace,
        warning=True,
    ),
}


def _step(request: Request, reference: str, name: str) -> HttpResponse:
    page = PAGES[name]
    found = case_detail(actor=request.actor, reference=reference)
    check_move(
        page.act,
        found.line.state,
        request.actor.role,
        rated=found.type.rated,
        paused_from=found.paused_from,
        on_team=found.on_team,
    )
    options: dict[str, Any] = {"found": found} if page.form is DateChange else {}
    status = 200
    if request.method == "POST":
        form = page.form(request.POST, **options)
        if form.is_valid():
            try:
                page.write(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    revision=form.cleaned_data["revision"],
                    **form.facts(),  # type: ignore[attr-defined]  # every form of a step has it
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, page.done)
                return redirect("inspection", reference=reference)
    else:
        form = page.form(initial=_known(request, found), **options)
    context = {"found": found, "page": page, "form": form}
    return render(request, "inspections/step.html", context, status=status)


def _known(request: Request, found: CaseDetail) -> dict[str, Any]:
    return {
        "revision": found.revision,
        "announce": found.dates.announce,
        "fieldwork_from": found.dates.fieldwork_from,
        "fieldwork_until": found.dates.fieldwork_until,
        "on": request.today,
    }


@writes("inspections.announce")
def announce(request: Request, reference: str) -> HttpResponse:
    """Announce an inspection today."""
    return _step(request, reference, "announce")


@writes("inspections.adjust")
def change_dates(request: Request, reference: str) -> HttpResponse:
    """Change the days planned, with the reason."""
    return _step(request, reference, "change_dates")


@writes("inspections.lead")
def start_fieldwork(request: Request, reference: str) -> HttpResponse:
    """Say that fieldwork has started."""
    return _step(request, reference, "start_fieldwork")


@writes("inspections.lead")
def finish_fieldwork(request: Request, reference: str) -> HttpResponse:
    """Say that fieldwork has ended."""
    return _step(request, reference, "finish_fieldwork")


@writes("inspections.adjust")
def pause(request: Request, reference: str) -> HttpResponse:
    """Pause an inspection, with the reason."""
    return _step(request, reference, "pause")


@writes("inspections.adjust")
def resume(request: Request, reference: str) -> HttpResponse:
    """Resume a paused inspection, with the reason."""
    return _step(request, reference, "resume")


@writes("inspections.plan")
def withdraw(request: Request, reference: str) -> HttpResponse:
    """Withdraw an inspection, with the reason."""
    return _step(request, reference, "withdraw")


@writes("inspections.plan")
def replace(request: Request, reference: str) -> HttpResponse:
    """End an inspection in favour of another, with the reason."""
    return _step(request, reference, "replace")


@writes("inspections.adjust")
def team(request: Request, reference: str) -> HttpResponse:
    """Set who leads an inspection and who is on its team."""
    found = case_detail(actor=request.actor, reference=reference)
    people, status = inspectors(today=request.today), 200
    if request.method == "POST":
        form = Team(request.POST, found=found, people=people)
        if form.is_valid():
            try:
                acts.set_team(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    revision=form.cleaned_data["revision"],
                    **form.facts(),
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The team is set.")
                return redirect("inspection", reference=reference)
    else:
        known = {
            "revision": found.revision,
            "lead": found.lead.reference,
            "members": [one.reference for one in found.team],
        }
        form = Team(initial=known, found=found, people=people)
    return render(request, "inspections/team.html", {"found": found, "form": form}, status=status)
