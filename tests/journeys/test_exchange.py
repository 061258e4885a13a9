"""A second requester is stopped by what is held, hours are saved, and a share ends (G1, G3, ¶10(iv), ¶29)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.factories.exchange import report_pdf
from tests.factories.files import PDF
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot


def look(page, name=""):
    check_accessible(page)
    check_no_sideways_scroll(page)
    if name:
        screenshot(page, name)


def keep(page, site, day):
    page.goto(f"{site}/exchange/keep")
    page.get_by_label("What is it?").select_option("risk-register")
    page.get_by_label("About which unit or body?").fill("N57EKNT")
    page.get_by_label("As at which day?").fill(f"{day:%d/%m/%Y}")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "Register.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_label("Marking").select_option("official")
    look(page, "exchange-keep")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("The copy is kept.")).to_be_visible()
    look(page, "exchange-item")


def be_stopped_and_reuse(page, site, day):
    page.goto(f"{site}/exchange/ask")
    look(page, "exchange-ask")
    page.get_by_label("What do you need?").select_option("risk-register")
    page.get_by_label("About which unit or body?").fill("N57EKNT")
    page.get_by_role("button", name="Look for it").click()
    expect(page.get_by_role("heading", name="This is held already")).to_be_visible()
    look(page, "exchange-held-already")
    page.get_by_label("What is it for?").fill("An audit")
    page.get_by_label("By when do you need it?").fill(f"{day + timedelta(14):%d/%m/%Y}")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("link", name="This is held already")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Reuse it (its owner").click()
    page.get_by_label("What will you use it for?").fill("To plan an audit")
    page.get_by_role("button", name="Reuse it").click()
    expect(page.get_by_text("Its owner was asked for leave.")).to_be_visible()


def share(page, site, day):
    page.goto(f"{site}/exchange/shares/give")
    page.get_by_label("A report, published or not, as PDF").check()
    page.get_by_label("Title").fill("Audit of East Kent")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "Audit.pdf", "mimeType": "application/pdf", "buffer": report_pdf()}
    )
    page.get_by_label("Marking").select_option("official_sensitive")
    page.get_by_label("With whom?").fill("hmip")
    page.get_by_label("What is it for?").fill("To plan inspections")
    page.get_by_label("Last day").fill(f"{day + timedelta(7):%d/%m/%Y}")
    look(page, "exchange-share-give")
    page.get_by_role("button", name="Share it from today").click()
    expect(page.get_by_text("It is shared from today.")).to_be_visible()
    look(page, "exchange-share")


def give_leave(page, site):
    page.goto(f"{site}/exchange")
    look(page, "exchange-library")
    page.get_by_role("link", name="Risk register").first.click()
    page.locator("a[href$='/give']").click()
    page.get_by_role("button", name="Give leave").click()
    expect(page.get_by_text("They can read it now.")).to_be_visible()
    page.goto(f"{site}/exchange/requests/in")
    expect(page.get_by_text("saved about 2 hours")).to_be_visible()
    look(page, "exchange-inbox")


def test_a_second_requester_is_stopped_by_what_is_held_and_a_share_ends(page, site, sign_in_as, faults):
    day = timezone.localdate()
    faults.expected |= {404, 409}
    sign_in_as(page, "head_of_pdu")
    keep(page, site, day)
    sign_in_as(page, "osag_coordinator")
    be_stopped_and_reuse(page, site, day)
    share(page, site, day)
    sign_in_as(page, "head_of_pdu")
    give_leave(page, site)
    sign_in_as(page, "hmip_planner")
    page.goto(f"{site}/exchange/shares")
    page.get_by_role("link", name="Audit of East Kent").click()
    with page.expect_download() as handed:
        page.get_by_role("button", name="Download it").click()
    assert handed.value.suggested_filename == "Audit.pdf"
    read = page.url

    sign_in_as(page, "osag_coordinator")
    page.goto(f"{site}/exchange/supplies")
    look(page, "exchange-supplies")
    page.goto(f"{site}/exchange/disposal")
    look(page, "exchange-disposal")
    page.goto(read)
    page.get_by_role("link", name="End it now").click()
    page.get_by_label("Why does it end early?").fill("It is published")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("The share has ended.")).to_be_visible()
    look(page, "exchange-share-ended")

    sign_in_as(page, "hmip_planner")
    page.goto(read)
    expect(page.locator("main")).to_contain_text("no such share")
