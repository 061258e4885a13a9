"""The register of action plans, opening one, the page of one and its steps (E3, E4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.arrangements.views.duties import page_number
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.publication.queries.plans import is_off, public_version
from oversight.recommendations.actions import plan_parts, plan_publishing
from oversight.recommendations.actions import plans as acts
from oversight.recommendations.forms.plans import (
    AddingReport,
    AskingInput,
    Clearing,
    GivingPart,
    Opening,
    Optional,
    PlanFilters,
    Publishing,
    Reason,
    Said,
)
from oversight.recommendations.queries.plan_actions import my_notices
from oversight.recommendations.queries.plan_facts import PlanDetail
from oversight.recommendations.queries.plan_public import plan_snapshot
from oversight.recommendations.queries.plan_sight import CLEAR, CONTRIBUTE, DRAFT
from oversight.recommendations.queries.plans import (
    STEP_PERMISSIONS,
    asked_of_us,
    plan_register,
    reports_without_plan,
)
from oversight.recommendations.queries.plans import part as part_detail
from oversight.recommendations.queries.plans import plan as plan_detail
from oversight.recommendations.queries.recommendations import PAGE_SIZE
from oversight.recommendations.rules.plans import PlanKind, kind_for
from oversight.recommendations.rules.sources import OSAG, Source
from oversight.recommendations.views.recommendations import CONFLICT, INVALID, SEE, NextStep, suggested, takes


@reads(SEE)
def plans(request: Request) -> HttpResponse:
    """Show what is asked of my body, what is due, and the plans that I may see."""
    filters = PlanFilters(request.GET)
    faulty = not filters.is_valid()
    context: dict[str, Any] = {
        "filters": filters,
        "narrowed": any(request.GET.get(name) for name in filters.fields),
        "asked": asked_of_us(actor=request.actor),
        "notices": my_notices(actor=request.actor, today=request.today),
    }
    if not faulty:
        found = plan_register(actor=request.actor, chosen=filters.chosen(), page=page_number(request.GET))
        pages: Page[int] = Paginator(range(found.count.number), PAGE_SIZE).page(found.page)
        context |= {"found": found, "pages": pages}
    return render(request, "recommendations/plans.html", context, status=INVALID if faulty else 200)


@writes(DRAFT)
def open_plan(request: Request) -> HttpResponse:
    """Open a plan that answers a report."""
    kind = PlanKind.COORDINATED if request.actor.party == OSAG else PlanKind.LOCAL
    status = 200
    if request.method == "POST":
        form = Opening(request.POST, kind=kind)
        if form.is_valid():
            try:
                reference = acts.open_plan(by=request.actor, at=request.at, **form.facts())
            except Refused as refused:
                if refused.rule.startswith("permission"):
                    raise
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, "The plan is open. Add its actions, and ask others for input.")
                return redirect("plan", reference=reference)
    else:
        form = Opening(kind=kind, initial=_known_report(request, kind))
    context = {"form": form, "kind": kind, "suggested": suggested()}
    return render(request, "recommendations/plan_open.html", context, status=status)


def _known_report(request: Request, kind: PlanKind) -> dict[str, Any]:
    """Fill in the report that the address names, or the first without a plan."""
    fitting = [
        one
        for one in reports_without_plan(actor=request.actor)
        if Source(one.kind) is Source.HISTORY or kind_for(Source(one.kind)) is kind
    ]
    asked = request.GET.get("source", "")
    chosen = next((one for one in fitting if one.source == asked), None)
    if chosen is None:
        return {}
    return {
        "source": chosen.source,
        "source_title": chosen.title,
        "kind": chosen.kind,
        "title": f"Action plan: {chosen.title}"[:200],
    }


#: Where each step is taken, in the order in which a page puts one forward.
STEPS: Final = {
    "add_action": NextStep("Add an action", "plan-action-add"),
    "ask_input": NextStep("Ask another body for input", "plan-ask-input"),
    "ask_check": NextStep("Send it to OSAG for its check", "plan-ask-check"),
    "add_report": NextStep("Let it answer another report too", "plan-add-report"),
    "finish_check": NextStep("Finish the check", "plan-finish-check"),
    "submit": NextStep("Clear and submit it", "plan-submit"),
    "take_back": NextStep("Take it back to drafting", "plan-take-back"),
    "receive": NextStep("Confirm that it was received", "plan-receive"),
    "publish": NextStep("Say that it is published", "plan-publish"),
    "publish_update": NextStep("Say that an update is published", "plan-publish-update"),
    "return_progress": NextStep("Send the progress return", "plan-return-progress"),
    "publish_progress": NextStep("Publish the progress", "plan-publish-progress"),
    "merge": NextStep("Merge it into another plan", "plan-merge"),
}


def _onward(found: PlanDetail) -> list[NextStep]:
    """Give where the one who looks can take a step; the first is the one that the page puts forward."""
    names = [name for name in STEPS if name in found.acts]
    if "ask_check" in names and found.covers_what_was_agreed:
        names.remove("ask_check")
        names.insert(0, "ask_check")
    return [STEPS[name] for name in names]


@reads(SEE)
def plan(request: Request, reference: str) -> HttpResponse:
    """Show one plan: where it stands, the one next step, recommendations with their actions, its timeline."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    return render(
        request,
        "recommendations/plan.html",
        {
            "found": found,
            "onward": _onward(found),
            "version": public_version(reference),
            "off": is_off(reference),
            "sees_duties": request.actor.may("arrangements.see_duties"),
        },
    )


