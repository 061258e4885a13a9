"""Asking once: look first, reuse in one act, or ask its one owner; requests in and out (G1, ¶10(iv))."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.exchange.actions import asking as acts
from oversight.exchange.forms.exchange import Asking, Looking, Nothing, Reason, Reusing
from oversight.exchange.queries.asking import PAGE_SIZE, effort, request_detail, requests
from oversight.exchange.queries.holdings import asked_already, held_already, holding, use_to_decide
from oversight.exchange.rules.asking import ASK_WORKFLOW, AskState, UseState
from oversight.exchange.rules.holdings import check_span
from oversight.exchange.rules.items import kind_of
from oversight.exchange.views.steps import CONFLICT, INVALID, StepWords, suggested, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import day_in_words

SEE: Final = "exchange.see"
HOLD: Final = "exchange.hold"
ASK: Final = "exchange.ask"
#: Days back over which hours asked and saved are shown.
_YEAR: Final = 365


@writes(ASK)
def ask(request: Request) -> HttpResponse:
    """Look for what is wanted; show what is held; reuse it, or ask all the same with the reason."""
    looking = Looking(request.GET) if request.GET.get("kind") or request.GET.get("about") else Looking()
    context: dict[str, Any] = {"looking": looking, "suggested": suggested(), "found": None, "form": None}
    if not looking.is_bound:
        return render(request, "exchange/ask.html", context)
    if not _makes_sense(looking):
        return render(request, "exchange/ask.html", context, status=INVALID)
    kind, about = kind_of(looking.cleaned_data["kind"]), looking.cleaned_data["about"]
    wanted = {"kind": kind.id, "about": about.code, "span": looking.span()}
    held = held_already(actor=request.actor, **wanted)
    form, status = Asking(held=bool(held), initial={"owner": held[0].owner if held else about}), 200
    if request.method == "POST":
        form, status = Asking(request.POST, held=bool(held)), INVALID
        if form.is_valid():
            try:
                made = acts.ask(
                    by=request.actor,
                    at=request.at,
                    kind=kind.id,
                    about=about,
                    span=looking.span(),
                    **form.cleaned_data,
                )
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The request went to its owner.")
                return redirect("exchange-request", ask_id=made)
    context |= {
        "form": form,
        "kind": kind,
        "about": about,
        "span": looking.span(),
        "found": held,
        "asked": asked_already(actor=request.actor, **wanted),
    }
    return render(request, "exchange/ask.html", context, status=status)


def _makes_sense(looking: Looking) -> bool:
    if not looking.is_valid():
        return False
    try:
        check_span(kind_of(looking.cleaned_data["kind"]), looking.span())
    except Refused as refused:
        show_refusal(looking, refused)
        return False
    return True


@writes(ASK)
def reuse(request: Request, holding_id: int) -> HttpResponse:
    """Reuse what is held, in one act."""
    found = holding(actor=request.actor, holding_id=holding_id)
    back = reverse("exchange-item", args=[holding_id])
    hours = kind_of(found.line.kind).hours
    words = StepWords(
        title=f"Reuse “{found.line.title}”",
        button="Reuse it",
        back=back,
        back_words="Back to the item",
        told=(
            (
                f"{found.line.owner.name} is not asked again, which saves it about {hours.figure} hours"
                f"{' (an estimate of this service)' if hours.default else ''} (paragraph 10(iv))."
            ),
            f"Its terms: {found.line.terms_words}.",
        ),
    )

    def act(form: Any) -> str:
        state = acts.reuse(
            by=request.actor, at=request.at, holding_id=holding_id, purpose=form.cleaned_data["purpose"]
        )
        at_once = f"You can read it now. About {hours.figure} hours were saved."
        waits = "Its owner was asked for leave. You can read it once they give it."
        messages.success(request, at_once if state is UseState.GIVEN else waits)
        return back

    return take_step(request, words, Reusing, act)


_MOVES: Final = {
    "give": ("Give leave to reuse", "Give leave", "They can read it now.", ""),
    "refuse": ("Do not give leave to reuse", "Do not give leave", "They were told.", "Why not?"),
    "end": ("End the reuse of", "End it", "They can no longer read it.", "Why does it end?"),
}


@writes(HOLD)
def decide_use(request: Request, use_id: int, move: str) -> HttpResponse:
    """Give leave for a reuse, refuse it, or end one."""
    use, line = use_to_decide(actor=request.actor, use_id=use_id)
    title, button, done, label = _MOVES[move]
    back = reverse("exchange-item", args=[line.id])
    words = StepWords(
        title=f"{title} “{line.title}”",
        button=button,
        back=back,
        back_words="Back to the item",
        told=(f"{use.party.name}, {use.wanted_name}: {use.purpose}",),
        done=done,
    )

    def act(form: Any) -> str:
        reason = form.cleaned_data.get("reason", "")
        acts.decide_use(by=request.actor, at=request.at, use_id=use_id, move=move, reason=reason)
        return back

    def blank(*sent: Any) -> Any:
        return Reason(*sent, label=label) if label else Nothing(*sent)

    return take_step(request, words, blank, act)


@reads(SEE)
def boxes(request: Request, box: str) -> HttpResponse:
    """Show the requests put to us, or those that we made, with the hours that they cost us and saved."""
    state = request.GET.get("state", "")
    state = state if state in {str(one) for one in AskState} else ""
    found = requests(actor=request.actor, inbox=box == "in", state=state, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
    hours = effort(since=request.today - timedelta(_YEAR), until=request.today).get(request.actor.party)
    context = {
        "found": found,
        "pages": pages,
        "box": box,
        "state": state,
        "states": ASK_WORKFLOW.states,
        "hours": hours if box == "in" else None,
    }
    return render(request, "exchange/requests.html", context)


@reads(SEE)
def one(request: Request, ask_id: int) -> HttpResponse:
    """Show a request to who asked and to who answers."""
    line = request_detail(actor=request.actor, ask_id=ask_id)
    context = {
        "line": line,
        "withdraws": line.mine and line.state is AskState.OPEN and request.actor.may(ASK),
        "estimate": kind_of(line.kind).hours,
    }
    return render(request, "exchange/request.html", context)


@writes(HOLD)
def decline(request: Request, ask_id: int) -> HttpResponse:
    """Say that a request will not be answered."""
    line = request_detail(actor=request.actor, ask_id=ask_id)
    back = reverse("exchange-request", args=[ask_id])
    words = StepWords(
        title=f"Decline the request for “{line.title}”",
        button="Decline it",
        back=back,
        back_words="Back to the request",
        told=(f"{line.party.name} asks for it by {day_in_words(line.needed_by)}: {line.purpose}",),
        done="The one who asked can read why.",
    )

    def act(form: Any) -> str:
        acts.decline(by=request.actor, at=request.at, ask_id=ask_id, reason=form.cleaned_data["reason"])
        return back

    return take_step(request, words, partial(Reason, label="Why is it not answered?"), act)


@writes(ASK)
def withdraw(request: Request, ask_id: int) -> HttpResponse:
    """Withdraw a request of our own."""
    line = request_detail(actor=request.actor, ask_id=ask_id)
    back = reverse("exchange-request", args=[ask_id])
    words = StepWords(
        title=f"Withdraw the request for “{line.title}”",
        button="Withdraw it",
        back=back,
        back_words="Back to the request",
        done="The request is withdrawn.",
    )

    def act(form: Any) -> str:
        acts.withdraw(by=request.actor, at=request.at, ask_id=ask_id, reason=form.cleaned_data["reason"])
        return back

    return take_step(request, words, partial(Reason, label="Why is it no longer needed?"), act)
