"""Steps, data, readiness, papers and points of audits, without a database (B4, ¶14)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.audits.rules.audit import (
    NOT_FOR_LEAD,
    WORKFLOW,
    Place,
    Readiness,
    check_all_closed,
    check_days,
    check_overdue,
    check_ready,
    check_state,
    check_step,
    check_team,
    lacking,
    reference_of,
    steps_of,
)
from oversight.audits.rules.correcting import (
    CORRECTION_WORKFLOW,
    PARTS,
    CorrectionState,
    check_correction_step,
    check_corrects,
    corrected,
    differences,
)
from oversight.audits.rules.data import (
    accuracy_due,
    audit_data,
    check_audited,
    check_region,
    grade_of,
    read_audit_data,
    scale_on,
    service_of,
)
from oversight.audits.rules.work import (
    ANSWERS,
    PAPER_WORKFLOW,
    POINT_WORKFLOW,
    check_answer,
    check_disposal,
    check_paper_step,
    due_for_disposal,
)
from oversight.exchange.rules.holdings import kept_until
from oversight.intelligence.rules.words import Result
from oversight.kernel.calendars import england_and_wales
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused

PLACES = tuple(Place)
P, LEAD, AUDITOR, REVIEWER, AUDITED = PLACES
#: Every way from a state of an audit to another that exists, and who may take it.
STEPS = {
    ("planned", "announced"): {P},
    ("announced", "fieldwork"): {LEAD},
    ("fieldwork", "drafting"): {LEAD},
    ("drafting", "review"): {LEAD},
    ("review", "drafting"): {REVIEWER},
    ("review", "accuracy"): {REVIEWER},
    ("accuracy", "answering"): {AUDITED, LEAD},
    ("answering", "final"): {REVIEWER},
    ("final", "followed_up"): {LEAD, AUDITOR},
    ("followed_up", "followed_up"): {LEAD, AUDITOR},
    ("followed_up", "closed"): {REVIEWER, P},
} | {
    (state, "cancelled"): {P}
    for state in ("planned", "announced", "fieldwork", "drafting", "review", "accuracy", "answering")
}
DAY = date(2026, 4, 14)


def rule_of(call, *given_, **more) -> str:
    with pytest.raises(Refused) as found:
        call(*given_, **more)
    return found.value.rule


@pytest.mark.parametrize(
    ("flow", "steps"),
    [
        (WORKFLOW, STEPS),
        (
            PAPER_WORKFLOW,
            {("waiting", "reviewed"): {LEAD, REVIEWER}, ("waiting", "sent_back"): {LEAD, REVIEWER}},
        ),
        (
            POINT_WORKFLOW,
            {("raised", "taken_back"): {AUDITED}}
            | {("raised", one): {LEAD} for one in ("accepted", "partly", "not_accepted")},
        ),
        (
            CORRECTION_WORKFLOW,
            {
                ("writing", "review"): {LEAD, AUDITOR},
                ("writing", "dropped"): {LEAD, AUDITOR},
                ("review", "writing"): {REVIEWER},
                ("review", "issued"): {REVIEWER},
            },
        ),
    ],
    ids=["audit", "paper", "point", "correction"],
)
def test_every_state_by_state_by_place_is_as_the_table_says(flow, steps):
    decided = flow.matrix(PLACES)

    assert len(decided) == len(flow.states) ** 2 * len(PLACES)
    for one in decided:
        assert one.allowed == (one.role in steps.get((one.source, one.target), ())), one


@given(
    st.sampled_from([one.name for one in WORKFLOW.states]),
    st.sampled_from([one.name for one in WORKFLOW.moves]),
    st.sets(st.sampled_from(PLACES), min_size=1),
    st.booleans(),
)
def test_a_step_is_possible_exactly_where_one_of_several_places_may_take_it(state, name, places, leads):
    person, lead = ("person:1", "person:1") if leads else ("person:1", "person:2")
    offered = {one.name for one in steps_of(state, places)}
    if name in offered and not (leads and name in NOT_FOR_LEAD):
        assert check_step(name, state, places=places, person=person, lead=lead).name == name
        return
    rule = rule_of(check_step, name, state, places=places, person=person, lead=lead)
    expected = {"audit_second_person"} if name in offered else {"workflow_state", "workflow_role"}
    assert rule in expected


def test_only_osag_plans_and_works_and_the_audited_are_never_of_its_roles():
    roles = access_table().roles.values()
    for permission in ("audits.plan", "audits.work"):
        assert {one.id for one in roles if permission in one.grants} == {"osag_coordinator", "osag_lead"}
    commenting = {one.id for one in roles if "audits.comment" in one.grants}
    assert commenting.isdisjoint({"osag_coordinator", "osag_lead"})
    assert all("audits.see" in access_table().roles[one].grants for one in commenting)
    assert not {one.id for one in roles if "audits.see" in one.grants} & {"hmip_lead_inspector", "auditor"}


@pytest.mark.parametrize("reviewer", ["a", "b"])
def test_whoever_reviews_does_not_work(reviewer):
    assert rule_of(check_team, lead="a", reviewer=reviewer, auditors=["b"]) == "audit_team"
    assert rule_of(check_team, lead="c", reviewer=reviewer, auditors=[], wrote=["a", "b"]) == "audit_team"
    check_team(lead="a", reviewer="c", auditors=["b"], wrote=["a"])


@given(st.integers(-400, 400), st.integers(-400, 400))
def test_fieldwork_begins_today_or_later_and_lasts_a_year_at_most(after, length):
    first = DAY + timedelta(after)
    if after >= 0 and 0 <= length <= 365:
        check_days(first, first + timedelta(length), today=DAY)
    else:
        assert rule_of(check_days, first, first + timedelta(length), today=DAY) == "audit_days"


READY = Readiness(tests=1, findings=1, rated=True, summary=True, sources=1)


@pytest.mark.parametrize(
    ("move", "ready", "said"),
    [
        ("start_fieldwork", Readiness(), "No source is cited"),
        ("finish_fieldwork", Readiness(), "There is no test."),
        ("finish_fieldwork", Readiness(tests=2, open_tests=(2,)), "bears them out: 2."),
        ("finish_fieldwork", Readiness(tests=1, waiting_papers=1), "Waiting for review: 1 working paper."),
        ("hand_in", Readiness(tests=1, rated=True, summary=True), "There is no finding."),
        ("hand_in", Readiness(tests=1, findings=1, without_action=(1,)), "have no action: 1."),
        ("hand_in", Readiness(tests=1, findings=1, summary=True), "No rating is proposed."),
        ("hand_in", Readiness(tests=1, findings=1, rated=True), "The summary is not written."),
        ("issue_final", Readiness(tests=1, findings=1, open_points=(3,)), "have no answer: 3."),
    ],
)
def test_what_is_lacking_is_said_before_a_step(move, ready, said):
    assert any(said in one for one in lacking(move, ready))
    assert rule_of(check_ready, move, ready) == "audit_lacking"
    check_ready(move, READY)


def test_points_do_not_hold_up_what_comes_before_the_final():
    check_ready("hand_in", Readiness(tests=1, findings=1, rated=True, summary=True, open_points=(1,)))
    check_ready("announce", Readiness())


def test_work_of_the_team_has_its_time():
    check_state("fieldwork", ("fieldwork",), "Tests are written")
    assert rule_of(check_state, "review", ("fieldwork", "drafting"), "Tests are written") == "audit_state"


@given(st.integers(-5, 5))
def test_the_audited_have_until_the_end_of_their_day(after):
    today = DAY + timedelta(after)
    if after > 0:
        check_overdue(DAY, today)
    else:
        assert rule_of(check_overdue, DAY, today) == "audit_accuracy_running"


def test_an_audit_is_closed_once_every_action_is():
    check_all_closed([])
    assert rule_of(check_all_closed, ["AUD-2026-001-R1"]) == "audit_actions_open"
    assert reference_of(2026, 7) == "AUD-2026-007"


def test_nobody_reviews_a_working_paper_of_their_own():
    step = {"state": "waiting", "author": "person:1"}
    assert check_paper_step("review", place="reviewer", person="person:2", **step).target == "reviewed"
    assert rule_of(check_paper_step, "review", place="lead", person="person:1", **step) == "audit_own_paper"
    assert rule_of(check_paper_step, "review", place="auditor", person="person:2", **step) == "workflow_role"


WORDS = st.sampled_from(["One.", "Two."])
FINDINGS = st.lists(
    st.fixed_dictionaries({name: WORDS for name in PARTS if name != "grade"}), min_size=1, max_size=3
).map(
    lambda held: [
        one | {"number": number, "grade": "high", "theme": "quality", "actions": [{"number": 1}]}
        for number, one in enumerate(held, start=1)
    ]
)
REPORTS = st.fixed_dictionaries({"rating": WORDS, "summary": WORDS, "findings": FINDINGS})
CHANGES = st.dictionaries(
    st.integers(1, 3), st.none() | st.fixed_dictionaries({"title": WORDS, "cause": WORDS}), max_size=3
)


@given(REPORTS, WORDS, WORDS, CHANGES)
def test_a_corrected_report_differs_from_the_one_before_in_what_was_corrected_alone(
    before, rating, summary, changes
):
    after = corrected(before, rating=rating, summary=summary, findings=changes)
    told = differences(before, after)

    expected = {
        (None, kind) for kind, now in (("rating", rating), ("summary", summary)) if before[kind] != now
    }
    for one in before["findings"]:
        change = changes.get(one["number"], {})
        if change is None:
            expected.add((one["number"], "withdrawn"))
        else:
            expected |= {(one["number"], kind) for kind in change if change[kind] != one[kind]}
    assert {(one.finding, one.kind) for one in told} == expected
    assert [one["actions"] for one in [*after["findings"], *after["withdrawn"]]] == [
        [{"number": 1}] for _ in before["findings"]
    ]
    if told:
        check_corrects(before, after)
    else:
        assert rule_of(check_corrects, before, after) == "audit_correction_same"


def test_a_correction_gives_no_finding_a_grade_that_asks_for_an_action_it_does_not_have():
    finding = dict.fromkeys(PARTS, "One.") | {"number": 1, "grade": "strength", "actions": []}
    before = {"rating": "r", "summary": "s", "findings": [finding]}
    after = corrected(before, rating="r", summary="s", findings={1: {"grade": "high"}})
    assert rule_of(check_corrects, before, after) == "audit_correction_action"


@given(
    st.sampled_from(CorrectionState),
    st.sampled_from(["hand_in", "send_back", "issue", "drop"]),
    st.sets(st.sampled_from(PLACES), min_size=1),
    st.booleans(),
)
def test_a_correction_is_issued_by_nobody_who_wrote_of_it(state, name, places, wrote):
    who = {"places": places, "person": "person:1", "wrote": {"person:1"} if wrote else {"person:2"}}
    offered = any(one.name == name and one.roles & places for one in CORRECTION_WORKFLOW.moves_from(state))
    if offered and not (wrote and name == "issue"):
        assert check_correction_step(name, state, **who).name == name
    else:
        expected = {"audit_second_person"} if offered else {"workflow_state", "workflow_role"}
        assert rule_of(check_correction_step, name, state, **who) in expected


@pytest.mark.parametrize("answer", [*ANSWERS, "raised", ""])
@pytest.mark.parametrize("reason", ["", "Because."])
def test_an_answer_needs_its_reason_unless_all_is_accepted(answer, reason):
    if answer in ANSWERS and (reason or answer == "accepted"):
        assert check_answer(answer, reason) == answer
    else:
        assert rule_of(check_answer, answer, reason) == "audit_answer"


@given(st.integers(-3, 3), st.booleans(), st.booleans(), st.booleans())
def test_files_go_after_their_day_and_while_nothing_holds_them(after, gone, held, closed):
    kept = {"retain_until": DAY if closed else None, "gone": gone, "held": held}
    today = DAY + timedelta(after)
    due = closed and after > 0 and not gone and not held
    assert due_for_disposal(today=today, **kept) is due
    if due:
        check_disposal(today=today, **kept)
    else:
        assert rule_of(check_disposal, today=today, **kept) == "audit_disposal"


# The data


@given(st.dates(date(2024, 1, 1), date(2026, 12, 1)))
def test_the_accuracy_check_is_due_so_many_working_days_after_its_issue(issued):
    due, calendar = accuracy_due(issued), england_and_wales()

    days = [issued + timedelta(one) for one in range(1, (due - issued).days + 1)]
    assert sum(calendar.is_working_day(one) for one in days) == audit_data().accuracy_days.figure
    assert calendar.is_working_day(due)


def test_what_no_source_confirms_is_labelled_and_retention_is_three_years():
    data = audit_data()

    assert data.accuracy_days.default
    assert not data.retention_months.default
    assert kept_until(DAY, data.retention_months.figure) == date(2029, 4, 14)
    assert data.grades_unverified
    assert all(one.unverified for one in data.scales)
    assert {Result(one.result) for one in data.grades.values()} == set(Result)
    assert scale_on(date(2000, 1, 1)) is data.scales[0]
    for call in (grade_of, service_of):
        assert rule_of(call, "none").startswith("audit_")


@pytest.mark.parametrize(
    ("service", "code", "kind", "place", "rule"),
    [
        ("probation", "N57", "region", "", ""),
        ("probation", "N57EKNT", "pdu", "", ""),
        ("probation", "hmpps", "agency", "", "audit_audited"),
        ("prison_public", "hmpps", "agency", "HMP Example", ""),
        ("prison_public", "hmpps", "agency", "", "audit_place"),
        ("prison_private", "N57", "region", "HMP Example", "audit_audited"),
        ("crs", "provider-nacro", "provider", "Accommodation", ""),
        ("crs", "hmip", "inspectorate", "Accommodation", "audit_audited"),
        ("youth", "hmpps", "agency", "Example YOI", ""),
        ("other_contract", "hmpps-contract-management", "team", "Escorts", ""),
        ("school", "hmpps", "agency", "", "audit_service"),
    ],
)
def test_every_service_of_hmpps_is_audited_with_the_body_that_answers_for_it(
    service, code, kind, place, rule
):
    if rule:
        assert rule_of(check_audited, service, code=code, kind=kind, place=place) == rule
    else:
        assert check_audited(service, code=code, kind=kind, place=place).id == service


@pytest.mark.parametrize(
    ("service", "kind", "fits"),
    [
        ("prison_public", "region", True),
        ("crs", "", True),
        ("probation", "", True),
        ("probation", "region", False),
        ("youth", "pdu", False),
        ("youth", "agency", False),
    ],
)
def test_only_a_place_with_a_name_alone_is_given_the_region_that_it_concerns(service, kind, fits):
    if fits:
        check_region(service_of(service), kind)
    else:
        assert rule_of(check_region, service_of(service), kind) == "audit_region"


SCALE = "{since: %s, source: s, unverified: u, ratings: [%s]}"
ONE = "{id: a, title: A, means: a}"
FILE = """
services: [%s]
scales: [%s]
grades: {unverified: u, kinds: []}
shared_with: [hmip]
figures:
  accuracy_days: {figure: 10, default: true, note: n}
  retention_months: {figure: 36, default: true, note: n}
"""
SERVICE = "{id: a, title: A, bodies: [], kinds: [], named: false}"


@pytest.mark.parametrize(
    ("services", "scales", "why"),
    [
        (SERVICE, SCALE % ("soon", ONE), "this is no day"),
        (SERVICE, SCALE % ("2026-01-01", f"{ONE}, {ONE}"), "two have the same name"),
        (SERVICE, ", ".join([SCALE % ("2026-01-01", ONE)] * 2), "order of their days"),
        (f"{SERVICE}, {SERVICE}", SCALE % ("2026-01-01", ONE), "two have the same name"),
    ],
)
def test_a_fault_in_the_data_is_named(services, scales, why):
    with pytest.raises(Refused, match=why):
        read_audit_data(read_yaml(FILE % (services, scales), "audits.yaml"))
