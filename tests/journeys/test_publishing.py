"""A final report from its embargoed copy to its public page and its correction (D8, ¶16, ¶20)."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.access.queries import demonstration_people
from tests.factories import publishing as make
from tests.factories.accuracy import write
from tests.factories.parties import acting_as
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot


@pytest.fixture
def lead(site):
    """Someone who has led inspections since before the demonstration began."""
    return acting_as("hmip_lead_inspector")


def name_of(role: str) -> str:
    return next(
        one.name
        for one, _ in demonstration_people(today=timezone.localdate())
        if one.role == role and not one.second
    )


def look(page, name=""):
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def test_a_report_is_embargoed_read_published_and_corrected(  # noqa: PLR0915 - one story from end to end
    page, site, sign_in_as, lead, faults
):
    faults.expected.add(409)
    found = make.final_rated(lead)
    at = f"{site}/inspections/{found.reference}/publication"
    reader = name_of("sponsorship_officer")

    sign_in_as(page, "hmip_publications")
    page.goto(f"{site}/publishing")
    look(page, "publishing")
    page.get_by_role("link", name=found.title).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Publication")
    look(page)
    page.get_by_role("button", name="Set the moment of publication").click()
    page.get_by_label("Day").fill("1/12/2027")
    page.get_by_label("Time").fill("9:30am")
    look(page, "publishing-moment")
    page.get_by_role("button", name="Set the moment").click()
    expect(page.get_by_text("more than a year ahead").first).to_be_visible()
    look(page)
    page.goto(f"{at}/copies")
    page.get_by_label("Name or email address").fill(reader)
    page.get_by_role("button", name="Find people").click()
    page.get_by_label(reader).check()
    look(page, "publishing-copies")
    page.get_by_role("button", name="Give copies").click()
    expect(page.get_by_text("1 person has a copy under embargo")).to_be_visible()

    sign_in_as(page, "sponsorship_officer")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Inspections").click()
    page.get_by_role("navigation", name="Inspections").get_by_role("link", name="Embargoed copies").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Embargoed copies")
    look(page)
    page.get_by_role("link", name=found.title).click()
    expect(page.get_by_text("Embargoed until it is published")).to_be_visible()
    look(page, "embargoed-copy")

    sign_in_as(page, "hmip_publications")
    page.goto(at)
    expect(page.get_by_text("1 time", exact=False)).to_be_visible()
    look(page, "publication")
    page.get_by_role("link", name="publish it now").click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("The report is published. Its PDF is being made.")).to_be_visible()
    page.get_by_role("link", name="Look how far it is").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Make the PDF")
    look(page, "job")
    make.drain(timezone.now())
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Made, with")).to_be_visible()

    write(found, lead, "foreword", "The unit has 14 staff.", timezone.now())
    page.goto(f"{at}/correct")
    page.get_by_label("What was wrong?").fill("The foreword said that the unit has 12 staff.")
    page.get_by_label("What does it say now?").fill("The unit has 14 staff.")
    page.get_by_label("Why is it corrected?").fill("Two were counted wrongly.")
    look(page)
    page.get_by_role("button", name="Publish the correction").click()
    expect(page.get_by_text("The correction is published.")).to_be_visible()
    make.drain(timezone.now())
    page.goto(f"{site}/reports/{found.reference}")
    expect(page.get_by_role("heading", name="Corrections")).to_be_visible()
    look(page, "public-report")
    page.goto(f"{site}/reports/{found.reference}/versions/1")
    expect(page.get_by_text("This is version 1, as it was.")).to_be_visible()
    look(page)


def test_the_public_reads_a_report_on_a_phone(phone, site, lead):
    found = make.published(make.final(lead), at=timezone.now())
    phone.goto(f"{site}/reports")
    phone.get_by_role("link", name="report on " + found.title, exact=False).first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(found.title)
    look(phone, "public-report-phone")
    phone.get_by_role("link", name="Foreword").click()
    expect(phone.get_by_role("heading", name="Foreword")).to_be_in_viewport()
