"""The texts for those who work under them: register, one arrangement, two texts compared (A2, A3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from oversight.arrangements import queries
from oversight.arrangements.forms import show_refusal
from oversight.arrangements.rules.comparing import Comparison, Difference, compare
from oversight.arrangements.rules.explaining import Opening, explain
from oversight.arrangements.rules.facts import BASIS_WORDS, Arrangement, Version
from oversight.arrangements.rules.parties import RELATIVE_WORDS, token_in_words
from oversight.arrangements.rules.processes import processes_under, shipped_catalogue
from oversight.arrangements.rules.telling import Told, sentence_case, tell
from oversight.arrangements.views.guards import guard_in_words
from oversight.arrangements.views.public_pages import Texts, texts_on
from oversight.arrangements.views.text_forms import ArrangementFilters, TextsToCompare, TryIt
from oversight.kernel.calendars import england_and_wales
from oversight.kernel.declaring import reads
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

PAGE_SIZE = 25


@reads("arrangements.see_duties")
def arrangements(request: Request) -> HttpResponse:
    """Show the register of the arrangements of a text, the one in force unless another is chosen."""
    texts = texts_on(request.today)
    version = _chosen(texts, request.GET.get("version", ""))
    told = [tell(one, version) for one in version.arrangements] if version else []
    filters = ArrangementFilters(request.GET, **_choices(texts, version, told))
    fitting = [one for one in told if _fits(one, filters.cleaned_data)] if filters.is_valid() else []
    page = Paginator(fitting, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "arrangements/text_register.html",
        {
            "texts": texts,
            "version": version,
            "filters": filters,
            "narrowed": any(value for name, value in request.GET.items() if name not in {"page", "version"}),
            "page": page,
            "count": len(fitting),
            "all": len(told),
        },
    )


def _chosen(texts: Texts, identifier: str) -> Version | None:
    """Give the text asked for, or the one to show when none was.

    Raises:
        Refused: There is no such text.
    """
    if not identifier:
        return texts.first
    found = texts.named(identifier)
    if found is None:
        raise Refused(
            "not_found_version",
            "There is no such text of the arrangements.",
            "Choose one from the list of texts.",
            paragraph="34",
        )
    return found


def _choices(texts: Texts, version: Version | None, told: list[Told]) -> dict[str, Any]:
    held = [one.arrangement for one in told]
    bearers = {token for one in held for token in one.bearers}
    order = [*(version.parties if version else ()), *RELATIVE_WORDS]
    tokens = [token for token in order if token in bearers] + sorted(bearers - set(order))
    return {
        "versions": [(one.id, f"{one.id}: {one.title}") for one in texts.known],
        "bearers": [
            (token, sentence_case(token_in_words(token, version))) for token in tokens if version is not None
        ],
        "paragraphs": [
            (str(number), str(number)) for number in sorted({one.paragraph_number for one in held})
        ],
        "principles": [(one.id, one.title) for one in shipped_catalogue().principles.values()],
    }


def _fits(told: Told, asked: dict[str, Any]) -> bool:
    one = told.arrangement
    searched = (one.id, one.title, one.summary, told.who, told.whom, one.limit_note, one.ambiguity)
    words = " ".join(searched).casefold()
    return (
        all(word in words for word in asked["words"].casefold().split())
        and asked["bearer"] in ("", *one.bearers)
        and asked["paragraph"] in ("", str(one.paragraph_number))
        and asked["principle"] in ("", *one.principles)
        and asked["force"] in ("", one.force)
        and asked["standing"] in ("", "always" if one.standing else "started")
        and asked["limit"] in ("", _rests_on(one))
    )


def _rests_on(one: Arrangement) -> str:
    if one.limit:
        return "text"
    return "local" if one.local_target else "none"


@dataclass(frozen=True)
class Reading:
    """How one text puts an arrangement.

    Args:
        version: The text.
        held: Whether it has the arrangement at all.
        differences: What it puts differently from the text before it; empty when nothing, or for the first.
        first: Whether no earlier text has the arrangement.
    """

    version: Version
    held: bool
    differences: tuple[Difference, ...]
    first: bool


@reads("arrangements.see_duties")
def arrangement(request: Request, identifier: str) -> HttpResponse:
    """Show everything about one arrangement, how each text puts it, and what date it would give."""
    texts = texts_on(request.today)
    holding = [one for one in texts.known if one.arrangement(identifier)]
    chosen = _chosen(texts, request.GET.get("version", ""))
    version = chosen if chosen in holding else next(iter(holding), None)
    held = version.arrangement(identifier) if version else None
    if version is None or held is None:
        raise Refused(
            "not_found_arrangement",
            "There is no such arrangement in any text that the service knows.",
            "Choose one from the register of arrangements.",
        )
    told = tell(held, version)
    form = _trial_form(request, held, version)
    return render(
        request,
        "arrangements/text_arrangement.html",
        {
            "texts": texts,
            "version": version,
            "told": told,
            "one": held,
            "guards": {held.id: guard_in_words(held, version)} if held.standing else {},
            "principles": [shipped_catalogue().principles[name] for name in held.principles],
            "processes": [
                process
                for process in processes_under(version, shipped_catalogue())
                if told in (*process.owed, *process.standing)
            ],
            "readings": list(_readings(texts, identifier)),
            "form": form,
            "trial": _trial(form, held, texts) if form is not None and form.is_bound else None,
            "basis_words": BASIS_WORDS,
        },
    )


def _readings(texts: Texts, identifier: str) -> Iterator[Reading]:
    """Give how each text puts an arrangement, the latest first."""
    known = list(reversed(texts.known))
    readings = []
    before: Version | None = None
    for version in known:
        held = version.arrangement(identifier) is not None
        earlier = before is not None and before.arrangement(identifier) is not None
        differences: tuple[Difference, ...] = ()
        if held and earlier and before is not None:
            changed = (one for one in compare(before, version).changed if one.id == identifier)
            differences = next((one.differences for one in changed), ())
        readings.append(Reading(version, held, differences, first=held and not earlier))
        before = version
    yield from reversed(readings)


def _trial_form(request: Request, held: Arrangement, version: Version) -> TryIt | None:
    """Give the form that asks for an event and a day; None for what no event starts."""
    if held.standing:
        return None
    occasions = []
    names = [(start.event, start.kinds) for start in held.starts]
    if held.recurs:
        names += [(meeting.event, meeting.kinds) for meeting in held.met_by]
    for name, kinds in names:
        event = version.events[name]
        for kind in kinds or event.kinds or ("",):
            words = f"{event.title}: {version.kinds[kind]}" if kind else event.title
            occasions.append((f"{name} {kind}".strip(), words))
    asked = "on" in request.GET
    return TryIt(
        request.GET if asked else None,
        occasions=occasions,
        second_date=version.events[held.starts[0].event].until if held.date_given else "",
        initial={"on": request.today, "occasion": occasions[0][0]},
    )


def _trial(form: TryIt, held: Arrangement, texts: Texts) -> dict[str, Any] | None:
    """Explain what the event asked about would open; a refusal is put beside its field."""
    if not form.is_valid():
        return None
    name, _, kind = form.cleaned_data["occasion"].partition(" ")
    on: date = form.cleaned_data["on"]
    try:
        found = explain(
            event=name,
            kind=kind,
            on=on,
            until=form.cleaned_data.get("until"),
            versions=texts.known,
            calendar=england_and_wales(),
        )
    except Refused as refused:
        show_refusal(form, refused)
        return None
    opened: Opening | None = next((one for one in found if one.arrangement == held.id), None)
    governing = max(
        (one for one in texts.known if one.effective_from <= on),
        key=lambda one: (one.effective_from, one.adopted_at),
    )
    return {"on": on, "opened": opened, "governing": governing}


@reads("arrangements.see_duties")
def versions(request: Request) -> HttpResponse:
    """List the texts known, and compare two of them."""
    texts = texts_on(request.today)
    known = [(one.id, f"{one.id}: {one.title}") for one in texts.known]
    asked = "before" in request.GET or "after" in request.GET
    form = TextsToCompare(
        request.GET if asked else None,
        versions=known,
        initial={"before": known[1][0], "after": known[0][0]} if len(known) > 1 else {},
    )
    found: Comparison | None = None
    before = after = None
    if asked and form.is_valid():
        before, after = texts.named(form.cleaned_data["before"]), texts.named(form.cleaned_data["after"])
        found = compare(before, after) if before and after else None
    return render(
        request,
        "arrangements/text_versions.html",
        {
            "texts": texts,
            "lines": queries.versions(),
            "form": form,
            "before": before,
            "after": after,
            "comparison": found,
        },
    )
