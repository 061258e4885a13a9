"""A finding is shared, read and corrected, and an issue that recurs gets its owner (B1, B5, B8, ¶14, ¶30)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot


def look(page, name=""):
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def share(page, site, unit, *, name=""):
    page.goto(f"{site}/intelligence/share?about={unit}")
    page.get_by_label("On what?").select_option("courts")
    page.get_by_label("What was found?").fill("Reports for court come a day late.")
    page.get_by_label("Some concern").check()
    page.get_by_label("High: tested").check()
    page.get_by_label("Marking").select_option("official_sensitive")
    page.get_by_label("Who may read it?").fill("hmpps-osag")
    if name:
        look(page, name)
    page.get_by_role("button", name="Share it").click()
    expect(page.get_by_text("It is shared with those you named.")).to_be_visible()
    return page.url


def test_a_finding_is_read_and_corrected_and_what_recurs_is_owned(page, site, sign_in_as, faults):
    faults.expected |= {404}
    sign_in_as(page, "hmip_lead_inspector")
    address = share(page, site, "N57EKNT", name="intelligence-share")
    for unit in ("N57KECL", "N56NOSU"):
        share(page, site, unit)

    sign_in_as(page, "osag_coordinator")
    page.goto(address)
    look(page, "intelligence-item")
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("Reports for court come a day late.")).to_be_visible()
    page.goto(f"{site}/intelligence/units/N57EKNT")
    expect(page.get_by_role("link", name="Some concern").first).to_be_visible()
    look(page, "intelligence-unit")
    page.goto(f"{site}/intelligence/assurance")
    expect(page.get_by_role("heading", name="All units")).to_be_visible()
    look(page, "intelligence-assurance")

    page.goto(f"{site}/intelligence/issues")
    page.get_by_role("button", name="Look again now").click()
    page.get_by_role("link", name="Court work").click()
    page.get_by_role("button", name="Confirm that it recurs").click()
    page.get_by_label("What is it called?").fill("Late reports for court")
    page.get_by_label("What is it about?").fill("They come late in several regions.")
    page.get_by_role("button", name="Confirm that it recurs").click()
    page.get_by_role("button", name="Name its owner").click()
    page.get_by_label("Who owns it?").select_option("moj-policy")
    page.get_by_label("By when").fill(f"{timezone.localdate() + timedelta(days=60):%d/%m/%Y}")
    page.get_by_label("What is expected").fill("Say who orders a report.")
    page.get_by_role("button", name="Name its owner").click()
    expect(page.get_by_text("Its owner is named.")).to_be_visible()
    look(page, "intelligence-issue")

    sign_in_as(page, "hmip_lead_inspector")
    page.goto(f"{address}/correct")
    page.get_by_label("What was found?").fill("Reports for court come two days late.")
    page.get_by_label("Why is it corrected?").fill("We counted again.")
    look(page)
    page.get_by_role("button", name="Correct it").click()
    expect(page.get_by_text("What it said in round 1")).to_be_visible()
    look(page, "intelligence-own-item")

    sign_in_as(page, "osag_coordinator")
    page.goto(f"{site}/intelligence")
    expect(page.get_by_role("heading", name="Changed since you read it")).to_be_visible()
    look(page, "intelligence")
    sign_in_as(page, "contract_manager")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("nothing at this address")
