"""Counting judgements: the share of cases judged sufficient, exactly, and what was left out of it (¶16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from oversight.inspections.rules.judgements import Case, Judgement
from oversight.inspections.rules.programmes import Basis, Programme, Question
from oversight.kernel.words import count_in_words


@dataclass(frozen=True)
class Figure:
    """A number of an explanation, with what it is out of (None when it stands alone)."""

    name: str
    value: int
    out_of: int | None = None


@dataclass(frozen=True)
class Step:
    """One step of an explanation.

    Attributes:
        what: What was done, in plain words.
        rule: Identifier of the rule, with the programme and its version.
        figures: The numbers it rests on.
        basis: What confirms the rule; ``basis.flag`` has to be shown when nothing does.
    """

    what: str
    rule: str
    figures: tuple[Figure, ...]
    basis: Basis


@dataclass(frozen=True)
class UnitTally:
    """What one unit's cases add to a tally."""

    unit: str
    sufficient: int
    judged: int


@dataclass(frozen=True)
class Tally:
    """Judgements of one question, counted.

    Attributes:
        question: The question.
        cases: All cases of the sample.
        sufficient: Judged sufficient.
        insufficient: Judged insufficient.
        not_applicable: To which the question does not apply: left out.
        missing: Not judged yet: left out, and the result is provisional.
        by_unit: The same by unit, where the cases are from units.
    """

    question: Question
    cases: int
    sufficient: int
    insufficient: int
    not_applicable: int
    missing: int
    by_unit: tuple[UnitTally, ...]

    @property
    def judged(self) -> int:
        """Cases that count."""
        return self.sufficient + self.insufficient

    @property
    def share(self) -> Fraction | None:
        """Exact share judged sufficient; None when no case counts."""
        return Fraction(self.sufficient, self.judged) if self.judged else None


def tallied(questions: Sequence[Question], cases: Sequence[Case]) -> tuple[Tally, ...]:
    """Count the judgements of each question over all cases; their order and references make no difference."""
    return tuple(_tally(question, cases) for question in questions)


def _tally(question: Question, cases: Sequence[Case]) -> Tally:
    counts = dict.fromkeys([*Judgement, None], 0)
    units: dict[str, list[int]] = {}
    for case in cases:
        judgement = case.judgements.get(question.id)
        counts[judgement] += 1
        if case.unit:
            unit = units.setdefault(case.unit, [0, 0])
            unit[0] += judgement is Judgement.SUFFICIENT
            unit[1] += judgement in {Judgement.SUFFICIENT, Judgement.INSUFFICIENT}
    return Tally(
        question=question,
        cases=len(cases),
        sufficient=counts[Judgement.SUFFICIENT],
        insufficient=counts[Judgement.INSUFFICIENT],
        not_applicable=counts[Judgement.NOT_APPLICABLE],
        missing=counts[None],
        by_unit=tuple(UnitTally(unit, *units[unit]) for unit in sorted(units)),
    )


def share_in_words(sufficient: int, judged: int) -> str:
    """Give ``9 of 14 (64.2%)``, rounded down so that it never looks like a threshold it missed.

    Args:
        sufficient: Cases judged sufficient.
        judged: Cases that count; more than none.
    """
    whole, tenth = divmod(sufficient * 1000 // judged, 10)
    return f"{sufficient:,} of {judged:,} ({whole}{f'.{tenth}' if tenth else ''}%)"


def share_steps(programme: Programme, tallies: Iterable[Tally]) -> list[Step]:
    """Explain each share, what was left out of it and where so few cases count that it is unsure."""
    steps = []
    for tally in tallies:
        steps.append(_share_step(programme, tally))
        if tally.by_unit:
            steps.append(_units_step(programme, tally))
        if 0 < tally.judged <= programme.small_sample.at_most:
            steps.append(
                Step(
                    what=f"“{tally.question.text}” This sub-sample is too small to be sure of: "
                    f"{count_in_words(tally.judged, 'case')}, and {programme.small_sample.at_most} or fewer "
                    "is small.",
                    rule=programme.rule("small-sample"),
                    figures=(
                        Figure("cases that count", tally.judged, tally.cases),
                        Figure("most cases in a small sub-sample", programme.small_sample.at_most),
                    ),
                    basis=programme.small_sample.basis,
                )
            )
    return steps


def _share_step(programme: Programme, tally: Tally) -> Step:
    if tally.judged:
        words = f"{share_in_words(tally.sufficient, tally.judged)} of the cases that count were sufficient."
    else:
        words = "No case counts, so there is no share."
    left_out = []
    if tally.not_applicable:
        left_out.append(f"{count_in_words(tally.not_applicable, 'case')} left out because it does not apply.")
    if tally.missing:
        left_out.append(
            f"{count_in_words(tally.missing, 'judgement')} missing: left out, and the result is provisional."
        )
    applies = (
        f" Asked when: {tally.question.applies_when.rstrip('.')}." if tally.question.applies_when else ""
    )
    return Step(
        what=" ".join([f"“{tally.question.text}” {words}", *left_out]) + applies,
        rule=programme.rule("shares"),
        figures=(
            Figure("sufficient", tally.sufficient, tally.cases),
            Figure("insufficient", tally.insufficient, tally.cases),
            Figure("not applicable", tally.not_applicable, tally.cases),
            Figure("missing", tally.missing, tally.cases),
        ),
        basis=programme.left_out_basis if left_out else tally.question.basis,
    )


def _units_step(programme: Programme, tally: Tally) -> Step:
    sample = next(
        programme.sample(standard.sample)
        for standard in programme.standards
        if tally.question in standard.questions
    )
    assert sample is not None
    return Step(
        what=f"“{tally.question.text}” These are the cases of {count_in_words(len(tally.by_unit), 'unit')} "
        "added up; every case counts the same.",
        rule=programme.rule("aggregation"),
        figures=tuple(
            Figure(f"sufficient in {unit.unit}", unit.sufficient, unit.judged) for unit in tally.by_unit
        ),
        basis=sample.basis,
    )
