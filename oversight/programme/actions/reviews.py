"""The review of how often a body visits, twice a year (C3, ¶10(iv))."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from oversight.arrangements.actions import happened
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.programme.actions.keeping import _reason, _today
from oversight.programme.actions.scope import _own
from oversight.programme.models import FrequencyReview

REVIEW = "programme.review_frequency"
_PARAGRAPH = "10(iv)"


def _tell(event: str, *, by: Actor, at: datetime, on: date) -> int:
    nothing: dict[str, Any] = {"kind": "", "about": "", "unit": None, "addressee": None, "note": ""}
    return happened(by=by, at=at, event=event, on=on, **nothing).id


@action(verb="frequency-review.begun", permission=REVIEW, paragraph=_PARAGRAPH, on=_own)
def begin_reviews(*, by: Actor, at: datetime, on: date) -> Recorded[None]:
    """Begin to keep one's own frequency of visits under review: from now on each review is owed in turn.

    Args:
        by: Someone of the body.
        at: Moment of saying so.
        on: First day of the first period, today or earlier.

    Raises:
        Refused: It began already on that day, or the day is still to come.
    """
    event = _tell("frequency_review_started", by=by, at=at, on=on)
    return Recorded(f"event:{event}", {"on": on}, None)


@action(verb="frequency-review.completed", permission=REVIEW, paragraph=_PARAGRAPH, on=_own)
def complete_review(*, by: Actor, at: datetime, on: date, findings: str, decision: str) -> Recorded[None]:
    """Complete a review of how often one's own body visits; what is owed for it is met.

    Args:
        by: Someone of the body.
        at: Moment of saying so.
        on: Day on which it was completed, today or earlier.
        findings: What the timetable and the burden of places showed.
        decision: What changes, or why nothing does.

    Raises:
        Refused: Something is missing, the day is still to come or has a review already, or no review is owed.
    """
    found = _reason(findings, "Complete the review", paragraph=_PARAGRAPH, field="findings")
    decided = _reason(decision, "Complete the review", paragraph=_PARAGRAPH, field="decision")
    if on > _today(at):
        raise Refused(
            "frequency_review_day",
            f"{day_in_words(on)} is still to come.",
            "Enter the day on which it was completed.",
            paragraph=_PARAGRAPH,
            field="on",
        )
    if FrequencyReview.objects.filter(party__code=by.party, on=on).exists():
        raise Refused(
            "frequency_review_day",
            f"There is a review of {day_in_words(on)} already.",
            "Enter another day.",
            paragraph=_PARAGRAPH,
            field="on",
        )
    event = _tell("frequency_review_completed", by=by, at=at, on=on)
    FrequencyReview.objects.create(
        party_id=by.party,
        on=on,
        findings=found,
        decision=decided,
        event=event,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
    )
    return Recorded(f"event:{event}", {"on": on, "findings": found, "decision": decided}, None)
