"""When a unit is assessed, by whom, and what an assessment has to say (B2, ¶13)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from oversight.delivery.rules.measures import PARAGRAPH, period_of
from oversight.exchange.rules.holdings import Span
from oversight.exchange.rules.supplying import Every
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words

PROBATION_SERVICE: Final = "probation-service"
OSAG: Final = "hmpps-osag"
#: Most days after its period by which a unit is assessed.
MOST_DAYS: Final = 120


class AssessmentState(StrEnum):
    """Where an assessment stands on a day."""

    DUE = "due"
    OVERDUE = "overdue"
    COMPLETED = "completed"
    LATE = "late"

    @property
    def words(self) -> str:
        """For a page."""
        return _WORDS[self]


_WORDS: Final = {
    AssessmentState.DUE: "To come",
    AssessmentState.OVERDUE: "Overdue",
    AssessmentState.COMPLETED: "Completed",
    AssessmentState.LATE: "Completed late",
}


def state_on(*, due: date, completed_on: date | None, today: date) -> AssessmentState:
    """Say where an assessment stands.

    Args:
        due: Day by which it is due.
        completed_on: Day on which it was completed; None before.
        today: London date.
    """
    if completed_on is not None:
        return AssessmentState.LATE if completed_on > due else AssessmentState.COMPLETED
    return AssessmentState.OVERDUE if due < today else AssessmentState.DUE


def assessor_of(unit: str, region: str | None) -> str:
    """Say who assesses: a unit's region assesses it, and the Probation Service a region.

    Args:
        unit: Code of the unit.
        region: Code of the region that it belongs to; None for a region itself.
    """
    return region if region is not None and region != unit else PROBATION_SERVICE


def reference_of(unit: str, every: Every, first: date) -> str:
    """Give the reference of the assessment of a unit for a period."""
    mark = {Every.MONTH: "M", Every.QUARTER: "Q", Every.YEAR: "Y"}[every]
    return f"LM-{unit}-{first:%Y-%m}-{mark}"


def check_round(every: Every, first: date, due: date, *, today: date) -> Span:
    """Refuse a round of a period that is none, or whose day makes no sense; give its period.

    Args:
        every: How often.
        first: First day of the period.
        due: Day by which each unit is to be assessed.
        today: London date.

    Raises:
        Refused: ``field`` says what is wrong.
    """
    span = period_of(every, first)
    if span.first != first:
        raise _refused(
            f"No {every} begins on {day_in_words(first)}; one begins on {day_in_words(span.first)}.",
            "Enter the first day of a period.",
            "first",
        )
    if not span.last < due <= span.last + timedelta(MOST_DAYS):
        raise _refused(
            f"The period ends on {day_in_words(span.last)}.",
            f"Enter a later day, at most {MOST_DAYS} days after.",
            "due",
        )
    if due < today:
        raise _refused(
            f"{day_in_words(due)} has passed, so every assessment would be missed at once.",
            "Enter today or a later day.",
            "due",
        )
    return span


def check_complete(*, span: Span, today: date, missing: Collection[str], reason: str) -> None:
    """Refuse to complete before the period ended, or with figures missing and no reason.

    Args:
        span: The period.
        today: London date.
        missing: Measures without a figure, in words.
        reason: Why they are missing.

    Raises:
        Refused: ``field`` says what is wrong.
    """
    if today <= span.last:
        raise _refused(
            f"The period ends on {day_in_words(span.last)}, and is assessed after that.",
            "Save figures now, and complete it then.",
            "summary",
        )
    if missing and not reason:
        raise _refused(
            f"There is no figure for: {'; '.join(missing)}.",
            "Enter the figures, or say why they are missing.",
            "missing",
        )


def _refused(why: str, what_next: str, field: str) -> Refused:
    return Refused("assessment", why, what_next, paragraph=PARAGRAPH, field=field)
