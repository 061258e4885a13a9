"""Plans of both kinds: the whole matrices, what they answer, owners, dates and the ladder (E3 to E6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.kernel.refusals import Refused
from oversight.recommendations.rules.actions_due import (
    Progress,
    Timing,
    check_approver,
    check_new_date,
    check_progress,
    ladder,
    read_ladder,
)
from oversight.recommendations.rules.plans import (
    LOCAL,
    OSAG_PLAN,
    ActionFacts,
    MergingPlan,
    PlanKind,
    PlanState,
    check_complete,
    check_merge,
    check_owner,
    check_published,
    check_reports,
    contributes,
    is_department,
    kind_for,
    sees_drafts,
    workflow_of,
)
from oversight.recommendations.rules.sources import Source

ROLES = tuple(access_table().roles)
S = PlanState
WRITERS = {"regional_probation_director", "head_of_pdu"}
OSAG = {"osag_coordinator", "osag_lead"}
#: What the issue asks for, written down a second time and not taken from the tables under test.
LOCAL_WAY = {
    (S.DRAFTING, S.INPUT): WRITERS,
    (S.INPUT, S.INPUT): WRITERS,
    (S.DRAFTING, S.CHECK): WRITERS,
    (S.INPUT, S.CHECK): WRITERS,
    (S.CHECK, S.CLEARANCE): OSAG,
    (S.CLEARANCE, S.DRAFTING): WRITERS,
    (S.CLEARANCE, S.SUBMITTED): {"regional_probation_director"},
    (S.SUBMITTED, S.RECEIVED): {"hmip_lead_inspector"},
    (S.RECEIVED, S.PUBLISHED): {"hmpps_officer", *OSAG},
    (S.PUBLISHED, S.PUBLISHED): {"hmpps_officer", *OSAG},
    (S.DRAFTING, S.MERGED): WRITERS,
    (S.INPUT, S.MERGED): WRITERS,
    (S.SUBMITTED, S.MERGED): {"regional_probation_director"},
    (S.RECEIVED, S.MERGED): {"regional_probation_director"},
    (S.PUBLISHED, S.MERGED): {"regional_probation_director"},
}
OSAG_WAY = {
    (S.DRAFTING, S.INPUT): OSAG,
    (S.INPUT, S.INPUT): OSAG,
    (S.DRAFTING, S.CHECK): OSAG,
    (S.INPUT, S.CHECK): OSAG,
    (S.CHECK, S.CLEARANCE): {"osag_lead"},
    (S.CLEARANCE, S.DRAFTING): OSAG,
    (S.CLEARANCE, S.SUBMITTED): {"osag_lead"},
    (S.SUBMITTED, S.RECEIVED): {"hmip_lead_inspector"},
    (S.RECEIVED, S.PUBLISHED): OSAG,
    (S.PUBLISHED, S.UPDATED): OSAG,
    (S.UPDATED, S.UPDATED): OSAG,
    (S.DRAFTING, S.MERGED): OSAG,
    (S.INPUT, S.MERGED): OSAG,
    (S.SUBMITTED, S.MERGED): {"osag_lead"},
    (S.RECEIVED, S.MERGED): {"osag_lead"},
    (S.PUBLISHED, S.MERGED): {"osag_lead"},
    (S.UPDATED, S.MERGED): {"osag_lead"},
}
#: Plans that are as far on as each other.
LEVELS = ({S.DRAFTING, S.INPUT}, {S.SUBMITTED}, {S.RECEIVED}, {S.PUBLISHED, S.UPDATED})


@pytest.mark.parametrize(("workflow", "way"), [(LOCAL, LOCAL_WAY), (OSAG_PLAN, OSAG_WAY)])
def test_a_plan_from_every_state_to_every_state_for_every_role(workflow, way):
    cells = workflow.matrix(ROLES)

    assert len(cells) == len(workflow.states) ** 2 * len(ROLES)
    for cell in cells:
        assert cell.allowed == (cell.role in way.get((cell.source, cell.target), set())), cell


def test_each_kind_has_its_workflow():
    assert workflow_of(PlanKind.LOCAL) is LOCAL
    assert workflow_of(PlanKind.COORDINATED) is OSAG_PLAN


PLANS = st.builds(
    MergingPlan,
    reference=st.sampled_from("AB"),
    kind=st.sampled_from(list(PlanKind)),
    state=st.sampled_from(list(PlanState)),
    writer=st.sampled_from(["N57EKNT", "N57"]),
    unit=st.sampled_from(["N57EKNT", "N57"]),
)


@given(plan=PLANS, into=PLANS)
def test_plans_merge_that_are_as_far_on_and_answer_to_the_same_body(plan, into):
    fits = (
        plan.reference != into.reference
        and (plan.kind, plan.writer, plan.unit) == (into.kind, into.writer, into.unit)
        and any({plan.state, into.state} <= level for level in LEVELS)
    )

    if fits:
        check_merge(plan, into)
    else:
        with pytest.raises(Refused) as refused:
            check_merge(plan, into)
        assert (refused.value.rule, refused.value.field) == ("plan_merge", "into")


@pytest.mark.parametrize("source", Source)
def test_each_report_has_its_kind_of_plan(source):
    kind = kind_for(source)
    assert kind is (PlanKind.LOCAL if source in {Source.CORE, Source.HISTORY} else PlanKind.COORDINATED)
    check_reports(kind, [source])
    if source is not Source.HISTORY:
        other = next(one for one in PlanKind if one is not kind)
        with pytest.raises(Refused, match="paragraph 27"):
            check_reports(other, [source])


def test_a_plan_without_reports_is_refused():
    with pytest.raises(Refused):
        check_reports(PlanKind.LOCAL, [])


@pytest.mark.parametrize(
    ("plan", "code", "kind", "possible"),
    [
        ("local", "moj-policy", "team", True),
        ("local", "hmpps", "agency", True),
        ("local", "home-office", "department", False),
        ("local", "N57", "region", False),
        ("coordinated", "home-office", "department", True),
        ("coordinated", "N57", "region", True),
        ("coordinated", "hmip", "public_body", False),
        ("coordinated", "provider-nacro", "provider", False),
    ],
)
def test_who_is_asked_for_input(plan, code, kind, possible):
    assert contributes(plan, code, kind) is possible


def test_a_signatory_is_no_other_department():
    assert is_department("home-office", "department")
    assert not is_department("hmpps", "agency")


@given(
    carried=st.lists(st.frozensets(st.sampled_from("abcde")), min_size=0, max_size=4),
    agreed=st.frozensets(st.sampled_from("abcde")),
)
def test_every_agreed_recommendation_has_an_action_paragraph_24(carried, agreed):
    actions = [ActionFacts(number, one) for number, one in enumerate(carried, start=1)]
    complete = bool(actions) and agreed <= frozenset().union(*carried)

    if complete:
        check_complete(actions, agreed)
    else:
        with pytest.raises(Refused, match="paragraph 24"):
            check_complete(actions, agreed)


LINEAGE = "/hmpps/probation-service/N57/N57EKNT/"


@pytest.mark.parametrize(
    ("commissioned", "kind", "code", "lineage", "possible"),
    [
        (False, "pdu", "N57EKNT", LINEAGE, True),
        (True, "region", "N57", LINEAGE, True),
        (True, "pdu", "N57EKNT", LINEAGE, False),
        (True, "region", "N50", LINEAGE, False),
        (True, "region", "N50", "", True),
        (True, "agency", "hmpps", "", False),
    ],
)
def test_actions_on_commissioned_services_are_the_directors_paragraph_25(
    commissioned, kind, code, lineage, possible
):
    facts = {"commissioned": commissioned, "kind": kind, "code": code, "unit_lineage": lineage}
    if possible:
        check_owner(**facts)
    else:
        with pytest.raises(Refused, match="paragraph 25"):
            check_owner(**facts)


def test_a_plan_is_published_after_it_was_submitted_and_not_tomorrow():
    today, submitted = date(2026, 3, 10), date(2026, 3, 2)
    check_published(today, today=today, submitted=submitted)
    check_published(submitted, today=today, submitted=submitted)
    for day in (today + timedelta(days=1), submitted - timedelta(days=1)):
        with pytest.raises(Refused):
            check_published(day, today=today, submitted=submitted)


def test_osag_alone_sees_others_drafts():
    assert sees_drafts("hmpps-osag")
    assert not sees_drafts("hmip")


@given(st.integers(-400, 400), st.sampled_from(Progress))
def test_timing_and_ladder_agree_on_every_day(days, progress):
    due = date(2026, 9, 1)
    today = due + timedelta(days=days)
    soon = -ladder().due_soon_days
    wanted = (
        Timing.DONE
        if progress is Progress.DONE
        else Timing.OVERDUE
        if days > 0
        else Timing.DUE_SOON
        if days >= soon
        else Timing.AHEAD
    )

    assert ladder().timing(due, today, progress) is wanted
    rung = ladder().rung(due, today, progress)
    assert (rung is None) == (progress is Progress.DONE or days < ladder().rungs[0].from_day)
    if rung:
        assert rung.from_day <= days


@pytest.mark.parametrize(
    ("days", "to"),
    [(-28, "owner"), (0, "owner"), (14, "owner"), (15, "plan"), (43, "probation-service"), (85, "hmpps")],
)
def test_the_ladder_goes_up(days, to):
    due = date(2026, 9, 1)
    rung = ladder().rung(due, due + timedelta(days=days), "under_way")
    assert rung is not None
    assert rung.to == to


def test_a_ladder_out_of_order_is_refused():
    text = """
