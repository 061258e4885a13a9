"""Briefings as the Sponsorship team writes, clears, sends and closes them (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.views.duties import page_number
from oversight.briefings.actions import briefings as acts
from oversight.briefings.actions import sending
from oversight.briefings.forms.briefings import (
    BriefingFilters,
    Deciding,
    Reason,
    Sending,
    Starting,
    Step,
    TakingBack,
    Writing,
)
from oversight.briefings.queries import briefings as queries
from oversight.briefings.queries.briefings import BriefingDetail
from oversight.briefings.queries.sight import CLEAR, DECIDE, DRAFT, PAGE_SIZE, READ
from oversight.briefings.rules.briefings import layout
from oversight.briefings.views.steps import CONFLICT, INVALID, pages_of, refused_on_page, takes
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request


@dataclass(frozen=True)
class NextStep:
    """Where a step is taken: the words on its button or link and the name of its address."""

    text: str
    address: str
    aside: bool = False


#: Where each step is taken, the one that is expected first. What ends a briefing stands aside.
STEPS: Final = {
    "clear": NextStep("Clear it", "briefing-clear"),
    "write": NextStep("Write the text", "briefing-write"),
    "ask_clearance": NextStep("Send for clearance", "briefing-ask-clearance"),
    "send": NextStep("Send it", "briefing-send"),
    "decide": NextStep("Record what was decided", "briefing-decide"),
    "close": NextStep("Close it", "briefing-close"),
    "send_back": NextStep("Send it back to drafting", "briefing-send-back", aside=True),
    "take_facts": NextStep("Take the record’s facts anew", "briefing-take-facts", aside=True),
    "send_more": NextStep("Send it to more people", "briefing-send", aside=True),
    "revise": NextStep("Take it back to drafting", "briefing-revise", aside=True),
    "supersede": NextStep("Replace it by a new briefing", "briefing-supersede", aside=True),
    "withdraw": NextStep("Withdraw it", "briefing-withdraw", aside=True),
}


@reads(DRAFT)
def briefings(request: Request) -> HttpResponse:
    """Show the briefings, latest first: filtered, counted, 25 a page."""
    filters = BriefingFilters(request.GET)
    faulty = not filters.is_valid()
    chosen = {} if faulty else filters.cleaned_data
    found = queries.briefing_list(actor=request.actor, page=page_number(request.GET), **chosen)
    context = {
        "filters": filters,
        "faulty": faulty,
        "found": found,
        "pages": pages_of(found.count, found.page, PAGE_SIZE),
        "narrowed": any(request.GET.get(name) for name in filters.fields),
    }
    return render(request, "briefings/briefings.html", context, status=INVALID if faulty else 200)


@writes(DRAFT)
def start(request: Request) -> HttpResponse:
    """Start a briefing on a published report, without an alert."""
    form, status = Starting(initial={"report": request.GET.get("report", "")}), 200
    if request.method == "POST":
        form, status = Starting(request.POST), INVALID
        if form.is_valid():
            try:
                reference = acts.start(by=request.actor, at=request.at, **form.cleaned_data)
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, "The briefing is started, with the record’s facts beside the text.")
                return redirect("briefing", reference=reference)
    return render(request, "briefings/start.html", {"form": form}, status=status)


def _found(request: Request, reference: str) -> BriefingDetail:
    return queries.briefing(actor=request.actor, reference=reference, today=request.today)


@reads(DRAFT)
def briefing(request: Request, reference: str) -> HttpResponse:
    """Show a briefing: how it stands, its text, the record's facts, who has it, what was decided."""
    found = _found(request, reference)
    offered = [step for name, step in STEPS.items() if name in found.acts]
    if "ask_clearance" in found.acts and any(one.text for one in found.text.parts):
        # Once something is written, sending it on is what comes next.
        offered.sort(key=lambda step: step.address != "briefing-ask-clearance")
    if "close" in found.acts:
        offered.sort(key=lambda step: step.address != "briefing-close")
    context = {
        "found": found,
        "onward": [step for step in offered if not step.aside],
        "aside": [step for step in offered if step.aside],
        "sees_duties": request.actor.may("arrangements.see_duties"),
    }
    return render(request, "briefings/briefing.html", context)


@reads(DRAFT)
def rounds(request: Request, reference: str) -> HttpResponse:
    """Show every round of the text, latest first."""
    return render(request, "briefings/rounds.html", {"found": _found(request, reference)})


