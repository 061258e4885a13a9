"""Private calendar addresses, and the calendars that programs read there (C6, ¶28)."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.access.queries import Acting
from oversight.arrangements.forms import show_refusal
from oversight.kernel.declaring import public, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.programme.actions.feeds import SUBSCRIBE, make_feed, revoke_feed
from oversight.programme.forms.others import MakeFeed
from oversight.programme.queries.feeds import check_about, entry_of, feed_of, feeds_of, reader_of
from oversight.programme.rules.feeds import calendar_text

CONFLICT: Final = 409


@writes(SUBSCRIBE)
def calendars(request: Request) -> HttpResponse:
    """Make a private calendar address and see the ones I have. A new one is shown this once."""
    status, address = 200, ""
    if request.method == "POST":
        form = MakeFeed(request.POST)
        if form.is_valid():
            actor, about = request.actor, form.cleaned_data["about"]
            assert isinstance(actor, Acting) or actor.party
            try:
                if about is not None:
                    check_about(actor, about)
                secret = make_feed(
                    by=actor,
                    at=request.at,
                    kind=form.cleaned_data["kind"],
                    about=about,
                    membership=getattr(actor, "membership", None) or 0,
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                address = request.build_absolute_uri(reverse("calendar", args=[secret]))
                form = MakeFeed()
    else:
        form = MakeFeed()
    context = {"form": form, "feeds": feeds_of(request.actor), "address": address}
    return render(request, "programme/calendars.html", context, status=status)


@writes(SUBSCRIBE)
def revoke(request: Request, feed_id: int) -> HttpResponse:
    """Revoke a calendar address."""
    found = [one for one in feeds_of(request.actor) if one.id == feed_id]
    if not found:
        raise Refused(
            "not_found_calendar",
            "There is no such calendar address of yours, or it is revoked already.",
            "Look at the list of your addresses.",
        )
    if request.method == "POST":
        revoke_feed(by=request.actor, at=request.at, feed_id=feed_id)
        messages.success(request, "The address is revoked: nobody reads anything there any more.")
        return redirect("calendars")
    return render(request, "programme/calendar_revoke.html", {"one": found[0]})


@public
def calendar(request: Request, token: str) -> HttpResponse:
    """Give a calendar to the program that reads it.

    Whoever has the address is its reader: it shows what the person who made it may see today, in the role in
    which they made it, and nothing once that has ended or they revoked it.
    """
    row, reader = reader_of(token, today=request.today)
    found = feed_of(row, reader)
    entries = [
        entry_of(one, sequence, at, request.build_absolute_uri(reverse("visit", args=[one.reference])))
        for one, sequence, at in found.entries
    ]
    content = calendar_text(found.title, entries)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
    }
    asked = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if etag in asked or "*" in asked:
        return HttpResponseNotModified(headers=headers)
    headers["Content-Disposition"] = 'inline; filename="visits.ics"'
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
