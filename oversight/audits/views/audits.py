"""The list of audits, one audit with its steps, its plan, team, days and sources (B4, G4, ¶14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.views.duties import page_number
from oversight.audits.actions import accuracy, drafting, fieldwork, following, issuing, planning, sources
from oversight.audits.forms import Citing, Dates, Filters, Looking, Nothing, Plain, Planning, Reason, Teaming
from oversight.audits.queries import audit as queries
from oversight.audits.queries.audits import PAGE_SIZE, audits, every_audit
from oversight.audits.queries.facts import AuditLine
from oversight.audits.queries.sight import PLAN, SEE, WORK, not_found
from oversight.audits.queries.sources import candidates
from oversight.audits.rules.audit import OSAG, WITH_REASON, WORKFLOW
from oversight.audits.rules.data import audit_data
from oversight.audits.rules.work import SourceKind
from oversight.exchange.views.steps import INVALID, StepWords, suggested, take_step
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.sheets import SheetColumn, write_sheet
from oversight.programme.queries.people import people_of

BACK: Final = "Back to the audit"
COLUMNS: Final = (
    "Reference",
    "Title",
    "Service",
    "Audited",
    "Place",
    "Region",
    "First day",
    "Last day",
    "State",
    "Rating",
)
#: Acts of the moves that need no more than a reason.
ACTS: Final[Mapping[str, Callable[..., object]]] = {
    "announce": planning.announce,
    "cancel": planning.cancel,
    "start_fieldwork": fieldwork.start_fieldwork,
    "finish_fieldwork": fieldwork.finish_fieldwork,
    "hand_in": drafting.hand_in,
    "send_back": drafting.send_back,
    "issue_draft": drafting.issue_draft,
    "return_check": accuracy.return_check,
    "close_check": accuracy.close_check,
    "issue_final": issuing.issue_final,
    "close": following.close_audit,
}
_TOLD: Final = {
    "announce": "The body audited knows of it from now on, and the timetable shows it (paragraph 28).",
    "start_fieldwork": "Tests and working papers are written from now on.",
    "finish_fieldwork": "Tests and working papers cannot be changed after that.",
    "hand_in": "The reviewer issues the draft or sends it back.",
    "send_back": "The lead reads why.",
    "issue_draft": "The audited read the draft and say what is not accurate in it.",
    "return_check": "The points that you raised are sent. If you raised none, you say that all is accurate.",
    "close_check": "Points that are there are answered all the same.",
    "issue_final": "Its actions go to their owners, its findings are put in common, and HMPPS and the "
    "Ministry of Justice can read it (paragraphs 14 and 30).",
    "close": "How long its files are kept is counted from the day on which its last action was closed.",
    "cancel": "What was written stays, for its team.",
}
_CANNOT_BE_UNDONE: Final = frozenset({"cancel", "issue_draft", "issue_final", "close"})


@reads(SEE)
def index(request: Request) -> HttpResponse:
    """Show the audits that I may know of: filtered, counted, 25 a page."""
    filters = Filters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "suggested": suggested(),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    if not faulty:
        found = audits(actor=request.actor, chosen=filters.chosen(), page=page_number(request.GET))
        pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "audits/audits.html", context, status=INVALID if faulty else 200)


@reads(SEE)
def index_csv(request: Request) -> HttpResponseBase:
    """Give exactly what the filters choose, as a file."""
    filters = Filters(request.GET)
    if not filters.is_valid():
        # The page says what is wrong, beside the field.
        return HttpResponseRedirect(f"{reverse('audits')}?{request.GET.urlencode()}")
    lines = every_audit(actor=request.actor, chosen=filters.chosen())
    content = write_sheet("csv", "Audits", [SheetColumn(one) for one in COLUMNS], map(_cells, lines))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audits-{request.today.isoformat()}.csv"'
    return answer


def _cells(line: AuditLine) -> tuple[str, ...]:
    return (
        line.reference,
        line.title,
        line.service.title,
        line.audited.name,
        line.place,
        line.region.name if line.region else "",
        line.first_day.isoformat(),
        line.last_day.isoformat(),
        line.state_label,
        line.rating.title if line.rating else "",
    )


@reads(SEE)
def audit(request: Request, reference: str) -> HttpResponse:
    """Show an audit: where it stands, what is next, who audits, what it draws on, every step."""
    found = queries.audit(actor=request.actor, reference=reference)
    context = {"found": found, "data": audit_data()}
    return render(request, "audits/audit.html", context)


def _audit(request: Request, reference: str) -> Any:
    return queries.audit(actor=request.actor, reference=reference)


@writes(PLAN)
def plan(request: Request) -> HttpResponse:
    """Plan an audit."""
    words = StepWords(
        title="Plan an audit",
        button="Plan it",
        back=reverse("audits"),
        back_words="Back to audits",
        told=("Only OSAG knows of it until you announce it (paragraph 14).",),
        done="The audit is planned. Cite what it draws on, then announce it.",
    )

    def act(form: Any) -> str:
        given = form.cleaned_data
        named = ("title", "service", "audited", "place", "region", "scope", "first", "last")
        made = planning.plan_audit(
            by=request.actor, at=request.at, team=form.team(), **{name: given[name] for name in named}
        )
        return reverse("audit", args=[made])

    return take_step(request, words, partial(Planning, known=people_of(OSAG, today=request.today)), act)


@writes(PLAN)
def team(request: Request, reference: str) -> HttpResponse:
    """Name the team of an audit anew."""
    found = _audit(request, reference)
    words = StepWords(
        title="Name the team",
        button="Save the team",
        back=reverse("audit", args=[reference]),
        back_words=BACK,
        told=(found.line.title, "Whoever leaves the team no longer sees its working papers."),
        done="The team is named.",
    )

    def act(form: Any) -> str:
        planning.set_team(
            by=request.actor,
            at=request.at,
            reference=reference,
            revision=form.cleaned_data["revision"],
            team=form.team(),
        )
        return words.back

    known = people_of(OSAG, today=request.today)
    form = partial(Teaming, known=known, members=found.team, initial={"revision": found.revision})
    return take_step(request, words, form, act)


@writes(PLAN)
def days(request: Request, reference: str) -> HttpResponse:
    """Move the fieldwork of an audit that has not begun."""
    found = _audit(request, reference)
    words = StepWords(
        title="Change the days",
        button="Change them",
        back=reverse("audit", args=[reference]),
        back_words=BACK,
        told=(found.line.title, "The timetable follows."),
        done="The days are changed.",
    )

    def act(form: Any) -> str:
        planning.change_dates(by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return words.back

    initial = {
        "revision": found.revision,
        "first": found.line.first_day,
        "last": found.line.last_day,
    }
    return take_step(request, words, partial(Dates, initial=initial), act)


@writes(SEE)
def step(request: Request, reference: str, move: str) -> HttpResponse:
    """Take a step of an audit."""
    found = _audit(request, reference)
    if move not in ACTS:
        raise Http404
    taken = next((one for one in found.steps if one.name == move), None)
    # What exactly hinders it is told to OSAG alone: others would learn what its team does with the draft.
    if taken is None and (request.method != "POST" or not found.sight.osag):
        raise Refused(
            "audit_step",
            "This step is not yours to take now.",
            f"The audit stands at “{found.line.state_label}”, with {found.line.owner}.",
            paragraph="14",
        )
    label = next(one.label for one in WORKFLOW.moves if one.name == move)
    lacking = found.lacking.get(move, ())
    words = StepWords(
        title=label,
        button=label,
        back=reverse("audit", args=[reference]),
        back_words=BACK,
        told=(found.line.title, _TOLD[move], *lacking),
        done="It is recorded.",
        warning=move in _CANNOT_BE_UNDONE,
    )

    def act(form: Any) -> str:
        ACTS[move](by=request.actor, at=request.at, reference=reference, **form.cleaned_data)
        return words.back

    form = Reason if move in WITH_REASON else Plain
    return take_step(request, words, partial(form, initial={"revision": found.revision}), act)


@reads(WORK)
def source_list(request: Request, reference: str) -> HttpResponse:
    """Show what an audit could draw on: findings in common, what the library holds, published inspections."""
    found = _audit(request, reference)
    looking = Looking(request.GET)
    valid = looking.is_valid()
    listed = candidates(
        actor=request.actor,
        reference=reference,
        about=looking.cleaned_data["about"] if valid else None,
        text=looking.cleaned_data["text"] if valid else "",
        today=request.today,
    )
    cited = {(str(one.kind), one.cited) for one in found.sources}
    context = {
        "found": found,
        "looking": looking,
        "listed": listed if valid else (),
        "cited": cited,
        "suggested": suggested(),
    }
    return render(request, "audits/sources.html", context, status=200 if valid else INVALID)


@writes(WORK)
def cite(request: Request, reference: str, kind: str, cited: str) -> HttpResponse:
    """Cite a source."""
    if kind not in set(SourceKind):
        raise Http404
    found = _audit(request, reference)
    words = StepWords(
        title="Cite this source",
        button="Cite it",
        back=reverse("audit-sources", args=[reference]),
        back_words="Back to possible sources",
        told=(
            found.line.title,
            "It is cited as it is today, with its date. Reading it is noted, and its owner sees by whom.",
        ),
        done="The source is cited.",
    )

    def act(form: Any) -> str:
        sources.cite_source(
            by=request.actor,
            at=request.at,
            reference=reference,
            kind=kind,
            cited=cited,
            used_for=form.cleaned_data["used_for"],
        )
        return reverse("audit", args=[reference])

    return take_step(request, words, Citing, act)


@writes(WORK)
def drop_source(request: Request, reference: str, number: int) -> HttpResponse:
    """Say that an audit does not draw on something after all."""
    found = _audit(request, reference)
    one = next((held for held in found.sources if held.number == number), None)
    if one is None:
        raise not_found()
    words = StepWords(
        title="Drop this source",
        button="Drop it",
        back=reverse("audit", args=[reference]),
        back_words=BACK,
        told=(one.title, "That it was cited stays on record."),
        done="The source is dropped.",
    )

    def act(form: Any) -> str:
        del form
        sources.drop_source(by=request.actor, at=request.at, reference=reference, number=number)
        return words.back

    return take_step(request, words, Nothing, act)
