"""The made-up record of a demonstration."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from oversight.access.actions import demonstrate
from oversight.access.queries import acting_by_command
from oversight.arrangements.actions import demonstrate_events, load_shipped_versions
from oversight.arrangements.models import Event
from oversight.kernel.refusals import Refused
from oversight.parties.actions import load_reference

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
BY = acting_by_command("setup")


@pytest.fixture
def people(db):
    load_reference(by=BY, at=AT)
    load_shipped_versions(by=BY, at=AT)
    demonstrate(by=BY, at=AT)


def test_every_made_up_event_is_one_that_its_person_may_record(people):
    made = demonstrate_events(by=BY, at=AT)

    assert len(made) == Event.objects.count() > 20
    assert any(facts.opened for facts in made)


def test_doing_it_again_changes_nothing(people):
    demonstrate_events(by=BY, at=AT)
    before = Event.objects.count()

    assert demonstrate_events(by=BY, at=AT) == ()
    assert Event.objects.count() == before


def test_a_fault_half_way_leaves_nothing(people, monkeypatch):
    from oversight.arrangements.actions import demonstration

    calls = []

    def failing(**facts):
        calls.append(facts)
        if len(calls) == 5:
            raise Refused("made_up", "Refused half way.", "Nothing to do.")
        return real(**facts)

    real = demonstration.happened
    monkeypatch.setattr(demonstration, "happened", failing)

    with pytest.raises(Refused):
        demonstrate_events(by=BY, at=AT)
    assert connection.in_atomic_block
    assert Event.objects.count() == 0


def test_only_the_operator_makes_a_demonstration(people):
    with pytest.raises(Refused):
        demonstrate_events(by=acting_by_command("setup", role="osag_coordinator"), at=AT)
