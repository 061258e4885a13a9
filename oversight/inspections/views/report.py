"""A report: what is written and missing, its sections, its versions and how two of them differ (D1, D3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.inspections.actions.report import WRITING, make_version, save_section
from oversight.inspections.forms.report import Comparing, Keeping, Writing
from oversight.inspections.queries.case import CaseDetail
from oversight.inspections.queries.case import case as case_detail
from oversight.inspections.queries.report import VersionLine, section_page, version, versions
from oversight.inspections.queries.report import report as report_of
from oversight.inspections.queries.report_facts import ReportNow
from oversight.inspections.rules.report_comparing import compared
from oversight.inspections.rules.report_content import assembled
from oversight.inspections.rules.reporting import SectionText
from oversight.inspections.rules.visibility import Part
from oversight.inspections.views.sharing import shows_case_data
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

SEE: Final = "inspections.see"
LEAD: Final = "inspections.lead"
PAGE_SIZE: Final = 25
CONFLICT: Final = 409
INVALID: Final = 422


def writes_now(request: Request, found: CaseDetail) -> bool:
    """Tell whether the one who looks may write the report now."""
    return request.actor.may(LEAD) and found.on_team and found.line.state in WRITING


def raise_permission(refused: Refused) -> None:
    """Let a refusal that no form can put right go on to its own page."""
    if refused.rule.startswith(("permission", "not_found")):
        raise refused


@reads(SEE)
def overview(request: Request, reference: str) -> HttpResponse:
    """Show what of the report is written, what is missing, and the next step."""
    found = case_detail(actor=request.actor, reference=reference)
    now = report_of(actor=request.actor, reference=reference, today=request.today)
    context = {"found": found, "now": now, "acts": writes_now(request, found)}
    return render(request, "inspections/report.html", context)


def _shown(now: ReportNow, key: str, text: str | None = None) -> SectionText:
    """Give a section as a reader would see it, with another text than the one saved when it is given."""
    content = now.content
    if text is not None:
        content = content.with_text(key, text)
    return next(one for one in assembled(content) if one.key == key)


@writes(SEE, logs=True)
@shows_case_data(Part.NOTES)
def section(request: Request, reference: str, key: str) -> HttpResponse:
    """Show a section, preview and save its text; what a colleague saved meanwhile is shown beside mine."""
    found = case_detail(actor=request.actor, reference=reference)
    page = section_page(actor=request.actor, reference=reference, key=key, today=request.today)
    held = page.now.texts.get(key)
    revision, saved = (held.revision, held.text) if held else (0, "")
    form = Writing(initial={"text": saved, "revision": revision})
    status, preview, theirs = 200, None, None
    if request.method == "POST" and page.section.written:
        form = Writing(request.POST)
        status = INVALID
        if form.is_valid() and request.POST.get("act") == "preview":
            preview, status = _shown(page.now, key, form.cleaned_data["text"]), 200
        elif form.is_valid():
            try:
                save_section(
                    by=request.actor, at=request.at, reference=reference, key=key, **form.cleaned_data
                )
            except Refused as refused:
                raise_permission(refused)
                status = CONFLICT
                if refused.rule == "report_section_stale":
                    mine = form.cleaned_data["text"]
                    (theirs,) = compared([_shown(page.now, key)], [_shown(page.now, key, mine)])
                    # Whoever saves again has seen both texts.
                    form = Writing({"text": mine, "revision": revision})
                show_refusal(form, refused)
            else:
                messages.success(request, "The section is saved.")
                return redirect("inspection-report-section", reference=reference, key=key)
    context = {
        "found": found,
        "page": page,
        "form": form,
        "preview": preview,
        "theirs": theirs,
        "saved": held,
        "shown": _shown(page.now, key),
        "acts": writes_now(request, found),
    }
    return render(request, "inspections/report_section.html", context, status=status)


@writes(SEE)
def version_list(request: Request, reference: str) -> HttpResponse:
    """List the versions; keep the report as it stands as a new one."""
    found = case_detail(actor=request.actor, reference=reference)
    listed = versions(actor=request.actor, reference=reference)
    pages = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    form, status = Keeping(), 200
    if request.method == "POST":
        form, status = Keeping(request.POST), INVALID
        if form.is_valid():
            try:
                number = make_version(
                    by=request.actor, at=request.at, reference=reference, **form.cleaned_data
                )
            except Refused as refused:
                raise_permission(refused)
                show_refusal(form, refused)
                status = CONFLICT
            else:
                messages.success(request, f"Version {number} is kept. Nobody can change it.")
                return redirect("inspection-report-versions", reference=reference)
    context = {
        "found": found,
        "pages": pages,
        "form": form,
        "comparing": _comparing(listed),
        "acts": writes_now(request, found),
    }
    return render(request, "inspections/report_versions.html", context, status=status)


def _comparing(listed: Sequence[VersionLine]) -> Comparing | None:
    if len(listed) < 2:
        return None
    return Comparing(versions=listed, initial={"old": listed[1].number, "new": listed[0].number})


@reads(SEE)
def version_page(request: Request, reference: str, number: int) -> HttpResponse:
    """Show a version as it was made."""
    found = case_detail(actor=request.actor, reference=reference)
    shown = version(actor=request.actor, reference=reference, number=number)
    return render(request, "inspections/report_version.html", {"found": found, "version": shown})


@reads(SEE)
def compare(request: Request, reference: str) -> HttpResponse:
    """Show two versions passage by passage, word by word."""
    found = case_detail(actor=request.actor, reference=reference)
    listed = versions(actor=request.actor, reference=reference)
    form = Comparing(request.GET, versions=listed)
    context: dict[str, Any] = {"found": found, "form": form, "several": len(listed) > 1, "old": None}
    if not form.is_valid():
        return render(request, "inspections/report_compare.html", context, status=INVALID)
    old = version(actor=request.actor, reference=reference, number=form.cleaned_data["old"])
    new = version(actor=request.actor, reference=reference, number=form.cleaned_data["new"])
    context |= {"old": old, "new": new, "sections": compared(old.sections, new.sections)}
    return render(request, "inspections/report_compare.html", context)
