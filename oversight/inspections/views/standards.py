"""Inspection standards: their versions, for all to read and for HMIP alone to change (A9, ¶9, ¶29)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.inspections.actions import standards as acts
from oversight.inspections.forms.standards import PlainStep, Proposing, ReasonedStep, Telling
from oversight.inspections.queries import standards as queries
from oversight.inspections.queries.programmes import all_programmes
from oversight.inspections.rules.comparing import Change, changes
from oversight.inspections.rules.reading import Fault, faults_in, read_programme
from oversight.inspections.rules.versions import WORKFLOW, check_proposed, next_text
from oversight.inspections.views.standards_drawing import bars
from oversight.kernel.declaring import public, signed_in, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words
from oversight.publication.views.caching import cached

EDIT: Final = "standards.edit"
CONFLICT: Final = 409
INVALID: Final = 422
#: Lines shown around a fault.
AROUND: Final = 2
FAULTS_SHOWN: Final = 50


@signed_in
def standards(request: Request) -> HttpResponse:
    """List every programme with the version in force and what is coming."""
    context = {
        "lines": queries.standards(actor=request.actor, today=request.today),
        "fresh": queries.new_programmes(actor=request.actor),
        "edits": request.actor.may(EDIT),
    }
    return render(request, "inspections/standards.html", context)


@signed_in
def programme(request: Request, identifier: str) -> HttpResponse:
    """List the versions of a programme, latest first."""
    found = queries.versions(
        actor=request.actor, identifier=identifier, today=request.today, page=page_number(request.GET)
    )
    pages: Page[int] = Paginator(range(found.count), queries.PAGE_SIZE).page(found.page)
    return render(request, "inspections/standards_programme.html", {"found": found, "pages": pages})


@signed_in
def version(request: Request, identifier: str, number: int) -> HttpResponse:
    """Show what a version says, what it changed and how it came about."""
    found = queries.version(actor=request.actor, identifier=identifier, number=number, today=request.today)
    return _shown(request, found)


@signed_in
def proposal(request: Request, proposal_id: int) -> HttpResponse:
    """Show a version by the number of its proposal."""
    found = queries.proposal(actor=request.actor, proposal_id=proposal_id, today=request.today)
    return _shown(request, found)


def _shown(request: Request, found: queries.VersionDetail) -> HttpResponse:
    acts_now = found.stored.acts if found.stored else ()
    context = {
        "found": found,
        "programme": found.programme,
        "bars": bars(found.programme),
        "steps": [PAGES[name] for name in PAGES if name in acts_now],
        "edits": request.actor.may(EDIT),
    }
    return render(request, "inspections/standards_version.html", context)


@signed_in
def version_text(request: Request, identifier: str, number: int) -> HttpResponse:  # noqa: ARG001 - as every view
    """Hand out the text of a version as a file."""
    text, name = queries.text_of(identifier=identifier, number=number)
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


@dataclass(frozen=True)
class Excerpt:
    """Lines around a fault, with what is wrong there."""

    fault: Fault
    lines: tuple[tuple[int, str], ...]


def _excerpts(text: str, faults: Sequence[Fault]) -> list[Excerpt]:
    lines = text.split("\n")
    return [
        Excerpt(
            fault,
            tuple(
                (number, lines[number - 1][:200])
                for number in range(max(1, fault.line - AROUND), min(len(lines), fault.line + AROUND) + 1)
            ),
        )
        for fault in faults[:FAULTS_SHOWN]
    ]


@writes(EDIT)
def propose_new(request: Request) -> HttpResponse:
    """Propose the first version of a new programme."""
    return _propose(request, "")


@writes(EDIT)
def propose(request: Request, identifier: str) -> HttpResponse:
    """Propose the next version of a programme."""
    return _propose(request, identifier)


def _propose(request: Request, identifier: str) -> HttpResponse:
    latest, text = queries.latest_text(identifier=identifier) if identifier else (None, "")
    context: dict[str, Any] = {"latest": latest, "checked": False, "excerpts": []}
    following = 1
    if latest:
        following = max(latest.version, *queries.used_numbers(identifier), 0) + 1
    form, status = Proposing(initial={"text": next_text(text, following)}), 200
    if request.method == "POST":
        sent = Proposing(request.POST, request.FILES)
        valid = sent.is_valid()
        text = sent.cleaned_data.get("text", "")
        # What was uploaded is shown and sent again with the next step; a file cannot be.
        form = Proposing({"text": text, "why": request.POST.get("why", "")})
        if valid:
            answer, status = _checked(request, identifier, form, context)
            if answer is not None:
                return answer
        else:
            form, status = sent, INVALID
    return render(request, "inspections/standards_propose.html", context | {"form": form}, status=status)


def _checked(
    request: Request, identifier: str, form: Proposing, context: dict[str, Any]
) -> tuple[HttpResponse | None, int]:
    """Look at what was sent; propose it when that was asked for and nothing is wrong."""
    form.is_valid()
    text = form.cleaned_data["text"]
    faults = faults_in(text, acts.NAME)
    if faults:
        context |= {"excerpts": _excerpts(text, faults), "fault_count": len(faults)}
        told = f"{count_in_words(len(faults), 'line')} to correct. Each is listed with what is wrong."
        form.add_error("text", told)
        return None, INVALID
    try:
        new = read_programme(text, acts.NAME)
        before = check_proposed(
            new,
            all_programmes(),
            wanted=identifier,
            today=request.today,
            numbers=queries.used_numbers(new.id),
        )
        found: tuple[Change, ...] = changes(before, new) if before else ()
        context |= {"checked": True, "new": new, "before": before, "changes": found}
        if request.POST.get("step") != "propose":
            return None, 200
        number = acts.propose(
            by=request.actor, at=request.at, wanted=identifier, text=text, why=form.cleaned_data["why"]
        )
    except Refused as refused:
        if refused.rule.startswith("permission"):
            raise
        show_refusal(form, refused)
        return None, CONFLICT
    messages.success(request, "Proposed. A second owner of inspection standards decides on it.")
    return redirect("standards-proposal", proposal_id=number), 302


@dataclass(frozen=True)
class StepPage:
    """The page of a step.

    Args:
        act: What is done, as the workflow names it.
        address: Name of its address.
        title: Heading of the page and words of the link to it.
        lead: What follows from it.
        done: What is said when it is done.
        form: Its form.
        write: The action.
        warning: Whether it takes something back.
    """

    act: str
    address: str
    title: str
    lead: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    warning: bool = False


PAGES: Final = {
    page.act: page
    for page in (
        StepPage(
            "approve",
            "standards-approve",
            "Approve this version",
            "Once approved, nothing in it can be changed. From today HM Inspectorate of Probation owes it to "
            "the other parties to tell them before that day (paragraph 29).",
            "Approved. Tell the other parties before it takes effect.",
            PlainStep,
            acts.approve,
        ),
        StepPage(
            "tell",
            "standards-tell",
            "Tell the other parties",
            "They find it among their duties, and each acknowledges it (paragraph 29).",
            "The other parties are told. Each now has a duty to acknowledge it.",
            Telling,
            acts.tell,
        ),
        StepPage(
            "take_effect",
            "standards-take-effect",
            "Record that it took effect",
            "The other parties were to be told by that day (paragraph 29).",
            "It is recorded that the version took effect.",
            PlainStep,
            acts.take_effect,
        ),
        StepPage(
            "decline",
            "standards-decline",
            "Do not approve this version",
            "The proposal stays on the record with your reason. It can be proposed again, changed.",
            "The version is not approved.",
            ReasonedStep,
            acts.decline,
        ),
        StepPage(
            "withdraw",
            "standards-withdraw",
            "Withdraw this version",
            "It does not take effect, and nobody owes anything because of it. It stays on the record, with "
            "your reason.",
            "The version is withdrawn.",
            ReasonedStep,
            acts.withdraw,
            warning=True,
        ),
    )
}


@writes(EDIT)
def step(request: Request, proposal_id: int, act: str) -> HttpResponse:
    """Take a step with a version: decide on it, tell of it, withdraw it."""
    page = PAGES[act]
    found = queries.proposal(actor=request.actor, proposal_id=proposal_id, today=request.today)
    stored = found.stored
    assert stored is not None
    status = 200
    if request.method == "POST":
        form = page.form(request.POST)
        if form.is_valid():
            try:
                page.write(by=request.actor, at=request.at, proposal_id=proposal_id, **form.cleaned_data)
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, page.done)
                return redirect("standards-proposal", proposal_id=proposal_id)
        else:
            status = INVALID
    else:
        WORKFLOW.check(act, stored.state, request.actor.role)
        form = page.form(initial={"revision": stored.revision})
    context = {"found": found, "page": page, "form": form}
    return render(request, "inspections/standards_step.html", context, status=status)


@public
@cached
def public_standards(request: Request) -> HttpResponse:
    """List for anyone the standards in force and those to come."""
    lines = queries.standards(actor=request.actor, today=request.today)
    return render(request, "inspections/public_standards.html", {"lines": lines})


@public
@cached
def public_version(request: Request, identifier: str, number: int) -> HttpResponse:
    """Show anyone what a version says, with what no published page confirms."""
    found = queries.version(actor=request.actor, identifier=identifier, number=number, today=request.today)
    context = {"found": found, "programme": found.programme, "bars": bars(found.programme)}
    return render(request, "inspections/public_standard.html", context)
