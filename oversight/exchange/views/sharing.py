"""What is shared with named parties until a day: the list, sharing, reading, ending (G3, ¶29, ¶33)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.exchange.actions import sharing as acts
from oversight.exchange.forms.exchange import Reason, Sharing
from oversight.exchange.queries import sharing as queries
from oversight.exchange.rules.items import Marking
from oversight.exchange.rules.sharing import Shared
from oversight.exchange.views.files import attachment
from oversight.exchange.views.steps import StepWords, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request

SEE: Final = "exchange.see"
GIVE: Final = "exchange.share"


@reads(SEE)
def shares(request: Request) -> HttpResponse:
    """Show what we share and what is shared with us today."""
    text = request.GET.get("text", "").strip()[:200]
    found = queries.shares(actor=request.actor, today=request.today, text=text, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), queries.PAGE_SIZE).page(found.page)
    return render(request, "exchange/shares.html", {"found": found, "pages": pages, "text": text})


@writes(SEE)
def share(request: Request, share_id: int) -> HttpResponse:
    """Show what is shared; hand it out, marked and recorded, when asked to."""
    if request.method == "POST":
        read = acts.read_share(by=request.actor, at=request.at, share_id=share_id)
        return attachment(read.ref.name, read.ref.media_type, read.content)
    line = queries.share(actor=request.actor, share_id=share_id, today=request.today)
    number = page_number(request.GET)
    count = line.read_count or 0
    pages: Page[int] = Paginator(range(count), queries.PAGE_SIZE).get_page(number)
    context = {
        "line": line,
        "readings": queries.share_readings(share=line, page=pages.number),
        "pages": pages,
        "ends": line.own and line.live and request.actor.may(GIVE),
        "replaces": line.own and line.followed_by is None and request.actor.may(GIVE),
    }
    return render(request, "exchange/share.html", context)


@writes(GIVE)
def give(request: Request) -> HttpResponse:
    """Share a report or data; with ``follows`` as a newer version of what is shared."""
    before = _before(request)
    words = StepWords(
        title="Share a newer version" if before else "Share a report or data",
        button="Share it from today",
        back=reverse("exchange-shares"),
        back_words="Back to what is shared",
        told=(
            (
                "Only the parties you name see it. Each download is recorded, and you see "
                "who and when (paragraph 29)."
            ),
            *((f"The version “{before.title}” ends when you share this one.",) if before else ()),
        ),
        done="It is shared from today. The share ends by itself after its last day.",
        files=True,
    )
    known: dict[str, Any] = {}
    if before:
        known = {
            "what": str(before.what),
            "title": before.title,
            "marking": str(before.marking),
            "parties": "\n".join(one.code for one in before.parties),
            "purpose": before.purpose,
            "agreement": before.agreement,
            "until": before.until if before.live else None,
        }

    def act(form: Any) -> str:
        given = form.cleaned_data
        made = acts.give_share(
            by=request.actor,
            at=request.at,
            what=Shared(given["what"]),
            title=given["title"],
            file_name=given["file"].name,
            file=given["file"].read(),
            marking=Marking(given["marking"]),
            parties=given["parties"],
            purpose=given["purpose"],
            agreement=given["agreement"],
            until=given["until"],
            follows=before.id if before else None,
        )
        return reverse("exchange-share", args=[made])

    return take_step(request, words, partial(Sharing, initial=known), act)


def _before(request: Request) -> queries.ShareLine | None:
    given = request.GET.get("follows", "")
    if not given.isdecimal() or len(given) > 9:
        return None
    line = queries.share(actor=request.actor, share_id=int(given), today=request.today)
    return line if line.own else None


@writes(GIVE)
def end(request: Request, share_id: int) -> HttpResponse:
    """End a share before its last day."""
    line = queries.share(actor=request.actor, share_id=share_id, today=request.today)
    back = reverse("exchange-share", args=[share_id])
    words = StepWords(
        title=f"End the share of “{line.title}”",
        button="End it",
        back=back,
        back_words="Back to the share",
        told=("From then on those it is shared with no longer see it.",),
        done="The share has ended.",
        warning=True,
    )

    def act(form: Any) -> str:
        acts.end_share(by=request.actor, at=request.at, share_id=share_id, reason=form.cleaned_data["reason"])
        return back

    return take_step(request, words, partial(Reason, label="Why does it end early?"), act)
