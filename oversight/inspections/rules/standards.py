"""Rating one standard: by the share of its cases judged sufficient, or on evidence by a panel (¶16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from oversight.inspections.rules.discretion import (
    Measure,
    check_departure,
    ground_in_words,
    rating_of_measures,
    rating_of_share,
)
from oversight.inspections.rules.judgements import Departure, Judged, check_panel, same_person
from oversight.inspections.rules.programmes import (
    Basis,
    Combining,
    Ground,
    JudgedBy,
    Programme,
    Rating,
    RatingRules,
    Standard,
)
from oversight.inspections.rules.shares import Figure, Step, Tally, share_in_words, share_steps, tallied
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, join_in_words


@dataclass(frozen=True, kw_only=True)
class RatedStandard:
    """A standard with its rating and how that came about.

    Attributes:
        standard: The standard.
        tallies: Its judgements counted by question; none when judged on evidence.
        before_discretion: The rating before any departure; None when there is none yet.
        rating: The rating; None when there is none yet, or the programme gives none.
        departure: A panel's departure from the numbers; None when there was none.
        grounds: Grounds that allowed it.
        provisional: Whether something is still missing or not confirmed.
        why_none: Why there is no rating; empty when there is one.
        steps: Explanation.
    """

    standard: Standard
    tallies: tuple[Tally, ...] = ()
    before_discretion: Rating | None = None
    rating: Rating | None = None
    departure: Departure | None = None
    grounds: tuple[Ground, ...] = ()
    provisional: bool = False
    why_none: str = ""
    steps: tuple[Step, ...] = ()


def rated_standard(programme: Programme, standard: Standard, judged: Judged) -> RatedStandard:
    """Rate a standard.

    Args:
        programme: Programme with the rules; when it gives no ratings, only shares are worked out.
        standard: One of its standards.
        judged: What was judged, already checked.

    Raises:
        Refused: A panel's judgement or departure that the rules do not allow.
    """
    rules = programme.rating
    if rules is None:
        result = _counted(programme, standard, judged)
        return replace(result, why_none=f"{programme.title} gives no ratings.")
    if standard.id in judged.given:
        result = _given(programme, standard, judged.given[standard.id], rules)
    elif standard.judged_by is JudgedBy.EVIDENCE:
        result = _from_evidence(programme, standard, judged, rules)
    else:
        result = _from_cases(programme, standard, judged, rules)
    if standard.id in judged.departures:
        result = _departed(programme, result, judged, rules)
    if result.rating is None:
        return result
    points = Step(
        what=f"{result.rating.name} gives {count_in_words(result.rating.points, 'point')}.",
        rule=programme.rule("points"),
        figures=(Figure("points", result.rating.points, rules.scale[-1].points),),
        basis=rules.points_basis,
    )
    return replace(result, steps=(*result.steps, points))


def _given(programme: Programme, standard: Standard, rating: Rating, rules: RatingRules) -> RatedStandard:
    step = Step(
        f"Given as {rating.name}; not worked out here.", programme.rule("scale"), (), rules.scale_basis
    )
    return RatedStandard(standard=standard, before_discretion=rating, rating=rating, steps=(step,))


def _from_evidence(
    programme: Programme, standard: Standard, judged: Judged, rules: RatingRules
) -> RatedStandard:
    if standard.id not in judged.evidence:
        return RatedStandard(
            standard=standard,
            provisional=True,
            why_none=f"{standard.name} has not been judged on its evidence.",
        )
    judgement = judged.evidence[standard.id]
    assert rules.evidence is not None
    place = f"evidence.{standard.id}"
    if not judged.lead.strip() or same_person(judgement.proposed_by) != same_person(judged.lead):
        raise Refused(
            "evidence_judgement",
            f"The lead inspector proposes the rating of {standard.name}, and “{judgement.proposed_by}” is "
            "not the lead.",
            "Name the lead inspector, or correct who proposed it.",
            paragraph="16",
            who_can="The lead inspector",
            field=f"{place}.proposed_by",
        )
    if not judgement.reason.strip():
        raise Refused(
            "evidence_judgement",
            f"The judgement of {standard.name} gives no reason.",
            "Say what the evidence showed.",
            paragraph="16",
            field=f"{place}.reason",
        )
    people = judgement.confirmed_by
    if people:
        check_panel(
            people,
            judged.lead,
            rules.evidence.panel_at_least,
            field=f"{place}.confirmed_by",
            rule="evidence_judgement",
        )
        words = f"a panel of {len({same_person(one) for one in people} - {''})} confirmed it."
    else:
        words = "no panel has confirmed it yet, so the result is provisional."
    step = Step(
        what=f"On the evidence the lead inspector proposed {judgement.rating.name} for {standard.name}, "
        f"and {words} Reason: {judgement.reason.strip()}",
        rule=programme.rule("evidence"),
        figures=(Figure("least people in a panel", rules.evidence.panel_at_least),),
        basis=rules.evidence.basis,
    )
    return RatedStandard(
        standard=standard,
        before_discretion=judgement.rating,
        rating=judgement.rating,
        provisional=not people,
        steps=(step,),
    )


def _counted(programme: Programme, standard: Standard, judged: Judged) -> RatedStandard:
    tallies = tallied(standard.questions, judged.cases.get(standard.sample, ()))
    return RatedStandard(
        standard=standard,
        tallies=tallies,
        provisional=any(tally.missing for tally in tallies),
        steps=tuple(share_steps(programme, tallies)),
    )


def _measures(tallies: Sequence[Tally], combining: Combining) -> list[Measure]:
    if combining is Combining.POOLED:
        sufficient, judged = sum(one.sufficient for one in tallies), sum(one.judged for one in tallies)
        return [Measure("All questions taken together", sufficient, judged)] if judged else []
    return [Measure(one.question.text, one.sufficient, one.judged) for one in tallies if one.judged]


def _from_cases(
    programme: Programme, standard: Standard, judged: Judged, rules: RatingRules
) -> RatedStandard:
    counted = _counted(programme, standard, judged)
    assert rules.cases is not None
    measures = _measures(counted.tallies, rules.cases.combining)
    if not measures:
        sample = programme.sample(standard.sample)
        assert sample is not None
        return replace(
            counted,
            provisional=True,
            why_none=f"{standard.name} has no case that counts in the sample “{sample.title}”.",
        )
    rating = rating_of_measures(rules.cases, measures)
    deciding = min(measures, key=lambda one: (Fraction(one.sufficient, one.judged), one.name))
    return replace(
        counted,
        before_discretion=rating,
        rating=rating,
        steps=(*counted.steps, *_deciding_steps(programme, rules, measures, deciding)),
    )


def _deciding_steps(
    programme: Programme, rules: RatingRules, measures: Sequence[Measure], deciding: Measure
) -> list[Step]:
    assert rules.cases is not None
    share = share_in_words(deciding.sufficient, deciding.judged)
    if rules.cases.combining is Combining.POOLED:
        words = f"All questions are taken together: {share}."
    elif len(measures) == 1:
        words = f"The one question with cases that count decides: {share}."
    else:
        words = f"The lowest of the {len(measures)} shares decides: “{deciding.name}” {share}."
    rating = rating_of_share(rules.cases, deciding.sufficient, deciding.judged)
    least = {one.id: figure for one, figure in rules.cases.at_least}[rating.id]
    above = [(one, figure) for one, figure in rules.cases.at_least if one.rank == rating.rank + 1]
    limits = f"{least}% or more" if not above else f"{least}% or more and under {above[0][1]}%"
    return [
        Step(
            what=words,
            rule=programme.rule("combining"),
            figures=(Figure("sufficient", deciding.sufficient, deciding.judged),),
            basis=rules.cases.combining_basis,
        ),
        Step(
            what=f"A share of {limits} is {rating.name}.",
            rule=programme.rule("thresholds"),
            figures=(
                Figure("least share in per cent", least, 100),
                *(Figure(f"least share for {one.name} in per cent", figure, 100) for one, figure in above),
            ),
            basis=rules.cases.thresholds_basis,
        ),
    ]


def _departed(
    programme: Programme, result: RatedStandard, judged: Judged, rules: RatingRules
) -> RatedStandard:
    standard = result.standard
    measures = _measures(result.tallies, rules.cases.combining) if rules.cases else []
    grounds = check_departure(
        programme, standard, measures, result.rating, judged, provisional=result.provisional
    )
    departure = judged.departures[standard.id]
    assert rules.discretion is not None
    assert result.rating is not None
    words = join_in_words([ground_in_words(ground, programme.small_sample.at_most) for ground in grounds])
    people = len({same_person(one) for one in departure.decided_by} - {""})
    verified = tuple(dict.fromkeys(source for ground in grounds for source in ground.basis.sources))
    confirmed = rules.discretion.basis.verified and all(ground.basis.verified for ground in grounds)
    step = Step(
        what=f"A panel of {people} moved {standard.name} from {result.rating.name} to {departure.to.name}, "
        f"which the rules allow because {words}. Reason: {departure.reason.strip()}",
        rule=programme.rule("discretion"),
        figures=(
            *(
                Figure("within percentage points", ground.within_points)
                for ground in grounds
                if ground.within_points
            ),
            Figure("steps", abs(departure.to.rank - result.rating.rank), 1),
        ),
        basis=Basis(verified, "") if confirmed else Basis((), rules.discretion.basis.note),
    )
    return replace(
        result, rating=departure.to, departure=departure, grounds=grounds, steps=(*result.steps, step)
    )
