"""Files that show what an owner reported, handed out to be saved (E6, ¶26)."""

from __future__ import annotations

from django.http import HttpResponse

from oversight.exchange.queries.files import FileContent
from oversight.exchange.views.files import attachment
from oversight.kernel.declaring import reads
from oversight.kernel.requests import Request
from oversight.recommendations.queries.evidence import action_evidence, recommendation_evidence
from oversight.recommendations.views.recommendations import SEE


@reads(SEE)
def of_recommendation(request: Request, reference: str, file_id: int) -> HttpResponse:
    """Hand out a file that shows that a recommendation is complete."""
    return _handed_out(recommendation_evidence(actor=request.actor, reference=reference, file_id=file_id))


@reads(SEE)
def of_action(request: Request, reference: str, number: int, file_id: int) -> HttpResponse:
    """Hand out a file that shows what was done on an action."""
    found = action_evidence(actor=request.actor, reference=reference, number=number, file_id=file_id)
    return _handed_out(found)


def _handed_out(found: FileContent) -> HttpResponse:
    return attachment(found.ref.name, found.ref.media_type, found.content)
