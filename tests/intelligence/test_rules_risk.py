"""The rules of a risk picture and its test: points add up, and what is amiss never lowers them (B7)."""

from __future__ import annotations

import copy
import itertools
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from oversight.intelligence.rules.backtest import (
    Trial,
    against_naive,
    by_band,
    chance,
    compared,
    tau_b,
    verdict,
    wilson,
)
from oversight.intelligence.rules.risk import (
    Basis,
    Factor,
    Place,
    Rated,
    Told,
    latest_ratings,
    months_between,
    risk_picture,
)
from oversight.intelligence.rules.weights import (
    _DATA,
    every_weights,
    read_weights,
    weights_named,
    weights_on,
)
from oversight.intelligence.rules.words import Confidence, Result
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused

DAY = date(2026, 4, 14)
PLACE = Place("U1", "R", ("U2", "U3", "U4"))
WEIGHTS = every_weights()[-1]
BASIS = Basis(DAY, WEIGHTS, stale_months=24, corroborated_months=12)
SCALE = tuple(WEIGHTS.ratings)
SCHEMA = yaml.safe_load(_DATA.joinpath("risk-weights-schema.yaml").read_text("utf-8"))
TEXT = _DATA.joinpath("risk-weights.yaml").read_text("utf-8")

days = st.dates(date(2020, 1, 1), date(2027, 12, 31))
told_facts = st.builds(
    Told,
    item=st.integers(1, 10**6),
    note=st.booleans(),
    theme=st.sampled_from(["staffing", "victims"]),
    source=st.sampled_from(["audit", "inspection", "line_management"]),
    by=st.just("hmip"),
    result=st.sampled_from(Result),
    confidence=st.sampled_from(Confidence),
    found_on=days,
    known_on=days,
)
rated_facts = st.builds(
    Rated,
    unit=st.sampled_from(["U1", "U2", "U3", "R"]),
    standard=st.sampled_from(["", "staffing"]),
    rating=st.sampled_from([*SCALE, "A rating of tomorrow"]),
    report=st.text("ABC", min_size=1, max_size=3),
    given_on=st.none() | days,
    known_on=days,
)


def by_place(rated):
    return {code: [one for one in rated if one.unit == code] for code in {one.unit for one in rated}}


def picture(told=(), rated=(), basis=BASIS):
    return risk_picture(PLACE, rated=by_place(list(rated)), told=told, basis=basis)


def finding(result=Result.SERIOUS, sure=Confidence.HIGH, *, source="audit", days=30, note=False, item=1):
    day = DAY - timedelta(days)
    return Told(item, note, "staffing", source, "hmip", result, sure, day, day)


def rating(rating, *, unit="U1", standard="", days=30, report="A"):
    day = DAY - timedelta(days)
    return Rated(unit, standard, rating, report, day, day)


