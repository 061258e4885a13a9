"""Briefings for those they were sent to, on the page and as files. Each reading is recorded (D10, ¶20)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from oversight.briefings.actions.sending import note_reading
from oversight.briefings.queries.briefings import briefing as briefing_detail
from oversight.briefings.queries.briefings import copy_to_read, my_copies
from oversight.briefings.queries.sight import DRAFT, READ
from oversight.briefings.rules.documents import Document, document_of, word_file
from oversight.kernel.declaring import reads
from oversight.kernel.printing import tagged_pdf
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.kernel.words import moment_in_words

TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@cache
def _style() -> str:
    return resources.files("oversight.briefings").joinpath("data/briefing.css").read_text(encoding="utf-8")


def _pdf(document: Document) -> bytes:
    return tagged_pdf(render_to_string("briefings/briefing_pdf.html", {"document": document}), style=_style())


def _file(document: Document, kind: str, name: str) -> HttpResponse:
    content = _pdf(document) if kind == "pdf" else word_file(document)
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _known(kind: str) -> None:
    if kind not in TYPES:
        raise Refused(
            "not_found_kind",
            f"There is no such file as “{kind[:20]}”.",
            "Choose one of the links on the page.",
        )


@reads(READ)
def copies(request: Request) -> HttpResponse:
    """List the briefings that were sent to me."""
    return render(request, "briefings/copies.html", {"copies": my_copies(actor=request.actor)})


@reads(READ, logs=True)
def copy(request: Request, copy_id: int) -> HttpResponse:
    """Show a briefing that was sent to me, and record that I read it."""
    found = copy_to_read(actor=request.actor, copy_id=copy_id)
    if request.method == "GET":
        note_reading(by=request.actor, at=request.at, copy_id=copy_id, form="page")
    return render(request, "briefings/copy.html", {"found": found})


@reads(READ, logs=True)
def copy_file(request: Request, copy_id: int, kind: str) -> HttpResponse:
    """Give a briefing that was sent to me as a file with my name on each page, and record that I took it."""
    _known(kind)
    found = copy_to_read(actor=request.actor, copy_id=copy_id)
    if request.method == "GET":
        note_reading(by=request.actor, at=request.at, copy_id=copy_id, form=kind)
    document = document_of(
        title=found.text.title,
        marking=found.marking,
        mark=f"{found.name}, {found.party.name}",
        facts=(
            ("Reference", found.reference),
            ("For", f"{found.name}, {found.party.name}"),
            ("Cleared", f"{found.cleared_name}, {moment_in_words(found.cleared_at)}"),
            ("Facts as of", moment_in_words(found.sheet.taken_at)),
        ),
        parts=found.text.parts,
        groups=found.sheet.groups,
    )
    return _file(document, kind, found.reference)


@reads(DRAFT)
def draft_file(request: Request, reference: str, kind: str) -> HttpResponse:
    """Give a briefing as the team has it as a file; until it is cleared each page says that it is a draft."""
    _known(kind)
    found = briefing_detail(actor=request.actor, reference=reference, today=request.today)
    cleared = bool(found.cleared_name)
    document = document_of(
        title=found.line.title,
        marking=found.marking,
        mark=f"{'Cleared' if cleared else 'Draft'}. Taken by {request.actor.name}",
        facts=(
            ("Reference", reference),
            ("State", found.line.state_label),
            ("Round", f"{found.text.number}, by {found.text.written_name}"),
            ("Facts as of", moment_in_words(found.sheet.taken_at)),
        ),
        parts=found.text.parts,
        groups=found.sheet.groups,
    )
    return _file(document, kind, reference)
