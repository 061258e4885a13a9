"""Recommendations of a report and the effective practice chosen into it (D3, ¶16, ¶23)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.inspections.actions.report_parts import (
    choose_practice,
    leave_out_practice,
    recommend,
    reword,
    withdraw_recommendation,
)
from oversight.inspections.forms.report import Choosing, Recommending, Withdrawing
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.report import practice_notes
from oversight.inspections.queries.report import report as report_of
from oversight.inspections.queries.report_facts import RecommendationNow, ReportNow, authorities
from oversight.inspections.rules.report_content import PRACTICE
from oversight.inspections.rules.report_layout import asks_why
from oversight.inspections.rules.reporting import passages
from oversight.inspections.views.report import CONFLICT, INVALID, LEAD, SEE, raise_permission, writes_now
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request


@reads(SEE)
def recommendations(request: Request, reference: str) -> HttpResponse:
    """List the recommendations by number, withdrawn ones with their reason."""
    found = case_detail(actor=request.actor, reference=reference)
    now = report_of(actor=request.actor, reference=reference, today=request.today)
    context = {"found": found, "now": now, "html": _html(now), "acts": writes_now(request, found)}
    return render(request, "inspections/report_recommendations.html", context)


def _html(now: ReportNow) -> dict[int, str]:
    return {
        one.text.number: "".join(passage.html for passage in passages("x", one.text.text))
        for one in now.recommendations
    }


@writes(LEAD)
def add_recommendation(request: Request, reference: str) -> HttpResponse:
    """Make a recommendation."""
    found = case_detail(actor=request.actor, reference=reference)
    now = report_of(actor=request.actor, reference=reference, today=request.today)
    standing = sum(1 for one in now.recommendations if not one.withdrawn)
    lists: dict[str, Any] = {
        "authorities": authorities(now.inspection, request.today),
        "standards": now.programme.standards,
        "asks_why": asks_why(standing + 1, now.usual_most, now.reasoned_for),
    }
    form, status = Recommending(**lists, initial={"revision": 0}), 200
    if request.method == "POST":
        form, status = Recommending(request.POST, **lists), INVALID
        if form.is_valid():
            said = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
            try:
                number = recommend(by=request.actor, at=request.at, reference=reference, **said)
            except Refused as refused:
                raise_permission(refused)
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Recommendation {number} is saved.")
                return redirect("inspection-report-recommendations", reference=reference)
    context = {"found": found, "now": now, "form": form, "one": None, "acts": writes_now(request, found)}
    return render(request, "inspections/report_recommendation.html", context, status=status)


def _recommendation(now: ReportNow, number: int) -> RecommendationNow:
    one = next((one for one in now.recommendations if one.text.number == number), None)
    if one is None:
        raise Refused(
            "not_found_recommendation", f"There is no recommendation {number}.", "Choose one from the list."
        )
    return one


@writes(LEAD)
def recommendation(request: Request, reference: str, number: int) -> HttpResponse:
    """Change a recommendation or withdraw it; what a colleague saved meanwhile is shown beside mine."""
    found = case_detail(actor=request.actor, reference=reference)
    now = report_of(actor=request.actor, reference=reference, today=request.today)
    one = _recommendation(now, number)
    lists: dict[str, Any] = {
        "authorities": authorities(now.inspection, request.today),
        "standards": now.programme.standards,
        "asks_why": False,
    }
    known = {
        "authority": one.text.authority,
        "text": one.text.text,
        "standards": list(one.text.standards),
        "revision": one.revision,
    }
    form, ending = Recommending(**lists, initial=known), Withdrawing(prefix="end")
    status, theirs = 200, False
    if request.method == "POST" and request.POST.get("act") == "withdraw":
        ending, status = Withdrawing(request.POST, prefix="end"), INVALID
        if ending.is_valid():
            try:
                withdraw_recommendation(
                    by=request.actor, at=request.at, reference=reference, number=number, **ending.cleaned_data
                )
            except Refused as refused:
                raise_permission(refused)
                show_refusal(ending, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Recommendation {number} is withdrawn.")
                return redirect("inspection-report-recommendations", reference=reference)
    elif request.method == "POST":
        form, status = Recommending(request.POST, **lists), INVALID
        if form.is_valid():
            try:
                reword(
                    by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
                )
            except Refused as refused:
                raise_permission(refused)
                status = CONFLICT
                theirs = refused.rule == "recommendation_stale"
                if theirs:
                    typed = request.POST.copy()
                    typed["revision"] = str(one.revision)
                    form = Recommending(typed, **lists)
                show_refusal(form, refused)
            else:
                messages.success(request, f"Recommendation {number} is saved.")
                return redirect("inspection-report-recommendations", reference=reference)
    context = {
        "found": found,
        "now": now,
        "form": form,
        "ending": ending,
        "one": one,
        "theirs": theirs,
        "acts": writes_now(request, found),
    }
    return render(request, "inspections/report_recommendation.html", context, status=status)


@writes(LEAD)
def practice(request: Request, reference: str, note: int) -> HttpResponse:
    """Take a note of effective practice into the report in words fit for readers, or leave it out."""
    found = case_detail(actor=request.actor, reference=reference)
    now = report_of(actor=request.actor, reference=reference, today=request.today)
    one = next((one for one in practice_notes(now) if one.id == note), None)
    if one is None:
        raise Refused(
            "not_found_practice",
            "There is no such note of effective practice.",
            "Choose one of those listed.",
        )
    chosen = next((example for example in now.practice if example.number == one.example), None)
    form, status = Choosing(initial={"text": chosen.text if chosen else one.text}), 200
    if request.method == "POST":
        leaves = request.POST.get("act") == "leave-out"
        form = Choosing(request.POST)
        status = INVALID
        if leaves or form.is_valid():
            who: dict[str, Any] = {
                "by": request.actor,
                "at": request.at,
                "reference": reference,
                "note": note,
            }
            try:
                if leaves:
                    leave_out_practice(**who)
                else:
                    choose_practice(**who, text=form.cleaned_data["text"])
            except Refused as refused:
                raise_permission(refused)
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The note is left out." if leaves else "The note is in the report.")
                return redirect("inspection-report-section", reference=reference, key=_practice_key(now))
    context = {
        "found": found,
        "one": one,
        "form": form,
        "key": _practice_key(now),
        "acts": writes_now(request, found),
    }
    return render(request, "inspections/report_practice.html", context, status=status)


def _practice_key(now: ReportNow) -> str:
    return next(one.key for one in now.sections if one.kind == PRACTICE)