@given(st.lists(told_facts, max_size=8), st.lists(rated_facts, max_size=8), st.randoms())
def test_points_add_up_and_neither_order_nor_what_came_later_counts(told, rated, chosen):
    made = picture(told, rated)
    assert made.score == sum(line.points for line in made.lines) == sum(made.parts.values())
    assert all(
        line.points
        == (line.weight * line.per_cent // 100 + line.added if line.count is None else line.points)
        for line in made.lines
    )
    mixed_told, mixed_rated = list(told), list(rated)
    chosen.shuffle(mixed_told)
    chosen.shuffle(mixed_rated)
    assert picture(mixed_told, mixed_rated).score == made.score
    known = [one for one in told if one.found_on <= DAY and one.known_on <= DAY]
    assert picture(known, [one for one in rated if one.known_on <= DAY]).score == made.score


@given(st.lists(told_facts, max_size=8), told_facts.filter(lambda one: one.result.concern))
def test_another_concern_never_lowers_the_score(told, another):
    assert picture([*told, another]).score >= picture(told).score


@given(st.lists(told_facts, max_size=6), st.data())
def test_a_more_serious_or_surer_finding_never_lowers_the_score(told, data):
    one = data.draw(told_facts.filter(lambda one: one.result is Result.SOME))
    assert picture([*told, replace(one, result=Result.SERIOUS)]).score >= picture([*told, one]).score
    low = replace(one, confidence=Confidence.LOW)
    assert picture([*told, one]).score >= picture([*told, low]).score


@given(st.lists(rated_facts, max_size=8), rated_facts.filter(lambda one: one.rating in SCALE), st.data())
def test_a_worse_rating_in_place_of_a_better_never_lowers_the_score(rated, one, data):
    worse = data.draw(st.sampled_from(SCALE[: SCALE.index(one.rating) + 1]))
    rest = [other for other in rated if (other.given_on, other.report) != (one.given_on, one.report)]
    assert picture(rated=[*rest, replace(one, rating=worse)]).score >= picture(rated=[*rest, one]).score


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_higher_score_never_costs_less_to_wait_nor_lies_in_a_lower_band(one, other):
    low, high = sorted((one, other))
    assert 1 <= WEIGHTS.week_of(low) <= WEIGHTS.week_of(high)
    assert WEIGHTS.band_of(low).least <= WEIGHTS.band_of(high).least


def test_every_line_names_its_fact_its_age_its_weight_and_its_points():
    made = picture(
        [
            finding(item=1, days=400),
            finding(Result.SOME, Confidence.MEDIUM, source="inspection", item=2),
            finding(Result.SOME, Confidence.LOW, note=True, source="line_management", days=900, item=3),
        ],
        [
            rating("Requires improvement", days=800),
            rating("Inadequate", standard="staffing", days=800),
            rating("Inadequate", unit="R"),
            rating("Inadequate", unit="U2"),
            rating("Good", unit="U3"),
        ],
    )
    told = {(line.factor, line.told.item if line.told else 0): line for line in made.lines}
    assert {key: line.points for key, line in told.items()} == {
        (Factor.RATING, 0): 20,
        (Factor.UNSEEN, 0): 3,
        (Factor.STANDARD, 0): 3 * 20 // 100,
        (Factor.REGION, 0): 5,
        (Factor.AROUND, 0): 12 // 2,
        (Factor.FINDING, 1): 10 * 60 // 100,
        (Factor.FINDING, 2): 3,
        (Factor.NOTE, 3): 0,
    }
    assert told[Factor.AROUND, 0].count == (1, 2)
    assert (told[Factor.RATING, 0].stale, told[Factor.REGION, 0].stale) == (True, False)
    assert (told[Factor.FINDING, 1].single, told[Factor.FINDING, 1].added) == (True, 0), "13 months apart"
    near = picture([finding(item=1), finding(Result.SOME, source="inspection", item=2)])
    assert [(line.points, line.added, line.single) for line in near.lines if line.told] == [
        (12, 2, False),
        (7, 2, False),
    ]


def test_what_a_source_found_before_it_last_found_it_well_is_over_and_nobody_elses_is():
    well = finding(Result.GOOD, days=10, item=9)
    made = picture([finding(item=1, days=20), well, finding(item=2, source="inspection", days=20)])
    assert {line.told.item: line.points for line in made.lines if line.told} == {9: 0, 2: 10}
    same_day = picture([finding(item=1, days=10), well])
    assert sum(line.points for line in same_day.lines if line.told) == 10


def test_a_place_never_rated_counts_as_that_and_a_rating_of_no_known_day_as_old():
    assert [(line.factor, line.points) for line in picture().lines] == [(Factor.RATING, WEIGHTS.unrated)]
    undated = replace(rating("Good"), given_on=None)
    made = {line.factor: line for line in picture(rated=[undated]).lines}
    assert (made[Factor.UNSEEN].points, made[Factor.RATING].stale) == (10, True)
    assert latest_ratings([undated, rating("Good", days=900, report="B")], DAY)[""].report == "B"
    assert months_between(DAY, DAY) == 0
    assert months_between(date(2026, 3, 14), DAY) == 1
    assert months_between(date(2026, 3, 13), DAY) == 2


# The weights


def test_the_version_of_a_day_holds_and_an_unknown_one_is_refused():
    assert weights_on(date(2020, 1, 1)) == every_weights()[0]
    assert weights_on(DAY) == weights_named(weights_on(DAY).version)
    with pytest.raises(Refused, match="no version"):
        weights_named("no-such")


def _faulty(path, value):
    data = copy.deepcopy(yaml.safe_load(TEXT))
    at = data["versions"][0]
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return yaml.safe_dump(data, sort_keys=False)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("last_rating", "ratings"), {"Inadequate": 3, "Good": 8}),
        (("standard",), {"Inadequate": 0, "Good": 1}),
        (("region",), {"Inadequate": 0, "Good": 1}),
        (("finding", "some_concern"), {"high": 11, "medium": 3, "low": 2}),
        (("note", "serious_concern"), {"high": 3, "medium": 4, "low": 2}),
        (("unseen",), [{"months": 36, "points": 3}, {"months": 24, "points": 6}]),
        (("unseen",), [{"months": 24, "points": 6}, {"months": 36, "points": 3}]),
        (("ages",), [{"months": 12, "per_cent": 10}]),
        (("bands",), [{"name": "all", "title": "All", "least": 1}]),
    ],
)
def test_weights_that_run_the_wrong_way_do_not_load(path, value):
    with pytest.raises(Refused, match="wrong way"):
        read_weights(read_yaml(_faulty(path, value), "risk-weights.yaml", SCHEMA))


