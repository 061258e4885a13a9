"""What each body comes to do about what is owed, from its home page on (paragraphs 10(iii), 24, 27, 29)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.kernel.words import day_in_words, weekday_in_words
from tests.factories.arrangements import acting_for
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot


@pytest.fixture
def today(site) -> date:
    return timezone.localdate()


@pytest.fixture
def happened(site):
    """Record what happened for a party, so many days ago."""
    from oversight.arrangements import actions
    from oversight.parties.queries import party

    def record(event: str, ago: int, *, by: str, kind: str = "", about: str = "", unit: str = ""):
        return actions.happened(
            by=acting_for(by),
            at=timezone.now(),
            event=event,
            kind=kind,
            about=about,
            on=timezone.localdate() - timedelta(days=ago),
            unit=party(unit) if unit else None,
            addressee=None,
            note="",
        )

    return record


def look(page) -> None:
    """Hold the page in its present state to what every page keeps."""
    check_accessible(page)
    check_no_sideways_scroll(page)


def test_osag_records_a_draft_received_and_sees_the_ten_week_clock(every_page, site, sign_in_as, today):
    """Paragraph 27, on a Monday morning: what came in overnight."""
    page = every_page
    due = today + timedelta(weeks=10)
    sign_in_as(page, "osag_coordinator")
    look(page)

    page.get_by_role("link", name="Record something that happened").click()
    look(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Choose what happened.")).to_be_visible()
    look(page)
    page.get_by_label("A draft report was received for its factual accuracy check").check()
    page.get_by_role("button", name="Continue").click()
    look(page)

    page.get_by_label("Thematic inspection by HM Inspectorate of Probation alone").check()
    page.get_by_label("Note (optional)").fill("Version 0.3")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Enter the reference.")).to_be_visible()
    expect(page.get_by_label("Note (optional)")).to_have_value("Version 0.3")
    look(page)

    page.get_by_label("Reference of the inspection or review").fill("Thematic on recall 2")
    page.get_by_label("On which day did the draft arrive?").fill(f"{today.day}/{today.month}/{today.year}")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(weekday_in_words(due))).to_be_visible()
    expect(page.get_by_text("Paragraph 27")).to_be_visible()
    look(page)

    page.get_by_role("button", name="Record this").click()
    expect(page.get_by_text("Recorded: A draft report was received")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Submit the action plan: Thematic on recall 2", exact=True).click()
    expect(page.get_by_role("heading", name="Why this date")).to_be_visible()
    expect(page.get_by_role("button", name="Record that an action plan was submitted")).to_be_visible()
    look(page)

    page.goto(f"{site}/duties?text=Thematic+on+recall+2")
    owed = page.get_by_role("row").filter(has_text="Submit the action plan: Thematic on recall 2")
    expect(owed).to_contain_text(day_in_words(due))


def test_osag_finds_a_duty_in_the_register_and_on_the_timeline(every_page, site, sign_in_as):
    page = every_page
    sign_in_as(page, "osag_coordinator")

    page.locator("section[aria-labelledby=owe] > p a").click()
    look(page)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("About").fill("Made-up thematic on courts")
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile(re.escape("text=Made-up+thematic+on+courts")))
    look(page)
    page.get_by_role("link", name="See as a timeline").click()
    expect(page.locator("svg[role=img]:not([aria-hidden=true])").first).to_be_visible()
    look(page)


def test_a_faulty_filter_is_explained(every_page, site, sign_in_as, faults):
    page = every_page
    faults.expected.add(422)
    sign_in_as(page, "osag_coordinator")

    page.goto(f"{site}/duties?since=31/2/2026&kind=core")

    expect(page.get_by_role("link", name="Enter a real date, for example 16/3/2026.")).to_be_visible()
    expect(page.get_by_label("Kind of inspection or review")).to_have_value("core")
    look(page)


def test_the_timeline_can_be_read_on_every_screen(every_page, site, sign_in_as):
    page = every_page
    sign_in_as(page, "osag_coordinator")

    page.goto(f"{site}/duties/timeline?state=any")

    expect(page.get_by_role("heading", name="The same as a table")).to_be_visible()
    look(page)


def test_a_region_submits_the_plan_of_its_unit(every_page, site, sign_in_as, happened, today):
    """Paragraph 24: why this date, then the one next act."""
    page = every_page
    happened("final_report_issued", 3, by="hmip", kind="core", about="CORE-9", unit="N57EKNT")
    sign_in_as(page, "regional_probation_director")
    look(page)

    page.get_by_role("link", name="Submit the action plan: East Kent, CORE-9", exact=True).click()
    expect(page.get_by_text("Local target, not a number in the MoU").first).to_be_visible()
    look(page)
    page.get_by_role("button", name="Record that an action plan was submitted").click()
    expect(page.get_by_label("Reference of the inspection or review")).to_have_value("CORE-9")
    page.get_by_label("On which day was the plan sent").fill(f"{today.day}/{today.month}/{today.year}")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("It meets")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Record this").click()

    page.goto(f"{site}/home")
    assert page.get_by_role("link", name="Submit the action plan: East Kent, CORE-9", exact=True).count() == 0


def test_the_inspectorate_withdraws_what_it_recorded_in_error(every_page, site, sign_in_as, happened):
    """Nothing is erased: what was said and why it was wrong stay in view (paragraph 5)."""
    page = every_page
    told = happened("final_report_issued", 3, by="hmip", kind="core", about="CORE-9", unit="N57EKNT")
    sign_in_as(page, "hmip_lead_inspector")

    page.goto(f"{site}/events/{told.id}")
    look(page)
    page.get_by_role("link", name="Withdraw this").click()
    expect(page.get_by_text("withdrawn with it").first).to_be_visible()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_role("link", name="Enter the reason.")).to_be_visible()
    look(page)
    page.get_by_label("Why was it recorded in error?").fill("It was another unit.")
    page.get_by_role("button", name="Withdraw it").click()

    expect(page.get_by_text("It was another unit.")).to_be_visible()
    look(page)


def test_sponsorship_asks_why_and_is_answered_and_closes(every_page, site, sign_in_as, happened):
    """Paragraph 10(iii): each party can hold another to account."""
    page = every_page
    happened("change_notified", 60, by="moj-sponsorship", about="Form 7")

    sign_in_as(page, "sponsorship_officer")
    page.locator(".app-duties__item", has_text="Owed by HM Inspectorate of Probation").get_by_role(
        "link", name="Acknowledge the notice of change: Form 7", exact=True
    ).click()
    page.get_by_role("button", name="Ask why").click()
    look(page)
    page.get_by_label("What do you want HM Inspectorate of Probation to explain?").fill("Did it reach you?")
    page.get_by_role("button", name="Send the question").click()
    look(page)

    sign_in_as(page, "hmip_lead_inspector")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Another party asks you why")
    look(page)
    page.get_by_role("link", name="Answer Ministry of Justice Sponsorship team").click()
    look(page)
    page.get_by_label("Your answer").fill("It did. We answer tomorrow.")
    page.get_by_role("button", name="Send the answer").click()

    sign_in_as(page, "sponsorship_officer")
    page.get_by_role("link", name="Read the answer of HM Inspectorate of Probation").click()
    expect(page.get_by_text("It did. We answer tomorrow.")).to_be_visible()
    look(page)
    page.get_by_label("What came of it").fill("Good.")
    page.get_by_role("button", name="Close the query").click()
    expect(page.get_by_text("Nothing is left to do.")).to_be_visible()
    look(page)
    page.goto(f"{site}/queries")
    look(page)


def test_sponsorship_sees_who_is_behind_and_opens_the_duties(every_page, site, sign_in_as):
    """Paragraph 10(ii): the arrangements are monitored."""
    page = every_page
    sign_in_as(page, "sponsorship_officer")

    page.goto(f"{site}/adherence")
    look(page)
    page.locator("table td a").first.click()
    expect(page.locator("tbody tr:visible").first).to_be_visible()
    look(page)


def test_a_unit_is_shown_as_of_any_day(every_page, site, sign_in_as):
    page = every_page
    sign_in_as(page, "head_of_pdu")

    page.goto(f"{site}/units/N57EKNT")
    look(page)
    page.goto(f"{site}/units/N57EKNT?on=1/1/2024")
    expect(page.get_by_text("As it stood on 1 January 2024")).to_be_visible()
    look(page)


@pytest.mark.parametrize(
    "role", ["service_operator", "provider_representative", "auditor", "ministers_office"]
)
def test_every_home_makes_sense(page, sign_in_as, role):
    sign_in_as(page, role)

    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    look(page)


def test_pictures_of_the_staff_home_and_the_timeline(page, site, sign_in_as):
    sign_in_as(page, "osag_coordinator")
    kept = [screenshot(page, "staff-home")]
    page.goto(f"{site}/duties/timeline")
    kept.append(screenshot(page, "duties-timeline"))

    assert all(path.stat().st_size > 10_000 for path in kept)
