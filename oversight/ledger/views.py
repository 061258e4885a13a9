"""Pages of the record: what was done, for which party and when, and checkpoints to take away."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words
from oversight.ledger import actions, queries
from oversight.ledger.checkpoints import known_public_key
from oversight.ledger.forms import RecordFilter


@reads("ledger.see_record")
def record(request: Request) -> HttpResponse:
    """List the acts that the reader may know of, newest first."""
    form = RecordFilter(request.GET)
    page = None
    if form.is_valid():
        page = queries.entries(
            by=request.actor,
            **form.cleaned_data,
            before=_number(request, "before"),
            after=_number(request, "after"),
        )
    context = {"form": form, "page": page, "narrowed": any(form.cleaned_data.values())}
    return render(request, "ledger/record.html", context, status=422 if form.errors else 200)


def _number(request: Request, name: str) -> int | None:
    """Give the number of an entry in the address, or None when there is no such number."""
    text = request.GET.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return number if number is None or number <= queries.LARGEST else None


@reads("ledger.see_record")
def entry(request: Request, sequence: int) -> HttpResponse:
    """Show one entry, what it holds, and whether it is sound."""
    found = queries.entry(sequence, by=request.actor)
    return render(request, "ledger/entry.html", {"entry": found})


@reads("ledger.see_record")
def checkpoints(request: Request) -> HttpResponse:
    """List the checkpoints that were taken, and say how to prove the record with one."""
    page = Paginator(queries.checkpoints(), queries.PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "checkpoints": [(stored, queries.checkpoint_moment(stored)) for stored in page.object_list],
        "public_key": known_public_key(),
        "may_take": request.actor.may("ledger.checkpoint"),
    }
    return render(request, "ledger/checkpoints.html", context)


@writes("ledger.checkpoint")
def take_checkpoint(request: Request) -> HttpResponse:
    """Take a checkpoint."""
    if request.method != "POST":
        return render(request, "ledger/take_checkpoint.html")
    signed = actions.checkpoint(by=request.actor, at=request.at)
    messages.success(
        request,
        f"Checkpoint of {count_in_words(signed.sequence, 'entry', 'entries')} taken. Download it and keep it "
        "where nobody else can change it.",
    )
    return HttpResponseRedirect(reverse("record-checkpoints"))


@reads("ledger.see_record")
def checkpoint_file(request: Request, number: int) -> HttpResponse:  # noqa: ARG001 - the gate asks who
    """Give a checkpoint as the file that proves the record later."""
    signed = queries.checkpoint(number)
    response = HttpResponse(signed.file_text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{signed.file_name}"'
    return response