@dataclass(frozen=True)
class PlanPage:
    """The page of a step of a plan.

    Args:
        title: Heading of the page.
        button: Words on its button.
        done: What is said when it is done.
        form: Its form.
        write: The action.
        told: What the page says before the form.
    """

    title: str
    button: str
    done: str
    form: type[forms.Form]
    write: Callable[..., Any]
    told: str = ""


PAGES: Final = {
    "ask_input": PlanPage(
        "Ask another body for input",
        "Ask them",
        "Asked. Their answer appears in the plan.",
        AskingInput,
        plan_parts.ask_input,
        "The body asked gets a page of its own for this question and sees nothing else of the plan.",
    ),
    "ask_check": PlanPage(
        "Send the plan to OSAG for its check",
        "Send it",
        "Sent. OSAG checks it and gives advice.",
        Optional,
        acts.ask_check,
        "The actions stay as they are until the check is finished.",
    ),
    "finish_check": PlanPage(
        "Finish the check of the plan",
        "Finish the check",
        "The check is finished. The plan is now to be cleared.",
        Said,
        acts.finish_check,
        "Say what should change, or that nothing has to. Those who clear the plan read it.",
    ),
    "take_back": PlanPage(
        "Take the plan back to drafting",
        "Take it back",
        "The plan is being drafted again.",
        Reason,
        acts.take_back,
    ),
    "submit": PlanPage(
        "Clear and submit the plan",
        "Clear and submit it",
        "Submitted to HM Inspectorate of Probation.",
        Clearing,
        acts.submit,
        "From now on the Inspectorate sees the plan, its actions can be reported on, and its dates change "
        "only with a reason and an approval.",
    ),
    "receive": PlanPage(
        "Confirm that the plan was received",
        "Confirm receipt",
        "Receipt is confirmed.",
        Optional,
        acts.receive_plan,
    ),
    "publish": PlanPage(
        "Say that the plan is published",
        "It is published",
        "Published. Everyone can read it here, and progress is now reported on each action.",
        Publishing,
        plan_publishing.publish_plan,
        "The plan also gets its page on the public register, as it stands now.",
    ),
    "publish_update": PlanPage(
        "Say that an update of the plan is published",
        "The update is published",
        "The update is kept with the plan, and its public page has a new version.",
        Publishing,
        plan_publishing.publish_update,
        "The public page gets a new version with the progress as it stands now. The first update is due "
        "within twelve months of the day of publication (paragraph 27).",
    ),
    "publish_progress": PlanPage(
        "Publish the progress",
        "Publish it",
        "The public page has a new version.",
        Optional,
        plan_publishing.publish_progress,
        "The public page gets a new version with the progress as it stands now; earlier versions stay.",
    ),
    "return_progress": PlanPage(
        "Send the progress return",
        "Send it",
        "Sent. The Inspectorate sees the progress as it stands today.",
        Said,
        plan_publishing.return_progress,
        "The return holds every recommendation and action as it stands today, with first and present dates. "
        "Download it from the page of the plan (paragraph 26).",
    ),
}


#: Steps after which the public reads more.
PUBLISHING: Final = (
    plan_publishing.publish_plan,
    plan_publishing.publish_update,
    plan_publishing.publish_progress,
)


def _step(request: Request, reference: str, name: str) -> HttpResponse:
    page = PAGES[name]
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    status = 200
    if request.method == "POST":
        form = page.form(request.POST)
        if form.is_valid():
            if takes(request, form, page.write, reference=reference):
                messages.success(request, page.done)
                return redirect("plan", reference=reference)
            status = CONFLICT
    else:
        form = page.form(initial={"revision": found.revision, "on": request.today})
    return _shown(request, found, form, page, possible=name in found.acts, status=status)


