"""Clashes, and what the bodies say about each (C2, ¶28)."""

from __future__ import annotations

from collections.abc import Callable
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
from oversight.programme.actions import clashes as acts
from oversight.programme.forms.others import ClashAnswer, ClashFilters, ClashReply
from oversight.programme.queries.clashes import PAGE_SIZE
from oversight.programme.queries.clashes import clash as clash_detail
from oversight.programme.queries.clashes import clashes as clash_list
from oversight.programme.queries.sight import PLAN, SEE
from oversight.programme.rules.limits import limits
from oversight.programme.views.timetable import INVALID, suggested_places

CONFLICT: Final = 409
#: Each answer: heading, words on the button, what is said when done, its form and the action.
_Page = tuple[str, str, str, type[forms.Form], Callable[..., Any]]
PAGES: Final[dict[str, _Page]] = {
    "answer": (
        "Say what you will do about the clash",
        "Say so",
        "Kept. Every body concerned sees it.",
        ClashAnswer,
        acts.answer_clash,
    ),
    "agree": (
        "Agree to what is proposed",
        "Agree",
        "Agreed. The clash is settled.",
        ClashReply,
        acts.agree_clash,
    ),
    "decline": (
        "Decline what is proposed",
        "Decline",
        "Declined. It is to be talked through again.",
        ClashReply,
        acts.decline_clash,
    ),
}


@reads(SEE)
def clashes(request: Request) -> HttpResponse:
    """List the clashes that I may know of, latest first, 25 a page."""
    filters = ClashFilters(request.GET)
    context: dict[str, Any] = {
        "filters": filters,
        "places": suggested_places(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
        "limits": limits(),
    }
    if not filters.is_valid():
        return render(request, "programme/clashes.html", context, status=INVALID)
    place = filters.cleaned_data["place"]
    found = clash_list(
        actor=request.actor,
        state=filters.cleaned_data["state"] or "open",
        place=place.code if place else "",
        page=page_number(request.GET),
    )
    pages: Page[int] = Paginator(range(found.count.number), PAGE_SIZE).page(found.page)
    context |= {"found": found, "pages": pages}
    return render(request, "programme/clashes.html", context)


@reads(SEE)
def clash(request: Request, reference: str) -> HttpResponse:
    """Show one clash: what it is about, what was said, what I can do."""
    found = clash_detail(actor=request.actor, reference=reference)
    return render(request, "programme/clash.html", {"found": found, "acts": PAGES})


@writes(PLAN)
def step(request: Request, reference: str, act: str) -> HttpResponse:
    """Answer a clash, agree to a proposal or decline it."""
    found = clash_detail(actor=request.actor, reference=reference)
    page = PAGES.get(act)
    if page is None:
        raise Refused("not_found_step", "There is no such step.", "Open the clash and choose one.")
    title, button, done, of, write = page
    status = 200
    if request.method == "POST":
        form = of(request.POST)
        if form.is_valid():
            facts = form.facts()  # type: ignore[attr-defined]  # every form of a step has it
            revision = form.cleaned_data["revision"]
            try:
                write(by=request.actor, at=request.at, reference=reference, revision=revision, **facts)
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, done)
                return redirect("clash", reference=reference)
    else:
        form = of(initial={"revision": found.revision})
    context = {
        "found": found,
        "title": title,
        "button_text": button,
        "form": form,
        "possible": act in found.acts,
    }
    return render(request, "programme/clash_step.html", context, status=status)
