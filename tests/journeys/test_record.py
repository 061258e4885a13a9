"""The record as people read it and take a checkpoint of it away (paragraph 10(iii))."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from oversight.ledger.checkpoints import public_key, read_checkpoint
from oversight.ledger.verifying import verify
from tests.harness.browser import check_accessible, check_no_sideways_scroll, screenshot


def test_a_party_takes_a_checkpoint_away_and_proves_the_record_with_it(every_page, site, sign_in_as):
    sign_in_as(every_page, "auditor")
    every_page.goto(f"{site}/record")
    check_accessible(every_page)
    check_no_sideways_scroll(every_page)
    screenshot(every_page, "record")

    every_page.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(every_page.locator("main")).to_contain_text("Unchanged")
    check_accessible(every_page)
    check_no_sideways_scroll(every_page)
    screenshot(every_page, "record-entry")

    every_page.goto(f"{site}/record/checkpoints")
    every_page.get_by_role("button", name="Take a checkpoint").click()
    check_accessible(every_page)
    every_page.locator("main").get_by_role("button", name="Take a checkpoint").click()
    check_accessible(every_page)
    check_no_sideways_scroll(every_page)
    screenshot(every_page, "record-checkpoints")
    with every_page.expect_download() as waiting:
        every_page.get_by_role("link", name="Download").first.click()

    held = read_checkpoint(Path(waiting.value.path()).read_bytes())
    found = verify(held=[held], keys=[public_key()])
    assert found.is_sound
    assert found.entries > held.sequence


def test_a_reader_of_one_party_meets_what_is_kept_and_a_filter_that_is_wrong(
    every_page, site, sign_in_as, faults
):
    sign_in_as(every_page, "sponsorship_officer")
    every_page.goto(f"{site}/record")
    expect(every_page.locator("main")).to_contain_text("Kept to that party")
    check_accessible(every_page)

    faults.expected |= {404, 422}
    every_page.goto(f"{site}/record?verb=nothing")
    expect(every_page.locator("main")).to_contain_text("There is a problem")
    check_accessible(every_page)
    check_no_sideways_scroll(every_page)
    every_page.goto(f"{site}/record/99999999")
    check_accessible(every_page)
