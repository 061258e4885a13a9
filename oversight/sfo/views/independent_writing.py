"""Writing an independent review, the points of its check, and correcting what was published (F3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import in_full, show_refusal
from oversight.kernel.declaring import writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.parties.queries import parties_by_code
from oversight.recommendations.rules.sources import AUTHORITIES, AUTHORITY_KINDS
from oversight.sfo.actions import independent_publishing as publishing
from oversight.sfo.actions import independent_writing as acts
from oversight.sfo.forms import independent as shapes
from oversight.sfo.forms.reviews import Confirming
from oversight.sfo.queries.independent import IndependentDetail
from oversight.sfo.queries.independent import independent as independent_detail
from oversight.sfo.rules.independent import HMIP
from oversight.sfo.rules.independent_text import outline
from oversight.sfo.rules.review import MARKING

WRITE: Final = "sfo.review_independently"
INVALID: Final = 422
CONFLICT: Final = 409


def _answer(
    request: Request,
    reference: str,
    form: forms.Form,
    *,
    template: str,
    context: dict[str, Any],
    write: Callable[..., Any],
    done: str,
) -> HttpResponse:
    """Show a form, or take what it was sent with; nothing typed is lost."""
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                write(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, done)
                return redirect("sfo-independent", reference=reference)
    return render(request, template, context | {"form": form, "marking": MARKING}, status=status)


def _opened(request: Request, reference: str) -> IndependentDetail:
    return independent_detail(actor=request.actor, reference=reference, today=request.today)


def _to_write(request: Request, reference: str) -> IndependentDetail:
    found = _opened(request, reference)
    if not found.writes:
        raise Refused(
            "sfo_writing",
            "You cannot write this report now.",
            "Open the review to see how it stands and who its reviewers are.",
            paragraph="19",
            who_can="its reviewers",
        )
    return found


@writes(WRITE, logs=True)
def section(request: Request, reference: str, section: str) -> HttpResponse:
    """Write a section of the report."""
    found = _to_write(request, reference)
    kind = next((one for one in outline().sections if one.id == section), None)
    if kind is None:
        raise Refused(
            "not_found_section", "There is no such section.", "Open the review to see its sections."
        )
    assert found.text is not None
    text = next(one.text for one in found.text.sections if one.id == section)
    form = (
        shapes.WritingSection(request.POST)
        if request.method == "POST"
        else shapes.WritingSection(initial={"revision": found.revision, "text": text})
    )

    def write(**given: Any) -> None:
        acts.write_section(section=section, **given)

    context = {"found": found, "kind": kind}
    done = f"“{kind.title}” is saved."
    return _answer(
        request,
        reference,
        form,
        template="sfo/independent_section.html",
        context=context,
        write=write,
        done=done,
    )


@writes(WRITE, logs=True)
def recommendation(request: Request, reference: str, number: int) -> HttpResponse:
    """Write a recommendation, a new one under number 0, or leave one out."""
    found = _to_write(request, reference)
    assert found.text is not None
    held = next((one for one in found.text.recommendations if one.number == number), None)
    if number and held is None:
        raise Refused(
            "not_found_recommendation",
            "The review holds no recommendation of this number.",
            "Open the review to see its recommendations.",
        )
    if request.method == "POST" and "leave_out" in request.POST:
        acts.leave_out(
            by=request.actor, at=request.at, reference=reference, revision=found.revision, number=number
        )
        messages.success(request, f"Recommendation {number} is left out. Nobody else gets its number.")
        return redirect("sfo-independent", reference=reference)
    parties = parties_by_code()
    form = (
        shapes.WritingRecommendation(request.POST)
        if request.method == "POST"
        else shapes.WritingRecommendation(
            initial={
                "revision": found.revision,
                "addressee": parties[held.addressee] if held else "",
                "text": held.text if held else "",
            }
        )
    )

    def write(**given: Any) -> None:
        acts.write_recommendation(number=number, **given)

    authorities = sorted(
        in_full(one)
        for one in parties.values()
        if one.code in AUTHORITIES or (one.kind in AUTHORITY_KINDS and one.code != HMIP)
    )
    context = {"found": found, "number": number, "held": held, "authorities": authorities}
    done = "The recommendation is saved."
    return _answer(
        request,
        reference,
        form,
        template="sfo/independent_recommendation.html",
        context=context,
        write=write,
        done=done,
    )


@writes("sfo.return_independent_check", logs=True)
def raise_point(request: Request, reference: str) -> HttpResponse:
    """Raise a point on the accuracy of a draft."""
    found = _opened(request, reference)
    if not found.raises:
        raise Refused(
            "sfo_points",
            "No draft of this review is being checked now.",
            "Open the review to see how it stands.",
            paragraph="27",
        )
    form = (
        shapes.RaisingPoint(request.POST)
        if request.method == "POST"
        else shapes.RaisingPoint(initial={"revision": found.revision})
    )
    context = {"found": found}
    done = "The point is raised. It goes to the Inspectorate when you return the check."
    return _answer(
        request,
        reference,
        form,
        template="sfo/independent_point.html",
        context=context,
        write=acts.raise_point,
        done=done,
    )


@writes("sfo.return_independent_check", logs=True)
def take_back_point(request: Request, reference: str, number: int) -> HttpResponse:
    """Take back a point before the check is returned."""
    found = _opened(request, reference)
    point = next((one for one in found.open_points if one.number == number), None)
    if not found.raises or point is None:
        raise Refused(
            "sfo_points",
            "This point cannot be taken back: it is taken back, or the check is returned.",
            "Open the review to see how it stands.",
            paragraph="27",
        )

    def write(**given: Any) -> None:
        acts.take_back_point(number=number, **given)

    return _answer(
        request,
        reference,
        Confirming(request.POST)
        if request.method == "POST"
        else Confirming(initial={"revision": found.revision}),
        template="sfo/independent_take_back.html",
        context={"found": found, "point": point},
        write=write,
        done=f"Point {number} is taken back. It stays in view.",
    )


@writes(WRITE, logs=True)
def decide_point(request: Request, reference: str, number: int) -> HttpResponse:
    """Decide on a point of the check."""
    found = _opened(request, reference)
    point = next((one for one in found.open_points if one.number == number), None)
    if not found.decides or point is None:
        raise Refused(
            "sfo_points",
            "This point cannot be decided: it is decided, the check is not returned, or you are no reviewer.",
            "Open the review to see how it stands.",
            paragraph="27",
        )
    form = (
        shapes.DecidingPoint(request.POST)
        if request.method == "POST"
        else shapes.DecidingPoint(initial={"revision": found.revision, "number": number})
    )
    context = {"found": found, "point": point}
    done = f"Point {number} is decided."
    return _answer(
        request,
        reference,
        form,
        template="sfo/independent_decide.html",
        context=context,
        write=acts.decide_point,
        done=done,
    )


@writes("publication.publish", logs=True)
def correct(request: Request, reference: str) -> HttpResponse:
    """Publish the report as its reviewers corrected it, with a notice."""
    found = _opened(request, reference)
    form = (
        shapes.Correcting(request.POST)
        if request.method == "POST"
        else shapes.Correcting(initial={"revision": found.revision})
    )
    done = "The corrected report is published beside the earlier one."
    context = {"found": found}
    return _answer(
        request,
        reference,
        form,
        template="sfo/independent_correct.html",
        context=context,
        write=publishing.correct,
        done=done,
    )
