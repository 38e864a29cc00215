"""Find a real Chromium for the browser tests and for the pictures of the guide."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.harness import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium asks its maker's servers for updates and the like; the tests want no other host than ours.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def find() -> Path | None:
    """Return the browser to use: the one SOON_CHROMIUM names, else one on the PATH, else Playwright's own; None without."""
    if named := os.environ.get("SOON_CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if path := shutil.which(name):
            return Path(path)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def obtain() -> Path | None:
    """Return a browser, fetching one from Debian or from Playwright when there is none yet."""
    if path := find():
        return path
    debian.install("chromium")
    if path := find():
        return path
    print("Fetching Playwright's own Chromium …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdin=subprocess.DEVNULL)
    return find()


def flags() -> list[str]:
    """Return the command line for a quiet browser; root cannot have Chromium's own sandbox."""
    return [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
