"""What those with a small part see, and those with none: a provider, another department, the operator."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from oversight.arrangements.models import Duty
from oversight.arrangements.views import duties as views
from oversight.kernel.calendars import coverage
from tests.arrangements.pages import happen, listed, page, said, stand_on
from tests.factories.arrangements import load_mou
from tests.factories.parties import example_party, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(monkeypatch, db):
    load_mou()
    stand_on(monkeypatch, "2026-01-12")

    def signed_in(role: str, party: str = "") -> Client:
        client = Client()
        sign_in(client, role, party)
        return client

    return signed_in


def test_a_provider_sees_what_is_owed_to_it_and_records_nothing(signed):
    provider = example_party("provider_representative")
    happen(
        "contract_period_ended",
        "2026-01-05",
        by="hmpps-contract-management",
        about="ACC Q3",
        addressee=provider,
    )

    home = page(signed("provider_representative"), "/home")

    assert listed(home, "owed") == ["Assess the commissioned service's performance: ACC Q3"]
    assert "Record something that happened" not in said(home)
    assert signed("provider_representative").get("/events/record").status_code == 403


def test_a_department_answers_the_recommendation_made_to_it_and_sees_no_other(signed):
    for addressee in ("home-office", "dwp"):
        happen(
            "recommendation_made",
            "2026-01-05",
            kind="thematic",
            about=f"R-{addressee}",
            addressee=addressee,
        )
    client = signed("department_officer", "home-office")

    home = page(client, "/home")

    assert listed(home, "owe") == ["Consider and answer the recommendation: R-home-office"]
    other = Duty.objects.get(arrangement="24-respond", bearer__code="dwp")
    assert client.get(f"/duties/{other.pk}").status_code == 404


def test_the_operator_has_no_duties_and_a_home_that_still_makes_sense(signed):
    client = signed("service_operator")

    told = said(page(client, "/home"))

    assert "Your role has no part in the duties of the arrangements" in told
    assert "People" in told
    assert client.get("/duties").status_code == 403


@pytest.mark.parametrize(
    ("day", "warned"), [(date(2026, 1, 12), False), (date(2050, 1, 1), True)], ids=["held", "run out"]
)
def test_the_operator_alone_is_told_when_bank_holidays_run_out(signed, monkeypatch, day, warned):
    monkeypatch.setattr(views, "coverage", lambda calendar, _: coverage(calendar, day))

    assert ("Bank holidays of" in said(page(signed("service_operator"), "/home"))) is warned
    assert "Bank holidays of" not in said(page(signed("osag_coordinator"), "/home"))


def test_a_unit_on_a_past_day_has_the_name_it_had_and_the_reports_known_by_then(signed):
    from oversight.access.queries import COMMAND
    from oversight.publication.actions import load_shipped_history
    from tests.factories.parties import AT

    load_shipped_history(by=COMMAND, at=AT)
    client = signed("osag_coordinator")

    now = page(client, "/units/N57WSUS")
    then = page(client, "/units/N57WSUS?on=1/1/2020")

    assert "Ratings by HM Inspectorate of Probation" in said(now)
    assert now.css("#ratings ~ .oversight-scroll tbody tr, section[aria-labelledby=ratings] tbody tr") != []
    assert "No published inspection" in said(then)
    assert "As it stood on 1 January 2020" in said(then)


def test_a_wrong_day_is_told_beside_its_field_and_the_unit_is_shown_as_of_today(signed):
    tree = page(signed("osag_coordinator"), "/units/N57EKNT?on=31/2/2026", 422)

    assert "Enter a real day" in said(tree)
    assert tree.css_first("[name=on]").attributes["value"] == "31/2/2026"
    assert "East Kent" in said(tree)


def test_any_organisation_has_a_page_and_an_unknown_code_has_none(signed):
    client = signed("osag_coordinator")

    assert "Ratings by" not in said(page(client, "/units/hmip"))
    assert "There is no party called" in said(page(client, "/units/N99", 404))


def test_the_page_of_a_region_lists_its_units(signed):
    assert "East Kent" in said(page(signed("osag_coordinator"), "/units/N57"))
