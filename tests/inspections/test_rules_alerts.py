"""An alert on a risk to a person: the whole matrix, who sees how much, the same day (¶16)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.inspections.rules.alerts import (
    ADDRESSED,
    NAMED,
    TEAM,
    WORKFLOW,
    AlertState,
    Sight,
    Standing,
    acknowledge_within,
    check_case_reference,
    check_raising,
    check_unit,
    due_on,
    is_overdue,
    timing_in_words,
)
from oversight.kernel.refusals import Refused

S = AlertState
#: Written down a second time and not taken from the table under test.
WANTED = {
    (S.RAISED, S.ACKNOWLEDGED): {ADDRESSED},
    (S.ESCALATED, S.ACKNOWLEDGED): {ADDRESSED, NAMED},
    (S.RAISED, S.ESCALATED): {TEAM},
    (S.ESCALATED, S.ESCALATED): {TEAM},
    (S.ACKNOWLEDGED, S.ESCALATED): {TEAM},
    (S.ACKNOWLEDGED, S.CLOSED): {TEAM},
}
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
STANDINGS = st.builds(
    Standing,
    sees_case=st.booleans(),
    on_team=st.booleans(),
    addressed=st.booleans(),
    named=st.booleans(),
    watches=st.booleans(),
)


def test_every_state_to_every_state_for_everyone():
    cells = WORKFLOW.matrix((TEAM, ADDRESSED, NAMED, ""))

    assert len(cells) == len(S) ** 2 * 4
    for cell in cells:
        assert cell.allowed == (cell.role in WANTED.get((S(cell.source), S(cell.target)), set())), cell


def test_nothing_closes_before_somebody_answered_and_what_is_closed_stays():
    assert {move.source for move in WORKFLOW.moves if move.target == S.CLOSED} == {S.ACKNOWLEDGED}
    assert WORKFLOW.moves_from(S.CLOSED) == ()


@given(STANDINGS, st.sampled_from(list(S)), st.sampled_from(["acknowledge", "escalate", "close", "erase"]))
def test_what_is_offered_is_what_is_allowed_and_nothing_else(standing, state, act):
    if act in standing.acts(state):
        assert standing.check(act, state).name == act
    else:
        with pytest.raises(Refused):
            standing.check(act, state)


@given(STANDINGS, st.sampled_from(list(S)))
def test_who_sees_times_alone_may_do_nothing_and_who_does_not_see_the_case_sees_no_alert(standing, state):
    if standing.sight is not Sight.CONTENTS:
        assert standing.acts(state) == ()
    if not standing.sees_case:
        assert standing.sight is Sight.NOTHING


def test_how_much_each_sees():
    for on_team, addressed, named, watches in product((True, False), repeat=4):
        standing = Standing(
            sees_case=True, on_team=on_team, addressed=addressed, named=named, watches=watches
        )
        reads = on_team or addressed or named
        wanted = Sight.CONTENTS if reads else Sight.TIMES if watches else Sight.NOTHING
        assert standing.sight is wanted


def test_the_limit_is_the_same_day_and_labelled_as_our_own():
    within = acknowledge_within()

    assert (within.figure, within.default) == (0, True)
    assert "sets no limit" in within.note
    assert due_on(date(2026, 4, 14)) == date(2026, 4, 14)


@given(DAYS, st.integers(0, 400), st.one_of(st.none(), st.integers(0, 400)))
def test_an_alert_is_overdue_from_the_next_day_until_somebody_answers(raised, later, answered):
    due, today = due_on(raised), raised + timedelta(days=later)
    first = raised + timedelta(days=answered) if answered is not None else None

    overdue = is_overdue(due, acknowledged_on=first, today=today)

    assert overdue == (first is None and today > due)
    words = timing_in_words(due, acknowledged_on=first, today=today)
    assert ("Overdue" in words) == overdue
    assert ("late" in words) == (first is not None and first > due)


@pytest.mark.parametrize("reference", ["Ann Smith", "Smith", "", "X 12", "12\n", "x" * 41, "=1", "é1"])
def test_what_does_not_look_like_a_case_reference_is_refused(reference):
    with pytest.raises(Refused) as refused:
        check_case_reference(reference)
    assert (refused.value.rule, refused.value.field) == ("alert_case", "case_reference")


def test_a_case_reference_is_taken():
    check_case_reference("X000012")


def test_an_alert_needs_a_case_file_that_was_read():
    check_raising(started=True)
    with pytest.raises(Refused) as refused:
        check_raising(started=False)
    assert refused.value.rule == "alert_before_fieldwork"


def test_an_alert_goes_to_a_unit_of_the_inspection_and_to_none_with_a_like_name():
    kent = "/hmpps/probation-service/N57/N57EKNT/"
    check_unit(kent, (kent,))
    check_unit(kent, ("/hmpps/probation-service/N57/",))
    for wrong in ("/hmpps/probation-service/N57/N57SUR/", "/hmpps/probation-service/N57/", ""):
        with pytest.raises(Refused):
            check_unit(wrong, (kent, ""))
