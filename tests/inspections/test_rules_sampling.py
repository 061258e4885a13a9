"""Drawing cases: repeatable, proportional, capped, and honest about what is short (¶16)."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.inspections.rules.sampling import (
    ListedCase,
    Plan,
    allocated,
    drawn,
    list_digest,
    replacement,
    shortfall_in_words,
)
from oversight.kernel.refusals import Refused

PLAN = Plan(wanted=10, most_per_officer=6, buffer_per_cent=20, seed="2026-04-13 N57EKNT")

rows = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["women", "low", "not_low"]),
        st.sampled_from(["", "", "restricted"]),
    ),
    min_size=1,
    max_size=60,
)
plans = st.builds(
    Plan,
    wanted=st.integers(1, 40),
    most_per_officer=st.integers(1, 8),
    buffer_per_cent=st.integers(0, 100),
    seed=st.text("abc123", min_size=1, max_size=8),
)


def listed(some, *, at_least_one: bool = True) -> list[ListedCase]:
    cases = [
        ListedCase(f"X{place:06}", f"N57A{officer:03}", stratum, left_out)
        for place, (officer, stratum, left_out) in enumerate(some)
    ]
    if at_least_one and all(one.excluded for one in cases):
        cases.append(ListedCase("Y000001", "N57A001", "women"))
    return cases


@given(rows, plans, st.randoms(use_true_random=False))
def test_the_same_list_and_seed_give_the_same_draw_in_any_order_of_rows(some, plan, shuffler):
    cases = listed(some)
    shuffled = cases[:]
    shuffler.shuffle(shuffled)

    assert drawn(shuffled, plan) == drawn(cases, plan)
    assert list_digest(shuffled) == list_digest(cases)


@given(rows, plans)
def test_a_draw_never_touches_the_shared_random_numbers(some, plan):
    before = random.getstate()

    drawn(listed(some), plan)

    assert random.getstate() == before


@given(rows, plans)
def test_a_draw_keeps_to_its_plan(some, plan):
    cases = listed(some)
    found = drawn(cases, plan)
    references = [one.case.reference for one in found.cases]
    officers = Counter(one.case.officer for one in found.cases)

    assert len(set(references)) == len(references)
    assert not any(one.case.excluded for one in found.cases)
    assert max(officers.values()) <= plan.most_per_officer
    assert found.drawn <= plan.wanted
    assert sum(one.in_reserve for one in found.cases) <= plan.reserve
    assert sum(one.drawn for one in found.strata) == found.drawn
    assert found.listed - sum(found.excluded.values()) == sum(one.listed for one in found.strata)


@given(rows, plans)
def test_what_is_short_is_told_and_only_the_cap_or_the_list_makes_it_short(some, plan):
    cases = listed(some)
    found = drawn(cases, plan)
    free = Plan(plan.wanted, len(cases), plan.buffer_per_cent, plan.seed)
    can_be_drawn = sum(1 for one in cases if not one.excluded)

    assert found.shortfall == plan.wanted - found.drawn
    assert drawn(cases, free).shortfall == max(0, plan.wanted - can_be_drawn)
    assert ("nothing is short" in shortfall_in_words(found)) == (found.shortfall == 0)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 400), min_size=1), st.integers(0, 900))
def test_parts_add_up_and_stay_near_their_exact_share(sizes, wanted):
    parts = allocated(sizes, wanted)
    total = sum(sizes.values())

    assert sum(parts.values()) == min(wanted, total)
    for name, size in sizes.items():
        assert 0 <= parts[name] <= size
        # One for rounding itself and one for what the others' rounding left.
        assert abs(parts[name] * total - min(wanted, total) * size) < 2 * total


def test_the_rounding_is_the_one_that_is_written_down():
    # 2.5, 2.5 and 5 round up to 3, 3 and 5: one too many, taken from the largest.
    assert allocated({"a": 25, "b": 25, "c": 50}, 10) == {"a": 3, "b": 3, "c": 4}
    # 1.4, 1.4 and 7.2 round down to 1, 1 and 7: one short, added to the smallest.
    assert allocated({"a": 14, "b": 14, "c": 72}, 10) == {"a": 2, "b": 1, "c": 7}


def test_the_cap_holds_for_sample_and_reserve_together():
    cases = [ListedCase(f"X{place}", "N57A001", "women") for place in range(20)]

    found = drawn(cases, PLAN)

    assert (found.drawn, found.shortfall, len(found.cases)) == (6, 4, 6)
    assert "4 cases short" in shortfall_in_words(found)


def test_another_seed_or_one_changed_row_gives_another_draw():
    cases = [ListedCase(f"X{place:03}", f"N57A{place}", "women") for place in range(200)]
    changed = [*cases[:-1], ListedCase("X199", "N57A198", "women")]
    other_seed = Plan(10, 6, 20, "another")

    first = [one.case.reference for one in drawn(cases, PLAN).cases]

    assert [one.case.reference for one in drawn(cases, other_seed).cases] != first
    assert [one.case.reference for one in drawn(changed, PLAN).cases] != first


def test_a_draw_made_today_is_the_one_made_in_any_later_version():
    cases = [ListedCase(f"X{place:03}", f"N57A{place % 7}", "women") for place in range(30)]

    found = [one.case.reference for one in drawn(cases, Plan(4, 6, 20, "seed")).cases]

    assert found == ["X020", "X023", "X022", "X009", "X002"]


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan(0, 6, 20, "seed"), "wanted"),
        (Plan(1, 0, 20, "seed"), "wanted"),
        (Plan(1, 6, 20, " "), "seed"),
        (Plan(1, 6, 20, "s" * 101), "seed"),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused(plan, field):
    with pytest.raises(Refused) as caught:
        drawn([ListedCase("X1", "N1", "women")], plan)

    assert (caught.value.rule, caught.value.field) == ("sample_plan", field)


@pytest.mark.parametrize(
    "cases",
    [
        [ListedCase("X1", "N1", "women", "restricted")],
        [],
        [ListedCase("X1", "N1", "women"), ListedCase("X1", "N1", "low")],
    ],
)
def test_a_list_that_gives_nothing_or_names_a_case_twice_is_refused(cases):
    with pytest.raises(Refused) as caught:
        drawn(cases, PLAN)

    assert caught.value.rule == "case_list"


def test_a_reserve_case_of_the_same_stratum_comes_first_then_any_then_none():
    reserve = [
        ListedCase("X1", "N1", "low"),
        ListedCase("X2", "N1", "women"),
        ListedCase("X3", "N1", "women"),
    ]

    assert replacement(reserve, "women") == reserve[1]
    assert replacement(reserve, "not_low") == reserve[0]
    assert replacement([], "women") is None
