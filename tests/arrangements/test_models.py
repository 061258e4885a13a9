"""The database refuses duties, events and questions whose state and facts disagree."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from oversight.arrangements.models import UNDATED, ArrangementVersion, Duty, DutyParty, DutyQuery, Event
from tests.factories.arrangements import record

NOW = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)


@pytest.fixture
def draft(memorandum):
    record("draft_received_for_checking", "2026-01-05", kind="sfo_independent")
    return Event.objects.get()


@pytest.fixture
def duty(draft):
    return Duty.objects.get()


def impossible(row, **changed):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"withdrawn_at": NOW},
        {"withdrawn_by": "person:1"},
        {"withdrawn_at": NOW, "withdrawn_by": "person:1", "withdrawn_name": "Someone"},
        {
            "withdrawn_at": datetime(2020, 1, 1, tzinfo=UTC),
            "withdrawn_by": "person:1",
            "withdrawn_name": "Someone",
            "withdrawn_reason": "Wrong",
        },
        {"about": ""},
        {"name": ""},
        {"recorded_by": ""},
        {"until": date(2026, 1, 4)},
        {"unit_id": "N57"},
        {"unit_lineage": "/hmpps/"},
        {"addressee_id": "hmpps"},
        {"addressee_lineage": "/hmpps/"},
        {"recorder_lineage": ""},
    ],
    ids=str,
)
def test_an_event_is_whole(draft, changed):
    impossible(draft, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"force": "shall"},
        {"basis": "guess"},
        {"basis": "none"},
        {"due": None},
        {"due_order": UNDATED},
        {"due_order": date(2026, 3, 17)},
        {"counted_on": date(2026, 3, 17)},
        {"met_on": date(2026, 3, 10)},
        {"paragraph": ""},
        {"paragraph_number": 0},
        {"arrangement": ""},
        {"about": ""},
    ],
    ids=str,
)
def test_a_dutys_state_is_its_facts(duty, changed):
    impossible(duty, **changed)


def test_a_duty_is_met_by_an_event_and_after_it_began(duty, draft):
    impossible(duty, met_by=draft)
    impossible(duty, met_by=draft, met_on=date(2026, 1, 4))
    impossible(duty, met_by=draft, met_on=date(2026, 1, 6), withdrawn=True)


def test_a_duty_is_there_once_for_an_event_arrangement_and_bearer(duty):
    fields = {field.attname: getattr(duty, field.attname) for field in Duty._meta.concrete_fields}
    del fields["id"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(**fields)
    assert Duty.objects.create(**(fields | {"bearer_id": "hmpps"})).pk != duty.pk


def test_a_party_is_linked_to_a_duty_once_and_owed_only_directly(duty):
    link = DutyParty.objects.get(duty=duty, party="hmip")
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyParty.objects.create(
            duty=duty, party_id="hmip", owed=False, direct=True, due_order=duty.due_order, open=True
        )
    impossible(link, direct=False)


def test_a_text_is_there_once(memorandum):
    with pytest.raises(IntegrityError), transaction.atomic():
        ArrangementVersion.objects.create(
            identifier="mou-2023",
            title="Again",
            effective_from=date(2026, 1, 1),
            text="x",
            digest="0" * 64,
            adopted_at=NOW,
            adopted_by="person:1",
        )
    impossible(memorandum, text="")
    impossible(memorandum, adopted_by="")


def make_round(duty, **facts):
    given = {
        "asker_id": "hmip",
        "round": 1,
        "state": "asked",
        "question": "Why?",
        "asked_at": NOW,
        "asked_by": "person:1",
        "asked_name": "Someone",
    }
    return DutyQuery.objects.create(duty=duty, **(given | facts))


ANSWERED = {
    "state": "answered",
    "answer": "Because.",
    "answered_at": NOW,
    "answered_by": "person:2",
    "answered_name": "Another",
}
CLOSED = {
    "closed_note": "Fine.",
    "closed_at": NOW,
    "closed_by": "person:1",
    "closed_name": "Someone",
}
RETURNED = {"returned_reason": "More.", "returned_at": NOW, "returned_by": "person:1"}


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "pondered"},
        {"state": "answered"},
        {"state": "closed"},
        {"state": "returned"},
        {"question": ""},
        {"asked_by": ""},
        {"round": 0},
        {"answer": "Because."},
        ANSWERED | {"state": "asked"},
        ANSWERED | {"answer": ""},
        ANSWERED | {"answered_by": ""},
        ANSWERED | {"answered_name": ""},
        ANSWERED | CLOSED,
        ANSWERED | CLOSED | {"state": "closed", "closed_note": ""},
        ANSWERED | CLOSED | {"state": "closed", "closed_by": ""},
        ANSWERED | CLOSED | RETURNED | {"state": "closed"},
        ANSWERED | RETURNED | {"state": "returned", "returned_reason": ""},
        RETURNED | {"state": "returned"},
    ],
    ids=str,
)
def test_the_state_of_a_question_is_its_facts(duty, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_round(duty, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        ANSWERED,
        ANSWERED | CLOSED | {"state": "closed"},
        CLOSED | {"state": "closed"},
        ANSWERED | RETURNED | {"state": "returned"},
    ],
    ids=str,
)
def test_possible_questions_are_taken(duty, facts):
    assert make_round(duty, **facts).pk


def test_a_party_has_one_open_question_on_a_duty(duty):
    make_round(duty, **ANSWERED)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_round(duty, round=2)
    assert make_round(duty, round=1, asker_id="hmpps").pk


def test_a_round_has_its_number_once(duty):
    make_round(duty, **(ANSWERED | CLOSED | {"state": "closed"}))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_round(duty, round=1)
    assert make_round(duty, round=2).pk
