"""What is held is reused in one act; what is not is asked for once, of one owner (G1, ¶10(iv), H4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from oversight.access.rules import access_table
from oversight.exchange.actions import asking, holdings
from oversight.exchange.models import Copy, Holding, NamedParty, Reading, Use
from oversight.exchange.queries.asking import effort, request_detail, requests
from oversight.exchange.queries.holdings import HoldingFilter, held_already, holding, library
from oversight.exchange.queries.sight import known_holdings
from oversight.exchange.rules.asking import AskState, Effort, UseState
from oversight.exchange.rules.holdings import Span, Terms, knows
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.factories.exchange import AT, TODAY, UNIT, asked, held
from tests.factories.files import CSV, PDF
from tests.factories.parties import acting_as, example_party

pytestmark = pytest.mark.django_db
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))
QUARTER = Span(date(2026, 1, 1), date(2026, 3, 31))


def refused(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    return found.value


def reuse(by, item, at=AT):
    return asking.reuse(by=by, at=at, holding_id=item.pk, purpose="To plan an audit")


def seen(by, item) -> bool:
    return any(line.id == item.pk for line in library(actor=by, chosen=HoldingFilter()).lines)


def test_a_second_requester_is_stopped_by_what_is_held_and_hours_are_counted():
    osag, hmip = acting_as("osag_coordinator"), acting_as("hmip_lead_inspector")
    head = acting_as("head_of_pdu", UNIT)
    first = asked(osag)
    item = held(head)
    first.refresh_from_db()
    assert (first.state, first.answer.holding_id) == (AskState.ANSWERED, item.pk)
    assert holdings.read_copy(by=osag, at=AT, holding_id=item.pk, number=1).content == PDF

    stopped = refused(asked, hmip)

    assert (stopped.rule, stopped.field) == ("ask_held", "reason")
    assert "1 April 2026" in str(stopped)
    assert [one.id for one in held_already(actor=hmip, kind="unit-staffing", about=UNIT, span=None)] == [
        item.pk
    ]
    assert refused(holdings.read_copy, by=hmip, at=AT, holding_id=item.pk, number=1).rule == "not_found_copy"
    assert reuse(hmip, item) == UseState.WANTED
    use = Use.objects.get(party="hmip")
    assert effort(since=TODAY, until=TODAY)[UNIT] == Effort(asked=6, saved=0, requests=1, avoided=0)
    asking.decide_use(by=head, at=AT, use_id=use.pk, move="give")
    assert holdings.read_copy(by=hmip, at=AT, holding_id=item.pk, number=1).content == PDF
    assert effort(since=TODAY, until=TODAY) == {UNIT: Effort(asked=6, saved=6, requests=1, avoided=1)}
    assert effort(since=TODAY + timedelta(1), until=TODAY + timedelta(9)) == {}
    assert Reading.objects.count() == Entry.objects.filter(verb="exchange.copy-read").count() == 2
    assert [one.name for one in holding(actor=head, holding_id=item.pk).readings] == [hmip.name, osag.name]
    assert holding(actor=hmip, holding_id=item.pk).readings == ()

    asking.decide_use(by=head, at=AT, use_id=use.pk, move="end", reason="The audit is over")
    assert refused(holdings.read_copy, by=hmip, at=AT, holding_id=item.pk, number=1).rule == "not_found_copy"


def test_asked_again_all_the_same_the_reason_is_kept_and_one_answer_serves_all():
    osag, hmip, nao = acting_as("osag_lead"), acting_as("hmip_planner"), acting_as("auditor")
    head = acting_as("head_of_pdu", UNIT)
    item = held(head)
    first = asked(osag, reason="It is before the reorganisation")
    assert (first.held_id, first.reason, first.joins) == (item.pk, "It is before the reorganisation", None)
    second, third = asked(hmip, reason="As above"), asked(nao, reason="As above")
    assert second.joins == third.joins == first
    assert refused(asked, osag, reason="Again").rule == "ask_once"
    assert effort(since=TODAY, until=TODAY)[UNIT] == Effort(asked=6, saved=12, requests=1, avoided=2)

    asking.withdraw(by=osag, at=AT, ask_id=first.pk, reason="No audit is made")
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.joins, third.joins) == (None, second)
    held(head, as_at=date(2026, 4, 10), file=CSV, file_name="a.csv")

    item.refresh_from_db()
    assert [(one.number, one.replaced_at is None) for one in item.copies.order_by("number")] == [
        (1, False),
        (2, True),
    ]
    for one in (second, third):
        one.refresh_from_db()
        assert (one.state, one.answer.number) == (AskState.ANSWERED, 2)
    assert {one.party_id for one in item.uses.filter(state=UseState.GIVEN)} == {"hmip", "nao"}
    assert effort(since=TODAY, until=TODAY)[UNIT] == Effort(asked=6, saved=6, requests=1, avoided=1)


def test_a_copy_answers_only_requests_that_it_covers():
    osag, hmip = acting_as("osag_lead"), acting_as("hmip_planner")
    rpd = acting_as("regional_probation_director", "N57")
    wide = asked(osag, kind="complaints", span=QUARTER)
    narrow = asked(hmip, kind="complaints", span=MARCH)
    assert narrow.joins == wide

    held(rpd, kind="complaints", span=MARCH, owner=UNIT)

    wide.refresh_from_db()
    narrow.refresh_from_db()
    assert (wide.state, narrow.state) == (AskState.OPEN, AskState.ANSWERED)
    stopped = refused(
        asked, acting_as("auditor"), kind="complaints", span=Span(date(2026, 3, 31), date(2026, 5, 1))
    )
    assert stopped.rule == "ask_held"
    april = Span(date(2026, 4, 1), date(2026, 4, 30))
    assert asked(acting_as("auditor"), kind="complaints", span=april).held is None


def test_an_item_has_one_owner_and_nobody_else_keeps_it_or_decides():
    head, other = acting_as("head_of_pdu", UNIT), acting_as("head_of_pdu", "N57SUR")
    item = held(head)
    assert refused(held, other).rule == "permission_exchange.hold"
    assert refused(held, other, owner="N57SUR").rule == "holding_one_owner"
    ask = asked(acting_as("osag_lead"), reason="x")
    for by in (other, acting_as("regional_probation_director", "N56"), acting_as("osag_lead")):
        assert refused(asking.decline, by=by, at=AT, ask_id=ask.pk, reason="x").rule.startswith("permission")
        assert refused(
            holdings.change_terms, by=by, at=AT, holding_id=item.pk, terms=Terms.OPEN, named=()
        ).rule.startswith("permission")
    assert refused(asking.withdraw, by=acting_as("hmip_planner"), at=AT, ask_id=ask.pk, reason="x").rule == (
        "not_found_request"
    )
    asking.decline(by=head, at=AT, ask_id=ask.pk, reason="We no longer count this")
    assert refused(asking.decline, by=head, at=AT, ask_id=ask.pk, reason="x").rule == "workflow_state"


def test_terms_decide_who_knows_and_who_waits():
    head = acting_as("head_of_pdu", UNIT)
    item = held(head, terms=Terms.OPEN)
    osag, hmip = acting_as("osag_lead"), acting_as("hmip_planner")
    assert reuse(osag, item) == UseState.GIVEN
    assert refused(reuse, osag, item).rule == "use_once"
    assert refused(reuse, head, item).rule == "permission_exchange.ask"

    holdings.change_terms(by=head, at=AT, holding_id=item.pk, terms=Terms.NAMED, named=["nao"])

    nao = acting_as("auditor")
    assert (seen(hmip, item), seen(osag, item), seen(nao, item)) == (False, True, True)
    assert refused(reuse, hmip, item).rule == "not_found_item"
    assert held_already(actor=hmip, kind=item.kind, about=UNIT, span=None) == ()
    assert asked(hmip).held is None
    assert reuse(nao, item) == UseState.GIVEN

    holdings.change_terms(by=head, at=AT, holding_id=item.pk, terms=Terms.NAMED, named=["hmicfrs"])
    ended = NamedParty.objects.get(party="nao")
    assert (ended.ended_at, ended.ended_by) == (AT, head.reference)


def test_sight_is_the_pure_rule_for_every_role_and_every_terms():
    """What the database answers and what the rule says are the same, whoever asks (H4)."""
    head = acting_as("head_of_pdu", UNIT)
    items = {
        terms: held(head, kind=kind, terms=terms, named=["nao"] if terms is Terms.NAMED else ())
        for terms, kind in zip(Terms, ("unit-staffing", "risk-register", "performance-figures"), strict=True)
    }
    for role in access_table().roles:
        code = example_party(role)
        by = acting_as(role, code)
        known = set(known_holdings(by).values_list("pk", flat=True))
        for terms, item in items.items():
            own = f"/{code}/" in item.owner_lineage
            expected = by.may("exchange.see") and knows(
                own=own,
                asks=by.may("exchange.ask"),
                terms=terms,
                named=terms is Terms.NAMED and code == "nao",
                uses=False,
            )
            assert (item.pk in known) == expected, (role, terms)


def test_requests_are_seen_by_both_sides_and_nobody_else():
    osag, head = acting_as("osag_coordinator"), acting_as("head_of_pdu", UNIT)
    ask = asked(osag)
    for by, inbox in ((osag, False), (head, True), (acting_as("regional_probation_director", "N57"), True)):
        assert [one.id for one in requests(actor=by, inbox=inbox).lines] == [ask.pk]
        assert request_detail(actor=by, ask_id=ask.pk).title == ask.title
    for role in access_table().roles:
        code = example_party(role)
        by = acting_as(role, code)
        if code == "hmpps-osag" or f"/{code}/" in ask.owner_lineage:
            continue
        assert requests(actor=by, inbox=True).count == requests(actor=by, inbox=False).count == 0
        assert refused(request_detail, actor=by, ask_id=ask.pk).rule == "not_found_request"


def test_what_is_typed_is_refused_where_it_is_wrong_and_nothing_is_kept():
    head = acting_as("head_of_pdu", UNIT)
    assert refused(held, head, file_name="", file=b"").field == "where"
    assert refused(held, head, file_name="a.exe").field == "file"
    assert refused(held, head, kind="no-such").field == "kind"
    assert refused(held, head, terms=Terms.NAMED, named=["no-such"]).field == "named"
    assert not Holding.objects.exists()
    item = held(head, file_name="", file=b"", where="Shared drive")
    assert refused(holdings.read_copy, by=head, at=AT, holding_id=item.pk, number=1).rule == "not_found_copy"
    assert refused(asking.decide_use, by=head, at=AT, use_id=987, move="give").rule.startswith(
        ("not_found", "permission")
    )


@pytest.mark.writes_directly(reason="to see what the database refuses")
@pytest.mark.parametrize(
    "change",
    [
        {"replaced_at": AT},
        {"marking": "secret"},
        {"number": 0},
        {"number": 2},
        {"file": None, "where": ""},
        {"retain_until": date(2020, 1, 1)},
    ],
)
def test_the_database_refuses_a_copy_that_cannot_be(change):
    item = held()
    row = item.copies.get()
    given = {"replaced_at": AT, "replaced_by": "person:1", "number": 3} | change
    if "number" in change:
        given |= {"replaced_at": None, "replaced_by": ""}
    if change == {"replaced_at": AT}:
        given["replaced_by"] = ""
    for name, value in given.items():
        setattr(row, name, value)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    assert Copy.objects.count() == 1
