"""The rules of a review: the whole matrix of steps, days, readers, marking, standards and agreement (¶19)."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.kernel.refusals import Refused
from oversight.kernel.suppression import SuppressionRule
from oversight.sfo.rules.agreement import FEWEST, Share, agreement
from oversight.sfo.rules.designs import shipped_designs
from oversight.sfo.rules.list_due import list_due
from oversight.sfo.rules.marking import Mark, MarkingKind, counting, next_kind, sees_marks
from oversight.sfo.rules.review import (
    ASSURING,
    DIRECTOR,
    DRAWERS,
    LEAD,
    OFFICER,
    WORKFLOW,
    ReviewState,
    Standpoint,
    about_round,
    check_case_reference,
    check_days,
    check_extension,
    check_move,
    check_step_day,
    in_register,
    may_read,
    reference_of,
    steps,
    waits_for,
)
from oversight.sfo.rules.standards import OVERALL, read_standards, shipped_standards, standards_on
from oversight.sfo.rules.statistics import agreement_rows, count_row, rating_rows

S = ReviewState
ROLES = tuple(access_table().roles)
STANDARDS = shipped_standards()[-1]
DAY = date(2026, 5, 4)
#: What paragraph 19 and the field ask for, written down a second time and not from the table under test.
WAY = {
    (S.NOTIFIED, S.COMMISSIONED): {OFFICER},
    (S.COMMISSIONED, S.COMMISSIONED): {OFFICER},
    (S.COMMISSIONED, S.SUBMITTED): {OFFICER, DIRECTOR},
    (S.SUBMITTED, S.LISTED): {OFFICER},
    (S.LISTED, S.ALLOCATED): set(DRAWERS),
    (S.ALLOCATED, S.MARKING): {OFFICER, LEAD},
    (S.MARKING, S.RATED): {OFFICER, LEAD},
    (S.RATED, S.FEEDBACK): {OFFICER, LEAD},
    (S.FEEDBACK, S.RETURNED): {OFFICER, LEAD},
    (S.FEEDBACK, S.FINAL): {OFFICER, LEAD},
    (S.RETURNED, S.RETURNED): {OFFICER},
    (S.RETURNED, S.ALLOCATED): {OFFICER, DIRECTOR},
    (S.FINAL, S.DISCLOSED): {OFFICER, DIRECTOR},
    (S.DISCLOSED, S.LEARNING): {OFFICER, DIRECTOR},
    (S.LEARNING, S.CLOSED): {OFFICER},
}
NEVER_WITHDRAWN = {S.FINAL, S.DISCLOSED, S.LEARNING, S.CLOSED, S.WITHDRAWN}


def wanted(source: str, target: str) -> set[str]:
    if target == S.WITHDRAWN:
        return set() if source in NEVER_WITHDRAWN else {OFFICER}
    return WAY.get((S(source), S(target)), set())


def test_every_state_every_target_and_every_role_of_the_service_are_decided_as_wanted():
    assert len(ROLES) > 20
    for cell in WORKFLOW.matrix(ROLES):
        assert cell.allowed == (cell.role in wanted(cell.source, cell.target)), cell


def test_everyone_who_sees_the_sample_and_may_draw_is_among_those_who_take_that_step():
    roles = access_table().roles

    assert set(DRAWERS) == {name for name, role in roles.items() if "sfo.draw" in role.grants}
    assert all("sfo.see_sample" in roles[name].grants for name in DRAWERS)


@given(
    st.sampled_from(sorted(ASSURING)), st.sampled_from(["hmip", "hmpps"]), st.sampled_from(["hmip", "hmpps"])
)
def test_steps_of_quality_assurance_are_for_the_body_that_the_draw_named(act, party, assurer):
    source = next(move.source for move in WORKFLOW.moves if move.name == act)
    role = LEAD if party == "hmip" else OFFICER
    offered = act in {move.name for move in steps(source, role=role, party=party, assurer=assurer)}

    assert offered == (party == assurer)
    if party == assurer:
        assert check_move(act, source, role=role, party=party, assurer=assurer).name == act
    else:
        with pytest.raises(Refused) as refused:
            check_move(act, source, role=role, party=party, assurer=assurer)
        assert refused.value.rule == "sfo_assurer"


def test_no_one_lists_or_allocates_a_review_by_itself():
    for state in S:
        for role in ROLES:
            names = {move.name for move in steps(state, role=role, party="hmpps", assurer="hmpps")}
            assert not names & {"list", "allocate"}


def test_a_review_says_for_whom_it_waits():
    assert waits_for(S.ALLOCATED, "hmip") == "HM Inspectorate of Probation"
    assert waits_for(S.COMMISSIONED, "") == "the region"
    assert waits_for(S.RETURNED, "hmip") == "the region"


@given(st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["N57", "N07"]))
def test_only_a_named_reader_in_reach_of_the_region_opens_a_review(sees, every, named, region):
    who = Standpoint(sees, every, frozenset({"N57"}), named)

    assert in_register(who, region) == (sees and (every or region == "N57"))
    assert may_read(who, region) == (named and in_register(who, region))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-3, 3), st.integers(-3, 3))
def test_days_follow_one_another(today, notified, due):
    days = {"notified_on": today + timedelta(notified), "due_on": today + timedelta(due), "today": today}
    if notified <= 0 and due > notified:
        check_days(**days)
        return
    with pytest.raises(Refused) as refused:
        check_days(**days)
    assert refused.value.rule == "sfo_days"


def test_a_new_date_is_later_and_a_step_is_neither_to_come_nor_before_the_last_one():
    check_extension(DAY + timedelta(1), due_on=DAY)
    check_step_day(DAY, today=DAY, not_before=DAY)
    for call in (
        lambda: check_extension(DAY, due_on=DAY),
        lambda: check_step_day(DAY + timedelta(1), today=DAY, not_before=DAY),
        lambda: check_step_day(DAY - timedelta(1), today=DAY, not_before=DAY),
    ):
        with pytest.raises(Refused, match="day") as refused:
            call()
        assert refused.value.rule == "sfo_days"


def test_references_are_counted_up_and_case_references_hold_no_name():
    assert reference_of(2026, ["SFO-2026-0009", "SFO-2025-0100"]) == "SFO-2026-0010"
    assert check_case_reference(" x123456 ") == "X123456"
    for wrong in ("Smith", "X 123", "12", "X1" * 20, "Jane Doe 1"):
        with pytest.raises(Refused):
            check_case_reference(wrong)


def mark(kind, person, party, **ratings) -> Mark:
    return Mark(MarkingKind(kind), person, party, dict.fromkeys(STANDARDS.names, "good") | ratings)


def test_marking_goes_from_first_to_second_to_moderator_each_someone_else():
    first, second = mark("first", "a", "hmip"), mark("second", "b", "hmpps", learning="inadequate")

    assert next_kind([], person="a", party="hmip", assurer="hmip") is MarkingKind.FIRST
    assert next_kind([first], person="b", party="hmpps", assurer="hmip") is MarkingKind.SECOND
    assert next_kind([first, second], person="c", party="hmip", assurer="hmip") is MarkingKind.MODERATED
    for marks, person, party in (
        ([], "a", "hmpps"),
        ([first], "a", "hmip"),
        ([first, second], "b", "hmpps"),
        ([first, second], "c", "hmpps"),
        ([first, mark("second", "b", "hmip")], "c", "hmip"),
        ([first, second, mark("moderated", "c", "hmip")], "d", "hmip"),
    ):
        with pytest.raises(Refused):
            next_kind(marks, person=person, party=party, assurer="hmip")


def test_the_first_marking_counts_unless_markers_differ_and_then_the_moderated_one():
    first, same = mark("first", "a", "hmip"), mark("second", "b", "hmip")
    other, moderated = mark("second", "b", "hmip", overall="inadequate"), mark("moderated", "c", "hmip")

    assert counting([first]) is MarkingKind.FIRST
    assert counting([first, same]) is MarkingKind.FIRST
    assert counting([first, other, moderated]) is MarkingKind.MODERATED
    for marks in ([], [first, other]):
        with pytest.raises(Refused) as refused:
            counting(marks)
        assert refused.value.rule == "sfo_unsettled"


def test_who_has_not_marked_sees_no_marking_before_both_are_in_and_the_region_none_before_feedback():
    assert not sees_marks(S.MARKING, assures=True, marked=False, both_marked=False)
    assert sees_marks(S.MARKING, assures=True, marked=True, both_marked=False)
    assert sees_marks(S.MARKING, assures=True, marked=False, both_marked=True)
    assert not sees_marks(S.RATED, assures=False, marked=False, both_marked=True)
    assert sees_marks(S.FEEDBACK, assures=False, marked=False, both_marked=False)


def test_the_standards_are_four_and_an_overall_rating_on_four_points():
    assert [one.id for one in STANDARDS.standards] == [
        "analysis",
        "judgements",
        "learning",
        "victims",
        OVERALL,
    ]
    assert list(STANDARDS.scale.values()) == ["Inadequate", "Requires improvement", "Good", "Outstanding"]
    assert not STANDARDS.overall_verified
    assert standards_on(shipped_standards(), DAY) is STANDARDS
    with pytest.raises(Refused):
        standards_on(shipped_standards(), date(2020, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("effective_from: 2021-04-01", "effective_from: soon", "no date"),
        ("{id: learning,", "{id: victims,", "there twice"),
        ("{id: good,", "{id: outstanding,", "there twice"),
        ("version: 1", "version: zero", "line"),
    ],
)
def test_a_fault_in_the_file_of_standards_is_named(old, new, told):
    text = files("oversight.sfo").joinpath("data", "standards.yaml").read_text(encoding="utf-8")
    assert old in text

    with pytest.raises(Refused, match=told):
        read_standards(text.replace(old, new))


pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=FEWEST, max_size=60)


@given(pairs)
def test_agreement_lies_within_its_interval_and_does_not_depend_on_who_is_first(some):
    found, turned = agreement(some, 4), agreement([(other, one) for one, other in some], 4)

    assert (found.pairs, found.same) == (len(some), sum(one == other for one, other in some))
    if found.kappa is None:
        assert len({place for pair in some for place in pair}) == 1
        return
    assert -1 <= found.low <= found.kappa <= found.high <= 1
    assert isclose(found.kappa, turned.kappa)
    assert isclose(found.low, turned.low, abs_tol=1e-9)


@given(st.lists(st.integers(0, 3), min_size=FEWEST, max_size=60))
def test_full_agreement_is_one_unless_everything_is_alike(places):
    found = agreement([(one, one) for one in places], 4)

    assert found.kappa is None if len(set(places)) == 1 else found.kappa == 1 == found.low == found.high


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_reviews_changes_nothing(some, shuffler):
    shuffled = some[:]
    shuffler.shuffle(shuffled)

    assert agreement(shuffled, 4) == agreement(some, 4)


def test_a_published_example_comes_out():
    # Cohen (1968), as worked out by hand from the table: weights 1 - |i - j| / 2, three ratings, 200 pairs.
    table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    some = [(i, j) for i in range(3) for j in range(3) for _ in range(table[i][j])]
    observed = sum((1 - abs(i - j) / 2) * table[i][j] for i in range(3) for j in range(3)) / 200
    rows, columns = [120, 60, 20], [100, 60, 40]
    chance = sum((1 - abs(i - j) / 2) * rows[i] * columns[j] for i in range(3) for j in range(3)) / 40_000

    found = agreement(some, 3)

    assert isclose(found.kappa, (observed - chance) / (1 - chance))


def test_the_interval_is_about_that_of_leaving_one_out_each_time():
    # A second way to the standard error, the jackknife; for 300 pairs they differ by under a twentieth.
    chance = Random(19)
    some = []
    for _ in range(300):
        one = chance.randrange(4)
        some.append((one, one if chance.random() < 0.6 else min(3, max(0, one + chance.choice([-1, 1])))))
    whole = agreement(some, 4)
    left_out = [agreement(some[:at] + some[at + 1 :], 4).kappa for at in range(300)]
    mean = sum(left_out) / 300
    error = (299 / 300 * sum((one - mean) ** 2 for one in left_out)) ** 0.5

    assert isclose((whole.high - whole.low) / (2 * 1.96), error, rel_tol=0.05)


def test_few_pairs_give_no_figure_and_few_reviews_no_percentage():
    assert agreement([(1, 1)] * (FEWEST - 1) + [], 4).kappa is None
    assert agreement([], 4).in_words == "No review was marked by both yet."
    assert "too few" in agreement([(0, 1)] * (FEWEST - 1), 4).in_words
    assert "Weighted kappa" in agreement([(0, 1), (1, 1)] * FEWEST, 4).in_words
    assert Share(7, 9).in_words == "7 of 9"
    assert Share(7, 10).in_words == "7 of 10 (70%)"
    with pytest.raises(ValueError, match="scale"):
        agreement([(0, 4)], 4)


def test_each_round_of_quality_assurance_is_owed_under_its_own_reference():
    assert about_round("SFO-2026-0001", 1) == "SFO-2026-0001"
    assert len({about_round("SFO-2026-0001", at) for at in range(1, 9)}) == 8


@given(
    st.integers(0, 40),
    st.booleans(),
    st.dates(date(2026, 3, 1), date(2027, 5, 1)),
    st.one_of(st.none(), st.dates(date(2026, 4, 1), date(2027, 3, 31))),
)
def test_a_list_is_asked_for_in_its_year_when_enough_reviews_wait_and_is_late_after_a_month(
    waiting, list_waits, today, last_frozen
):
    found = list_due(
        shipped_designs()[-1],
        first_day=date(2026, 4, 1),
        last_day=date(2027, 3, 31),
        last_frozen=last_frozen,
        list_waits=list_waits,
        waiting=waiting,
        today=today,
    )
    in_year = date(2026, 4, 1) <= today <= date(2027, 3, 31)

    assert (found is None) == (waiting < 10 or list_waits or not in_year)
    if found is not None:
        since = last_frozen or date(2026, 4, 1)
        assert timedelta(days=28) <= found.on - since <= timedelta(days=31)
        assert found.overdue == (today > found.on)


@given(
    st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=2, max_size=2),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40),
)
def test_no_small_number_of_the_years_table_is_shown_or_follows_from_its_row(counts, pairs):
    rule = SuppressionRule(5, shows_nought=True, force="must", unverified="")
    by_body = {"HM Inspectorate of Probation": counts[0], "HMPPS": counts[1]}
    rows = rating_rows("2026-27", "Overall", ("A", "B", "C", "D"), by_body, rule)

    for body, given_ratings in by_body.items():
        told = [row for row in rows if row[3] == body]
        gone = [row for row in told if row[5] == "hidden"]
        for one, row in zip(given_ratings, told, strict=True):
            assert row[5] == "hidden" or (row[5] == str(one) and not 0 < one < 5)
        # How many a body rated is known from elsewhere, so it never stands for a hidden number.
        assert len(gone) != 1
        assert len({row[6] for row in told}) == 1
        if 0 < sum(given_ratings) < 5:
            assert len(gone) == 4
            assert told[0][6] == "hidden"
        else:
            assert told[0][6] == str(sum(given_ratings))
    figures = agreement_rows("2026-27", "Overall", agreement(pairs, 4))
    assert (len(figures) == 3) == (agreement(pairs, 4).kappa is not None)
    if len(figures) == 1:
        assert figures[0][-1] in {"no figure: all alike", "no figure: fewer than 10 reviews"}
    assert count_row("2026-27", "more time", 4, 100, rule)[5] == "hidden"
    assert count_row("2026-27", "more time", 97, 100, rule)[5] == "hidden"
    assert count_row("2026-27", "more time", 50, 100, rule)[5] == "50"
