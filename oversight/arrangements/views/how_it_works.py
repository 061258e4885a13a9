"""Who does what, how and why: public pages made from the text in force (A3, paragraphs 3, 5 and 10(i))."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from oversight.arrangements.rules.accountability import WORKFLOW
from oversight.arrangements.rules.comparing import Comparison, compare
from oversight.arrangements.rules.facts import Paragraph, Version
from oversight.arrangements.rules.parties import RELATIVE_WORDS, token_in_words
from oversight.arrangements.rules.processes import Process, processes_under, shipped_catalogue
from oversight.arrangements.rules.telling import Told, sentence_case, tell
from oversight.arrangements.views.guards import guard_in_words
from oversight.arrangements.views.process_drawing import draw_process
from oversight.arrangements.views.public_pages import Texts, public_page
from oversight.arrangements.views.tables import HEADING, as_data, as_row
from oversight.arrangements.views.workflow_drawing import drawing_of
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.spreadsheets import safe_cell
from oversight.kernel.words import join_in_words


@dataclass(frozen=True)
class Body:
    """One body and everything that the text asks of it.

    Args:
        name: Its name.
        owed: What it owes when something happens.
        standing: What it upholds all the time.
    """

    name: str
    owed: tuple[Told, ...]
    standing: tuple[Told, ...]

    @property
    def counted(self) -> str:
        """How many of each, in words; none are left out."""
        parts = ((self.owed, "when something happens"), (self.standing, "always"))
        return join_in_words([f"{len(told)} {words}" for told, words in parts if told])


@dataclass(frozen=True)
class Carried:
    """One paragraph and what carries it."""

    paragraph: Paragraph
    arrangements: tuple[Told, ...]


@public_page
def how_oversight_works(request: Request, texts: Texts) -> HttpResponse:
    """Tell who does what, how and why, to someone who knows nothing of it."""
    version = texts.first
    told = [tell(one, version) for one in version.arrangements] if version else []
    return render(
        request,
        "arrangements/how_oversight_works.html",
        {
            "texts": texts,
            "version": version,
            "told": {one.arrangement.id: one for one in told},
            "bodies": list(_bodies(version, told)) if version else [],
            "principles": [
                (principle, [one for one in told if principle.id in one.arrangement.principles])
                for principle in shipped_catalogue().principles.values()
            ],
            "processes": processes_under(version, shipped_catalogue()) if version else (),
            "changes": list(_changes(texts)),
            "query": WORKFLOW,
            "query_drawing": drawing_of(WORKFLOW),
        },
    )


def _bodies(version: Version, told: list[Told]) -> Iterator[Body]:
    """Give each body that owes something, in the order of the text, then whoever it depends on."""
    tokens = dict.fromkeys([*version.parties, *RELATIVE_WORDS])
    tokens.update(dict.fromkeys(token for one in told for token in one.arrangement.bearers))
    for token in tokens:
        borne = [one for one in told if token in one.arrangement.bearers]
        if borne:
            yield Body(
                name=sentence_case(token_in_words(token, version)),
                owed=tuple(one for one in borne if not one.arrangement.standing),
                standing=tuple(one for one in borne if one.arrangement.standing),
            )


def _changes(texts: Texts) -> Iterator[tuple[Version, Comparison]]:
    """Give each text to come with what differs from the one before it."""
    before = texts.in_force
    for version in texts.coming:
        if before is not None:
            yield version, compare(before, version)
        before = version


@public_page
def process(request: Request, texts: Texts, identifier: str) -> HttpResponse:
    """Show one process, made from the arrangements in force."""
    version = texts.first
    found = processes_under(version, shipped_catalogue()) if version else ()
    place = next((place for place, one in enumerate(found) if one.id == identifier), None)
    if place is None:
        raise Refused(
            "not_found_process",
            "There is no such process in the arrangements in force.",
            "Choose one from the list on the page on how oversight works.",
        )
    shown = found[place]
    return render(
        request,
        "arrangements/process.html",
        {
            "texts": texts,
            "version": version,
            "process": shown,
            "drawing": draw_process(shown),
            "before": found[place - 1] if place else None,
            "after": found[place + 1] if place + 1 < len(found) else None,
            "guards": _guards(shown.standing, version),
        },
    )


@public_page
def paragraphs(request: Request, texts: Texts) -> HttpResponse:
    """List every paragraph with what carries it, or why nothing has to."""
    version = texts.first
    found = list(_carried(version)) if version else []
    return render(
        request,
        "arrangements/paragraphs.html",
        {
            "texts": texts,
            "version": version,
            "carried": found,
            "processes": _processes_of(processes_under(version, shipped_catalogue())) if version else {},
            "guards": _guards([one for carried in found for one in carried.arrangements], version),
        },
    )


def _carried(version: Version) -> Iterator[Carried]:
    for paragraph in version.paragraphs:
        arrangements = [one for one in version.arrangements if one.paragraph_number == paragraph.number]
        yield Carried(paragraph, tuple(tell(one, version) for one in arrangements))


def _processes_of(processes: tuple[Process, ...]) -> dict[str, list[Process]]:
    """Give, for each arrangement, the processes it is part of."""
    found: dict[str, list[Process]] = {}
    for one in processes:
        for told in (*one.owed, *one.standing):
            found.setdefault(told.arrangement.id, []).append(one)
    return found


def _guards(told: Any, version: Version | None) -> dict[str, Any]:
    if version is None:
        return {}
    return {
        one.arrangement.id: guard_in_words(one.arrangement, version)
        for one in told
        if one.arrangement.standing
    }


@public_page
def arrangements_csv(request: Request, texts: Texts) -> HttpResponse:  # noqa: ARG001 - every view takes it
    """Give every arrangement of every text known as CSV, safe to open in a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="arrangements.csv"'
    writer = csv.writer(response)
    writer.writerow(HEADING)
    for version in texts.known:
        for one in version.arrangements:
            writer.writerow(safe_cell(cell) for cell in as_row(one, version))
    return response


@public_page
def arrangements_json(request: Request, texts: Texts) -> HttpResponse:
    """Give every text known, with its events, arrangements and paragraphs, as JSON."""
    in_force = texts.in_force
    return JsonResponse(
        {
            "source": request.build_absolute_uri(reverse("paragraphs")),
            "in_force": in_force.id if in_force else None,
            "versions": [as_data(version) for version in texts.known],
        },
        json_dumps_params={"indent": 1, "ensure_ascii": False},
    )
