"""What every journey stands on: the whole service on a real address, its real data, a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from tests.harness import browser as browsing
from tests.harness.databases import Snapshot

SignInAs = Callable[..., Page]

_furnished: list[Snapshot] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.journey)
            # On a machine that does other work too a browser can be late; the report counts each second try.
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, and Django takes that for a mistake in our code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = browsing.start(playwright)
        yield started
        started.close()


@pytest.fixture
def furnished(transactional_db: None) -> None:
    """The database as ``oversight setup`` leaves it, set up once and copied for every journey."""
    if _furnished:
        _furnished[0].restore()
        return
    from oversight.web.command_line.running import setup

    assert setup.callback is not None
    setup.callback()
    _furnished.append(Snapshot())


@pytest.fixture
def site(furnished: None, live_server: Any) -> str:
    """Address of the running service, without a slash at its end."""
    return str(live_server.url)


@pytest.fixture
def faults() -> browsing.Faults:
    """What the browser complained of; a journey that means to meet a refusal adds its status here."""
    return browsing.Faults()


@contextmanager
def _opened(
    browser: Browser, site: str, faults: browsing.Faults, size: dict[str, int], *, scripts: bool
) -> Iterator[Page]:
    context = browsing.open_context(browser, size, scripts=scripts)
    context.set_extra_http_headers({"Accept-Language": "en-GB"})
    page = context.new_page()
    faults.watch(page)
    page.goto(f"{site}/")
    yield page
    context.close()
    assert faults.told == [], "The browser complained:\n" + "\n".join(faults.told)


@pytest.fixture
def page(browser: Browser, site: str, faults: browsing.Faults) -> Iterator[Page]:
    """A desktop, with scripts, on the public front page."""
    with _opened(browser, site, faults, browsing.DESKTOP, scripts=True) as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser, site: str, faults: browsing.Faults) -> Iterator[Page]:
    """A narrow phone (320 pixels), with scripts, on the public front page."""
    with _opened(browser, site, faults, browsing.PHONE, scripts=True) as opened:
        yield opened


@pytest.fixture
def plain(browser: Browser, site: str, faults: browsing.Faults) -> Iterator[Page]:
    """A desktop without scripts, on the public front page."""
    with _opened(browser, site, faults, browsing.DESKTOP, scripts=False) as opened:
        yield opened


@pytest.fixture(
    params=[
        pytest.param((browsing.DESKTOP, True), id="desktop"),
        pytest.param((browsing.PHONE, False), id="phone-without-scripts"),
    ]
)
def every_page(
    request: pytest.FixtureRequest, browser: Browser, site: str, faults: browsing.Faults
) -> Iterator[Page]:
    """The front page on a desktop with scripts and on a phone without, one test for each.

    Between them every width and every script is met; both are held to a phone's width.
    """
    size, scripts = request.param
    with _opened(browser, site, faults, size, scripts=scripts) as opened:
        yield opened


@pytest.fixture
def sign_in_as(site: str) -> SignInAs:
    """Sign a page in as the demonstration person of a role: ``sign_in_as(page, "osag_coordinator")``.

    Where two of a role have to agree, ``second=True`` is the other one.
    """
    from oversight.access.queries import demonstration_people

    def sign_in(page: Page, role: str, *, second: bool = False) -> Page:
        people = {
            person.role: membership
            for person, membership in demonstration_people(today=timezone.localdate())
            if person.second == second
        }
        assert people.get(role), f"Nobody in the demonstration is {role}; there are {sorted(people)}."
        page.goto(f"{site}/sign-in")
        page.locator(f"button[name=membership][value='{people[role].id}']").click()
        page.wait_for_url(f"{site}/home")
        return page

    return sign_in


@pytest.fixture
def at_desks(
    browser: Browser, site: str, faults: browsing.Faults, sign_in_as: SignInAs
) -> Iterator[Callable[..., tuple[Page, ...]]]:
    """Seat people of roles at a desktop each, signed in: ``at_desks("osag_lead", "head_of_pdu")``.

    Where several act in turn, each is signed in once.
    """
    with ExitStack() as desks:

        def seat(*roles: str) -> tuple[Page, ...]:
            desktop = (browser, site, faults, browsing.DESKTOP)
            return tuple(
                sign_in_as(desks.enter_context(_opened(*desktop, scripts=True)), role) for role in roles
            )

        yield seat
