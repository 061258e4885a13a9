"""Tests and working papers, for the team of an audit alone (B4, ¶14)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.audits.actions import fieldwork
from oversight.audits.forms import Concluding, Papering, Reviewing, Testing
from oversight.audits.queries import audit as queries
from oversight.audits.queries.facts import PaperLine, TestLine, WorkPage
from oversight.audits.queries.sight import WORK, not_found
from oversight.exchange.views.files import attachment
from oversight.exchange.views.steps import StepWords, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.requests import Request

_BACK: Final = "Back to tests and papers"


def _test(found: WorkPage, number: int) -> TestLine:
    one = next((held for held in found.tests if held.number == number), None)
    if one is None:
        raise not_found()
    return one


@reads(WORK)
def work(request: Request, reference: str) -> HttpResponse:
    """Show the tests of an audit with their working papers."""
    found = queries.work(actor=request.actor, reference=reference)
    return render(request, "audits/work.html", {"found": found})


@writes(WORK)
def add_test(request: Request, reference: str) -> HttpResponse:
    """Write a test."""
    found = queries.work(actor=request.actor, reference=reference)
    back = reverse("audit-work", args=[reference])
    words = StepWords(
        title="Write a test",
        button="Save the test",
        back=back,
        back_words=_BACK,
        told=(found.line.title,),
        done="The test is there.",
    )

    def act(form: Any) -> str:
        fieldwork.write_test(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return back

    return take_step(request, words, Testing, act)


@writes(WORK)
def conclude(request: Request, reference: str, number: int) -> HttpResponse:
    """Say what a test showed."""
    test = _test(queries.work(actor=request.actor, reference=reference), number)
    back = reverse("audit-work", args=[reference])
    words = StepWords(
        title=f"Conclude test {number}",
        button="Conclude it",
        back=back,
        back_words=_BACK,
        told=(test.question,),
        done="The test is concluded.",
    )

    def act(form: Any) -> str:
        fieldwork.conclude_test(
            by=request.actor, at=request.at, reference=reference, number=number, **form.cleaned_data
        )
        return back

    return take_step(request, words, partial(Concluding, test=test), act)


@writes(WORK)
def add_paper(request: Request, reference: str, number: int) -> HttpResponse:
    """Add a working paper to a test."""
    test = _test(queries.work(actor=request.actor, reference=reference), number)
    back = reverse("audit-work", args=[reference])
    words = StepWords(
        title="Add a working paper",
        button="Add it",
        back=back,
        back_words=_BACK,
        told=(f"Test {number}: {test.question}", "Only the team of the audit reads it."),
        done="The working paper is there. Somebody else of the team reviews it.",
        files=True,
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        file = given["file"]
        fieldwork.add_paper(
            by=request.actor,
            at=request.at,
            reference=reference,
            number=number,
            title=given["title"],
            text=given["text"],
            file_name=file.name if file else "",
            file=file.read() if file else b"",
        )
        return back

    return take_step(request, words, Papering, act)


@writes(WORK)
def review(request: Request, reference: str, paper_id: int) -> HttpResponse:
    """Review a working paper of somebody else."""
    found = queries.work(actor=request.actor, reference=reference)
    papers: list[PaperLine] = [one for test in found.tests for one in test.papers]
    paper = next((one for one in papers if one.id == paper_id), None)
    if paper is None:
        raise not_found()
    back = reverse("audit-work", args=[reference])
    words = StepWords(
        title="Review a working paper",
        button="Save what you say",
        back=back,
        back_words=_BACK,
        told=(f"{paper.title}, by {paper.prepared_name}", paper.text),
        done="The review is recorded.",
    )

    def act(form: Any) -> str:
        fieldwork.review_paper(
            by=request.actor, at=request.at, reference=reference, paper_id=paper_id, **form.cleaned_data
        )
        return back

    return take_step(request, words, Reviewing, act)


@reads(WORK)
def paper_file(request: Request, reference: str, paper_id: int) -> HttpResponse:
    """Hand out the evidence of a working paper, to be saved."""
    found = queries.paper_file(actor=request.actor, reference=reference, paper_id=paper_id)
    return attachment(found.ref.name, found.ref.media_type, found.content)
