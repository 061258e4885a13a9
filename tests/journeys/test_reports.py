"""A report as its team writes it and data assurance checks it (D1, D3, D7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.access.queries import acting_under, demonstration_people
from oversight.inspections.actions import case, case_steps, report, report_parts
from oversight.inspections.rules.case import Dates
from oversight.inspections.rules.data_items import Level
from tests.factories.fieldwork import draw, judge_whole
from tests.factories.inspections import act, planner, scheduled
from tests.factories.reports import enter, figures, note_practice, recommend, write
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

LEAD = "hmip_lead_inspector"
FINDINGS = (
    "# Vision\n\nThe unit **has** a clear vision. Staff told us that they knew it.\n\n"
    "- Plans are kept up.\n- Meetings are held.\n\n[data item 1]\n\n> I know what is expected.\n\n"
    "| Team | Meetings |\n|---|---|\n| A | 12 |\n"
)


@pytest.fixture
def inspection(site):
    """A core inspection of East Kent in fieldwork, its report begun and kept in two versions."""
    people = {p.role: acting_under(m) for p, m in demonstration_people(today=timezone.localdate()) if m}
    lead = people[LEAD]
    now, today = timezone.now(), timezone.localdate()
    found = scheduled(lead, dates=Dates(today, today, today + timedelta(days=10)), at=now)
    act(case.announce, found, planner(), now)
    act(case_steps.start_fieldwork, found, lead, now, on=today)
    draw(found, lead, wanted=6, at=now)
    judge_whole(found, lead, 1)
    note_practice(found, lead, "Peer mentors meet everyone on their first day.")
    write(found, lead, "foreword", "The unit is well led.\n\nMuch is to be done.", at=now)
    write(found, lead, "standard-leadership", FINDINGS, at=now)
    enter(found, lead, figures(as_of=today), at=now)
    enter(
        found, lead, figures(title="Caseload beside the country", level=Level.NATIONAL, as_of=today), at=now
    )
    recommend(found, lead, text="Fill the vacancies in every team.", at=now)
    recommend(found, lead, authority="hmpps", text="Give the unit the staff it needs.", at=now)
    report_parts.withdraw_recommendation(
        by=lead, at=now, reference=found.reference, number=2, reason="Promised already"
    )
    report.make_version(by=lead, at=now, reference=found.reference, note="As read by the panel")
    write(
        found, lead, "foreword", "The unit is now well led.\n\nMuch is to be done soon.", revision=1, at=now
    )
    report.make_version(by=lead, at=now, reference=found.reference, note="After the panel")
    return found


def look(page, address, name=""):
    page.goto(address)
    expect(page.locator("h1")).to_have_count(1)
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def test_the_team_sees_every_page_of_the_report(page, site, sign_in_as, inspection):
    sign_in_as(page, LEAD)
    at = f"{site}/inspections/{inspection.reference}/report"
    look(page, at, "report")
    look(page, f"{at}/sections/standard-leadership", "report-section")
    look(page, f"{at}/sections/practice", "report-practice")
    look(page, f"{at}/sections/ratings", "report-ratings")
    look(page, f"{at}/recommendations", "report-recommendations")
    look(page, f"{at}/recommendations/1", "report-recommendation")
    look(page, f"{at}/figures", "report-figures")
    look(page, f"{at}/figures/1", "report-figure")
    look(page, f"{at}/versions", "report-versions")
    look(page, f"{at}/versions/2", "report-version")
    look(page, f"{at}/versions/compare?old=1&new=2", "report-compare")


def test_a_section_is_previewed_and_saved_without_scripts_on_a_page_and_read_on_a_phone(
    plain, site, sign_in_as, inspection
):
    sign_in_as(plain, LEAD)
    plain.goto(f"{site}/inspections/{inspection.reference}/report/sections/context")
    plain.get_by_label("Text").fill("# When\n\nIn **spring**.")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.locator("section[aria-labelledby=preview] h3")).to_have_text("When")
    check_accessible(plain)
    screenshot(plain, "report-preview")
    plain.set_viewport_size({"width": 320, "height": 640})
    check_no_sideways_scroll(plain)

    plain.get_by_role("button", name="Save").click()

    expect(plain.locator("main, .govuk-notification-banner").first).to_contain_text("The section is saved")


def test_two_who_write_at_once_lose_nothing(page, site, sign_in_as, inspection, faults):
    faults.expected.add(409)
    sign_in_as(page, LEAD)
    address = f"{site}/inspections/{inspection.reference}/report/sections/foreword"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    other.get_by_label("Text").fill("The unit is led by a new team.")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("The section is saved")).to_be_visible()

    page.get_by_label("Text").fill("The unit is led by another team.")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("section[aria-labelledby=theirs]")).to_contain_text("led by a new team")
    expect(page.get_by_label("Text")).to_have_value("The unit is led by another team.")
    check_accessible(page)
    screenshot(page, "report-conflict")


def test_data_assurance_checks_a_comparison_on_a_phone(phone, site, sign_in_as, inspection):
    sign_in_as(phone, "data_assurance_officer")
    look(phone, f"{site}/inspections/figures-to-check", "report-checks")
    phone.get_by_role("link", name="Caseload beside the country").click()
    expect(phone.locator("h1")).to_have_text("Caseload beside the country")
    check_accessible(phone)
    check_no_sideways_scroll(phone)
    screenshot(phone, "report-check")
    phone.get_by_label("Yes, it can be published").check()
    phone.get_by_role("button", name="Record the check").click()

    expect(phone.get_by_text("The check is recorded")).to_be_visible()
