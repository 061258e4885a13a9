"""The library: what is held, one item, its copies, its terms (G1, G5)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.arrangements.views.files import csv_file
from oversight.exchange.actions import disposal, holdings
from oversight.exchange.forms.exchange import Filters, Keeping, Reason, TermsForm, span_of
from oversight.exchange.queries.asking import request_detail
from oversight.exchange.queries.disposal import DISPOSE, holds_on
from oversight.exchange.queries.holdings import (
    PAGE_SIZE,
    HoldingLine,
    HoldingPage,
    every_holding,
    holding,
    library,
    waiting_uses,
)
from oversight.exchange.rules.holdings import Terms, kept_until
from oversight.exchange.rules.items import Marking, kind_of
from oversight.exchange.views.files import attachment
from oversight.exchange.views.steps import StepWords, suggested, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.parties.queries import parties_by_code

SEE: Final = "exchange.see"
HOLD: Final = "exchange.hold"
INVALID: Final = 422
COLUMNS: Final = (
    "item",
    "kind",
    "title",
    "about_code",
    "about",
    "owner_code",
    "owner",
    "from",
    "until",
    "as_at",
    "marking",
    "personal_data",
    "kept_until",
    "reuse",
)


@reads(SEE)
def index(request: Request) -> HttpResponse:
    """Show what is held and may be known: filtered, counted, 25 a page."""
    filters = Filters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "suggested": suggested(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
        "waiting": waiting_uses(actor=request.actor),
    }
    if not faulty:
        found = library(actor=request.actor, chosen=filters.chosen(), page=page_number(request.GET))
        pages: Page[int] = Paginator(range(found.count.number), PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "exchange/library.html", context, status=INVALID if faulty else 200)


@reads(SEE)
def index_csv(request: Request) -> HttpResponseBase:
    """Give exactly what the filters choose, as a file."""
    filters = Filters(request.GET)
    if not filters.is_valid():
        # The page says what is wrong, beside the field.
        return HttpResponseRedirect(f"{reverse('exchange')}?{request.GET.urlencode()}")
    lines = every_holding(actor=request.actor, chosen=filters.chosen())
    return csv_file(f"held-{request.today.isoformat()}.csv", COLUMNS, map(_cells, lines))


def _cells(line: HoldingLine) -> tuple[Cell, ...]:
    return (
        line.id,
        line.kind,
        line.title,
        line.about.code,
        line.about.name,
        line.owner.code,
        line.owner.name,
        line.span.first if line.span else "",
        line.span.last if line.span else "",
        line.as_at,
        line.marking.words,
        "yes" if line.personal else "no",
        line.retain_until,
        str(line.terms),
    )


@reads(SEE)
def item(request: Request, holding_id: int) -> HttpResponse:
    """Show an item: to its owner with its uses and readings, to others with what they may do."""
    number = page_number(request.GET)
    found = holding(actor=request.actor, holding_id=holding_id, page=number)
    count = found.read_count
    pages: Page[int] = Paginator(range(count), PAGE_SIZE).get_page(number)
    context = {
        "found": found,
        "pages": pages,
        "holds": holds_on(holding_id=holding_id) if found.line.own else (),
        "disposes": found.line.own and request.actor.may(DISPOSE, found.line.owner),
    }
    return render(request, "exchange/item.html", context)


@writes(SEE)
def copy(request: Request, holding_id: int, number: int) -> HttpResponse:
    """Hand out a copy, after saying that reading it is recorded."""
    if request.method == "POST":
        read = holdings.read_copy(by=request.actor, at=request.at, holding_id=holding_id, number=number)
        return attachment(read.ref.name, read.ref.media_type, read.content)
    found = holding(actor=request.actor, holding_id=holding_id)
    line = next((one for one in found.copies if one.number == number and one.file is not None), None)
    if line is None:
        raise Refused(
            "not_found_copy",
            "There is no such file, or it is not one that you may read.",
            "Open the library to see what is there for you.",
        )
    return render(request, "exchange/copy.html", {"found": found, "copy": line})


@writes(HOLD)
def keep(request: Request) -> HttpResponse:
    """Keep a copy of an item; with ``request`` or ``item``, what is known of it is filled in."""
    known = _known(request)
    back = reverse("exchange")
    words = StepWords(
        title="Keep a copy",
        button="Keep it",
        back=back,
        back_words="Back to the library",
        told=(
            (
                "Each item has one owner and one current copy. A new copy takes the place of the one before, "
                "which stays readable, and answers everyone who has asked for it (paragraph 10(iv))."
            ),
        ),
        done="The copy is kept. Everyone who asked for it can read it now.",
        files=True,
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        what = kind_of(given["kind"])
        kept = holdings.keep_copy(
            by=request.actor,
            at=request.at,
            kind=given["kind"],
            about=given["about"],
            owner=given["owner"],
            span=span_of(given["first"], given["last"]),
            facts=holdings.CopyFacts(
                as_at=given["as_at"],
                marking=Marking(given["marking"]),
                personal=given["personal"],
                retain_until=given["retain_until"]
                or max(kept_until(given["as_at"], what.keep_months.figure), request.today),
                where=given["where"],
                note=given["note"],
                file_name=given["file"].name if given["file"] else "",
                file=given["file"].read() if given["file"] else b"",
            ),
            terms=Terms(given["terms"]),
            named=given["named"],
        )
        return reverse("exchange-item", args=[kept])

    return take_step(request, words, partial(Keeping, initial=known), act)


def _known(request: Request) -> dict[str, Any]:
    """Give what the form begins with: of a request to answer, of an item to renew, or of nothing."""
    asked, renewed = request.GET.get("request", ""), request.GET.get("item", "")
    if asked.isdecimal() and len(asked) < 10:
        ask = request_detail(actor=request.actor, ask_id=int(asked))
        what = kind_of(ask.kind)
        return {
            "kind": ask.kind,
            "about": ask.about,
            "owner": ask.owner,
            "first": ask.span.first if ask.span else None,
            "last": ask.span.last if ask.span else None,
            "marking": str(what.marking),
            "personal": what.personal,
            "terms": str(Terms.LEAVE),
        }
    if renewed.isdecimal() and len(renewed) < 10:
        found = holding(actor=request.actor, holding_id=int(renewed))
        line = found.line
        return {
            "kind": line.kind,
            "about": line.about,
            "owner": line.owner,
            "first": line.span.first if line.span else None,
            "last": line.span.last if line.span else None,
            "marking": str(line.marking),
            "personal": line.personal,
            "terms": str(line.terms),
            "named": "\n".join(one.code for one in found.named),
        }
    return {"owner": parties_by_code()[request.actor.party], "terms": str(Terms.LEAVE)}


def _own_item(request: Request, holding_id: int) -> HoldingPage:
    found = holding(actor=request.actor, holding_id=holding_id)
    if not found.line.own:
        raise Refused(
            "not_found_item",
            "There is no such item that you answer for.",
            "Open the library to see what is there for you.",
        )
    return found


@writes(HOLD)
def terms(request: Request, holding_id: int) -> HttpResponse:
    """Change on what terms others may use an item."""
    found = _own_item(request, holding_id)
    back = reverse("exchange-item", args=[holding_id])
    words = StepWords(
        title=f"Who may reuse “{found.line.title}”",
        button="Save",
        back=back,
        back_words="Back to the item",
        told=("Whoever reuses it now goes on until you end that.",),
        done="The terms are changed.",
    )
    known = {"terms": str(found.line.terms), "named": "\n".join(one.code for one in found.named)}

    def act(form: Any) -> str:
        given = form.cleaned_data
        holdings.change_terms(
            by=request.actor,
            at=request.at,
            holding_id=holding_id,
            terms=Terms(given["terms"]),
            named=given["named"],
        )
        return back

    return take_step(request, words, partial(TermsForm, initial=known), act)


@writes(DISPOSE)
def hold(request: Request, holding_id: int, move: str) -> HttpResponse:
    """Place a hold on an item, or lift it."""
    found = _own_item(request, holding_id)
    back, place = reverse("exchange-item", args=[holding_id]), move == "place"
    words = StepWords(
        title=f"{'Hold' if place else 'Lift the hold on'} “{found.line.title}”",
        button="Hold it" if place else "Lift the hold",
        back=back,
        back_words="Back to the item",
        told=("While it is on hold, no copy of it is disposed of (paragraph 32).",),
        done="It is on hold." if place else "The hold is lifted.",
    )
    label = "Why must it be kept?" if place else "Why is it no longer needed?"

    def act(form: Any) -> str:
        step = disposal.place_hold if place else disposal.lift_hold
        step(by=request.actor, at=request.at, holding_id=holding_id, reason=form.cleaned_data["reason"])
        return back

    return take_step(request, words, partial(Reason, label=label), act)
