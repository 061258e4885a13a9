"""A published plan as each body sees it, and actions brought in from a file (E3, E6, H5, ¶24, ¶27)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

TITLE = "Example action plan on training and information"
PLAN = "PLAN-DEMO-2025-TRAINING"
REPLACEMENT = "DEMO-2025-INFORMATION-R1"


def look(page, address, name=""):
    page.goto(address)
    expect(page.locator("h1")).to_have_count(1)
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def test_a_plan_that_moved_was_merged_and_superseded_as_each_body_sees_it(phone, site, sign_in_as):
    page = phone
    main = page.locator("main")
    look(page, f"{site}/action-plans", "public-plans-on-a-phone")
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("h1")).to_have_text(TITLE)
    check_accessible(page)
    check_no_sideways_scroll(page)
    screenshot(page, "public-plan-on-a-phone")
    expect(main.get_by_text("One plan was made for these 2 reports.")).to_be_visible()
    expect(main.get_by_text("Moved to")).to_be_visible()
    expect(main.get_by_role("link", name=REPLACEMENT).first).to_be_visible()
    page.get_by_role("link", name="Version 1").click()
    expect(main.get_by_text("This is version 1, as it was.")).to_be_visible()
    expect(main.get_by_text("Moved to")).to_have_count(0)

    sign_in_as(page, "regional_probation_director")
    look(page, f"{site}/plans/actions?plan={PLAN}")
    expect(main.get_by_text("1 action,")).to_be_visible()
    look(page, f"{site}/plans/{PLAN}/actions/2", "plan-action-of-the-region")
    expect(main.get_by_text("New officers of two units have fewer cases.")).to_be_visible()

    sign_in_as(page, "hmip_lead_inspector")
    look(page, f"{site}/plans/{PLAN}", "published-plan-inspectorate")
    expect(main.get_by_text("Closed, superseded")).to_be_visible()

    sign_in_as(page, "osag_lead")
    look(page, f"{site}/plans/{PLAN}/public", "plan-public-sight")
    expect(main.get_by_text("New officers of two units have fewer cases.")).to_be_visible()
    page.goto(f"{site}/plans/{PLAN}/update")
    page.get_by_label("Address on GOV.UK").fill("https://www.gov.uk/example-second-update")
    page.get_by_role("button", name="The update is published").click()
    expect(page.get_by_text("its public page has a new version.")).to_be_visible()
    # The page of the plan itself may be kept for a minute by whoever read it before.
    page.goto(f"{site}/action-plans/{PLAN}/versions/3")
    expect(page.get_by_role("link", name="Version 3")).to_be_visible()
    expect(main.get_by_text("New officers of two units have fewer cases.")).to_be_visible()


def test_repeats_are_linked_and_counted_for_staff_and_the_public(phone, site, sign_in_as, faults):
    faults.expected.add(409)
    page = sign_in_as(phone, "hmip_lead_inspector")
    main = page.locator("main")
    page.goto(f"{site}/recommendations/DEMO-2024-EAST-KENT-R3")
    page.get_by_role("link", name="Link it to one that says the same").click()
    expect(page.locator("h1")).to_have_text("Link it to one that says the same")
    page.get_by_label("Reference of the other recommendation").fill("DEMO-2025-INFORMATION-R9")
    page.get_by_label("What makes them the same matter?").fill("Both want figures every week.")
    check_accessible(page)
    page.get_by_role("button", name="Link them").click()
    expect(main.get_by_role("link", name="There is no recommendation of this reference")).to_be_visible()
    check_accessible(page)
    page.get_by_label("Reference of the other recommendation").fill("DEMO-2025-INFORMATION-R1")
    page.get_by_role("button", name="Link them").click()
    expect(page.locator("h1")).to_have_text("Is it a repeat?")
    expect(main.get_by_text("Somebody put these together")).to_be_visible()
    check_accessible(page)
    check_no_sideways_scroll(page)
    screenshot(page, "repeat-on-a-phone")
    look(page, f"{site}/recommendations/repeats", "repeats-on-a-phone")
    look(page, f"{site}/recommendations/trends", "trends-on-a-phone")
    expect(main.get_by_role("link", name="1 repeated in").first).to_be_visible()
    # Only what is on the web counts for the public, and East Kent's report is not.
    look(page, f"{site}/recommendations-by-year", "public-trends-on-a-phone")
    expect(main.get_by_text("1 repeated").first).to_be_visible()
    page.get_by_role("link", name="Count by body addressed").click()
    expect(main.get_by_role("rowheader", name="HM Prison and Probation Service")).to_be_visible()

    sign_in_as(page, "hmpps_officer")
    look(page, f"{site}/plans/notices", "notices-on-a-phone")
    expect(main.get_by_text("It was decided on the date asked for").first).to_be_visible()


def test_actions_are_brought_in_from_a_file_after_its_faults_were_seen(page, site, sign_in_as, faults):
    faults.expected.add(422)
    sign_in_as(page, "head_of_pdu")
    main = page.locator("main")
    look(page, f"{site}/plans/bring-in", "bring-in")
    due = (timezone.now() + timedelta(days=60)).strftime("%d/%m/%Y")
    heading = "Plan,Rec,What we do,Lead,Success measure,By when"
    plan = "PLAN-DEMO-2024-EAST-KENT"
    good = f"{plan},1,Read ten cases a month.,East Kent,All ten read.,{due}"

    def choose(*rows):
        content = "\n".join([heading, *rows]).encode()
        page.get_by_label("File", exact=True).set_input_files(
            {"name": "ours.csv", "mimeType": "text/csv", "buffer": content}
        )
        page.get_by_role("button", name="Read the file").click()
        expect(page.locator("h1")).to_have_text("Which column is which?")
        page.get_by_label("Action", exact=True).select_option("What we do")

    choose(good, f"{plan},9,Say who reads.,Atlantis,,soon")
    check_accessible(page)
    screenshot(page, "bring-in-columns")
    page.get_by_role("button", name="See what it would do").click()
    expect(main.get_by_text("1 row of 2 has to be corrected")).to_be_visible()
    expect(main.get_by_text("Owner: “Atlantis” is not on the list.")).to_be_visible()
    check_accessible(page)
    check_no_sideways_scroll(page)
    screenshot(page, "bring-in-faults")
    page.get_by_role("link", name="choose it again").click()
    expect(page.get_by_role("button", name="Read the file")).to_be_visible()
    choose(good)
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("button", name="Bring in 1 action").click()
    expect(page.get_by_text("1 action brought in from ours.csv.")).to_be_visible()
