"""The ways through the service: few at the top, all within reach, and only those that someone can use."""

from __future__ import annotations

import pytest
from django.urls import reverse

from oversight.access.rules import access_table
from oversight.web.navigation import MOST, STAFF, sections_for
from tests.arrangements.pages import page
from tests.factories.arrangements import load_mou
from tests.factories.parties import sign_in

ROLES = access_table().roles.values()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.id)
def test_each_role_has_one_row_and_every_way_that_it_can_use(role):
    shown = sections_for(lambda permission: permission in role.grants)

    ways = [way for section in shown for way in section.ways]
    assert ways == [
        way
        for section in STAFF
        for way in section.ways
        if not way.permission or way.permission in role.grants
    ]
    assert shown[0].text == "Home"
    assert len(shown) <= MOST + (role.id == "sponsorship_officer"), (
        "only the Sponsorship team has a part in everything"
    )
    assert len({section.text for section in shown}) == len(shown)


def test_few_ways_stand_by_themselves_and_a_section_of_one_way_goes_by_its_name():
    few = sections_for(lambda permission: permission == "ledger.see_record")
    assert [section.text for section in few] == ["Home", "Standards", "Effective practice", "Record"]
    osag = access_table().roles["osag_coordinator"].grants
    many = sections_for(lambda permission: permission in osag and not permission.startswith("sfo.see_sample"))
    assert [section.text for section in many if len(section.ways) == 1] == [
        "Home",
        "Independent reviews",
        "Units",
    ]


@pytest.mark.django_db
def test_a_page_shows_its_section_and_where_one_is(client):
    load_mou()
    sign_in(client, "osag_coordinator")

    def told(address):
        shown = page(client, address)
        return (
            [one.text(strip=True) for one in shown.css(".govuk-service-navigation__item--active")],
            [one.attributes["aria-label"] for one in shown.css("nav.app-section")],
            [
                (one.text(strip=True), one.attributes["aria-current"])
                for one in shown.css(".app-section__link[aria-current]")
            ],
        )

    assert told("/home") == (["Home"], [], [])
    assert told("/units") == (["Units"], [], [])
    assert told("/plans") == (["Recommendations"], ["Recommendations"], [("Plans", "page")])
    assert told("/plans/actions") == (["Recommendations"], ["Recommendations"], [("Plans", "true")])
    assert told(reverse("your-account")) == ([], [], [])
