"""Notes of evidence on the standards of an inspection (D3, ¶16)."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.inspections.actions.judging import JUDGING
from oversight.inspections.actions.notes import note_evidence
from oversight.inspections.forms.notes import Noting
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.notes import notes as notes_of
from oversight.inspections.rules.visibility import Part
from oversight.inspections.views.sharing import shows_case_data
from oversight.kernel.declaring import writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

LEAD: Final = "inspections.lead"
CONFLICT: Final = 409
INVALID: Final = 422


@writes("inspections.see", logs=True)
@shows_case_data(Part.NOTES)
def notes(request: Request, reference: str) -> HttpResponse:
    """Show what was noted on each standard, and add to it."""
    found = case_detail(actor=request.actor, reference=reference)
    listed = notes_of(actor=request.actor, reference=reference)
    standards = [one.standard for one in listed]
    form, status = Noting(standards=standards), 200
    if request.method == "POST":
        form, status = Noting(request.POST, standards=standards), INVALID
        if form.is_valid():
            try:
                note_evidence(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The note is saved.")
                return redirect("inspection-notes", reference=reference)
    context = {
        "found": found,
        "listed": listed,
        "form": form,
        "acts": request.actor.may(LEAD) and found.on_team and found.line.state in JUDGING,
    }
    return render(request, "inspections/fieldwork_notes.html", context, status=status)
