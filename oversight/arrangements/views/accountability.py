"""How far the arrangements are kept, and questions on what was missed (A4, paragraphs 10(ii) and 10(iii))."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight.arrangements.actions import answer_query, close_query, raise_query, return_query
from oversight.arrangements.forms import AdherenceFilters, Statement, in_full, show_refusal
from oversight.arrangements.queries import details
from oversight.arrangements.queries.adherence import adherence as adherence_rows
from oversight.arrangements.queries.facts import PAGE_SIZE, AdherenceRow, Tally
from oversight.arrangements.queries.pages import QUESTION_STATES, QuestionDetail, question, questions
from oversight.arrangements.rules.facts import Basis, Force
from oversight.arrangements.views.duties import INVALID, SEE, cited_paragraphs, page_number
from oversight.arrangements.views.files import csv_file
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.kernel.words import MONTHS, count_in_words
from oversight.parties.queries import parties_by_code

SEE_ADHERENCE: Final = "arrangements.see_adherence"
CONFLICT: Final = 409
#: A percentage of fewer would say more than the figures do.
FEWEST_FOR_A_PERCENTAGE: Final = 10
NOTHING: Final = Tally(met=0, met_late=0, missed=0, late=0, running=0)


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: where it begins, how long it is, both 0 to 100, its state and its number."""

    start: float
    length: float
    state: str
    count: int


@dataclass(frozen=True)
class Row:
    """One line of the figures.

    Args:
        name: Party, paragraph or quarter.
        tally: How its duties stand.
        query: The filter of the register that leads to them.
        longest: The largest number of duties of any line, which is as long as a bar gets.
    """

    name: str
    tally: Tally
    query: dict[str, str]
    longest: int

    @property
    def on_time_words(self) -> str:
        """``7 of 9 on time``, with a percentage from ten on."""
        return on_time_in_words(self.tally)

    @property
    def words(self) -> str:
        """All of it in words."""
        tally = self.tally
        parts = [
            (tally.met, "met"),
            (tally.met_late, "met late"),
            (tally.missed, "missed"),
            (tally.late, "late"),
            (tally.running, "running"),
        ]
        told = ", ".join(f"{number:,} {words}" for number, words in parts if number)
        return f"{told}: {on_time_in_words(tally)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The bar, its parts one after the other."""
        tally, found, start = self.tally, [], 0.0
        numbers = [
            ("met", tally.met),
            ("met_late", tally.met_late),
            ("missed", tally.missed),
            ("late", tally.late),
            ("running", tally.running),
        ]
        for state, number in numbers:
            if number:
                length = round(100 * number / self.longest, 2)
                found.append(Part(round(start, 2), length, state, number))
                start += length
        return tuple(found)

    def href(self, state: str) -> str:
        """Give the address of the duties of this line in a state."""
        query = QueryDict(mutable=True)
        query.update(self.query | {"state": state})
        return f"{reverse('duties')}?{query.urlencode()}"


@dataclass(frozen=True)
class Section:
    """One table of the figures."""

    caption: str
    heading: str
    overdue_heading: str
    rows: tuple[Row, ...]


def on_time_in_words(tally: Tally) -> str:
    """Give ``7 of 9 on time``: of those whose date has passed or that are done, how many were in time."""
    if not tally.decided:
        return "None decided yet"
    told = f"{tally.met:,} of {tally.decided:,} on time"
    if tally.decided >= FEWEST_FOR_A_PERCENTAGE:
        told += f" ({round(100 * tally.met / tally.decided)}%)"
    return told


@dataclass(frozen=True)
class Period:
    """The days counted: by default the quarter of today and the three before it."""

    since: date
    until: date


