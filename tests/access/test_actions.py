"""Turning two-step verification off for someone who is locked out (paragraph 10(iii))."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from click.testing import CliRunner

from oversight.access.actions import demonstrate, remove_two_step
from oversight.access.queries import acting_by_command, demonstration_people
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.actions import load_reference

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
BY = acting_by_command("people")

pytestmark = pytest.mark.writes_directly("an authenticator, as allauth makes it when someone turns it on")


@pytest.fixture
def locked_out(db):
    setup = acting_by_command("setup")
    load_reference(by=setup, at=AT)
    demonstrate(by=setup, at=AT)
    person = next(m for p, m in demonstration_people(today=AT.date()) if p.role == "osag_coordinator")
    Authenticator.objects.create(user_id=person.person_id, type=Authenticator.Type.TOTP, data={})
    return person


def test_it_is_turned_off_and_the_record_says_why(locked_out):
    assert remove_two_step(by=BY, at=AT, email=locked_out.email.upper(), reason="Seen in person.") == 1

    assert not Authenticator.objects.exists()
    entry = Entry.objects.order_by("-sequence").first()
    assert (entry.verb, entry.subject) == ("two-step.removed", f"person:{locked_out.person_id}")
    assert "Seen in person." in entry.payload


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"reason": " "}, "two_step_reason"),
        ({"reason": "a\x00b"}, "plain_text"),
        ({"email": "nobody@example.org"}, "not_found_person"),
        ({"email": "hmip-planner@example.org"}, "two_step_is_on"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(locked_out, facts, rule):
    with pytest.raises(Refused) as refused:
        remove_two_step(by=BY, at=AT, **{"email": locked_out.email, "reason": "Seen.", **facts})

    assert refused.value.rule == rule
    assert Authenticator.objects.count() == 1


def test_nobody_but_the_operator_may(locked_out):
    with pytest.raises(Refused) as refused:
        remove_two_step(
            by=acting_by_command("people", role="osag_lead"), at=AT, email=locked_out.email, reason="Seen."
        )

    assert refused.value.rule == "permission_access.remove_two_step"
    assert Authenticator.objects.count() == 1


def test_the_command_says_what_is_wrong(locked_out):
    from oversight.web.command_line.people import people

    done = CliRunner().invoke(people, ["remove-two-step", locked_out.email, "--reason", "Seen in person."])

    assert done.exit_code == 0
    assert "password alone" in done.stderr
    again = CliRunner().invoke(people, ["remove-two-step", locked_out.email, "--reason", "Seen in person."])
    assert isinstance(again.exception, Refused)
