"""Contracts carried through a missed level, a lever, a change, a dispute and a concern (B3, ¶13, ¶25)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from oversight.access.queries import acting_by_command
from oversight.access.rules import access_table
from oversight.arrangements.models import Duty
from oversight.delivery.actions import contracts as acts
from oversight.delivery.actions import matters
from oversight.delivery.models import Contract, ContractListing, Matter
from oversight.delivery.queries.contract_facts import ContractFilter
from oversight.delivery.queries.contracts import contract, contracts, matter, period
from oversight.delivery.rules.contracts import MatterKind
from oversight.exchange.models import Holding
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.models import CrsListing
from oversight.parties.queries import parties_by_code
from oversight.parties.rules.reference import SERVICES, packaged_files
from oversight.web.command_line.history import import_
from tests.factories.delivery import (
    AT,
    CONTRACT,
    FIRST,
    IN_HOUSE,
    LEVELS,
    TODAY,
    contracts_loaded,
    missed,
    raised,
    stepped,
)
from tests.factories.parties import acting_as, example_party

pytestmark = pytest.mark.usefixtures("memorandum")
DUE = TODAY + timedelta(days=28)


def refused(call, *given, **more) -> str:
    with pytest.raises(Refused) as found:
        call(*given, **more)
    return found.value.rule


def region_of(reference=CONTRACT) -> str:
    return ContractListing.objects.get(contract__reference=reference).region_id


def director(reference=CONTRACT):
    return acting_as("regional_probation_director", region_of(reference))


# Loading


def test_all_196_real_listings_are_of_a_contract_and_again_changes_nothing():
    contracts_loaded()

    assert ContractListing.objects.count() == CrsListing.objects.count() == 196
    assert Contract.objects.count() == 164
    assert Contract.objects.filter(in_house=True).count() == 3
    big = contract(actor=acting_as("contract_manager"), reference="DN671065", page=1)
    assert len(big.services) == 20
    assert {one.area for one in big.services} == {"Greater Manchester"}
    entries = Entry.objects.count()
    loaded = acts.load_contracts(by=acting_by_command("setup"), at=AT)
    assert (loaded.contracts, loaded.listings, loaded.changed) == ((), (), ())
    assert Entry.objects.count() == entries
    for role in ("contract_manager", "hmpps_officer"):
        assert refused(acts.load_contracts, by=acting_as(role), at=AT).startswith("permission")


def test_the_command_imports_all_rows_or_none_and_says_what_is_wrong_by_row(tmp_path):
    text = packaged_files()[SERVICES]
    first = text.splitlines()[1]
    more = first.replace("CCS_0001", "PRJ_99999").replace(
        "Women's Services for London (north)", "A new service"
    )
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(f"{text.rstrip()}\n{more}\n")
    bad.write_text(f"{text.rstrip()}\n{more}\n{more.replace('London', 'Atlantis', 1)}\n")
    contracts_loaded()

    def run(*arguments):
        return CliRunner().invoke(import_, ["contracts", *map(str, arguments)])

    told = run(bad)
    assert told.exit_code == 1
    assert "line 199, area: “Atlantis”" in told.stderr
    assert "line 199, contract_reference" in told.stderr
    assert "1 row cannot be accepted" in told.stderr
    assert run(good, "--dry-run").stdout.splitlines() == ["contract\tPRJ_99999", "listing\tPRJ_99999"]
    assert not Contract.objects.filter(reference="PRJ_99999").exists()
    assert run(good).exit_code == 0
    assert Contract.objects.get(reference="PRJ_99999").title == "A new service"
    assert run(good).stdout == ""


# A contract through everything


def test_a_missed_level_is_assessed_given_on_and_answered_with_a_lever():
    row = missed()
    by, commercial = acting_as("contract_manager"), acting_as("commercial_contract_manager")
    reference = f"{CONTRACT}-2026-01"
    owed = Duty.objects.get(about=reference, arrangement="13-monitor-contract")
    assert (owed.bearer_id, owed.met_on) == ("hmpps-contract-management", None)
    team = acting_as("performance_quality_officer")
    acts.give_contract_input(by=team, at=AT, period_id=row.pk, text="Referrals come late too.")
    assert Duty.objects.get(about=reference, arrangement="13-regional-input").met_on == TODAY
    assert (
        refused(acts.give_contract_input, by=team, at=AT, period_id=row.pk, text="Again.") == "contract_input"
    )
    acts.assess_period(by=by, at=AT, period_id=row.pk, account="Missed by nine points.")

    owed.refresh_from_db()
    assert owed.met_on == TODAY
    assert Duty.objects.get(about=reference, arrangement="30-give-assessment").met_on == TODAY
    assert Holding.objects.get(kind="contract-assessment").owner_id == "hmpps-contract-management"
    assert refused(acts.enter_levels, by=by, at=AT, period_id=row.pk, figures=LEVELS) == "contract_assessed"
    found = period(actor=by, period_id=row.pk)
    assert (found.missed, [str(one.standing) for one in found.levels]) == (1, ["missed", "met", "met"])

    lever = raised(MatterKind.LEVER, by, period_id=row.pk)
    assert refused(stepped, lever, "serve", by, due=DUE) == "workflow_state"
    assert refused(stepped, lever, "authorise", by) == "workflow_role"
    stepped(lever, "authorise", commercial, account="The clause applies.")
    assert refused(stepped, lever, "serve", by) == "contract_due"
    assert stepped(lever, "serve", by, due=DUE).due == DUE
    stepped(lever, "record_cure", by, account="Two more staff since May.")
    stepped(lever, "reject_cure", by, due=DUE + timedelta(14))
    stepped(lever, "record_cure", by)
    stepped(lever, "accept_cure", by)
    assert (lever.state, lever.ended, lever.due) == ("cured", True, DUE + timedelta(14))
    stale = {"by": by, "at": AT, "reference": lever.reference, "revision": 1, "move": "withdraw"}
    assert refused(matters.take_matter_step, **stale, account="No.") == "stale_matter"
    told = contract(actor=by, reference=CONTRACT, page=1).timeline
    assert len(told) == 3 + 7
    assert {one.what for one in told} >= {"Period ended", "Performance assessed", "Lever: cured"}


def test_a_change_and_a_dispute_are_duties_until_they_are_settled():
    by, commercial = acting_as("contract_manager"), acting_as("commercial_contract_manager")
    change, dispute = raised(MatterKind.CHANGE, by), raised(MatterKind.DISPUTE, by)

    def met(row, arrangement):
        found = Duty.objects.get(about=row.reference, arrangement=arrangement)
        assert found.bearer_id == "hmpps-contract-management"
        return found.met_on

    assert met(change, "13-settle-contract-change") is met(dispute, "13-resolve-contract-dispute") is None
    for move, who in (
        ("assess_impact", by),
        ("approve", commercial),
        ("vary", commercial),
        ("take_effect", by),
    ):
        stepped(change, move, who)
    for move, who in (
        ("hand_over", by),
        ("escalate", commercial),
        ("decide", acting_as("hmpps_officer")),
        ("resolve", commercial),
    ):
        stepped(dispute, move, who)
    assert met(change, "13-settle-contract-change") == met(dispute, "13-resolve-contract-dispute") == TODAY
    second = raised(MatterKind.CHANGE, by)
    assert second.reference == f"{CONTRACT}-CHANGE-2"
    stepped(second, "withdraw", by)
    assert met(second, "13-settle-contract-change") == TODAY


def test_the_director_of_the_region_and_nobody_else_raises_a_concern_and_closes_it():
    contracts_loaded()
    mine, by = director(), acting_as("contract_manager")
    elsewhere = acting_as("regional_probation_director", "N03" if region_of() != "N03" else "N07")
    given = {"at": AT, "contract": CONTRACT, "kind": MatterKind.CONCERN, "title": "T", "text": "X"}
    assert refused(matters.raise_matter, by=elsewhere, **given).startswith("not_found")
    assert refused(matters.raise_matter, by=by, **given) == "contract_raise"
    concern = raised(MatterKind.CONCERN, mine)
    assert refused(stepped, concern, "answer", mine) == "workflow_role"
    assert refused(stepped, concern, "answer", acting_as("chief_probation_officer")) == "contract_answer"
    stepped(concern, "answer", by, account="They changed their rota.")
    assert refused(stepped, concern, "address", elsewhere).startswith("not_found")
    stepped(concern, "ask_again", mine)
    stepped(concern, "answer", by)
    assert stepped(concern, "address", mine).ended


def test_an_in_house_provider_has_line_management_instead_of_levers():
    row = missed(reference=IN_HOUSE, role="chief_probation_officer")
    chief, by = acting_as("chief_probation_officer"), acting_as("contract_manager")
    for kind in (MatterKind.LEVER, MatterKind.CHANGE, MatterKind.DISPUTE):
        given = {"at": AT, "contract": IN_HOUSE, "kind": kind, "title": "T", "text": "X"}
        assert refused(matters.raise_matter, by=by, **given) == "contract_in_house"
    assert refused(acts.enter_levels, by=by, at=AT, period_id=row.pk, figures=LEVELS) == "contract_manager"
    acts.assess_period(by=chief, at=AT, period_id=row.pk, account="Ours to mend.")
    assert not Duty.objects.filter(arrangement="13-monitor-contract").exists()
    action = raised(MatterKind.LINE, chief, contract=IN_HOUSE)
    stepped(action, "report", director(IN_HOUSE))
    assert stepped(action, "close", chief).ended
    assert refused(raised, MatterKind.LINE, chief) == "contract_in_house"


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"text": ""}, {"lever": "fine"}, {"clause": " "}, {"period_id": 10**6}],
)
def test_a_lever_needs_its_kind_its_clause_and_a_period_of_its_own_contract(wrong):
    rule = refused(raised, MatterKind.LEVER, **wrong)

    assert rule in {"matter_missing", "text_missing", "not_found_period"}
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("first", "why"),
    [(date(2026, 2, 1), "begins"), (date(2026, 4, 1), "ended"), (FIRST, "already")],
)
def test_a_period_is_a_quarter_that_ended_opened_once(first, why):
    missed()
    with pytest.raises(Refused, match=why):
        acts.open_period(by=acting_as("contract_manager"), at=AT, reference=CONTRACT, first=first)


def test_a_period_is_assessed_once_every_level_is_there():
    contracts_loaded()
    by = acting_as("contract_manager")
    made = acts.open_period(by=by, at=AT, reference=CONTRACT, first=FIRST)
    assert refused(acts.assess_period, by=by, at=AT, period_id=made, account="Well.") == "contract_levels"
    assert acts.enter_levels(by=by, at=AT, period_id=made, figures=LEVELS) == 3
    assert acts.enter_levels(by=by, at=AT, period_id=made, figures=LEVELS) == 0
    again = {"crs-outcomes": LEVELS["crs-outcomes"] + 1}
    assert acts.enter_levels(by=by, at=AT, period_id=made, figures=again) == 1
    assert period(actor=by, period_id=made).levels[2].before == (LEVELS["crs-outcomes"],)


# Who sees what


def test_who_sees_a_contract_and_what_happens_on_it():
    lever = raised(MatterKind.LEVER)
    here = region_of()
    whole = {
        "contract_manager",
        "commercial_contract_manager",
        "performance_quality_officer",
        "chief_probation_officer",
        "hmpps_officer",
        "moj_commissioner",
    }
    for role in access_table().roles:
        by = acting_as(role, example_party(role))
        sees = role in whole or (role == "regional_probation_director" and by.party == here)
        assert (contracts(actor=by, chosen=ContractFilter(text=CONTRACT), page=1).count == 1) == sees, role
        if not sees:
            assert refused(contract, actor=by, reference=CONTRACT, page=1) == "not_found_contract"
            assert refused(matter, actor=by, reference=lever.reference) == "not_found_matter"


def test_the_list_is_narrowed():
    contracts_loaded()
    by = acting_as("contract_manager")

    def count(**chosen):
        return contracts(actor=by, chosen=ContractFilter(**chosen), page=99).count

    everything = count()
    assert everything == 164
    assert 0 < count(open=True) < everything
    assert count(kind="Accommodation") == 18
    assert count(region="N50") + count(region="N07") < everything
    assert count(text="ingeus") > 10
    assert count(matters=True) == 0
    raised(MatterKind.DISPUTE)
    assert count(matters=True) == 1
    assert parties_by_code()[region_of()].kind == "region"
