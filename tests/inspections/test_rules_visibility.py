"""Who sees what of an inspection, and from when (H4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.inspections.rules.case import DRAFT_SENT, PATH, CaseState
from oversight.inspections.rules.visibility import (
    SHAREABLE,
    CaseFacts,
    Part,
    Viewer,
    is_inspected,
    visible_parts,
)

KENT = "/hmpps/probation-service/N57/N57EKNT/"
PLANNER = Viewer("hmip", "/hmip/", sees=True, sees_every=True, plans=True)
LEAD = Viewer("hmip", "/hmip/", sees=True, sees_every=True, plans=False)
OSAG = Viewer("hmpps-osag", "/hmpps/hmpps-osag/", sees=True, sees_every=True, plans=False)
HEAD = Viewer("N57EKNT", KENT, sees=True, sees_every=False, plans=False)
DIRECTOR = Viewer("N57", "/hmpps/probation-service/N57/", sees=True, sees_every=False, plans=False)
NEIGHBOUR = Viewer("N57SUR", "/hmpps/probation-service/N57/N57SUR/", sees=True, sees_every=False, plans=False)
PARTNER = Viewer("hmicfrs", "/hmicfrs/", sees=True, sees_every=False, plans=False)
STRANGER = Viewer("home-office", "/home-office/", sees=False, sees_every=False, plans=False)
EVERYONE = [PLANNER, LEAD, OSAG, HEAD, DIRECTOR, NEIGHBOUR, PARTNER, STRANGER]
KNOWN = frozenset({Part.CASE, Part.INFORMATION})


def case(state=CaseState.ANNOUNCED, *, announced=True, partners=(), shared=()) -> CaseFacts:
    return CaseFacts(state, announced, [KENT], partners, shared)


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("viewer", EVERYONE, ids=lambda one: one.party + "-planner" * one.plans)
def test_before_the_announcement_planners_alone_know_whatever_the_state(viewer, state):
    parts = visible_parts(viewer, case(state, announced=False, partners=["hmicfrs"]))

    assert parts == (KNOWN if viewer.plans else frozenset())


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("viewer", [HEAD, DIRECTOR, OSAG])
def test_no_judgement_reaches_the_inspected_or_osag_and_the_draft_only_once_sent_paragraph_22(viewer, state):
    parts = visible_parts(viewer, case(state))

    assert parts == (KNOWN | {Part.DRAFT} if state in DRAFT_SENT else KNOWN)


def test_the_draft_is_sent_from_the_check_on():
    assert {CaseState.CHECK, CaseState.FINAL, CaseState.EMBARGOED, CaseState.PUBLISHED} == DRAFT_SENT
    assert CaseState.DRAFT not in DRAFT_SENT


@pytest.mark.parametrize("state", PATH[1:])
def test_the_inspectorate_sees_all_once_announced(state):
    assert visible_parts(LEAD, case(state)) == frozenset(Part)


@pytest.mark.parametrize("viewer", [NEIGHBOUR, STRANGER, PARTNER])
def test_who_has_no_part_in_it_sees_nothing(viewer):
    assert visible_parts(viewer, case(CaseState.PUBLISHED)) == frozenset()


def test_a_partner_sees_the_joint_case_and_no_other_paragraph_18():
    assert visible_parts(PARTNER, case(partners=["hmicfrs"])) == KNOWN | {Part.DRAFT}
    assert visible_parts(PARTNER, case(partners=["cqc"], shared=SHAREABLE)) == frozenset()


@given(st.sets(st.sampled_from(sorted(SHAREABLE))))
def test_a_partner_sees_of_the_case_data_what_is_shared_and_no_more_paragraph_33(shared):
    parts = visible_parts(PARTNER, case(partners=["hmicfrs"], shared=shared))

    assert parts == KNOWN | {Part.DRAFT} | shared


@pytest.mark.parametrize("viewer", [OSAG, HEAD, DIRECTOR, NEIGHBOUR, STRANGER])
def test_a_share_gives_nothing_to_who_is_no_partner(viewer):
    assert visible_parts(viewer, case(shared=SHAREABLE)) == visible_parts(viewer, case())


def test_a_unit_of_an_inspected_region_is_inspected_and_one_with_a_like_code_is_not():
    region = "/hmpps/probation-service/N57/"

    assert is_inspected("N57EKNT", KENT, [region])
    assert is_inspected("N57", region, [KENT])
    assert not is_inspected("N5", "/hmpps/probation-service/N5/", [region])
    assert not is_inspected("N57-B", "/hmpps/probation-service/N57-B/", [region])


@given(
    st.sampled_from(EVERYONE),
    st.sampled_from(list(CaseState)),
    st.booleans(),
    st.sets(st.sampled_from(["hmicfrs", "cqc"])),
)
def test_whoever_sees_any_part_sees_the_case(viewer, state, announced, partners):
    parts = visible_parts(viewer, case(state, announced=announced, partners=partners))

    assert not parts or Part.CASE in parts
