"""Recording what happened, a question at a time, and what was recorded (A4, paragraph 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.actions import EventFacts, happened, withdraw_event
from oversight.arrangements.forms import Happening, PartyName, WhatHappened, Withdrawal, in_full, show_refusal
from oversight.arrangements.queries import details
from oversight.arrangements.queries.duties import what_i_owe
from oversight.arrangements.queries.facts import DutyLine
from oversight.arrangements.queries.pages import preview_of_recording, preview_of_withdrawal, references
from oversight.arrangements.queries.texts import known_versions, recordable_events
from oversight.arrangements.rules.explaining import version_on
from oversight.arrangements.rules.facts import EventType, Version
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import day_in_words
from oversight.parties.queries import parties_by_code

RECORD: Final = "arrangements.record_event"
#: Refusals by state: the page is shown again with what was typed, and answered as a conflict.
CONFLICT: Final = 409


@dataclass(frozen=True)
class Group:
    """Things that can be said, under the paragraph they belong to."""

    number: int
    subject: str
    events: tuple[EventType, ...]


@writes(RECORD)
def record(request: Request) -> HttpResponse:
    """Ask what happened and its facts, show what follows from it, and record it."""
    given = request.POST if request.method == "POST" else request.GET
    name = given.get("event", "")
    events = _sayable(request, name)
    choice = WhatHappened(given if "event" in given or "step" in given else None, events=events)
    if not choice.is_bound or not choice.is_valid():
        return _choose(request, choice, events)
    event = next(one for one in events if one.name == name)
    version = _version_of(request, name)
    assert version is not None
    if request.method != "POST":
        return _ask(request, Happening(event=event, version=version, initial=_known(request)))
    form = Happening(request.POST, event=event, version=version)
    if not form.is_valid() or request.POST.get("step") == "change":
        return _ask(request, form)
    try:
        if request.POST.get("step") == "record":
            return _recorded(request, happened(by=request.actor, at=request.at, **form.facts()))
        _rehearse(request, form)
    except Refused as refused:
        show_refusal(form, refused)
        return _ask(request, form)
    return _check(request, form, version)


def _sayable(request: Request, name: str) -> tuple[EventType, ...]:
    """Give what the party may say; an event of an older text too when it is named: its clocks still run."""
    current = recordable_events(actor=request.actor, today=request.today)
    version = _version_of(request, name)
    if version is None or name in version_on(known_versions(), request.today).events:
        return current
    return (*current, version.events[name])


def _version_of(request: Request, name: str) -> Version | None:
    """Give the text whose words an event has: the one in force, or the latest that knows it."""
    versions = known_versions()
    in_force = version_on(versions, request.today)
    return next((held for held in (in_force, *reversed(versions)) if name in held.events), None)


def _rehearse(request: Request, form: Happening) -> None:
    """Do the act and undo it, so that whatever would be refused is refused before anyone confirms it."""
    with transaction.atomic():
        happened(by=request.actor, at=request.at, **form.facts())
        transaction.set_rollback(True)


def _recorded(request: Request, told: EventFacts) -> HttpResponse:
    messages.success(request, f"Recorded: {told.title}, {told.about}, on {day_in_words(told.on)}.")
    return redirect("event", event_id=told.id)


def _choose(request: Request, form: WhatHappened, events: Iterable[EventType]) -> HttpResponse:
    return render(
        request,
        "arrangements/event_choose.html",
        {"form": form, "groups": _groups(request, events), "prompts": _prompts(request)},
    )


def _groups(request: Request, events: Iterable[EventType]) -> tuple[Group, ...]:
    """Put each event under the first paragraph that it starts, meets or comes before."""
    version = version_on(known_versions(), request.today)
    subjects = {paragraph.number: paragraph.subject for paragraph in version.paragraphs}
    found: dict[int, list[EventType]] = {}
    for event in events:
        numbers = [
            rule.paragraph_number
            for rule in version.arrangements
            if any(start.event == event.name for start in rule.starts)
            or any(meeting.event == event.name for meeting in rule.met_by)
            or rule.before == event.name
            or (rule.varied_by and rule.varied_by.event == event.name)
        ]
        found.setdefault(min(numbers, default=1), []).append(event)
    return tuple(Group(number, subjects[number], tuple(found[number])) for number in sorted(found))


def _prompts(request: Request) -> list[DutyLine]:
    """Give the duties that come first, whose own page leads to the event that meets them."""
    if not request.actor.may("arrangements.see_duties"):
        return []
    return list(what_i_owe(actor=request.actor, today=request.today, limit=5).lines)


def _known(request: Request) -> dict[str, Any]:
    """Take what a link already says of the event."""
    parties = parties_by_code()
    return {
        name: parties.get(value, value) if name in {"unit", "addressee"} else value
        for name in ("kind", "about", "unit", "addressee", "on", "until")
        if (value := request.GET.get(name, "")[:200])
    }


def _ask(request: Request, form: Happening) -> HttpResponse:
    lists = {
        name: sorted(in_full(party) for party in parties_by_code().values() if field.takes(party))
        for name, field in form.fields.items()
        if isinstance(field, PartyName)
    }
    return render(
        request,
        "arrangements/event_details.html",
        {
            "form": form,
            "event": form.event,
            "lists": lists,
            "references": references(actor=request.actor, today=request.today),
        },
    )


def _check(request: Request, form: Happening, version: Version) -> HttpResponse:
    facts = form.facts()
    asked = {name: facts[name] for name in ("event", "kind", "about", "on", "unit", "addressee", "until")}
    preview = preview_of_recording(actor=request.actor, today=request.today, at=request.at, **asked)
    return render(
        request,
        "arrangements/event_check.html",
        {
            "form": form,
            "event": form.event,
            "facts": facts,
            "kind_words": version.kinds.get(facts["kind"], ""),
            "preview": preview,
        },
    )


@reads("arrangements.see_duties")
def event(request: Request, event_id: int) -> HttpResponse:
    """Show what was recorded, by whom, and what it started and met."""
    found = details.event(actor=request.actor, today=request.today, event_id=event_id)
    sees_all = request.actor.may("arrangements.see_all_duties")
    return render(
        request, "arrangements/event.html", {"found": found, "event": found.line, "sees_all": sees_all}
    )


@writes("arrangements.withdraw_event")
def withdraw(request: Request, event_id: int) -> HttpResponse:
    """Withdraw what was recorded in error, after showing what will follow."""
    found = details.event(actor=request.actor, today=request.today, event_id=event_id)
    request.actor.demand("arrangements.withdraw_event", found.line.recorder)
    status = 200
    if request.method == "POST":
        form = Withdrawal(request.POST)
        if form.is_valid():
            try:
                told = withdraw_event(
                    by=request.actor,
                    at=request.at,
                    event_id=event_id,
                    revision=form.cleaned_data["revision"],
                    reason=form.cleaned_data["reason"],
                )
            except Refused as refused:
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Withdrawn: {told.title}, {told.about}.")
                return redirect("event", event_id=event_id)
    else:
        form = Withdrawal(initial={"revision": found.line.revision})
    return render(
        request,
        "arrangements/event_withdraw.html",
        {
            "event": found.line,
            "form": form,
            "changes": preview_of_withdrawal(
                actor=request.actor, today=request.today, event_id=event_id
            ).changes,
        },
        status=status,
    )
