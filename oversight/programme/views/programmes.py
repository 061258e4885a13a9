"""Programmes, how far each is, and their steps (C1, ¶17)."""

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
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.programme.actions import programmes as acts
from oversight.programme.forms.others import ProgrammeStep, ReplaceProgramme, StartProgramme
from oversight.programme.queries.cycles import DIRECT
from oversight.programme.queries.cycles import programme as programme_detail
from oversight.programme.queries.cycles import programmes as all_programmes
from oversight.programme.queries.sight import SEE
from oversight.programme.rules.cycles import STANDING_WORDS, ProgrammeState

PAGE_SIZE: Final = 25
CONFLICT: Final = 409


@dataclass(frozen=True)
class StepPage:
    """The page of a step: heading, button, what is said when done, the action, what the page says first."""

    title: str
    button: str
    done: str
    write: Callable[..., Any]
    told: str


PAGES: Final = {
    "pause": StepPage(
        "Pause the programme",
        "Pause it",
        "It is paused. {} put on hold, with their days.",
        acts.pause_programme,
        "Its visits from that day on are put on hold with their days; nothing is lost. Visits that a case "
        "keeps go on until their case is paused.",
    ),
    "resume": StepPage(
        "Resume the programme",
        "Resume it",
        "It runs again. {} taken up.",
        acts.resume_programme,
        "Visits that the pause put on hold are taken up on the days they had. Those whose days have passed "
        "wait for new ones.",
    ),
    "replace": StepPage(
        "Replace the programme",
        "Replace it",
        "It is replaced. {} went over to the other programme.",
        acts.replace_programme,
        "What was done stays counted here. Visits to come are put on hold with their days; those of a type "
        "that the other programme has go over to it.",
    ),
    "complete": StepPage(
        "Say that the programme is complete",
        "It is complete",
        "It is complete.",
        acts.complete_programme,
        "Every region and unit of the programme was visited (paragraph 17).",
    ),
}


@reads(SEE)
def programmes(request: Request) -> HttpResponse:
    """List the programmes with how far each is."""
    found = all_programmes(actor=request.actor, today=request.today)
    context = {"found": found, "directs": request.actor.may(DIRECT)}
    return render(request, "programme/programmes.html", context)


@reads(SEE)
def programme(request: Request, slug: str) -> HttpResponse:
    """Show one programme: its frame, its progress by region and place, its steps."""
    found = programme_detail(actor=request.actor, today=request.today, slug=slug)
    standing = request.GET.get("standing", "")
    places = [one for one in found.places if not standing or one.standing == standing]
    pages: Page[Any] = Paginator(places, PAGE_SIZE).get_page(page_number(request.GET))
    context = {
        "found": found,
        "pages": pages,
        "standing": standing if standing in set(STANDING_WORDS) else "",
        "words": STANDING_WORDS,
        "pages_of_steps": PAGES,
    }
    return render(request, "programme/programme.html", context)


@writes(DIRECT)
def start(request: Request) -> HttpResponse:
    """Start a programme."""
    body, status = request.actor.party, 200
    if request.method == "POST":
        form = StartProgramme(request.POST, body=body)
        if form.is_valid():
            try:
                slug = acts.start_programme(by=request.actor, at=request.at, **form.cleaned_data)
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The programme has started.")
                return redirect("programme", slug=slug)
    else:
        form = StartProgramme(body=body)
    return render(request, "programme/programme_start.html", {"form": form}, status=status)


@writes(DIRECT)
def step(request: Request, slug: str, act: str) -> HttpResponse:
    """Take a step on a programme."""
    found = programme_detail(actor=request.actor, today=request.today, slug=slug)
    page = PAGES.get(act)
    if page is None:
        raise Refused("not_found_step", "There is no such step.", "Open the programme and choose one.")
    options: dict[str, Any] = {}
    of: type[forms.Form] = ProgrammeStep
    if act == "replace":
        of = ReplaceProgramme
        lines = [line for line, _ in all_programmes(actor=request.actor, today=request.today)]
        options["others"] = [
            (one.slug, one.title)
            for one in lines
            if one.state == ProgrammeState.RUNNING and one.slug != slug and one.owner == found.line.owner
        ]
    status = 200
    if request.method == "POST":
        form = of(request.POST, **options)
        if act == "complete":
            form.fields["reason"].required = False
        if form.is_valid():
            facts = form.facts()  # type: ignore[attr-defined]  # every form of a step has it
            revision = form.cleaned_data["revision"]
            try:
                count = page.write(by=request.actor, at=request.at, slug=slug, revision=revision, **facts)
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                visits = f"{count} visit was" if count == 1 else f"{count} visits were"
                went = f"{count} visit" if count == 1 else f"{count} visits"
                messages.success(request, page.done.format(went if act == "replace" else visits))
                return redirect("programme", slug=slug)
    else:
        form = of(initial={"revision": found.revision, "on": request.today}, **options)
    context = {"found": found, "page": page, "form": form, "possible": act in found.acts}
    return render(request, "programme/programme_step.html", context, status=status)
