"""Sharing case data with partner inspectorates, and recording each reading by them (D9, ¶33)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.exchange.rules.lasting import Standing
from oversight.inspections.actions import sharing as acts
from oversight.inspections.forms.sharing import Ending, Giving
from oversight.inspections.queries import sharing as queries
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.rules.sharing import check_lead
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

SEE: Final = "inspections.see"
GIVE: Final = "inspections.share"
CONFLICT: Final = 409
INVALID: Final = 422

View = TypeVar("View", bound=Callable[..., HttpResponse])


def shows_case_data(part: Part) -> Callable[[View], View]:
    """Record who reads a page of case data when they come from a partner inspectorate.

    The page declares ``logs=True`` outside of this. What a partner cannot see is refused inside, and then
    nothing was read.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def recorded(request: Request, reference: str, *args: Any, **more: Any) -> HttpResponse:
            answer = view(request, reference, *args, **more)
            if request.actor.party != OWNER:
                acts.record_reading(
                    by=request.actor, at=request.at, reference=reference, part=part, address=request.path
                )
            return answer

        return recorded  # type: ignore[return-value]  # same signature, by wraps

    return decorate


@reads(SEE)
def shares(request: Request, reference: str) -> HttpResponse:
    """Show what is shared with whom: everything to the Inspectorate, their own to a partner."""
    found = case_detail(actor=request.actor, reference=reference)
    register = queries.shares(
        actor=request.actor, reference=reference, today=request.today, page=page_number(request.GET)
    )
    pages: Page[int] = Paginator(range(register.count), queries.PAGE_SIZE).page(register.page)
    context = {"found": found, "register": register, "pages": pages}
    return render(request, "inspections/sharing.html", context)


@writes(GIVE)
def give(request: Request, reference: str) -> HttpResponse:
    """Share case data with a partner; with ``renews`` as a new share beside an old one."""
    found = case_detail(actor=request.actor, reference=reference)
    register = queries.shares(actor=request.actor, reference=reference, today=request.today)
    if not register.gives:
        _refuse_giving(request, reference)
    before = _renewed(request, reference)
    form, status = _blank(register, before), 200
    if request.method == "POST":
        form, status = Giving(request.POST, partners=register.partners), INVALID
        if form.is_valid():
            try:
                acts.give_share(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    renews=before.id if before else None,
                    **form.cleaned_data,
                )
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(
                    request,
                    "The case data is shared from today. The share ends by itself after its last day.",
                )
                return redirect("inspection-shares", reference=reference)
    context = {"found": found, "form": form, "before": before}
    return render(request, "inspections/sharing_give.html", context, status=status)


def _refuse_giving(request: Request, reference: str) -> None:
    row, _ = queries.joint_seen(request.actor, reference)
    check_lead(request.actor.reference, row.lead)
    raise Refused(
        "share_state",
        "Case data is shared once a joint inspection is announced, and only while it is made.",
        "Open the inspection to see how it stands.",
        paragraph="33",
    )


def _renewed(request: Request, reference: str) -> queries.ShareLine | None:
    given = (request.POST if request.method == "POST" else request.GET).get("renews", "")
    if not given.isdecimal() or len(given) > 9:
        return None
    return queries.share(actor=request.actor, reference=reference, share_id=int(given), today=request.today)


def _blank(register: queries.ShareRegister, before: queries.ShareLine | None) -> Giving:
    known: dict[str, Any] = {}
    if before:
        known = {
            "party": before.party.code,
            "parts": [str(part) for part in before.parts],
            "purpose": before.purpose,
            "agreement": before.agreement,
        }
    elif len(register.partners) == 1:
        known = {"party": register.partners[0].code}
    return Giving(initial=known, partners=register.partners)


@writes(GIVE)
def end(request: Request, reference: str, share_id: int) -> HttpResponse:
    """End a share before its last day, with the reason."""
    found = case_detail(actor=request.actor, reference=reference)
    share = queries.share(actor=request.actor, reference=reference, share_id=share_id, today=request.today)
    form, status = Ending(), 200
    if request.method == "POST":
        form, status = Ending(request.POST), INVALID
        if form.is_valid():
            try:
                acts.end_share(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    share_id=share_id,
                    **form.cleaned_data,
                )
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"The share with {share.party.name} has ended.")
                return redirect("inspection-shares", reference=reference)
    context = {"found": found, "share": share, "form": form, "live": share.standing == Standing.LIVE}
    return render(request, "inspections/sharing_end.html", context, status=status)


@reads(SEE)
def readings(request: Request, reference: str, share_id: int) -> HttpResponse:
    """Show who read what under a share."""
    found = case_detail(actor=request.actor, reference=reference)
    read = queries.readings(
        actor=request.actor,
        reference=reference,
        share_id=share_id,
        today=request.today,
        page=page_number(request.GET),
    )
    pages: Page[int] = Paginator(range(read.count), queries.PAGE_SIZE).page(read.page)
    context = {"found": found, "read": read, "pages": pages}
    return render(request, "inspections/sharing_readings.html", context)
