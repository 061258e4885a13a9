"""The ratings of an inspection: every step explained, proposed, confirmed and settled (D2, ¶16)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.inspections.actions import ratings as acts
from oversight.inspections.forms.ratings import Declining, Proposing, Settling
from oversight.inspections.queries.case import head_of
from oversight.inspections.queries.people import inspectors
from oversight.inspections.queries.ratings import ratings as rated_of
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.programmes import JudgedBy
from oversight.kernel.declaring import writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

CONFLICT: Final = 409
INVALID: Final = 422


@writes("inspections.see")
def ratings(request: Request, reference: str) -> HttpResponse:
    """Show every rating with its steps; settle them when nothing is open."""
    rated = rated_of(actor=request.actor, reference=reference)
    found = head_of(request.actor, rated.inspection, rated.programme)
    status = 200
    form = Settling(initial={"revision": found.revision})
    if request.method == "POST":
        form = Settling(request.POST)
        status = INVALID
        if form.is_valid():
            try:
                acts.settle(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
            except Refused as refused:
                if refused.rule.startswith(("permission", "not_found")):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The ratings are settled. The inspection goes on to its draft.")
                return redirect("inspection-ratings", reference=reference)
    rating = found.line.state == CaseState.RATINGS and request.actor.may("ratings.set")
    context: dict[str, Any] = {
        "found": found,
        "rated": rated,
        "form": form,
        "leads": rating and request.actor.reference == found.lead.reference,
        "settles": rating
        and found.on_team
        and not (rated.problem or rated.result.why_no_overall or rated.waiting or rated.result.provisional),
        "rating": rating,
        "has_discretion": bool(rated.programme.rating and rated.programme.rating.discretion),
    }
    return render(request, "inspections/ratings.html", context, status=status)


@writes("ratings.set")
def propose(request: Request, reference: str, standard: str) -> HttpResponse:
    """Propose a rating on evidence, or a departure from what the cases give."""
    rated = rated_of(actor=request.actor, reference=reference)
    found = head_of(request.actor, rated.inspection, rated.programme)
    chosen = next((one for one in rated.result.standards if one.standard.id == standard), None)
    if chosen is None or rated.programme.rating is None:
        raise Refused("not_found_standard", "This inspection rates no such standard.", "Open the ratings.")
    lists: dict[str, Any] = {
        "scale": rated.programme.rating.scale,
        "people": inspectors(today=request.today),
    }
    status = 200
    form = Proposing(**lists)
    if request.method == "POST":
        form = Proposing(request.POST, **lists)
        status = INVALID
        if form.is_valid():
            try:
                acts.propose(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    standard=standard,
                    **form.cleaned_data,
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"{chosen.standard.name} is proposed. The panel confirms it.")
                return redirect("inspection-ratings", reference=reference)
    context = {
        "found": found,
        "one": chosen,
        "departs": chosen.standard.judged_by is JudgedBy.CASES,
        "form": form,
        "leads": found.line.state == CaseState.RATINGS and request.actor.reference == found.lead.reference,
    }
    return render(request, "inspections/ratings_propose.html", context, status=status)


@writes("ratings.set")
def decide(request: Request, reference: str, proposal_id: int) -> HttpResponse:
    """Confirm a proposal as one of its panel, or decline or withdraw it with the reason."""
    rated = rated_of(actor=request.actor, reference=reference)
    found = head_of(request.actor, rated.inspection, rated.programme)
    every = (one for some in rated.proposals.values() for one in some)
    proposal = next((one for one in every if one.id == proposal_id), None)
    if proposal is None:
        raise Refused("not_found_proposal", "There is no such proposal.", "Open the ratings.")
    status = 200
    form = Declining()
    if request.method == "POST":
        declining = request.POST.get("step") != "confirm"
        form = Declining(request.POST if declining else {"reason": "-"})
        status = INVALID
        if form.is_valid():
            try:
                told = _decided(request, reference, proposal_id, form.cleaned_data["reason"], declining)
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, told)
                return redirect("inspection-ratings", reference=reference)
    me = next((one for one in proposal.panel if one.person == request.actor.reference), None)
    stands = not proposal.withdrawn and found.line.state == CaseState.RATINGS
    standard = found.programme.standard(proposal.standard)
    assert standard is not None
    context = {
        "found": found,
        "proposal": proposal,
        "standard": standard,
        "form": form,
        "confirms": stands and me is not None and me.at is None,
        "declines": stands and (me is not None or request.actor.reference == found.lead.reference),
    }
    return render(request, "inspections/ratings_decide.html", context, status=status)


def _decided(request: Request, reference: str, proposal_id: int, reason: str, declining: bool) -> str:
    if declining:
        acts.withdraw(
            by=request.actor, at=request.at, reference=reference, proposal_id=proposal_id, reason=reason
        )
        return "The proposal does not stand any more. It is kept in the history."
    whole = acts.confirm(by=request.actor, at=request.at, reference=reference, proposal_id=proposal_id)
    return "The whole panel confirmed it." if whole else "You confirmed it. The others of the panel follow."
