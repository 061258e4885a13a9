"""The rules of an independent review: the whole matrix of steps, the family, points, parts (F3, ¶19, ¶27)."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.kernel.refusals import Refused
from oversight.sfo.rules.independent import (
    BY_REVIEWERS,
    COORDINATOR,
    LEAD,
    OSAG_LEAD,
    PUBLICATIONS,
    WORKFLOW,
    Decided,
    IndependentState,
    Part,
    check_all_decided,
    check_day,
    check_decision,
    check_independence,
    check_ready_to_send,
    check_second_person,
    check_step,
    reference_of,
    sees_part,
    steps,
)
from oversight.sfo.rules.independent_text import (
    VersionText,
    WrittenRecommendation,
    WrittenSection,
    outline,
    read_outline,
    read_version,
)

S = IndependentState
ROLES = tuple(access_table().roles)
OSAG = {COORDINATOR, OSAG_LEAD}
#: What paragraphs 19 and 27 and the field ask for, written down a second time and not from the table.
WAY = {
    (S.ASKED, S.TERMS): {LEAD},
    (S.ASKED, S.DECLINED): {LEAD},
    (S.TERMS, S.TERMS): {LEAD},
    (S.TERMS, S.WORK): {LEAD},
    (S.WORK, S.WORK): {LEAD},
    (S.WORK, S.CHECK): {LEAD},
    (S.CHECK, S.CHECKED): OSAG,
    (S.CHECKED, S.WORK): {LEAD},
    (S.CHECKED, S.FINAL): {LEAD},
    (S.FINAL, S.READY): {LEAD},
    (S.FINAL, S.EXCEPTION): {LEAD},
    (S.EXCEPTION, S.READY): {LEAD, PUBLICATIONS},
    (S.EXCEPTION, S.FINAL): {LEAD, PUBLICATIONS},
    (S.READY, S.PUBLISHED): {PUBLICATIONS},
    **{(source, S.WITHDRAWN): {LEAD} for source in (S.ASKED, S.TERMS, S.WORK, S.CHECK, S.CHECKED)},
}


def rule(call, *arguments, **more) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value.rule


def test_every_state_every_target_and_every_role_of_the_service_are_decided_as_wanted():
    assert len(ROLES) > 20
    for cell in WORKFLOW.matrix(ROLES):
        assert cell.allowed == (cell.role in WAY.get((S(cell.source), S(cell.target)), set())), cell


def test_no_way_leads_to_publication_but_through_a_briefing_or_a_confirmed_exception():
    assert {move.name for move in WORKFLOW.moves if move.target == S.READY} == {
        "brief_family",
        "confirm_exception",
    }
    assert {move.source for move in WORKFLOW.moves if move.target == S.PUBLISHED} == {S.READY}


@given(st.sampled_from(list(S)), st.sampled_from(ROLES), st.booleans())
def test_publishing_is_refused_everywhere_but_when_ready_and_before_a_briefing_says_so(state, role, reviews):
    if state == S.READY and role == PUBLICATIONS:
        assert check_step("publish", state, role=role, is_reviewer=reviews).target == S.PUBLISHED
        return
    found = rule(check_step, "publish", state, role=role, is_reviewer=reviews)
    assert (found == "sfo_family_first") == (state in {S.FINAL, S.EXCEPTION})


@given(st.sampled_from(list(S)), st.sampled_from(ROLES), st.booleans())
def test_what_is_offered_is_what_is_allowed_and_reviewers_alone_carry_it_out(state, role, reviews):
    offered = {move.name for move in steps(state, role=role, is_reviewer=reviews)}
    for move in WORKFLOW.moves_from(state):
        if move.name in offered:
            assert check_step(move.name, state, role=role, is_reviewer=reviews) is move
        else:
            assert rule(check_step, move.name, state, role=role, is_reviewer=reviews) in {
                "workflow_role",
                "sfo_reviewer",
                "sfo_family_first",
            }
    assert reviews or not offered & BY_REVIEWERS


def test_whoever_proposed_an_exception_does_not_decide_on_it():
    check_second_person("person:2", "person:1")
    assert rule(check_second_person, "person:1", "person:1") == "sfo_second_person"


def test_a_reviewer_states_independence_and_did_not_mark_the_review_of_the_case():
    check_independence("person:1", {"person:2"}, "No ties.")
    assert rule(check_independence, "person:1", {"person:1"}, "No ties.") == "sfo_independence"
    assert rule(check_independence, "person:1", (), "") == "sfo_independence"


def test_a_draft_is_whole_and_recommends_something():
    check_ready_to_send((), recommendations=1)
    assert rule(check_ready_to_send, ("What we found",), recommendations=1) == "sfo_draft"
    assert rule(check_ready_to_send, (), recommendations=0) == "sfo_draft"


@given(st.sets(st.integers(1, 50)))
def test_a_final_report_waits_for_every_point(open_points):
    if open_points:
        assert rule(check_all_decided, open_points) == "sfo_points"
    else:
        check_all_decided(open_points)


@pytest.mark.parametrize("decision", [*Decided, "", "perhaps"])
def test_a_point_is_decided_with_a_reason_unless_it_is_accepted(decision):
    if decision not in set(Decided):
        assert rule(check_decision, decision, "Why.") == "sfo_decision"
        return
    assert check_decision(decision, "Why.") == decision
    if decision == Decided.ACCEPTED:
        assert check_decision(decision, "") == decision
    else:
        assert rule(check_decision, decision, "") == "sfo_decision"


def test_the_family_is_not_briefed_before_the_final_report_or_tomorrow():
    day = date(2026, 5, 4)
    check_day(day, today=day, not_before=day, after="the final report")
    for wrong in (day - timedelta(days=1), day + timedelta(days=1)):
        assert rule(check_day, wrong, today=day, not_before=day, after="the final report") == "sfo_days"


def test_each_body_sees_its_part_alone():
    wanted = {
        "hmip": set(Part),
        "hmpps-osag": {Part.REQUEST, Part.TERMS, Part.SENT, Part.POINTS},
        "moj-sponsorship": {Part.REQUEST, Part.TERMS},
        "ministers": {Part.REQUEST, Part.TERMS},
        "hmpps": {Part.REQUEST, Part.TERMS},
    }
    for (party, parts), part in product(wanted.items(), Part):
        assert sees_part(part, party) == (part in parts), (party, part)


def test_references_count_on_through_a_year():
    assert reference_of(2026, []) == "SFO-IR-2026-1"
    assert reference_of(2026, ["SFO-IR-2026-1", "SFO-IR-2026-9"]) == "SFO-IR-2026-10"


TEXT = st.text(max_size=30)


@given(
    TEXT, TEXT, st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=3), st.lists(st.tuples(TEXT, TEXT), max_size=3)
)
def test_a_version_reads_back_as_it_was_kept(title, terms, sections, made):
    version = VersionText(
        title,
        terms,
        tuple(WrittenSection(*one) for one in sections),
        tuple(WrittenRecommendation(at, *one) for at, one in enumerate(made, start=1)),
    )
    assert read_version(version.text) == version
    assert read_version(version.text).digest == version.digest


def test_the_data_says_what_is_the_services_own_and_a_fault_in_it_is_named():
    assert outline().family_default
    text = files("oversight.sfo").joinpath("data", "independent.yaml").read_text(encoding="utf-8")
    assert rule(read_outline, text.replace("id: approach", "id: findings")) == "data_file"
    assert rule(read_outline, text.replace("2023-08-18", "soon")) == "data_file"
    assert rule(read_outline, text.replace("scopes:", "scope:")) == "data_file"
