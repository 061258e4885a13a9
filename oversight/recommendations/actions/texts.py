"""Clean text for the actions of this area, and rows locked for them."""

from __future__ import annotations

from oversight.kernel.acting import Actor
from oversight.kernel.plain_text import typed_line, typed_lines
from oversight.kernel.refusals import Refused
from oversight.recommendations.models import TEXT_LENGTH, Recommendation
from oversight.recommendations.queries.sight import not_found, visible


def _text(given: str, field: str, *, longest: int = TEXT_LENGTH) -> str:
    return typed_lines(given, field, longest=longest)


def _line(given: str, field: str, longest: int) -> str:
    return typed_line(given, field, longest=longest)


def _needed(given: str, field: str, what: str) -> str:
    """Give the clean text, and refuse when there is none."""
    text = _text(given, field)
    if not text:
        raise Refused("recommendation_text", f"{what} is missing.", "Enter it.", field=field)
    return text


def _locked(by: Actor, reference: str, revision: int) -> Recommendation:
    """Lock a recommendation that the actor sees, and refuse an act on an older sight of it."""
    row = None
    if reference.isprintable():
        rows = visible(by).select_for_update(of=("self",)).filter(reference=reference)
        row = rows.order_by("id").first()
    if row is None:
        raise not_found()
    if row.revision != revision:
        raise Refused(
            "stale_recommendation",
            "Someone else changed this recommendation since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row
