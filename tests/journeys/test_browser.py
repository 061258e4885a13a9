"""The browser is held to what the journeys claim of it: each check finds the fault it is for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.harness import browser as browsing

ADDRESS = "http://localhost/page"
FRAME = (
    "<!doctype html><html lang='en'><head><title>A page</title></head>"
    "<body><main><h1>A page</h1>{}</main></body></html>"
)
GOOD = FRAME.format(
    "<p>Words</p><div style='overflow-x: auto' tabindex='0'><p style='width: 900px'>Wide</p></div>"
)


def show(page: Page, body: str, *, status: int = 200, policy: str = "") -> None:
    """Let the page load a body as if a server had sent it."""

    def answer(route: Route) -> None:
        route.fulfill(
            status=status, body=body, content_type="text/html", headers={"Content-Security-Policy": policy}
        )

    page.route(ADDRESS, answer)
    page.goto(ADDRESS)


@pytest.fixture
def faults() -> browsing.Faults:
    return browsing.Faults()


@pytest.fixture(params=[True, False], ids=["scripts", "without-scripts"])
def blank(request: pytest.FixtureRequest, browser: Browser, faults: browsing.Faults) -> Iterator[Page]:
    context = browsing.open_context(browser, browsing.PHONE, scripts=request.param)
    page = context.new_page()
    faults.watch(page)
    yield page
    context.close()


def test_a_good_page_passes_every_check(blank, faults):
    show(blank, GOOD)

    browsing.check_accessible(blank)
    browsing.check_no_sideways_scroll(blank)
    assert faults.told == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<img src='data:,'>", "image-alt"),
        ("<input type='text'>", "label"),
        ("<p style='color: #bbb; background: #fff'>Pale</p>", "color-contrast"),
        ("<button style='width: 9px; height: 9px; padding: 0'></button>" * 2, "button-name"),
    ],
)
def test_a_page_that_shuts_people_out_is_found(blank, body, rule):
    show(blank, FRAME.format(body))

    with pytest.raises(AssertionError, match=rule):
        browsing.check_accessible(blank)


def test_targets_too_small_to_hit_are_found(blank):
    """WCAG 2.2, 2.5.8: the newest criteria are asked for too."""
    small = (
        "<button style='width: 9px; height: 9px; padding: 0; border: 0; margin: 0' aria-label='Go'></button>"
    )
    show(blank, FRAME.format(f"<div style='font-size: 0'>{small * 3}</div>"))

    with pytest.raises(AssertionError, match="target-size"):
        browsing.check_accessible(blank)


def test_a_page_wider_than_a_phone_is_found(blank):
    show(blank, FRAME.format("<p class='wide' style='width: 400px'>Wide</p>"))

    with pytest.raises(AssertionError, match=r"p\.wide reaches \d+ of 320"):
        browsing.check_no_sideways_scroll(blank)


def test_what_the_content_policy_refuses_is_found(blank, faults):
    show(blank, GOOD, policy="default-src 'none'; style-src 'self'")

    assert any("Content Security Policy" in line for line in faults.told)


def test_an_answer_that_is_a_fault_is_found(blank, faults):
    show(blank, GOOD, status=500)

    assert faults.told == [f"answer 500: {ADDRESS}"]


def test_a_refusal_that_is_expected_is_no_fault(blank, faults):
    faults.expected.add(403)

    show(blank, GOOD, status=403)

    assert faults.told == []


@pytest.mark.parametrize("blank", [True], indirect=True, ids=["scripts"])
def test_an_error_of_a_script_is_found(blank, faults):
    show(blank, FRAME.format("<script>nobody.knows</script>"))

    assert any("nobody is not defined" in line for line in faults.told)


def test_the_browser_reaches_no_other_machine(blank, faults):
    show(
        blank,
        FRAME.format("<img alt='' src='http://192.0.2.1/x.png'><img alt='' src='http://example.org/x.png'>"),
    )
    blank.wait_for_load_state("networkidle")

    assert any("not loaded: http://example.org/x.png" in line for line in faults.told)
    assert any("not loaded: http://192.0.2.1/x.png" in line for line in faults.told)


@pytest.mark.parametrize("blank", [False], indirect=True, ids=["without-scripts"])
def test_a_page_without_scripts_stays_so_after_it_was_checked(blank):
    page = FRAME.format(
        "<p id='said'>Quiet</p><script>document.getElementById('said').textContent = 'Ran'</script>"
    )
    show(blank, page)
    browsing.check_accessible(blank)

    show(blank, page)

    assert blank.inner_text("#said") == "Quiet"
