"""Signing in to the demonstration, in every way that people come."""

from __future__ import annotations

import pytest

from tests.harness.browser import check_accessible, check_no_sideways_scroll


def test_anyone_can_pick_a_role_and_leave_again(every_page, site, sign_in_as):
    sign_in_as(every_page, "osag_coordinator")
    check_accessible(every_page)
    check_no_sideways_scroll(every_page)

    every_page.get_by_role("button", name="Sign out").click()

    every_page.goto(f"{site}/sign-in")
    check_accessible(every_page)
    check_no_sideways_scroll(every_page)


@pytest.mark.parametrize("path", ["/duties", "/home", "/record"])
def test_a_page_for_staff_asks_a_stranger_to_sign_in(page, site, path):
    page.goto(f"{site}{path}")

    assert "sign-in" in page.url
    check_accessible(page)
