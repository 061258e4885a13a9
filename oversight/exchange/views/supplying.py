"""The schedule of routine supply, and the address at which machines supply (G2, ¶29 to ¶31)."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from oversight.arrangements.views.duties import page_number
from oversight.exchange.actions import supplying as acts
from oversight.exchange.forms.exchange import Agreeing, Nothing, Reason, Sending
from oversight.exchange.queries import supplying as queries
from oversight.exchange.rules.files import file_rules
from oversight.exchange.rules.supplying import Every
from oversight.exchange.views.steps import StepWords, take_step
from oversight.kernel.declaring import public_form, reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

SEE: Final = "exchange.see"
HOLD: Final = "exchange.hold"
#: A token is some forty characters; anything much longer is none.
_LONGEST_TOKEN: Final = 200


@reads(SEE)
def supplies(request: Request) -> HttpResponse:
    """Show what we supply and receive routinely, what is due first."""
    found = queries.supplies(actor=request.actor, today=request.today, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), queries.PAGE_SIZE).page(found.page)
    return render(request, "exchange/supplies.html", {"found": found, "pages": pages})


@reads(SEE)
def supply(request: Request, supply_id: int) -> HttpResponse:
    """Show a supply with each period."""
    found = queries.supply(actor=request.actor, supply_id=supply_id, today=request.today)
    return render(request, "exchange/supply.html", {"found": found})


@writes(HOLD)
def agree(request: Request) -> HttpResponse:
    """Agree to supply another party routinely."""
    words = StepWords(
        title="Agree a routine supply",
        button="Agree to supply it",
        back=reverse("exchange-supplies"),
        back_words="Back to the schedule",
        told=("Each period becomes a duty of your organisation, due on its own day (paragraph 29).",),
        done="The supply is agreed. Each period is now one of your duties.",
    )

    def act(form: Any) -> str:
        given = form.cleaned_data | {"every": Every(form.cleaned_data["every"])}
        made = acts.agree_supply(by=request.actor, at=request.at, **given)
        return reverse("exchange-supply", args=[made])

    return take_step(request, words, Agreeing, act)


@writes(HOLD)
def send(request: Request, supply_id: int) -> HttpResponse:
    """Supply one period by upload."""
    found = queries.supply(actor=request.actor, supply_id=supply_id, today=request.today)
    back = reverse("exchange-supply", args=[supply_id])
    waiting = [one.span for one in found.periods if one.met_at is None]
    spans = waiting + [one.span for one in found.periods if one.met_at is not None]
    words = StepWords(
        title=f"Supply “{found.line.title}”",
        button="Supply it",
        back=back,
        back_words="Back to the supply",
        told=(f"{found.line.receiver.name} can read it at once.",),
        done="It is supplied.",
        files=True,
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        acts.supply_period(
            by=request.actor,
            at=request.at,
            supply_id=supply_id,
            file_name=given["file"].name,
            file=given["file"].read(),
            first=given["first"],
        )
        return back

    return take_step(request, words, partial(Sending, periods=spans), act)


@writes(HOLD)
def stop(request: Request, supply_id: int) -> HttpResponse:
    """Stop a supply."""
    found = queries.supply(actor=request.actor, supply_id=supply_id, today=request.today)
    back = reverse("exchange-supply", args=[supply_id])
    words = StepWords(
        title=f"Stop supplying “{found.line.title}”",
        button="Stop it",
        back=back,
        back_words="Back to the supply",
        told=("What is not due yet falls away. What is overdue stays owed.",),
        done="The supply is stopped.",
        warning=True,
    )

    def act(form: Any) -> str:
        acts.stop_supply(
            by=request.actor, at=request.at, supply_id=supply_id, reason=form.cleaned_data["reason"]
        )
        return back

    return take_step(request, words, partial(Reason, label="Why does it stop?"), act)


@writes(HOLD)
def address(request: Request, supply_id: int) -> HttpResponse:
    """Issue the upload address of a supply, and show its token this once."""
    found = queries.supply(actor=request.actor, supply_id=supply_id, today=request.today)
    token = ""
    if request.method == "POST":
        token = acts.issue_address(by=request.actor, at=request.at, supply_id=supply_id)
        found = queries.supply(actor=request.actor, supply_id=supply_id, today=request.today)
    context = {
        "found": found,
        "token": token,
        "address": request.build_absolute_uri(reverse("exchange-upload", args=[supply_id])),
        "largest": file_rules().largest_megabytes,
    }
    return render(request, "exchange/address.html", context)


@writes(HOLD)
def revoke(request: Request, supply_id: int) -> HttpResponse:
    """Revoke the upload address of a supply."""
    queries.supply(actor=request.actor, supply_id=supply_id, today=request.today)
    back = reverse("exchange-supply", args=[supply_id])
    words = StepWords(
        title="Revoke the upload address",
        button="Revoke it",
        back=back,
        back_words="Back to the supply",
        told=("A machine that has its token can supply no longer.",),
        done="The upload address is revoked.",
        warning=True,
    )

    def act(form: Any) -> str:
        del form
        acts.revoke_address(by=request.actor, at=request.at, supply_id=supply_id)
        return back

    return take_step(request, words, Nothing, act)


@csrf_exempt
@public_form
def upload(request: Request, supply_id: int) -> JsonResponse:
    """Take one period of a supply from a machine that shows its token. Answers in JSON alone.

    The body is the file; its name is in ``X-File-Name``; ``?first=2026-01-01`` says for which period, or the
    earliest that waits. The same file again changes nothing. No page sends this, so no form can be forged.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if request.method != "POST":
        return _told(400, "upload_method", "Send the file by POST.")
    known = scheme.lower() == "bearer" and 0 < len(token) <= _LONGEST_TOKEN
    machine = queries.machine_at(supply_id=supply_id, token=token, today=request.today) if known else None
    if machine is None:
        return _told(401, "upload_token", "The token is missing, unknown or revoked.")
    content = request.read(file_rules().largest + 1)
    if len(content) > file_rules().largest:
        return _told(413, "file_size", "The file is too large.")
    first = request.GET.get("first", "")
    try:
        done = acts.supply_period(
            by=machine,
            at=request.at,
            supply_id=supply_id,
            file_name=request.headers.get("X-File-Name", ""),
            file=content,
            first=date.fromisoformat(first) if first else None,
        )
    except ValueError:
        return _told(422, "supply_period", "Give the first day of the period as 2026-01-01.")
    except Refused as refused:
        return _told(409, refused.rule, f"{refused.why} {refused.what_next}")
    said = {
        "first": done.first.isoformat(),
        "last": done.last.isoformat(),
        "sha256": done.digest,
        "already": done.already,
    }
    return JsonResponse(said, status=200 if done.already else 201)


def _told(status: int, rule: str, why: str) -> JsonResponse:
    answer = JsonResponse({"rule": rule, "error": why}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer
