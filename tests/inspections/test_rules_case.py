"""The case of an inspection: the whole matrix of states and roles, dates, units, references (D1, ¶16)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.inspections.rules.case import (
    LEAD,
    MOVABLE,
    OPEN,
    PATH,
    PLANNER,
    PUBLICATIONS,
    WORKFLOW,
    CaseState,
    Dates,
    check_dates,
    check_fieldwork_day,
    check_move,
    check_partners,
    check_units,
    move_of,
    needs_reason,
    reference_of,
    who_moves,
)
from oversight.inspections.rules.reading import shipped_programmes
from oversight.kernel.refusals import Refused

ROLES = tuple(access_table().roles)
S = CaseState
#: What the issue asks for, written down a second time and not taken from the table under test.
WAY = {
    (S.SCHEDULED, S.ANNOUNCED): {PLANNER},
    (S.ANNOUNCED, S.INFORMATION_REQUESTED): {LEAD},
    (S.INFORMATION_REQUESTED, S.INFORMATION_REQUESTED): {LEAD, PLANNER},
    (S.ANNOUNCED, S.FIELDWORK): {LEAD},
    (S.INFORMATION_REQUESTED, S.FIELDWORK): {LEAD},
    (S.FIELDWORK, S.RATINGS): {LEAD},
    (S.FIELDWORK, S.DRAFT): {LEAD},
    (S.RATINGS, S.DRAFT): {LEAD},
    (S.DRAFT, S.CHECK): {LEAD},
    (S.CHECK, S.FINAL): {LEAD},
    (S.FINAL, S.EMBARGOED): {PUBLICATIONS},
    (S.FINAL, S.PUBLISHED): {PUBLICATIONS},
    (S.EMBARGOED, S.PUBLISHED): {PUBLICATIONS},
    (S.SCHEDULED, S.SCHEDULED): {PLANNER},
    (S.ANNOUNCED, S.ANNOUNCED): {LEAD, PLANNER},
}


def wanted(source: str, target: str) -> set[str]:
    if target in {S.WITHDRAWN, S.REPLACED}:
        return {PLANNER} if source in {*OPEN, S.PAUSED} else set()
    if target == S.PAUSED and source in OPEN:
        return {PLANNER} if source == S.SCHEDULED else {PLANNER, LEAD}
    if source == S.PAUSED and target in OPEN:
        return {PLANNER} if target == S.SCHEDULED else {PLANNER, LEAD}
    return WAY.get((source, target), set())


def test_every_state_to_every_state_for_every_role():
    cells = WORKFLOW.matrix(ROLES)

    assert len(cells) == len(S) ** 2 * len(ROLES)
    for cell in cells:
        assert cell.allowed == (cell.role in wanted(cell.source, cell.target)), cell


@pytest.mark.parametrize("role", [role for role in ROLES if not role.startswith("hmip_")])
def test_nobody_outside_the_inspectorate_moves_an_inspection_paragraph_16(role):
    assert not any(WORKFLOW.allowed(state, role) for state in S)


@pytest.mark.parametrize("state", [S.PUBLISHED, S.WITHDRAWN, S.REPLACED])
def test_an_inspection_that_ended_moves_no_more(state):
    assert WORKFLOW.state(state).ends
    assert WORKFLOW.moves_from(state) == ()


@pytest.mark.parametrize("state", OPEN)
def test_a_paused_inspection_resumes_where_it_stood_and_nowhere_else(state):
    move = check_move("resume", S.PAUSED, PLANNER, rated=True, paused_from=state, on_team=False)

    assert move.target == state


def test_what_is_not_paused_is_not_resumed():
    with pytest.raises(Refused) as refused:
        check_move("resume", S.FIELDWORK, PLANNER, rated=True, paused_from="", on_team=False)

    assert refused.value.rule == "inspection_not_paused"


@pytest.mark.parametrize(("rated", "target"), [(True, S.RATINGS), (False, S.DRAFT)])
def test_only_a_rated_inspection_goes_through_ratings(rated, target):
    move = check_move("finish_fieldwork", S.FIELDWORK, LEAD, rated=rated, paused_from="", on_team=True)

    assert move.target == target
    assert move.name == move_of("finish_fieldwork", rated=rated, paused_from="")


def test_a_lead_inspector_of_another_inspection_is_refused():
    with pytest.raises(Refused) as refused:
        check_move("start_fieldwork", S.ANNOUNCED, LEAD, rated=True, paused_from="", on_team=False)

    assert refused.value.rule == "inspection_team"


def test_steps_off_the_way_need_a_reason_and_those_on_it_do_not():
    for move in WORKFLOW.moves:
        off_the_way = move.name.startswith("resume_") or move.name in {
            "pause",
            "withdraw",
            "replace",
            "change_dates",
        }
        assert needs_reason(move.name) == off_the_way


@pytest.mark.parametrize(
    ("state", "moves", "words"),
    [
        (S.SCHEDULED, ["announce"], "the inspection planner"),
        (S.ANNOUNCED, ["pause"], "the lead inspector or the inspection planner"),
    ],
)
def test_who_can_act_is_told_in_words(state, moves, words):
    assert who_moves(state, moves) == words


DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 31))


@given(DAYS, DAYS, DAYS, DAYS)
def test_days_are_taken_only_in_their_order(today, announce, start, end):
    def taken() -> bool:
        try:
            check_dates(Dates(announce, start, end), today=today)
        except Refused:
            return False
        return True

    assert taken() == (today <= announce <= start <= end)


@pytest.mark.parametrize(
    ("shift", "field"),
    [((-1, 0, 0), "announce"), ((0, -1, 0), "fieldwork_from"), ((0, 0, -1), "fieldwork_until")],
)
def test_the_wrong_day_is_named_by_one_day(shift, field):
    day = date(2026, 3, 2)
    dates = Dates(*(day + timedelta(days=days) for days in shift))

    with pytest.raises(Refused) as refused:
        check_dates(dates, today=day)

    assert refused.value.field == field


def test_once_announced_the_planned_day_of_announcement_no_longer_counts():
    check_dates(
        Dates(date(2026, 1, 5), date(2026, 3, 10), date(2026, 3, 11)),
        today=date(2026, 3, 1),
        announced_on=date(2026, 2, 1),
    )


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (10, True), (11, False)])
def test_a_day_of_fieldwork_lies_between_what_came_first_and_today(days, fits):
    first = date(2026, 3, 2)
    arguments = {
        "today": first + timedelta(days=10),
        "not_before": first,
        "before_words": "it was announced",
    }
    if fits:
        check_fieldwork_day(first + timedelta(days=days), **arguments)
    else:
        with pytest.raises(Refused):
            check_fieldwork_day(first + timedelta(days=days), **arguments)


TYPES = [kind for programme in shipped_programmes() for kind in programme.inspection_types]


def kind_of(identifier: str):
    return next(kind for kind in TYPES if kind.id == identifier)


def test_every_type_of_the_issue_is_there_as_data():
    assert {"pdu", "region", "national", "thematic", "joint", "dynamic"} <= {kind.id for kind in TYPES}
    assert {kind.kind for kind in TYPES} == {"core", "thematic", "joint"}
    assert all(kind.rated for kind in TYPES if kind.kind == "core")


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.id)
@pytest.mark.parametrize("units", [[], ["pdu"], ["region"], ["pdu", "pdu"], ["pdu", "region"]])
def test_units_fit_their_type(kind, units):
    fits = kind.unit == "national" or units == [kind.unit]
    if fits:
        check_units(kind, units)
    else:
        with pytest.raises(Refused) as refused:
            check_units(kind, units)
        assert refused.value.field == "units"


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.id)
@pytest.mark.parametrize("partners", [[], ["hmicfrs"]])
def test_only_a_joint_inspection_has_partners_and_it_has_some_paragraph_18(kind, partners):
    if (kind.kind == "joint") == bool(partners):
        check_partners(kind, partners)
    else:
        with pytest.raises(Refused) as refused:
            check_partners(kind, partners)
        assert refused.value.paragraph == "18"


@pytest.mark.parametrize(
    ("kind", "unit", "held", "wanted_reference"),
    [
        ("pdu", "N57EKNT", [], "2026-PDU-N57EKNT-1"),
        ("pdu", "N57EKNT", ["2026-PDU-N57EKNT-1", "2026-PDU-N57SUR-4"], "2026-PDU-N57EKNT-2"),
        ("pdu", "N57EKNT", ["2026-PDU-N57EKNT-9", "2026-PDU-N57EKNT-10"], "2026-PDU-N57EKNT-11"),
        ("pdu", "N57", ["2026-PDU-N57-north-1"], "2026-PDU-N57-1"),
        ("thematic", "", ["2025-THEMATIC-3"], "2026-THEMATIC-1"),
    ],
)
def test_references_count_on_by_year_type_and_unit(kind, unit, held, wanted_reference):
    assert reference_of(kind, unit, 2026, held) == wanted_reference


def test_the_way_is_part_of_the_workflow():
    assert set(MOVABLE) <= set(OPEN) < set(PATH) <= set(S)
    assert WORKFLOW.starts == PATH[0]
