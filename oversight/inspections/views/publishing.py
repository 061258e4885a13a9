"""Pages of publications: what waits, one report and each act on it (D8, ¶16, ¶20)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.inspections.actions import correcting as corrections
from oversight.inspections.actions import publishing as acts
from oversight.inspections.forms.publishing import (
    Copies,
    Correction,
    MomentChange,
    MomentSet,
    PublicReason,
    PublishingNow,
    ReaderSearch,
    Reason,
)
from oversight.inspections.queries import publishing as queries
from oversight.inspections.queries.embargo import readers
from oversight.inspections.queries.publishing import PUBLISH, Publishing
from oversight.inspections.rules.case import CaseState, check_move
from oversight.inspections.rules.publishing import check_not_before, check_published
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.publication.rules.programmes import programmes

CONFLICT: Final = 409
INVALID: Final = 422


@reads(PUBLISH)
def register(request: Request) -> HttpResponse:
    """List the final reports that wait to be published, and the published ones."""
    page = queries.register(actor=request.actor, page=page_number(request.GET))
    return render(request, "inspections/publishing_register.html", {"page": page})


@reads(PUBLISH)
def publication(request: Request, reference: str) -> HttpResponse:
    """Show where publishing one report stands, and what can be done."""
    found = queries.publishing(actor=request.actor, at=request.at, reference=reference)
    return render(request, "inspections/publishing.html", {"found": found})


@reads(PUBLISH)
def preview(request: Request, reference: str) -> HttpResponse:
    """Show the report as it would be published today."""
    snapshot = queries.preview(actor=request.actor, at_day=request.today, reference=reference)
    context = {"snapshot": snapshot, "rater": programmes().rater}
    return render(request, "inspections/publishing_preview.html", context)


@dataclass(frozen=True)
class StepPage:
    """The page of an act on a report.

    Args:
        title: Heading of the page.
        told: What follows from it, in sentences.
        button: Words on its button.
        done: What is said when it is done.
        form: Its form.
        write: The action.
        published: Whether it is done to a published report; otherwise to one that waits.
        warning: Whether it cannot be undone.
    """

    title: str
    told: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    published: bool = False
    warning: bool = False


PUBLISH_NOW: Final = StepPage(
    "Publish the report now",
    "From now on everyone can read the report, its ratings and recommendations, at an address that never "
    "changes. Copies under embargo end. This cannot be undone: a published report is corrected beside it.",
    "Publish now",
    "The report is published. Its PDF is being made.",
    PublishingNow,
    acts.publish,
    warning=True,
)
SET_MOMENT: Final = StepPage(
    "Set the moment of publication",
    "The report is published by itself at that moment. You can change or cancel it before, with a reason.",
    "Set the moment",
    "The moment is set.",
    MomentSet,
    acts.set_moment,
)
CHANGE_MOMENT: Final = StepPage(
    "Change the moment of publication",
    "People plan on this moment. The one before stays in view with your reason.",
    "Change the moment",
    "The moment is changed.",
    MomentChange,
    acts.set_moment,
)
CANCEL_MOMENT: Final = StepPage(
    "Cancel the moment of publication",
    "The report stays final and is not published until you publish it or set another moment.",
    "Cancel the moment",
    "The moment is cancelled. The report is not published by itself any more.",
    Reason,
    acts.cancel_moment,
)
CORRECT: Final = StepPage(
    "Publish a correction",
    "The report as the team changed it takes the place of the published one, which stays readable. This "
    "notice stands first on the page.",
    "Publish the correction",
    "The correction is published. Its PDF is being made.",
    Correction,
    corrections.correct,
    published=True,
    warning=True,
)
OFF_THE_WEB: Final = StepPage(
    "Take the report off the web",
    "Text and files are not shown any more; a dated notice says why. Nothing is erased, and the entry in the "
    "register stays.",
    "Take it off the web",
    "The report is off the web. The notice stands in its place.",
    PublicReason,
    corrections.take_off_the_web,
    published=True,
    warning=True,
)
BACK_ON_THE_WEB: Final = StepPage(
    "Put the report back on the web",
    "Text and files are shown again, with a dated notice.",
    "Put it back",
    "The report is back on the web.",
    PublicReason,
    corrections.put_back_on_the_web,
    published=True,
)


def _check_possible(request: Request, found: Publishing, page: StepPage) -> None:
    role = request.actor.role
    if page.published:
        check_published(found.state, role)
    else:
        check_move("publish", found.state, role, rated=True, paused_from="", on_team=False)


def _step(request: Request, reference: str, page: StepPage, **write: Any) -> HttpResponse:
    found = queries.publishing(actor=request.actor, at=request.at, reference=reference)
    _check_possible(request, found, page)
    form, status = page.form(initial=_known(found)), 200
    if request.method == "POST":
        form, status = page.form(request.POST), INVALID
        if form.is_valid():
            try:
                page.write(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    revision=form.cleaned_data["revision"],
                    **form.facts(),  # type: ignore[attr-defined]  # every form here has it
                    **write,
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, page.done)
                return redirect("inspection-publication", reference=reference)
    context = {"found": found, "page": page, "form": form}
    return render(request, "inspections/publishing_step.html", context, status=status)


def _known(found: Publishing) -> dict[str, Any]:
    return {"revision": found.revision}


@writes(PUBLISH)
def publish(request: Request, reference: str) -> HttpResponse:
    """Publish now."""
    found = queries.publishing(actor=request.actor, at=request.at, reference=reference)
    check_not_before(found.moment.moment if found.moment and found.waits else None, at=request.at)
    return _step(request, reference, PUBLISH_NOW)


@writes(PUBLISH)
def moment(request: Request, reference: str) -> HttpResponse:
    """Set the moment of publication, or change it."""
    found = queries.publishing(actor=request.actor, at=request.at, reference=reference)
    return _step(request, reference, CHANGE_MOMENT if found.moment else SET_MOMENT)


@writes(PUBLISH)
def cancel_moment(request: Request, reference: str) -> HttpResponse:
    """Cancel the moment of publication."""
    return _step(request, reference, CANCEL_MOMENT)


@writes(PUBLISH)
def correct(request: Request, reference: str) -> HttpResponse:
    """Publish a correction."""
    return _step(request, reference, CORRECT)


@writes(PUBLISH)
def off_the_web(request: Request, reference: str) -> HttpResponse:
    """Take a report off the web."""
    return _step(request, reference, OFF_THE_WEB)


@writes(PUBLISH)
def back_on_the_web(request: Request, reference: str) -> HttpResponse:
    """Put a report back on the web."""
    return _step(request, reference, BACK_ON_THE_WEB)


@writes(PUBLISH)
def withdraw_copy(request: Request, reference: str, copy_id: int) -> HttpResponse:
    """Withdraw a copy under embargo."""
    found = queries.publishing(actor=request.actor, at=request.at, reference=reference)
    copy = next((one for one in found.copies if one.id == copy_id and one.withdrawn_at is None), None)
    if copy is None:
        raise Refused(
            "not_found_copy", "There is no such copy that can be read.", "Open the list of copies again."
        )
    page = StepPage(
        f"Withdraw the copy of {copy.name}",
        "They cannot read it any more. That it was given, and when it was read, stays in view.",
        "Withdraw the copy",
        "The copy is withdrawn.",
        Reason,
        acts.withdraw_copy,
    )
    return _step(request, reference, page, copy_id=copy_id)


@writes(PUBLISH)
def copies(request: Request, reference: str) -> HttpResponse:
    """Find people and give them copies under embargo."""
    found = queries.publishing(actor=request.actor, at=request.at, reference=reference)
    act = "publish" if found.state == CaseState.EMBARGOED else "embargo"
    check_move(act, found.state, request.actor.role, rated=True, paused_from="", on_team=False)
    search = ReaderSearch(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    people = readers(text=words, today=request.today)
    form, status = Copies(found=people, initial=_known(found)), 200 if search.is_valid() else INVALID
    if request.method == "POST":
        form, status = Copies(request.POST, found=people), INVALID
        if form.is_valid():
            try:
                number = acts.give_copies(
                    by=request.actor,
                    at=request.at,
                    reference=reference,
                    revision=form.cleaned_data["revision"],
                    **form.facts(),
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                told = "1 person has" if number == 1 else f"{number} people have"
                messages.success(
                    request, f"{told} a copy under embargo. They find it under Embargoed copies."
                )
                return redirect("inspection-publication", reference=reference)
    context = {"found": found, "search": search, "words": words, "people": people, "form": form}
    return render(request, "inspections/publishing_copies.html", context, status=status)
