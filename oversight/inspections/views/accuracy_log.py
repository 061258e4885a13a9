"""The numbered log of an accuracy check, one point, a disagreement, a later date (D6, ¶22, ¶32)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.inspections.actions import accuracy_dates as dates
from oversight.inspections.actions import accuracy_deciding as deciding
from oversight.inspections.forms.accuracy import DateAnswer, LaterDate, LogFilters, Reason
from oversight.inspections.queries import accuracy as queries
from oversight.inspections.queries.accuracy import LogFilter
from oversight.inspections.rules.accuracy import side_of
from oversight.inspections.rules.accuracy_states import DECIDED, POINT_WORKFLOW, CheckState, PointState
from oversight.inspections.views.accuracy import INVALID, SEE, brief, head, refused_on_page
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import day_in_words


@reads(SEE)
def points(request: Request, reference: str) -> HttpResponse:
    """Show the points that I may see, by number: filtered, counted, 25 a page."""
    _, seen, context = brief(request, reference)
    contributors = queries.contributors(seen)
    filters = LogFilters(request.GET, contributors=contributors)
    faulty = not filters.is_valid()
    chosen = LogFilter() if faulty else filters.chosen()
    listed = queries.log(seen, chosen=chosen, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(listed.count), queries.PAGE_SIZE).page(listed.page)
    context |= {
        "filters": filters,
        "faulty": faulty,
        "listed": listed,
        "pages": pages,
        "narrowed": any(request.GET.get(name) for name in filters.fields),
        "states": [
            (state, POINT_WORKFLOW.state(state).label, listed.by_state[state])
            for state in PointState
            if listed.by_state.get(state)
        ],
    }
    return render(request, "inspections/accuracy_points.html", context, status=INVALID if faulty else 200)


@reads(SEE)
def point(request: Request, reference: str, number: int) -> HttpResponse:
    """Show one point: what it says, what was decided, what became of its passage."""
    check, seen, context = brief(request, reference)
    detail = queries.point(seen, number)
    line, standing = detail.line, check.standing
    bringing = standing.osag and check.open and check.state == CheckState.COMMISSIONED
    decision = line.decision
    context |= {
        "detail": detail,
        "line": line,
        "changes": detail.mine and line.state == PointState.WRITTEN and check.open,
        "clears": bringing and line.state == PointState.WITH_OSAG,
        "takes_up": bringing and line.state in {PointState.MERGED, PointState.HELD_BACK, PointState.CLEARED},
        "merges": bringing
        and line.state in {PointState.WITH_OSAG, PointState.CLEARED}
        and not line.answers_for,
        "decides": request.actor.may("accuracy.decide")
        and check.in_check
        and not check.leads
        and line.state in {PointState.RETURNED, *DECIDED},
        "withdraws": standing.osag
        and check.in_check
        and line.state == PointState.RETURNED
        and not line.answers_for,
        "disagrees": standing.osag
        and check.in_check
        and line.decided
        and decision is not None
        and decision.decision != PointState.ACCEPTED
        and not decision.dispute,
        "editor": reverse("inspection-report-section", args=[reference, line.section_key]),
        "edits": check.on_team and check.in_check and request.actor.may("inspections.lead"),
    }
    return render(request, "inspections/accuracy_point.html", context)


@writes("accuracy.commission")
def disagree(request: Request, reference: str, number: int) -> HttpResponse:
    """Record that OSAG does not agree with a decision."""
    _, seen, context = brief(request, reference)
    line = queries.point(seen, number).line
    words: dict[str, Any] = {
        "label": "Where does OSAG stand, and why?",
        "help_text": "It is kept with the check and changes no decision.",
    }
    form, status = Reason(initial={"revision": line.revision}, **words), 200
    if request.method == "POST":
        form, status = Reason(request.POST, **words), INVALID
        if form.is_valid():
            try:
                deciding.disagree(
                    by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, f"The disagreement on point {number} is recorded.")
                return redirect("inspection-accuracy-point", reference=reference, number=number)
    context |= {
        "form": form,
        "line": line,
        "title": f"Record a disagreement on point {number}",
        "button_text": "Record the disagreement",
    }
    return render(request, "inspections/accuracy_step.html", context, status=status)


@writes("accuracy.agree_extension")
def date(request: Request, reference: str) -> HttpResponse:
    """Propose a later date, or answer the one that the other side proposed."""
    check, context = head(request, reference)
    known = {"revision": check.revision}
    proposal = check.open_proposal
    own = proposal is not None and proposal.side == side_of(request.actor.role)
    form: LaterDate | DateAnswer = DateAnswer(initial=known) if proposal else LaterDate(initial=known)
    status = 200
    if request.method == "POST":
        step = request.POST.get("step", "propose")
        form = LaterDate(request.POST) if step == "propose" else DateAnswer(request.POST)
        status = INVALID
        if form.is_valid():
            try:
                told = _dated(request, reference, step, form.cleaned_data)
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, told)
                return redirect("inspection-accuracy", reference=reference)
    context |= {"form": form, "proposal": proposal, "own": own, "acts": check.open}
    return render(request, "inspections/accuracy_date.html", context, status=status)


def _dated(request: Request, reference: str, step: str, given: dict[str, Any]) -> str:
    if step == "propose":
        dates.propose_date(by=request.actor, at=request.at, reference=reference, **given)
        return f"{day_in_words(given['until'])} is proposed. The date moves when the other side agrees."
    answer = step if step in {"agree", "decline", "withdraw"} else "decline"
    dates.answer_date(by=request.actor, at=request.at, reference=reference, answer=answer, **given)
    return {
        "agree": "Agreed: the check has its later date. The first one stays beside it.",
        "decline": "Declined: the date stays.",
        "withdraw": "The proposal is withdrawn.",
    }[answer]
