"""A planner asks for a plan of the visits of the cycle, watches it, and takes part of it (C4)."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from oversight.jobs.working import work
from oversight.web.command_line.working import shared
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot


def look(page, name):
    assert page.locator("h1").count() == 1
    check_accessible(page)
    check_no_sideways_scroll(page)
    screenshot(page, name)


def test_a_plan_is_asked_for_worked_out_and_accepted_for_one_region(phone, site, sign_in_as):
    page = sign_in_as(phone, "hmip_planner")
    page.goto(f"{site}/timetable")
    page.get_by_role("link", name="Proposed plans").click()
    expect(page.locator("h1")).to_have_text("Plans for the timetable")
    look(page, "plans-for-the-timetable")

    page.get_by_role("button", name="Ask for a plan").click()
    expect(page.locator("h1")).to_have_text("Ask for a plan")
    page.locator("summary", has_text="A region is closed for some weeks").click()
    look(page, "plan-asked-for")
    page.get_by_label("What the plan is called").fill("The rest of the cycle")
    page.get_by_label("Seconds to search").fill("1")
    page.get_by_role("button", name="Ask for the plan").click()
    expect(page.locator("#how-far")).to_contain_text("Being worked out")
    expect(page.get_by_role("button", name="Stop and keep the best so far")).to_be_visible()

    assert work(shared("plans"), clock=timezone.now) == 1

    page.reload()
    expect(page.locator("#how-far")).to_contain_text("To be decided")
    expect(page.get_by_role("heading", name="Why not every visit can be made")).to_be_visible()
    look(page, "plan-proposed")
    page.locator(".app-gantt").get_by_role("link", name="London").click()
    expect(page.locator("main tbody")).to_contain_text("London")
    page.get_by_label("All to be decided of the region chosen above").check()
    page.get_by_label("Accept", exact=True).check()
    page.get_by_label("Why?").fill("London first.")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("accepted.", exact=False).first).to_be_visible()
