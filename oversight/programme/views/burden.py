"""What places carry, the weeks that are closed, and the review of how often bodies visit (C3, ¶10(iv))."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.programme.actions.closures import CLOSE, close_weeks, open_weeks
from oversight.programme.actions.reviews import REVIEW, begin_reviews, complete_review
from oversight.programme.forms.others import BeginReviews, CloseWeeks, CompleteReview
from oversight.programme.queries.burden import BurdenLine, burdens, place_burden
from oversight.programme.queries.closures import closures, reviews
from oversight.programme.queries.sight import SEE
from oversight.programme.rules.limits import limits
from oversight.programme.views.drawing import bodies_drawn, chart

CONFLICT: Final = 409


@reads(SEE)
def burden(request: Request) -> HttpResponse:
    """List what the regions carry, heaviest first."""
    found = burdens(actor=request.actor, today=request.today)
    context = {"found": found, "region": None, "limits": limits()}
    return render(request, "programme/burdens.html", context)


@reads(SEE)
def place(request: Request, code: str) -> HttpResponse:
    """Show what one place carries, past and planned, against its limit; of a region its units, too."""
    found = place_burden(actor=request.actor, today=request.today, code=code)
    units: tuple[BurdenLine, ...] = ()
    if found.place.kind == "region":
        units = burdens(actor=request.actor, today=request.today, region=code)
    parties = parties_by_code()
    context = {
        "found": found,
        "charts": [(window, chart(window, today=request.today)) for window in found.windows],
        "units": units,
        "key": bodies_drawn(found.bodies),
        "names": {body: parties[body].name for body in found.bodies},
        "limits": limits(),
    }
    return render(request, "programme/burden.html", context)


def _closable(request: Request) -> list[PartyRef]:
    """Give the parties for which the one who asks closes weeks, their own first."""
    actor = request.actor
    parties = parties_by_code()
    over = actor.parties_over(CLOSE)
    codes = set(parties) if over is None else set(over)
    units = [
        parties[code] for code in codes if parties[code].kind in {"region", "pdu"} or code == actor.party
    ]
    return sorted(units, key=lambda one: (one.code != actor.party, one.kind != "region", one.name))


@reads(SEE)
def closed(request: Request) -> HttpResponse:
    """List the weeks that are closed and still to come."""
    found = closures(actor=request.actor, today=request.today)
    context = {"found": found, "closes": request.actor.may(CLOSE)}
    return render(request, "programme/closures.html", context)


@writes(CLOSE)
def close(request: Request) -> HttpResponse:
    """Close weeks for my body's visits, or say that they are hard for my place."""
    status = 200
    parties = _closable(request)
    choices = [(one.code, one.name) for one in parties]
    if request.method == "POST":
        form = CloseWeeks(request.POST, choices=choices)
        if form.is_valid():
            try:
                close_weeks(
                    by=request.actor,
                    at=request.at,
                    of=parties_by_code()[form.cleaned_data["of"]],
                    span=form.span(),
                    reason=form.cleaned_data["reason"],
                )
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "Kept. Planners see it as they enter dates.")
                return redirect("closures")
    else:
        form = CloseWeeks(choices=choices)
    return render(request, "programme/close.html", {"form": form}, status=status)


@writes(CLOSE)
def reopen(request: Request, reference: str) -> HttpResponse:
    """Open weeks again that were closed."""
    found = [one for one in closures(actor=request.actor, today=request.today) if one.reference == reference]
    if not found:
        raise Refused(
            "not_found_closure",
            "These weeks are not closed, or no longer.",
            "Look at the list of closed weeks.",
        )
    if request.method == "POST":
        open_weeks(by=request.actor, at=request.at, reference=reference)
        messages.success(request, "These weeks are open again.")
        return redirect("closures")
    return render(request, "programme/reopen.html", {"one": found[0]})


@reads(SEE)
def frequency(request: Request) -> HttpResponse:
    """List the reviews of how often bodies visit."""
    context = {"found": reviews(actor=request.actor), "reviews": request.actor.may(REVIEW)}
    return render(request, "programme/frequency.html", context)


@writes(REVIEW)
def review(request: Request) -> HttpResponse:
    """Complete a review of how often my body visits."""
    status = 200
    if request.method == "POST":
        form = CompleteReview(request.POST)
        if form.is_valid():
            try:
                complete_review(by=request.actor, at=request.at, **form.cleaned_data)
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The review is kept, and what was owed for it is met.")
                return redirect("frequency-reviews")
    else:
        form = CompleteReview(initial={"on": request.today})
    return render(request, "programme/review.html", {"form": form, "begins": False}, status=status)


@writes(REVIEW)
def begin(request: Request) -> HttpResponse:
    """Begin to keep my body's frequency of visits under review."""
    status = 200
    if request.method == "POST":
        form = BeginReviews(request.POST)
        if form.is_valid():
            try:
                begin_reviews(by=request.actor, at=request.at, on=form.cleaned_data["on"])
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "Reviews have begun: the first is owed in six months.")
                return redirect("frequency-reviews")
    else:
        form = BeginReviews(initial={"on": request.today})
    return render(request, "programme/review.html", {"form": form, "begins": True}, status=status)