def _shown(
    request: Request, found: PlanDetail, form: forms.Form, page: PlanPage, *, possible: bool, status: int
) -> HttpResponse:
    context: dict[str, Any] = {"found": found, "page": page, "form": form, "possible": possible}
    context["public"] = page.write in PUBLISHING
    context["suggested"] = suggested() if isinstance(form, AskingInput) else None
    return render(request, "recommendations/plan_step.html", context, status=status)


@writes(DRAFT)
def ask_input(request: Request, reference: str) -> HttpResponse:
    """Ask a body for its part of the plan."""
    return _step(request, reference, "ask_input")


@writes(DRAFT)
def ask_check(request: Request, reference: str) -> HttpResponse:
    """Send the plan to OSAG."""
    return _step(request, reference, "ask_check")


@writes(STEP_PERMISSIONS["finish_check"])
def finish_check(request: Request, reference: str) -> HttpResponse:
    """Give the advice, or finish the quality check."""
    return _step(request, reference, "finish_check")


@writes(DRAFT)
def take_back(request: Request, reference: str) -> HttpResponse:
    """Take the plan back to drafting."""
    return _step(request, reference, "take_back")


@writes(CLEAR)
def submit(request: Request, reference: str) -> HttpResponse:
    """Clear the plan and submit it."""
    return _step(request, reference, "submit")


@writes(STEP_PERMISSIONS["receive"])
def receive(request: Request, reference: str) -> HttpResponse:
    """Confirm that the plan was received."""
    return _step(request, reference, "receive")


@writes(STEP_PERMISSIONS["publish"])
def publish(request: Request, reference: str) -> HttpResponse:
    """Say when and where the plan was published."""
    return _step(request, reference, "publish")


@writes(STEP_PERMISSIONS["publish_update"])
def publish_update(request: Request, reference: str) -> HttpResponse:
    """Say when and where an update was published."""
    return _step(request, reference, "publish_update")


@writes(STEP_PERMISSIONS["publish_progress"])
def publish_progress(request: Request, reference: str) -> HttpResponse:
    """Put a new version of a local plan on the web."""
    return _step(request, reference, "publish_progress")


@reads(SEE)
def public_sight(request: Request, reference: str) -> HttpResponse:
    """Show the plan as the public would read it now, before it is published."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    snapshot = plan_snapshot(actor=request.actor, reference=reference, today=request.today)
    context = {"found": found, "snapshot": snapshot, "version": public_version(reference)}
    return render(request, "recommendations/plan_public.html", context)


@writes(STEP_PERMISSIONS["return_progress"])
def return_progress(request: Request, reference: str) -> HttpResponse:
    """Send the progress return."""
    return _step(request, reference, "return_progress")


_REPORT: Final = PlanPage(
    "Let the plan answer another report too",
    "Add the report",
    "Added. Its recommendations are now in the plan.",
    AddingReport,
    acts.add_report,
    "One plan can answer several reports. Each report is answered by one plan.",
)


@writes(DRAFT)
def add_report(request: Request, reference: str) -> HttpResponse:
    """Let the plan answer one more report."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    reports = [
        (one.source, f"{one.title} ({one.source})")
        for one in reports_without_plan(actor=request.actor)
        if Source(one.kind) is Source.HISTORY or kind_for(Source(one.kind)) == found.line.kind
    ]
    status = 200
    if request.method == "POST":
        form = AddingReport(request.POST, reports=reports)
        if form.is_valid():
            if takes(request, form, acts.add_report, reference=reference):
                messages.success(request, _REPORT.done)
                return redirect("plan", reference=reference)
            status = CONFLICT
    else:
        form = AddingReport(reports=reports, initial={"revision": found.revision})
    return _shown(request, found, form, _REPORT, possible="add_report" in found.acts, status=status)


@writes(CONTRIBUTE)
def part(request: Request, part_id: int) -> HttpResponse:
    """Show the one question that my body was asked, and take the answer."""
    found = part_detail(actor=request.actor, part_id=part_id)
    status = 200
    if request.method == "POST":
        form = GivingPart(request.POST)
        if form.is_valid():
            if takes(request, form, plan_parts.give_part, part_id=part_id):
                messages.success(request, "Given. Those who write the plan have it now.")
                return redirect("plan-part", part_id=part_id)
            status = CONFLICT
    else:
        form = GivingPart(initial={"revision": found.revision})
    context = {"found": found, "form": form}
    return render(request, "recommendations/plan_part.html", context, status=status)
