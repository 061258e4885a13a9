"""Files of an accuracy check: its log to take away, a spreadsheet to fill in, points from one (D6, ¶22)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from oversight.exchange.rules.files import file_rules
from oversight.exchange.views.files import attachment
from oversight.inspections.actions.accuracy_files import import_points
from oversight.inspections.forms.accuracy_files import PointsUpload, Taking
from oversight.inspections.queries.accuracy_checks import CheckDetail
from oversight.inspections.queries.accuracy_files import log_document, points_in_file, to_fill_in
from oversight.inspections.rules.accuracy import Remark
from oversight.inspections.rules.accuracy_documents import (
    HEADINGS,
    LogDocument,
    open_document_file,
    word_file,
)
from oversight.inspections.rules.accuracy_files import (
    MOST_POINTS,
    NOTES,
    PointsFile,
    ReadPoint,
    rows_to_fill,
    sheet_columns,
)
from oversight.inspections.rules.accuracy_states import AskState, PointKind
from oversight.inspections.views.accuracy import CONTRIBUTE, INVALID, SEE, head, refused_on_page
from oversight.kernel.declaring import reads, writes
from oversight.kernel.printing import tagged_pdf
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.sheets import KINDS, write_sheet
from oversight.kernel.words import count_in_words

#: Faults of a file that are shown; the count tells of all.
FAULTS_SHOWN: Final = 100
#: How long what was shown can be taken, in seconds.
_GOOD_FOR: Final = 3600
_SALT: Final = "accuracy-points"
#: Most characters that travel from the page that shows the points to the act that takes them.
_MOST_READ: Final = 2_000_000


def _pdf(log: LogDocument) -> bytes:
    html = render_to_string("inspections/accuracy_log_pdf.html", {"log": log, "headings": HEADINGS})
    return tagged_pdf(html, style=_style())


@cache
def _style() -> str:
    file = resources.files("oversight.inspections").joinpath("data/accuracy-log.css")
    return file.read_text(encoding="utf-8")


WRITERS: Final = {"docx": word_file, "odt": open_document_file, "pdf": _pdf}


def _no_kind(kind: str) -> Refused:
    return Refused(
        "not_found_kind",
        f"There is no such file as “{kind[:20]}”.",
        "Choose one of the links on the page of the points.",
    )


@reads(SEE)
def log_file(request: Request, reference: str, kind: str) -> HttpResponse:
    """Give the numbered log, as far as I see it, as a document."""
    if kind not in WRITERS:
        raise _no_kind(kind)
    log = log_document(actor=request.actor, reference=reference, at=request.at)
    name = f"accuracy-log-{reference}-{request.today.isoformat()}.{kind}"
    return attachment(name, file_rules().kinds[kind].media_type, WRITERS[kind](log))


@reads(SEE)
def sheet(request: Request, reference: str, kind: str) -> HttpResponse:
    """Give the draft as a spreadsheet to write points in, away from the service."""
    if kind not in KINDS:
        raise _no_kind(kind)
    found = to_fill_in(actor=request.actor, reference=reference)
    columns = sheet_columns(found.standards)
    content = write_sheet(kind, "Points", columns, rows_to_fill(found.passages), NOTES)
    name = f"points-{reference}-version-{found.draft}.{kind}"
    return attachment(name, file_rules().kinds[kind].media_type, content)


@writes(CONTRIBUTE)
def take(request: Request, reference: str) -> HttpResponse:
    """Take points from a file: choose it, see what is in it, take all of them."""
    check, context = head(request, reference)
    parties = [] if check.standing.osag else [one.party for one in check.mine if one.state == AskState.ASKED]
    form: PointsUpload | Taking = PointsUpload(parties=parties)
    read: PointsFile | None = None
    status, handed = 200, ""
    if request.method == "POST" and "read" in request.POST:
        form, status = Taking(request.POST), INVALID
        if form.is_valid():
            try:
                numbers = _taken(request, reference, form.cleaned_data["read"])
            except Refused as refused:
                form = PointsUpload({}, {}, parties=parties)
                form.full_clean()
                form.errors.clear()
                status = refused_on_page(form, refused)
            else:
                messages.success(request, f"{count_in_words(len(numbers), 'point')} taken. {_next(check)}")
                return redirect("inspection-accuracy-points", reference=reference)
    elif request.method == "POST":
        form, status = PointsUpload(request.POST, request.FILES, parties=parties), INVALID
        if form.is_valid():
            try:
                read, handed = _read(request, reference, form)
                status = INVALID if read.faults or not read.points else 200
            except Refused as refused:
                status = refused_on_page(form, refused)
    context |= {
        "form": form,
        "read": read,
        "handed": handed,
        "faults": read.faults[:FAULTS_SHOWN] if read else (),
        "kinds": [(kind, file_rules().kinds[kind].title) for kind in KINDS],
        "most": MOST_POINTS,
        "notes": NOTES,
    }
    return render(request, "inspections/accuracy_import.html", context, status=status)


def _next(check: CheckDetail) -> str:
    return "They are among those to be cleared." if check.standing.osag else "Hand them in when ready."


def _read(request: Request, reference: str, form: PointsUpload) -> tuple[PointsFile, str]:
    file = form.cleaned_data["file"]
    read, digest = points_in_file(
        actor=request.actor, reference=reference, name=file.name, content=file.read()
    )
    if read.faults or not read.points:
        return read, ""
    said: dict[str, Any] = {
        "by": request.actor.reference,
        "as": request.actor.party,
        "of": reference,
        "for": form.cleaned_data.get("party", ""),
        "name": file.name[:200],
        "digest": digest,
        "points": [_packed(one) for one in read.points],
    }
    handed = signing.dumps(said, salt=_SALT, compress=True)
    if len(handed) > _MOST_READ:
        raise Refused(
            "accuracy_file", "The file holds too much text to take at once.", "Split it.", field="file"
        )
    return read, handed


def _packed(one: ReadPoint) -> list[Any]:
    said = one.remark
    return [
        one.line,
        one.draft,
        one.section,
        said.anchor,
        str(said.kind),
        said.current,
        said.proposed,
        said.explanation,
        said.at_inspection,
        said.standard,
    ]


def _unpacked(given: list[Any]) -> ReadPoint:
    line, draft, section, anchor, kind, current, proposed, explanation, then, standard = given
    remark = Remark(anchor, PointKind(kind), current, proposed, explanation, then, standard)
    return ReadPoint(line, draft, section, remark)


def _taken(request: Request, reference: str, handed: str) -> tuple[int, ...]:
    actor = request.actor
    try:
        said = signing.loads(handed, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        said = {}
    if (said.get("by"), said.get("as"), said.get("of")) != (actor.reference, actor.party, reference):
        raise Refused(
            "accuracy_file",
            "What was shown was not taken within an hour, or by somebody else.",
            "Choose the file again.",
            field="file",
        )
    return import_points(
        by=actor,
        at=request.at,
        reference=reference,
        points=[_unpacked(one) for one in said["points"]],
        file_name=said["name"],
        digest=said["digest"],
        party=said["for"],
    )
