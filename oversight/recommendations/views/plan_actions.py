"""The list of actions, one with its progress and dates, and the progress return as a file (E6, ¶26)."""

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

from oversight.arrangements.views.duties import page_number
from oversight.arrangements.views.files import csv_file
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.publication.queries.plans import public_version
from oversight.recommendations.actions import plan_actions as acts
from oversight.recommendations.forms.plans import (
    ActionFilters,
    ActionForm,
    AskingDate,
    DecidingDate,
    Reason,
    ReportingAction,
)
from oversight.recommendations.queries.notices import told_of
from oversight.recommendations.queries.plan_actions import action as action_detail
from oversight.recommendations.queries.plan_actions import action_register, every_action
from oversight.recommendations.queries.plan_facts import ActionDetail, ActionLine
from oversight.recommendations.queries.plan_sight import CLEAR, DRAFT
from oversight.recommendations.queries.plans import plan as plan_detail
from oversight.recommendations.queries.recommendations import PAGE_SIZE, REPORT
from oversight.recommendations.views.recommendations import CONFLICT, INVALID, SEE, NextStep, suggested, takes


@reads(SEE)
def actions(request: Request) -> HttpResponse:
    """Show the actions that I may see, soonest due first."""
    filters = ActionFilters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "suggested": suggested(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        found = action_register(
            actor=request.actor,
            chosen=filters.chosen(),
            today=request.today,
            page=page_number(request.GET),
        )
        pages: Page[int] = Paginator(range(found.count.number), PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    status = INVALID if faulty else 200
    return render(request, "recommendations/plan_actions.html", context, status=status)


COLUMNS: Final = (
    "plan",
    "plan_title",
    "number",
    "action",
    "recommendations",
    "owner_code",
    "owner",
    "measure",
    "commissioned_services",
    "first_date",
    "present_date",
    "progress",
    "stands",
)


@reads(SEE)
def actions_csv(request: Request) -> HttpResponseBase:
    """Give exactly the actions that the filters choose, as a file."""
    filters = ActionFilters(request.GET)
    if not filters.is_valid():
        # The page says what is wrong, beside the field.
        return HttpResponseRedirect(f"{reverse('plan-actions')}?{request.GET.urlencode()}")
    lines = every_action(actor=request.actor, chosen=filters.chosen(), today=request.today)
    return csv_file(f"actions-{request.today.isoformat()}.csv", COLUMNS, map(action_cells, lines))


def action_cells(line: ActionLine) -> tuple[Cell, ...]:
    """Give an action as a row of a file, by ``COLUMNS``."""
    return (
        line.plan,
        line.plan_title,
        line.number,
        line.text,
        " ".join(line.recommendations),
        line.owner.code,
        line.owner.name,
        line.measure,
        line.commissioned,
        line.first_due,
        line.due,
        line.progress_label,
        line.timing_label,
    )


@writes(DRAFT)
def add_action(request: Request, reference: str) -> HttpResponse:
    """Add an action to a plan that is being drafted."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    status = 200
    if request.method == "POST":
        form = ActionForm(request.POST, made=found.recommendations)
        if form.is_valid():
            if takes(request, form, acts.add_action, reference=reference):
                messages.success(request, "The action is in the plan.")
                return redirect("plan", reference=reference)
            status = CONFLICT
    else:
        form = ActionForm(made=found.recommendations, initial={"revision": found.revision})
    context = {
        "found": found,
        "form": form,
        "suggested": suggested(),
        "title": "Add an action",
        "button_text": "Add it to the plan",
        "possible": "add_action" in found.acts,
    }
    return render(request, "recommendations/plan_action_form.html", context, status=status)


@writes(DRAFT)
def change_action(request: Request, reference: str, number: int) -> HttpResponse:
    """Change an action of a plan that is being drafted."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    held = action_detail(actor=request.actor, reference=reference, number=number, today=request.today)
    status = 200
    if request.method == "POST":
        form = ActionForm(request.POST, made=found.recommendations)
        if form.is_valid():
            if takes(request, form, acts.change_action, reference=reference, number=number):
                messages.success(request, "The action is changed.")
                return redirect("plan-action", reference=reference, number=number)
            status = CONFLICT
    else:
        known = {
            "revision": held.revision,
            "text": held.line.text,
            "owner": held.line.owner,
            "measure": held.line.measure,
            "due": held.line.due,
            "commissioned": held.line.commissioned,
            "recommendations": list(held.line.recommendations),
        }
        form = ActionForm(made=found.recommendations, initial=known)
    context = {
        "found": found,
        "form": form,
        "suggested": suggested(),
        "title": f"Change action {number}",
        "button_text": "Change it",
        "possible": "change_action" in held.acts,
    }
    return render(request, "recommendations/plan_action_form.html", context, status=status)


STEPS: Final = {
    "report_action": NextStep("Report progress", "plan-action-report"),
    "decide_date": NextStep("Decide on the new date", "plan-action-decide"),
    "ask_date": NextStep("Ask for another date", "plan-action-date"),
    "change_action": NextStep("Change it", "plan-action-change"),
    "withdraw_action": NextStep("Take it out of the plan", "plan-action-withdraw"),
}


@reads(SEE)
def action(request: Request, reference: str, number: int) -> HttpResponse:
    """Show one action: who does it, first and present date, what was done."""
    found = action_detail(actor=request.actor, reference=reference, number=number, today=request.today)
    if (found.line.plan, found.line.number) != (reference, number):
        # Its plan became part of another; letters and bookmarks still hold the address that it had.
        return redirect("plan-action", reference=found.line.plan, number=found.line.number)
    onward = [step for name, step in STEPS.items() if name in found.acts]
    context = {
        "found": found,
        "onward": onward,
        "told": told_of(found.line.plan, found.line.number),
        "version": public_version(found.line.plan),
    }
    return render(request, "recommendations/plan_action.html", context)


@dataclass(frozen=True)
class ActionPage:
    """The page of a step of an action."""

    title: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    told: str = ""


PAGES: Final = {
    "report_action": ActionPage(
        "Report progress with the action",
        "Add it",
        "Added. What was said before stays.",
        ReportingAction,
        acts.report_action,
    ),
    "ask_date": ActionPage(
        "Ask for another date",
        "Ask for it",
        "Asked. The present date stands until someone else decides.",
        AskingDate,
        acts.ask_date,
        "The first date is never lost: it is shown beside every later one.",
    ),
    "decide_date": ActionPage("Decide on the new date", "Decide", "Decided.", DecidingDate, acts.decide_date),
    "withdraw_action": ActionPage(
        "Take the action out of the plan",
        "Take it out",
        "The action is out of the plan.",
        Reason,
        acts.withdraw_action,
        "Its number is not given again.",
    ),
}


def _step(request: Request, reference: str, number: int, name: str) -> HttpResponse:
    page = PAGES[name]
    found = action_detail(actor=request.actor, reference=reference, number=number, today=request.today)
    status = 200
    if request.method == "POST":
        form = page.form(request.POST, request.FILES)
        if form.is_valid():
            if takes(request, form, page.write, reference=reference, number=number):
                messages.success(request, page.done)
                if name == "withdraw_action":
                    return redirect("plan", reference=reference)
                return redirect("plan-action", reference=reference, number=number)
            status = CONFLICT
    else:
        form = page.form(initial=_known(found))
    context = {"found": found, "page": page, "form": form, "possible": name in found.acts}
    return render(request, "recommendations/plan_action_step.html", context, status=status)


def _known(found: ActionDetail) -> dict[str, Any]:
    return {"revision": found.revision, "progress": found.line.progress}


@writes(REPORT)
def report_action(request: Request, reference: str, number: int) -> HttpResponse:
    """Add to what is known of the action."""
    return _step(request, reference, number, "report_action")


@writes(REPORT)
def ask_date(request: Request, reference: str, number: int) -> HttpResponse:
    """Ask for another date."""
    return _step(request, reference, number, "ask_date")


@writes(CLEAR)
def decide_date(request: Request, reference: str, number: int) -> HttpResponse:
    """Approve or decline the date asked for."""
    return _step(request, reference, number, "decide_date")


@writes(DRAFT)
def withdraw_action(request: Request, reference: str, number: int) -> HttpResponse:
    """Take the action out of a plan that is being drafted."""
    return _step(request, reference, number, "withdraw_action")
