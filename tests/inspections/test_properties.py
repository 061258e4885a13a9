"""What holds for every inspection there could be (¶16)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.inspections.rules.discretion import Measure, grounds_for, rating_of_measures, rating_of_share
from oversight.inspections.rules.judgements import Case, Departure, Judged, Judgement
from oversight.inspections.rules.overall import overall, overall_range, rating_of_score
from oversight.inspections.rules.programmes import GroundKind, JudgedBy
from oversight.inspections.rules.rating import rate
from oversight.inspections.rules.reading import read_programme
from oversight.kernel.refusals import Refused
from tests.inspections.stories import PDU_2021, PDU_2023, RATED, REGION, programme, text_of

CAP = """      rules:
        - id: poor-delivery
          words: Three or more standards of service delivery are Inadequate.
          standards: [assessment, planning, implementation_delivery, reviewing]
          how_many: 3
          rated_at_most: inadequate
          overall_at_most: requires_improvement
          basis: {unverified: Made up for this test.}
        - id: poor-leadership
          words: Leadership is at most Requires improvement.
          standards: [leadership]
          how_many: 1
          rated_at_most: requires_improvement
          overall_at_most: good
          basis: {unverified: Made up for this test.}
"""


def with_caps():
    return read_programme(text_of(PDU_2023).replace("      rules: []\n", CAP), "capped.yaml")


def pooled():
    return read_programme(text_of(PDU_2023).replace("how: lowest_question", "how: pooled"), "pooled.yaml")


ANY_RATED = [*map(programme, RATED), with_caps()]
BY_CASES = [*map(programme, (PDU_2021, PDU_2023, REGION)), pooled(), with_caps()]
SAYINGS = st.sampled_from([*Judgement, None])


@st.composite
def inspections(draw, programmes=tuple(BY_CASES)):
    """A programme and something judged under it: every sample with a few cases, evidence standards given."""
    rules = draw(st.sampled_from(programmes))
    cases = {}
    for sample in rules.samples:
        questions = [question.id for question in rules.questions_of(sample.id)]
        made = []
        for place in range(draw(st.integers(0, 6))):
            said = {question: draw(SAYINGS) for question in questions}
            kept = {question: one for question, one in said.items() if one is not None}
            unit = draw(st.sampled_from(["North", "South"])) if sample.from_units else ""
            made.append(Case(f"case {place}", kept, unit))
        cases[sample.id] = made
    given_ratings = {
        standard.id: draw(st.sampled_from(rules.rating.scale))
        for standard in rules.standards
        if standard.judged_by is JudgedBy.EVIDENCE
    }
    return rules, Judged(lead="Lead", cases=cases, given=given_ratings)


def ranks(result):
    return {one.standard.id: -1 if one.rating is None else one.rating.rank for one in result.standards}


@given(inspections(), st.data())
def test_a_judgement_that_becomes_sufficient_never_lowers_a_rating(told, data):
    rules, judged = told
    places = [
        (sample, place, question.id)
        for sample, cases in judged.cases.items()
        for place in range(len(cases))
        for question in rules.questions_of(sample)
    ]
    if not places:
        return
    sample, place, question = data.draw(st.sampled_from(places))
    cases = list(judged.cases[sample])
    better = replace(cases[place], judgements={**cases[place].judgements, question: Judgement.SUFFICIENT})
    cases[place] = better
    before, after = rate(rules, judged), rate(rules, replace(judged, cases={**judged.cases, sample: cases}))

    # A standard that had no rating gets one; every other stays or rises.
    assert all(ranks(after)[standard] >= rank for standard, rank in ranks(before).items())
    if before.overall:
        assert after.overall.score >= before.overall.score
        assert after.overall.rating.rank >= before.overall.rating.rank


@given(inspections(), st.data())
def test_another_case_sufficient_throughout_never_lowers_a_rating(told, data):
    rules, judged = told
    sample = data.draw(st.sampled_from(rules.samples))
    sufficient = {question.id: Judgement.SUFFICIENT for question in rules.questions_of(sample.id)}
    another = Case("another", sufficient, "North" if sample.from_units else "")
    more = {**judged.cases, sample.id: [*judged.cases[sample.id], another]}
    before, after = rate(rules, judged), rate(rules, replace(judged, cases=more))

    assert all(ranks(after)[standard] >= rank for standard, rank in ranks(before).items())


@given(inspections(), st.randoms())
def test_the_order_of_cases_and_ratings_makes_no_difference(told, random):
    rules, judged = told
    cases = {sample: random.sample(list(made), len(made)) for sample, made in judged.cases.items()}
    given_ratings = dict(random.sample(list(judged.given.items()), len(judged.given)))
    samples = dict(random.sample(list(cases.items()), len(cases)))

    assert rate(rules, replace(judged, cases=samples, given=given_ratings)) == rate(rules, judged)


@given(inspections(), st.randoms())
def test_other_references_make_no_difference_and_none_is_shown(told, random):
    rules, judged = told
    renamed = {
        sample: [
            replace(case, reference=f"secret {random.random()} {place}") for place, case in enumerate(made)
        ]
        for sample, made in judged.cases.items()
    }
    result = rate(rules, replace(judged, cases=renamed))

    assert result == rate(rules, judged)
    assert not any("secret" in step.what for step in result.steps)


@given(inspections())
def test_every_explanation_adds_up(told):
    rules, judged = told
    result = rate(rules, judged)

    for one in result.standards:
        for tally in one.tallies:
            counted = (tally.sufficient, tally.insufficient, tally.not_applicable, tally.missing)
            assert sum(counted) == tally.cases == len(judged.cases[one.standard.sample])
            assert tally.share is None or tally.share == Fraction(tally.sufficient, sum(counted[:2]))
            if tally.by_unit:
                assert sum(unit.sufficient for unit in tally.by_unit) == tally.sufficient
                assert sum(unit.judged for unit in tally.by_unit) == tally.judged
        for step in one.steps:
            if step.rule.endswith(": shares"):
                assert sum(figure.value for figure in step.figures) == step.figures[0].out_of
            if step.rule.endswith(": combining"):
                decided = rating_of_share(rules.rating.cases, step.figures[0].value, step.figures[0].out_of)
                assert decided == one.before_discretion
        assert (one.rating is None) == bool(one.why_none)
        if one.rating:
            assert one.steps[-1].figures[0].value == one.rating.points
    if result.overall:
        score = result.overall.steps[0].figures[-1]
        points = [figure.value for figure in result.overall.steps[0].figures[:-1]]
        assert sum(points) == score.value == result.overall.score
        assert points == [one.rating.points for one in result.standards]
        band = result.overall.steps[2].figures
        assert band[0].value <= result.overall.score <= band[1].value
    for step in result.steps:
        assert step.rule.startswith(f"{rules.id} v{rules.version}: ")
        assert step.basis.verified or step.basis.note
        assert all(figure.out_of is None or figure.value <= figure.out_of for figure in step.figures)


@given(inspections())
def test_a_result_is_provisional_exactly_while_something_is_missing(told):
    rules, judged = told
    missing = any(
        question.id not in case.judgements
        for sample, cases in judged.cases.items()
        for case in cases
        for question in rules.questions_of(sample)
    )
    result = rate(rules, judged)

    assert result.provisional == (missing or any(one.rating is None for one in result.standards))


@pytest.mark.parametrize("rules", BY_CASES[:1], ids=lambda rules: rules.id)
def test_a_share_reaches_a_threshold_exactly_or_not_at_all(rules):
    for judged in range(1, 121):
        for sufficient in range(judged + 1):
            share = Fraction(sufficient, judged)
            reached = [one for one, least in rules.rating.cases.at_least if share >= Fraction(least, 100)]
            assert rating_of_share(rules.rating.cases, sufficient, judged) == reached[-1]


def test_thirteen_of_twenty_is_good_and_one_fewer_is_not():
    rules = programme(PDU_2023).rating.cases

    assert rating_of_share(rules, 13, 20).id == "good"
    assert rating_of_share(rules, 12, 20).id == "requires_improvement"
    assert rating_of_share(rules, 65 * 10**20 - 1, 10**22).id == "requires_improvement"
    assert rating_of_share(rules, 65 * 10**20, 10**22).id == "good"


measures = st.integers(1, 60).flatmap(
    lambda judged: st.builds(Measure, st.just("a share"), st.integers(0, judged), st.just(judged))
)


@given(st.lists(measures, min_size=1, max_size=4), st.booleans())
def test_a_ground_is_given_exactly_when_it_holds(shares, up):
    """The same three grounds told again, by trying every judgement and by exact fractions."""
    rules = programme(PDU_2023)
    scale, cases = rules.rating.scale, rules.rating.cases
    current = rating_of_measures(cases, shares)
    if not 0 <= current.rank + (1 if up else -1) < len(scale):
        return
    target = scale[current.rank + (1 if up else -1)]
    least = {one.id: Fraction(figure, 100) for one, figure in cases.at_least}
    boundary = least[target.id] if up else least[current.id]
    keeping = [one for one in shares if rating_of_measures(cases, [one]) == current]
    every = all if up else any
    expected = set()
    if every(abs(Fraction(one.sufficient, one.judged) - boundary) <= Fraction(5, 100) for one in keeping):
        expected.add(GroundKind.NEAR_BOUNDARY)
    for place, one in enumerate(shares):
        for sufficient in {one.sufficient - 1, one.sufficient + 1} & set(range(one.judged + 1)):
            tried = list(shares)
            tried[place] = Measure("a share", sufficient, one.judged)
            rank = rating_of_measures(cases, tried).rank
            if (up and rank > current.rank) or (not up and rank < current.rank):
                expected.add(GroundKind.ONE_JUDGEMENT)
    if every(one.judged <= 5 for one in keeping):
        expected.add(GroundKind.SMALL_SAMPLE)

    assert {ground.kind for ground in grounds_for(rules, shares, current, target)} == expected


def rated_or_refused(rules, judged):
    try:
        return rate(rules, judged)
    except Refused as refused:
        return refused


@given(inspections(), st.data())
def test_discretion_never_moves_a_standard_by_more_than_a_step(told, data):
    rules, judged = told
    before = rate(rules, judged)
    standard = data.draw(st.sampled_from(before.standards))
    to = data.draw(st.sampled_from(rules.rating.scale))
    departure = Departure(to, "What the panel saw.", ("Lead", "Second"))
    after = rated_or_refused(rules, replace(judged, departures={standard.standard.id: departure}))
    if isinstance(after, Refused):
        assert after.rule == "discretion"
        assert after.paragraph in {"9", "16", "9 and 16"}
        assert after.field.startswith(f"discretion.{standard.standard.id}")
        return

    moved = next(one for one in after.standards if one.standard == standard.standard)
    assert moved.before_discretion == standard.rating
    assert abs(moved.rating.rank - standard.rating.rank) == 1
    assert moved.rating == to
    assert moved.grounds
    others = {one.standard.id: one for one in before.standards if one.standard != standard.standard}
    assert {one.standard.id: one for one in after.standards if one.standard != standard.standard} == others


@st.composite
def all_rated(draw):
    rules = draw(st.sampled_from(ANY_RATED))
    return rules, {one.id: draw(st.sampled_from(rules.rating.scale)) for one in rules.standards}


@given(all_rated(), st.data())
def test_the_overall_rating_never_falls_when_a_standard_rises(told, data):
    rules, ratings = told
    risen = data.draw(st.sampled_from(rules.standards)).id
    better = data.draw(st.sampled_from(rules.rating.scale[ratings[risen].rank :]))
    before, after = overall(rules, ratings), overall(rules, {**ratings, risen: better})

    assert after.score - before.score == better.points - ratings[risen].points
    assert after.rating.rank >= before.rating.rank


@given(all_rated(), st.data())
def test_what_is_still_possible_holds_whatever_comes(told, data):
    rules, ratings = told
    names = data.draw(st.sets(st.sampled_from([one.id for one in rules.standards])))
    worst, best = overall_range(rules, {name: ratings[name] for name in names})

    assert worst.rank <= overall(rules, ratings).rating.rank <= best.rank


@pytest.mark.parametrize("rules", ANY_RATED, ids=lambda rules: rules.id)
def test_every_score_has_one_band_and_bands_rise(rules):
    found = [
        rating_of_score(rules.rating.overall, score).rank for score in range(rules.rating.overall.maximum + 1)
    ]

    assert found == sorted(found)
    assert set(found) == set(range(len(rules.rating.scale)))
    for outside in (-1, rules.rating.overall.maximum + 1):
        with pytest.raises(Refused, match="does not"):
            rating_of_score(rules.rating.overall, outside)


def test_a_cap_lowers_the_overall_rating_and_is_explained():
    rules = with_caps()
    scale = rules.rating.scale
    ratings = {one.id: scale[3] for one in rules.standards}
    ratings |= dict.fromkeys(["assessment", "planning", "reviewing"], scale[0])
    capped = overall(rules, ratings)
    near = overall(rules, {**ratings, "reviewing": scale[1]})

    assert (capped.score, capped.from_points.id, capped.rating.id) == (12, "good", "requires_improvement")
    assert [cap.id for cap in capped.caps] == ["poor-delivery"]
    assert "The overall rating is at most Requires improvement." in capped.steps[-1].what
    assert (near.rating.id, near.caps) == ("good", ())
    assert near.steps[-1].what == "No cap lowers the overall rating."


def test_where_the_rules_say_so_all_questions_are_taken_together():
    rules = pooled()
    said = {"assessment-engagement": Judgement.SUFFICIENT, "assessment-desistance": Judgement.SUFFICIENT}
    judged = Judged(cases={"cases": [Case("1", {**said, "assessment-safety": Judgement.INSUFFICIENT})]})
    rated = next(one for one in rate(rules, judged).standards if one.standard.id == "assessment")

    assert rated.rating.id == "good"
    assert any("All questions are taken together: 2 of 3 (66.6%)." in step.what for step in rated.steps)


@pytest.mark.parametrize("rules", ANY_RATED, ids=lambda rules: rules.id)
def test_there_is_no_overall_rating_without_every_standard(rules):
    scale = rules.rating.scale
    lacking = {one.id: scale[0] for one in rules.standards[1:]}

    with pytest.raises(Refused, match=f"{rules.standards[0].name} has no rating"):
        overall(rules, lacking)
