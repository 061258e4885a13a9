"""An audit from its plan to its closed follow-up, drawing on a finding of the Inspectorate (B4, G4, ¶14).

Every step is clicked, each person at a desk of their own.
"""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

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
    found = page.get_by_role("row").filter(has_text="Finding").filter(has_text="HM Inspectorate of Probation")
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


def paper_reviewed(page, here):
    page.goto(f"{here}/work")
    page.get_by_role("link", name="Review paper 1").click()
    page.get_by_label("Yes").check()
    send(page, "The review is recorded.")
    look(page, "audit-work")


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


def checked_by_the_audited(page, here):
    page.goto(f"{here}/accuracy")
    page.get_by_role("button", name="Raise a point").click()
    fill(page, part="Finding 1", text="It was eleven.", evidence="List of releases, page 2.")
    send(page, "The point is raised.")
    page.get_by_role("link", name="Return the accuracy check").click()
    send(page, "It is recorded.")


def answered_by_the_lead(page, here):
    page.goto(f"{here}/points/1/answer")
    page.get_by_label("Not accepted").check()
    fill(page, reason="The twelfth moved to a hostel for a night.")
    send(page, "The point is answered.")
    look(page, "audit-accuracy")


def done_by_the_audited(page, here):
    """The action is answered, begun and reported complete with what shows it."""
    page.goto(f"{here}/following")
    page.get_by_role("row").filter(has_text="Refer twelve weeks").get_by_role("link").first.click()
    page.get_by_role("button", name="Answer it").click()
    page.get_by_label("Agreed", exact=True).check()
    send(page, "The answer is given.")
    page.get_by_role("button", name="Start work").click()
    send(page, "Work has started.")
    page.get_by_role("button", name="Add progress").click()
    fill(page, text="Referrals go out twelve weeks before.")
    send(page, "The progress is added.")
    page.get_by_role("link", name="Report it complete").click()
    fill(
        page,
        text="Every referral of this month went out in time.",
        evidence="Referrals of this month, page 1.",
    )
    look(page, "audit-action-complete")
    send(page, "Reported complete.")


def followed_up(page, here, day):
    page.goto(f"{here}/follow-up/plan")
    fill(page, first=f"{day:%d/%m/%Y}", last=f"{day:%d/%m/%Y}")
    send(page, "The follow-up is planned.")
    page.get_by_role("button", name="Record the follow-up").click()
    fill(page, made_on=f"{day:%d/%m/%Y}", account="Nineteen of 20 have a home.")
    page.get_by_label("Done", exact=True).check()
    send(page, "The follow-up is recorded.")
    page.get_by_role("row").filter(has_text="Refer twelve weeks").get_by_role("link").first.click()
    page.get_by_role("button", name="Propose to verify it").click()
    fill(page, text="Nineteen of 20 were seen.")
    send(page, "Proposed. A colleague confirms.")


def verified_and_closed(page, here):
    """A second person verifies the action, and closes the audit that they did not lead."""
    page.goto(f"{here}/following")
    page.get_by_role("row").filter(has_text="Refer twelve weeks").get_by_role("link").first.click()
    page.get_by_role("button", name="Confirm that it is done").click()
    send(page, "Confirmed. The recommendation is closed.")
    page.goto(here)
    page.get_by_role("button", name="Close the audit").click()
    fill(page, reason="Its action is verified and was seen.")
    send(page, "It is recorded.")
    cited = page.get_by_role("row").filter(has_text="HM Inspectorate of Probation")
    expect(cited.get_by_role("link", name="Finding: Services and commissioned services")).to_be_visible()
    page.goto(f"{here}/following")
    expect(page.get_by_text("36 months from")).to_be_visible()
    look(page, "audit-following")


def test_an_audit_from_plan_to_closed_follow_up_that_cites_an_inspection_finding(at_desks, site):
    day = timezone.localdate()
    lead, reviewer, audited = at_desks(LEAD, REVIEWER, AUDITED)
    # The demonstration has two audits.
    here = f"{site}/audits/AUD-{day.year}-003"
    planned(lead, site, day)
    carried_to_review(lead, here)
    paper_reviewed(reviewer, here)
    written(lead, here)
    reviewer.goto(here)
    step(reviewer, "Issue the draft to the audited")
    checked_by_the_audited(audited, here)
    answered_by_the_lead(lead, here)
    reviewer.goto(here)
    step(reviewer, "Issue the final report")
    look(reviewer, "audit")
    done_by_the_audited(audited, here)
    followed_up(lead, here, day)
    verified_and_closed(reviewer, here)