def test_versions_stand_in_order_each_with_its_name_and_days():
    data = yaml.safe_load(TEXT)
    second = copy.deepcopy(data["versions"][0])
    data["versions"].append(second)

    def load():
        return read_weights(read_yaml(yaml.safe_dump(data, sort_keys=False), "risk-weights.yaml", SCHEMA))

    with pytest.raises(Refused, match="no later than"):
        load()
    second["since"] = date(2027, 1, 1)
    with pytest.raises(Refused, match="another version"):
        load()
    second["version"] = "2"
    assert [one.version for one in load()] == ["1", "2"]
    second["published"] = "soon"
    with pytest.raises(Refused, match="no day"):
        load()


# The test against what was rated


def trial(score, *, bad, region="R1", before=None, severity=None):
    told = severity if severity is not None else 3 if bad else 2
    return Trial("ref", "U1", region, DAY, score, "", bad, told, before)


scores = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=20)


@given(scores)
def test_the_chance_and_the_rank_correlation_are_what_counting_every_pair_gives(facts):
    values, bad = [float(one) for one, _ in facts], [it for _, it in facts]
    pairs = [(a, b) for (a, it), (b, other) in itertools.product(facts, facts) if it and not other]
    wanted = sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs) if pairs else None
    assert chance(values, bad) == (pytest.approx(wanted) if pairs else None)
    turned = chance([-one for one in values], bad)
    assert turned is None or turned == pytest.approx(1 - chance(values, bad))
    found = tau_b(values, values)
    assert found is None or found == pytest.approx(1)
    assert tau_b([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx(4 / 6)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_share_lies_in_its_interval(part, more):
    found = wilson(part, part + more)
    if part + more:
        assert 0 <= found.low <= found.figure <= found.high <= 1
    else:
        assert found.figure is None


def test_wilson_gives_the_interval_of_the_books():
    found = wilson(1, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0179, 0.4042)


def test_scores_that_tell_are_told_from_scores_that_do_not_and_the_same_each_time():
    regions = [f"R{number}" for number in range(8)]
    telling = [
        trial(30 * bad + n, bad=bool(bad), region=r) for r in regions for bad in (0, 1) for n in (0, 1)
    ]
    found = compared(telling)
    assert (found.picture.figure, found.picture.low, found.naive.figure) == (1.0, 1.0, None)
    assert "more often than a coin" in verdict(found)
    assert against_naive(found) == ""
    assert compared(telling) == found
    chosen = random.Random(1)
    blind = [trial(chosen.randint(0, 9), bad=n % 2 == 0, region=r) for r in regions for n in range(6)]
    assert "do not show" in verdict(compared(blind))
    backward = [replace(one, score=-one.score) for one in telling]
    assert "worse than a coin" in verdict(compared(backward))
    assert "too few" in verdict(compared(telling[:6]))
    assert "too few" in verdict(compared([]))


def test_repeating_the_last_rating_is_compared_only_where_there_was_one():
    regions = [f"R{number}" for number in range(8)]
    both = [
        trial(10 * bad, bad=bool(bad), region=r, before=n) for r in regions for bad in (0, 1) for n in (2, 3)
    ]
    found = compared(both)
    assert (found.picture.figure, found.naive.figure, found.better.figure) == (1.0, 0.5, 0.5)
    assert against_naive(found).endswith("the scores did better than repeating the last rating.")
    few = compared([replace(one, score=0) for one in both[:4]])
    assert "as well as" in against_naive(few)
    worse = compared([replace(one, score=-one.score) for one in both[:4]])
    assert "repeating the last rating did better" in against_naive(worse)
    assert "too few to be sure" in against_naive(worse)


def test_bands_hold_each_inspection_once():
    found = by_band([trial(n, bad=n > 5) for n in range(10)], [("Low", 0), ("High", 4)])
    assert [(one.title, one.count, one.bad) for one in found] == [("Low", 4, 0), ("High", 6, 4)]
