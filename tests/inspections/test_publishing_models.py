"""What the database refuses of publishing (D8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from oversight.inspections.models import EmbargoedCopy, PublicationMoment, ReportVersion
from tests.factories.inspections import AT, announced
from tests.factories.parties import acting_as

pytestmark = [
    pytest.mark.usefixtures("memorandum"),
    pytest.mark.writes_directly("the database itself is asked"),
]


@pytest.fixture
def inspection(memorandum):
    return announced(acting_as("hmip_lead_inspector"))


def moment(inspection, **more):
    facts = {"moment": AT + timedelta(days=1), "set_at": AT, "set_by": "person:1", "set_name": "A"}
    return PublicationMoment.objects.create(inspection=inspection, **facts | more)


ENDED = {"ended": "cancelled", "ended_at": AT, "ended_by": "person:1", "ended_name": "A", "ended_reason": "B"}


def test_one_moment_stands_and_ended_ones_beside_it(inspection):
    moment(inspection, **ENDED)
    moment(inspection)

    with pytest.raises(IntegrityError), transaction.atomic():
        moment(inspection)


@pytest.mark.parametrize(
    "more",
    [
        {"moment": AT},
        {"set_by": ""},
        {"ended_at": AT},
        ENDED | {"ended_by": ""},
        ENDED | {"ended": "forgotten"},
        ENDED | {"ended_reason": ""},
        ENDED | {"ended_name": ""},
    ],
)
def test_a_moment_is_whole(inspection, more):
    with pytest.raises(IntegrityError), transaction.atomic():
        moment(inspection, **more)


def copy(inspection, version, **more):
    facts = {"person": "person:1", "name": "A", "party_id": "moj-sponsorship", "given_at": AT}
    facts |= {"given_by": "person:2", "given_name": "B"}
    return EmbargoedCopy.objects.create(inspection=inspection, version=version, **facts | more)


def test_a_person_has_one_copy_for_a_party_and_another_after_it_was_withdrawn(inspection):
    version = ReportVersion.objects.create(
        inspection=inspection,
        number=1,
        purpose="final",
        content="{}",
        digest="0" * 64,
        made_at=AT,
        made_by="person:2",
        made_name="B",
    )
    withdrawn = {
        "withdrawn_at": AT,
        "withdrawn_by": "person:2",
        "withdrawn_name": "B",
        "withdrawn_reason": "C",
    }
    copy(inspection, version, **withdrawn)
    copy(inspection, version)
    copy(inspection, version, party_id="ministers")
    wrong = [{}, {"person": ""}, {"withdrawn_at": AT}, withdrawn | {"withdrawn_reason": ""}]
    for more in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            copy(inspection, version, **more)
