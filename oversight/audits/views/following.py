"""The accuracy check, follow-ups, and how long the files of an audit are kept (B4, ¶14, ¶32)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.audits.actions import accuracy as checks
from oversight.audits.actions import disposal
from oversight.audits.actions import following as acts
from oversight.audits.forms import Answering, Following, Nothing, PlanningFollowUp, Pointing, Why
from oversight.audits.queries import audit as queries
from oversight.audits.queries.facts import PointLine
from oversight.audits.queries.sight import COMMENT, DISPOSE, SEE, WORK, demand_team, not_found
from oversight.audits.rules.data import audit_data
from oversight.exchange.views.steps import StepWords, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request

_BACK: Final = "Back to the accuracy check"
_FOLLOWING: Final = "Back to the follow-up"
#: Acts on the files of an audit: heading, button, what is said, whether a reason is asked.
_FILES: Final[Mapping[str, tuple[Callable[..., object], str, str, bool]]] = {
    "hold": (disposal.place_hold, "Hold the files", "They do not go until the hold is lifted.", True),
    "lift": (disposal.lift_hold, "Lift the hold", "Their retention counts again.", True),
    "propose": (
        disposal.propose_disposal,
        "Propose to dispose of the files",
        "A second person of OSAG decides on it.",
        False,
    ),
    "approve": (
        disposal.approve_disposal,
        "Dispose of the files",
        "The files of its working papers go; what is written and their digests stay.",
        False,
    ),
    "decline": (disposal.decline_disposal, "Keep the files", "Say why they are kept.", True),
}


@reads(SEE)
def accuracy(request: Request, reference: str) -> HttpResponse:
    """Show the accuracy check: the points of the audited and their answers."""
    found = queries.accuracy(actor=request.actor, reference=reference)
    return render(request, "audits/accuracy.html", {"found": found, "data": audit_data()})


def _check_words(reference: str, title: str, button: str, done: str, *told: str) -> StepWords:
    return StepWords(
        title=title,
        button=button,
        back=reverse("audit-accuracy", args=[reference]),
        back_words=_BACK,
        told=told,
        done=done,
    )


def _point(request: Request, reference: str, number: int) -> PointLine:
    found = queries.accuracy(actor=request.actor, reference=reference)
    one = next((held for held in found.points if held.number == number), None)
    if one is None:
        raise not_found()
    return one


@writes(COMMENT)
def raise_point(request: Request, reference: str) -> HttpResponse:
    """Say what is not accurate in a draft."""
    found = queries.accuracy(actor=request.actor, reference=reference)
    words = _check_words(reference, "Raise a point", "Raise it", "The point is raised.", found.line.title)

    def act(form: Any) -> str:
        checks.raise_point(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return words.back

    return take_step(request, words, Pointing, act)


@writes(COMMENT)
def take_back(request: Request, reference: str, number: int) -> HttpResponse:
    """Take a point back before the check is returned."""
    one = _point(request, reference, number)
    words = _check_words(
        reference, f"Take point {number} back", "Take it back", "The point is taken back.", one.text
    )

    def act(form: Any) -> str:
        del form
        checks.take_back_point(by=request.actor, at=request.at, reference=reference, number=number)
        return words.back

    return take_step(request, words, Nothing, act)


@writes(WORK)
def answer(request: Request, reference: str, number: int) -> HttpResponse:
    """Answer a point."""
    one = _point(request, reference, number)
    words = _check_words(
        reference,
        f"Answer point {number}",
        "Save the answer",
        "The point is answered.",
        f"{one.part}: {one.text}",
        one.evidence,
    )

    def act(form: Any) -> str:
        checks.answer_point(
            by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
        )
        return words.back

    return take_step(request, words, Answering, act)


@reads(SEE)
def following(request: Request, reference: str) -> HttpResponse:
    """Show what became of a final report: actions, follow-ups, how long its files are kept."""
    found = queries.following(actor=request.actor, reference=reference, today=request.today)
    return render(request, "audits/following.html", {"found": found, "data": audit_data()})


@writes(WORK)
def plan_follow_up(request: Request, reference: str) -> HttpResponse:
    """Plan a follow-up visit."""
    found = queries.following(actor=request.actor, reference=reference, today=request.today)
    demand_team(found.sight)
    back = reverse("audit-following", args=[reference])
    words = StepWords(
        title="Plan a follow-up",
        button="Plan it",
        back=back,
        back_words=_FOLLOWING,
        told=(found.line.title, "The audited and the timetable know of it at once."),
        done="The follow-up is planned.",
    )

    def act(form: Any) -> str:
        acts.plan_follow_up(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return back

    return take_step(request, words, PlanningFollowUp, act)


@writes(WORK)
def record_follow_up(request: Request, reference: str) -> HttpResponse:
    """Record what a follow-up found."""
    found = queries.following(actor=request.actor, reference=reference, today=request.today)
    demand_team(found.sight)
    page = queries.audit(actor=request.actor, reference=reference)
    back = reverse("audit-following", args=[reference])
    words = StepWords(
        title="Record a follow-up",
        button="Record it",
        back=back,
        back_words=_FOLLOWING,
        told=(
            found.line.title,
            "It closes no action: its owner reports it complete, and two people of OSAG verify it.",
        ),
        done="The follow-up is recorded.",
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        acts.record_follow_up(
            by=request.actor,
            at=request.at,
            reference=reference,
            revision=given["revision"],
            made_on=given["made_on"],
            account=given["account"],
            found=form.found(),
        )
        return back

    form = partial(Following, actions=found.actions, initial={"revision": page.revision})
    return take_step(request, words, form, act)


@writes(DISPOSE)
def files(request: Request, reference: str, act: str) -> HttpResponse:
    """Hold the files of an audit, lift the hold, propose, approve or turn down their disposal."""
    if act not in _FILES:
        raise Http404
    found = queries.following(actor=request.actor, reference=reference, today=request.today)
    if not found.disposes:
        raise not_found()
    done, title, told, reasoned = _FILES[act]
    back = reverse("audit-following", args=[reference])
    words = StepWords(
        title=title,
        button=title,
        back=back,
        back_words=_FOLLOWING,
        told=(found.line.title, told),
        done="It is recorded.",
        warning=act == "approve",
    )

    def take(form: Any) -> str:
        done(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return back

    return take_step(request, words, Why if reasoned else Nothing, take)
