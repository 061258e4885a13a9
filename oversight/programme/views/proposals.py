"""Plans for the timetable: asking for one, watching it being worked out, deciding on it (C4, ¶10(v))."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.drawing import Scale
from oversight.jobs.queries import latest_of
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.programme.actions.deciding import decide_plan
from oversight.programme.actions.proposing import PLAN_JOB, ask_plan, set_plan_aside, stop_plan
from oversight.programme.forms.proposing import Asking, Deciding, LineFilters, SettingAside
from oversight.programme.queries import proposals as queries
from oversight.programme.queries.planning import open_programmes
from oversight.programme.queries.sight import PLAN
from oversight.programme.rules.deciding import LINE_WORDS, LineState, ProposalState
from oversight.programme.rules.figures import figures
from oversight.programme.views.drawing import bodies_drawn
from oversight.programme.views.plan_drawing import plan_gantt
from oversight.programme.views.timetable import suggested_places

CONFLICT: Final = 409
INVALID: Final = 422


@reads(PLAN)
def plans(request: Request) -> HttpResponse:
    """List the plans of my organisation, latest first."""
    page = queries.proposals(actor=request.actor, number=request.GET.get("page"))
    return render(request, "programme/proposals.html", {"page": page})


@writes(PLAN)
def ask(request: Request) -> HttpResponse:
    """Ask the planner for a plan."""
    about: dict[str, Any] = {
        "body": request.actor.party,
        "programmes": open_programmes(request.actor.party),
        "today": request.today,
    }
    form, status = Asking(**about), 200
    again = None
    if reference := request.GET.get("again", ""):
        again, asked = queries.asked_of(actor=request.actor, reference=reference)
        form.begin_with(asked, eased=request.GET.get("relax", ""))
    if request.method == "POST":
        form, status = Asking(request.POST, **about), INVALID
        if form.is_valid():
            try:
                reference = ask_plan(by=request.actor, at=request.at, **form.facts())
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                return redirect("timetable-plan", reference=reference)
    context = {
        "form": form,
        "figures": figures(),
        "programmes": about["programmes"],
        "again": again,
        "places": suggested_places(),
    }
    return render(request, "programme/proposal_ask.html", context, status=status)


@writes(PLAN)
def proposed(request: Request, reference: str) -> HttpResponse:
    """Show how far a plan is and what it proposes; accept or decline some of it."""
    filters = LineFilters(request.GET)
    chosen = filters.chosen()
    page = queries.lines_of(
        actor=request.actor,
        reference=reference,
        chosen=chosen,
        number=request.GET.get("page"),
        today=request.today,
    )
    here = [one.number for one in page if one.is_open]
    detail = queries.proposal(actor=request.actor, reference=reference)
    form, status = Deciding(initial={"revision": detail.revision, "which": "ticked"}, numbers=here), 200
    if request.method == "POST":
        form, status = Deciding(request.POST, numbers=here), INVALID
        if form.is_valid():
            told, status = _decided(request, reference, form, chosen.region)
            if told:
                messages.success(request, told)
                return redirect("timetable-plan", reference=reference)
    context: dict[str, Any] = {
        "plan": detail,
        "page": page,
        "filters": filters,
        "form": form,
        "ticked": set(request.POST.getlist("numbers")),
        "job": latest_of(kind=PLAN_JOB, subject=reference, at=request.at),
        "words": LINE_WORDS,
        "states": LineState,
        "working": detail.line.state == ProposalState.WORKING,
        "figures": figures(),
    }
    if detail.line.state != ProposalState.WORKING:
        lines = queries.every_line(actor=request.actor, reference=reference, today=request.today)
        scale = Scale(detail.line.first, detail.line.first + timedelta(weeks=detail.line.weeks))
        context |= {
            "scale": scale,
            "groups": plan_gantt(lines, scale),
            "key": bodies_drawn(line.kind.bodies[0] for line in lines),
        }
    return render(request, "programme/proposal.html", context, status=status)


def _decided(request: Request, reference: str, form: Deciding, region: str) -> tuple[str, int]:
    """Take a decision; give words for it, or the status of the page that says why it was refused."""
    given = form.cleaned_data
    numbers = given["numbers"]
    if given["which"] != "ticked":
        within = region if given["which"] == "region" else ""
        if given["which"] == "region" and not region:
            form.add_error("which", "Choose a region above first.")
            return "", INVALID
        numbers = queries.open_numbers(actor=request.actor, reference=reference, region=within)
    accepts = given["answer"] == "accept"
    try:
        count, clashes = decide_plan(
            by=request.actor,
            at=request.at,
            reference=reference,
            revision=given["revision"],
            numbers=numbers,
            accepts=accepts,
            reason=given["reason"],
        )
    except Refused as refused:
        if refused.rule.startswith(("permission", "not_found")):
            raise
        show_refusal(form, refused)
        return "", CONFLICT
    told = f"{count} {'visit' if count == 1 else 'visits'} {'accepted' if accepts else 'declined'}."
    if clashes:
        found = "clash was" if clashes == 1 else "clashes were"
        told += f" {clashes} {found} found: both bodies talk them through."
    return told, 200


@writes(PLAN)
def stop(request: Request, reference: str) -> HttpResponse:
    """Stop the search and keep the best plan so far."""
    detail = queries.proposal(actor=request.actor, reference=reference)
    if request.method == "POST":
        stop_plan(by=request.actor, at=request.at, reference=reference)
        messages.success(request, "The planner stops and hands in the best plan it has.")
        return redirect("timetable-plan", reference=reference)
    return render(request, "programme/proposal_stop.html", {"plan": detail})


@writes(PLAN)
def aside(request: Request, reference: str) -> HttpResponse:
    """Set a plan aside with the reason."""
    detail = queries.proposal(actor=request.actor, reference=reference)
    form, status = SettingAside(initial={"revision": detail.revision}), 200
    if request.method == "POST":
        form, status = SettingAside(request.POST), INVALID
        if form.is_valid():
            given = form.cleaned_data
            try:
                set_plan_aside(by=request.actor, at=request.at, reference=reference, **given)
            except Refused as refused:
                if refused.rule.startswith(("permission", "not_found")):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The plan is set aside. What was accepted of it stays.")
                return redirect("timetable-plan", reference=reference)
    return render(request, "programme/proposal_aside.html", {"plan": detail, "form": form}, status=status)


@reads(PLAN)
def problem(request: Request, reference: str) -> HttpResponse:
    """Give the planning problem as JSON, for whoever checks the plan with another program."""
    as_planned = request.GET.get("as") == "planned"
    text = queries.problem_text(
        actor=request.actor, reference=reference, today=request.today, as_planned=as_planned
    )
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{reference}-problem.json"'
    return answer


@reads(PLAN)
def outcome(request: Request, reference: str) -> HttpResponse:
    """Give the plan with its certificate as JSON, for ``oversight plan check``."""
    text = queries.outcome_text(actor=request.actor, reference=reference, today=request.today)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{reference}-plan.json"'
    return answer
