"""Findings, actions, rating and summary, as far as the reader may read them (B4, ¶14)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.audits.actions import drafting
from oversight.audits.forms import Acting, Finding, Nothing, Summing, Why
from oversight.audits.queries import audit as queries
from oversight.audits.queries.facts import FindingLine, ReportPage
from oversight.audits.queries.report import report as read_report
from oversight.audits.queries.sight import SEE, WORK, demand_team, not_found
from oversight.audits.rules.data import audit_data
from oversight.exchange.views.steps import StepWords, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request

_BACK: Final = "Back to the report"


@reads(SEE)
def report(request: Request, reference: str, number: int | None = None) -> HttpResponse:
    """Show the report: live to its team while it is written, as it was issued to everyone else."""
    found = read_report(actor=request.actor, reference=reference, number=number)
    return render(request, "audits/report.html", {"found": found, "data": audit_data()})


def _written(request: Request, reference: str) -> ReportPage:
    found = read_report(actor=request.actor, reference=reference)
    demand_team(found.sight)
    return found


def _of(found: ReportPage, number: int) -> FindingLine:
    held = next((one for one in found.findings if one.number == number), None)
    if held is None:
        raise not_found()
    return held


def _words(reference: str, title: str, button: str, done: str, *told: str) -> StepWords:
    return StepWords(
        title=title,
        button=button,
        back=reverse("audit-report", args=[reference]),
        back_words=_BACK,
        told=told,
        done=done,
    )


@writes(WORK)
def add_finding(request: Request, reference: str) -> HttpResponse:
    """Write a finding."""
    return _finding(request, reference, None)


@writes(WORK)
def finding(request: Request, reference: str, number: int) -> HttpResponse:
    """Write a finding anew."""
    return _finding(request, reference, number)


def _finding(request: Request, reference: str, number: int | None) -> HttpResponse:
    found = _written(request, reference)
    held = _of(found, number) if number is not None else None
    title = "Write a finding" if number is None else f"Change finding {number}"
    words = _words(reference, title, "Save the finding", "The finding is saved.", found.line.title)

    def act(form: Any) -> str:
        drafting.write_finding(
            by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
        )
        return words.back

    tests = queries.work(actor=request.actor, reference=reference).tests
    return take_step(request, words, partial(Finding, tests=tests, finding=held), act)


@writes(WORK)
def drop_finding(request: Request, reference: str, number: int) -> HttpResponse:
    """Drop a finding and its actions."""
    held = _of(_written(request, reference), number)
    words = _words(
        reference,
        f"Drop finding {number}",
        "Drop it",
        "The finding is dropped.",
        held.title,
        "Its actions go with it. It stays on record, and its number is not given again.",
    )

    def act(form: Any) -> str:
        drafting.drop_finding(
            by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
        )
        return words.back

    return take_step(request, words, Why, act)


@writes(WORK)
def add_action(request: Request, reference: str, number: int) -> HttpResponse:
    """Write an action for a finding."""
    held = _of(_written(request, reference), number)
    words = _words(
        reference,
        f"Write an action for finding {number}",
        "Save the action",
        "The action is saved.",
        held.title,
        "Once the report is final, its owner answers it and reports on it as on any recommendation.",
    )

    def act(form: Any) -> str:
        drafting.write_action(
            by=request.actor, at=request.at, reference=reference, finding=number, **form.cleaned_data
        )
        return words.back

    return take_step(request, words, Acting, act)


@writes(WORK)
def drop_action(request: Request, reference: str, number: int) -> HttpResponse:
    """Drop an action before the report is final."""
    found = _written(request, reference)
    held = next((one for of in found.findings for one in of.actions if one.number == number), None)
    if held is None:
        raise not_found()
    words = _words(reference, f"Drop action {number}", "Drop it", "The action is dropped.", held.text)

    def act(form: Any) -> str:
        del form
        drafting.drop_action(by=request.actor, at=request.at, reference=reference, number=number)
        return words.back

    return take_step(request, words, Nothing, act)


@writes(WORK)
def summary(request: Request, reference: str) -> HttpResponse:
    """Propose the rating and write the summary."""
    found = _written(request, reference)
    words = _words(
        reference,
        "Rating and summary",
        "Save them",
        "Rating and summary are saved.",
        found.line.title,
        *([found.scale.unverified] if found.scale.unverified else []),
    )

    def act(form: Any) -> str:
        drafting.summarise(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return words.back

    rating = found.rating.id if found.rating else ""
    form = partial(Summing, scale=found.scale, rating=rating, summary=found.summary)
    return take_step(request, words, form, act)
