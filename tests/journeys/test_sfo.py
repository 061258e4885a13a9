"""Serious Further Offence reviews and their sample, as HMPPS and the Inspectorate see them (¶19)."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.access.queries import acting_under, demonstration_people
from oversight.sfo.actions import marking, reviews
from tests.factories.sfo import YEAR, act, drawn, of, planner, rating
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

OFFICER, LEAD = "hmpps_officer", "hmip_lead_inspector"


@pytest.fixture
def found(site):
    """Twelve reviews of a list that was drawn; one of the Inspectorate's is being marked."""
    people = {p.role: acting_under(m) for p, m in demonstration_people(today=timezone.localdate()) if m}
    drawn_ones = drawn(12, people[OFFICER])
    review = of(drawn_ones, "hmip")
    lead = people[LEAD]
    now = timezone.now()
    reviews.name_reader(by=planner(), at=now, reference=review.reference, person=lead.reference)
    act(marking.start_marking, review, lead, now)
    ours = of(drawn_ones, "hmpps")
    act(marking.start_marking, ours, people[OFFICER], now)
    act(marking.mark, ours, people[OFFICER], now, **rating())
    return {"hmip": review, "hmpps": ours}


def look(page, address, name=""):
    page.goto(address)
    assert page.locator("h1").count() == 1
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def test_headquarters_sees_reviews_the_sample_and_its_records(every_page, site, sign_in_as, found):
    sign_in_as(every_page, OFFICER)
    look(every_page, f"{site}/sfo", "sfo-reviews")
    look(every_page, f"{site}/sfo/register", "sfo-register")
    look(every_page, f"{site}/sfo/reviews/{found['hmpps'].reference}", "sfo-review")
    look(every_page, f"{site}/sfo/reviews/{found['hmpps'].reference}/readers", "sfo-readers")
    look(every_page, f"{site}/sfo/reviews/{found['hmpps'].reference}/steps/withdraw")
    look(every_page, f"{site}/sfo/sample", "sfo-sample")
    look(every_page, f"{site}/sfo/sample/freeze")
    look(every_page, f"{site}/sfo/sample/{YEAR}/1", "sfo-batch")
    look(every_page, f"{site}/sfo/sample/{YEAR}/figures", "sfo-figures")


def test_an_inspector_marks_a_review_of_the_sample_on_a_phone(phone, site, sign_in_as, found):
    sign_in_as(phone, LEAD)
    look(phone, f"{site}/sfo/reviews/{found['hmip'].reference}/mark", "sfo-mark")
    for name in ("analysis", "judgements", "learning", "victims", "overall"):
        phone.locator(f"input[name={name}][value=good]").check()
        phone.locator(f"textarea[name={name}_reason]").fill("Clear and fair.")
    phone.get_by_role("button", name="Hand in the marking").click()
    expect(phone.get_by_text("First marking is handed in.")).to_be_visible()
    phone.get_by_role("button", name="Settle the ratings").click()
    expect(phone.get_by_role("heading", name="Settle the ratings")).to_be_visible()
    check_accessible(phone)
