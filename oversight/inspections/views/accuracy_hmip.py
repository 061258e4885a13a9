"""The Inspectorate's side of an accuracy check: sending the draft, deciding, the final report (D6, ¶22)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.inspections.actions import accuracy as acts
from oversight.inspections.actions import accuracy_deciding as deciding
from oversight.inspections.forms.accuracy import Deciding, Reason, Sending
from oversight.inspections.queries import accuracy as queries
from oversight.inspections.queries.accuracy_sight import check_of
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.report import report as report_now
from oversight.inspections.rules.accuracy_states import CHECK_OPEN, DECIDED, PointState
from oversight.inspections.rules.case import check_move
from oversight.inspections.views.accuracy import INVALID, head, refused_on_page
from oversight.kernel.declaring import writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

LEAD = "inspections.lead"
DECIDE = "accuracy.decide"


@writes(LEAD)
def send(request: Request, reference: str) -> HttpResponse:
    """Send the draft to OSAG for its factual accuracy check."""
    found = case_detail(actor=request.actor, reference=reference)
    _check_step(request, found, "send_for_checking")
    now = report_now(actor=request.actor, reference=reference, today=request.today)
    form, status = Sending(initial={"revision": found.revision}), 200
    if request.method == "POST":
        form, status = Sending(request.POST), INVALID
        if form.is_valid():
            try:
                acts.send_for_checking(
                    by=request.actor, at=request.at, reference=reference, **form.cleaned_data
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, "The draft is with OSAG. Those inspected can read it from now on.")
                return redirect("inspection-accuracy", reference=reference)
    context = {"found": found, "form": form, "missing": now.missing}
    return render(request, "inspections/accuracy_send.html", context, status=status)


def _check_step(request: Request, found: Any, act: str) -> None:
    check_move(
        act,
        found.line.state,
        request.actor.role,
        rated=found.type.rated,
        paused_from=found.paused_from,
        on_team=found.on_team,
    )


@writes(LEAD)
def send_again(request: Request, reference: str) -> HttpResponse:
    """Put a newer version in the place of the draft under check."""
    check, context = head(request, reference)
    words: dict[str, Any] = {
        "label": "Why is the draft replaced?",
        "help_text": "Everyone who checks the draft reads it. Points stay with the version they are about.",
    }
    form, status = Reason(initial={"revision": check.revision}, **words), 200
    if request.method == "POST":
        form, status = Reason(request.POST, **words), INVALID
        if form.is_valid():
            try:
                number = acts.send_again(
                    by=request.actor, at=request.at, reference=reference, **form.cleaned_data
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, f"Version {number} is the draft under check now.")
                return redirect("inspection-accuracy", reference=reference)
    context |= {
        "form": form,
        "line": None,
        "title": "Send a newer draft",
        "button_text": "Send it",
    }
    return render(request, "inspections/accuracy_step.html", context, status=status)


@writes(DECIDE)
def decide(request: Request, reference: str, number: int) -> HttpResponse:
    """Decide on a point, or look at a decided one again."""
    check, context = head(request, reference)
    detail = queries.point(context["seen"], number)
    line = detail.line
    again = line.state in DECIDED
    known = {"revision": line.revision}
    words: dict[str, Any] = {"label": "Why is it looked at again?"}
    form: Deciding | Reason = Reason(initial=known, **words) if again else Deciding(initial=known)
    status = 200
    if request.method == "POST":
        reopening = request.POST.get("step") == "reopen"
        form = Reason(request.POST, **words) if reopening else Deciding(request.POST)
        status = INVALID
        if form.is_valid():
            act: Callable[..., None] = deciding.reopen if reopening else deciding.decide
            try:
                act(by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data)
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                following = queries.point(check_of(request.actor, reference)[0], number).next_open
                return _after(request, reference, number, following=following, reopening=reopening)
    context |= {
        "detail": detail,
        "line": line,
        "form": form,
        "again": again,
        "decides": check.in_check and not check.leads and line.state in {PointState.RETURNED, *DECIDED},
    }
    return render(request, "inspections/accuracy_decide.html", context, status=status)


def _after(
    request: Request, reference: str, number: int, *, following: int | None, reopening: bool
) -> HttpResponse:
    """Go on to the next point that is not decided, or back to the check after the last."""
    if reopening:
        messages.success(request, f"Point {number} is to be decided again.")
        return redirect("inspection-accuracy-decide", reference=reference, number=number)
    if following is None:
        messages.success(request, f"Point {number} is decided. It was the last one.")
        return redirect("inspection-accuracy", reference=reference)
    messages.success(request, f"Point {number} is decided. This is the next one.")
    return redirect("inspection-accuracy-decide", reference=reference, number=following)


@writes(LEAD)
def final(request: Request, reference: str) -> HttpResponse:
    """Issue the final report, once the check is returned and every point decided."""
    check, context = head(request, reference)
    found = case_detail(actor=request.actor, reference=reference)
    _check_step(request, found, "issue_final")
    now = report_now(actor=request.actor, reference=reference, today=request.today)
    form, status = Sending(initial={"revision": found.revision}), 200
    if request.method == "POST":
        form, status = Sending(request.POST), INVALID
        if form.is_valid():
            try:
                deciding.issue_final(
                    by=request.actor, at=request.at, reference=reference, **form.cleaned_data
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, "The final report is issued. Publications can take it from here.")
                return redirect("inspection", reference=reference)
    context |= {
        "form": form,
        "missing": now.missing,
        "open": check.state in CHECK_OPEN,
        "unsettled": queries.accepted_unchanged(context["seen"]),
    }
    return render(request, "inspections/accuracy_final.html", context, status=status)
