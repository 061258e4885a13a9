"""Judging cases: one page a case, each question saved on its own; and the totals as they stand (D1, ¶16)."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.forms import show_refusal
from oversight.inspections.actions import judging as acts
from oversight.inspections.forms.fieldwork import JUDGEMENTS, Judging, ReadingAgain
from oversight.inspections.queries.case import CaseHead, head_of
from oversight.inspections.queries.judging import AskedOf, CaseToJudge, case_to_judge, totals
from oversight.inspections.rules.judging import total_in_words
from oversight.inspections.rules.visibility import Part
from oversight.inspections.views.sharing import shows_case_data
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

LEAD: Final = "inspections.lead"
CONFLICT: Final = 409
INVALID: Final = 422


def _judges(request: Request, found: CaseHead, case: CaseToJudge) -> bool:
    return (
        request.actor.may(LEAD)
        and found.on_team
        and found.line.state in acts.JUDGING
        and case.facts.row.standing == "sample"
    )


@writes("inspections.see", logs=True)
@shows_case_data(Part.CASES)
def judge(request: Request, reference: str, number: int) -> HttpResponse:
    """Show a case with its questions, and save a judgement or a second reading."""
    if request.method != "POST":
        return _page(request, reference, number)
    if request.POST.get("step") == "read_again":
        return _read_again(request, reference, number)
    form = _bound(request)
    if not form.is_valid():
        return _page(request, reference, number, failed=form, status=INVALID)
    given = form.cleaned_data
    try:
        saved = acts.judge(by=request.actor, at=request.at, reference=reference, number=number, **given)
    except Refused as refused:
        if refused.rule.startswith(("permission", "not_found")):
            raise
        show_refusal(form, refused)
        return _page(request, reference, number, failed=form, status=CONFLICT)
    here = reverse("inspection-case", args=[reference, number])
    return redirect(f"{here}#question-{saved.following or given['question']}")


def _bound(request: Request) -> Judging:
    question = request.POST.get("question", "")[:80]
    return Judging(request.POST, auto_id=f"{question}-%s")


def _read_again(request: Request, reference: str, number: int) -> HttpResponse:
    form = ReadingAgain(request.POST, auto_id="reading-%s")
    if not form.is_valid():
        return _page(request, reference, number, reading=form, status=INVALID)
    try:
        acts.read_again(
            by=request.actor,
            at=request.at,
            reference=reference,
            number=number,
            **form.cleaned_data,
        )
    except Refused as refused:
        if refused.rule.startswith(("permission", "not_found")):
            raise
        show_refusal(form, refused)
        return _page(request, reference, number, reading=form, status=CONFLICT)
    messages.success(request, f"Your second reading of case {number} is saved.")
    return redirect("inspection-case", reference=reference, number=number)


def _page(
    request: Request,
    reference: str,
    number: int,
    *,
    failed: Judging | None = None,
    reading: ReadingAgain | None = None,
    status: int = 200,
) -> HttpResponse:
    case = case_to_judge(actor=request.actor, reference=reference, number=number)
    found = head_of(request.actor, case.inspection, case.programme)
    judges = _judges(request, found, case)
    wrong = failed.data.get("question", "") if failed else ""
    asked = [
        (one, _again(failed, one) if failed and wrong == one.question.id else None) for one in case.asked
    ]
    may_read = judges and not case.judged_by_me and not case.missing
    context: dict[str, Any] = {
        "found": found,
        "case": case,
        "row": case.facts.row,
        "asked": asked,
        "choices": JUDGEMENTS,
        "failed": failed or reading,
        "wrong": wrong,
        "acts": judges,
        "reading": reading or (ReadingAgain(auto_id="reading-%s") if may_read else None),
        "back": f"{reverse('inspection-cases', args=[found.line.reference])}?sample={case.facts.sample.id}",
    }
    return render(request, "inspections/fieldwork_case.html", context, status=status)


def _again(failed: Judging, one: AskedOf) -> forms.Form:
    """Keep what was typed, and let it be saved over what the page now shows."""
    given = {name: failed.data.get(name, "") for name in failed.fields}
    failed.data = given | {"revision": str(one.said.revision)}
    return failed


@reads("inspections.see", logs=True)
@shows_case_data(Part.CASES)
def case_totals(request: Request, reference: str) -> HttpResponse:
    """Show what the judgements add up to now, by question and by unit."""
    held = totals(actor=request.actor, reference=reference)
    context = {
        "found": head_of(request.actor, held.inspection, held.programme),
        "totals": held.standards,
        "in_words": total_in_words,
        "small": held.programme.small_sample,
    }
    return render(request, "inspections/fieldwork_totals.html", context)
