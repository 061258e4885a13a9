"""People keep their account, parties keep their people, staff look up units, anyone reads who may do what."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.harness.browser import check_accessible, check_no_sideways_scroll


def check_page(page):
    check_accessible(page)
    check_no_sideways_scroll(page)


def test_anyone_reads_who_may_do_what_before_signing_in(every_page, site):
    every_page.goto(f"{site}/how-oversight-works/access")
    expect(every_page.locator("body")).to_contain_text("sets its inspection standards independently")
    check_page(every_page)

    for name in (
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_inactive",
    ):
        every_page.goto(f"{site}{reverse(name)}")
        check_page(every_page)
    every_page.goto(f"{site}/account/password/new/1-abc")
    expect(every_page.locator("body")).to_contain_text("This link no longer works")
    check_page(every_page)


def test_a_wrong_password_is_told_beside_the_field(every_page, site):
    every_page.goto(f"{site}/account/sign-in")
    every_page.get_by_label("Email address").fill("ada@example.org")
    every_page.get_by_role("textbox", name="Password").fill("wrong")
    every_page.get_by_role("button", name="Sign in").click()

    expect(every_page.locator("body")).to_contain_text("Email address or password is incorrect")
    check_page(every_page)


def test_a_lead_adds_a_person_and_sets_their_last_day(every_page, site, sign_in_as, faults):
    faults.expected.add(422)
    sign_in_as(every_page, "osag_lead")
    every_page.goto(f"{site}/people")
    check_page(every_page)
    every_page.get_by_role("button", name="Add a person").click()
    check_page(every_page)

    every_page.get_by_role("button", name="Add person").click()
    expect(every_page.get_by_role("link", name="Enter their full name")).to_be_visible()
    check_page(every_page)
    every_page.get_by_label("Full name").fill("Grace Example")
    every_page.get_by_label("Email address").fill("grace@example.org")
    every_page.get_by_label("Role").select_option("osag_coordinator")
    every_page.get_by_role("button", name="Add person").click()
    expect(every_page.locator("body")).to_contain_text("Grace Example now acts for")
    check_page(every_page)

    every_page.get_by_role("link", name="Set last day of Grace Example").click()
    check_page(every_page)
    every_page.get_by_label("Last day").fill("31/12/2098")
    every_page.get_by_role("button", name="Set last day").click()
    expect(every_page.locator("body")).to_contain_text("31 December 2098")


def test_one_keeps_one_s_account(every_page, site, sign_in_as):
    sign_in_as(every_page, "hmip_planner")
    for name in ("your-account", "acting-as", "account_set_password", "mfa_index", "account_logout"):
        every_page.goto(f"{site}{reverse(name)}")
        check_page(every_page)


def test_a_password_then_a_second_step(page, site, sign_in_as):
    sign_in_as(page, "hmip_planner")
    page.goto(f"{site}/account/password/set")
    page.get_by_role("textbox", name="New password", exact=True).fill("three random words")
    page.get_by_role("textbox", name="New password again").fill("three random words")
    page.get_by_role("button", name="Set password").click()

    page.goto(f"{site}/account/password/change")
    check_page(page)
    page.goto(f"{site}/account/two-step/app/on")
    expect(page.locator("body")).to_contain_text("Confirm that it is you")
    check_page(page)
    page.get_by_role("textbox", name="Password").fill("three random words")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Turn on two-step verification")).to_be_visible()
    check_page(page)


def test_staff_find_a_unit(every_page, site, sign_in_as, faults):
    faults.expected.add(422)
    sign_in_as(every_page, "osag_coordinator")
    every_page.goto(f"{site}/units")
    check_page(every_page)

    every_page.get_by_label("Name or code").fill("staffordshire")
    every_page.get_by_role("button", name="Show").click()
    expect(every_page.locator("body")).to_contain_text("3 found")
    every_page.get_by_role("link", name="Staffordshire and Stoke").click()
    expect(every_page.locator("body")).to_contain_text("Closed in December 2024")
    check_page(every_page)

    every_page.goto(f"{site}/units?text=atlantis")
    check_page(every_page)
    every_page.goto(f"{site}/units?region=N99")
    check_page(every_page)


@pytest.mark.parametrize("role", ["osag_coordinator", "head_of_pdu"])
def test_a_refusal_teaches(page, site, sign_in_as, faults, role):
    faults.expected.add(403)
    sign_in_as(page, role)

    page.goto(f"{site}/people")

    expect(page.get_by_role("heading", name="Who can")).to_be_visible()
    check_page(page)
