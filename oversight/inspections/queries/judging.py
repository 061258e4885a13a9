"""What inspectors said of each case, and what it adds up to for the unit or region (D1, ¶16)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from oversight.inspections.models import CaseJudgement, Inspection, InspectionUnit, SampledCase, SecondReading
from oversight.inspections.queries.fieldwork import DrawnCaseFacts, drawn_case_of, seen
from oversight.inspections.rules.judgements import Case, Judgement
from oversight.inspections.rules.judging import NOTHING_SAID, Said
from oversight.inspections.rules.programmes import Programme, Question, Standard
from oversight.inspections.rules.shares import Tally, tallied
from oversight.kernel.acting import Actor
from oversight.parties.queries import parties_by_code


@dataclass(frozen=True)
class Reading:
    """A second reading.

    Args:
        name: Who read.
        at: When.
        agrees: Whether every judgement held.
        note: What they said.
        outdated: Whether a judgement changed since.
    """

    name: str
    at: datetime
    agrees: bool
    note: str
    outdated: bool


@dataclass(frozen=True)
class AskedOf:
    """A question of a case with what was said: now, and before, latest first."""

    standard: Standard
    question: Question
    said: Said
    before: tuple[Said, ...]


@dataclass(frozen=True)
class CaseToJudge:
    """A case with its questions.

    Args:
        inspection: The inspection.
        programme: Its programme.
        facts: The case.
        asked: Its questions in order.
        readings: Second readings, latest first.
        judged_by_me: Whether the one who looks judged any of it.
        following: Number of the next case of the sample with a question not judged; 0 for none.
    """

    inspection: Inspection
    programme: Programme
    facts: DrawnCaseFacts
    asked: tuple[AskedOf, ...]
    readings: tuple[Reading, ...]
    judged_by_me: bool
    following: int

    @property
    def missing(self) -> int:
        """Questions not judged yet."""
        return sum(1 for one in self.asked if one.said.judgement is None)


def _said(one: CaseJudgement) -> Said:
    return Said(
        Judgement(one.judgement), one.note, one.revision, one.judged_by, one.judged_name, one.judged_at
    )


def said_by_question(case: SampledCase) -> dict[str, Said]:
    """Give what holds of a case, by question."""
    rows = CaseJudgement.objects.filter(case=case, superseded=False).order_by("id")
    return {one.question: _said(one) for one in rows}


def case_to_judge(*, actor: Actor, reference: str, number: int) -> CaseToJudge:
    """Give a case with its questions and all that was said of it.

    Raises:
        Refused: There is no such case that the actor sees.
    """
    row, programme = seen(actor, reference)
    facts = drawn_case_of(row, programme, number)
    rows = list(
        CaseJudgement.objects.filter(case__inspection=row, case__number=number).order_by("-revision", "-id")
    )
    readings = SecondReading.objects.filter(case__inspection=row, case__number=number).order_by("-id")
    latest = max((one.judged_at for one in rows), default=None)
    return CaseToJudge(
        inspection=row,
        programme=programme,
        facts=facts,
        asked=tuple(
            _asked(standard, question, rows)
            for standard in programme.standards
            if standard.sample == facts.sample.id
            for question in standard.questions
        ),
        readings=tuple(
            Reading(
                one.read_name, one.read_at, one.agrees, one.note, latest is not None and latest > one.read_at
            )
            for one in readings
        ),
        judged_by_me=any(one.judged_by == actor.reference for one in rows),
        following=_following(row, programme, facts.sample.id, number),
    )


def _asked(standard: Standard, question: Question, rows: Iterable[CaseJudgement]) -> AskedOf:
    said = [one for one in rows if one.question == question.id]
    holds = next((_said(one) for one in said if not one.superseded), NOTHING_SAID)
    return AskedOf(standard, question, holds, tuple(_said(one) for one in said if one.superseded))


def _following(row: Inspection, programme: Programme, sample: str, number: int) -> int:
    asked = len(programme.questions_of(sample))
    counts = judged_counts(row, sample)
    later = [one for one in sorted(counts) if one > number] + [one for one in sorted(counts) if one < number]
    return next((one for one in later if counts[one] < asked), 0)


def judged_counts(row: Inspection, sample: str) -> dict[int, int]:
    """Give how many questions of each case of a sample are judged, by its number."""
    cases = _in_sample(row).filter(draw__case_list__sample=sample)
    holds = Count("judgements", filter=Q(judgements__superseded=False))
    return dict(cases.annotate(judged=holds).order_by("number").values_list("number", "judged"))


def _in_sample(*rows: Inspection) -> QuerySet[SampledCase]:
    return SampledCase.objects.filter(
        inspection__in=rows, in_reserve=False, removed_at=None, draw__case_list__replaced_at=None
    )


def cases_judged(row: Inspection, programme: Programme) -> dict[str, list[Case]]:
    """Give the cases of every sample with their judgements: its own, and for a region those of its units.

    The cases of a region are those of the latest finished inspection of each of its units, made since the
    region's programme took effect.

    Args:
        row: The inspection.
        programme: Its version of the programme.
    """
    found: dict[str, list[Case]] = {}
    for sample, reference, _, judgements in _judged([row]):
        found.setdefault(sample, []).append(Case(reference, judgements))
    from_units = {one.id for one in programme.samples if one.from_units}
    if from_units:
        for sample, reference, unit, judgements in _judged(unit_inspections(row, programme)):
            if sample in from_units:
                found.setdefault(sample, []).append(Case(reference, judgements, unit))
    known = {one.id for one in programme.samples}
    return {sample: cases for sample, cases in found.items() if sample in known}


def unit_inspections(row: Inspection, programme: Programme) -> list[Inspection]:
    """Give the latest finished inspection of each unit of a region, since its programme took effect."""
    if not row.unit_id:
        return []
    region = parties_by_code()[row.unit_id]
    units = InspectionUnit.objects.filter(lineage__startswith=region.lineage).exclude(unit__code=row.unit_id)
    rows = Inspection.objects.filter(
        pk__in=units.values("inspection"),
        kind="core",
        finished_on__isnull=False,
        finished_on__gte=programme.effective_from,
    )
    if row.finished_on:
        rows = rows.filter(finished_on__lte=row.finished_on)
    latest = {one.unit_id: one for one in rows.order_by("finished_on", "id")}
    return list(latest.values())


def _judged(rows: Iterable[Inspection]) -> list[tuple[str, str, str, dict[str, Judgement]]]:
    """Give sample, reference, unit and judgements of every case of some inspections: two queries."""
    cases = _in_sample(*rows).order_by("id")
    said: dict[int, dict[str, Judgement]] = {}
    judged = CaseJudgement.objects.filter(superseded=False, case__in=cases.order_by().values("pk")).order_by(
        "id"
    )
    for case, question, judgement in judged.values_list("case_id", "question", "judgement"):
        said.setdefault(case, {})[question] = Judgement(judgement)
    fields = ("pk", "draw__case_list__sample", "row__reference", "inspection__unit_id")
    return [
        (sample, reference, unit or "", said.get(pk, {}))
        for pk, sample, reference, unit in cases.values_list(*fields)
    ]


@dataclass(frozen=True)
class StandardTotals:
    """What the judgements of a standard add up to."""

    standard: Standard
    tallies: tuple[Tally, ...]


@dataclass(frozen=True)
class Totals:
    """An inspection with its programme, and the totals of every standard that is judged by cases."""

    inspection: Inspection
    programme: Programme
    standards: tuple[StandardTotals, ...]


def totals(*, actor: Actor, reference: str) -> Totals:
    """Give the totals of every standard that is judged by cases, as they stand now.

    Raises:
        Refused: There is no such inspection whose evidence the actor sees.
    """
    row, programme = seen(actor, reference)
    cases = cases_judged(row, programme)
    return Totals(
        row,
        programme,
        tuple(
            StandardTotals(standard, tallied(standard.questions, cases.get(standard.sample, [])))
            for standard in programme.standards
            if standard.questions
        ),
    )
