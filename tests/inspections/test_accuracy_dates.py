"""A later date for an accuracy check moves only when both sides agree (D6, ¶27, ¶32)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from oversight.arrangements.models import Duty
from oversight.inspections.actions import accuracy_dates
from oversight.kernel.refusals import Refused
from tests.factories import accuracy as make
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")
TODAY = make.SENT_AT.date()


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def osag(memorandum):
    return acting_as("osag_coordinator")


def rule(call, /, *args, **more) -> str:
    with pytest.raises(Refused) as told:
        call(*args, **more)
    return told.value.rule


def duty(inspection, arrangement: str) -> Duty:
    return Duty.objects.get(arrangement=arrangement, about=inspection.reference)


def propose(found, by, until, at=make.SENT_AT, reason="Two heads are on leave."):
    revision = make.check_of(found).revision
    return accuracy_dates.propose_date(
        by=by, at=at, reference=found.reference, revision=revision, until=until, reason=reason
    )


def answer(found, by, said, reason="", at=make.SENT_AT):
    revision = make.check_of(found).revision
    return accuracy_dates.answer_date(
        by=by, at=at, reference=found.reference, revision=revision, answer=said, reason=reason
    )


def test_the_date_moves_when_both_agree_and_the_ten_weeks_do_not_paragraphs_27_and_32(lead, osag):
    found = make.sent(lead)
    later = date(2026, 5, 26)
    propose(found, osag, later)
    assert duty(found, "22-return-check").due == make.DUE
    assert rule(answer, found, osag, "agree") == "accuracy_both_agree"
    answer(found, lead, "agree")

    check = make.check_of(found)
    assert (check.first_due, check.due) == (make.DUE, later)
    returning = duty(found, "22-return-check")
    assert (returning.first_due, returning.due) == (make.DUE, later)
    assert duty(found, "27-submit-plan").due == TODAY + timedelta(weeks=10)
    assert not Duty.objects.filter(arrangement="32-agree-later-date", met_on=None).exists()


def test_a_date_declined_stays_declined_and_the_inspectorate_can_propose_too(lead, osag):
    found = make.sent(lead)
    propose(found, osag, date(2026, 6, 30))
    assert rule(propose, found, osag, date(2026, 7, 1)) == "accuracy_later_date"
    assert rule(answer, found, lead, "decline") == "accuracy_reason"
    answer(found, lead, "decline", "That is a month.")
    assert rule(propose, found, lead, date(2026, 6, 30)) == "accuracy_later_date"
    propose(found, lead, date(2026, 5, 22))
    answer(found, osag, "agree")

    assert make.check_of(found).due == date(2026, 5, 22)
    assert duty(found, "22-return-check").due == date(2026, 5, 22)


def test_a_proposal_is_withdrawn_by_its_own_side_alone(lead, osag):
    found = make.sent(lead)
    propose(found, osag, date(2026, 5, 26))
    assert rule(answer, found, lead, "withdraw") == "accuracy_both_agree"
    answer(found, osag, "withdraw")

    assert make.check_of(found).due == make.DUE
    assert rule(answer, found, lead, "agree") == "accuracy_later_date"


@pytest.mark.parametrize(("role", "party"), [("head_of_pdu", "N57EKNT"), ("hmip_planner", "")])
def test_others_have_no_say_on_the_date(lead, role, party):
    found = make.sent(lead)

    assert rule(propose, found, acting_as(role, party), date(2026, 5, 26)).startswith("permission")
    assert rule(propose, found, make.decider(), date(2026, 5, 26)) == "inspection_team"
