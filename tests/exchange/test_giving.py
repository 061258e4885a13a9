"""Routine supply, shares that end, disposal by two people: taken by the real steps (G2, G3, G5, H4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from oversight.access.rules import access_table
from oversight.arrangements.models import Duty
from oversight.exchange.actions import asking, disposal, holdings, sharing, supplying
from oversight.exchange.models import Copy, DisposalLine, ShareRead, StoredContent, StoredFile, UploadAddress
from oversight.exchange.queries import disposal as runs
from oversight.exchange.queries import sharing as shares
from oversight.exchange.queries.holdings import holding
from oversight.exchange.queries.supplying import machine_at, supplies, supply
from oversight.exchange.rules.disposal import Fate
from oversight.exchange.rules.holdings import Span, Terms
from oversight.exchange.rules.sharing import Shared
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party
from tests.factories import exchange
from tests.factories.exchange import AT, TODAY, UNIT, held, report_pdf, shared, written
from tests.factories.files import CSV, PDF
from tests.factories.parties import acting_as, example_party

pytestmark = pytest.mark.usefixtures("memorandum")


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    return found.value.rule


def day_after(days) -> datetime:
    return AT + timedelta(days)


# Shares


def test_a_report_is_handed_out_marked_to_those_named_and_to_nobody_else():
    osag, hmip = acting_as("osag_lead"), acting_as("hmip_lead_inspector")
    given = shared(osag, parties=["hmip"])
    for role in access_table().roles:
        code = example_party(role)
        by = acting_as(role, code)
        sees = by.may("exchange.see") and code in {"hmip", "hmpps-osag"}
        assert (shares.shares(actor=by, today=TODAY).count == 1) == sees, role
        if not sees:
            assert refused(shares.share, actor=by, share_id=given.pk, today=TODAY) == "not_found_share"
            assert refused(sharing.read_share, by=by, at=AT, share_id=given.pk).startswith(
                ("not_found", "permission")
            )

    read = sharing.read_share(by=hmip, at=AT, share_id=given.pk)

    for _, top, bottom in written(read.content):
        assert top == bottom
        assert f"with HM Inspectorate of Probation. Handed to {hmip.name}, 14 April 2026" in top
    line = shares.share(actor=osag, share_id=given.pk, today=TODAY)
    assert [one.name for one in shares.share_readings(share=line)] == [hmip.name]
    theirs = shares.share(actor=hmip, share_id=given.pk, today=TODAY)
    assert (theirs.read_count, shares.share_readings(share=theirs)) == (None, ())
    assert Entry.objects.filter(verb="exchange.share-read").count() == ShareRead.objects.count() == 1


def test_a_share_ends_by_itself_and_early_and_when_it_is_replaced():
    osag, hmip = acting_as("osag_lead"), acting_as("hmip_planner")
    one = shared(osag, until=TODAY)
    assert shares.shares(actor=hmip, today=TODAY).count == 1
    assert shares.shares(actor=hmip, today=TODAY + timedelta(1)).count == 0
    assert refused(sharing.read_share, by=hmip, at=day_after(1), share_id=one.pk) == "not_found_share"
    assert sharing.read_share(by=osag, at=day_after(1), share_id=one.pk)

    newer = shared(osag, follows=one.pk, title="Audit of a unit, second version")
    one.refresh_from_db()
    assert one.ended_reason == "A newer version replaces it."
    assert refused(sharing.read_share, by=hmip, at=AT, share_id=one.pk) == "not_found_share"
    assert refused(shared, osag, follows=one.pk) == "share_replaced"
    assert refused(
        sharing.end_share, by=acting_as("hmip_lead_inspector"), at=AT, share_id=newer.pk, reason="x"
    ) == ("not_found_share")
    assert refused(sharing.end_share, by=osag, at=AT, share_id=newer.pk, reason=" ") == "text_missing"
    sharing.end_share(by=osag, at=AT, share_id=newer.pk, reason="It is published")
    assert refused(sharing.read_share, by=hmip, at=AT, share_id=newer.pk) == "not_found_share"
    assert refused(sharing.end_share, by=osag, at=AT, share_id=newer.pk, reason="x") == "share_ended"


def test_data_is_shared_under_an_agreement_and_a_report_as_pdf():
    osag = acting_as("osag_lead")
    assert refused(shared, osag, what=Shared.DATA, file_name="a.csv", file=CSV) == "share_agreement"
    assert refused(shared, osag, file_name="a.csv", file=CSV) == "share_report"
    assert refused(shared, osag, parties=["operator"]) == "share_parties"
    assert not StoredFile.objects.exists()
    given = shared(osag, what=Shared.DATA, file_name="a.csv", file=CSV, agreement="DSA 7")
    assert sharing.read_share(by=acting_as("hmip_planner"), at=AT, share_id=given.pk).content == CSV


# Routine supply


def test_each_period_is_a_duty_that_supplying_meets_paragraph_29():
    assurance, hmip = acting_as("data_assurance_officer"), acting_as("hmip_planner")
    found = exchange.supply(assurance)
    page = supply(actor=hmip, supply_id=found.pk, today=TODAY)
    assert [(one.due, one.label) for one in page.periods] == [
        (date(2026, 4, 30), "To come"),
        (date(2026, 7, 30), "To come"),
    ]
    about = f"supply-{found.pk}-2026-01"
    duty = Duty.objects.get(about=about)
    assert (duty.bearer_id, duty.due, duty.met_on) == ("moj-data-assurance", date(2026, 4, 30), None)

    supplying.supply_period(by=assurance, at=AT, supply_id=found.pk, file_name="Q1.pdf", file=PDF)

    duty.refresh_from_db()
    assert duty.met_on == TODAY
    first = supply(actor=hmip, supply_id=found.pk, today=TODAY).periods[0]
    assert holdings.read_copy(by=hmip, at=AT, holding_id=first.holding, number=first.copy).content == PDF
    again = supplying.supply_period(by=assurance, at=AT, supply_id=found.pk, file_name="Q1.pdf", file=PDF)
    assert (again.already, Copy.objects.count()) == (True, 1)
    for role in access_table().roles:
        by = acting_as(role, example_party(role))
        sees = by.may("exchange.see") and by.party in {"hmip", "moj-data-assurance"}
        assert (supplies(actor=by, today=TODAY).count == 1) == sees, role


def test_a_machine_supplies_at_its_address_and_does_nothing_else():
    assurance = acting_as("data_assurance_officer")
    found = exchange.supply(assurance)
    token = supplying.issue_address(by=assurance, at=AT, supply_id=found.pk)
    assert token not in str(list(UploadAddress.objects.values()))
    assert token not in str(list(Entry.objects.values_list("payload", flat=True)))
    machine = machine_at(supply_id=found.pk, token=token, today=TODAY)
    assert machine_at(supply_id=found.pk + 1, token=token, today=TODAY) is None
    assert machine_at(supply_id=found.pk, token=token + "x", today=TODAY) is None

    done = supplying.supply_period(by=machine, at=AT, supply_id=found.pk, file_name="a.csv", file=CSV)

    assert (done.first, done.already) == (date(2026, 1, 1), False)
    assert not machine.may("exchange.see")
    assert not machine.may("exchange.hold", party("hmip"))
    assert machine.parties_over("exchange.dispose") == frozenset()
    later = supplying.issue_address(by=assurance, at=AT, supply_id=found.pk)
    assert machine_at(supply_id=found.pk, token=token, today=TODAY) is None
    supplying.revoke_address(by=assurance, at=AT, supply_id=found.pk)
    assert machine_at(supply_id=found.pk, token=later, today=TODAY) is None
    assert refused(supplying.revoke_address, by=assurance, at=AT, supply_id=found.pk) == "address_none"


def test_a_supply_that_is_stopped_owes_nothing_more():
    assurance = acting_as("data_assurance_officer")
    found = exchange.supply(assurance)
    token = supplying.issue_address(by=assurance, at=AT, supply_id=found.pk)
    for by in (acting_as("hmip_planner"), acting_as("osag_lead")):
        assert refused(supplying.stop_supply, by=by, at=AT, supply_id=found.pk, reason="x") == (
            "permission_exchange.hold"
        )
    supplying.stop_supply(by=assurance, at=AT, supply_id=found.pk, reason="Nobody uses it")
    assert Duty.objects.get(about=f"supply-{found.pk}-2026-04").withdrawn
    assert machine_at(supply_id=found.pk, token=token, today=TODAY) is None
    assert (
        refused(supplying.supply_period, by=assurance, at=AT, supply_id=found.pk, file_name="a.csv", file=CSV)
        == "supply_stopped"
    )


# Disposal


def test_what_is_due_goes_by_two_people_and_its_row_and_digest_stay():
    later = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    head, rpd = acting_as("head_of_pdu", UNIT), acting_as("regional_probation_director", "N57")
    second = acting_as("regional_probation_director", "N57")
    short = {"retain_until": date(2026, 5, 31), "file_name": "a.pdf"}
    gone = held(head, **short, file=report_pdf(1))
    same = held(head, **short, kind="risk-register", file=PDF)
    twin = held(head, kind="performance-figures", file=PDF)
    stopped = held(head, **short, kind="earlier-plan", file=report_pdf(2))
    chosen = held(head, **short, kind="complaints", span=Span(TODAY, TODAY), file=report_pdf(3))
    disposal.place_hold(by=rpd, at=AT, holding_id=stopped.pk, reason="An inquest")
    assert refused(disposal.place_hold, by=rpd, at=AT, holding_id=stopped.pk, reason="x") == "hold_once"
    assert refused(disposal.propose_run, by=rpd, at=AT, owner=party(UNIT)) == "disposal_nothing"
    assert runs.owners_with_due(actor=rpd, today=later.date()) == ((party(UNIT), 3),)

    run = disposal.propose_run(by=rpd, at=later, owner=party(UNIT))

    _, items = runs.run(actor=second, run_id=run)
    assert {one.holding for one in items} == {gone.pk, same.pk, chosen.pk}
    assert refused(disposal.propose_run, by=rpd, at=later, owner=party(UNIT)) == "disposal_waiting"
    assert (
        refused(disposal.approve_run, by=rpd, at=later, run_id=run, keep={}) == "permission_disposal_second"
    )
    for by in (head, acting_as("regional_probation_director", "N56"), acting_as("osag_lead")):
        assert refused(disposal.approve_run, by=by, at=later, run_id=run, keep={}).startswith("permission")
    keep = {one.id: "An auditor asked for it" for one in items if one.holding == chosen.pk}
    assert disposal.approve_run(by=second, at=later, run_id=run, keep=keep) == 2

    fates = {one.copy.holding_id: one for one in DisposalLine.objects.select_related("copy")}
    assert (fates[gone.pk].fate, fates[gone.pk].bytes_gone) == (Fate.GONE, True)
    assert (fates[same.pk].fate, fates[same.pk].bytes_gone) == (Fate.GONE, False)
    assert (fates[chosen.pk].fate, fates[chosen.pk].reason) == (Fate.KEPT, "An auditor asked for it")
    assert len(fates[gone.pk].digest) == 64
    assert StoredContent.objects.get(pk=fates[gone.pk].digest).content is None
    assert refused(holdings.read_copy, by=head, at=later, holding_id=gone.pk, number=1) == "file_disposed"
    assert holdings.read_copy(by=head, at=later, holding_id=twin.pk, number=1).content == PDF
    assert holding(actor=head, holding_id=gone.pk).line.gone
    assert refused(disposal.approve_run, by=second, at=later, run_id=run, keep={}) == "workflow_state"
    disposal.lift_hold(by=rpd, at=later, holding_id=stopped.pk, reason="The inquest is over")
    assert dict(runs.owners_with_due(actor=rpd, today=later.date())) == {party(UNIT): 2}


def test_a_list_may_be_withdrawn_and_a_hold_placed_meanwhile_stops_it():
    later = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    rpd, second = (acting_as("regional_probation_director", "N57") for _ in range(2))
    item = held(acting_as("head_of_pdu", UNIT), retain_until=date(2026, 5, 31), terms=Terms.OPEN)
    asking.reuse(by=acting_as("osag_lead"), at=AT, holding_id=item.pk, purpose="x")
    run = disposal.propose_run(by=rpd, at=later, owner=party(UNIT))
    assert refused(disposal.withdraw_run, by=rpd, at=later, run_id=run, reason=" ") == "text_missing"
    disposal.withdraw_run(by=rpd, at=later, run_id=run, reason="Not yet")
    run = disposal.propose_run(by=rpd, at=later, owner=party(UNIT))
    disposal.place_hold(by=second, at=later, holding_id=item.pk, reason="An inquest")
    assert disposal.approve_run(by=second, at=later, run_id=run, keep={}) == 0
    assert DisposalLine.objects.get(run=run).reason == "A hold stops it: An inquest"
    assert not item.copies.get().gone_at
