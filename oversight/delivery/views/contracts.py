"""Contracts of commissioned services: the list, one with its periods and what happens on it (B3, ¶13)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.forms import in_full
from oversight.arrangements.views.duties import page_number
from oversight.delivery.actions import contracts as acts
from oversight.delivery.actions import matters as matter_acts
from oversight.delivery.forms.contracts import (
    AssessingPeriod,
    EnteringLevels,
    Filters,
    GivingContractInput,
    MatterStep,
    OpeningPeriod,
    Raising,
)
from oversight.delivery.queries import contracts as queries
from oversight.delivery.queries.contracts import ACT, ASSESS, GIVE_INPUT, RAISE, SEE
from oversight.delivery.rules.contracts import (
    KIND_WORDS,
    WITH_DUE,
    MatterKind,
    check_manager,
    check_raise,
    lever_data,
)
from oversight.delivery.rules.measures import About, measures_of
from oversight.delivery.views.steps import INVALID, StepWords, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.parties.queries.units import regions

_BACK: Final = "Back to the contract"
_BUTTONS: Final = {
    MatterKind.LEVER: ("Propose a lever", "Propose it"),
    MatterKind.CHANGE: ("Propose a contract change", "Propose it"),
    MatterKind.DISPUTE: ("Raise a dispute", "Raise it"),
    MatterKind.CONCERN: ("Raise a concern about ways of working", "Raise it"),
    MatterKind.LINE: ("Set an action of line management", "Set it"),
}


@reads(SEE)
def index(request: Request) -> HttpResponse:
    """Show the contracts that I may see: filtered, counted, 25 a page."""
    filters = Filters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "regions": [in_full(one) for one in regions()],
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        found = queries.contracts(actor=request.actor, chosen=filters.chosen(), page=page_number(request.GET))
        pages: Page[int] = Paginator(range(found.count), queries.PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "delivery/contracts.html", context, status=INVALID if faulty else 200)


@reads(SEE)
def list_of_measures(request: Request) -> HttpResponse:
    """Show what is measured of contracts, with every target, its source, and what of it is not verified."""
    return render(request, "delivery/measures.html", {"measures": measures_of(About.CONTRACT)})


@reads(SEE)
def contract(request: Request, reference: str) -> HttpResponse:
    """Show a contract: its listings, service levels, what is open on it, and everything in one timeline."""
    found = queries.contract(actor=request.actor, reference=reference, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.entries), queries.TIMELINE).page(found.page)
    buttons = [(kind, _BUTTONS[kind][0]) for kind, _ in found.raises]
    context = {"found": found, "pages": pages, "buttons": buttons, "levers": lever_data()}
    return render(request, "delivery/contract.html", context)


@writes(ASSESS)
def open_period(request: Request, reference: str) -> HttpResponse:
    """Open a quarter of a contract that ended."""
    found = queries.contract(actor=request.actor, reference=reference, page=1)
    check_manager(request.actor.role, in_house=found.line.in_house)
    words = StepWords(
        title="Open a period that ended",
        button="Open it",
        back=reverse("contract", args=[reference]),
        back_words=_BACK,
        caption=found.line.title,
        told=("You then enter its service levels and assess it (paragraph 13).",),
        done="The period is open. Enter its service levels.",
    )

    def act(form: Any) -> str:
        made = acts.open_period(
            by=request.actor, at=request.at, reference=reference, first=form.cleaned_data["first"]
        )
        return reverse("contract-period", args=[made])

    return take_step(request, words, OpeningPeriod, act)


@reads(SEE)
def period(request: Request, period_id: int) -> HttpResponse:
    """Show a period of a contract with its service levels."""
    found = queries.period(actor=request.actor, period_id=period_id)
    return render(request, "delivery/contract_period.html", {"found": found})


@writes(ASSESS)
def levels(request: Request, period_id: int) -> HttpResponse:
    """Enter the service levels of a period."""
    found = queries.period(actor=request.actor, period_id=period_id)
    check_manager(request.actor.role, in_house=found.in_house)
    back = reverse("contract-period", args=[period_id])
    words = StepWords(
        title="Enter service levels",
        button="Save them",
        back=back,
        back_words="Back to the period",
        caption=f"{found.title}, {found.words}",
        told=("What you leave empty stays as it is. A figure that you correct is kept beside the new one.",),
        done="The service levels are saved.",
    )

    def act(form: Any) -> str:
        acts.enter_levels(by=request.actor, at=request.at, period_id=period_id, figures=form.figures())
        return back

    return take_step(request, words, partial(EnteringLevels, lines=found.levels), act)


@writes(ASSESS)
def assess(request: Request, period_id: int) -> HttpResponse:
    """Assess a period and give it to the second line."""
    found = queries.period(actor=request.actor, period_id=period_id)
    check_manager(request.actor.role, in_house=found.in_house)
    back = reverse("contract-period", args=[period_id])
    words = StepWords(
        title="Assess the period",
        button="Assess it and give it to OSAG",
        back=back,
        back_words="Back to the period",
        caption=f"{found.title}, {found.words}",
        told=("Its service levels cannot be changed after that.",),
        done="The period is assessed, and OSAG has the assessment.",
    )

    def act(form: Any) -> str:
        acts.assess_period(by=request.actor, at=request.at, period_id=period_id, **form.cleaned_data)
        return back

    return take_step(request, words, AssessingPeriod, act)


@writes(GIVE_INPUT)
def give_input(request: Request, period_id: int) -> HttpResponse:
    """Give the input of a Regional Performance and Quality Team to a period."""
    found = queries.period(actor=request.actor, period_id=period_id)
    back = reverse("contract-period", args=[period_id])
    words = StepWords(
        title="Give your team’s input",
        button="Give it",
        back=back,
        back_words="Back to the period",
        caption=f"{found.title}, {found.words}",
        done="Your input is there.",
    )

    def act(form: Any) -> str:
        acts.give_contract_input(by=request.actor, at=request.at, period_id=period_id, **form.cleaned_data)
        return back

    return take_step(request, words, GivingContractInput, act)


@writes(RAISE)
def raise_matter(request: Request, reference: str, kind: str) -> HttpResponse:
    """Propose a lever or change, raise a dispute or concern, set an action."""
    if kind not in set(MatterKind):
        raise Http404
    what = MatterKind(kind)
    found = queries.contract(actor=request.actor, reference=reference, page=1)
    check_raise(what, request.actor.role, in_house=found.line.in_house)
    title, button = _BUTTONS[what]
    told = (lever_data().unverified,) if what is MatterKind.LEVER else ()
    words = StepWords(
        title=title,
        button=button,
        back=reverse("contract", args=[reference]),
        back_words=_BACK,
        caption=found.line.title,
        told=told,
        done=f"{KIND_WORDS[what]}: it is there.",
    )

    def act(form: Any) -> str:
        made = matter_acts.raise_matter(
            by=request.actor, at=request.at, contract=reference, kind=what, **form.facts()
        )
        return reverse("contract-matter", args=[made])

    return take_step(request, words, partial(Raising, kind=what, periods=found.periods), act)


@reads(SEE)
def matter(request: Request, reference: str) -> HttpResponse:
    """Show a lever, change, dispute, concern or action with every step of it."""
    found = queries.matter(actor=request.actor, reference=reference)
    return render(request, "delivery/matter.html", {"found": found, "levers": lever_data()})


@writes(ACT)
def step(request: Request, reference: str, move: str) -> HttpResponse:
    """Take a step of a lever, change, dispute, concern or action."""
    found = queries.matter(actor=request.actor, reference=reference)
    taken = next((one for one in found.steps if one.name == move), None)
    if taken is None and request.method != "POST":
        raise Refused(
            "matter_step",
            "This step is not yours to take now.",
            f"It stands at “{found.line.label}”, with {found.line.owner}.",
            paragraph="13",
        )
    words = StepWords(
        title=taken.label if taken else "Take a step",
        button=taken.label if taken else "Take it",
        back=reverse("contract-matter", args=[reference]),
        back_words="Back",
        caption=f"{found.line.kind_words}: {found.line.title}",
        done="It is recorded.",
    )

    def act(form: Any) -> str:
        matter_acts.take_matter_step(
            by=request.actor,
            at=request.at,
            reference=reference,
            revision=found.revision,
            move=move,
            **form.cleaned_data,
        )
        return words.back

    return take_step(request, words, partial(MatterStep, due=move in WITH_DUE), act)
