"""What is put in common: the list, one item, sharing, correcting, withdrawing (B1, B8, ¶2, ¶30)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.arrangements.views.files import csv_file
from oversight.exchange.forms.exchange import Nothing, Reason
from oversight.exchange.rules.items import Marking
from oversight.exchange.views.steps import StepWords, suggested, take_step
from oversight.intelligence.actions import items as acts
from oversight.intelligence.forms import Correcting, Filters, Naming, Recording, Sharing
from oversight.intelligence.queries import items as queries
from oversight.intelligence.queries.sight import NOTE, SEE, SHARE
from oversight.intelligence.rules.words import Confidence, Kind, Result
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.parties.queries import party

INVALID: Final = 422
COLUMNS: Final = (
    "item",
    "kind",
    "about_code",
    "about",
    "theme",
    "line",
    "source",
    "owner_code",
    "owner",
    "body",
    "result",
    "confidence",
    "found_on",
    "stale",
    "corroborated",
    "marking",
    "state",
)


@reads(SEE)
def index(request: Request) -> HttpResponse:
    """Show what is put in common and may be known: filtered, counted, 25 a page."""
    filters = Filters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "suggested": suggested(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
        "told": queries.notices(actor=request.actor),
    }
    if not faulty:
        chosen, number = filters.chosen(), page_number(request.GET)
        found = queries.items(actor=request.actor, chosen=chosen, today=request.today, page=number)
        pages: Page[int] = Paginator(range(found.count.number), queries.PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "intelligence/items.html", context, status=INVALID if faulty else 200)


@reads(SEE)
def index_csv(request: Request) -> HttpResponseBase:
    """Give exactly what the filters choose, as a file; the words of an item are read on its page alone."""
    filters = Filters(request.GET)
    if not filters.is_valid():
        return HttpResponseRedirect(f"{reverse('intelligence')}?{request.GET.urlencode()}")
    lines = queries.every_item(actor=request.actor, chosen=filters.chosen(), today=request.today)
    return csv_file(f"in-common-{request.today.isoformat()}.csv", COLUMNS, map(_cells, lines))


def _cells(line: queries.ItemLine) -> tuple[Cell, ...]:
    return (
        line.id,
        line.kind_words,
        line.about.code,
        line.about.name,
        line.theme.title,
        line.source.line_title,
        line.source.title,
        line.owner.code,
        line.owner.name,
        line.body.name,
        line.result_words,
        line.confidence_words,
        line.found_on,
        "yes" if line.stale else "no",
        "yes" if line.corroborated else "no",
        line.marking.words,
        line.state_label,
    )


@writes(SEE)
def one(request: Request, item_id: int) -> HttpResponse:
    """Show an item; its words to a reader only when they ask for them, because each reading is noted."""
    number = page_number(request.GET)
    if request.method == "POST":
        found = acts.read_item(by=request.actor, at=request.at, item_id=item_id)
    else:
        found = queries.item(actor=request.actor, item_id=item_id, today=request.today, page=number)
    pages: Page[int] = Paginator(range(found.read_count), queries.PAGE_SIZE).get_page(number)
    return render(request, "intelligence/item.html", {"found": found, "pages": pages})


@writes(SEE)
def told(request: Request) -> HttpResponse:
    """Put away what one was told of corrections and withdrawals."""
    if request.method == "POST":
        acts.see_notices(by=request.actor, at=request.at)
        messages.success(request, "Put away.")
    return redirect("intelligence")


def _owners(request: Request, permission: str) -> int:
    return len(request.actor.parties_over(permission) or ())


def _known(request: Request, permission: str) -> dict[str, Any]:
    """Give what the form begins with: the actor's own party, and what the address names."""
    ref = party(request.actor.party)
    return {
        "owner": ref,
        "about": request.GET.get("about", "")[:200],
        "theme": request.GET.get("theme", "")[:40],
        "readers": "\n".join(queries.default_readers(ref)) if permission == SHARE else "",
        "found_on": f"{request.today:%d/%m/%Y}",
    }


def content_of(form: forms.Form) -> acts.Content:
    """Give what a valid form says."""
    given = form.cleaned_data
    return acts.Content(
        text=given["text"],
        result=Result(given["result"]),
        confidence=Confidence(given["confidence"]),
        found_on=given["found_on"],
        marking=Marking(given["marking"]),
        link=given.get("link", ""),
    )


def _words(title: str, button: str, done: str, *told_: str) -> StepWords:
    back = reverse("intelligence")
    return StepWords(
        title=title, button=button, back=back, back_words="Back to what is in common", told=told_, done=done
    )


