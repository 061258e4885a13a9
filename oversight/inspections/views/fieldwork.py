"""The cases of an inspection: the list, the draw, the register (D1, ¶16)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.inspections.actions import fieldwork as acts
from oversight.inspections.forms.fieldwork import Drawing, LeavingOut, ListUpload
from oversight.inspections.queries.case import CaseDetail
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.fieldwork import (
    PAGE_SIZE,
    SampleFacts,
    drawn_case,
    own_samples,
    repeats,
    sample_of,
)
from oversight.inspections.queries.judging import judged_counts
from oversight.inspections.rules.case_lists import CaseFile, read_case_list
from oversight.inspections.rules.visibility import Part
from oversight.inspections.views.sharing import shows_case_data
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words

LEAD: Final = "inspections.lead"
CONFLICT: Final = 409
INVALID: Final = 422
#: Faults of a list that are shown; the count tells of all.
FAULTS_SHOWN: Final = 100


def _acts_on(request: Request, found: CaseDetail) -> bool:
    """Tell whether the one who looks may draw samples here and now."""
    return request.actor.may(LEAD) and found.on_team and found.line.state in acts.SAMPLING


def _address(found: CaseDetail, facts: SampleFacts) -> str:
    return f"{reverse('inspection-cases', args=[found.line.reference])}?sample={facts.sample.id}"


@reads("inspections.see", logs=True)
@shows_case_data(Part.CASES)
def cases(request: Request, reference: str) -> HttpResponse:
    """Show the list in use, what was drawn from it, and the register of cases."""
    found = case_detail(actor=request.actor, reference=reference)
    facts = sample_of(
        actor=request.actor,
        reference=reference,
        sample=request.GET.get("sample", "")[:60],
        page=page_number(request.GET),
    )
    context: dict[str, Any] = {"found": found, "facts": facts, "acts": _acts_on(request, found)}
    if facts:
        pages: Page[int] = Paginator(range(facts.count), PAGE_SIZE).page(facts.page)
        held = facts.case_list
        again = None
        if request.GET.get("repeat") and held and held.draw:
            again = repeats(actor=request.actor, reference=reference, list_id=held.id)
        context |= {
            "samples": own_samples(found.programme),
            "pages": pages,
            "again": again,
            "judged": judged_counts(facts.inspection, facts.sample.id),
            "asked": len(found.programme.questions_of(facts.sample.id)),
        }
    return render(request, "inspections/fieldwork_cases.html", context)


def _sample(request: Request, reference: str) -> tuple[CaseDetail, SampleFacts]:
    found = case_detail(actor=request.actor, reference=reference)
    named = (request.POST if request.method == "POST" else request.GET).get("sample", "")[:60]
    facts = sample_of(actor=request.actor, reference=reference, sample=named)
    if facts is None:
        raise Refused(
            "not_found_sample",
            "This inspection draws no sample of its own.",
            "Open the inspection to see its parts.",
        )
    return found, facts


@writes(LEAD)
def upload(request: Request, reference: str) -> HttpResponse:
    """Upload the list of cases to draw from; every fault is told by row."""
    found, facts = _sample(request, reference)
    was_drawn = bool(facts.case_list and facts.case_list.draw)
    read, status = None, 200
    if request.method == "POST":
        form = ListUpload(request.POST, request.FILES, was_drawn=was_drawn)
        status = INVALID
        if form.is_valid():
            try:
                read = _read(form, facts)
                if not read.faults:
                    acts.upload_list(
                        by=request.actor,
                        at=request.at,
                        reference=reference,
                        sample=facts.sample.id,
                        file=read,
                        file_name=form.cleaned_data["file"].name,
                        reason=form.cleaned_data.get("reason", ""),
                    )
                    messages.success(request, f"{count_in_words(len(read.cases), 'case')} on the list.")
                    return redirect(_address(found, facts))
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
    else:
        form = ListUpload(initial={"sample": facts.sample.id}, was_drawn=was_drawn)
    context = {
        "found": found,
        "facts": facts,
        "form": form,
        "faults": read.faults[:FAULTS_SHOWN] if read else (),
        "fault_count": len(read.faults) if read else 0,
        "acts": _acts_on(request, found),
        "back": _address(found, facts),
    }
    return render(request, "inspections/fieldwork_upload.html", context, status=status)


def _read(form: ListUpload, facts: SampleFacts) -> CaseFile:
    file = form.cleaned_data["file"]
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused(
            "data_file",
            f"{file.name} is not text in UTF-8.",
            "Save it as “CSV UTF-8” and choose it again.",
            field="file",
        ) from fault
    try:
        return read_case_list(text, file.name, facts.design)
    except Refused as refused:
        refused.field = "file"
        raise


@writes(LEAD)
def draw(request: Request, reference: str) -> HttpResponse:
    """Draw the sample and its reserve, once."""
    found, facts = _sample(request, reference)
    status = 200
    if request.method == "POST":
        form = Drawing(request.POST)
        status = INVALID
        if form.is_valid():
            try:
                count = acts.draw_sample(
                    by=request.actor, at=request.at, reference=reference, **form.cleaned_data
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                wanted = form.cleaned_data["wanted"]
                messages.success(request, f"{count:,} of {wanted:,} cases wanted were drawn.")
                return redirect(_address(found, facts))
    else:
        form = Drawing(initial={"list_id": facts.case_list.id if facts.case_list else None})
    context = {
        "found": found,
        "facts": facts,
        "form": form,
        "acts": _acts_on(request, found),
        "back": _address(found, facts),
    }
    return render(request, "inspections/fieldwork_draw.html", context, status=status)


@writes(LEAD)
def leave_out(request: Request, reference: str, number: int) -> HttpResponse:
    """Leave out a case that cannot be assessed; one in reserve takes its place."""
    found = case_detail(actor=request.actor, reference=reference)
    facts = drawn_case(actor=request.actor, reference=reference, number=number)
    status = 200
    if request.method == "POST":
        form = LeavingOut(request.POST, design=facts.design)
        status = INVALID
        if form.is_valid():
            try:
                instead = acts.leave_out(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    number=number,
                    **form.cleaned_data,
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                told = f"Case {instead} takes its place." if instead else "Nothing is left in reserve."
                messages.success(request, f"Case {number} is left out. {told}")
                address = reverse("inspection-cases", args=[reference])
                return redirect(f"{address}?sample={facts.sample.id}")
    else:
        form = LeavingOut(design=facts.design)
    back = f"{reverse('inspection-cases', args=[reference])}?sample={facts.sample.id}"
    context = {
        "found": found,
        "case": facts.row,
        "form": form,
        "acts": _acts_on(request, found) and facts.row.standing == "sample",
        "back": back,
    }
    return render(request, "inspections/fieldwork_leave_out.html", context, status=status)
