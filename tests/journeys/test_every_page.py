"""Every page as those who come to it see it: accessible, no wider than a phone, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from oversight.arrangements.models import Duty, DutyQuery, Event
from oversight.publication.queries.reports import latest
from tests.harness.browser import check_accessible, check_no_sideways_scroll

PUBLIC = [
    "/",
    "/search?q=kent",
    "/search?q=nothing+of+that+name",
    "/areas",
    "/areas/national",
    "/areas/N57",
    "/areas/N57EKNT",
    "/areas/N52STST",
    "/reports",
    "/reports?region=N57&sort=area",
    "/data",
    "/how-oversight-works",
    "/how-oversight-works/paragraphs",
    "/how-oversight-works/access",
    "/how-oversight-works/processes/factual-accuracy-check",
    "/accessibility",
    "/cookies",
    "/sign-in",
    "/account/sign-in",
]
STAFF = {
    "osag_coordinator": [
        "/home",
        "/duties",
        "/duties?state=missed&owed_by=hmpps-osag",
        "/duties/timeline",
        "/events/record",
        "/adherence",
        "/queries",
        "/arrangements",
        "/arrangements/27-submit-plan",
        "/arrangements/versions",
        "/units",
        "/units/N57EKNT",
        "/units/N57",
        "/account",
    ],
    "hmip_publications": ["/home", "/import/history", "/people"],
    "head_of_pdu": ["/home", "/duties", "/units/N57EKNT?on=2024-06-01"],
    "sponsorship_officer": ["/home", "/adherence", "/people", "/record"],
    "provider_representative": ["/home", "/duties"],
    "service_operator": ["/home", "/record/checkpoints"],
}
REFUSED = {"/no-such-page": 404, "/areas/no-such-area": 404, "/reports/no-such-report": 404}


def look(page, address):
    page.goto(address)
    assert page.locator("h1").count() == 1, f"{address} has {page.locator('h1').count()} main headings"
    check_accessible(page)
    check_no_sideways_scroll(page)


def test_pages_of_the_public_register(every_page, site, faults):
    addresses = [*PUBLIC, f"/reports/{latest(limit=1)[0].reference}"]
    for address in addresses:
        look(every_page, f"{site}{address}")


def test_pages_that_say_no(every_page, site, faults):
    faults.expected |= set(REFUSED.values())
    for address in REFUSED:
        look(every_page, f"{site}{address}")


@pytest.mark.parametrize("role", sorted(STAFF))
def test_pages_of_staff(every_page, site, sign_in_as, role):
    sign_in_as(every_page, role)
    addresses = list(STAFF[role])
    if role == "osag_coordinator":
        question = DutyQuery.objects.order_by("id").first()
        addresses += [
            f"/duties/{Duty.objects.order_by('id').first().pk}",
            f"/duties/{question.duty_id}",
            f"/queries/{question.pk}",
            f"/events/{Event.objects.order_by('id').first().pk}",
        ]
    for address in addresses:
        look(every_page, f"{site}{address}")


def test_a_role_that_may_not_is_told_who_can(every_page, site, sign_in_as, faults):
    sign_in_as(every_page, "osag_coordinator")
    faults.expected |= {403}
    look(every_page, f"{site}/import/history")
    expect(every_page.locator("main")).to_contain_text("HM Inspectorate of Probation")
