"""What the planner says, in words that people read (C4, ¶10(v))."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from oversight.programme.planner.explaining import Kept, Proof, Relaxation
from oversight.programme.planner.replanning import Replanned
from oversight.programme.planner.solving import Outcome
from oversight.programme.rules.explaining import effect_words, move_words, proof_words, search_words, why_out
from oversight.programme.rules.figures import figures
from oversight.programme.rules.proposing import Frame
from tests.programme.test_rules_proposing import item, made

FRAME = Frame(date(2026, 11, 30), 60, 11)
NAMES = {"N50": "Greater Manchester", "N50A": "Bolton", "N50B": "Bury"}
TEAMS = {"hmip-field": "Field teams"}
PROBLEM = made(item("N50A"), item("N50B")).problem
TWO_WEEKS = "From 15 February 2027 to 26 February 2027, "
HALF_A_YEAR = "From 15 February 2027 to 13 August 2027, "
OUTCOME = Outcome({}, 10, 8, (), None, 0.5, 400, 12.0)


def test_a_visit_left_out_names_the_rules_that_bar_most_weeks_and_no_more_than_three():
    rules = (("over_capacity", 27), ("gap_too_short", 10), ("too_many_at_once", 2), ("burden_26_weeks", 1))

    said = why_out(Kept("v", rules, ""), figures())

    assert said == (
        "No week keeps every rule: all its teams are booked (27 weeks); another visit to the same place is "
        "too near (10 weeks); too many visits are in the region at the same time (2 weeks)."
    )
    assert "closed, or too late" in why_out(Kept("v", (("outside_window", 9),), ""), figures())


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        (
            Proof("over_capacity", ("v-N50A", "v-N50B"), (11, 12), ""),
            f"{TWO_WEEKS}2 visits need 4 weeks of the field teams; there are 6.",
        ),
        (
            Proof("burden_26_weeks", ("v-N50A", "v-N50B"), (11, 36), ""),
            (
                f"{HALF_A_YEAR}2 visits have to start in Greater Manchester: 20 days on site, and its limit "
                "in 26 weeks is 30."
            ),
        ),
        (
            Proof("outside_window", ("v-N50A",), (11, 58), ""),
            "Bolton: closed weeks and the last day for its visit leave no week.",
        ),
        (
            Proof("too_many_at_once", (), (11, 12), ""),
            f"{TWO_WEEKS}more visits have to be in a region at the same time than may be.",
        ),
        (
            Proof("gap_too_short", ("v-N50A", "v-N50B"), None, ""),
            "2 visits cannot all be made as the rules are: Bolton, Bury.",
        ),
    ],
)
def test_a_proof_tells_days_places_and_numbers(proof, said):
    assert proof_words(proof, PROBLEM, FRAME, places=NAMES, teams=TEAMS) == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ((), "Every visit would then find a place."),
        (("a",), "2 more would find a place, 1 would still be left out."),
        (("a", "b", "c"), "That alone does not help: 3 visits would be left out."),
    ],
)
def test_the_effect_of_a_relaxed_rule_is_told(left, said):
    easing = figures().easings[0]

    assert effect_words(Relaxation(easing.rule, "", left, 9), easing, 3) == f"{easing.words} {said}"


def test_the_search_says_whether_every_visit_is_made():
    whole = search_words(OUTCOME, no_time=0)
    lacking = search_words(replace(OUTCOME, left_out=("a",)), no_time=1)

    assert whole[1] == "A plan that keeps every rule was there after 0.5 seconds."
    assert "2 visits left out" in lacking[1]
    assert "2 visits left out" in search_words(replace(OUTCOME, left_out=("a", "b")), no_time=0)[1]


def test_fewest_is_said_to_be_proved_only_when_it_is():
    found = Replanned(PROBLEM, OUTCOME, ("a", "b"), ("a",), ("a",), 1)
    near = "Of the visits that are announced or start within 12 weeks, "

    assert move_words(found, 12, NAMES) == (
        f"{near}1 moves. That is proved to be the fewest: no plan that keeps every rule moves fewer."
    )
    assert "not proved that no plan moves fewer; at least 1 must" in move_words(
        replace(found, moved_announced=("a", "b")), 12, NAMES
    )
    assert move_words(replace(found, moved_announced=(), fewest=0), 12, NAMES) == f"{near}none moves."


def test_a_region_that_cannot_keep_its_rules_whatever_moves_is_named():
    found = Replanned(PROBLEM, OUTCOME, ("a",), (), (), 0, ("N50",))

    assert move_words(found, 12, NAMES) == (
        "It is proved that no plan keeps every rule in Greater Manchester: what has begun there leaves no "
        "room."
    )
