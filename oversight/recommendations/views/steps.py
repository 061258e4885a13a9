"""The steps of a recommendation: its answer, progress, verification and closing (E2, E6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.kernel.declaring import writes
from oversight.kernel.requests import Request
from oversight.recommendations.actions import recommendations as acts
from oversight.recommendations.forms.recommendations import (
    Answering,
    Completion,
    Judgement,
    Optional,
    Progress,
    Reason,
    Superseding,
)
from oversight.recommendations.queries.recommendations import REPORT, RESPOND, VERIFY
from oversight.recommendations.queries.recommendations import recommendation as recommendation_detail
from oversight.recommendations.views.recommendations import CONFLICT, takes


@dataclass(frozen=True)
class StepPage:
    """The page of a step.

    Args:
        title: Heading of the page.
        button: Words on its button.
        done: What is said when it is done.
        form: Its form.
        write: The action.
        told: What the page says before the form.
        warning: Whether it cannot be undone.
    """

    title: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    told: str = ""
    warning: bool = False


PAGES: Final = {
    "answer": StepPage(
        "Answer the recommendation",
        "Give this answer",
        "The answer is given.",
        Answering,
        acts.answer,
        "The answer says whether your body agrees. What is done about it is told separately, step by step. "
        "You can answer again later; every answer stays in view (paragraph 24).",
    ),
    "start": StepPage(
        "Start work on the recommendation",
        "Work has started",
        "Work has started. Add progress as it comes.",
        Optional,
        acts.start,
    ),
    "add_progress": StepPage(
        "Add progress",
        "Add it",
        "The progress is added.",
        Progress,
        acts.add_progress,
        "What was added before stays as it is.",
    ),
    "report_complete": StepPage(
        "Report the recommendation complete",
        "Report it complete",
        "Reported complete. The body that made the recommendation now looks at the evidence.",
        Completion,
        acts.report_complete,
        "You report that it is done. Two people of the body that made it then verify it (paragraph 26).",
    ),
    "propose": StepPage(
        "Propose to verify the recommendation",
        "Propose to verify it",
        "Proposed. A colleague confirms.",
        Judgement,
        acts.propose,
        "A second person looks at the same evidence and confirms before it is closed (paragraph 26).",
    ),
    "confirm": StepPage(
        "Confirm that the recommendation is done",
        "Confirm and close it",
        "Confirmed. The recommendation is closed.",
        Optional,
        acts.confirm,
        "This closes the recommendation for ever. If it comes up again it is made again, with a new number.",
        warning=True,
    ),
    "send_back": StepPage(
        "Send the report of completion back",
        "Send it back",
        "Sent back. The body addressed goes on working.",
        Reason,
        acts.send_back,
    ),
    "supersede": StepPage(
        "Close the recommendation as superseded",
        "Close it",
        "The recommendation is closed. Its page leads to the one in its place.",
        Superseding,
        acts.supersede,
        "This cannot be undone. The other recommendation takes its place.",
        warning=True,
    ),
    "close_not_agreed": StepPage(
        "Close the recommendation as not agreed",
        "Close it",
        "The recommendation is closed as not agreed.",
        Reason,
        acts.close_not_agreed,
        "This cannot be undone. The answer and its reason stay in view.",
        warning=True,
    ),
    "services_assessed": StepPage(
        "How were commissioned services addressed?",
        "Say so",
        "Kept. The Inspectorate and Contract Management can see it.",
        Progress,
        acts.services_assessed,
        "It is for the Regional Probation Director to address how commissioned services work (paragraph 25).",
    ),
}


def _step(request: Request, reference: str, name: str) -> HttpResponse:
    page = PAGES[name]
    found = recommendation_detail(actor=request.actor, reference=reference)
    status = 200
    if request.method == "POST":
        form = page.form(request.POST, request.FILES)
        if form.is_valid():
            if takes(request, form, page.write, reference=reference):
                messages.success(request, page.done)
                return redirect("recommendation", reference=reference)
            status = CONFLICT
    else:
        form = page.form(initial={"revision": found.revision})
    context = {"found": found, "page": page, "form": form, "possible": name in found.acts}
    return render(request, "recommendations/step.html", context, status=status)


@writes(RESPOND)
def answer(request: Request, reference: str) -> HttpResponse:
    """Answer a recommendation, or answer it again."""
    return _step(request, reference, "answer")


@writes(REPORT)
def start(request: Request, reference: str) -> HttpResponse:
    """Say that work has started."""
    return _step(request, reference, "start")


@writes(REPORT)
def add_progress(request: Request, reference: str) -> HttpResponse:
    """Add to what is known of the progress."""
    return _step(request, reference, "add_progress")


@writes(REPORT)
def report_complete(request: Request, reference: str) -> HttpResponse:
    """Report that it is done, with the evidence."""
    return _step(request, reference, "report_complete")


@writes(VERIFY)
def propose(request: Request, reference: str) -> HttpResponse:
    """Propose to verify what was reported."""
    return _step(request, reference, "propose")


@writes(VERIFY)
def confirm(request: Request, reference: str) -> HttpResponse:
    """Confirm what a colleague proposed, and close it."""
    return _step(request, reference, "confirm")


@writes(VERIFY)
def send_back(request: Request, reference: str) -> HttpResponse:
    """Send a report of completion back."""
    return _step(request, reference, "send_back")


@writes(VERIFY)
def supersede(request: Request, reference: str) -> HttpResponse:
    """Close it because another takes its place."""
    return _step(request, reference, "supersede")


@writes(VERIFY)
def close_not_agreed(request: Request, reference: str) -> HttpResponse:
    """Close it because the body addressed did not agree."""
    return _step(request, reference, "close_not_agreed")


@writes(REPORT)
def services(request: Request, reference: str) -> HttpResponse:
    """Say how commissioned services were assessed and addressed."""
    return _step(request, reference, "services_assessed")
