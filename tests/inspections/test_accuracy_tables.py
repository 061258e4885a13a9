"""What the database itself refuses of an accuracy check, and who sees which point (D6, H4, ¶22)."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from oversight.inspections.models import (
    AccuracyAnswer,
    AccuracyAsk,
    AccuracyCheck,
    AccuracyPoint,
    DateProposal,
    PointDecision,
)
from oversight.inspections.queries.accuracy_sight import Look, seen_points
from oversight.inspections.rules.accuracy_sight import Standing, sees_point
from oversight.inspections.rules.accuracy_states import PointState
from tests.factories import accuracy as make
from tests.factories.parties import acting_as

pytestmark = [
    pytest.mark.usefixtures("memorandum"),
    pytest.mark.writes_directly("tries what the tables refuse"),
]
AT = make.SENT_AT
IMPOSSIBLE = [
    (AccuracyCheck, {"state": "lost"}),
    (AccuracyCheck, {"state": "sent"}),
    (AccuracyCheck, {"state": "closed"}),
    (AccuracyCheck, {"returned_at": None}),
    (AccuracyCheck, {"returned_by": ""}),
    (AccuracyCheck, {"returned_on": None}),
    (AccuracyCheck, {"closed_at": AT}),
    (AccuracyCheck, {"due": date(2026, 5, 18)}),
    (AccuracyCheck, {"commissioned_on": date(2026, 5, 1)}),
    (AccuracyAsk, {"state": "lost"}),
    (AccuracyAsk, {"state": "missing"}),
    (AccuracyAsk, {"ended_at": AT}),
    (AccuracyAsk, {"lineage": ""}),
    (AccuracyAnswer, {"sent_back_at": AT}),
    (AccuracyAnswer, {"round": 0}),
    (AccuracyPoint, {"state": "lost"}),
    (AccuracyPoint, {"kind": "opinion"}),
    (AccuracyPoint, {"state": "merged"}),
    (AccuracyPoint, {"in_response": False}),
    (AccuracyPoint, {"state": "cleared"}),
    (AccuracyPoint, {"state": "held_back", "in_response": False}),
    (AccuracyPoint, {"proposed": ""}),
    (AccuracyPoint, {"evidence_page": "4"}),
    (AccuracyPoint, {"number": 0}),
    (PointDecision, {"decision": "returned"}),
    (PointDecision, {"decision": "partly", "reason": ""}),
    (PointDecision, {"disputed_at": AT}),
    (PointDecision, {"reopened_reason": "x"}),
    (DateProposal, {"side": "moj"}),
    (DateProposal, {"until": date(2026, 5, 19)}),
    (DateProposal, {"answered_at": AT}),
    (DateProposal, {"state": "declined", "answered_at": AT, "answered_by": "x", "answered_name": "x"}),
]


@pytest.fixture
def whole(memorandum):
    """One row of every table."""
    lead, osag = acting_as("hmip_lead_inspector"), acting_as("osag_coordinator")
    found = make.returned(lead, osag, acting_as("head_of_pdu", "N57EKNT"), 2)
    make.decide(found, make.decider(), 1, "not_accepted")
    DateProposal.objects.create(
        check_of=make.check_of(found),
        side="osag",
        until=date(2026, 5, 26),
        before=make.DUE,
        reason="Leave",
        state="proposed",
        proposed_at=AT,
        proposed_by="x",
        proposed_name="x",
    )
    return found


def test_the_tables_refuse_what_cannot_be(whole):
    for table, changed in IMPOSSIBLE:
        row = table.objects.order_by("id").first()
        with pytest.raises(IntegrityError), transaction.atomic():
            table.objects.filter(pk=row.pk).update(**changed)


def test_the_tables_refuse_a_second_of_what_there_is_one(whole):
    for table, changed in (
        (AccuracyCheck, {}),
        (AccuracyAsk, {}),
        (AccuracyAnswer, {"round": 2}),
        (AccuracyPoint, {}),
        (PointDecision, {"round": 2}),
        (DateProposal, {"until": date(2026, 5, 28)}),
        (DateProposal, {"state": "declined", "answer": "x", "answered_at": AT, "answered_by": "x"}),
    ):
        row = table.objects.order_by("id").first()
        row.pk = None
        for name, value in changed.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


STANDINGS = [
    Standing(),
    Standing(reads=True),
    Standing(asked=True),
    Standing(asked=True, reads=True),
    Standing(inspectorate=True, reads=True),
    Standing(osag=True, reads=True),
    Standing(osag=True, asked=True, reads=True),
]


def test_the_query_of_points_and_the_rule_say_the_same_for_everyone(whole):
    """Every standing x every state x own or not x in the response or not."""
    check = make.check_of(whole)
    mine = check.asks.get()
    other = AccuracyAsk.objects.get(pk=mine.pk)
    other.pk, other.party_id = None, "N57"
    other.save(force_insert=True)
    first = check.points.get(number=2)
    told = {}
    for number, (state, own, sent) in enumerate(product(PointState, (True, False), (True, False)), start=10):
        possible = sent == (state in {"returned", "accepted", "partly", "not_accepted"})
        if not possible and state not in {"merged", "withdrawn"}:
            continue
        first.pk, first.number, first.state, first.in_response = None, number, state, sent
        first.ask = mine if own else other
        first.reason = "x"
        first.answered_with_id = check.points.get(number=1).pk if state == "merged" else None
        first.save(force_insert=True)
        told[number] = (str(state), own, sent)
    for standing in STANDINGS:
        owns = (mine,) if standing.asked else ()
        look = Look(whole, check, (mine, other), owns, standing, sees_case=True)
        seen = set(seen_points(look).values_list("number", flat=True)) & set(told)
        wanted = {
            number
            for number, (state, own, sent) in told.items()
            if sees_point(standing, state=state, own=own and standing.asked, in_response=sent)
        }
        assert seen == wanted, standing


def test_a_contributor_never_sees_anothers_point_before_the_response():
    for state in PointState:
        asked = Standing(asked=True, reads=True)
        assert not sees_point(asked, state=state, own=False, in_response=False)
        assert sees_point(asked, state=state, own=True, in_response=False)
        assert not sees_point(Standing(inspectorate=True), state=state, own=False, in_response=False)
        assert sees_point(Standing(osag=True), state=state, own=False, in_response=False) == (
            state != PointState.WRITTEN
        )
