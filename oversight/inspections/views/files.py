"""Files attached to inspections, handed out to be saved and never shown inside a page (D5, D6)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from oversight.exchange.views.files import attachment
from oversight.inspections.actions.files import read_file
from oversight.inspections.actions.sharing import record_reading
from oversight.inspections.queries.files import FileContent, file_content, file_line, read_under_share
from oversight.inspections.rules.visibility import Part
from oversight.kernel.declaring import writes
from oversight.kernel.requests import Request


@writes("inspections.see", logs=True)
def file(request: Request, reference: str, file_id: int) -> HttpResponse:
    """Hand out a file; a sensitive one only after saying that reading it is recorded."""
    line = file_line(actor=request.actor, reference=reference, file_id=file_id)
    hands_out = not line.sensitive or request.method == "POST"
    if hands_out and read_under_share(actor=request.actor, reference=reference, file_id=file_id):
        record_reading(
            by=request.actor, at=request.at, reference=reference, part=Part.FILES, address=request.path
        )
    if not line.sensitive:
        return handed_out(file_content(actor=request.actor, reference=reference, file_id=file_id))
    if request.method == "POST":
        return handed_out(read_file(by=request.actor, at=request.at, reference=reference, file_id=file_id))
    return render(request, "inspections/file.html", {"file": line})


def handed_out(found: FileContent) -> HttpResponse:
    """Give a file as an attachment that no browser takes for anything else."""
    return attachment(found.line.name, found.line.media_type, found.content)