due_soon_days: 7
hour: 7
weekly_on: 1
digest: daily
ladder:
  - {from_day: 5, to: owner, roles: [head_of_pdu], words: Later.}
  - {from_day: 1, to: owner, roles: [head_of_pdu], words: Earlier.}
events:
  date_asked: {to: plan, roles: [osag_lead], words: Asked.}
  date_decided: {to: owner, roles: [osag_lead], words: Decided.}
"""
    with pytest.raises(Refused, match="order of their days"):
        read_ladder(text)


def test_a_new_date_moves_something_and_lies_ahead():
    present, today = date(2026, 9, 1), date(2026, 3, 2)
    check_new_date(date(2026, 10, 1), present=present, today=today)
    check_new_date(today, present=present, today=today)
    for day in (present, date(2026, 3, 1)):
        with pytest.raises(Refused):
            check_new_date(day, present=present, today=today)


def test_nobody_approves_the_date_they_asked_for():
    check_approver("person:1", "person:2")
    with pytest.raises(Refused):
        check_approver("person:1", "person:1")


@pytest.mark.parametrize(
    ("progress", "text", "evidence", "field"),
    [
        ("done", "x", "", "evidence"),
        ("under_way", "", "", "text"),
        ("done", "x", "y", ""),
        ("under_way", "x", "", ""),
    ],
)
def test_progress_says_something_and_done_shows_it(progress, text, evidence, field):
    if field:
        with pytest.raises(Refused) as told:
            check_progress(progress, text, evidence)
        assert told.value.field == field
    else:
        check_progress(progress, text, evidence)
