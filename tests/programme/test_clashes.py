"""Clashes found as days are entered, told to both bodies, and settled by both (C2, ¶28)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail

from oversight.arrangements.models import Duty, Event
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party
from oversight.programme.actions import clashes, closures, holding, visits
from oversight.programme.models import Clash, ClashStep, Visit
from oversight.programme.queries.clashes import clash as clash_detail
from oversight.programme.queries.clashes import clashes as clash_list
from oversight.programme.queries.clashes import open_clashes_for
from oversight.programme.queries.visits import not_bookable
from tests.factories.arrangements import acting_for
from tests.factories.parties import make_member
from tests.factories.programme import (
    AT,
    EAST_KENT,
    KSS,
    act,
    announced,
    clashing,
    held,
    planned,
    planner,
    shared,
    span,
)

pytestmark = pytest.mark.usefixtures("memorandum")
HMIP, OSAG = "hmip", "hmpps-osag"


def listed(actor, **more):
    return clash_list(actor=actor, **more).lines


def refused(rule, act_, *args, **more):
    with pytest.raises(Refused) as caught:
        act_(*args, **more)
    assert caught.value.rule == rule, str(caught.value)
    return caught.value


def test_a_clash_is_found_told_owed_and_settled_by_both(django_capture_on_commit_callbacks):
    for role, body in (("hmip_planner", HMIP), ("osag_lead", OSAG), ("head_of_pdu", EAST_KENT)):
        make_member(role, body, email=f"{role}@example.com")
    announced(first="2026-09-07", days=5, body=OSAG)
    with django_capture_on_commit_callbacks(execute=True):
        announced(first="2026-10-05")
    clash = Clash.objects.get()

    assert sorted(to for one in mail.outbox for to in one.to) == [
        "hmip_planner@example.com",
        "osag_lead@example.com",
    ]
    assert not any("Kent" in one.body or "2026" in one.body for one in mail.outbox)
    assert Event.objects.get(name="timetable_clash_found").about == clash.reference
    assert Duty.objects.filter(arrangement="28-settle-clash").count() == 2
    assert [open_clashes_for(planner(body)) for body in (HMIP, OSAG)] == [1, 1]

    act(clashes.answer_clash, clash, planner(OSAG), outcome="accepted", reason="The team is small.")
    assert (clash.state, open_clashes_for(planner(OSAG)), open_clashes_for(planner())) == ("proposed", 0, 1)
    refused("clash_own_proposal", act, clashes.agree_clash, clash, planner(OSAG), reason="Quick")
    act(clashes.decline_clash, clash, planner(), reason="The unit has said no.")
    assert (clash.state, clash.outcome) == ("found", "")
    act(clashes.answer_clash, clash, planner(), outcome="narrowed", reason="Two days fewer.")
    act(clashes.agree_clash, clash, planner(OSAG), reason="That will do.")

    assert (clash.state, clash.outcome) == ("settled", "narrowed")
    moves = ClashStep.objects.order_by("id").values_list("move", flat=True)
    assert list(moves) == ["propose", "decline", "propose", "agree"]
    assert Event.objects.filter(name="timetable_clash_settled").count() == 1
    assert not Duty.objects.filter(arrangement="28-settle-clash", met_on=None).exists()
    assert "Two days" not in "".join(
        Entry.objects.filter(verb__startswith="clash.").values_list("payload", flat=True)
    )


@pytest.mark.parametrize(
    ("actor", "rule"),
    [
        (("hmpps-contract-management", "contract_manager"), "not_found_clash"),
        ((EAST_KENT, "head_of_pdu"), "permission_programme.plan"),
        (("hmip", "hmip_lead_inspector"), "permission_programme.plan"),
    ],
)
def test_nobody_else_settles_it(actor, rule):
    clash = clashing()

    refused(rule, act, clashes.answer_clash, clash, acting_for(*actor), outcome="moved", reason="Why not")


def test_moving_the_visit_ends_the_clash_and_what_was_owed():
    clash = clashing()
    inspection = Visit.objects.get(owner=HMIP)

    act(visits.change_visit, inspection, planner(), span=span("2026-12-07"), visit_days=10, reason="Agreed.")

    clash.refresh_from_db()
    assert (clash.state, clash.outcome) == ("gone", "")
    assert Event.objects.filter(name="timetable_clash_settled").exists()
    with pytest.raises(Refused):
        act(clashes.answer_clash, clash, planner(), outcome="moved", reason="Done")


def test_a_settled_clash_is_not_found_again_until_days_change():
    clash = clashing()
    act(
        clashes.answer_clash,
        clash,
        planner(),
        outcome="accepted",
        reason="Both go ahead.",
        at=AT + timedelta(hours=1),
    )
    act(clashes.agree_clash, clash, planner(OSAG), reason="Yes.", at=AT + timedelta(hours=2))
    inspection = Visit.objects.get(owner=HMIP)

    def again():
        act(holding.set_teams, inspection, planner(), teams=["hmip-field"], people=[])
        held_ = {"reason": "A team is away.", "at": AT + timedelta(hours=3)}
        act(holding.hold_visit, inspection, planner(), **held_)
        days = span("2026-10-05")
        act(
            holding.resume_visit, inspection, planner(), span=days, reason="Back.", at=AT + timedelta(hours=3)
        )

    again()
    assert Clash.objects.count() == 1
    act(
        visits.change_visit,
        inspection,
        planner(),
        span=span("2026-10-12"),
        visit_days=10,
        reason="A week later.",
        at=AT + timedelta(hours=4),
    )
    assert Clash.objects.filter(state="found").count() == 1


def test_a_rule_that_holds_back_refuses_an_audit_and_spares_an_inspection():
    announced(first="2026-09-07")
    wrong = refused("visit_clash", planned, first="2026-09-21", days=5, body=OSAG)
    assert (wrong.field, wrong.paragraph) == ("first", "28")
    assert "East Kent" in wrong.why
    assert Visit.objects.count() == 1

    announced(KSS, "2026-09-07", days=5, body=OSAG)
    planned(KSS, "2026-09-14")
    assert Clash.objects.get(rule="unit-too-soon").force == "usually"


def test_a_hidden_visit_holds_back_by_its_blocks_and_is_told_as_nothing_more():
    hidden = planned(first="2026-09-07")
    before = Entry.objects.count()
    wrong = refused("visit_clash", planned, first="2026-09-21", days=5, body=OSAG)
    assert "Another body" in wrong.why
    for secret in ("2026", "Inspectorate", "Core", hidden.reference):
        assert secret not in f"{wrong.why} {wrong.what_next}"
    assert Entry.objects.count() == before

    (blocked,) = not_bookable(actor=planner(OSAG), place=party(EAST_KENT), since=AT.date())
    assert (blocked.last - blocked.first).days + 1 >= 2 * 28
    assert blocked.first.weekday() == 0
    for actor in (
        planner("hmpps-contract-management"),
        acting_for(EAST_KENT),
        acting_for("moj-sponsorship"),
        planner(),
    ):
        assert not_bookable(actor=actor, place=party(EAST_KENT), since=AT.date()) == ()


def test_the_other_side_of_a_hidden_clash_sees_that_it_exists_and_nobody_else_does():
    planned(first="2026-09-07")
    own = announced(first="2026-11-16", days=5, body=OSAG)
    clash = Clash.objects.get()

    seen = clash_detail(actor=planner(OSAG), reference=clash.reference)
    assert [one.reference for one in seen.line.visits] == [own.reference]
    assert (seen.line.hidden, seen.span, seen.event) == (1, None, None)
    assert seen.bodies == ("Another body", "Operational and System Assurance Group")
    assert [one.reference for one in clash_detail(actor=planner(), reference=clash.reference).line.visits]
    assert Clash.objects.get().event is None
    for actor in (
        acting_for(EAST_KENT),
        acting_for(KSS),
        acting_for("moj-sponsorship"),
        acting_for("nao", "auditor"),
        acting_for("hmip", "hmip_lead_inspector"),
        planner("hmpps-contract-management"),
    ):
        assert listed(actor, state="any") == ()
        refused("not_found_clash", clash_detail, actor=actor, reference=clash.reference)
    assert not Event.objects.filter(name="timetable_clash_found").exists()

    act(clashes.answer_clash, clash, planner(), outcome="moved", reason="We can move ours.")
    said = clash_detail(actor=planner(OSAG), reference=clash.reference).steps[0]
    assert said.who == "Another body"


def test_a_body_that_exchanges_no_timetables_learns_nothing_of_a_hidden_visit():
    planned(first="2026-09-07")
    planned(first="2026-09-14", days=2, body="hmpps-contract-management")

    assert listed(planner("hmpps-contract-management")) == ()
    assert listed(planner()) == ()
    act(visits.announce_visit, Visit.objects.get(owner=HMIP), planner())
    assert [one.place.code for one in listed(planner("hmpps-contract-management"))] == [EAST_KENT]


def test_a_visit_on_hold_clashes_with_nothing():
    held(first="2026-09-07")
    planned(first="2026-09-14", days=5, body=OSAG)
    assert not Clash.objects.exists()


def test_sharing_tells_the_days_and_ends_what_only_the_blocks_made():
    row = planned(first="2026-09-07", days=5)
    clash_free = announced(first="2026-11-16", days=5, body=OSAG)
    clash = Clash.objects.get()
    assert clash.visit_id == clash_free.pk

    act(visits.share_visit, row, planner())

    clash.refresh_from_db()
    assert clash.state == "gone"


def test_closed_weeks_hold_the_own_body_back_and_are_talked_through_for_a_place():
    facts = {"at": AT, "reason": "The office moves."}
    closures.close_weeks(by=planner(OSAG), of=party(OSAG), span=span("2026-09-01", 30), **facts)
    wrong = refused("visit_clash", planned, first="2026-09-07", days=5, body=OSAG)
    assert "closed" in wrong.why

    row = planned(first="2026-09-07")
    _, own = closures.close_weeks(by=acting_for(KSS), of=party(KSS), span=span("2026-09-01", 30), **facts)
    assert own == 0
    clash = Clash.objects.get(rule="place-closed")
    assert [one.reference for one in listed(planner())] == [clash.reference]
    assert listed(acting_for(KSS), state="any") == ()
    act(clashes.answer_clash, clash, planner(), outcome="moved", reason="A week later.")
    assert clash.state == "settled"
    assert row.state == "planned"

    refused(
        "permission_programme.close",
        closures.close_weeks,
        by=acting_for(KSS),
        of=party("N03"),
        span=span("2026-09-01"),
        **facts,
    )
    refused(
        "permission_programme.close",
        closures.close_weeks,
        by=planner(),
        of=party(KSS),
        span=span("2026-09-01"),
        **facts,
    )


def test_weeks_that_are_opened_again_clash_no_longer():
    planned(first="2026-09-07")
    reference, _ = closures.close_weeks(
        by=acting_for(KSS), at=AT, of=party(KSS), span=span("2026-09-01", 30), reason="The office moves."
    )
    refused("permission_programme.close", closures.open_weeks, by=planner(), at=AT, reference=reference)
    closures.open_weeks(by=acting_for(KSS), at=AT, reference=reference)

    assert Clash.objects.get().state == "gone"
    refused("not_found_closure", closures.open_weeks, by=acting_for(KSS), at=AT, reference=reference)


def test_three_at_once_in_a_region_concern_everyone_with_a_visit_there():
    announced(EAST_KENT, "2026-09-07", days=5, body=OSAG)
    announced("N57SUR", "2026-09-07", days=5, body=OSAG)
    planned("N57KECL", "2026-09-07")

    clash = Clash.objects.get(rule="region-at-once")
    assert sorted(clash.parties.values_list("party_id", flat=True)) == [HMIP, OSAG]
    assert clash_detail(actor=planner(OSAG), reference=clash.reference).line.hidden == 1
    assert shared("N57WSUS", "2027-01-11").first_day == date(2027, 1, 11)