def _quarter(day: date, later: int = 0) -> date:
    count = day.year * 4 + (day.month - 1) // 3 + later
    return date(count // 4, count % 4 * 3 + 1, 1)


def quarter_in_words(first: date) -> str:
    """Give ``January to March 2026``."""
    return f"{MONTHS[first.month - 1]} to {MONTHS[first.month + 1]} {first.year}"


@dataclass(frozen=True)
class _Counted:
    filters: AdherenceFilters
    period: Period
    rows: tuple[AdherenceRow, ...]


def _counted(request: Request) -> _Counted:
    filters = AdherenceFilters(request.GET, paragraphs=cited_paragraphs())
    period = Period(_quarter(request.today, -3), _quarter(request.today, 1) - timedelta(days=1))
    if not filters.is_valid():
        return _Counted(filters, period, ())
    cleaned = filters.cleaned_data
    since = cleaned["since"] or min(period.since, cleaned["until"] or period.since)
    period = Period(since, cleaned["until"] or max(period.until, since))
    rows = adherence_rows(
        actor=request.actor,
        today=request.today,
        since=period.since,
        until=period.until,
        party=cleaned["party"].code if cleaned["party"] else "",
        paragraph=cleaned["paragraph"],
    )
    return _Counted(filters, period, rows)


@reads(SEE_ADHERENCE)
def adherence(request: Request) -> HttpResponse:
    """Count what was met, met late, missed and is running, by party, paragraph and quarter."""
    counted = _counted(request)
    faulty = bool(counted.filters.errors)
    binding = [row for row in counted.rows if row.force is Force.MUST]
    softer = [row for row in counted.rows if row.force is not Force.MUST]
    days = {"since": counted.period.since.isoformat(), "until": counted.period.until.isoformat()}
    base = days | _asked_for(counted.filters, faulty=faulty)
    must = base | {"force": Force.MUST.value}
    overall = sum((row.tally for row in binding), NOTHING)
    return render(
        request,
        "arrangements/adherence.html",
        {
            "filters": counted.filters,
            "parties": sorted(in_full(party) for party in parties_by_code().values()),
            "narrowed": any(request.GET.get(name) for name in counted.filters.fields),
            "since": counted.period.since,
            "until": counted.period.until,
            "overall": on_time_in_words(overall),
            "local_words": _local_in_words(binding),
            "sections": _sections(binding, must) if binding else (),
            "softer": _by_party("Usual or aimed for, by party", "Late", softer, base) if softer else None,
        },
        status=INVALID if faulty else 200,
    )


def _asked_for(filters: AdherenceFilters, *, faulty: bool) -> dict[str, str]:
    if faulty:
        return {}
    party, paragraph = filters.cleaned_data["party"], filters.cleaned_data["paragraph"]
    return ({"party": party.code, "side": "owes"} if party else {}) | (
        {"paragraph": paragraph} if paragraph else {}
    )


def _local_in_words(rows: Iterable[AdherenceRow]) -> str:
    held = sum((row.tally for row in rows if row.basis is Basis.LOCAL), NOTHING)
    if not held.all:
        return ""
    return (
        f"{count_in_words(held.all, 'duty', 'duties')} of these had a local target, not a number in the MoU: "
        f"{on_time_in_words(held)}."
    )


def _sections(rows: list[AdherenceRow], query: dict[str, str]) -> tuple[Section, ...]:
    return (
        _by_party("By party", "Missed", rows, query),
        Section(
            "By paragraph",
            "Paragraph",
            "Missed",
            _rows(
                rows,
                key=lambda row: (int(row.paragraph.partition("(")[0]), row.paragraph),
                name=lambda row: f"Paragraph {row.paragraph}",
                query=lambda row: query | {"paragraph": row.paragraph},
            ),
        ),
        Section(
            "By quarter",
            "Quarter",
            "Missed",
            _rows(
                rows,
                key=lambda row: row.quarter,
                name=lambda row: quarter_in_words(row.quarter),
                query=lambda row: query | _days_of(row.quarter, query),
            ),
        ),
    )


def _days_of(quarter: date, query: dict[str, str]) -> dict[str, str]:
    """Give the days of a quarter, no wider than those counted."""
    last = _quarter(quarter, 1) - timedelta(days=1)
    return {
        "since": max(quarter.isoformat(), query["since"]),
        "until": min(last.isoformat(), query["until"]),
    }


def _by_party(caption: str, overdue: str, rows: list[AdherenceRow], query: dict[str, str]) -> Section:
    return Section(
        caption,
        "Party",
        overdue,
        _rows(
            rows,
            key=lambda row: row.party.name,
            behind_first=True,
            name=lambda row: row.party.name,
            query=lambda row: query | {"party": row.party.code, "side": "owes"},
        ),
    )


def _rows(
    rows: Iterable[AdherenceRow],
    *,
    key: Callable[[AdherenceRow], Any],
    name: Callable[[AdherenceRow], str],
    query: Callable[[AdherenceRow], dict[str, str]],
    behind_first: bool = False,
) -> tuple[Row, ...]:
    grouped: dict[Any, list[AdherenceRow]] = {}
    for row in rows:
        grouped.setdefault(key(row), []).append(row)
    tallies = {one: sum((row.tally for row in group), NOTHING) for one, group in grouped.items()}
    longest = max(tally.all for tally in tallies.values())
    order = sorted(grouped)
    if behind_first:
        order.sort(key=lambda one: -(tallies[one].missed + tallies[one].late))
    return tuple(Row(name(grouped[one][0]), tallies[one], query(grouped[one][0]), longest) for one in order)


ADHERENCE_COLUMNS: Final = (
    "party_code",
    "party",
    "paragraph",
    "quarter_begins",
    "how_firmly",
    "what_the_date_rests_on",
    "met",
    "met_late",
    "missed",
    "late",
    "running",
)


@reads(SEE_ADHERENCE)
def adherence_csv(request: Request) -> HttpResponseBase:
    """Give exactly the figures that the filters choose, as a file."""
    counted = _counted(request)
    if counted.filters.errors:
        return HttpResponseRedirect(f"{reverse('adherence')}?{request.GET.urlencode()}")
    return csv_file("adherence.csv", ADHERENCE_COLUMNS, map(_cells, counted.rows))


def _cells(row: AdherenceRow) -> tuple[Cell, ...]:
    tally = row.tally
    return (
        row.party.code,
        row.party.name,
        row.paragraph,
        row.quarter,
        row.force.value,
        row.basis.value,
        tally.met,
        tally.met_late,
        tally.missed,
        tally.late,
        tally.running,
    )


STATE_TABS: Final = (
    ("", "All"),
    ("ours", "For you to answer"),
    ("asked", "Waiting for an answer"),
    ("answered", "Answered"),
    ("closed", "Closed"),
)


@reads(SEE)
def queries(request: Request) -> HttpResponse:
    """List the queries on duties that I may see."""
    given = request.GET.get("state", "")
    chosen = given if given in QUESTION_STATES else ""
    found = questions(actor=request.actor, today=request.today, state=chosen, page=page_number(request.GET))
    pages: Page[int] = Paginator(range(found.count), PAGE_SIZE).page(found.page)
    return render(
        request,
        "arrangements/queries.html",
        {"found": found, "pages": pages, "states": STATE_TABS, "chosen": chosen},
    )


@writes("arrangements.raise_query")
def ask(request: Request, duty_id: int) -> HttpResponse:
    """Ask why a duty was missed (paragraph 10(iii))."""
    found = details.duty(actor=request.actor, today=request.today, duty_id=duty_id)
    label = f"What do you want {found.line.bearer.name} to explain?"
    status = 200
    if request.method == "POST":
        form = Statement(request.POST, label=label)
        if form.is_valid():
            try:
                row = raise_query(
                    by=request.actor,
                    at=request.at,
                    duty_id=duty_id,
                    revision=form.cleaned_data["revision"],
                    question=form.cleaned_data["text"],
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Your question was put to {found.line.bearer.name}.")
                return redirect("query", query_id=row)
    else:
        form = Statement(label=label, initial={"revision": found.line.revision})
    context = {"duty": found.line, "form": form, "refusal": "" if found.may_ask else found.ask_refusal}
    return render(request, "arrangements/query_raise.html", context, status=status)


@dataclass(frozen=True)
class Reply:
    """A form on the page of a query: what it does and what its button says."""

    move: str
    form: forms.Form
    button: str


#: For each move: its label, its button, what is said when it is done.
MOVES: Final = {
    "answer": ("Your answer", "Send the answer", "Your answer was sent."),
    "close": ("What came of it", "Close the query", "The query is closed."),
    "send_back": ("What the answer leaves open", "Send it back", "It was sent back with your reason."),
}


@reads(SEE)
def query(request: Request, query_id: int) -> HttpResponse:
    """Show what was asked and answered about a missed duty, and the next act if it is mine."""
    found = question(actor=request.actor, today=request.today, query_id=query_id)
    return _query_page(request, found, None, 200)


@writes(SEE)
def reply(request: Request, query_id: int, move: str) -> HttpResponse:
    """Answer a query, close it or send the answer back."""
    if request.method != "POST":
        return redirect("query", query_id=query_id)
    found = question(actor=request.actor, today=request.today, query_id=query_id)
    form = _form(move, request.POST)
    if not form.is_valid():
        return _query_page(request, found, Reply(move, form, MOVES[move][1]), 200)
    said = {
        "by": request.actor,
        "at": request.at,
        "query_id": query_id,
        "revision": form.cleaned_data["revision"],
    }
    text = form.cleaned_data["text"]
    latest = query_id
    try:
        if move == "answer":
            answer_query(**said, answer=text)
        elif move == "close":
            close_query(**said, note=text)
        else:
            latest = return_query(**said, reason=text)
    except Refused as refused:
        show_refusal(form, refused)
        return _query_page(request, found, Reply(move, form, MOVES[move][1]), CONFLICT)
    messages.success(request, MOVES[move][2])
    return redirect("query", query_id=latest)


def _form(move: str, data: QueryDict | None = None, **options: Any) -> Statement:
    return Statement(data, label=MOVES[move][0], auto_id=f"id_{move}_%s", **options)


def _query_page(request: Request, found: QuestionDetail, failed: Reply | None, status: int) -> HttpResponse:
    latest = found.latest
    moves = [move for move in ("answer", "close", "send_back") if move in latest.moves]
    if "close" in moves and latest.answered_at is None:
        # Closing what nobody has answered yet is possible, and the answer is what one waits for.
        moves = [*(move for move in moves if move != "close"), "close"]
    replies = [
        failed
        if failed and failed.move == move
        else Reply(move, _form(move, initial={"revision": latest.revision}), MOVES[move][1])
        for move in moves
    ]
    if failed and failed.move not in moves:
        # Someone else was first: what was typed stays in view.
        replies.insert(0, failed)
    return render(
        request,
        "arrangements/query.html",
        {
            "found": found,
            "duty": found.duty,
            "latest": latest,
            "replies": replies,
            "failed": failed.form if failed else None,
        },
        status=status,
    )