@writes(SHARE)
def share(request: Request) -> HttpResponse:
    """Share a finding with readers who are named."""
    words = _words(
        "Share a finding",
        "Share it",
        "It is shared with those you named.",
        "Only the bodies that you name know of it. Each reading is noted and you see it. You can correct or "
        "withdraw it at any time, and everyone who read it is told (paragraph 30).",
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        made = acts.share_finding(
            by=request.actor,
            at=request.at,
            owner=given.get("owner") or party(request.actor.party),
            about=given["about"],
            theme=given["theme"],
            content=content_of(form),
            readers=given["readers"],
        )
        return reverse("intelligence-item", args=[made])

    form = partial(Sharing, initial=_known(request, SHARE), owners=_owners(request, SHARE))
    return take_step(request, words, form, act)


@writes(NOTE)
def note(request: Request) -> HttpResponse:
    """File an intelligence note; it is released as a step of its own."""
    words = _words(
        "File an intelligence note",
        "File it",
        "It is filed. Nobody else reads it until you release it.",
        "A note is what you heard or saw of a unit (paragraph 2). Only your side reads it until it is "
        "released to the bodies that you name. It shows as a single source until another line says alike.",
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        made = acts.file_note(
            by=request.actor,
            at=request.at,
            owner=given.get("owner") or party(request.actor.party),
            about=given["about"],
            theme=given["theme"],
            content=content_of(form),
            readers=given["readers"],
        )
        return reverse("intelligence-item", args=[made])

    form = partial(Sharing, initial=_known(request, NOTE), owners=_owners(request, NOTE))
    return take_step(request, words, form, act)


@writes(SHARE)
def work(request: Request) -> HttpResponse:
    """Record the published work of another body, with its link."""
    words = _words(
        "Record work of another body",
        "Record it",
        "It is recorded for those you named.",
        "For published work of bodies outside the lines, such as the National Audit Office (paragraph 15). "
        "Say in your own words what it found, and where it stands.",
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        made = acts.record_work(
            by=request.actor,
            at=request.at,
            owner=given.get("owner") or party(request.actor.party),
            body=given["body"],
            about=given["about"],
            theme=given["theme"],
            content=content_of(form),
            readers=given["readers"],
        )
        return reverse("intelligence-item", args=[made])

    form = partial(Recording, initial=_known(request, SHARE), owners=_owners(request, SHARE))
    return take_step(request, words, form, act)


def _of_item(request: Request, item_id: int) -> tuple[queries.ItemPage, str]:
    queries.own_item(request.actor, item_id)
    found = queries.item(actor=request.actor, item_id=item_id, today=request.today)
    return found, reverse("intelligence-item", args=[item_id])


@writes(SEE)
def correct(request: Request, item_id: int) -> HttpResponse:
    """Correct an item of one's own."""
    found, back = _of_item(request, item_id)
    now = found.rounds[0]
    line = found.line
    initial = {
        "text": now.text,
        "result": str(line.result),
        "confidence": str(line.confidence),
        "found_on": f"{now.found_on:%d/%m/%Y}",
        "marking": str(now.marking),
        "link": now.link,
        "number": now.number,
    }
    words = StepWords(
        title=f"Correct what you shared on {line.about.name}",
        button="Correct it",
        back=back,
        back_words="Back to it",
        told=("What it said before stays beside it, for your organisation. Everyone who read that is told.",),
        done="It is corrected. Everyone who read it is told.",
    )

    def act(form: Any) -> str:
        acts.correct_item(
            by=request.actor,
            at=request.at,
            item_id=item_id,
            number=form.cleaned_data["number"],
            content=content_of(form),
            reason=form.cleaned_data["reason"],
        )
        return back

    return take_step(request, words, partial(Correcting, initial=initial, linked=line.kind is Kind.WORK), act)


@writes(SEE)
def withdraw(request: Request, item_id: int) -> HttpResponse:
    """Withdraw an item of one's own."""
    found, back = _of_item(request, item_id)
    words = StepWords(
        title=f"Withdraw what you shared on {found.line.about.name}",
        button="Withdraw it",
        back=back,
        back_words="Back to it",
        told=("Nobody else reads it from then on, and no picture counts it. Everyone who read it is told.",),
        done="It is withdrawn. Everyone who read it is told.",
        warning=True,
    )

    def act(form: Any) -> str:
        acts.withdraw_item(
            by=request.actor, at=request.at, item_id=item_id, reason=form.cleaned_data["reason"]
        )
        return back

    return take_step(request, words, partial(Reason, label="Why is it withdrawn?"), act)


@writes(NOTE)
def release(request: Request, item_id: int) -> HttpResponse:
    """Release a note to its readers."""
    found, back = _of_item(request, item_id)
    named = ", ".join(one_.name for one_ in found.readers)
    words = StepWords(
        title=f"Release the note on {found.line.about.name}",
        button="Release it",
        back=back,
        back_words="Back to it",
        told=(f"From then on these may read it: {named}. Each reading is noted.",),
        done="It is released to those you named.",
    )

    def act(form: Any) -> str:
        del form
        acts.release_note(by=request.actor, at=request.at, item_id=item_id)
        return back

    return take_step(request, words, Nothing, act)


@writes(SEE)
def readers(request: Request, item_id: int) -> HttpResponse:
    """Say anew who may read an item."""
    found, back = _of_item(request, item_id)
    initial = {"readers": "\n".join(one_.code for one_ in found.readers)}
    words = StepWords(
        title=f"Who may read what you shared on {found.line.about.name}",
        button="Save who may read it",
        back=back,
        back_words="Back to it",
        done="Those you named may read it.",
    )

    def act(form: Any) -> str:
        acts.name_readers(
            by=request.actor, at=request.at, item_id=item_id, readers=form.cleaned_data["readers"]
        )
        return back

    return take_step(request, words, partial(Naming, initial=initial), act)
