"""Alerts on a risk to a person: their list, one alert, and each step (¶16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.inspections.actions import alerts as acts
from oversight.inspections.forms.alerts import Acknowledging, Closing, Escalating, Raising
from oversight.inspections.queries.alerts import (
    ACKNOWLEDGE,
    OPEN_ALERTS,
    PAGE_SIZE,
    RAISE,
    acknowledgers,
    units_for,
)
from oversight.inspections.queries.alerts import alert as alert_detail
from oversight.inspections.queries.alerts import alerts as alerts_page
from oversight.inspections.queries.case import CaseDetail
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.rules.alerts import acknowledge_within, check_raising
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import join_in_words

CONFLICT: Final = 409
INVALID: Final = 422


def _raises(request: Request, found: CaseDetail) -> bool:
    return request.actor.may(RAISE) and found.on_team and found.started_on is not None


def _listed(request: Request, found: CaseDetail | None) -> HttpResponse:
    every = request.GET.get("state") == "any"
    listed = alerts_page(
        actor=request.actor,
        today=request.today,
        page=page_number(request.GET),
        reference=found.line.reference if found else "",
        every=every,
    )
    pages: Page[int] = Paginator(range(listed.count), PAGE_SIZE).page(listed.page)
    context = {
        "found": found,
        "listed": listed,
        "pages": pages,
        "every": every,
        "raises": found is not None and _raises(request, found),
        "within": acknowledge_within(),
    }
    return render(request, "inspections/alerts.html", context)


@reads(OPEN_ALERTS)
def alerts(request: Request) -> HttpResponse:
    """Show every alert that I see anything of, those waiting longest first."""
    return _listed(request, None)


@reads(OPEN_ALERTS)
def of_inspection(request: Request, reference: str) -> HttpResponse:
    """Show the alerts of one inspection."""
    return _listed(request, case_detail(actor=request.actor, reference=reference))


@reads(OPEN_ALERTS)
def alert(request: Request, reference: str, number: int) -> HttpResponse:
    """Show one alert: all of it, or its times alone."""
    shown = alert_detail(actor=request.actor, today=request.today, reference=reference, number=number)
    return render(request, "inspections/alert.html", {"alert": shown, "within": acknowledge_within()})


@writes(RAISE)
def raise_alert(request: Request, reference: str) -> HttpResponse:
    """Raise an alert, from the page of a case or of the inspection."""
    found = case_detail(actor=request.actor, reference=reference)
    units = units_for([unit.lineage for unit in found.units])
    problem, status = _why_not(request, found), 200
    if request.method == "POST":
        form = Raising(request.POST, units=units)
        status = INVALID
        if form.is_valid():
            try:
                made = acts.raise_alert(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    site=_site(request),
                    **form.cleaned_data,
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, _told(made))
                return redirect("inspection-alert", reference=reference, number=made.number)
    else:
        first = {"case_reference": request.GET.get("case", "")[:100]}
        form = Raising(initial=first, units=units)
    context = {"found": found, "form": form, "problem": problem, "within": acknowledge_within()}
    return render(request, "inspections/alert_raise.html", context, status=status)


def _why_not(request: Request, found: CaseDetail) -> str:
    try:
        check_raising(started=found.started_on is not None)
    except Refused as refused:
        return str(refused)
    return (
        "" if _raises(request, found) else "The lead inspector and the team of this inspection raise alerts."
    )


def _told(made: acts.RaisedAlert) -> str:
    if made.told:
        return f"Alert {made.number} is raised. An email goes to {join_in_words(made.told)}."
    return (
        f"Alert {made.number} is raised. Nobody of the unit or its region uses this service, so nobody "
        "was told: telephone them now, and escalate it."
    )


def _site(request: Request) -> str:
    return request.build_absolute_uri("/").rstrip("/")


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
    """

    act: str
    title: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]


PAGES: Final = {
    "acknowledge": StepPage(
        "acknowledge",
        "Acknowledge the alert",
        "Acknowledge it",
        "The alert is acknowledged. The inspection team reads what was done.",
        Acknowledging,
        acts.acknowledge_alert,
    ),
    "escalate": StepPage(
        "escalate",
        "Escalate the alert",
        "Escalate it",
        "The alert is escalated. Those named are told by email.",
        Escalating,
        acts.escalate_alert,
    ),
    "close": StepPage(
        "close",
        "Close the alert",
        "Close it",
        "The alert is closed. It stays readable.",
        Closing,
        acts.close_alert,
    ),
}


def _step(request: Request, reference: str, number: int, name: str) -> HttpResponse:
    page = PAGES[name]
    shown = alert_detail(actor=request.actor, today=request.today, reference=reference, number=number)
    options: dict[str, Any] = {}
    more: dict[str, Any] = {}
    if name == "escalate":
        options["people"] = acknowledgers(shown.line.unit.lineage, today=request.today, addressed=False)
        more["site"] = _site(request)
    possible, status = name in shown.line.acts, 200
    if request.method == "POST":
        form = page.form(request.POST, **options)
        status = INVALID
        if form.is_valid():
            try:
                page.write(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    number=number,
                    **form.cleaned_data,
                    **more,
                )
            except Refused as refused:
                if refused.rule.startswith("not_found"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, page.done)
                return redirect("inspection-alert", reference=reference, number=number)
    else:
        form = page.form(initial={"revision": shown.revision}, **options)
    context = {
        "alert": shown,
        "page": page,
        "form": form,
        "possible": possible,
        "nobody": name == "escalate" and not options["people"],
    }
    return render(request, "inspections/alert_step.html", context, status=status)


@writes(ACKNOWLEDGE)
def acknowledge(request: Request, reference: str, number: int) -> HttpResponse:
    """Acknowledge an alert and say what was done."""
    return _step(request, reference, number, "acknowledge")


@writes(RAISE)
def escalate(request: Request, reference: str, number: int) -> HttpResponse:
    """Escalate an alert to named people, with the reason."""
    return _step(request, reference, number, "escalate")


@writes(RAISE)
def close(request: Request, reference: str, number: int) -> HttpResponse:
    """Close an acknowledged alert, with the reason."""
    return _step(request, reference, number, "close")
