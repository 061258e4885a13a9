"""Policy changes, and the trace between them and the findings that led to them (D11, ¶21)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.views.duties import page_number
from oversight.briefings.actions import changes as acts
from oversight.briefings.forms.briefings import Step
from oversight.briefings.forms.changes import (
    ChangeFilters,
    ChangeReason,
    Linking,
    Recording,
    SayingAnew,
    Tracing,
    Unlinking,
)
from oversight.briefings.queries import changes as queries
from oversight.briefings.queries.sight import PAGE_SIZE, SEE_CHANGES, TRACE
from oversight.briefings.views.steps import CONFLICT, INVALID, pages_of, refused_on_page, takes
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request


@reads(SEE_CHANGES)
def changes(request: Request) -> HttpResponse:
    """Show the policy changes, latest first: filtered, counted, 25 a page."""
    filters = ChangeFilters(request.GET)
    faulty = not filters.is_valid()
    chosen = {} if faulty else filters.cleaned_data
    found = queries.change_list(actor=request.actor, page=page_number(request.GET), **chosen)
    context = {
        "filters": filters,
        "faulty": faulty,
        "found": found,
        "pages": pages_of(found.count, found.page, PAGE_SIZE),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    return render(request, "briefings/changes.html", context, status=INVALID if faulty else 200)


@reads(SEE_CHANGES)
def trace(request: Request) -> HttpResponse:
    """Show what a report or a recommendation led to."""
    form, found, status = Tracing(request.GET), None, 200
    if not form.is_valid():
        status = INVALID
    elif form.cleaned_data["target"]:
        try:
            found = queries.traced(actor=request.actor, target=form.cleaned_data["target"])
        except Refused as refused:
            status = refused_on_page(form, refused)
    return render(request, "briefings/trace.html", {"form": form, "found": found}, status=status)


@writes(TRACE)
def record(request: Request) -> HttpResponse:
    """Record a policy change."""
    form, status = Recording(), 200
    if request.method == "POST":
        form, status = Recording(request.POST), INVALID
        if form.is_valid():
            try:
                reference = acts.record(by=request.actor, at=request.at, **form.facts())
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, "Recorded. Link now what led to it.")
                return redirect("policy-change", reference=reference)
    return render(request, "briefings/change_form.html", {"form": form, "found": None}, status=status)


@reads(SEE_CHANGES)
def change(request: Request, reference: str) -> HttpResponse:
    """Show one policy change: how it stands, what led to it, every round."""
    found = queries.change(actor=request.actor, reference=reference)
    return render(request, "briefings/change.html", {"found": found})


@writes(TRACE)
def say_anew(request: Request, reference: str) -> HttpResponse:
    """Say how a change stands now, or correct what was said of it."""
    found = queries.change(actor=request.actor, reference=reference)
    said = found.said
    form = SayingAnew(
        states=found.states,
        initial={
            "revision": found.revision,
            "title": said.title,
            "kind": said.kind,
            "what": said.what,
            "state": found.line.state,
            "on": said.on,
            "link": said.link,
        },
    )
    status = 200
    if request.method == "POST":
        form, status = SayingAnew(request.POST, states=found.states), INVALID
        if form.is_valid():
            if takes(request, form, acts.say_anew, reference=reference):
                messages.success(request, "Kept as a further round. The earlier ones stay.")
                return redirect("policy-change", reference=reference)
            status = CONFLICT
    return render(request, "briefings/change_form.html", {"form": form, "found": found}, status=status)


def _step(request: Request, reference: str, form_of: Any, write: Any, **page: Any) -> HttpResponse:
    found, status = queries.change(actor=request.actor, reference=reference), 200
    done, initial = page.pop("done"), page.pop("initial", {})
    if request.method == "POST":
        form, status = form_of(request.POST), INVALID
        if form.is_valid():
            if takes(request, form, write, reference=reference):
                messages.success(request, done)
                return redirect("policy-change", reference=reference)
            status = CONFLICT
    else:
        form = form_of(initial={"revision": found.revision, **initial})
    context = {"found": found, "form": form, "told": "", "warning": False, **page}
    return render(request, "briefings/change_step.html", context, status=status)


@writes(TRACE)
def add_link(request: Request, reference: str) -> HttpResponse:
    """Link what led to a change."""
    return _step(
        request,
        reference,
        Linking,
        acts.add_link,
        title="What led to this change?",
        button_text="Link it",
        done="Linked. Of a published report, this also records what it changes in policy (paragraph 21).",
        initial={"target": request.GET.get("target", "")},
    )


@writes(TRACE)
def remove_link(request: Request, reference: str, link_id: int) -> HttpResponse:
    """Take a link away."""
    return _step(
        request,
        reference,
        Unlinking,
        acts.remove_link,
        title="Take a link away",
        button_text="Take it away",
        done="Taken away. It stays in view with its reason.",
        initial={"link_id": link_id},
        warning=True,
    )


@writes(TRACE)
def make_public(request: Request, reference: str) -> HttpResponse:
    """Make a change public."""
    return _step(
        request,
        reference,
        Step,
        acts.make_public,
        title="Make this change public",
        button_text="Make it public",
        done="Public. From now on what you say of it is public at once.",
        told="Everyone can then read what changes, how it stands, and which published reports led to it. "
        "Recommendations and reports that are not published are left out.",
    )


@writes(TRACE)
def take_back(request: Request, reference: str) -> HttpResponse:
    """Take a change off the public list."""
    return _step(
        request,
        reference,
        ChangeReason,
        acts.take_back,
        title="Take this change off the public list",
        button_text="Take it off",
        done="Taken off the public list.",
        warning=True,
    )
