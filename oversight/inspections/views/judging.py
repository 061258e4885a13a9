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
from oversight.inspections.forms.fieldwork import Judging, ReadingAgain
from oversight.inspections.queries.case import CaseDetail
from oversight.inspections.queries.case import case as case_detail
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


def _judges(request: Request, found: CaseDetail, case: CaseToJudge) -> bool:
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
    found = case_detail(actor=request.actor, reference=reference)
    case = case_to_judge(actor=request.actor, reference=reference, number=number)
    if request.method != "POST":
        return _page(request, found, case)
    if request.POST.get("step") == "read_again":
        return _read_again(request, found, case)
    form = _bound(request)
    if not form.is_valid():
        return _page(request, found, case, failed=form, status=INVALID)
    try:
        acts.judge(by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data)
    except Refused as refused:
        if refused.rule.startswith(("permission", "not_found")):
            raise
        show_refusal(form, refused)
        case = case_to_judge(actor=request.actor, reference=reference, number=number)
        return _page(request, found, case, failed=form, status=CONFLICT)
    return redirect(_next(reference, case, form.cleaned_data["question"]))


def _bound(request: Request) -> Judging:
    question = request.POST.get("question", "")[:80]
    return Judging(request.POST, auto_id=f"{question}-%s")


def _next(reference: str, case: CaseToJudge, question: str) -> str:
    """Lead on to the next question of the case that is not judged, or back to the one that was."""
    ids = [one.question.id for one in case.asked]
    place = ids.index(question)
    open_ = [one.question.id for one in case.asked[place + 1 :] if one.said.judgement is None]
    here = reverse("inspection-case", args=[reference, case.facts.row.number])
    return f"{here}#question-{open_[0] if open_ else question}"


def _read_again(request: Request, found: CaseDetail, case: CaseToJudge) -> HttpResponse:
    form = ReadingAgain(request.POST, auto_id="reading-%s")
    number = case.facts.row.number
    if not form.is_valid():
        return _page(request, found, case, reading=form, status=INVALID)
    try:
        acts.read_again(
            by=request.actor,
            at=request.at,
            reference=found.line.reference,
            number=number,
            **form.cleaned_data,
        )
    except Refused as refused:
        if refused.rule.startswith(("permission", "not_found")):
            raise
        show_refusal(form, refused)
        return _page(request, found, case, reading=form, status=CONFLICT)
    messages.success(request, f"Your second reading of case {number} is saved.")
    return redirect("inspection-case", reference=found.line.reference, number=number)


def _page(
    request: Request,
    found: CaseDetail,
    case: CaseToJudge,
    *,
    failed: Judging | None = None,
    reading: ReadingAgain | None = None,
    status: int = 200,
) -> HttpResponse:
    judges = _judges(request, found, case)
    wrong = failed.data.get("question", "") if failed else ""
    asked = [
        (one, _again(failed, one) if failed and wrong == one.question.id else _form(one))
        for one in case.asked
    ]
    may_read = judges and not case.judged_by_me and not case.missing
    context: dict[str, Any] = {
        "found": found,
        "case": case,
        "row": case.facts.row,
        "asked": asked,
        "failed": failed or reading,
        "wrong": wrong,
        "acts": judges,
        "reading": reading or (ReadingAgain(auto_id="reading-%s") if may_read else None),
        "back": f"{reverse('inspection-cases', args=[found.line.reference])}?sample={case.facts.sample.id}",
    }
    return render(request, "inspections/fieldwork_case.html", context, status=status)


def _form(one: AskedOf) -> forms.Form:
    known = {
        "question": one.question.id,
        "revision": one.said.revision,
        "judgement": str(one.said.judgement or ""),
        "note": one.said.note,
    }
    return Judging(initial=known, auto_id=f"{one.question.id}-%s")


def _again(failed: Judging, one: AskedOf) -> forms.Form:
    """Keep what was typed, and let it be saved over what the page now shows."""
    given = {name: failed.data.get(name, "") for name in failed.fields}
    failed.data = given | {"revision": str(one.said.revision)}
    return failed


@reads("inspections.see", logs=True)
@shows_case_data(Part.CASES)
def case_totals(request: Request, reference: str) -> HttpResponse:
    """Show what the judgements add up to now, by question and by unit."""
    found = case_detail(actor=request.actor, reference=reference)
    context = {
        "found": found,
        "totals": totals(actor=request.actor, reference=reference),
        "in_words": total_in_words,
        "small": found.programme.small_sample,
    }
    return render(request, "inspections/fieldwork_totals.html", context)
