"""The register of reviews, a review for its named readers, and the steps that move it (F1, F2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from oversight.sfo.actions import marking as assuring
from oversight.sfo.actions import reviews as acts
from oversight.sfo.forms import reviews as shapes
from oversight.sfo.queries.people import Person, nameable
from oversight.sfo.queries.reviews import PAGE_SIZE, readers_page, register
from oversight.sfo.queries.reviews import review as review_detail
from oversight.sfo.rules.review import MARKING, check_move

SEE: Final = "sfo.see"
INVALID: Final = 422
CONFLICT: Final = 409


@reads(SEE)
def reviews(request: Request) -> HttpResponse:
    """Show the reviews that I may see: filtered, counted, 25 a page; nothing of what they say."""
    filters = shapes.ReviewFilters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "narrowed": any(request.GET.get(name) for name in filters.fields),
        "marking": MARKING,
    }
    if not faulty:
        found = register(
            actor=request.actor,
            today=request.today,
            chosen=filters.chosen(),
            page=page_number(request.GET),
        )
        pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "sfo/reviews.html", context, status=INVALID if faulty else 200)


@writes("sfo.register")
def register_review(request: Request) -> HttpResponse:
    """Register a review from its notification."""
    status = 200
    form = shapes.Registering(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            try:
                reference = acts.register(by=request.actor, at=request.at, **form.cleaned_data)
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Registered as {reference}. You are its first named reader.")
                return redirect("sfo-review", reference=reference)
        else:
            status = INVALID
    regions = sorted(in_full(ref) for ref in parties_by_code().values() if ref.kind == "region")
    context = {"form": form, "regions": regions, "marking": MARKING}
    return render(request, "sfo/register.html", context, status=status)


@dataclass(frozen=True)
class StepPage:
    """The page of a step.

    Args:
        title: Heading of the page and words of the link to it.
        button: Words on its button.
        done: What is said when it is done.
        form: Its form.
        write: The action.
        named: Whether the action takes the name of the step.
        warning: Whether it cannot be undone.
    """

    title: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    named: bool = False
    warning: bool = False


#: Where each step is taken, those on the way in the order in which a page offers them.
PAGES: Final = {
    "commission": StepPage(
        "Commission the review",
        "Commission it",
        "The review is commissioned.",
        shapes.Commissioning,
        acts.commission,
    ),
    "submit": StepPage(
        "Submit the review",
        "It was submitted",
        "Submitted. It waits for the next list.",
        shapes.OnDay,
        acts.submit,
    ),
    "resubmit": StepPage(
        "Submit the review again",
        "It was submitted",
        "Submitted. It goes back to the body that returned it.",
        shapes.OnDay,
        acts.submit,
    ),
    "start_marking": StepPage(
        "Start marking",
        "Start marking",
        "Marking has started.",
        shapes.Confirming,
        assuring.start_marking,
    ),
    "settle": StepPage(
        "Settle the ratings",
        "Settle the ratings",
        "The ratings are settled and the review counts as quality assured.",
        shapes.Confirming,
        assuring.settle,
    ),
    "send_feedback": StepPage(
        "Send feedback to the region",
        "Send the feedback",
        "Sent. The region sees how its review was marked from now on.",
        shapes.Feedback,
        assuring.send_feedback,
    ),
    "finish": StepPage(
        "Accept as final",
        "Accept it",
        "The review is final.",
        shapes.Confirming,
        assuring.accept,
    ),
    "return_for_work": StepPage(
        "Return for work",
        "Return it",
        "Returned to the region with a new date.",
        shapes.Returning,
        assuring.return_for_work,
    ),
    "disclose": StepPage(
        "Record that the family was told",
        "The family was told",
        "Recorded.",
        shapes.OnDayTold,
        acts.follow_up,
        named=True,
    ),
    "learn": StepPage(
        "Record the learning actions",
        "Record them",
        "Recorded.",
        shapes.OnDayTold,
        acts.follow_up,
        named=True,
    ),
    "close": StepPage(
        "Close the review",
        "Close it",
        "The review is closed.",
        shapes.OnDay,
        acts.end,
        named=True,
        warning=True,
    ),
    "extend": StepPage(
        "Give more time", "Give more time", "The new date is set.", shapes.MoreTime, acts.extend
    ),
    "withdraw": StepPage(
        "Withdraw the review",
        "Withdraw it",
        "The review is withdrawn.",
        shapes.OnDayWhy,
        acts.end,
        named=True,
        warning=True,
    ),
}
#: Steps beside the way: links, never the button that a page puts forward.
ASIDE: Final = frozenset({"extend", "withdraw", "return_for_work"})


@reads(SEE, logs=True)
def review(request: Request, reference: str) -> HttpResponse:
    """Show a review to one of its named readers, and record that they read it."""
    found = review_detail(actor=request.actor, reference=reference, today=request.today)
    acts.record_reading(by=request.actor, at=request.at, reference=reference)
    names = [move.name for move in found.acts]
    if found.marks or found.hidden or not found.markings:
        names = [name for name in names if name != "settle"]
    return render(
        request,
        "sfo/review.html",
        {
            "found": found,
            "onward": [(name, PAGES[name]) for name in PAGES if name in names and name not in ASIDE],
            "aside": [(name, PAGES[name]) for name in PAGES if name in names and name in ASIDE],
            "marking": MARKING,
            "names_readers": request.actor.may("sfo.name_readers"),
            "sees_sample": request.actor.may("sfo.see_sample"),
        },
    )


@writes(SEE, logs=True)
def step(request: Request, reference: str, act: str) -> HttpResponse:
    """Take one step of a review."""
    page = PAGES.get(act)
    if page is None:
        raise Refused("not_found_step", "There is no such step.", "Open the review to see what is possible.")
    found = review_detail(actor=request.actor, reference=reference, today=request.today)
    check_move(
        act,
        found.line.state,
        role=request.actor.role,
        party=request.actor.party,
        assurer=found.line.assurer,
    )
    status = 200
    if request.method == "POST":
        form = page.form(request.POST)
        if form.is_valid():
            given = form.cleaned_data | ({"act": act} if page.named else {})
            try:
                page.write(by=request.actor, at=request.at, reference=reference, **given)
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, page.done)
                return redirect("sfo-review", reference=reference)
        else:
            status = INVALID
    else:
        form = page.form(initial={"revision": found.revision, "on": request.today.strftime("%d/%m/%Y")})
    context = {"found": found, "page": page, "act": act, "form": form, "marking": MARKING}
    return render(request, "sfo/step.html", context, status=status)


@writes("sfo.assure", logs=True)
def mark(request: Request, reference: str) -> HttpResponse:
    """Mark a review against its standards."""
    found = review_detail(actor=request.actor, reference=reference, today=request.today)
    if not found.marks:
        raise Refused(
            "sfo_marked",
            "You cannot mark this review now.",
            "Open it to see how it stands and who marks it.",
            paragraph="19",
        )
    status = 200
    if request.method == "POST":
        form = shapes.MarkingForm(request.POST, standards=found.standards)
        if form.is_valid():
            try:
                title = assuring.mark(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    revision=form.cleaned_data["revision"],
                    **form.facts(),
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"{title} is handed in.")
                return redirect("sfo-review", reference=reference)
        else:
            status = INVALID
    else:
        form = shapes.MarkingForm(standards=found.standards, initial={"revision": found.revision})
        acts.record_reading(by=request.actor, at=request.at, reference=reference)
    context = {"found": found, "form": form, "marking": MARKING}
    return render(request, "sfo/mark.html", context, status=status)


@writes("sfo.name_readers")
def readers(request: Request, reference: str) -> HttpResponse:
    """Name readers of a review and take them off, without opening it."""
    row, shown = readers_page(actor=request.actor, reference=reference)
    people = nameable(request.actor, region=row.region_id, today=request.today)
    context = {"row": row, "readers": shown, "register": "sfo", "told": ""}
    return name_readers(request, reference, acts=acts, people=people, here="sfo-readers", context=context)


def name_readers(
    request: Request,
    reference: str,
    *,
    acts: Any,
    people: Sequence[Person],
    here: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the readers of a review of either kind, or name one, or take one off.

    Args:
        request: What was asked for.
        reference: Reference of the review.
        acts: The actions ``name_reader`` and ``end_reader`` of that kind.
        people: Those who can be named.
        here: Name of the page.
        context: What the page shows.
    """
    form, status = shapes.NamingReader(people=people), 200
    if request.method == "POST":
        ending = request.POST.get("end", "")
        form = shapes.NamingReader(request.POST, people=people)
        by: dict[str, Any] = {"by": request.actor, "at": request.at, "reference": reference}
        try:
            if ending.isdecimal() and len(ending) < 18:
                acts.end_reader(**by, reader=int(ending))
                messages.success(request, "They cannot open this review any more.")
                return redirect(here, reference=reference)
            status = INVALID
            if form.is_valid():
                acts.name_reader(**by, **form.cleaned_data)
                messages.success(
                    request, "Named. They may open this review now, and each reading is recorded."
                )
                return redirect(here, reference=reference)
        except Refused as refused:
            show_refusal(form, refused)
            status = CONFLICT
    context |= {"form": form, "marking": MARKING}
    return render(request, "sfo/readers.html", context, status=status)
