"""A final report corrected: what was wrong, what it says anew, the old words beside the new (B4, ¶14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.audits.actions import correcting as acts
from oversight.audits.forms import (
    BeginningCorrection,
    CorrectingFinding,
    Nothing,
    Plain,
    Reason,
    Summing,
    WordingCorrection,
)
from oversight.audits.queries import audit as queries
from oversight.audits.queries.correcting import correction as read_correction
from oversight.audits.queries.facts import CorrectionPage
from oversight.audits.queries.sight import SEE, WORK, demand_team, not_found
from oversight.audits.rules.audit import ISSUED
from oversight.audits.rules.correcting import CORRECTION_WORKFLOW, PARTS, WITH_REASON
from oversight.exchange.views.steps import StepWords, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

_BACK: Final = "Back to the correction"
_ACTS: Final[Mapping[str, Callable[..., object]]] = {
    "hand_in": acts.hand_in_correction,
    "send_back": acts.send_back_correction,
    "issue": acts.issue_correction,
    "drop": acts.drop_correction,
}
_TOLD: Final = {
    "hand_in": "The reviewer issues the corrected report or sends the correction back.",
    "send_back": "Those who write it read why.",
    "issue": "It becomes a new version beside the old one, which stays readable. The audited are told by "
    "email; findings in common are corrected or withdrawn, and everyone who read them is told (paragraph "
    "30). Recommendations made from it keep their numbers and words.",
    "drop": "The report stays as it is. That a correction was begun stays on record.",
}


@reads(SEE)
def correction(request: Request, reference: str, number: int) -> HttpResponse:
    """Show a correction: what was wrong and why, and each part as it was and as it is."""
    found = read_correction(actor=request.actor, reference=reference, number=number)
    return render(request, "audits/correction.html", {"found": found})


def _under_way(request: Request, reference: str) -> CorrectionPage:
    """Give the correction that is under way, to the team of the audit."""
    found = queries.audit(actor=request.actor, reference=reference)
    if found.correction is None:
        raise not_found()
    return read_correction(actor=request.actor, reference=reference, number=found.correction.number)


def _words(found: CorrectionPage, title: str, button: str, done: str, *told: str) -> StepWords:
    return StepWords(
        title=title,
        button=button,
        back=reverse("audit-correction", args=[found.line.reference, found.told.number]),
        back_words=_BACK,
        told=(found.line.title, *told),
        done=done,
    )


@writes(WORK)
def begin(request: Request, reference: str) -> HttpResponse:
    """Begin to correct a final report."""
    found = queries.audit(actor=request.actor, reference=reference)
    demand_team(found.sight)
    if found.line.state not in {str(one) for one in ISSUED}:
        raise not_found()
    words = StepWords(
        title="Correct the final report",
        button="Begin the correction",
        back=reverse("audit-report", args=[reference]),
        back_words="Back to the report",
        told=(
            found.line.title,
            "What the report says stays until the reviewer issues the correction, and the old version after.",
        ),
        done="The correction is begun. Say what each part is to say.",
    )

    def act(form: Any) -> str:
        number = acts.begin_correction(
            by=request.actor, at=request.at, reference=reference, **form.cleaned_data
        )
        return reverse("audit-correction", args=[reference, number])

    return take_step(request, words, partial(BeginningCorrection, initial={"revision": found.revision}), act)


@writes(WORK)
def words(request: Request, reference: str) -> HttpResponse:
    """Say anew what was wrong, and why."""
    found = _under_way(request, reference)
    told = _words(found, "What is wrong, and why", "Save it", "It is saved.")

    def act(form: Any) -> str:
        acts.word_correction(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return told.back

    initial = {"wrong": found.told.wrong, "reason": found.told.reason}
    return take_step(request, told, partial(WordingCorrection, initial=initial), act)


@writes(WORK)
def summary(request: Request, reference: str) -> HttpResponse:
    """Correct the rating and the summary."""
    found = _under_way(request, reference)
    told = _words(found, "Correct rating and summary", "Save them", "Rating and summary are saved.")

    def act(form: Any) -> str:
        acts.correct_summary(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return told.back

    form = partial(Summing, scale=found.scale, rating=found.says["rating"], summary=found.says["summary"])
    return take_step(request, told, form, act)


def _title(found: CorrectionPage, number: int) -> str:
    title = dict(found.findings).get(number)
    if title is None:
        raise not_found()
    return title


@writes(WORK)
def finding(request: Request, reference: str, number: int) -> HttpResponse:
    """Write what a finding says with the correction."""
    found = _under_way(request, reference)
    title = _title(found, number)
    told = _words(
        found,
        f"Correct finding {number}",
        "Save the finding",
        "The finding is saved.",
        title,
        "Its theme, its actions and their numbers stay.",
    )

    def act(form: Any) -> str:
        acts.correct_finding(
            by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
        )
        return told.back

    held = next((one for one in found.says["findings"] if one["number"] == number), None)
    # One that was withdrawn here begins with its title alone: its words are in the report.
    initial = {name: held[name] for name in PARTS} if held else {"title": title}
    return take_step(request, told, partial(CorrectingFinding, initial=initial), act)


@writes(WORK)
def withdraw(request: Request, reference: str, number: int) -> HttpResponse:
    """Withdraw a finding with the correction."""
    found = _under_way(request, reference)
    told = _words(
        found,
        f"Withdraw finding {number}",
        "Withdraw it",
        "The finding will be withdrawn.",
        _title(found, number),
        "It stays in the old version. Its actions are recommendations by now: they keep their numbers, and "
        "are closed as recommendations are.",
    )

    def act(form: Any) -> str:
        del form
        acts.withdraw_finding(by=request.actor, at=request.at, reference=reference, number=number)
        return told.back

    return take_step(request, told, Nothing, act)


@writes(WORK)
def step(request: Request, reference: str, move: str) -> HttpResponse:
    """Take a step of a correction."""
    if move not in _ACTS:
        raise Http404
    found = _under_way(request, reference)
    label = next(one.label for one in CORRECTION_WORKFLOW.moves if one.name == move)
    if request.method != "POST" and move not in {one.name for one in found.steps}:
        raise Refused(
            "audit_step",
            "This step is not yours to take now.",
            f"The correction stands at “{found.told.state_label}”, with {found.told.owner}.",
            paragraph="14",
        )
    told = StepWords(
        title=label,
        button=label,
        back=reverse("audit-correction", args=[reference, found.told.number]),
        back_words=_BACK,
        told=(found.line.title, _TOLD[move]),
        done="It is recorded.",
        warning=move in {"issue", "drop"},
    )

    def act(form: Any) -> str:
        _ACTS[move](by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return told.back

    form = Reason if move in WITH_REASON else Plain
    return take_step(request, told, partial(form, initial={"revision": found.revision}), act)
