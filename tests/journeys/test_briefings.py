"""Briefings as the team, the ministers' office and the public meet them (D10, D11, ¶20, ¶21)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot


def look(page, name=""):
    expect(page.locator("h1")).to_have_count(1)
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def test_the_team_goes_from_an_alert_to_a_briefing_that_waits_for_clearance(page, site, sign_in_as):
    sign_in_as(page, "sponsorship_officer")
    page.get_by_role("link", name="Alert about a risk to a person").first.click()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    look(page, "briefing-alert")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Say now whether ministers are to be briefed.")).to_be_visible()
    page.get_by_role("button", name="Start a briefing").click()
    expect(page.locator("h1")).to_have_text("Start a briefing")
    page.get_by_role("button", name="Start it").click()
    page.get_by_role("button", name="Write the text").click()
    expect(page.locator("h1")).to_have_text("Write the briefing")
    page.get_by_label("What ministers need to know").fill("An alert was raised.")
    page.get_by_label("What ministers are asked to decide").fill("Nothing: this is to note.")
    look(page, "briefing-write")
    page.get_by_role("button", name="Save the text").click()
    page.get_by_role("button", name="Send for clearance").click()
    expect(page.locator("h1")).to_have_text("Send the briefing for clearance")
    page.get_by_role("button", name="Send it for clearance").click()
    expect(page.get_by_text("You wrote this briefing or sent it for clearance.")).to_be_visible()
    look(page, "briefing")
    page.goto(f"{site}/sponsorship-alerts")
    look(page, "briefing-alerts")


def test_the_office_reads_and_decides_on_a_phone(phone, site, sign_in_as, faults):
    faults.expected.add(422)
    sign_in_as(phone, "ministers_office")
    phone.get_by_role("link", name="Read the briefing").click()
    expect(phone.get_by_text("It is recorded that you read it.")).to_be_visible()
    look(phone, "briefing-copy-on-a-phone")
    phone.get_by_role("button", name="Record what was decided").click()
    expect(phone.locator("h1")).to_have_text("Record what was decided")
    phone.get_by_role("button", name="Record it").click()
    expect(phone.get_by_text("There is a problem")).to_be_visible()
    look(phone)
    phone.get_by_label("What was decided?").fill("Noted.")
    phone.get_by_label("Who decided?").fill("Minister of State")
    phone.get_by_role("button", name="Record it").click()
    expect(phone.get_by_text("The decision is recorded.")).to_be_visible()
    phone.goto(f"{site}/what-changed")
    expect(phone.get_by_role("heading", name="Reviews of risk follow")).to_be_visible()
    look(phone, "what-changed-on-a-phone")
