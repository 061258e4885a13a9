"""Issues that recur: the list, one issue, its steps (B5, ¶14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.exchange.views.steps import StepWords, take_step
from oversight.intelligence.actions import issues as acts
from oversight.intelligence.forms import Confirming, IssueFilters, NamingOwner, Step
from oversight.intelligence.queries import issues as queries
from oversight.intelligence.queries.sight import SEE
from oversight.intelligence.rules.counting import rules_on
from oversight.intelligence.rules.recurring import ISSUE_WORKFLOW
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words
from oversight.parties.queries import party

INVALID: Final = 422
_STATES: Final = [(one.name, one.label) for one in ISSUE_WORKFLOW.states]


@reads(SEE)
def index(request: Request) -> HttpResponse:
    """Show the issues that recur."""
    filters = IssueFilters(request.GET, states=_STATES)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "rules": rules_on(request.today),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        given, number = filters.cleaned_data, page_number(request.GET)
        found = queries.issues(
            actor=request.actor,
            today=request.today,
            state=given["state"],
            mine=given["mine"],
            page=number,
        )
        pages: Page[int] = Paginator(range(found.count), queries.PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "intelligence/issues.html", context, status=INVALID if faulty else 200)


@writes(queries.ISSUES)
def look(request: Request) -> HttpResponse:
    """Let the rule look again."""
    if request.method == "POST":
        made, added = acts.look_for_issues(by=request.actor, at=request.at)
        told = f"{count_in_words(made, 'issue')} proposed." if made else "Nothing new recurs by the rule."
        if added:
            more = count_in_words(added, "new finding or rating", "new findings or ratings")
            told += f" {more} put to issues that are open."
        messages.success(request, told)
    return redirect("intelligence-issues")


@reads(SEE)
def one(request: Request, issue_id: int) -> HttpResponse:
    """Show an issue."""
    found = queries.issue(actor=request.actor, issue_id=issue_id, today=request.today)
    return render(request, "intelligence/issue.html", {"found": found})


@dataclass(frozen=True)
class _Kind:
    """A step: its permission, what is asked, what is done.

    Args:
        permission: Who may ever take it.
        label: What its text is.
        done: What is said once it is taken.
        act: Takes it.
        warning: Whether it cannot be undone.
    """

    permission: str
    label: str
    done: str
    act: Callable[..., None]
    warning: bool = False


_KINDS: Final = {
    "confirm": _Kind(
        queries.ISSUES,
        "What is it about? Every body that takes part reads this",
        "It is confirmed.",
        acts.confirm_issue,
    ),
    "set_aside": _Kind(
        queries.ISSUES, "Why is it set aside?", "It is set aside.", acts.set_issue_aside, warning=True
    ),
    "name_owner": _Kind(
        queries.ISSUES, "What is expected of its owner?", "Its owner is named.", acts.name_issue_owner
    ),
    "note_progress": _Kind(queries.OWN, "What is being done?", "It is noted.", acts.note_progress),
    "report": _Kind(
        queries.OWN, "What was done, and how can one see it?", "It is reported to OSAG.", acts.report_issue
    ),
    "send_back": _Kind(
        queries.ISSUES, "What is still missing?", "It is with its owner again.", acts.send_issue_back
    ),
    "close": _Kind(
        queries.ISSUES, "On what does the closing rest?", "It is closed.", acts.close_issue, warning=True
    ),
}


@writes(SEE)
def step(request: Request, issue_id: int, act: str) -> HttpResponse:
    """Take a step of an issue."""
    name = act.replace("-", "_")
    kind = _KINDS.get(name)
    if kind is None:
        raise Refused("not_found_step", "An issue has no such step.", "Go back to the issue.")
    found = queries.issue(actor=request.actor, issue_id=issue_id, today=request.today)
    request.actor.demand(kind.permission)
    back = reverse("intelligence-issue", args=[issue_id])
    label = next(move.label for move in ISSUE_WORKFLOW.moves if move.name == name)
    if name not in {move.name for move in found.moves} and request.method == "GET":
        # The page of the issue says for whom it waits.
        return redirect(back)
    words = StepWords(
        title=f"{label}: {found.line.title}",
        button=label,
        back=back,
        back_words="Back to the issue",
        done=kind.done,
        warning=kind.warning,
    )
    initial = {"revision": found.line.revision}
    form: Callable[..., forms.Form] = partial(Step, initial=initial, label=kind.label)
    if name == "confirm":
        form = partial(Confirming, initial=initial, label=kind.label)
    elif name == "name_owner":
        form = partial(NamingOwner, initial=initial, label=kind.label, owners=queries.possible_owners())

    def take(filled: Any) -> str:
        given = dict(filled.cleaned_data)
        if "owned_by" in given:
            given["owner"] = party(given.pop("owned_by"))
        kind.act(by=request.actor, at=request.at, issue_id=issue_id, **given)
        return back

    return take_step(request, words, form, take)
