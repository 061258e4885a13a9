"""Standards changed by their owners, and case data shared with a partner, in a browser (A9, D9)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.access.queries import acting_under, demonstration_people
from oversight.inspections.actions import case, case_steps
from oversight.inspections.actions.notes import note_evidence
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.rules.case import Dates
from oversight.kernel.words import day_in_words
from tests.factories.inspections import act, planner, scheduled
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

OWNER, LEAD = "hmip_standards_owner", "hmip_lead_inspector"


def look(page, name=""):
    expect(page.locator("h1")).to_have_count(1)
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def sign_in_second(page, site):
    page.goto(f"{site}/sign-in")
    page.get_by_role("button", name=re.compile("Stella Example")).click()
    page.wait_for_url(f"{site}/home")


def test_a_version_goes_from_its_text_to_the_other_parties(page, site, sign_in_as, faults):
    faults.expected |= {422}
    day = timezone.localdate() + timedelta(days=30)
    sign_in_as(page, OWNER)
    page.goto(f"{site}/standards")
    look(page, "standards")
    page.get_by_role("link", name="PDU inspections, 2023 to 2025", exact=True).click()
    page.get_by_role("button", name="Propose a new version").click()
    box = page.get_by_label("Or change the text here")
    text = box.input_value().replace("2023-10-01", day.isoformat(), 1).replace("good: 65", "good: 70")
    box.fill(text.replace("group: service_delivery", "group: service"))
    page.get_by_role("button", name="Check the text").click()
    expect(page.get_by_text("4 lines to correct", exact=True)).to_be_visible()
    look(page, "standards-faults")

    page.locator("textarea[name=text]").fill(text)
    page.get_by_label("Why is this version proposed?").fill("Good was too easy to reach.")
    page.get_by_role("button", name="Check the text").click()
    expect(page.get_by_text("is now “70%”")).to_be_visible()
    look(page, "standards-checked")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("Proposed. A second owner")).to_be_visible()

    sign_in_second(page, site)
    page.goto(f"{site}/standards")
    page.get_by_role("link", name="Version 2 of PDU inspections, 2023 to 2025").click()
    page.get_by_role("button", name="Approve this version").click()
    look(page, "standards-approve")
    page.get_by_role("button", name="Approve this version").click()
    expect(page.get_by_text("Approved. Tell the other parties before it takes effect.")).to_be_visible()
    look(page, "standards-version")
    page.get_by_role("button", name="Tell the other parties").click()
    page.get_by_label("What do you tell the other parties?").fill("Good needs 70% of cases.")
    page.get_by_role("button", name="Tell the other parties").click()
    expect(page.get_by_text("Each now has a duty to acknowledge it.")).to_be_visible()

    sign_in_as(page, "sponsorship_officer")
    told = page.get_by_role("link", name=re.compile("Acknowledge the notice of change: standards-pdu"))
    expect(told.first).to_be_visible()


def test_anyone_reads_the_standards_on_a_phone(phone, site):
    phone.goto(f"{site}/how-oversight-works/standards")
    look(phone)
    phone.get_by_role("link", name="Version 1 of PDU inspections, 2023 to 2025").click()
    look(phone, "standards-public-phone")


@pytest.fixture
def joint(site):
    """A joint inspection in fieldwork, with a note."""
    people = {p.role: acting_under(m) for p, m in demonstration_people(today=timezone.localdate()) if m}
    lead, partner = people[LEAD], people["partner_inspector"]
    now, today = timezone.now(), timezone.localdate()
    found = scheduled(
        lead,
        programme="thematic-2023",
        kind="joint",
        units=("N57",),
        partners=(partner.party,),
        title="Domestic abuse",
        dates=Dates(today, today, today + timedelta(days=10)),
        at=now,
    )
    act(case.announce, found, planner(), now)
    act(case_steps.start_fieldwork, found, lead, now, on=today)
    note_evidence(
        by=lead,
        at=now,
        reference=found.reference,
        standard=programme_for(found).standards[0].id,
        source="Meeting with the court team",
        text="Information about risk reaches the court in time.",
    )
    return found


def test_case_data_is_shared_with_a_partner_until_a_day(page, site, sign_in_as, joint, faults):
    until = timezone.localdate() + timedelta(days=14)
    at = f"{site}/inspections/{joint.reference}"
    faults.expected |= {403}
    sign_in_as(page, "partner_inspector")
    page.goto(f"{at}/evidence")
    expect(page.get_by_text("are not shared with your organisation today")).to_be_visible()
    look(page, "sharing-refused")

    sign_in_as(page, LEAD)
    page.goto(f"{at}/sharing")
    page.get_by_role("button", name="Share case data").click()
    page.get_by_label("Evidence notes").check()
    page.get_by_label("What is it for?").fill("Joint analysis of work with courts.")
    page.get_by_label("Data sharing agreement").fill("DSA 2026/4")
    page.get_by_label("Last day").fill(day_in_words(until))
    look(page, "sharing-give")
    page.get_by_role("button", name="Share it from today").click()
    expect(page.get_by_text("Shared from today.")).to_be_visible()

    sign_in_as(page, "partner_inspector")
    page.goto(f"{at}/evidence")
    expect(page.get_by_text("Information about risk reaches the court in time.")).to_be_visible()
    page.get_by_role("link", name="Sharing", exact=True).click()
    expect(page.get_by_text("Case data shared with you")).to_be_visible()
    look(page, "sharing-as-partner")

    sign_in_as(page, LEAD)
    page.goto(f"{at}/sharing")
    look(page, "sharing")
    page.get_by_role("link", name=re.compile("End it early")).click()
    page.get_by_label("Why does it end early?").fill("The analysis is done.")
    page.get_by_role("button", name="End the share now").click()
    expect(page.get_by_text("Ended early", exact=True).first).to_be_visible()
