"""Staff home, the register of duties as a list, a drawing or a file, one duty with its reasons (A4, H2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.forms import SORT_WORDS, DutyFilters, in_full
from oversight.arrangements.queries.details import duty as duty_detail
from oversight.arrangements.queries.duties import home as home_lists
from oversight.arrangements.queries.facts import (
    PAGE_SIZE,
    DutyDetail,
    DutyFilter,
    DutyLine,
    DutyList,
)
from oversight.arrangements.queries.pages import duty_list_on, every_line_on, questions_for_home
from oversight.arrangements.queries.texts import known_versions
from oversight.arrangements.rules.facts import STATUS_WORDS, Status
from oversight.arrangements.rules.parties import in_words
from oversight.arrangements.rules.telling import inside_a_sentence
from oversight.arrangements.views.drawing import Bar, Scale
from oversight.arrangements.views.files import csv_file
from oversight.kernel.calendars import coverage, england_and_wales
from oversight.kernel.declaring import reads, signed_in
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import Cell
from oversight.kernel.words import day_in_words, distance_in_words, moment_in_words, weekday_in_words
from oversight.parties.queries import parties_by_code

SEE: Final = "arrangements.see_duties"
#: What was asked makes no sense; the page says what and beside which field.
INVALID: Final = 422
#: How many duties in a state are told.
STATE_WORDS: Final = {
    "open": "open",
    "overdue": "overdue",
    **{str(one): words for one, words in STATUS_WORDS.items()},
}
COMING_WEEKS: Final = 8
SPANS: Final = (6, 18, 60)


@signed_in
def home(request: Request) -> HttpResponse:
    """Show what I owe, what is owed to us and what is coming; a question put to us comes before all."""
    actor = request.actor
    held = coverage(england_and_wales(), request.today)
    context: dict[str, Any] = {
        # Who runs the service renews its calendar; nobody else can do anything about it.
        "coverage": held.in_words if held.renew and actor.may("parties.load_reference") else "",
        "sees_duties": actor.may(SEE),
    }
    if actor.may(SEE):
        context["lists"] = home_lists(actor=actor, today=request.today, weeks=COMING_WEEKS)
        context["weeks"] = COMING_WEEKS
        context["asked"], context["replies"] = questions_for_home(actor=actor, today=request.today)
    return render(request, "arrangements/home.html", context)


@dataclass(frozen=True)
class Column:
    """A column of the register; one that can be sorted has an address."""

    text: str
    href: str = ""
    sorted: str = ""
    next: str = ""


@dataclass(frozen=True)
class Asked:
    """What an address asks of the register: the filters, the day, and what they leave.

    Args:
        filters: The form, with its faults beside the fields.
        chosen: What it chooses; an empty filter while it has faults.
        on: The day on which we look.
        narrowed: Whether any filter is set.
        faulty: Whether nothing can be shown until a fault is corrected.
    """

    filters: DutyFilters
    chosen: DutyFilter
    on: date
    narrowed: bool
    faulty: bool


def cited_paragraphs() -> list[str]:
    """Give every paragraph that an arrangement cites, in the order of the Memorandum."""
    cited = {rule.paragraph: rule.paragraph_number for held in known_versions() for rule in held.arrangements}
    return sorted(cited, key=lambda one: (cited[one], one))


def page_number(query: QueryDict) -> int:
    """Give the page asked for; anything that is no number gives the first."""
    asked = query.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1


def _asked(request: Request) -> Asked:
    kinds = {kind: words for held in known_versions() for kind, words in held.kinds.items()}
    filters = DutyFilters(request.GET, paragraphs=cited_paragraphs(), kinds=kinds)
    faulty = not filters.is_valid()
    chosen = DutyFilter() if faulty else filters.chosen()
    on = (None if faulty else filters.cleaned_data["on"]) or request.today
    narrowed = any(request.GET.get(name) for name in filters.fields if name not in {"sort", "months"})
    return Asked(filters, chosen, on, narrowed, faulty)


def _results(request: Request, asked: Asked) -> tuple[DutyList, Page[int]]:
    found = duty_list_on(
        actor=request.actor,
        today=request.today,
        on=asked.on,
        chosen=asked.chosen,
        page=page_number(request.GET),
    )
    pages: Page[int] = Paginator(range(found.count.number), PAGE_SIZE).page(found.page)
    return found, pages


def _frame(asked: Asked) -> dict[str, Any]:
    """Give what the list and the timeline share."""
    names = sorted(in_full(party) for party in parties_by_code().values()) if not asked.faulty else []
    return {
        "filters": asked.filters,
        "chosen": asked.chosen,
        "on": asked.on,
        "narrowed": asked.narrowed,
        "parties": names,
    }


@reads(SEE)
def duties(request: Request) -> HttpResponse:
    """Show the register of duties: filtered, sorted, counted, 25 a page."""
    asked = _asked(request)
    context = _frame(asked)
    if not asked.faulty:
        found, pages = _results(request, asked)
        context |= {
            "found": found,
            "pages": pages,
            "columns": _columns(request.GET, asked.chosen.sort),
            "order_words": SORT_WORDS[asked.chosen.sort].lower(),
            "state_words": STATE_WORDS.get(asked.chosen.state, ""),
        }
    return render(request, "arrangements/duties.html", context, status=INVALID if asked.faulty else 200)


def _columns(query: QueryDict, sort: str) -> tuple[Column, ...]:
    return (
        Column("What is owed"),
        _sortable("Due", "due", query, sort),
        Column("State"),
        Column("Owed by"),
        Column("Owed to"),
        Column("Paragraph"),
    )


def _sortable(text: str, key: str, query: QueryDict, sort: str) -> Column:
    ascending = sort == key
    changed = query.copy()
    changed.pop("page", None)
    following = f"-{key}" if ascending else key
    changed["sort"] = following
    standing = "ascending" if ascending else "descending" if sort == f"-{key}" else ""
    return Column(text, f"?{changed.urlencode()}", standing, SORT_WORDS[following].lower())


COLUMNS: Final = (
    "duty",
    "title",
    "about",
    "kind",
    "unit",
    "owed_by",
    "owed_to",
    "paragraph",
    "how_firmly",
    "started",
    "first_due",
    "due",
    "what_the_date_rests_on",
    "met",
    "state",
    "as_it_stood_on",
)


@reads(SEE)
def duties_csv(request: Request) -> HttpResponseBase:
    """Give exactly the duties that the filters choose, as a file."""
    asked = _asked(request)
    if asked.faulty:
        # The page says what is wrong, beside the field.
        return HttpResponseRedirect(f"{reverse('duties')}?{request.GET.urlencode()}")
    lines = every_line_on(actor=request.actor, today=request.today, on=asked.on, chosen=asked.chosen)
    return csv_file(f"duties-{asked.on.isoformat()}.csv", COLUMNS, map(_cells, lines))


def _cells(line: DutyLine) -> tuple[Cell, ...]:
    return (
        line.id,
        line.title,
        line.about,
        line.kind,
        line.unit.name if line.unit else "",
        line.bearer.name,
        "; ".join(party.name for party in line.counterparts),
        line.paragraph,
        line.force_words,
        line.opened_on,
        line.first_due,
        line.due,
        line.basis_words,
        line.met_on,
        line.status_words,
        line.today,
    )


@dataclass(frozen=True)
class Lane:
    """A duty on the timeline.

    Args:
        duty: The duty.
        bar: Its stretch; None when it lies wholly outside what is shown.
        due: Where its date is, or None.
        met: Where it was met, or None.
        words: The same in words.
    """

    duty: DutyLine
    bar: Bar | None
    due: float | None
    met: float | None
    words: str


@reads(SEE)
def timeline(request: Request) -> HttpResponse:
    """Draw the duties that the filters choose: when each started, is due and was met."""
    asked = _asked(request)
    months = request.GET.get("months", "")
    span = int(months) if months in map(str, SPANS) else SPANS[1]
    context = _frame(asked) | {"spans": SPANS, "span": span}
    if not asked.faulty:
        found, pages = _results(request, asked)
        scale = Scale.around(asked.on, span)
        context |= {
            "found": found,
            "pages": pages,
            "scale": scale,
            "lanes": [_lane(line, scale) for line in found.lines],
        }
    return render(request, "arrangements/timeline.html", context, status=INVALID if asked.faulty else 200)


def _lane(line: DutyLine, scale: Scale) -> Lane:
    end = line.met_on or max(line.due or line.today, line.today)
    outside = end < scale.first or line.opened_on > scale.last
    return Lane(
        duty=line,
        bar=None if outside else scale.bar(line.opened_on, end),
        due=scale.place(line.due) if line.due and scale.shows(line.due) else None,
        met=scale.place(line.met_on) if line.met_on and scale.shows(line.met_on) else None,
        words=_lane_in_words(line, scale),
    )


def _lane_in_words(line: DutyLine, scale: Scale) -> str:
    parts = [
        f"Started {day_in_words(line.opened_on)}",
        f"due {day_in_words(line.due)}" if line.due else "no date",
    ]
    if line.met_on:
        parts.append(f"met {day_in_words(line.met_on)}")
    beyond = [day for day in (line.opened_on, line.due, line.met_on) if day and not scale.shows(day)]
    told = f"{', '.join(parts)}."
    return f"{told} Part of it lies outside the drawing." if beyond else told


@reads(SEE)
def duty(request: Request, duty_id: int) -> HttpResponse:
    """Explain one duty: how it stands, why its date, what meets it, and the one next act if I may do it."""
    found = duty_detail(actor=request.actor, today=request.today, duty_id=duty_id)
    line = found.line
    is_open = line.met_on is None and line.status is not Status.WITHDRAWN
    return render(
        request,
        "arrangements/duty.html",
        {
            "found": found,
            "duty": line,
            "is_open": is_open,
            "acts": [
                {"text": inside_a_sentence(act.title), "href": _recording(found, act.name)}
                for act in found.recordable
            ],
            "who_can": _who_can(found) if is_open else "",
            "standing": _standing_in_words(line),
            "story": _story(found),
        },
    )


def _recording(found: DutyDetail, event: str) -> str:
    """Give the address at which the event that meets a duty is recorded, filled in as far as it is known."""
    known = {
        "event": event,
        "kind": found.opening.kind,
        "about": found.opening.about,
        "unit": found.opening.unit.code if found.opening.unit else "",
        "addressee": found.opening.addressee.code if found.opening.addressee else "",
    }
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in known.items() if value})
    return f"{reverse('event-record')}?{query.urlencode()}"


def _who_can(found: DutyDetail) -> str:
    version = next(held for held in known_versions() if held.id == found.version.id)
    said_by = dict.fromkeys(
        token for meeting in found.rule.met_by for token in version.events[meeting.event].said_by
    )
    return in_words(said_by, version, "or")


def _standing_in_words(line: DutyLine) -> str:
    if line.status is Status.WITHDRAWN:
        return "What started it was recorded in error, so nothing is owed."
    if line.met_on and line.due:
        return f"Met on {day_in_words(line.met_on)}. It was due on {day_in_words(line.due)}."
    if line.met_on:
        return f"Met on {day_in_words(line.met_on)}. It had no date."
    if line.due is None:
        return f"Not done yet. There is no date. It started {distance_in_words(line.opened_on, line.today)}."
    return f"Due {distance_in_words(line.due, line.today)}, {weekday_in_words(line.due)}."


@dataclass(frozen=True)
class Chapter:
    """Something in the story of a duty.

    Args:
        title: What happened.
        when: When, in words.
        by: Who said so; empty when nobody had to.
        href: Where more stands; empty for nowhere.
    """

    title: str
    when: str
    by: str = ""
    href: str = ""


def _story(found: DutyDetail) -> tuple[Chapter, ...]:
    """Tell what happened about a duty, the latest first."""
    told: list[tuple[date, int, Chapter]] = []
    for place, event in enumerate(one for one in (found.opening, found.meeting) if one):
        chapter = Chapter(
            event.title, day_in_words(event.on), event.recorder.name, reverse("event", args=[event.id])
        )
        told.append((event.on, place, chapter))
        if event.withdrawn_at:
            gone = Chapter(
                "Withdrawn as recorded in error", moment_in_words(event.withdrawn_at), event.withdrawn_by
            )
            told.append((event.withdrawn_at.date(), 9, gone))
    for one in found.rounds:
        href = reverse("query", args=[one.id])
        told.append(
            (
                one.asked_at.date(),
                2,
                Chapter("Asked why", moment_in_words(one.asked_at), one.asker.name, href),
            )
        )
        if one.answered_at:
            chapter = Chapter("Answered", moment_in_words(one.answered_at), found.line.bearer.name, href)
            told.append((one.answered_at.date(), 3, chapter))
        if one.closed_at:
            chapter = Chapter("Query closed", moment_in_words(one.closed_at), one.asker.name, href)
            told.append((one.closed_at.date(), 4, chapter))
    if found.line.due and found.line.due < found.line.today and not found.line.met_on:
        told.append((found.line.due, 1, Chapter("Last day passed", day_in_words(found.line.due))))
    return tuple(chapter for *_, chapter in sorted(told, key=lambda one: one[:2], reverse=True))
