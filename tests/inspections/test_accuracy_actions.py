"""Acts of the accuracy check: sent, commissioned, commented, returned, decided, final (D6, ¶22, ¶27, ¶32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from oversight.arrangements.models import Duty, Event
from oversight.inspections.actions import (
    accuracy,
    accuracy_clearing,
    accuracy_commissioning,
    accuracy_deciding,
    case_steps,
    report,
)
from oversight.inspections.actions.accuracy_evidence import read_evidence
from oversight.inspections.models import PointDecision, ReportVersion
from oversight.inspections.queries import accuracy as log_queries
from oversight.inspections.queries.accuracy_checks import check as check_now
from oversight.inspections.queries.accuracy_sight import check_of
from oversight.inspections.rules.accuracy import Remark
from oversight.inspections.rules.accuracy_states import PointKind
from oversight.inspections.rules.data_items import Placement
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.factories import accuracy as make
from tests.factories.inspections import act, planner
from tests.factories.parties import acting_as
from tests.factories.reports import enter, figures

pytestmark = pytest.mark.usefixtures("memorandum")
TODAY = make.SENT_AT.date()


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def osag(memorandum):
    return acting_as("osag_coordinator")


@pytest.fixture
def head(memorandum):
    return acting_as("head_of_pdu", "N57EKNT")


def refused(call, /, *args, **more) -> Refused:
    with pytest.raises(Refused) as told:
        call(*args, **more)
    return told.value


def rule(call, /, *args, **more) -> str:
    return refused(call, *args, **more).rule


def duty(inspection, arrangement: str) -> Duty:
    return Duty.objects.get(arrangement=arrangement, about=inspection.reference)


def seen(inspection, actor, today=TODAY):
    return check_now(actor=actor, reference=inspection.reference, today=today)


def log(inspection, actor) -> list:
    return list(log_queries.log_lines(actor, inspection.reference))


def numbers(inspection, actor) -> list[int]:
    return [one.number for one in log(inspection, actor)]


def test_sending_keeps_the_version_and_starts_the_clocks_paragraphs_22_and_27(lead, osag):
    found = make.sent(lead)
    check = make.check_of(found)

    assert found.state == "check"
    assert (check.state, check.draft.purpose, check.due) == ("sent", "check", make.DUE)
    assert duty(found, "22-return-check").due == make.DUE
    assert duty(found, "27-submit-plan").due == TODAY + timedelta(weeks=10)
    assert seen(found, osag).to_do[0].id == "commission"


def test_a_draft_that_is_not_whole_or_not_theirs_is_not_sent(lead, osag):
    found = make.drafted(lead)
    make.write(found, lead, "foreword", "")

    assert rule(act, accuracy.send_for_checking, found, lead, make.SENT_AT, note="") == "report_not_ready"
    other = make.decider()
    assert rule(act, accuracy.send_for_checking, found, other, make.SENT_AT, note="") == "inspection_team"
    assert rule(act, accuracy.send_for_checking, found, osag, make.SENT_AT, note="").startswith("permission")
    assert not ReportVersion.objects.exists()
    assert not Event.objects.filter(name="draft_received_for_checking").exists()


def test_nobody_outside_sees_anything_before_it_is_sent(lead, osag, head):
    found = make.drafted(lead)

    assert rule(seen, found, osag) == "accuracy_not_sent"
    assert rule(seen, found, head) == "accuracy_not_sent"
    assert rule(seen, found, acting_as("moj_policy_officer")) == "not_found_accuracy"


def test_commissioning_meets_its_duty_and_each_has_a_date_of_its_own(lead, osag):
    found = make.sent(lead)
    make.commission(found, osag, ("N57EKNT",))
    make.commission(found, osag, ("N57",), due=date(2026, 5, 11))

    assert duty(found, "22-commission-check").met_on == TODAY
    assert [(one.party.code, one.due) for one in seen(found, osag).asks] == [
        ("N57", date(2026, 5, 11)),
        ("N57EKNT", make.CONTRIBUTOR_DUE),
    ]
    assert rule(make.commission, found, osag, ("N57",)) == "accuracy_commission"


@pytest.mark.parametrize("codes", [(), ("hmpps-osag",), ("nao",)])
def test_only_those_who_comment_can_be_asked(lead, osag, codes):
    found = make.sent(lead)

    assert rule(make.commission, found, osag, codes) == "accuracy_commission"


@pytest.mark.parametrize(("role", "party"), [("head_of_pdu", "N57EKNT"), ("hmip_lead_inspector", "")])
def test_osag_alone_commissions_paragraph_22(lead, role, party):
    found = make.sent(lead)

    assert rule(make.commission, found, acting_as(role, party)).startswith("permission")


def test_a_contributors_date_lies_before_that_of_the_check(lead, osag):
    found = make.sent(lead)

    assert rule(make.commission, found, osag, ("N57",), due=make.DUE) == "accuracy_date"
    assert rule(make.commission, found, osag, ("N57",), due=date(2026, 5, 4)) == "accuracy_date"
    make.commission(found, osag, ("N57",))
    ask = make.ask_of(found, "N57")
    on = {"by": osag, "at": make.SENT_AT, "reference": found.reference, "ask_id": ask.pk}
    accuracy_commissioning.change_ask_date(**on, revision=1, due=date(2026, 5, 15))
    ask.refresh_from_db()
    assert (ask.first_due, ask.due) == (make.CONTRIBUTOR_DUE, date(2026, 5, 15))
    assert (
        rule(accuracy_commissioning.change_ask_date, **on, revision=1, due=TODAY) == "stale_accuracy_answer"
    )


def test_a_contributor_sees_their_own_points_and_the_wrong_region_nothing(lead, osag, head):
    found = make.commissioned(lead, osag)
    region = acting_as("regional_probation_director", "N57")
    assert make.say(found, head) == 1
    assert make.say(found, region, party="N57") == 2

    assert numbers(found, head) == [1]
    assert numbers(found, region) == [1, 2]
    assert numbers(found, osag) == []
    assert numbers(found, lead) == []
    for other in (acting_as("head_of_pdu", "N57SUR"), acting_as("regional_probation_director", "N56")):
        assert rule(make.say, found, other) == "not_found_accuracy"
        assert rule(numbers, found, other) == "not_found_accuracy"


def test_a_policy_officer_sees_the_draft_and_nothing_else_only_when_asked(lead, osag):
    found = make.commissioned(lead, osag)
    policy = acting_as("moj_policy_officer")
    assert rule(seen, found, policy) == "not_found_accuracy"

    make.commission(found, osag, ("moj-policy",))

    told = seen(found, policy)
    assert (told.sees_case, told.standing.asked, len(told.asks)) == (False, True, 1)
    assert make.say(found, policy) == 1
    ask = make.ask_of(found, "moj-policy")
    accuracy_commissioning.withdraw_ask(
        by=osag, at=make.SENT_AT, reference=found.reference, ask_id=ask.pk, revision=1, reason="Not theirs."
    )
    assert rule(seen, found, policy) == "not_found_accuracy"
    assert make.point(found, 1).state == "withdrawn"


def test_one_who_was_not_asked_reads_and_does_not_comment(lead, osag, head):
    found = make.commissioned(lead, osag, ("N57",))

    assert seen(found, head).standing.reads
    assert rule(make.say, found, head) == "accuracy_not_asked"


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"anchor": "foreword-p9"}, "accuracy_passage"),
        ({"kind": PointKind.OBJECTION}, "accuracy_point"),
        ({"standard": "no-such"}, "accuracy_point"),
        ({"proposed": "It has \x07."}, "plain_text"),
    ],
)
def test_a_point_that_does_not_fit_the_draft_leaves_nothing_behind(lead, osag, head, changed, wanted):
    found = make.commissioned(lead, osag)

    assert rule(make.say, found, head, replace(make.REMARK, **changed)) == wanted
    assert make.check_of(found).last_number == 0


def test_a_long_point_is_kept_whole_with_its_evidence(lead, osag, head):
    found = make.commissioned(lead, osag)
    long = replace(make.REMARK, explanation="Word " * 8000, evidence_page="p. 4, para 2")
    make.say(found, head, long, file_name="rota.txt", file_content=b"14 on the rota")

    kept = make.point(found, 1)
    assert len(kept.explanation) == 39_999
    assert (kept.section, kept.place, kept.evidence.name) == ("Foreword", 1, "rota.txt")
    mine = {"at": make.SENT_AT, "reference": found.reference, "number": 1}
    assert read_evidence(by=head, **mine).content == b"14 on the rota"
    assert rule(read_evidence, by=osag, **mine) == "not_found_point"
    assert Entry.objects.order_by("-sequence").first().verb == "accuracy.evidence-read"


def test_a_point_is_changed_until_it_is_handed_in_and_never_lost(lead, osag, head):
    found = make.commissioned(lead, osag)
    make.say(found, head)
    changed = replace(make.REMARK, proposed="It has 15.")
    make.on_point(accuracy.change_point, found, head, 1, remark=changed)
    assert make.point(found, 1).proposed == "It has 15."
    region = acting_as("regional_probation_director", "N57")
    make.say(found, region, party="N57")
    assert rule(make.on_point, accuracy.change_point, found, head, 2, remark=changed) == "not_found_point"
    make.hand_in(found, head)

    assert rule(make.on_point, accuracy.change_point, found, head, 1, remark=changed) == "workflow_state"
    assert rule(make.say, found, head) == "accuracy_handed_in"
    assert rule(make.hand_in, found, head) == "workflow_state"


def test_an_older_sight_of_a_point_is_refused(lead, osag, head):
    found = make.commissioned(lead, osag)
    make.say(found, head)
    stale = {"by": head, "at": make.SENT_AT, "reference": found.reference, "number": 1, "revision": 7}

    assert rule(accuracy.change_point, **stale, remark=make.REMARK) == "stale_accuracy_point"


def test_nil_is_for_those_without_points_and_points_for_those_who_have_some(lead, osag, head):
    found = make.commissioned(lead, osag)
    assert rule(make.hand_in, found, head) == "accuracy_nil"
    make.say(found, head)
    assert rule(make.hand_in, found, head, nil=True) == "accuracy_nil"
    make.on_point(accuracy.withdraw_point, found, head, 1, reason="")
    make.hand_in(found, head, nil=True)

    assert make.ask_of(found, "N57EKNT").state == "nil"
    assert make.say(found, acting_as("regional_probation_director", "N57"), party="N57") == 2


def test_a_positive_nil_return_meets_the_duty_paragraph_22(lead, osag, head):
    found = make.commissioned(lead, osag, ("N57EKNT",))
    make.hand_in(found, head, nil=True)
    assert make.return_response(found, osag, nil=True) == 0

    assert make.check_of(found).nil
    assert duty(found, "22-return-check").met_on == TODAY
    act(accuracy_deciding.issue_final, found, lead, make.SENT_AT, note="")
    assert found.state == "final"


def test_a_response_without_someone_says_why_and_says_who(lead, osag, head):
    found = make.commissioned(lead, osag)
    make.say(found, head)
    make.hand_in(found, head)
    assert rule(make.return_response, found, osag) == "accuracy_return"
    make.clear(found, osag, 1)
    assert refused(make.return_response, found, osag).field == "without_reason"
    late = seen(found, osag, date(2026, 5, 14))
    assert [one.party.code for one in late.asks if one.late] == ["N57"]
    assert late.to_do[0].id == "chase"

    make.return_response(found, osag, why="The director is on leave.")

    ask = make.ask_of(found, "N57")
    assert (ask.state, ask.reason) == ("missing", "The director is on leave.")
    assert rule(make.say, found, acting_as("regional_probation_director", "N57"), party="N57") == (
        "accuracy_returned"
    )


def test_duplicates_are_merged_both_kept_and_one_answers_for_both(lead, osag, head):
    found = make.commissioned(lead, osag, ("N57EKNT",))
    for _ in range(3):
        make.say(found, head)
    make.hand_in(found, head)
    make.on_point(accuracy_clearing.merge, found, osag, 2, into=1, reason="The same")
    assert (
        rule(make.on_point, accuracy_clearing.merge, found, osag, 1, into=3, reason="") == "accuracy_merged"
    )
    assert rule(make.on_point, accuracy_clearing.merge, found, osag, 3, into=2, reason="") == "accuracy_merge"
    assert rule(make.on_point, accuracy_clearing.merge, found, osag, 3, into=3, reason="") == "accuracy_merge"
    assert rule(make.on_point, accuracy_clearing.hold_back, found, osag, 3, reason="") == "accuracy_reason"
    make.on_point(accuracy_clearing.hold_back, found, osag, 3, reason="An opinion")
    make.clear(found, osag, 1)
    make.return_response(found, osag)
    make.decide(found, make.decider(), 1)

    assert numbers(found, lead) == [1, 2]
    assert numbers(found, head) == [1, 2, 3]
    both = log(found, lead)
    assert both[1].decision == both[0].decision
    assert both[0].answers_for == (2,)
    assert seen(found, lead).undecided == 0


def test_what_was_taken_up_again_is_cleared_again(lead, osag, head):
    found = make.commissioned(lead, osag, ("N57EKNT",))
    make.say(found, head)
    make.hand_in(found, head)
    make.clear(found, osag, 1)
    make.on_point(accuracy_clearing.take_up, found, osag, 1)

    assert make.point(found, 1).state == "with_osag"
    assert rule(make.return_response, found, osag) == "accuracy_return"


def test_the_one_who_clears_is_not_the_only_author(lead, osag):
    found = make.commissioned(lead, osag, ("N57EKNT",))
    make.say(found, osag)

    assert rule(make.clear, found, osag, 1) == "accuracy_clearing"
    make.clear(found, acting_as("osag_lead"), 1)


def test_an_answer_sent_back_is_a_new_round_beside_the_old(lead, osag, head):
    found = make.commissioned(lead, osag, ("N57EKNT",))
    make.say(found, head)
    make.hand_in(found, head)
    ask = make.ask_of(found, "N57EKNT")
    accuracy_commissioning.send_back(
        by=osag,
        at=make.SENT_AT,
        reference=found.reference,
        ask_id=ask.pk,
        revision=ask.revision,
        reason="Which page?",
        due=make.CONTRIBUTOR_DUE,
    )
    assert make.point(found, 1).state == "written"
    make.hand_in(found, head)

    rounds = seen(found, head).mine[0].rounds
    assert [one.sent_back for one in rounds] == ["", "Which page?"]


def test_the_lead_inspector_does_not_decide_and_another_one_does_with_a_reason(lead, osag, head):
    found = make.returned(lead, osag, head)
    other = make.decider()

    told = refused(make.decide, found, lead, 1)
    assert (told.rule, told.paragraph) == ("accuracy_own_report", "22")
    assert rule(make.decide, found, osag, 1).startswith("permission")
    assert refused(make.decide, found, other, 1, "partly", "").field == "reason"
    assert refused(make.decide, found, other, 1, "not_accepted", "No.", change="x").field == "change"
    make.decide(found, other, 1, "not_accepted", "The rota is of June.")
    assert make.point(found, 1).state == "not_accepted"


def test_osag_disagrees_and_a_second_round_stands_beside_the_first(lead, osag, head):
    found = make.returned(lead, osag, head)
    other = make.decider()
    step = (make.on_point, accuracy_deciding.disagree, found, osag, 1)
    assert rule(*step, reason="We have the rota.") == "accuracy_disagreement"
    make.decide(found, other, 1, "not_accepted")
    make.on_point(accuracy_deciding.disagree, found, osag, 1, reason="We have the rota.")
    assert rule(*step, reason="Again") == "accuracy_disagreement"
    assert rule(make.on_point, accuracy_deciding.reopen, found, lead, 1, reason="x") == "accuracy_own_report"
    make.on_point(accuracy_deciding.reopen, found, other, 1, reason="The rota came.")
    make.decide(found, other, 1)

    kept = list(PointDecision.objects.order_by("round").values_list("decision", "dispute", "reopened_reason"))
    assert kept == [("not_accepted", "We have the rota.", "The rota came."), ("accepted", "", "")]


def test_no_final_report_while_the_check_is_open_or_a_point_undecided_paragraph_22(lead, osag, head):
    found = make.sent(lead)
    issue = (act, accuracy_deciding.issue_final, found, lead, make.SENT_AT)
    assert rule(*issue, note="") == "accuracy_open"
    make.commission(found, osag, ("N57EKNT",))
    make.say(found, head)
    make.hand_in(found, head)
    make.clear(found, osag, 1)
    assert rule(*issue, note="") == "accuracy_open"
    make.return_response(found, osag)
    told = refused(*issue, note="")
    assert (told.rule, "1 point" in told.why) == ("accuracy_open", True)
    make.decide(found, make.decider(), 1)
    act(accuracy_deciding.issue_final, found, lead, make.SENT_AT, note="")

    assert make.check_of(found).state == "closed"
    assert ReportVersion.objects.filter(inspection=found, purpose="final").count() == 1
    assert rule(make.decide, found, make.decider(), 1) == "accuracy_state"


OBJECTION = Remark("annexes-d1", PointKind.OBJECTION, "Cases by team", "", "It counts closed cases.")


def test_an_objection_to_data_is_raised_and_settled_during_the_check_paragraph_32(lead, osag, head):
    found = make.drafted(lead)
    annexed = figures(published=False, placement=Placement.ANNEX, reason="It shows the load.")
    enter(found, lead, annexed)
    act(accuracy.send_for_checking, found, lead, make.SENT_AT, note="")
    make.commission(found, osag, ("N57EKNT",))
    make.say(found, head, OBJECTION)
    make.say(found, head, OBJECTION)
    make.hand_in(found, head)
    make.on_point(accuracy_clearing.merge, found, osag, 2, into=1, reason="")
    make.clear(found, osag, 1)
    assert not Event.objects.filter(name="data_objection_raised").exists()
    make.return_response(found, osag)

    assert duty(found, "32-settle-objection").met_on is None
    assert seen(found, lead).objections == 2
    make.decide(found, make.decider(), 1, "partly", "A note says so now.")
    assert duty(found, "32-settle-objection").met_on == TODAY
    assert make.point(found, 1).item == 1


def test_points_on_passages_that_changed_are_flagged_and_none_is_lost(lead, osag, head):
    found = make.commissioned(lead, osag, ("N57EKNT",))
    make.say(found, head)
    make.say(found, head, replace(make.REMARK, anchor="foreword-p2", current="Leaders", proposed="Managers"))
    text = make.TEXT.replace("12 staff", "14 staff").replace("Leaders know their community.\n\n", "")
    make.write(found, lead, "foreword", text)
    report.make_version(by=lead, at=make.SENT_AT, reference=found.reference, note="Corrected")
    assert [one.passage for one in log(found, head)] == ["same", "same"]

    make.hand_in(found, head)
    make.clear(found, osag, 1, 2)
    make.return_response(found, osag)

    assert [one.passage for one in log(found, lead)] == ["changed", "gone"]
    detail = log_queries.point(check_of(lead, found.reference)[0], 1)
    assert (detail.changed_in, detail.now) == (2, "The unit has 14 staff.")
    assert [one.passage for one in log(found, head)] == ["same", "same"]


def test_a_newer_draft_takes_the_place_and_points_stay_with_theirs(lead, osag, head):
    found = make.commissioned(lead, osag, ("N57EKNT",))
    make.say(found, head)
    make.write(found, lead, "foreword", make.TEXT.replace("12 staff", "13 staff"))
    revision = make.check_of(found).revision
    on = {"at": make.SENT_AT, "reference": found.reference}
    assert (
        rule(accuracy.send_again, by=make.decider(), **on, revision=revision, reason="x") == "inspection_team"
    )
    number = accuracy.send_again(by=lead, **on, revision=revision, reason="The wrong file was sent.")

    assert seen(found, head).draft == number == 2
    assert [(one.draft, one.passage) for one in log(found, head)] == [(1, "changed")]
    assert make.say(found, head) == 2
    assert make.point(found, 2).draft.number == 2


def test_a_paused_inspection_holds_its_check_still(lead, osag, head):
    found = make.commissioned(lead, osag)
    act(case_steps.pause, found, planner(), make.SENT_AT, reason="Strike")

    assert rule(make.say, found, head) == "accuracy_state"
    act(case_steps.resume, found, planner(), make.SENT_AT, reason="Over")
    assert make.say(found, head) == 1