@writes(DRAFT)
def write(request: Request, reference: str) -> HttpResponse:
    """Write the text, with the record's facts beside it."""
    found = _found(request, reference)
    more: dict[str, Any] = {"parts": found.text.parts, "sections": layout().sections}
    form = Writing(initial={"revision": found.revision, "title": found.line.title}, **more)
    status = 200
    if request.method == "POST":
        form, status = Writing(request.POST, **more), INVALID
        if form.is_valid():
            if takes(request, form, acts.write, reference=reference):
                messages.success(request, "Saved as a further round. The earlier ones stay.")
                return redirect("briefing", reference=reference)
            status = CONFLICT
    context = {
        "found": found,
        "form": form,
        "possible": "write" in found.acts,
        "unverified": layout().unverified,
    }
    return render(request, "briefings/write.html", context, status=status)


@dataclass(frozen=True)
class StepPage:
    """The page of a step.

    Args:
        title: Heading of the page.
        button: Words on its button.
        done: What is said when it is done.
        form: Its form.
        write: The action.
        told: What the page says before the form.
        warning: Whether it cannot be undone.
    """

    title: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    told: str = ""
    warning: bool = False


PAGES: Final = {
    "take_facts": StepPage(
        "Take the record’s facts anew",
        "Take them",
        "Taken. The earlier facts stay.",
        Step,
        acts.take_facts,
        "The text stays as it is. Read it again beside the new facts before you send it for clearance.",
    ),
    "ask_clearance": StepPage(
        "Send the briefing for clearance",
        "Send it for clearance",
        "Sent. A colleague clears it or sends it back.",
        Step,
        acts.ask_clearance,
        "Someone who neither wrote the text nor sends it now has to clear it before it goes to anyone.",
    ),
    "clear": StepPage(
        "Clear the briefing",
        "Clear it",
        "Cleared. It can be sent now.",
        Step,
        acts.clear,
        "You answer for the text as it stands below. Taken back to drafting, it has to be cleared again.",
    ),
    "send_back": StepPage(
        "Send the briefing back to drafting",
        "Send it back",
        "Sent back to drafting.",
        Reason,
        acts.send_back,
    ),
    "revise": StepPage(
        "Take the briefing back to drafting",
        "Take it back",
        "Back in drafting. It has to be cleared again.",
        Reason,
        acts.revise,
    ),
    "close": StepPage(
        "Close the briefing",
        "Close it",
        "Closed.",
        Step,
        sending.close,
        "Of a report, this also records that the team took its findings into oversight (paragraph 20).",
        warning=True,
    ),
    "withdraw": StepPage(
        "Withdraw the briefing",
        "Withdraw it",
        "Withdrawn. Its alert asks again what follows.",
        Reason,
        sending.withdraw,
        "Nobody can read a copy any more. That it was sent and read stays in view. This cannot be undone.",
        warning=True,
    ),
    "take_copy_back": StepPage(
        "Take a copy back",
        "Take it back",
        "Taken back. It cannot be read any more.",
        TakingBack,
        sending.take_copy_back,
        "That it was sent, and read, stays in view.",
        warning=True,
    ),
}


def _step(request: Request, reference: str, name: str, **initial: Any) -> HttpResponse:
    page, found, status = PAGES[name], _found(request, reference), 200
    if request.method == "POST":
        form, status = page.form(request.POST), INVALID
        if form.is_valid():
            if takes(request, form, page.write, reference=reference):
                messages.success(request, page.done)
                return redirect("briefing", reference=reference)
            status = CONFLICT
    else:
        form = page.form(initial={"revision": found.revision, **initial})
    possible = ("send_more" if name == "take_copy_back" else name) in found.acts
    context = {"found": found, "page": page, "form": form, "possible": possible, "with_text": name == "clear"}
    return render(request, "briefings/step.html", context, status=status)


@writes(DRAFT)
def take_facts(request: Request, reference: str) -> HttpResponse:
    """Take the record's facts anew."""
    return _step(request, reference, "take_facts")


@writes(DRAFT)
def ask_clearance(request: Request, reference: str) -> HttpResponse:
    """Send it for clearance."""
    return _step(request, reference, "ask_clearance")


@writes(CLEAR)
def clear(request: Request, reference: str) -> HttpResponse:
    """Clear what someone else wrote."""
    return _step(request, reference, "clear")


