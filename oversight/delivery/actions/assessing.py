"""Rounds opened, figures entered by hand, assessments completed and given on (B2, ¶13, ¶30)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from oversight.arrangements.actions import happened
from oversight.delivery.actions.sources import figures_corrected
from oversight.delivery.models import Assessment, Figure, Round, TeamInput
from oversight.delivery.queries.sight import ASSESS, GIVE_INPUT, PLAN, found_assessment
from oversight.delivery.rules.assessing import OSAG, assessor_of, check_complete, check_round, reference_of
from oversight.delivery.rules.measures import (
    PARAGRAPH,
    About,
    Measure,
    check_figure,
    measure_of,
    measures_of,
    number_in_words,
    period_in_words,
)
from oversight.exchange.actions.holdings import CopyFacts, keep_copy
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.exchange.rules.holdings import Span, Terms, kept_until
from oversight.exchange.rules.items import Marking, kind_of
from oversight.exchange.rules.supplying import Every
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import SheetColumn, write_sheet
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, parties_by_code, party
from oversight.parties.queries.units import register, unit_row
from oversight.parties.rules import Kind

_ITEM: Final = "line-management-assessment"


def _own(*, by: Actor, **_: object) -> PartyLike:
    return party(by.party)


@action(verb="delivery.round-opened", permission=PLAN, paragraph=PARAGRAPH, on=_own)
def open_round(*, by: Actor, at: datetime, every: Every, first: date, due: date) -> Recorded[int]:
    """Open a round: every open region and unit is to be assessed, each a duty with its date.

    A region is assessed by the Probation Service, a unit by its region.

    Args:
        by: Someone of the Probation Service.
        at: Moment of opening.
        every: How often.
        first: First day of the period.
        due: Day by which each is to be assessed.

    Returns:
        Row of the round.

    Raises:
        Refused: The period is none or has its round, or the day makes no sense; ``field`` says which.
    """
    today = london_day(at)
    span = check_round(every, first, due, today=today)
    if Round.objects.filter(every=every, first=first).exists():
        raise Refused(
            "round_once",
            f"The round of {period_in_words(every, span)} was opened already.",
            "Open its assessments from the list.",
            paragraph=PARAGRAPH,
            field="first",
        )
    row = Round.objects.create(
        every=every,
        first=first,
        last=span.last,
        due=due,
        opened_at=at,
        opened_by=by.reference,
        opened_name=by.name,
    )
    told: list[Value] = []
    for unit in _open_units(today):
        region = unit.lineage.split("/")[-3] if unit.kind == Kind.PDU else None
        assessor = party(assessor_of(unit.code, region))
        reference = reference_of(unit.code, every, first)
        Assessment.objects.create(
            round=row, reference=reference, unit_id=unit.code, assessor_id=assessor.code
        )
        happened(
            by=by,
            at=at,
            event="first_line_assessment_planned",
            kind="",
            about=reference,
            on=today,
            unit=unit,
            addressee=assessor,
            note="",
            until=due,
        )
        told.append(reference)
    return Recorded(f"round:{row.pk}", {"first": first, "last": span.last, "due": due, "of": told}, row.pk)


def _open_units(today: date) -> list[PartyRef]:
    return [unit_row(row, on=today).party for row in register(today=today, standing="open")]


def _assessor(*, by: Actor, reference: str, **_: object) -> PartyLike:
    return party(found_assessment(by, reference).assessor_id)


@action(verb="delivery.figures-entered", permission=ASSESS, paragraph=PARAGRAPH, on=_assessor)
def enter_figures(
    *, by: Actor, at: datetime, reference: str, figures: Mapping[str, Decimal], note: str = ""
) -> Recorded[int]:
    """Enter figures of a unit's assessment by hand. One that is there is corrected: both stay.

    Args:
        by: Someone of line management.
        at: Moment of entering.
        reference: Of the assessment.
        figures: By name of the measure; those that say the same as before change nothing.
        note: Why a figure is corrected; needed once the assessment is completed.

    Returns:
        How many figures changed.

    Raises:
        Refused: There is no such assessment or measure, a figure makes no sense, or the reason is missing;
            ``field`` is the name of the measure.
    """
    row = found_assessment(by, reference, lock=True)
    said = clean_text(note, "note")
    changed = _entered(row, figures, by, at, said)
    if changed and row.completed_at is not None and not said:
        raise Refused(
            "figure_reason",
            "The assessment is completed and was given to OSAG.",
            "Enter why the figure is corrected: both figures stay.",
            paragraph=PARAGRAPH,
            field="note",
        )
    payload: dict[str, Value] = {"figures": dict(changed), "note": said}
    if row.completed_at is not None:
        corrected = [(row.unit_id, row.round.first, name) for name in changed]
        payload["in_common"] = list(
            figures_corrected(corrected, at=at, why=f"A figure was corrected. {said}")
        )
    return Recorded(f"assessment:{row.reference}", payload, len(changed))


def _entered(
    row: Assessment, figures: Mapping[str, Decimal], by: Actor, at: datetime, note: str
) -> dict[str, Value]:
    held = {
        one.measure: one
        for one in Figure.objects.filter(
            unit__code=row.unit_id, first=row.round.first, replaced_at=None, measure__in=list(figures)
        ).order_by("id")
    }
    told: dict[str, Value] = {}
    for name, given in figures.items():
        value = check_figure(measure_of(name, About.UNIT), given, field=name)
        before = held.get(name)
        if before is not None and before.value == value:
            continue
        if before is not None:
            before.replaced_at, before.replaced_by = at, by.reference
            before.save()
        Figure.objects.create(
            unit_id=row.unit_id,
            measure=name,
            first=row.round.first,
            last=row.round.last,
            value=value,
            note=note,
            entered_at=at,
            entered_by=by.reference,
            entered_name=by.name,
        )
        told[name] = number_in_words(value)
    return told


@action(verb="delivery.assessment-completed", permission=ASSESS, paragraph="30", on=_assessor)
def complete_assessment(
    *, by: Actor, at: datetime, reference: str, summary: str, missing: str = ""
) -> Recorded[None]:
    """Complete an assessment: its duty is met, and the exchange gives it to the second line.

    Args:
        by: Someone of line management.
        at: Moment of completing.
        reference: Of the assessment.
        summary: What line management says of the period.
        missing: Why figures are missing.

    Raises:
        Refused: There is no such assessment, it is completed, its period has not ended, or something is
            missing; ``field`` says what.
    """
    row = found_assessment(by, reference, lock=True)
    today = london_day(at)
    if row.completed_at is not None:
        raise Refused(
            "assessment_completed",
            f"{row.completed_name} completed this assessment.",
            "Correct a figure with its reason instead.",
            paragraph=PARAGRAPH,
        )
    said = clean_text(summary, "summary", wanted="Enter what line management says of the period.")
    why = clean_text(missing, "missing")
    span = Span(row.round.first, row.round.last)
    known = measures_of(About.UNIT, Every(row.round.every))
    held = {
        one.measure: one.value
        for one in Figure.objects.filter(unit__code=row.unit_id, first=span.first, replaced_at=None).order_by(
            "id"
        )
    }
    lacking = [one.title for one in known if one.id not in held]
    check_complete(span=span, today=today, missing=lacking, reason=why)
    row.summary, row.missing, row.completed_on = said, why if lacking else "", today
    row.completed_at, row.completed_by, row.completed_name = at, by.reference, by.name
    row.holding = _given(row, known, held, by, at)
    row.save()
    unit = parties_by_code()[row.unit_id]
    for event in ("first_line_assessment_completed", "first_line_assessment_shared"):
        happened(
            by=by,
            at=at,
            event=event,
            kind="",
            about=row.reference,
            on=today,
            unit=unit,
            addressee=None,
            note="",
        )
    payload: dict[str, Value] = {"summary": said, "missing": row.missing, "holding": row.holding}
    return Recorded(f"assessment:{row.reference}", payload, None)


def _given(
    row: Assessment, known: tuple[Measure, ...], held: Mapping[str, Decimal], by: Actor, at: datetime
) -> int:
    """Keep the assessment in the exchange on terms that name the second line alone (paragraph 30)."""
    span = Span(row.round.first, row.round.last)
    lines = []
    for one in known:
        value, target = held.get(one.id), one.target_on(span.first)
        lines.append(
            (
                one.title,
                one.in_words(value) if value is not None else "Missing",
                one.in_words(target) if target is not None else "None",
                one.standing(value, span.first).words if value is not None else "",
                one.unverified,
            )
        )
    headings = ("Measure", "Figure", "Target", "Stands", "Not verified")
    columns = [SheetColumn(name) for name in headings]
    kind, today = kind_of(_ITEM), london_day(at)
    note = row.summary + (f"\nFigures missing: {row.missing}" if row.missing else "")
    return keep_copy(
        by=by,
        at=at,
        kind=_ITEM,
        about=parties_by_code()[row.unit_id],
        owner=parties_by_code()[row.assessor_id],
        span=span,
        facts=CopyFacts(
            as_at=span.last,
            marking=Marking.SENSITIVE,
            personal=False,
            retain_until=kept_until(today, kind.keep_months.figure),
            note=note[:2000],
            file_name=f"{row.reference}.csv",
            file=write_sheet("csv", row.reference, columns, lines),
        ),
        terms=Terms.NAMED,
        named=(OSAG,),
    )


@action(verb="delivery.input-given", permission=GIVE_INPUT, paragraph=PARAGRAPH)
def give_input(*, by: Actor, at: datetime, reference: str, text: str) -> Recorded[None]:
    """Add what a Regional Performance and Quality Team sees to an assessment that is not completed.

    Args:
        by: Someone of the team.
        at: Moment of doing so.
        reference: Of the assessment.
        text: What the team sees; line management reads it before it completes the assessment.

    Raises:
        Refused: There is no such assessment, it is completed, or the text is missing.
    """
    row = found_assessment(by, reference, lock=True)
    said = clean_text(text, "text", wanted="Enter what the team sees.")
    if row.completed_at is not None:
        raise Refused(
            "assessment_completed",
            "The assessment is completed, so nobody would read this before it is.",
            "Add it to the assessment of the next period.",
            paragraph=PARAGRAPH,
        )
    TeamInput.objects.create(
        assessment=row, text=said, given_at=at, given_by=by.reference, given_name=by.name
    )
    return Recorded(f"assessment:{row.reference}", {"input": said}, None)
