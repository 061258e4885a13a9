"""Disposal runs: what is due, proposed by one, approved by another, with what became of it (G5, ¶32)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.exchange.actions import disposal as acts
from oversight.exchange.forms.exchange import KeepingBack, Nothing, Reason
from oversight.exchange.queries import disposal as queries
from oversight.exchange.views.steps import StepWords, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.parties.queries import party

DISPOSE: Final = "exchange.dispose"


@reads(DISPOSE)
def runs(request: Request) -> HttpResponse:
    """Show what is due to be disposed of and every run."""
    found = queries.runs(actor=request.actor, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), queries.PAGE_SIZE).page(found.page)
    due = queries.owners_with_due(actor=request.actor, today=request.today)
    return render(request, "exchange/disposals.html", {"found": found, "pages": pages, "due": due})


@reads(DISPOSE)
def run(request: Request, run_id: int) -> HttpResponse:
    """Show a run: what it lists and what became of each."""
    line, items = queries.run(actor=request.actor, run_id=run_id)
    second = line.waits and line.proposed_by != request.actor.reference
    return render(request, "exchange/disposal.html", {"line": line, "items": items, "second": second})


@writes(DISPOSE)
def propose(request: Request, owner: str) -> HttpResponse:
    """Propose a list for a second person to decide on."""
    ref, back = party(owner), reverse("exchange-disposals")
    if not request.actor.may(DISPOSE, ref):
        raise Refused("not_found_owner", "You do not dispose for this party.", "Choose one from the list.")
    words = StepWords(
        title=f"List what is due of {ref.name}",
        button="Make the list",
        back=back,
        back_words="Back to disposal",
        told=("Nothing goes yet: a second person of your organisation approves the list (paragraph 32).",),
        done="The list waits for a second person.",
    )

    def act(form: Any) -> str:
        del form
        made = acts.propose_run(by=request.actor, at=request.at, owner=ref)
        return reverse("exchange-disposal", args=[made])

    return take_step(request, words, Nothing, act)


@writes(DISPOSE)
def approve(request: Request, run_id: int) -> HttpResponse:
    """Approve a list, keeping back what must stay."""
    line, items = queries.run(actor=request.actor, run_id=run_id)
    back = reverse("exchange-disposal", args=[run_id])
    words = StepWords(
        title="Approve the disposal",
        button="Dispose of everything not kept",
        back=back,
        back_words="Back to the list",
        told=(
            (
                f"{line.proposed_name} proposed to dispose of {line.count} of {line.owner.name}. "
                "The content goes for good. That it was there, its digest and who decided stay recorded."
            ),
            "Leave a field empty to dispose of that item.",
        ),
        done="The disposal is done. The list says what became of each.",
        warning=True,
    )
    lines = [(one.id, f"{one.title}, {one.about.name}, copy {one.number}") for one in items]

    def act(form: Any) -> str:
        acts.approve_run(by=request.actor, at=request.at, run_id=run_id, keep=form.keep())
        return back

    return take_step(request, words, partial(KeepingBack, lines=lines), act)


@writes(DISPOSE)
def withdraw(request: Request, run_id: int) -> HttpResponse:
    """Withdraw a list; nothing goes."""
    queries.run(actor=request.actor, run_id=run_id)
    back = reverse("exchange-disposal", args=[run_id])
    words = StepWords(
        title="Withdraw the list",
        button="Withdraw it",
        back=back,
        back_words="Back to the list",
        done="The list is withdrawn. Nothing was disposed of.",
    )

    def act(form: Any) -> str:
        acts.withdraw_run(by=request.actor, at=request.at, run_id=run_id, reason=form.cleaned_data["reason"])
        return back

    return take_step(request, words, partial(Reason, label="Why is nothing disposed of?"), act)
