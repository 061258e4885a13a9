"""The list of assessments, one assessment with its figures, and which rounds there are (B2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db.models import F, Q

from oversight.delivery.models import Assessment, Figure, Round
from oversight.delivery.queries.sight import ASSESS, GIVE_INPUT, found_assessment, seen_assessments
from oversight.delivery.rules.assessing import AssessmentState, state_on
from oversight.delivery.rules.measures import About, Measure, Standing, measures_of, period_in_words
from oversight.exchange.rules.holdings import Span
from oversight.exchange.rules.supplying import Every
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class AssessmentFilter:
    """What the list is narrowed to; everything may be left out."""

    region: str = ""
    unit: str = ""
    state: str = ""
    round: int = 0


@dataclass(frozen=True)
class AssessmentLine:
    """An assessment.

    Args:
        reference: Its reference.
        unit: Region or unit assessed.
        assessor: Who assesses it.
        period: Its period, in words.
        due: Day by which it is due.
        completed_on: Day on which it was completed; None before.
        state: Where it stands.
    """

    reference: str
    unit: PartyRef
    assessor: PartyRef
    period: str
    due: date
    completed_on: date | None
    state: AssessmentState


@dataclass(frozen=True)
class Assessments:
    """A page of the list."""

    lines: tuple[AssessmentLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class FigureLine:
    """A measure of an assessment with its figure.

    Args:
        measure: The measure.
        target: What was to be reached; None where nothing was.
        value: The figure; None while there is none.
        standing: How it stands to the target; None without a figure.
        entered_name: Who entered it; empty without a figure.
        note: What was noted of it.
    """

    measure: Measure
    target: Decimal | None
    value: Decimal | None
    standing: Standing | None
    entered_name: str
    note: str


@dataclass(frozen=True)
class InputLine:
    """What a Regional Performance and Quality Team added."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class AssessmentPage:
    """An assessment with all that belongs to it, and what the reader may do."""

    line: AssessmentLine
    span: Span
    summary: str
    missing: str
    completed_name: str
    holding: int | None
    figures: tuple[FigureLine, ...]
    inputs: tuple[InputLine, ...]
    assesses: bool
    gives_input: bool


@dataclass(frozen=True)
class RoundLine:
    """A round of assessments."""

    id: int
    period: str
    due: date


def _line(row: Assessment, today: date) -> AssessmentLine:
    parties = parties_by_code()
    span = Span(row.round.first, row.round.last)
    return AssessmentLine(
        reference=row.reference,
        unit=parties[row.unit_id],
        assessor=parties[row.assessor_id],
        period=period_in_words(Every(row.round.every), span),
        due=row.round.due,
        completed_on=row.completed_on,
        state=state_on(due=row.round.due, completed_on=row.completed_on, today=today),
    )


def assessments(*, actor: Actor, chosen: AssessmentFilter, today: date, page: int) -> Assessments:
    """Give a page of the assessments that someone sees: open ones by their day, then the latest."""
    rows = seen_assessments(actor).select_related("round")
    if chosen.region:
        rows = rows.filter(Q(unit__code=chosen.region) | Q(assessor__code=chosen.region))
    if chosen.unit:
        rows = rows.filter(unit__code=chosen.unit)
    if chosen.round:
        rows = rows.filter(round=chosen.round)
    open_ = Q(completed_at=None)
    states = {
        AssessmentState.DUE: open_ & Q(round__due__gte=today),
        AssessmentState.OVERDUE: open_ & Q(round__due__lt=today),
        AssessmentState.COMPLETED: Q(completed_on__lte=F("round__due")),
        AssessmentState.LATE: Q(completed_on__gt=F("round__due")),
    }
    if chosen.state:
        rows = rows.filter(states[AssessmentState(chosen.state)])
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    ordered = rows.order_by(F("completed_on").desc(nulls_first=True), "round__due", "unit__name", "id")
    return Assessments(tuple(_line(row, today) for row in ordered[start : start + PAGE_SIZE]), count, number)


def assessment(*, actor: Actor, reference: str, today: date) -> AssessmentPage:
    """Give an assessment with its figures.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = found_assessment(actor, reference)
    line = _line(row, today)
    given = {
        one.measure: one
        for one in Figure.objects.filter(
            unit__code=row.unit_id, first=row.round.first, replaced_at=None
        ).order_by("id")
    }
    return AssessmentPage(
        line=line,
        span=Span(row.round.first, row.round.last),
        summary=row.summary,
        missing=row.missing,
        completed_name=row.completed_name,
        holding=row.holding,
        figures=tuple(
            _figure(one, given.get(one.id), row.round.first)
            for one in measures_of(About.UNIT, Every(row.round.every))
        ),
        inputs=tuple(
            InputLine(one.text, one.given_name, one.given_at) for one in row.inputs.order_by("given_at", "id")
        ),
        assesses=actor.may(ASSESS, line.assessor),
        gives_input=actor.may(GIVE_INPUT),
    )


def _figure(measure: Measure, row: Figure | None, first: date) -> FigureLine:
    return FigureLine(
        measure=measure,
        target=measure.target_on(first),
        value=row.value if row else None,
        standing=measure.standing(row.value, first) if row else None,
        entered_name=row.entered_name if row else "",
        note=row.note if row else "",
    )


def rounds() -> tuple[RoundLine, ...]:
    """Give the rounds, latest first."""
    return tuple(
        RoundLine(row.pk, period_in_words(Every(row.every), Span(row.first, row.last)), row.due)
        for row in Round.objects.order_by("-first", "id")[:40]
    )
