"""A contract through a missed level, a lever, a change and a dispute, in a browser (B3, ¶13)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from oversight.delivery.rules.measures import period_of
from oversight.exchange.rules.supplying import Every
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot

CONTRACT = "PRJ_5428"
MANAGER, COMMERCIAL = "contract_manager", "commercial_contract_manager"


def look(page, name):
    check_accessible(page)
    check_no_sideways_scroll(page)
    screenshot(page, name)


def miss_a_level(page, site, day):
    first = period_of(Every.QUARTER, period_of(Every.QUARTER, day).first - timedelta(1)).first
    page.goto(f"{site}/contracts/{CONTRACT}")
    page.get_by_role("link", name="Open a period that ended").click()
    page.get_by_label("First day of the quarter").fill(f"{first:%d/%m/%Y}")
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_text("The period is open.")).to_be_visible()
    page.get_by_role("button", name="Enter service levels").click()
    for label, figure in (("First appointment", "81"), ("Action plan", "94"), ("Outcomes", "55")):
        page.get_by_label(label).fill(figure)
    look(page, "contract-levels")
    page.get_by_role("button", name="Save them").click()
    expect(page.get_by_text("1 missed")).to_be_visible()
    page.get_by_role("link", name="Assess the period").click()
    page.get_by_label("What do you say of this period?").fill("Nine points short on first appointments.")
    page.get_by_role("button", name="Assess it and give it to OSAG").click()
    expect(page.get_by_text("OSAG has the assessment.")).to_be_visible()
    look(page, "contract-period")


def raise_one(page, site, link, button, text):
    page.goto(f"{site}/contracts/{CONTRACT}")
    page.get_by_role("link", name=link).click()
    page.get_by_label("What is it called?").fill(text)
    if button == "Propose a lever":
        page.get_by_label("Which lever?").select_option("improvement-notice")
        page.get_by_label("Clause of the contract that gives it").fill("Schedule 9, paragraph 4")
        look(page, "contract-lever")
    page.locator("textarea[name=text]").fill("As discussed with the provider.")
    page.locator("main form button").click()
    expect(page.get_by_text("it is there.")).to_be_visible()


def take(page, site, matter, label, *, due=""):
    page.goto(f"{site}/contract-matters/{CONTRACT}-{matter}-1")
    page.get_by_role("link", name=label, exact=True).click()
    page.get_by_label("What was done or decided, and why?").fill("Agreed at the monthly meeting.")
    if due:
        page.get_by_label("By when does the provider have to act?").fill(due)
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.get_by_text("It is recorded.")).to_be_visible()


def test_a_contract_through_a_missed_level_a_lever_a_change_and_a_dispute(page, site, sign_in_as):
    day = timezone.localdate()
    carry_a_contract(page, site, sign_in_as, day)


def carry_a_contract(page, site, sign_in_as, day):
    sign_in_as(page, MANAGER)
    page.goto(f"{site}/contracts?text={CONTRACT}")
    look(page, "contracts")
    miss_a_level(page, site, day)
    raise_one(page, site, "Propose a lever", "Propose a lever", "Late first appointments")
    raise_one(page, site, "Propose a contract change", "Propose it", "A second site")
    take(page, site, "CHANGE", "Record the impact")
    raise_one(page, site, "Raise a dispute", "Raise it", "Who pays for it")
    take(page, site, "DISPUTE", "Hand it to Commercial")

    sign_in_as(page, COMMERCIAL)
    take(page, site, "LEVER", "Authorise it")
    take(page, site, "CHANGE", "Approve it")
    take(page, site, "CHANGE", "Record that the contract was varied")
    take(page, site, "DISPUTE", "Record how it was resolved")

    sign_in_as(page, MANAGER)
    take(page, site, "LEVER", "Record that it was served", due=f"{day + timedelta(28):%d/%m/%Y}")
    look(page, "contract-matter")
    take(page, site, "LEVER", "Record what the provider did to cure it")
    take(page, site, "LEVER", "Accept the cure")
    take(page, site, "CHANGE", "Record that it is in force")
    page.goto(f"{site}/contracts/{CONTRACT}")
    for words in ("Lever: cured", "Contract change: in force", "Dispute: resolved", "Performance assessed"):
        expect(page.get_by_role("heading", name=words)).to_be_visible()
    look(page, "contract")
