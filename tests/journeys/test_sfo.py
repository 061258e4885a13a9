"""Serious Further Offence reviews, their sample and independent reviews, as bodies see them (¶19, ¶27)."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from oversight.access.queries import acting_under, demonstration_people
from oversight.sfo.actions import marking
from oversight.sfo.models import IndependentReview, Review
from tests.factories.sfo import act
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

OFFICER, LEAD, PUBLICATIONS = "hmpps_officer", "hmip_lead_inspector", "hmip_publications"


@pytest.fixture
def found(site):
    """Two reviews of the demonstration: one of the Inspectorate's being marked, and one that HMPPS marked."""
    people = {
        person.role: acting_under(membership)
        for person, membership in demonstration_people(today=timezone.localdate())
        if membership and not person.second
    }
    drawn = Review.objects.select_related("batch__year").order_by("id")
    theirs = drawn.filter(assurer="hmip", state="allocated").first()
    act(marking.start_marking, theirs, people[LEAD], timezone.now())
    return {"hmip": theirs, "hmpps": drawn.filter(assurer="hmpps", state="feedback").first()}


def look(page, address, name=""):
    page.goto(address)
    assert page.locator("h1").count() == 1
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def test_headquarters_sees_reviews_the_sample_and_its_records(every_page, site, sign_in_as, found):
    year = found["hmip"].batch.year.name
    sign_in_as(every_page, OFFICER)
    look(every_page, f"{site}/sfo", "sfo-reviews")
    look(every_page, f"{site}/sfo/register", "sfo-register")
    look(every_page, f"{site}/sfo/reviews/{found['hmpps'].reference}", "sfo-review")
    look(every_page, f"{site}/sfo/reviews/{found['hmpps'].reference}/readers", "sfo-readers")
    look(every_page, f"{site}/sfo/reviews/{found['hmpps'].reference}/steps/withdraw")
    look(every_page, f"{site}/sfo/sample", "sfo-sample")
    look(every_page, f"{site}/sfo/sample/freeze")
    look(every_page, f"{site}/sfo/sample/{year}/1", "sfo-batch")
    look(every_page, f"{site}/sfo/sample/{year}/figures", "sfo-figures")


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


def test_the_family_is_briefed_before_an_independent_review_is_published(page, site, sign_in_as, faults):
    faults.expected.add(422)
    review = f"{site}/sfo/independent/{IndependentReview.objects.get(state='final').reference}"
    checked = f"{site}/sfo/independent/{IndependentReview.objects.get(state='check').reference}"
    sign_in_as(page, "osag_coordinator")
    look(page, f"{checked}/points/1/take-back", "sfo-independent-take-back")
    sign_in_as(page, LEAD)
    look(page, f"{site}/sfo/independent", "sfo-independent-reviews")
    look(page, review, "sfo-independent")
    page.get_by_role("button", name="Record that the family was briefed").click()
    expect(page.locator("h1")).to_have_text("Record that the family was briefed")
    page.get_by_role("button", name="The family was briefed").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    check_accessible(page)
    page.locator("textarea").fill("In person, by the Chief Inspector.")
    page.get_by_role("button", name="The family was briefed").click()
    expect(page.get_by_text("Recorded. Publications can publish the report.")).to_be_visible()

    sign_in_as(page, PUBLICATIONS)
    page.goto(review)
    page.get_by_role("button", name="Publish the report").click()
    expect(page.locator("h1")).to_have_text("Publish the report")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("Its recommendations are with those who answer them.")).to_be_visible()
    look(page, f"{review}/steps/off_the_web", "sfo-independent-off-the-web")
    page.goto(review)
    page.get_by_role("link", name="Read it as the public does").click()
    expect(page.get_by_text("An independent review by HM Inspectorate of Probation")).to_be_visible()
    check_accessible(page)
    look(page, f"{site}/serious-further-offences", "public-sample")
