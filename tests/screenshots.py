"""Take the pictures of the user guide from the demo company, in both languages, into docs/images: `make screenshots`.

The server is the real one, on a day of its own, so that the pictures of two runs are alike.
"""

import datetime
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.harness import chromium  # noqa: E402  (found through the line above)
from tests.harness.palette import with_palette  # noqa: E402

IMAGES = ROOT / "docs" / "images"
DAY = datetime.date(2026, 11, 20)
LOCALES = {"vi": "vi-VN", "en": "en-GB"}
PASSWORD = "soon-demo"
WIDTH = 1280
CLOSE = "a[data-dialog][href$='/closure/']"
MOST_BYTES = 150_000
SECONDS_TO_START = 60
# Runs the program as if it were DAY, nine in the morning in Hanoi.
ON_THAT_DAY = f"""
import sys, time_machine
time_machine.travel("{DAY}T02:00:00+00:00").start()
from soon.cli import main
sys.argv[0] = "soon"
main()
"""


def main() -> int:
    """Take every picture and return 1 if one is too large."""
    path = chromium.obtain()
    if not path:
        print("There is no Chromium, and none could be fetched.")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="soon-screenshots-") as folder,
        demo_server(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=chromium.flags())
        photograph(browser, address)
        browser.close()
    sizes = {picture.name: picture.stat().st_size for picture in sorted(IMAGES.glob("*.png"))}
    for name, size in sizes.items():
        print(f"{size / 1000:6.0f} kB  {name}{'  TOO LARGE' if size > MOST_BYTES else ''}")
    return int(any(size > MOST_BYTES for size in sizes.values()))


@contextmanager
def demo_server(folder: Path) -> Iterator[str]:
    """Load the demo company into `folder` and serve it on a free port; yield the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "SOON_DATA_DIR": str(folder),
        "SOON_SECRET_KEY": "only for pictures",
        "PORT": str(port),
        "SOON_WORKER": "no",
    }
    environment.pop("DATABASE_URL", None)
    soon = [sys.executable, "-c", ON_THAT_DAY]
    subprocess.run([*soon, "demo", "--today", DAY.isoformat()], env=environment, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([*soon, "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    """Return when somebody answers at `address`; TimeoutError if nobody does."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/account/login/", timeout=5).close()
            return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise TimeoutError(address)


def photograph(browser: Browser, address: str) -> None:
    """Take the pictures in both languages; the customer's order is closed between its dialog and its page."""
    staff = {language: signed_in(browser, address, language, "admin@example.com") for language in LOCALES}
    customer = {language: signed_in(browser, address, language, "customer@example.com") for language in LOCALES}
    for language, page in staff.items():
        page.goto("/plans/2/edit/")
        take(page, f"plan-{language}", 800)
        open_closable(page, "/orders/?filter=in_progress")
        page.locator(CLOSE).click()
        page.locator(".combobox-option").first.click()
        take(page, f"close-dialog-{language}", 660)
        page.goto("/billing-runs/new/")
        take(page, f"bill-now-{language}", 640)
        page.goto("/close-reasons/")
        take(page, f"close-reasons-{language}", 780)
        page.goto("/orders/?filter=churned&group=reason")
        page.locator(".group-head .fold").nth(4).click()
        # The address names the group that was opened; without it nothing is framed.
        page.goto(page.url.partition("#")[0])
        take(page, f"reasons-{language}", 830)
    for language, page in customer.items():
        open_their_dialog(page)
        take(page, f"portal-close-{language}", 800)
    number = close_it(customer["en"])
    for language, page in staff.items():
        page.goto(f"/orders/{number}/")
        take(page, f"order-churned-{language}", 780)


def signed_in(browser: Browser, address: str, language: str, email: str) -> Page:
    """Return a page of somebody who reads `language` and is signed in."""
    context: BrowserContext = browser.new_context(
        base_url=address,
        locale=LOCALES[language],
        viewport={"width": WIDTH, "height": 800},
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/account/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form .primary").click()
    page.wait_for_url("**/")
    return page


def open_their_dialog(page: Page) -> None:
    """Open the customer's dialog and pick a reason."""
    open_closable(page, "/portal/")
    page.locator(CLOSE).click()
    # The answer brings the offer beside the reason.
    with page.expect_response("**/offer/"):
        page.locator("#dialog [type=radio]").first.check()


def open_closable(page: Page, addresses: str) -> None:
    """Open the first order of a list that can be closed."""
    page.goto(addresses)
    for address in page.locator(".row-link").evaluate_all("links => links.map((link) => link.href)"):
        page.goto(address)
        if page.locator(CLOSE).count():
            return
    raise LookupError(addresses)


def close_it(page: Page) -> str:
    """Send the customer's dialog, and return the number of the order."""
    page.locator("#dialog button[form=closing]").click()
    page.locator("#dialog").wait_for(state="hidden")
    return page.url.rstrip("/").rpartition("/")[2]


def take(page: Page, name: str, height: int) -> None:
    """Write the upper `height` pixels of the page to docs/images."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.mouse.move(0, 0)
    png = page.screenshot(animations="disabled")
    browser = page.context.browser
    assert browser
    (IMAGES / f"{name}.png").write_bytes(with_palette(browser, png))


if __name__ == "__main__":
    sys.exit(main())
