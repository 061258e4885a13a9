"""The accuracy check: the list of checks, one check, its draft, comments on passages (D6, ¶22)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.inspections.actions import accuracy as acts
from oversight.inspections.actions.accuracy_evidence import read_evidence
from oversight.inspections.forms.accuracy import Commenting, HandingIn, Reason
from oversight.inspections.queries import accuracy as log_queries
from oversight.inspections.queries import accuracy_checks as queries
from oversight.inspections.queries import accuracy_register as register
from oversight.inspections.queries.accuracy_checks import CheckDetail, CheckHead
from oversight.inspections.queries.accuracy_drafts import Placed, passage_of
from oversight.inspections.queries.accuracy_sight import Look, check_of, look
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.rules.accuracy_states import AskState, PointState
from oversight.inspections.rules.case import CaseState
from oversight.inspections.views.files import handed_out
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words

SEE: Final = "accuracy.see"
CONTRIBUTE: Final = "accuracy.contribute"
CONFLICT: Final = 409
INVALID: Final = 422


def head(request: Request, reference: str) -> tuple[CheckDetail, dict[str, Any]]:
    """Give a check as a whole, with the tabs of its case for those who see that."""
    seen, _ = check_of(request.actor, reference)
    return _whole(request, seen)


def _whole(request: Request, seen: Look) -> tuple[CheckDetail, dict[str, Any]]:
    check = queries.check_detail(seen, request.actor, request.today)
    return check, {"check": check, "found": queries.case_tabs(seen, request.actor), "seen": seen}


def brief(request: Request, reference: str) -> tuple[CheckHead, Look, dict[str, Any]]:
    """Give what a page shows of a check that is about a part of it: fewer questions to the database."""
    seen, _ = check_of(request.actor, reference)
    check = queries.check_head(seen, request.actor)
    return check, seen, {"check": check, "found": queries.case_tabs(seen, request.actor)}


def version_number(request: Request) -> int:
    """Give the version asked for; 0 for the one under check."""
    asked = request.GET.get("version", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0


def refused_on_page(form: Any, refused: Refused) -> int:
    """Show a refusal on the page of the form, unless it is one of permission; give the status."""
    if refused.rule.startswith(("permission", "not_found")):
        raise refused
    show_refusal(form, refused)
    return CONFLICT


@reads(SEE)
def checks(request: Request) -> HttpResponse:
    """Show the accuracy checks that concern me: those still open first, soonest date first."""
    every = request.GET.get("state") == "all"
    listed = register.checks(
        actor=request.actor, today=request.today, open_only=not every, page=page_number(request.GET)
    )
    pages: Page[int] = Paginator(range(listed.count), register.PAGE_SIZE).page(listed.page)
    context = {"listed": listed, "pages": pages, "every": every}
    return render(request, "inspections/accuracy_checks.html", context)


@reads(SEE)
def overview(request: Request, reference: str) -> HttpResponse:
    """Show where the check is, by when, and what I can do next."""
    seen = look(request.actor, reference)
    if seen.check is None:
        found = case_detail(actor=request.actor, reference=reference)
        return render(
            request,
            "inspections/accuracy_before.html",
            {"found": found, "sends": "send_for_checking" in found.acts},
        )
    check, context = _whole(request, seen)
    actor = request.actor
    context |= {
        "writes": check.writes,
        "final": check.on_team and actor.may("inspections.lead") and check.in_check,
        "decides": actor.may("accuracy.decide") and check.in_check and not check.leads,
        "agrees": actor.may("accuracy.agree_extension") and check.open,
        "asked": AskState.ASKED,
        "case_state": CaseState.CHECK,
    }
    return render(request, "inspections/accuracy.html", context)


@reads(SEE)
def draft(request: Request, reference: str) -> HttpResponse:
    """Show the draft as it was sent, with a way to comment on each passage."""
    _, seen, context = brief(request, reference)
    shown = queries.draft(seen, version_number(request))
    return render(request, "inspections/accuracy_draft.html", context | {"draft": shown})


def _passage(seen: Look, number: int, anchor: str) -> Placed:
    assert seen.check is not None
    return passage_of(seen.check, anchor, number)


@writes(CONTRIBUTE)
def comment(request: Request, reference: str) -> HttpResponse:
    """Comment on a passage of the draft."""
    check, seen, context = brief(request, reference)
    anchor = request.GET.get("at", "")[:120]
    placed = _passage(seen, version_number(request), anchor)
    options: dict[str, Any] = {
        "standards": queries.standards(actor=request.actor, reference=reference),
        "parties": [] if check.standing.osag else [one.party for one in check.asked],
    }
    status = 200
    form = Commenting(initial={"current": placed.text, "proposed": placed.text}, **options)
    if request.method == "POST":
        form, status = Commenting(request.POST, request.FILES, **options), INVALID
        if form.is_valid():
            try:
                number = acts.add_point(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    remark=form.remark(anchor),
                    party=form.cleaned_data.get("party", ""),
                    draft=placed.number,
                    **form.upload(),
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                told = "It is among those to be cleared." if check.standing.osag else "Hand it in when ready."
                messages.success(request, f"Point {number} is saved. {told}")
                response = redirect("inspection-accuracy-draft", reference=reference)
                response["Location"] += f"#{anchor}"
                return response
    context |= {"form": form, "placed": placed, "writes": check.writes, "line": None}
    return render(request, "inspections/accuracy_comment.html", context, status=status)


@writes(CONTRIBUTE)
def change(request: Request, reference: str, number: int) -> HttpResponse:
    """Change a point that is not handed in."""
    check, seen, context = brief(request, reference)
    detail = log_queries.point(seen, number)
    line = detail.line
    placed = _passage(seen, line.draft, line.anchor)
    options: dict[str, Any] = {"standards": queries.standards(actor=request.actor, reference=reference)}
    known = {
        "revision": line.revision,
        "kind": line.kind,
        "current": line.current,
        "proposed": line.proposed,
        "explanation": line.explanation,
        "at_inspection": {True: "yes", False: "no", None: "none"}[line.at_inspection],
        "standard": detail.standard_id,
        "evidence_page": line.evidence_page,
    }
    form, status = Commenting(initial=known, **options), 200
    if request.method == "POST":
        form, status = Commenting(request.POST, request.FILES, **options), INVALID
        if form.is_valid():
            try:
                acts.change_point(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    number=number,
                    revision=form.cleaned_data["revision"] or 0,
                    remark=form.remark(line.anchor),
                    **form.upload(),
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, f"Point {number} is changed.")
                return redirect("inspection-accuracy-point", reference=reference, number=number)
    writes_ = detail.mine and line.state == PointState.WRITTEN and check.open
    context |= {"form": form, "placed": placed, "writes": writes_, "line": line}
    return render(request, "inspections/accuracy_comment.html", context, status=status)


@writes(CONTRIBUTE)
def withdraw(request: Request, reference: str, number: int) -> HttpResponse:
    """Withdraw a point; its number stays."""
    _, seen, context = brief(request, reference)
    line = log_queries.point(seen, number).line
    hint = "Whoever sees the point reads it."
    form, status = Reason(initial={"revision": line.revision}, help_text=hint), 200
    if request.method == "POST":
        form, status = Reason(request.POST, help_text=hint), INVALID
        if form.is_valid():
            try:
                acts.withdraw_point(
                    by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, f"Point {number} is withdrawn. Its number is not used again.")
                return redirect("inspection-accuracy-points", reference=reference)
    context |= {
        "form": form,
        "line": line,
        "title": f"Withdraw point {number}",
        "button_text": "Withdraw the point",
    }
    return render(request, "inspections/accuracy_step.html", context, status=status)


@writes(CONTRIBUTE)
def hand_in(request: Request, reference: str, ask_id: int) -> HttpResponse:
    """Hand in the points written, or confirm that nothing is inaccurate."""
    check, context = head(request, reference)
    ask = next((one for one in check.mine if one.id == ask_id), None)
    if ask is None:
        raise Refused("not_found_ask", "You were not asked for this.", "Open the accuracy check again.")
    form, status = HandingIn(initial={"revision": ask.revision}), 200
    if request.method == "POST":
        form, status = HandingIn(request.POST), INVALID
        if form.is_valid():
            nil = request.POST.get("step") == "nil"
            try:
                many = acts.hand_in(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    ask_id=ask_id,
                    nil=nil,
                    **form.cleaned_data,
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                told = "You confirmed that nothing is inaccurate." if nil else _handed(many)
                messages.success(request, f"{told} OSAG has it now.")
                return redirect("inspection-accuracy", reference=reference)
    context |= {"form": form, "ask": ask, "acts": ask.state == AskState.ASKED and check.open}
    return render(request, "inspections/accuracy_hand_in.html", context, status=status)


def _handed(many: int) -> str:
    return f"{count_in_words(many, 'point')} handed in."


@reads(SEE, logs=True)
def evidence(request: Request, reference: str, number: int) -> HttpResponse:
    """Hand out the evidence of a point; the record says who read it."""
    return handed_out(read_evidence(by=request.actor, at=request.at, reference=reference, number=number))
