"""Acts of the accuracy check: sent, commissioned, commented, returned, decided, final (D6, ¶22, ¶32)."""

from __future__ import annotations

import pytest

from tests.factories import accuracy as make
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def osag(memorandum):
    return acting_as("osag_coordinator")


@pytest.fixture
def head(memorandum):
    return acting_as("head_of_pdu", "N57EKNT")


def test_a_check_goes_from_the_draft_to_the_final_report(lead, osag, head):
    found = make.returned(lead, osag, head, 2)
    other = make.decider()
    make.decide(found, other, 1)
    make.decide(found, other, 2, "not_accepted")
    make.act(make.accuracy_deciding.issue_final, found, lead, make.SENT_AT, note="")

    assert found.state == "final"
