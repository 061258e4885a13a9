"""What a region and its units see: their own, and nothing of another's (H4, independence)."""

from __future__ import annotations

import pytest
from django.test import Client

from oversight.arrangements.models import Duty, Event
from tests.arrangements.pages import cells, happen, listed, page, rows, said, stand_on
from tests.factories.arrangements import load_mou
from tests.factories.parties import sign_in

pytestmark = pytest.mark.django_db

HERE, THERE, BESIDE = "N57EKNT", "N56NOSU", "N57KECL"


@pytest.fixture
def reports(db) -> dict[str, int]:
    """A final report on a unit here, on one of another region and on one beside it, by the unit's code."""
    load_mou()
    return {
        unit: happen("final_report_issued", "2026-01-05", kind="core", about=f"CORE-{unit}", unit=unit).id
        for unit in (HERE, THERE, BESIDE)
    }


@pytest.fixture
def signed(monkeypatch):
    stand_on(monkeypatch, "2026-01-12")

    def signed_in(role: str, party: str = "") -> Client:
        client = Client()
        sign_in(client, role, party)
        return client

    return signed_in


def titles(client) -> set[str]:
    return {row["about"] for row in cells(client.get("/duties.csv?state=any"))}


def duty_of(unit: str) -> Duty:
    return Duty.objects.get(arrangement="24-prepare-plan", bearer__code=unit)


@pytest.mark.parametrize(
    ("role", "party", "expected"),
    [
        ("head_of_pdu", HERE, {HERE}),
        ("regional_probation_director", "N57", {HERE, BESIDE}),
        ("regional_probation_director", "N56", {THERE}),
        ("contract_manager", "", set()),
        ("provider_representative", "", set()),
        ("osag_coordinator", "", {HERE, THERE, BESIDE}),
        ("hmip_lead_inspector", "", {HERE, THERE, BESIDE}),
        ("sponsorship_officer", "", {HERE, THERE, BESIDE}),
        ("auditor", "", {HERE, THERE, BESIDE}),
    ],
)
def test_each_sees_its_own_and_the_overseers_see_all(reports, signed, role, party, expected):
    client = signed(role, party)

    assert titles(client) == {f"CORE-{unit}" for unit in expected}
    for unit in (HERE, THERE, BESIDE):
        status = 200 if unit in expected else 404
        assert client.get(f"/duties/{duty_of(unit).pk}").status_code == status
        assert client.get(f"/events/{reports[unit]}").status_code == status
        found = page(client, f"/duties?text=CORE-{unit}&state=any")
        assert ("No duty fits these filters" in said(found)) == (unit not in expected)


def test_what_another_owes_is_refused_as_if_it_were_not_there(reports, signed):
    client = signed("contract_manager")

    there = said(page(client, f"/duties/{duty_of(HERE).pk}", 404))
    nowhere = said(page(client, f"/duties/{10**6}", 404))

    assert there == nowhere


def test_an_event_one_sees_does_not_show_duties_one_does_not_see(signed, db):
    """Contract management told of a change; who has acknowledged it is between the signatories."""
    load_mou()
    told = happen("change_notified", "2026-01-05", by="hmpps-contract-management", about="Form 7")
    assert {duty.bearer_id for duty in Duty.objects.all()} == {"hmip", "moj-sponsorship"}

    tree = page(signed("contract_manager"), f"/events/{told.id}")

    assert tree.css(".app-duties__item") == []
    assert "No duty that you may see." in said(tree)
    assert len(page(signed("hmip_lead_inspector"), f"/events/{told.id}").css(".app-duties__item")) == 2


def test_a_head_of_unit_submits_the_plan_and_the_region_sees_it_met(reports, signed):
    head, director = signed("head_of_pdu", HERE), signed("regional_probation_director", "N57")
    assert listed(page(head, "/home"), "owe") == ["Submit the action plan: East Kent, CORE-N57EKNT"]

    given = {
        "event": "action_plan_submitted",
        "kind": "core",
        "about": f"CORE-{HERE}",
        "unit": HERE,
        "on": "12/1/2026",
        "note": "",
        "step": "record",
    }
    head.post("/events/record", given)

    assert Event.objects.latest("pk").recorder_id == HERE
    assert "Submit the action plan: East Kent" not in " ".join(listed(page(director, "/home"), "owe"))
    met = cells(director.get("/duties.csv?state=met"))
    assert {row["owed_by"] for row in met} == {"East Kent", "Kent, Surrey and Sussex"}


def test_a_head_of_unit_cannot_speak_for_another_unit(reports, signed):
    head = signed("head_of_pdu", BESIDE)
    before = Event.objects.count()

    response = head.post(
        "/events/record",
        {
            "event": "action_plan_submitted",
            "kind": "core",
            "about": f"CORE-{HERE}",
            "unit": HERE,
            "on": "12/1/2026",
            "note": "",
            "step": "record",
        },
    )

    assert "is not entitled to say that this happened" in response.content.decode()
    assert Event.objects.count() == before


def test_suggestions_name_only_what_i_may_see(reports, signed):
    tree = page(signed("head_of_pdu", HERE), "/events/record?event=action_plan_submitted")

    offered = [option.attributes["value"] for option in tree.css("#references option")]
    assert offered == [f"CORE-{HERE}"]


def test_the_page_of_a_unit_shows_only_the_duties_one_may_see(reports, signed):
    mine = page(signed("head_of_pdu", HERE), f"/units/{HERE}")
    others = page(signed("head_of_pdu", BESIDE), f"/units/{HERE}")

    assert any("CORE-N57EKNT" in title for title in listed(mine, "coming-up"))
    assert listed(others, "coming-up") == []
    assert "No open duty that you may see concerns East Kent." in said(others)


def test_a_head_of_unit_has_no_part_in_adherence_figures(signed, db):
    load_mou()

    assert signed("head_of_pdu", HERE).get("/adherence").status_code == 403
    assert signed("head_of_pdu", HERE).get("/adherence.csv").status_code == 403


def test_a_region_sees_its_units_in_the_register(reports, signed):
    shown = rows(page(signed("regional_probation_director", "N57"), "/duties"))

    assert {row[3] for row in shown} >= {"East Kent", "West Kent", "Kent, Surrey and Sussex"}
