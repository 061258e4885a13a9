"""An inspection as those who inspect and those who are inspected see it (D1, D2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from oversight.access.queries import acting_under, demonstration_people
from oversight.inspections.actions import case, case_steps
from oversight.inspections.rules.case import Dates
from tests.factories.fieldwork import draw, judge_whole
from tests.factories.inspections import act, ask, planner, scheduled
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

LEAD = "hmip_lead_inspector"


@pytest.fixture
def inspection(site):
    """A core inspection of East Kent in fieldwork: information asked for, ten cases drawn, three judged."""
    people = {p.role: acting_under(m) for p, m in demonstration_people(today=timezone.localdate()) if m}
    lead = people[LEAD]
    now, today = timezone.now(), timezone.localdate()
    found = scheduled(lead, dates=Dates(today, today, today + timedelta(days=10)), at=now)
    act(case.announce, found, planner(), now)
    ask(found, lead, at=now, needed_by=today)
    act(case_steps.start_fieldwork, found, lead, now, on=today)
    draw(found, lead, wanted=10, at=now)
    for number in (1, 2, 3):
        judge_whole(found, lead, number)
    return found


def look(page, address, name=""):
    page.goto(address)
    assert page.locator("h1").count() == 1
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def test_the_lead_inspector_sees_every_part_of_the_case(every_page, site, sign_in_as, inspection):
    sign_in_as(every_page, LEAD)
    at = f"{site}/inspections/{inspection.reference}"
    look(every_page, f"{site}/inspections", "inspections")
    look(every_page, at, "inspection")
    look(every_page, f"{at}/information", "inspection-information")
    look(every_page, f"{at}/cases", "inspection-cases")
    look(every_page, f"{at}/cases/upload")
    look(every_page, f"{at}/cases/4", "inspection-case")
    look(every_page, f"{at}/cases/totals", "inspection-totals")
    look(every_page, f"{at}/evidence", "inspection-evidence")
    look(every_page, f"{at}/ratings", "inspection-ratings")


def test_a_judgement_is_saved_as_it_is_made(every_page, site, sign_in_as, inspection):
    sign_in_as(every_page, LEAD)
    every_page.goto(f"{site}/inspections/{inspection.reference}/cases/4")
    form = every_page.locator("main form").filter(has=every_page.locator("input[type=radio]")).first
    form.locator("input[type=radio]").first.check()
    with every_page.expect_navigation():
        form.locator("button[type=submit]").first.click()

    every_page.goto(f"{site}/inspections/{inspection.reference}/cases/4")
    assert every_page.locator("main input[type=radio]:checked").count() == 1


def test_the_inspected_see_the_case_and_no_judgement(every_page, site, sign_in_as, inspection, faults):
    sign_in_as(every_page, "head_of_pdu")
    at = f"{site}/inspections/{inspection.reference}"
    look(every_page, at, "inspection-as-inspected")
    faults.expected |= {403, 404}
    for part in ("cases", "cases/1", "cases/totals", "evidence", "ratings"):
        answer = every_page.goto(f"{at}/{part}")
        assert answer.status in {403, 404}
    check_accessible(every_page)


def test_a_planner_schedules_out_of_sight(every_page, site, sign_in_as):
    sign_in_as(every_page, "hmip_planner")
    look(every_page, f"{site}/inspections")
    look(every_page, f"{site}/inspections/schedule", "inspection-schedule")
