"""Importing history in the browser: choose a file, see what it would change, confirm (capability H5)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.kernel.declaring import writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import count_in_words
from oversight.publication.actions import discard_draft, import_history, keep_draft
from oversight.publication.forms import DecisionForm, HistoryFileForm
from oversight.publication.queries.history import Draft, draft_named, draft_of, plan_of
from oversight.publication.queries.reports import PAGE, current_of
from oversight.publication.rules.comparing import Plan, differences
from oversight.publication.rules.history import COLUMNS

#: Rows shown of what would be added or corrected; the counts tell of all.
SAMPLE: Final = 10


@writes("publication.import_history")
def choose(request: Request) -> HttpResponse:
    """Choose a history file; a file that can be read is kept and checked on the next page."""
    form = HistoryFileForm(request.POST, request.FILES) if request.method == "POST" else HistoryFileForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            plan_of(content, today=request.today)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            keep_draft(by=request.actor, at=request.at, content=content, file_name=file.name)
            return redirect("import-history-check")
    context = {"form": form, "draft": draft_of(request.actor, at=request.at), "columns": COLUMNS}
    return render(request, "publication/import_choose.html", context)


@writes("publication.import_history")
def check(request: Request) -> HttpResponse:
    """Show what the kept file would change, then import or discard it."""
    draft = draft_of(request.actor, at=request.at)
    if request.method == "POST":
        return _decide(request)
    if draft is None:
        return redirect("import-history")
    return _checked(request, draft)


def _decide(request: Request) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return redirect("import-history-check")
    said = form.cleaned_data
    if said["decision"] == "discard":
        discard_draft(by=request.actor, at=request.at, digest=said["file_digest"])
        messages.info(request, "The file was discarded. Nothing was imported.")
        return redirect("import-history")
    draft = draft_named(request.actor, said["file_digest"], at=request.at)
    try:
        done = import_history(
            by=request.actor,
            at=request.at,
            content=draft.content,
            file_name=draft.file_name,
            plan_digest=said["plan_digest"],
        )
    except Refused as refused:
        return _checked(request, draft, refused=refused)
    messages.success(
        request,
        f"{draft.file_name} was imported: {count_in_words(len(done.new), 'new inspection')}, "
        f"{count_in_words(len(done.corrected), 'correction')}, {done.unchanged:,} unchanged.",
    )
    return redirect("import-history")


def _checked(request: Request, draft: Draft, *, refused: Refused | None = None) -> HttpResponse:
    plan = plan_of(draft.content, today=request.today)
    context: dict[str, Any] = {
        "draft": draft,
        "plan": plan,
        "refused": refused,
        "faults": Paginator(plan.file.faults, PAGE).get_page(request.GET.get("page")),
        "new": plan.new[:SAMPLE],
        "corrections": _corrections(plan),
        "sample": SAMPLE,
    }
    return render(request, "publication/import_check.html", context, status=409 if refused else 200)


def _corrections(plan: Plan) -> list[tuple[Any, Any]]:
    some = plan.corrected[:SAMPLE]
    before = current_of([each.reference for each in some])
    return [(each, differences(before[each.reference].said, each.row)) for each in some]
