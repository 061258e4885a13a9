"""Recommendations and plans as those who answer, verify and coordinate them see them (E1 to E6)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

RECOMMENDATION = "recommendations/DEMO-2024-EAST-KENT-R1"
PLAN = "plans/PLAN-DEMO-2024-EAST-KENT"


def look(page, address, name=""):
    page.goto(address)
    assert page.locator("h1").count() == 1
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def test_the_unit_writes_its_plan_and_sends_it_for_advice(every_page, site, sign_in_as):
    page = sign_in_as(every_page, "head_of_pdu")
    look(page, f"{site}/recommendations", "recommendations")
    look(page, f"{site}/{RECOMMENDATION}", "recommendation")
    look(page, f"{site}/plans", "plans")
    look(page, f"{site}/plans/actions", "plan-actions")
    look(page, f"{site}/{PLAN}", "plan")
    look(page, f"{site}/{PLAN}/actions/1", "plan-action")
    look(page, f"{site}/{PLAN}/actions/add", "plan-action-add")

    page.goto(f"{site}/{PLAN}/check")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Sent. OSAG checks it and gives advice.")).to_be_visible()
    expect(page.locator("main").get_by_text("The next step is for OSAG.")).to_be_visible()


def test_an_inspector_proposes_to_verify_and_waits_for_a_colleague(phone, site, sign_in_as):
    page = sign_in_as(phone, "hmip_lead_inspector")
    sheet = "recommendations/follow-up?unit=N57EKNT&inspection=2026-PDU-N57EKNT-1"
    look(page, f"{site}/{sheet}", "follow-up-on-a-phone")
    look(page, f"{site}/{RECOMMENDATION}/follow-up")
    look(page, f"{site}/{RECOMMENDATION}", "recommendation-on-a-phone")
    page.get_by_role("button", name="Propose to verify it").click()
    expect(page.locator("h1")).to_have_text("Propose to verify the recommendation")
    check_accessible(page)
    page.get_by_role("button", name="Propose to verify it").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    check_accessible(page)
    page.locator("textarea").fill("The sample of cases shows it.")
    page.get_by_role("button", name="Propose to verify it").click()
    expect(page.locator("main").get_by_text("a second person of HM Inspectorate")).to_be_visible()


def test_headquarters_gives_its_part_through_one_page(page, site, sign_in_as):
    sign_in_as(page, "hmpps_officer")
    look(page, f"{site}/plans", "plans-asked")
    page.get_by_role("link", name="Give your part of").click()
    expect(page.locator("h1")).to_have_text("Your part of an action plan")
    check_accessible(page)
    screenshot(page, "plan-part")
    page.locator("textarea").fill("Yes, from April.")
    page.get_by_role("button", name="Give your part").click()
    expect(page.locator("main").get_by_text("Yes, from April.")).to_be_visible()
    look(page, f"{site}/recommendations/DEMO-2024-EAST-KENT-R3/answer", "recommendation-answer")
