"""The page of a visit, planning one, and its steps (C2, C5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words
from oversight.parties.queries import parties_by_code
from oversight.programme.actions import holding
from oversight.programme.actions import visits as acts
from oversight.programme.forms.visits import (
    Changing,
    Plain,
    Planning,
    Reason,
    Resuming,
    Teams,
    as_it_stands,
)
from oversight.programme.queries.people import people_of
from oversight.programme.queries.sight import PLAN, SEE
from oversight.programme.queries.visits import VisitDetail, not_bookable
from oversight.programme.queries.visits import visit as visit_detail
from oversight.programme.rules.limits import limits
from oversight.programme.rules.visits import Span
from oversight.programme.views.timetable import suggested_places

#: Refusals by state: the page is shown again with what was typed, and answered as a conflict.
CONFLICT: Final = 409


@dataclass(frozen=True)
class StepPage:
    """The page of a step.

    Args:
        title: Heading of the page.
        button: Words on its button.
        done: What is said when it is done.
        write: The action.
        form: Its form.
        told: What the page says before the form.
        warning: Whether it cannot be undone.
    """

    title: str
    button: str
    done: str
    write: Callable[..., Any]
    form: type[forms.Form] = Plain
    told: str = ""
    warning: bool = False


PAGES: Final = {
    "share": StepPage(
        "Share the visit with the other planners",
        "Share it",
        "The planners of the other body now see it. Those who are visited do not.",
        acts.share_visit,
        told="HM Inspectorate of Probation and OSAG give each other their timetables (paragraph 28). Only "
        "their planners see a shared visit.",
    ),
    "announce": StepPage(
        "Announce the visit",
        "Announce it",
        "It is announced. Those who are visited see it now.",
        acts.announce_visit,
        told="From now on those who are visited, and everyone who sees visits, know of its days. This cannot "
        "be taken back.",
    ),
    "change": StepPage(
        "Change the days of the visit",
        "Change them",
        "The days are changed. Calendars follow.",
        acts.change_visit,
        Changing,
        "The days it has now stay in view beside the new ones, with your reason (paragraph 28).",
    ),
    "teams": StepPage("Say who goes", "Keep", "Kept.", holding.set_teams, Teams),
    "hold": StepPage(
        "Put the visit on hold",
        "Put it on hold",
        "It is on hold. It keeps its days and takes no room in the timetable.",
        holding.hold_visit,
        Reason,
    ),
    "resume": StepPage(
        "Take the visit up again",
        "Take it up",
        "It is in the timetable again.",
        holding.resume_visit,
        Resuming,
        "Keep the days it had, or enter others.",
    ),
    "cancel": StepPage(
        "Cancel the visit",
        "Cancel it",
        "It is cancelled. Calendars show it as cancelled.",
        holding.cancel_visit,
        Reason,
        "This cannot be undone. Its days stay readable.",
        warning=True,
    ),
    "finish": StepPage("Say that the visit was made", "It was made", "Kept as made.", holding.finish_visit),
}

#: The steps in the order in which the page offers them; those after the line stand aside.
ONWARD: Final = {
    "resume": "Take it up again",
    "share": "Share with the other planners",
    "announce": "Announce it",
    "finish": "Say that it was made",
}
ASIDE: Final = {
    "change": "Change its days",
    "teams": "Say who goes",
    "hold": "Put it on hold",
    "cancel": "Cancel it",
}


@reads(SEE)
def visit(request: Request, reference: str) -> HttpResponse:
    """Show one visit: how it stands, the next step, every day it had, its steps."""
    found = visit_detail(actor=request.actor, reference=reference)
    return render(
        request,
        "programme/visit.html",
        {
            "found": found,
            "limits": limits(),
            "onward": [(name, text) for name, text in ONWARD.items() if name in found.acts],
            "aside": [(name, text) for name, text in ASIDE.items() if name in found.acts],
        },
    )


@writes(PLAN)
def plan(request: Request) -> HttpResponse:
    """Plan a visit."""
    status = 200
    body = request.actor.party
    blocked: tuple[Span, ...] = ()
    if request.method == "POST":
        form = Planning(request.POST, body=body)
        if form.is_valid():
            cleaned = {**form.cleaned_data}
            try:
                reference, clashes = acts.plan_visit(
                    by=request.actor,
                    at=request.at,
                    owner=parties_by_code()[cleaned["owner"]],
                    kind=cleaned["kind"],
                    place=cleaned["place"],
                    span=form.span(),
                    visit_days=cleaned["visit_days"] or 0,
                    title=cleaned["title"],
                    teams=cleaned.get("teams", []),
                )
            except Refused as refused:
                if refused.rule.startswith("permission_programme"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
                blocked = not_bookable(actor=request.actor, place=cleaned["place"], since=request.today)
            else:
                _tell(request, "The visit is planned.", clashes)
                return redirect("visit", reference=reference)
    else:
        form = Planning(body=body, initial={"owner": body, "place": request.GET.get("place", "")})
    context = {"form": form, "places": suggested_places(), "blocked": blocked}
    return render(request, "programme/plan.html", context, status=status)


def _tell(request: Request, done: str, clashes: object) -> None:
    messages.success(request, done)
    if isinstance(clashes, tuple) and clashes:
        found = count_in_words(len(clashes), "clash", "clashes")
        messages.warning(request, f"{found} found: see Clashes. Every body concerned was told.")


def _form(page: StepPage, found: VisitDetail, request: Request, given: Any = None) -> forms.Form:
    options: dict[str, Any] = {} if given is not None else {"initial": as_it_stands(found)}
    if page.form is Teams:
        options |= {
            "owner": found.line.owner.code,
            "known": people_of(found.keeper.code, today=request.today),
        }
    return page.form(given, **options) if given is not None else page.form(**options)


@writes(PLAN)
def step(request: Request, reference: str, act: str) -> HttpResponse:
    """Take a step on a visit."""
    page = PAGES.get(act)
    found = visit_detail(actor=request.actor, reference=reference)
    if page is None:
        raise Refused("not_found_step", "There is no such step.", "Open the visit and choose one.")
    status = 200
    if request.method == "POST":
        form = _form(page, found, request, request.POST)
        if form.is_valid():
            facts = form.facts()  # type: ignore[attr-defined]  # every form of a step has it
            try:
                clashes = page.write(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    revision=form.cleaned_data["revision"],
                    **facts,
                )
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                _tell(request, page.done, clashes)
                return redirect("visit", reference=reference)
    else:
        form = _form(page, found, request)
    context = {"found": found, "page": page, "form": form, "possible": act in found.acts}
    return render(request, "programme/visit_step.html", context, status=status)
