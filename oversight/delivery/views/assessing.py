"""Line management's assessments: the list, rounds, one with its figures and its completion (B2, ¶13)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.delivery.actions import assessing as acts
from oversight.delivery.actions.in_common import put_in_common
from oversight.delivery.forms.assessing import (
    Completing,
    EnteringFigures,
    Filters,
    GivingInput,
    OpeningRound,
)
from oversight.delivery.queries import assessing as queries
from oversight.delivery.queries.in_common import in_common
from oversight.delivery.queries.sight import ASSESS, GIVE_INPUT, PLAN, SEE
from oversight.delivery.rules.measures import measures
from oversight.delivery.views.steps import INVALID, StepWords, take_step, units_suggested
from oversight.exchange.rules.supplying import Every
from oversight.intelligence.queries.sight import SHARE
from oversight.intelligence.views.offering import take_offer
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words

_BACK: Final = "Back to the assessment"


@reads(SEE)
def index(request: Request) -> HttpResponse:
    """Show the assessments that I may see: filtered, counted, 25 a page."""
    filters = Filters(request.GET, rounds=queries.rounds())
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "units": units_suggested(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        found = queries.assessments(
            actor=request.actor,
            chosen=filters.chosen(),
            today=request.today,
            page=page_number(request.GET),
        )
        pages: Page[int] = Paginator(range(found.count), queries.PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "delivery/assessments.html", context, status=INVALID if faulty else 200)


@reads(SEE)
def list_of_measures(request: Request) -> HttpResponse:
    """Show what is measured, with every target, its source, and what of it is not verified."""
    return render(request, "delivery/measures.html", {"measures": tuple(measures().values())})


@writes(PLAN)
def open_round(request: Request) -> HttpResponse:
    """Open a round of assessments."""
    words = StepWords(
        title="Open a round of assessments",
        button="Open the round",
        back=reverse("delivery"),
        back_words="Back to the assessments",
        told=(
            "Every open region and unit gets an assessment for the period.",
            "The Probation Service assesses regions; each region assesses its units (paragraph 13).",
            "Each assessment is a duty with its date.",
        ),
        done="The round is open. Each assessment is now a duty of whoever assesses.",
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        acts.open_round(
            by=request.actor,
            at=request.at,
            every=Every(given["every"]),
            first=given["first"],
            due=given["due"],
        )
        return reverse("delivery")

    return take_step(request, words, OpeningRound, act)


@reads(SEE)
def assessment(request: Request, reference: str) -> HttpResponse:
    """Show an assessment with its figures, what the regional team adds, and what comes next."""
    found = queries.assessment(actor=request.actor, reference=reference, today=request.today)
    context = {"found": found, "offers": in_common(request.actor, found)}
    return render(request, "delivery/assessment.html", context)


@writes(SHARE)
def share(request: Request, reference: str, theme: str) -> HttpResponse:
    """Put what a completed assessment says of a theme in common."""
    found = queries.assessment(actor=request.actor, reference=reference, today=request.today)

    def act(**given: Any) -> int:
        return put_in_common(by=request.actor, at=request.at, reference=reference, theme=theme, **given)

    back = reverse("delivery-assessment", args=[reference])
    return take_offer(request, in_common(request.actor, found), theme, back=back, act=act)


@writes(ASSESS)
def figures(request: Request, reference: str) -> HttpResponse:
    """Enter figures by hand, or correct them."""
    found = queries.assessment(actor=request.actor, reference=reference, today=request.today)
    back = reverse("delivery-assessment", args=[reference])
    completed = found.line.completed_on is not None
    words = StepWords(
        title="Correct the figures" if completed else "Enter figures",
        button="Save the figures",
        back=back,
        back_words=_BACK,
        caption=f"{found.line.unit.name}, {found.line.period}",
        told=("What you leave empty stays as it is. A figure that you correct is kept beside the new one.",),
        done="The figures are saved.",
    )

    def act(form: Any) -> str:
        acts.enter_figures(
            by=request.actor,
            at=request.at,
            reference=reference,
            figures=form.figures(),
            note=form.cleaned_data["note"],
        )
        return back

    return take_step(request, words, partial(EnteringFigures, lines=found.figures, reason=completed), act)


@writes(ASSESS)
def complete(request: Request, reference: str) -> HttpResponse:
    """Complete an assessment and give it to the second line."""
    found = queries.assessment(actor=request.actor, reference=reference, today=request.today)
    back = reverse("delivery-assessment", args=[reference])
    lacking = [one.measure.title for one in found.figures if one.value is None]
    missing = f"{count_in_words(len(lacking), 'measure')} without a figure: {'; '.join(lacking)}."
    words = StepWords(
        title="Complete the assessment",
        button="Complete it and give it to OSAG",
        back=back,
        back_words=_BACK,
        caption=f"{found.line.unit.name}, {found.line.period}",
        told=(
            "The assessment goes to the Operational and System Assurance Group (paragraph 30).",
            "After that a figure is corrected only with its reason.",
            *((missing,) if lacking else ()),
        ),
        done="The assessment is completed, and OSAG has it.",
    )

    def act(form: Any) -> str:
        acts.complete_assessment(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return back

    return take_step(request, words, Completing, act)


@writes(GIVE_INPUT)
def give_input(request: Request, reference: str) -> HttpResponse:
    """Add what a Regional Performance and Quality Team sees."""
    found = queries.assessment(actor=request.actor, reference=reference, today=request.today)
    back = reverse("delivery-assessment", args=[reference])
    words = StepWords(
        title="Add your team’s input",
        button="Add it",
        back=back,
        back_words=_BACK,
        caption=f"{found.line.unit.name}, {found.line.period}",
        done="Your input is there. Line management sees it with the assessment.",
    )

    def act(form: Any) -> str:
        acts.give_input(by=request.actor, at=request.at, reference=reference, text=form.cleaned_data["text"])
        return back

    return take_step(request, words, GivingInput, act)
