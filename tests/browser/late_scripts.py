"""Scripts that arrive late on purpose: tests that act before the scripts of a page run fail by chance on a busy machine.

`SOON_TEST_LATE_SCRIPTS=0.7 python tests/run.py tests/browser` holds every script back for so many seconds, on every page.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.contrib.staticfiles.handlers import StaticFilesHandler
from playwright.sync_api import BrowserContext, Page

SECONDS = float(os.environ.get("SOON_TEST_LATE_SCRIPTS", "0"))


@contextmanager
def from_the_server() -> Iterator[None]:
    """Hold scripts back, when late scripts are asked for."""
    answer = StaticFilesHandler.get_response

    def answer_late(handler: StaticFilesHandler, request: Any) -> Any:
        if request.path.endswith(".js"):
            threading.Event().wait(SECONDS)  # the tests move the clock, and sleep() with it
        return answer(handler, request)

    if SECONDS:
        with patch.object(StaticFilesHandler, "get_response", answer_late):
            yield
    else:
        yield


def on_every_page(context: BrowserContext) -> None:
    """Have each page of `context` ask for its scripts anew, when late scripts are asked for."""

    def ask_anew(page: Page) -> None:
        talk = context.new_cdp_session(page)
        talk.send("Network.enable")
        talk.send("Network.setCacheDisabled", {"cacheDisabled": True})

    if SECONDS:
        context.on("page", ask_anew)
