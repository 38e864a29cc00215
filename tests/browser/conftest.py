"""Fixtures of the browser tests: a real Chromium against the real server, in both languages, light and dark, wide and narrow.

The pages forbid inline script, so Playwright's `wait_for_function` fails on them: wait with `expect(locator)`.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser import late_scripts
from tests.harness import chromium

# Playwright keeps an event loop in this thread, and Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

LOCALES = {"vi": "vi-VN", "en": "en-GB"}
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
# Ten seconds are a fault, on a slow machine too.
PATIENCE_MS = 10_000

OpenContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = chromium.obtain()
    assert path, "No Chromium: install one, or name it with SOON_CHROMIUM."
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=chromium.flags())
        yield opened
        opened.close()


@pytest.fixture(scope="session", autouse=True)
def scripts() -> Iterator[None]:
    """The scripts of all pages: in time, or late when that is asked for (see late_scripts.py)."""
    with late_scripts.from_the_server():
        yield


@pytest.fixture
def browser_context(browser: Browser, live_server: Any) -> Iterator[OpenContext]:
    """Open a visitor's own window: `browser_context(language="vi", dark=False, width=1280, height=800, javascript=True)`.

    Each call is another visitor, without the cookies of the others. At the end of the test, no page of any of them may have
    logged an error to the console (a script that fails, a file that is missing, a rule of the content security policy broken).
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_context(
        language: str = "vi", dark: bool = False, width: int = 1280, height: int = 800, javascript: bool = True
    ) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            locale=LOCALES[language],
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", lambda message: complaints.extend(complaint(message)))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        opened.append(context)
        late_scripts.on_every_page(context)
        return context

    yield open_context
    for context in opened:
        context.close()
    assert not complaints, f"The browser's console says: {complaints}"


def complaint(message: ConsoleMessage) -> list[str]:
    """Return what a console message complains of: nothing when it is no error, or a refusal (4xx) of a page or a form.

    Tests provoke refusals on purpose; a missing file of our own is a fault.
    """
    words = f"{message.text} {message.location['url']}"
    refused = re.search(r"the server responded with a status of 4\d\d", words) and "/static/" not in words
    return [] if message.type != "error" or refused else [words]


@pytest.fixture
def page(browser_context: OpenContext) -> Page:
    """A page of a Vietnamese visitor, light, 1280 px wide; `page.goto("/orders/")` needs no host."""
    return browser_context().new_page()


@pytest.fixture
def page_of(browser_context: OpenContext, live_server: Any) -> Callable[..., Page]:
    """Open a page of a user who is already signed in: `page_of(user, language="en", dark=True, width=375)`.

    The log-in page itself is a test of its own; every other test comes in by a session made beside it.
    """

    def open_page(user: AbstractBaseUser, **options: Any) -> Page:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = browser_context(**options)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return context.new_page()

    return open_page


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Write the whole page to var/screenshots/<database>/<test file>/<name>.png: `screenshot(page, "order-vi-dark")`.

    Only with SOON_SCREENSHOTS=1: a picture is for eyes and checks nothing.
    """
    folder = SCREENSHOTS / os.environ.get("SOON_TEST_DATABASE", "sqlite") / request.path.stem.removeprefix("test_")

    def take(page: Page, name: str) -> None:
        if os.environ.get("SOON_SCREENSHOTS"):
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}.png", full_page=True, animations="disabled")

    return take


@pytest.fixture
def axe_complaints() -> Callable[..., str]:
    """Return what axe finds against WCAG 2.2 A and AA on the page as it stands, "" for nothing.

    `axe_complaints(page)` asks everything, `axe_complaints(page, "color-contrast")` only the rules named.
    """
    axe = Axe()

    def look(page: Page, *rules: str) -> str:
        page.wait_for_load_state("load")  # or scripts would rebuild fields while their places are being measured
        only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": WCAG_AA}
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe.axe_script)
        found = page.evaluate("options => axe.run(options)", {"runOnly": only, "resultTypes": ["violations"]})
        assert found["passes"] is not None, "axe did not run"
        return f"{page.url}\n{_readable(found['violations'])}" if found["violations"] else ""

    return look


@pytest.fixture
def assert_no_axe_violations(axe_complaints: Callable[..., str]) -> Callable[[Page], None]:
    """Assert that axe finds nothing against WCAG 2.2 A and AA on the page as it stands: `assert_no_axe_violations(page)`."""

    def look(page: Page) -> None:
        found = axe_complaints(page)
        assert not found, found

    return look


def _readable(violations: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{violation['id']}: {violation['help']}\n    {node['html']}\n    {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    )
