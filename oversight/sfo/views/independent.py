"""Independent reviews that the Secretary of State asks for: their register, one of them, its steps (F3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import in_full, show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.parties.queries import parties_by_code
from oversight.sfo.actions import independent as acts
from oversight.sfo.actions import independent_publishing as publishing
from oversight.sfo.actions import independent_writing as writing
from oversight.sfo.forms import independent as shapes
from oversight.sfo.forms.reviews import Confirming
from oversight.sfo.queries.independent import PAGE_SIZE, readers_page, register, version
from oversight.sfo.queries.independent import independent as independent_detail
from oversight.sfo.queries.independent_sight import SEE
from oversight.sfo.queries.people import nameable
from oversight.sfo.rules.independent import check_step
from oversight.sfo.rules.independent_text import outline
from oversight.sfo.rules.review import MARKING
from oversight.sfo.views.reviews import name_readers

INVALID: Final = 422
CONFLICT: Final = 409


@reads(SEE)
def independent_reviews(request: Request) -> HttpResponse:
    """Show the independent reviews: where each stands, 25 a page, and nothing of what they say."""
    found = register(actor=request.actor, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
    context = {"found": found, "pages": pages, "marking": MARKING}
    return render(request, "sfo/independent_reviews.html", context)


@writes("sfo.ask_independent")
def ask(request: Request) -> HttpResponse:
    """Register a request of the Secretary of State."""
    status = 200
    form = shapes.Asking(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                reference = acts.register(by=request.actor, at=request.at, **form.cleaned_data)
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Registered as {reference}. You are its first named reader.")
                return redirect("sfo-independent", reference=reference)
    regions = sorted(in_full(ref) for ref in parties_by_code().values() if ref.kind == "region")
    context = {"form": form, "regions": regions, "marking": MARKING}
    return render(request, "sfo/independent_ask.html", context, status=status)


@dataclass(frozen=True)
class StepPage:
    """The page of a step.

    Args:
        title: Heading of the page and words of the link to it.
        button: Words on its button.
        done: What is said when it is done.
        form: Its form.
        write: The action.
        told: What the page says before the form.
        named: Whether the action takes the name of the step.
        warning: Whether it cannot be undone.
    """

    title: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    told: str
    named: bool = False
    warning: bool = False


#: Where each step is taken, in the order in which a page offers them.
PAGES: Final = {
    "agree_terms": StepPage(
        "Agree the terms of reference",
        "Agree these terms",
        "The terms are agreed. Appoint the reviewers next.",
        shapes.AgreeingTerms,
        acts.set_terms,
        "The terms say what is looked at and what is not. They are published with the report.",
    ),
    "start_work": StepPage(
        "Start the work",
        "Start the work",
        "The work has started.",
        Confirming,
        acts.take_step,
        "From now on its reviewers write the report.",
        named=True,
    ),
    "send_draft": StepPage(
        "Send the draft for its check",
        "Send it to OSAG",
        "Sent. OSAG checks its facts and begins the action plan.",
        Confirming,
        writing.send_draft,
        "OSAG has the draft at once. From its first receipt ten weeks run for the plan (paragraph 27). "
        "A later round of the check does not move that date.",
    ),
    "return_check": StepPage(
        "Return the check",
        "Return it to the Inspectorate",
        "The check is returned.",
        Confirming,
        writing.return_check,
        "The points raised go to the Inspectorate, which decides each with a reason. Without points you "
        "say that nothing is inaccurate.",
    ),
    "finalise": StepPage(
        "Issue the final report",
        "Issue it",
        "The report is final. Brief the family next.",
        Confirming,
        writing.finalise,
        "The report is kept as it is written now. The family is briefed before it is published.",
        warning=True,
    ),
    "brief_family": StepPage(
        "Record that the family was briefed",
        "The family was briefed",
        "Recorded. Publications can publish the report.",
        shapes.BriefingFamily,
        publishing.brief_family,
        "Only then the report can be published.",
    ),
    "confirm_exception": StepPage(
        "Confirm the exception",
        "Confirm it",
        "Confirmed. The report can be published without a briefing, and the record says why.",
        shapes.Why,
        publishing.decide_exception,
        "You are the second person. The record holds both reasons and both names.",
        named=True,
        warning=True,
    ),
    "publish": StepPage(
        "Publish the report",
        "Publish it",
        "Published. Its recommendations are with those who answer them.",
        Confirming,
        publishing.publish,
        "Anyone can read it from then on. Its recommendations go to those who answer them, and OSAG "
        "coordinates the response (paragraph 27).",
        warning=True,
    ),
    "change_terms": StepPage(
        "Change the terms of reference",
        "Change them",
        "The terms are changed. Earlier ones stay in view.",
        shapes.ChangingTerms,
        acts.set_terms,
        "Earlier terms stay in view with the reason for the change.",
    ),
    "redraft": StepPage(
        "Draft again for another check",
        "Draft again",
        "The draft can be written again.",
        shapes.Why,
        writing.redraft,
        "The version that was checked stays in view, and so does the date of the action plan.",
    ),
    "refuse_exception": StepPage(
        "Refuse the exception",
        "Refuse it",
        "Refused. The family is to be briefed.",
        shapes.Why,
        publishing.decide_exception,
        "The report then waits for the family to be briefed.",
        named=True,
    ),
    "propose_exception": StepPage(
        "Propose to publish without a briefing",
        "Propose it",
        "Proposed. A second person of the Inspectorate decides.",
        shapes.Why,
        publishing.propose_exception,
        "For example when the family has asked not to be contacted. Your reason and your name stay on the "
        "page and in the record, which more people read: write no names.",
    ),
    "decline": StepPage(
        "Decline the request",
        "Decline it",
        "Declined. Those who asked read why.",
        shapes.Why,
        acts.take_step,
        "The Secretary of State can ask; the Memorandum does not say that the Inspectorate has to agree "
        "(paragraph 19). This cannot be undone.",
        named=True,
        warning=True,
    ),
    "withdraw": StepPage(
        "Withdraw the review",
        "Withdraw it",
        "The review is withdrawn.",
        shapes.Why,
        acts.take_step,
        "This cannot be undone. What was written stays with its named readers.",
        named=True,
        warning=True,
    ),
}
#: What is done to a review that moves it to no other state: links too.
BESIDE: Final = {
    "off_the_web": StepPage(
        "Take the report off the web",
        "Take it off the web",
        "The report is off the web. The notice stands in its place.",
        shapes.PublicWhy,
        publishing.take_off_the_web,
        "Its text and files are not shown any more; a dated notice says why. Nothing is erased, and its "
        "recommendations go on being answered.",
        warning=True,
    ),
    "back_on_the_web": StepPage(
        "Put the report back on the web",
        "Put it back",
        "The report is back on the web.",
        shapes.PublicWhy,
        publishing.put_back_on_the_web,
        "Text and files are shown again, with a dated notice.",
    ),
    "note_end": StepPage(
        "Note that the request has ended",
        "Note it",
        "Noted. Nothing is owed for this request any more.",
        Confirming,
        acts.note_end,
        "You have read why it was not carried out. With that nothing is owed for it any more: the Memorandum "
        "does not say that the Inspectorate has to agree (paragraph 19).",
    ),
}
#: Steps beside the way: links, never the button that a page puts forward.
ASIDE: Final = frozenset(
    {"change_terms", "redraft", "refuse_exception", "propose_exception", "decline", "withdraw"}
)


@reads(SEE, logs=True)
def independent(request: Request, reference: str) -> HttpResponse:
    """Show an independent review to one of its named readers, and record that they read it."""
    found = independent_detail(actor=request.actor, reference=reference, today=request.today)
    acts.record_reading(by=request.actor, at=request.at, reference=reference)
    names = [move.name for move in found.acts]
    if found.open_points:
        names = [name for name in names if name not in {"finalise", "redraft"}]
    if not any(one.until is None for one in found.reviewers):
        names = [name for name in names if name != "start_work"]
    return render(
        request,
        "sfo/independent.html",
        {
            "found": found,
            "onward": [(name, PAGES[name]) for name in PAGES if name in names and name not in ASIDE],
            "aside": [
                *((name, PAGES[name]) for name in PAGES if name in names and name in ASIDE),
                *((name, BESIDE[name]) for name in found.beside),
            ],
            "outline": outline(),
            "marking": MARKING,
            "names_readers": request.actor.may("sfo.name_independent_readers"),
            "corrects": found.line.state == "published" and request.actor.may("publication.publish"),
        },
    )


@writes(SEE, logs=True)
def independent_step(request: Request, reference: str, act: str) -> HttpResponse:
    """Take one step of an independent review."""
    page = (PAGES | BESIDE).get(act)
    if page is None:
        raise Refused("not_found_step", "There is no such step.", "Open the review to see what is possible.")
    found = independent_detail(actor=request.actor, reference=reference, today=request.today)
    if act in PAGES:
        check_step(act, found.line.state, role=request.actor.role, is_reviewer=found.reviews_it)
    elif act not in found.beside:
        raise Refused(
            "sfo_step",
            f"“{page.title}” is not for you, or not now.",
            "Open the review to see what is possible.",
            paragraph="19",
        )
    status = 200
    if request.method == "POST":
        form = page.form(request.POST)
        status = INVALID
        if form.is_valid():
            given = form.cleaned_data | ({"act": act} if page.named else {})
            try:
                page.write(by=request.actor, at=request.at, reference=reference, **given)
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, page.done)
                return redirect("sfo-independent", reference=reference)
    else:
        terms = found.terms[0] if found.terms else None
        form = page.form(
            initial={
                "revision": found.revision,
                "on": request.today.strftime("%d/%m/%Y"),
                "title": terms.title if terms else "",
                "terms": terms.text if terms else "",
            }
        )
    context = {"found": found, "page": page, "act": act, "form": form, "marking": MARKING}
    return render(request, "sfo/independent_step.html", context, status=status)


@writes("sfo.name_independent_readers")
def independent_readers(request: Request, reference: str) -> HttpResponse:
    """Name readers of an independent review and take them off, without opening it."""
    row, shown = readers_page(actor=request.actor, reference=reference)
    people = nameable(request.actor, region=row.region_id, today=request.today, permission=SEE)
    context = {
        "row": row,
        "readers": shown,
        "register": "sfo-independent-reviews",
        "told": "OSAG names its readers once the draft is with it.",
    }
    here = "sfo-independent-readers"
    return name_readers(request, reference, acts=acts, people=people, here=here, context=context)


@writes("sfo.review_independently", logs=True)
def reviewers(request: Request, reference: str) -> HttpResponse:
    """Appoint reviewers with their statement of independence, and end appointments."""
    found = independent_detail(actor=request.actor, reference=reference, today=request.today)
    people = found.to_appoint
    form, status = shapes.Appointing(people=people, initial={"revision": found.revision}), 200
    if request.method == "POST":
        ending = request.POST.get("end", "")
        form = shapes.Appointing(request.POST, people=people)
        by: dict[str, Any] = {"by": request.actor, "at": request.at, "reference": reference}
        try:
            if ending.isdecimal() and len(ending) < 18:
                acts.end_reviewer(**by, revision=found.revision, reviewer=int(ending))
                messages.success(request, "The appointment has ended. It stays in view.")
                return redirect("sfo-independent-reviewers", reference=reference)
            status = INVALID
            if form.is_valid():
                acts.appoint(**by, **form.cleaned_data)
                messages.success(request, "Appointed.")
                return redirect("sfo-independent-reviewers", reference=reference)
        except Refused as refused:
            show_refusal(form, refused)
            status = CONFLICT
    context = {"found": found, "form": form, "marking": MARKING}
    return render(request, "sfo/independent_reviewers.html", context, status=status)


@reads(SEE, logs=True)
def independent_version(request: Request, reference: str, number: int) -> HttpResponse:
    """Show a version of the report to a named reader who may read it, and record that they did."""
    shown = version(actor=request.actor, reference=reference, number=number)
    acts.record_reading(by=request.actor, at=request.at, reference=reference)
    context = {"reference": reference, "shown": shown, "marking": MARKING}
    return render(request, "sfo/independent_version.html", context)
