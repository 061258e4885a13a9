"""The register of recommendations, adding one by hand, and the page of one (E1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.forms import in_full, show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.arrangements.views.files import csv_file
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.parties.queries import parties_by_code
from oversight.recommendations.actions import receive
from oversight.recommendations.forms.recommendations import Adding, Filters, is_authority
from oversight.recommendations.queries.recommendations import (
    PAGE_SIZE,
    RecommendationLine,
    every_line,
    register,
)
from oversight.recommendations.queries.recommendations import recommendation as recommendation_detail
from oversight.recommendations.queries.repeats import repeats_of
from oversight.recommendations.rules.sources import UNIT_KINDS

SEE: Final = "recommendations.see"
#: What was asked makes no sense; the page says what and beside which field.
INVALID: Final = 422
#: Refusals by state: the page is shown again with what was typed, and answered as a conflict.
CONFLICT: Final = 409


def suggested() -> dict[str, list[str]]:
    """Give the names that fields suggest."""
    parties = parties_by_code().values()
    return {
        "authorities": sorted(in_full(ref) for ref in parties if is_authority(ref.code, ref.kind)),
        "units": sorted(in_full(ref) for ref in parties if ref.kind in UNIT_KINDS),
    }


@reads(SEE)
def recommendations(request: Request) -> HttpResponse:
    """Show the recommendations that I may see: filtered, counted, 25 a page."""
    filters = Filters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "suggested": suggested(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        found = register(actor=request.actor, chosen=filters.chosen(), page=page_number(request.GET))
        pages: Page[int] = Paginator(range(found.count.number), PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    status = INVALID if faulty else 200
    return render(request, "recommendations/recommendations.html", context, status=status)


COLUMNS: Final = (
    "reference",
    "report",
    "report_title",
    "comes_from",
    "number",
    "recommendation",
    "theme",
    "addressed_to_code",
    "addressed_to",
    "unit_code",
    "unit",
    "made",
    "answer",
    "delivery",
)


@reads(SEE)
def recommendations_csv(request: Request) -> HttpResponseBase:
    """Give exactly the recommendations that the filters choose, as a file."""
    filters = Filters(request.GET)
    if not filters.is_valid():
        # The page says what is wrong, beside the field.
        return HttpResponseRedirect(f"{reverse('recommendations')}?{request.GET.urlencode()}")
    lines = every_line(actor=request.actor, chosen=filters.chosen())
    return csv_file(
        f"recommendations-{request.today.isoformat()}.csv", COLUMNS, map(recommendation_cells, lines)
    )


def recommendation_cells(line: RecommendationLine) -> tuple[Cell, ...]:
    """Give a recommendation as a row of a file, by ``COLUMNS``."""
    return (
        line.reference,
        line.source,
        line.source_title,
        line.kind_label,
        line.number,
        line.text,
        line.theme_label,
        line.addressee.code,
        line.addressee.name,
        line.unit.code if line.unit else "",
        line.unit.name if line.unit else "",
        line.made_on,
        line.response_label,
        line.delivery_label,
    )


@writes("recommendations.make")
def add(request: Request) -> HttpResponse:
    """Add a recommendation of an earlier report, or of a report that was not written here."""
    maker, status = request.actor.party, 200
    if request.method == "POST":
        form = Adding(request.POST, maker=maker)
        if form.is_valid():
            try:
                reference = receive(by=request.actor, at=request.at, **form.facts())
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"{reference} is in the register.")
                return redirect("recommendation", reference=reference)
    else:
        form = Adding(maker=maker, initial={"on": request.today})
    context = {"form": form, "suggested": suggested()}
    return render(request, "recommendations/add.html", context, status=status)


@dataclass(frozen=True)
class NextStep:
    """Where a step is taken: the words on its button or link and the name of its address."""

    text: str
    address: str
    aside: bool = False


#: Where each step is taken. What closes for ever or starts a new round stands aside.
STEPS: Final = {
    "answer": NextStep("Answer it", "recommendation-answer"),
    "services_assessed": NextStep("Say how commissioned services were addressed", "recommendation-services"),
    "start": NextStep("Start work", "recommendation-start"),
    "add_progress": NextStep("Add progress", "recommendation-progress"),
    "report_complete": NextStep("Report it complete", "recommendation-complete"),
    "propose": NextStep("Propose to verify it", "recommendation-propose"),
    "confirm": NextStep("Confirm that it is done", "recommendation-confirm"),
    "close_not_agreed": NextStep("Close it as not agreed", "recommendation-not-agreed"),
    "send_back": NextStep("Send it back", "recommendation-send-back"),
    "supersede": NextStep("Close it as superseded", "recommendation-supersede", aside=True),
}


@reads(SEE)
def recommendation(request: Request, reference: str) -> HttpResponse:
    """Show one recommendation: how it stands, the one next step, every answer, its timeline."""
    found = recommendation_detail(actor=request.actor, reference=reference)
    offered = [STEPS[name] for name in found.acts]
    again = STEPS["answer"] if found.answers and "answer" in found.acts else None
    beside = {step for step in offered if step.aside} | ({again} if again else set())
    if not {"propose", "confirm"} & set(found.acts):
        # Who proposed waits for a colleague; sending it back is still possible, and not what is expected.
        beside.add(STEPS["send_back"])
    return render(
        request,
        "recommendations/recommendation.html",
        {
            "found": found,
            "onward": [step for step in offered if step not in beside],
            "aside": [step for step in offered if step in beside and step is not again],
            "again": again,
            "repeats": repeats_of(actor=request.actor, recommendation_id=found.id),
            "sees_duties": request.actor.may("arrangements.see_duties"),
        },
    )


def takes(request: Request, form: Any, write: Callable[..., object], **about: object) -> bool:
    """Take the step that a valid form says; give whether it was, else show the refusal beside its field.

    Args:
        request: Who takes it, and when.
        form: Has the revision that was seen and the facts of the step.
        write: The act.
        about: What the step is taken on, as the act names it.

    Raises:
        Refused: The person may not take it at all.
    """
    try:
        write(
            by=request.actor,
            at=request.at,
            revision=form.cleaned_data["revision"],
            **about,
            **form.facts(),
        )
    except Refused as refused:
        if refused.rule.startswith("permission"):
            raise
        show_refusal(form, refused)
        return False
    return True
