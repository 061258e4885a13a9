"""A real browser for the journeys: how it is started, what it is held to, and what it looks at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "var" / "screenshots"

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUIET = [
    "--no-sandbox",  # the sandbox refuses root, as whom containers run
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--no-pings",
    "--metrics-recording-only",
    # Whatever asks for another machine gets an address that leads nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

_scriptless: WeakSet[BrowserContext] = WeakSet()
_readers: WeakKeyDictionary[Browser, Page] = WeakKeyDictionary()


def start(playwright: Playwright) -> Browser:
    """Start Debian's Chromium, kept off the network."""
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=QUIET)


@dataclass
class Faults:
    """What a browser complained of while a journey ran: errors of scripts, of the policy, of the server."""

    told: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Answers of 400 and above that the journey means to get."""

    def watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.told.append(f"script: {error}"))
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser's own line about a failed answer says less than the answer itself, watched below.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.told.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.told.append(f"answer {response.status}: {response.url}")

    def _failed(self, request: Any) -> None:
        # A page left before it has loaded, or a download, aborts on purpose.
        if request.failure != "net::ERR_ABORTED":
            self.told.append(f"not loaded: {request.url} ({request.failure})")


def open_context(browser: Browser, size: dict[str, int], *, scripts: bool) -> BrowserContext:
    """Open a browser with nothing in it, as a London visitor would."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        java_script_enabled=scripts,
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    if not scripts:
        _scriptless.add(context)
    return context


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def _where_axe_can_run(page: Page) -> Page:
    """Give the page itself, or a copy of it when it was loaded without scripts, where axe could not run.

    The copy shows what the visitor sees: the same markup and style, no scripts started, what stands in
    ``noscript`` shown. One reader's window is kept for all copies, so that styles are loaded once.
    """
    if page.context not in _scriptless:
        return page
    markup = re.sub(
        r"<script\b.*?</script>|</?noscript>", "", page.content(), flags=re.DOTALL | re.IGNORECASE
    )
    browser, size = page.context.browser, page.viewport_size
    assert browser is not None
    assert size is not None
    if browser not in _readers:
        _readers[browser] = browser.new_context().new_page()
    copy = _readers[browser]
    copy.set_viewport_size(size)
    address = page.url.partition("#")[0]
    copy.route(address, lambda route: route.fulfill(body=markup, content_type="text/html; charset=utf-8"))
    copy.goto(address)
    copy.unroute(address)
    return copy


def violations(page: Page) -> list[str]:
    """What of WCAG 2.0 to 2.2, A and AA, the page in its present state breaks, a line for each place."""
    # A click answers when the next page starts to come; what is judged is the page that came.
    page.wait_for_load_state("load")
    seen = _where_axe_can_run(page)
    if not seen.evaluate("typeof window.axe === 'object'"):
        # Evaluated, not added as a script, because the page's own policy would rightly refuse that.
        seen.evaluate(_axe())
    found: dict[str, Any] = seen.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        WCAG,
    )
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n    at {' '.join(map(str, node['target']))}\n"
        f"    {node['html'][:200]}\n    {(node['failureSummary'] or '').replace(chr(10), chr(10) + '    ')}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def check_accessible(page: Page) -> None:
    """Fail unless axe finds nothing wrong by WCAG 2.2 AA."""
    found = violations(page)
    assert not found, f"{page.url} is not accessible:\n" + "\n".join(found)


_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const scrolls = (element) => {
        for (let at = element.parentElement; at; at = at.parentElement)
            if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(at).overflowX)) return true;
        return false;
    };
    const out = [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element))
        .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') || ''} `
            + `reaches ${Math.round(element.getBoundingClientRect().right)} of ${width}`);
    return out.length ? out : [`${document.documentElement.scrollWidth} of ${width} pixels`];
}"""


def check_no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than its window or a phone (WCAG 1.4.10), and name what sticks out."""
    page.wait_for_load_state("load")
    came_as = page.viewport_size
    wide: list[str] = page.evaluate(_WIDE)
    if came_as != PHONE:
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        wide += page.evaluate(_WIDE)
        if came_as is not None:
            page.set_viewport_size(came_as)
    assert not wide, f"{page.url} scrolls sideways:\n" + "\n".join(wide)


def screenshot(page: Page, name: str) -> Path:
    """Keep a picture of the whole page in ``var/screenshots/``."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
