"""The accuracy check: every matrix whole, points, dates, decisions, the response (D6, ¶22, ¶32)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.inspections.rules import accuracy as rules
from oversight.inspections.rules.accuracy import Remark
from oversight.inspections.rules.accuracy_states import (
    ASK_WORKFLOW,
    CHECK_WORKFLOW,
    DECIDED,
    EXTENSION_WORKFLOW,
    POINT_WORKFLOW,
    AskState,
    CheckState,
    ExtensionState,
    PointKind,
    PointState,
)
from oversight.kernel.refusals import Refused

ROLES = tuple(access_table().roles)
OSAG = {"osag_coordinator", "osag_lead"}
LEAD = {"hmip_lead_inspector"}
ASKED = {
    "head_of_pdu",
    "regional_probation_director",
    "performance_quality_officer",
    "moj_policy_officer",
    "contract_manager",
    "commercial_contract_manager",
    "data_assurance_officer",
    "provider_representative",
}
C, A, P, E = CheckState, AskState, PointState, ExtensionState
#: What the issue asks for, written down a second time and not taken from the tables under test.
WANTED = {
    "accuracy_check": {
        (C.SENT, C.COMMISSIONED): OSAG,
        (C.COMMISSIONED, C.COMMISSIONED): OSAG | LEAD,
        (C.SENT, C.SENT): LEAD,
        (C.COMMISSIONED, C.RETURNED): OSAG,
        (C.RETURNED, C.CLOSED): LEAD,
    },
    "accuracy_contribution": {
        (A.ASKED, A.HANDED_IN): ASKED,
        (A.ASKED, A.NIL): ASKED,
        (A.ASKED, A.ASKED): OSAG,
        (A.HANDED_IN, A.ASKED): OSAG,
        (A.NIL, A.ASKED): OSAG,
        (A.ASKED, A.WITHDRAWN): OSAG,
        (A.ASKED, A.MISSING): OSAG,
    },
    "accuracy_point": {
        (P.WRITTEN, P.WRITTEN): ASKED | OSAG,
        (P.WRITTEN, P.WITHDRAWN): ASKED | OSAG,
        (P.WRITTEN, P.WITH_OSAG): ASKED | OSAG,
        (P.WITH_OSAG, P.CLEARED): OSAG,
        (P.CLEARED, P.WITH_OSAG): OSAG,
        (P.CLEARED, P.RETURNED): OSAG,
    }
    | {
        (source, target): OSAG
        for source in (P.WITH_OSAG, P.CLEARED)
        for target in (P.WRITTEN, P.MERGED, P.HELD_BACK)
    }
    | {(source, P.WITH_OSAG): OSAG for source in (P.MERGED, P.HELD_BACK)}
    | {(P.RETURNED, target): LEAD for target in (P.ACCEPTED, P.PARTLY, P.NOT_ACCEPTED)}
    | {(source, P.RETURNED): LEAD for source in (P.ACCEPTED, P.PARTLY, P.NOT_ACCEPTED)}
    | {(P.RETURNED, P.WITHDRAWN): OSAG},
    "accuracy_extension": {
        (E.PROPOSED, target): OSAG | LEAD for target in (E.AGREED, E.DECLINED, E.WITHDRAWN)
    },
}
WORKFLOWS = [CHECK_WORKFLOW, ASK_WORKFLOW, POINT_WORKFLOW, EXTENSION_WORKFLOW]
REMARK = Remark("findings-p1", PointKind.FACT, "12 staff", "14 staff", "The rota shows 14.", True)
TODAY = date(2026, 5, 4)


def refused(call, /, *args, **options) -> Refused:
    with pytest.raises(Refused) as told:
        call(*args, **options)
    assert told.value.paragraph in {"22", "32", ""}
    assert told.value.what_next
    return told.value


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda one: one.name)
def test_every_state_to_every_state_for_every_role(workflow):
    cells = workflow.matrix(ROLES)

    assert len(cells) == len(workflow.states) ** 2 * len(ROLES)
    for cell in cells:
        allowed = WANTED[workflow.name].get((cell.source, cell.target), set())
        assert cell.allowed == (cell.role in allowed), cell


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda one: one.name)
def test_the_tables_and_the_access_table_name_the_same_roles(workflow):
    table = access_table()
    for move in workflow.moves:
        assert move.roles <= set(table.roles)
    assert {role.id for role in table.holders("accuracy.contribute")} == ASKED | OSAG
    assert {role.id for role in table.holders("accuracy.commission")} == OSAG
    assert {role.id for role in table.holders("accuracy.clear")} == OSAG
    assert {role.id for role in table.holders("accuracy.decide")} == LEAD
    assert {role.id for role in table.holders("accuracy.agree_extension")} == OSAG | LEAD


def test_nobody_outside_the_inspectorate_decides_and_nobody_in_it_clears_paragraph_16():
    for move in POINT_WORKFLOW.moves:
        if move.target in DECIDED or move.source in DECIDED:
            assert move.roles == LEAD
        else:
            assert not move.roles & LEAD


def test_a_whole_remark_is_taken():
    rules.check_remark(REMARK, passage_kind="paragraph", evidence=False)
    rules.check_remark(
        replace(REMARK, kind=PointKind.TYPING, explanation="", at_inspection=None),
        passage_kind="paragraph",
        evidence=False,
    )
    rules.check_remark(
        replace(REMARK, kind=PointKind.OMISSION, current=""), passage_kind="heading", evidence=True
    )
    rules.check_remark(
        replace(REMARK, kind=PointKind.OBJECTION, proposed="", at_inspection=None),
        passage_kind="data_item",
        evidence=False,
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"current": ""}, "current"),
        ({"proposed": ""}, "proposed"),
        ({"proposed": "12 staff"}, "proposed"),
        ({"explanation": ""}, "explanation"),
        ({"at_inspection": None}, "at_inspection"),
        ({"kind": PointKind.OMISSION, "current": "", "at_inspection": None}, "at_inspection"),
        ({"kind": PointKind.OBJECTION}, "kind"),
        ({"evidence_page": "p. 4"}, "evidence_page"),
    ],
)
def test_a_remark_on_which_nobody_could_decide_is_refused_beside_its_field(changed, field):
    told = refused(rules.check_remark, replace(REMARK, **changed), passage_kind="paragraph", evidence=False)

    assert told.field == field


@given(st.integers(-40, 40), st.integers(-40, 40))
def test_a_contributor_always_has_a_day_and_osag_one_after_it(contributor, whole):
    due, check_due = TODAY + timedelta(contributor), TODAY + timedelta(whole)
    if TODAY <= due < check_due:
        rules.check_contributor_date(due, today=TODAY, check_due=check_due)
        return
    told = refused(rules.check_contributor_date, due, today=TODAY, check_due=check_due)
    assert ("later date" in told.what_next) == (due >= TODAY and check_due <= TODAY)


@given(st.integers(-40, 40), st.integers(-40, 40), st.sets(st.integers(-40, 40)))
def test_a_later_date_is_later_than_both_and_never_put_twice_paragraph_32(until, due, before):
    earlier = {TODAY + timedelta(day) for day in before}
    wanted = TODAY + timedelta(until)
    facts = {"today": TODAY, "due": TODAY + timedelta(due), "earlier": earlier}
    if until > max(due, 0) and wanted not in earlier:
        rules.check_later_date(wanted, **facts)
    else:
        assert refused(rules.check_later_date, wanted, **facts).paragraph == "32"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("proposed_by", ["osag", "hmip"])
@pytest.mark.parametrize("move", ["agree", "decline", "withdraw"])
def test_a_date_moves_only_by_the_yes_of_the_other_side_paragraph_32(role, proposed_by, move):
    side = "osag" if role in OSAG else "hmip" if role in LEAD else ""
    possible = bool(side) and (side == proposed_by) == (move == "withdraw")
    if possible:
        assert rules.check_answer(move, E.PROPOSED, role, proposed_by=proposed_by).name == move
    else:
        refused(rules.check_answer, move, E.PROPOSED, role, proposed_by=proposed_by)


@pytest.mark.parametrize("state", P)
@pytest.mark.parametrize("target", DECIDED)
def test_a_point_is_decided_once_it_was_returned_and_never_by_the_lead_inspector(state, target):
    def decide(**changed):
        facts = {"is_lead": False, "reason": "Seen the rota."} | changed
        return rules.check_decision(target, state, "hmip_lead_inspector", **facts)

    if state != P.RETURNED:
        refused(decide)
        return
    assert decide().target == target
    assert refused(decide, is_lead=True).rule == "accuracy_own_report"
    if target == P.ACCEPTED:
        assert decide(reason="").target == target
    else:
        assert refused(decide, reason="").field == "reason"


def test_what_is_no_decision_is_refused():
    told = refused(
        rules.check_decision, "returned", P.RETURNED, "hmip_lead_inspector", is_lead=False, reason=""
    )

    assert told.rule == "accuracy_decision"


@given(
    st.booleans(),
    st.dictionaries(st.sampled_from([str(state) for state in P]), st.integers(1, 4)),
    st.integers(0, 3),
    st.sampled_from(["", "They are on leave."]),
)
def test_a_response_is_whole_or_refused(nil, states, outstanding, reason):
    whole = (
        not states.get("with_osag") and nil == (not states.get("cleared")) and bool(reason or not outstanding)
    )
    try:
        rules.check_return(nil=nil, states=states, outstanding=outstanding, reason=reason)
    except Refused:
        assert not whole
    else:
        assert whole


def test_the_one_who_clears_is_not_the_only_author():
    rules.check_clearing(by="person:1", authors=["person:1", "person:2"])
    rules.check_clearing(by="person:1", authors=["person:2"])
    rules.check_clearing(by="person:1", authors=[])
    assert refused(rules.check_clearing, by="person:1", authors=["person:1"] * 3).rule == "accuracy_clearing"


@pytest.mark.parametrize("state", C)
@pytest.mark.parametrize("undecided", [0, 1, 12])
def test_no_final_report_while_the_check_is_open_or_a_point_undecided_paragraph_22(state, undecided):
    if state in {C.RETURNED, C.CLOSED} and not undecided:
        rules.check_final(state=state, undecided=undecided)
        return
    told = refused(rules.check_final, state=state, undecided=undecided)
    if state in {C.RETURNED, C.CLOSED}:
        assert str(undecided) in told.why


@given(
    st.sampled_from(list(C)),
    st.dictionaries(st.sampled_from([str(state) for state in P]), st.integers(0, 3)),
    st.integers(0, 4),
    st.data(),
)
def test_osag_is_never_left_without_a_next_step_while_the_check_is_theirs(state, points, asked, data):
    late = data.draw(st.integers(0, asked))
    found = rules.to_do(state=state, points=points, asked=Counter(asked=asked), late=late)

    assert bool(found) == (state in {C.SENT, C.COMMISSIONED})
    assert ("return" in {one.id for one in found}) == (
        state == C.COMMISSIONED and not asked and not points.get("with_osag")
    )
