"""Alerts to the Sponsorship team (D10, ¶20)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.views.duties import page_number
from oversight.briefings.actions import alerts as acts
from oversight.briefings.actions import briefings
from oversight.briefings.forms.briefings import AlertFilters, Reason, StartingOnAlert, Step
from oversight.briefings.queries import alerts as queries
from oversight.briefings.queries.sight import ALERTS, DRAFT, PAGE_SIZE
from oversight.briefings.views.steps import CONFLICT, INVALID, pages_of, refused_on_page, takes
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request


@reads(ALERTS)
def alerts(request: Request) -> HttpResponse:
    """Show the alerts, those that ask something first, and by what they are raised."""
    filters = AlertFilters(request.GET)
    faulty = not filters.is_valid()
    state = "waiting" if faulty else filters.cleaned_data["state"] or "waiting"
    found = queries.alert_list(
        actor=request.actor, state="" if state == "all" else state, page=page_number(request.GET)
    )
    context = {
        "filters": filters if request.GET.get("state") else AlertFilters({"state": "waiting"}),
        "faulty": faulty,
        "found": found,
        "chosen": state,
        "pages": pages_of(found.count, found.page, PAGE_SIZE),
        "rules": queries.rules(),
    }
    return render(request, "briefings/alerts.html", context, status=INVALID if faulty else 200)


@writes(ALERTS)
def alert(request: Request, alert_id: int) -> HttpResponse:
    """Show one alert, and acknowledge it."""
    found = queries.alert(actor=request.actor, alert_id=alert_id)
    form, status = Step(initial={"revision": found.revision}), 200
    if request.method == "POST":
        form, status = Step(request.POST), INVALID
        if form.is_valid():
            if takes(request, form, acts.acknowledge, alert_id=alert_id):
                messages.success(request, "Acknowledged. Say now whether ministers are to be briefed.")
                return redirect("briefing-alert", alert_id=alert_id)
            status = CONFLICT
    return render(request, "briefings/alert.html", {"found": found, "form": form}, status=status)


@writes(ALERTS)
def set_aside(request: Request, alert_id: int) -> HttpResponse:
    """Say that no briefing is needed, and why."""
    found = queries.alert(actor=request.actor, alert_id=alert_id)
    form, status = Reason(initial={"revision": found.revision}), 200
    if request.method == "POST":
        form, status = Reason(request.POST), INVALID
        if form.is_valid():
            if takes(request, form, acts.set_aside, alert_id=alert_id):
                messages.success(request, "Kept: no briefing is needed.")
                return redirect("briefing-alert", alert_id=alert_id)
            status = CONFLICT
    context = {
        "found": found,
        "form": form,
        "possible": "set_aside" in found.acts,
        "title": "Why is no briefing needed?",
        "button_text": "Say that none is needed",
        "told": "Of a report, this also records that the team took its findings into oversight.",
    }
    return render(request, "briefings/alert_step.html", context, status=status)


@writes(DRAFT)
def brief(request: Request, alert_id: int) -> HttpResponse:
    """Start a briefing on an alert."""
    found = queries.alert(actor=request.actor, alert_id=alert_id)
    form = StartingOnAlert(initial={"revision": found.revision, "title": found.title[:200]})
    status = 200
    if request.method == "POST":
        form, status = StartingOnAlert(request.POST), INVALID
        if form.is_valid():
            said = form.cleaned_data
            try:
                reference = briefings.start(by=request.actor, at=request.at, alert_id=alert_id, **said)
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, "The briefing is started, with the record’s facts beside the text.")
                return redirect("briefing", reference=reference)
    context = {
        "found": found,
        "form": form,
        "possible": "brief" in found.acts,
        "title": "Start a briefing",
        "button_text": "Start it",
        "told": "The record’s facts are taken as they stand now, each with its source and date.",
    }
    return render(request, "briefings/alert_step.html", context, status=status)
