"""An audit from its plan to its closed follow-up, drawing on a finding of the Inspectorate (B4, G4, ¶14)."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from oversight.access.queries import acting_under, demonstration_people
from oversight.recommendations.actions import recommendations as acts
from oversight.recommendations.models import Recommendation
from tests.factories.recommendations import act
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

LEAD, REVIEWER, AUDITED = "osag_coordinator", "osag_lead", "head_of_pdu"


def look(page, name):
    check_accessible(page)
    check_no_sideways_scroll(page)
    screenshot(page, name)


def fill(page, **given):
    for name, text in given.items():
        page.locator(f"[name={name}]").fill(text)


def send(page, said):
    page.locator("main form button.govuk-button[type=submit]").click()
    expect(page.get_by_text(said)).to_be_visible()


def step(page, label):
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.get_by_role("heading", name=label)).to_be_visible()
    send(page, "It is recorded.")


def planned(page, site, day):
    page.goto(f"{site}/audits")
    look(page, "audits")
    page.get_by_role("button", name="Plan an audit").click()
    fill(page, title="Housing on release", audited="N57EKNT", scope="Whether people have a home.")
    fill(page, first=f"{day:%d/%m/%Y}", last=f"{day:%d/%m/%Y}")
    page.get_by_label("What kind of service is audited?").select_option("probation")
    page.get_by_label("Who leads it?").select_option(label="Olive Example")
    page.get_by_label("Who reviews it?").select_option(label="Oscar Example")
    look(page, "audit-plan")
    send(page, "The audit is planned.")


def carried_to_review(page, here):
    page.get_by_role("link", name="Find and cite a source").click()
    found = page.get_by_role("row").filter(has_text="HM Inspectorate of Probation").first
    look(page, "audit-sources")
    found.get_by_role("link", name="Cite").click()
    fill(page, used_for="To choose the unit: people wait for housing.")
    send(page, "The source is cited.")
    step(page, "Announce it to the audited")
    step(page, "Start fieldwork")
    page.goto(f"{here}/tests/add")
    fill(page, question="Do people leave with a home?", method="Twenty releases, drawn by lot.")
    send(page, "The test is there.")
    page.get_by_role("link", name="Add a working paper").click()
    fill(page, title="Releases read", text="Eight of 20 had a home.")
    send(page, "The working paper is there.")
    page.get_by_role("link", name="Conclude the test").click()
    page.get_by_label("Does not work").check()
    fill(page, result="Twelve of 20 had none.")
    send(page, "The test is concluded.")


def written(page, here):
    page.goto(here)
    step(page, "Finish fieldwork")
    page.goto(f"{here}/findings/add")
    fill(page, title="Twelve had no home", text="Twelve of 20 left without a home.")
    fill(page, cause="Referrals go out late.", consequence="People go back to prison.")
    page.get_by_label("Theme").select_option("resettlement")
    page.get_by_label("High").check()
    page.get_by_label("Which test bears it out?").select_option("1")
    send(page, "The finding is saved.")
    page.get_by_role("link", name="Write an action").click()
    fill(page, text="Refer twelve weeks before release.", owner="N57EKNT")
    send(page, "The action is saved.")
    page.get_by_role("link", name="Rating and summary").click()
    page.get_by_label("Limited assurance").check()
    fill(page, summary="Referrals are made too late.")
    send(page, "Rating and summary are saved.")
    look(page, "audit-report")
    page.goto(here)
    step(page, "Hand the draft in for review")


def verified():
    """The action is answered, done and verified as every recommendation is; that has a journey of its own."""
    at = timezone.now()
    people = {
        one.role: acting_under(membership)
        for one, membership in demonstration_people(today=timezone.localdate())
        if membership is not None and not one.second
    }
    row = Recommendation.objects.get(text="Refer twelve weeks before release.")
    owner = people[AUDITED]
    act(acts.answer, row, owner, at=at, response="agreed")
    act(acts.start, row, owner, at=at)
    act(acts.report_complete, row, owner, at=at, text="Done.", evidence="Referrals of this month.")
    act(acts.propose, row, people[LEAD], at=at, text="Seen.")
    act(acts.confirm, row, people[REVIEWER], at=at, text="Seen too.")


def checked_by_the_audited(page, here, sign_in_as):
    sign_in_as(page, AUDITED)
    page.goto(f"{here}/accuracy")
    page.get_by_role("button", name="Raise a point").click()
    fill(page, part="Finding 1", text="It was eleven.", evidence="List of releases, page 2.")
    look(page, "audit-point")
    send(page, "The point is raised.")
    page.get_by_role("link", name="Return the accuracy check").click()
    send(page, "It is recorded.")

    sign_in_as(page, LEAD)
    page.goto(f"{here}/points/1/answer")
    page.get_by_label("Not accepted").check()
    fill(page, reason="The twelfth moved to a hostel for a night.")
    send(page, "The point is answered.")
    look(page, "audit-accuracy")


def followed_up_and_closed(page, here, sign_in_as, day):
    sign_in_as(page, LEAD)
    page.goto(f"{here}/follow-up/plan")
    fill(page, first=f"{day:%d/%m/%Y}", last=f"{day:%d/%m/%Y}")
    send(page, "The follow-up is planned.")
    page.get_by_role("button", name="Record the follow-up").click()
    fill(page, made_on=f"{day:%d/%m/%Y}", account="Nineteen of 20 have a home.")
    page.get_by_label("Done", exact=True).check()
    send(page, "The follow-up is recorded.")

    sign_in_as(page, REVIEWER)
    page.goto(f"{here}/steps/close")
    fill(page, reason="Its action is verified and was seen.")
    send(page, "It is recorded.")
    expect(page.get_by_role("row").filter(has_text="HM Inspectorate of Probation")).to_be_visible()
    page.goto(f"{here}/following")
    expect(page.get_by_text("36 months from")).to_be_visible()
    look(page, "audit-following")


def test_an_audit_from_plan_to_closed_follow_up_that_cites_an_inspection_finding(page, site, sign_in_as):
    day = timezone.localdate()
    sign_in_as(page, LEAD)
    # The demonstration has two audits.
    here = f"{site}/audits/AUD-{day.year}-003"
    planned(page, site, day)
    carried_to_review(page, here)

    sign_in_as(page, REVIEWER)
    page.goto(f"{here}/work")
    page.get_by_role("link", name="Review paper 1").click()
    page.get_by_label("Yes").check()
    send(page, "The review is recorded.")
    look(page, "audit-work")

    sign_in_as(page, LEAD)
    written(page, here)

    sign_in_as(page, REVIEWER)
    page.goto(here)
    step(page, "Issue the draft to the audited")

    checked_by_the_audited(page, here, sign_in_as)

    sign_in_as(page, REVIEWER)
    page.goto(here)
    step(page, "Issue the final report")
    look(page, "audit")
    verified()

    followed_up_and_closed(page, here, sign_in_as, day)