@writes(CLEAR)
def send_back(request: Request, reference: str) -> HttpResponse:
    """Send it back to drafting."""
    return _step(request, reference, "send_back")


@writes(DRAFT)
def revise(request: Request, reference: str) -> HttpResponse:
    """Take it back to drafting."""
    return _step(request, reference, "revise")


@writes(DRAFT)
def close(request: Request, reference: str) -> HttpResponse:
    """Close it."""
    return _step(request, reference, "close")


@writes(DRAFT)
def withdraw(request: Request, reference: str) -> HttpResponse:
    """Withdraw it."""
    return _step(request, reference, "withdraw")


@writes(DRAFT)
def take_copy_back(request: Request, reference: str, copy_id: int) -> HttpResponse:
    """Take one copy back."""
    return _step(request, reference, "take_copy_back", copy_id=copy_id)


@writes(DRAFT)
def supersede(request: Request, reference: str) -> HttpResponse:
    """Replace it by a new briefing."""
    page = StepPage(
        "Replace the briefing by a new one",
        "Replace it",
        "",
        Reason,
        sending.supersede,
        "The new briefing begins with this text and the facts of now, and has to be cleared. Copies of this "
        "one cannot be read any more. This cannot be undone.",
        warning=True,
    )
    found = _found(request, reference)
    form, status = Reason(initial={"revision": found.revision}), 200
    if request.method == "POST":
        form, status = Reason(request.POST), INVALID
        if form.is_valid():
            try:
                new = sending.supersede(
                    by=request.actor, at=request.at, reference=reference, **form.cleaned_data
                )
            except Refused as refused:
                status = refused_on_page(form, refused)
            else:
                messages.success(request, "This is the new briefing. It has to be cleared before it is sent.")
                return redirect("briefing", reference=new)
    context = {
        "found": found,
        "page": page,
        "form": form,
        "possible": "supersede" in found.acts,
        "with_text": False,
    }
    return render(request, "briefings/step.html", context, status=status)


@writes(DRAFT)
def send(request: Request, reference: str) -> HttpResponse:
    """Send it to named people of the ministers' office."""
    found = _found(request, reference)
    held = {one.person for one in found.copies if one.withdrawn_at is None}
    people = [
        one for one in queries.recipients(actor=request.actor, today=request.today) if one.person not in held
    ]
    form, status = Sending(initial={"revision": found.revision}, people=people), 200
    if request.method == "POST":
        form, status = Sending(request.POST, people=people), INVALID
        if form.is_valid():
            if takes(request, form, sending.send, reference=reference):
                messages.success(request, "Sent. Each reading is noted below.")
                return redirect("briefing", reference=reference)
            status = CONFLICT
    context = {
        "found": found,
        "form": form,
        "people": people,
        "possible": bool({"send", "send_more"} & set(found.acts)),
    }
    return render(request, "briefings/send.html", context, status=status)


@writes(DECIDE)
def decide(request: Request, reference: str) -> HttpResponse:
    """Record what was decided, as the team was told."""
    found = _found(request, reference)
    form, status = Deciding(initial={"revision": found.revision, "on": request.today}), 200
    if request.method == "POST":
        form, status = Deciding(request.POST), INVALID
        if form.is_valid():
            if takes(request, form, sending.decide, reference=reference):
                messages.success(request, "The decision is recorded.")
                return redirect("briefing", reference=reference)
            status = CONFLICT
    context = {
        "title": found.line.title,
        "back": "briefing",
        "key": reference,
        "form": form,
        "possible": "decide" in found.acts,
    }
    return render(request, "briefings/decide.html", context, status=status)


@writes(READ)
def decide_on_copy(request: Request, copy_id: int) -> HttpResponse:
    """Record what was decided, as the office to which it was sent."""
    found = queries.copy_to_read(actor=request.actor, copy_id=copy_id)
    form, status = Deciding(initial={"revision": found.revision, "on": request.today}), 200
    if request.method == "POST":
        form, status = Deciding(request.POST), INVALID
        if form.is_valid():
            if takes(request, form, sending.decide, reference=found.reference, copy_id=copy_id):
                messages.success(request, "The decision is recorded. The Sponsorship team sees it.")
                return redirect("briefing-copy", copy_id=copy_id)
            status = CONFLICT
    context = {
        "title": found.text.title,
        "back": "briefing-copy",
        "key": copy_id,
        "form": form,
        "possible": found.decides,
    }
    return render(request, "briefings/decide.html", context, status=status)
