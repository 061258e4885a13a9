"""OSAG brings an accuracy check together: contributors, merging, clearing, the response (D6, ¶22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.views.duties import page_number
from oversight.inspections.actions import accuracy_clearing as clearing
from oversight.inspections.actions import accuracy_commissioning as commissioning
from oversight.inspections.forms.accuracy import (
    Commissioning,
    Merging,
    NewDay,
    Reason,
    Returning,
    SendingBack,
)
from oversight.inspections.queries import accuracy as queries
from oversight.inspections.queries.accuracy import LogFilter
from oversight.inspections.queries.accuracy_checks import CheckDetail
from oversight.inspections.queries.accuracy_people import possible_contributors, usual_contributors
from oversight.inspections.rules.accuracy_states import AskState, CheckState, PointState
from oversight.inspections.views.accuracy import INVALID, brief, head, refused_on_page
from oversight.kernel.calendars import england_and_wales
from oversight.kernel.declaring import writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words

COMMISSION = "accuracy.commission"
CLEAR = "accuracy.clear"
#: Working days that a page proposes to leave OSAG between the contributors' date and its own.
KEPT_DAYS = 3

#: What a form on the page of a contributor does.
CONTRIBUTOR_ACTS: Final[Mapping[str, Callable[..., None]]] = {
    "date": commissioning.change_ask_date,
    "withdraw": commissioning.withdraw_ask,
    "back": commissioning.send_back,
}


def _proposed_day(check: CheckDetail) -> Any:
    """Give a last day for contributors that leaves OSAG some working days, as a proposal only."""
    day = check.due
    if day is None:
        return None
    for _ in range(KEPT_DAYS):
        day = england_and_wales().working_day_before(day)
    return max(day, check.sent_on)


@writes(COMMISSION)
def commission(request: Request, reference: str) -> HttpResponse:
    """Ask contributors to check the draft, each with a date of its own."""
    check, context = head(request, reference)
    asked = {one.party.code for one in check.asks if one.state != AskState.WITHDRAWN}
    usual = [one for one in usual_contributors(context["seen"].units) if one.code not in asked]
    options: dict[str, Any] = {"usual": usual}
    form, status = (
        Commissioning(initial={"revision": check.revision}, due=_proposed_day(check), **options),
        200,
    )
    if request.method == "POST":
        form, status = Commissioning(request.POST, **options), INVALID
        if form.is_valid():
            try:
                many = commissioning.commission(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    revision=form.cleaned_data["revision"],
                    parties=form.chosen(),
                    scope=form.cleaned_data["scope"],
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, f"{count_in_words(many, 'contributor')} asked.")
                return redirect("inspection-accuracy", reference=reference)
    context |= {"form": form, "usual": usual, "possible": possible_contributors()}
    return render(request, "inspections/accuracy_commission.html", context, status=status)


@writes(COMMISSION)
def contributor(request: Request, reference: str, ask_id: int) -> HttpResponse:
    """Give a contributor another date, stop asking them, or send their answer back."""
    check, context = head(request, reference)
    ask = next((one for one in check.asks if one.id == ask_id), None)
    if ask is None:
        raise Refused("not_found_ask", "Nobody was asked under this number.", "Open the check again.")
    known = {"revision": ask.revision, "due": ask.due}
    forms: dict[str, Any] = {
        "date": NewDay(initial=known, auto_id="date_%s"),
        "withdraw": Reason(initial=known, label="Why are they not asked any more?", auto_id="withdraw_%s"),
        "back": SendingBack(initial=known, label="What is missing?", auto_id="back_%s"),
    }
    step, status = request.POST.get("step", ""), 200
    if request.method == "POST" and step in forms:
        made = type(forms[step])
        more = {} if step == "date" else {"label": forms[step].fields["reason"].label}
        form = forms[step] = made(request.POST, auto_id=f"{step}_%s", **more)
        status = INVALID
        if form.is_valid():
            act = CONTRIBUTOR_ACTS[step]
            try:
                act(by=request.actor, at=request.at, reference=reference, ask_id=ask_id, **form.cleaned_data)
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, f"Saved for {ask.party.name}.")
                return redirect("inspection-accuracy", reference=reference)
    can = check.open and check.state == CheckState.COMMISSIONED
    context |= {
        "ask": ask,
        "forms": forms,
        "failed": forms.get(step),
        "asked": can and ask.state == AskState.ASKED,
        "answered": can and ask.state in {AskState.HANDED_IN, AskState.NIL} and not ask.mine,
    }
    return render(request, "inspections/accuracy_contributor.html", context, status=status)


@writes(CLEAR)
def clear(request: Request, reference: str) -> HttpResponse:
    """Clear points for the response: those chosen, or all that wait."""
    check, seen, context = brief(request, reference)
    waiting = LogFilter(state=PointState.WITH_OSAG)
    fault, status = "", 200
    if request.method == "POST":
        if request.POST.get("step") == "all":
            lines = queries.log_lines(request.actor, reference)
            numbers = [one.number for one in lines if one.state == PointState.WITH_OSAG]
        else:
            given = request.POST.getlist("numbers")
            numbers = [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 8]
        try:
            many = clearing.clear(by=request.actor, at=request.at, reference=reference, numbers=numbers)
        except Refused as refused:
            if refused.rule.startswith("permission"):
                raise
            fault, status = str(refused), 409
        else:
            messages.success(request, f"{count_in_words(many, 'point')} cleared.")
            return redirect("inspection-accuracy-clear", reference=reference)
    listed = queries.log(seen, chosen=waiting, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(listed.count), queries.PAGE_SIZE).page(listed.page)
    context |= {"listed": listed, "pages": pages, "fault": fault, "acts": check.open}
    return render(request, "inspections/accuracy_clear.html", context, status=status)


@writes(COMMISSION)
def merge(request: Request, reference: str, number: int) -> HttpResponse:
    """Let a point be answered with another that says the same."""
    _, seen, context = brief(request, reference)
    line = queries.point(seen, number).line
    near = queries.same_place(seen, number)
    first = next(iter(near), None)
    form, status = Merging(initial={"revision": line.revision, "into": first.number if first else None}), 200
    if request.method == "POST":
        form, status = Merging(request.POST), INVALID
        if form.is_valid():
            try:
                clearing.merge(
                    by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                into = form.cleaned_data["into"]
                messages.success(request, f"Point {number} is answered with point {into}. Both stay.")
                return redirect("inspection-accuracy-point", reference=reference, number=into)
    context |= {"form": form, "line": line, "near": near}
    return render(request, "inspections/accuracy_merge.html", context, status=status)


@writes(COMMISSION)
def hold_back(request: Request, reference: str, number: int) -> HttpResponse:
    """Keep a point out of the response, with the reason."""
    _, seen, context = brief(request, reference)
    line = queries.point(seen, number).line
    hint = "Whoever wrote the point reads it. The Inspectorate does not see the point."
    form, status = Reason(initial={"revision": line.revision}, help_text=hint), 200
    if request.method == "POST":
        form, status = Reason(request.POST, help_text=hint), INVALID
        if form.is_valid():
            try:
                clearing.hold_back(
                    by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, f"Point {number} is held back.")
                return redirect("inspection-accuracy-point", reference=reference, number=number)
    context |= {
        "form": form,
        "line": line,
        "title": f"Hold back point {number}",
        "button_text": "Hold it back",
    }
    return render(request, "inspections/accuracy_step.html", context, status=status)


@writes(COMMISSION)
def take_up(request: Request, reference: str, number: int) -> HttpResponse:
    """Take up again a point that was merged, held back or cleared."""
    _, seen, _ = brief(request, reference)
    line = queries.point(seen, number).line
    if request.method == "POST":
        clearing.take_up(
            by=request.actor, at=request.at, reference=reference, number=number, revision=line.revision
        )
        messages.success(request, f"Point {number} is to be cleared again.")
    return redirect("inspection-accuracy-point", reference=reference, number=number)


@writes(COMMISSION)
def return_response(request: Request, reference: str) -> HttpResponse:
    """Return one response: the cleared points, or that nothing is inaccurate."""
    check, context = head(request, reference)
    outstanding = [one for one in check.asks if one.state == AskState.ASKED]
    cleared = check.counts.get(PointState.CLEARED, 0)
    options: dict[str, Any] = {"outstanding": bool(outstanding)}
    form, status = Returning(initial={"revision": check.revision}, **options), 200
    if request.method == "POST":
        form, status = Returning(request.POST, **options), INVALID
        if form.is_valid():
            given = {"without_reason": "", **form.cleaned_data}
            try:
                many = clearing.return_response(
                    by=request.actor, at=request.at, reference=reference, nil=not cleared, **given
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                told = (
                    f"{count_in_words(many, 'point')} returned" if many else "Returned: nothing is inaccurate"
                )
                messages.success(request, f"{told}. HM Inspectorate of Probation has it now.")
                return redirect("inspection-accuracy", reference=reference)
    context |= {
        "form": form,
        "outstanding": outstanding,
        "cleared": cleared,
        "waiting": check.counts.get(PointState.WITH_OSAG, 0),
        "acts": check.open and check.state == CheckState.COMMISSIONED,
    }
    return render(request, "inspections/accuracy_return.html", context, status=status)
