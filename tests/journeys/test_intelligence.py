"""A finding shared, an issue that recurs found and owned, the risk of one unit line by line (B5, B7, B8)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.factories.intelligence import NEXT, finding
from tests.factories.parties import acting_as
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot


def look(page, address="", name=""):
    if address:
        page.goto(address)
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def share(page, site, day):
    look(page, f"{site}/intelligence", "intelligence")
    look(page, f"{site}/intelligence/share", "intelligence-share")
    page.get_by_label("About which unit or body?").fill("N56NOSU")
    page.get_by_label("On what?").select_option("staffing")
    page.get_by_label("What was found?").fill("One post in three is vacant.")
    page.get_by_label("Serious concern").check()
    page.get_by_label("High").check()
    page.get_by_label("On which day was it found?").fill(f"{day:%d/%m/%Y}")
    page.get_by_label("Marking").select_option("official_sensitive")
    page.get_by_label("Who may read it?").fill("hmip")
    page.get_by_role("button", name="Share it").click()
    expect(page.locator("h1")).to_contain_text("Staffing and workload")
    look(page)


def find_and_own(page, site, day):
    # The rule found it in ratings that were really published; what was shared since belongs to it too.
    look(page, f"{site}/intelligence/issues", "intelligence-issues")
    page.get_by_role("button", name="Look again now").click()
    expect(page.get_by_text("new findings or ratings put to issues that are open.")).to_be_visible()
    page.get_by_role("link", name="Staffing and workload").click()
    expect(page.locator("main").get_by_text("Proposed by the rule")).to_be_visible()
    expect(page.get_by_text("Staffing: Inadequate")).to_be_visible()
    look(page, name="intelligence-issue")
    page.get_by_role("button", name="Confirm that it recurs").click()
    page.get_by_label("What is it called?").fill("Posts that stay vacant")
    page.get_by_label("What is it about?").fill("Vacancies last in several regions.")
    page.get_by_role("button", name="Confirm that it recurs").click()
    expect(page.get_by_text("It is confirmed.")).to_be_visible()
    page.get_by_role("button", name="Name its owner").click()
    look(page)
    page.get_by_label("Who owns it?").select_option("N57")
    page.get_by_label("By when is it to be dealt with?").fill(f"{day + timedelta(90):%d/%m/%Y}")
    page.get_by_label("What is expected of its owner?").fill("Say how posts are filled.")
    page.get_by_role("button", name="Name its owner").click()
    expect(page.get_by_text("Its owner is named.")).to_be_visible()


def explain_the_risk(page, site):
    look(page, f"{site}/intelligence/units/N57EKNT", "intelligence-unit")
    page.get_by_role("link", name="Risk picture of").click()
    expect(page.locator("h1")).to_contain_text("Risk picture of East Kent")
    look(page, name="intelligence-risk")
    points = [int(one) for one in page.locator(".oversight-scroll tbody tr td:last-child").all_inner_texts()]
    assert points[-1] == sum(points[:-1]) > 30, "every point is in a line"
    look(page, f"{site}/intelligence/risk", "intelligence-risks")
    look(page, f"{site}/intelligence/assurance")
    look(page, f"{site}/risk-weights", "risk-weights")
    look(page, f"{site}/risk-weights/1/test", "risk-test")


def test_a_recurring_issue_is_found_and_owned_and_the_risk_of_a_unit_explained(page, site, sign_in_as):
    day = timezone.localdate() - timedelta(30)
    now = timezone.now()
    finding(
        acting_as("hmip_planner"),
        about=NEXT,
        theme="staffing",
        readers=["hmpps-osag"],
        found_on=day,
        at=now,
    )
    sign_in_as(page, "osag_lead")
    share(page, site, day)
    find_and_own(page, site, day + timedelta(30))
    explain_the_risk(page, site)
    sign_in_as(page, "regional_probation_director")
    page.goto(f"{site}/intelligence/issues?mine=on")
    page.get_by_role("link", name="Posts that stay vacant").click()
    expect(page.get_by_role("button", name="Say what is being done")).to_be_visible()
