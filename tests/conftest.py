"""What every test may use. Builders of business records stand in builders.py, browser fixtures in browser/conftest.py."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# Folders of tests that ask no database.
WITHOUT_DATABASE = ("domain", "house_rules")
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Slow machines are no fault of the code, and a red test must be red again tomorrow.
hypothesis_settings.register_profile(
    "soon",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "soon"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests by their folder; leave out what is meant for the other database, visibly, as deselected.

    What asks no database is run beside one of them.
    """
    vendor = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1].replace("sqlite3", "sqlite")
    kept, left = [], []
    for item in items:
        if Path(__file__).parent / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
        if any(Path(__file__).parent / folder in item.path.parents for folder in WITHOUT_DATABASE):
            item.add_marker(pytest.mark.only_on("sqlite"))
        wanted = item.get_closest_marker("only_on")
        (kept if wanted is None or vendor in wanted.args else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def pytest_collection_finish() -> None:
    """Keep the garbage collector from walking again and again through what stays until the end: a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Forget the log-in limits of the test before."""
    cache.clear()
    yield


@pytest.fixture(autouse=True, scope="session")
def emptying_tables_past_the_guards() -> None:
    """Let SQLite empty the tables after a test with real transactions: it deletes row by row, which the guards refuse.

    PostgreSQL truncates, which is no deletion of rows.
    """
    if connection.vendor != "sqlite":
        return
    empty = type(connection.ops).execute_sql_flush

    def without_guards(operations: Any, statements: Any) -> None:
        with operations.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            guards = cursor.fetchall()
            for name, _ in guards:
                cursor.execute(f'DROP TRIGGER "{name}"')
        empty(operations, statements)
        with operations.connection.cursor() as cursor:
            for _, statement in guards:
                cursor.execute(statement)

    type(connection.ops).execute_sql_flush = without_guards


@pytest.fixture
def clock() -> Iterator[Callable[..., datetime]]:
    """Set the clock that doors read: `clock(2026, 3, 31)` or `clock(2026, 3, 31, 23, 59)`, Hanoi time; it then stands still.

    Call it again to move on. Below the doors no clock is read, so most tests just pass `today=` and `at=`.
    """
    travels: list[time_machine.travel] = []

    def stop() -> None:
        while travels:
            travels.pop().stop()

    def move(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
        stop()
        moment = datetime(year, month, day, hour, minute, tzinfo=HANOI)
        travel = time_machine.travel(moment, tick=False)
        travel.start()
        travels.append(travel)
        return moment

    yield move
    stop()


@pytest.fixture
def english() -> Iterator[None]:
    """Speak English, where a test reads the words of a refusal below the doors."""
    with translation.override("en"):
        yield
