"""Exactly once, shown by force: runs over 20,000 due subscriptions die at random instants, and nothing is lost or twice."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings

ORDERS = 20_000
pytestmark = pytest.mark.slow


@pytest.mark.only_on("sqlite")
def test_twenty_kills_on_sqlite(tmp_path):
    under_fire({"DATABASE_URL": "", "SOON_DATA_DIR": str(tmp_path)}, kills=20, workers=1)


@pytest.mark.only_on("postgresql")
def test_fifty_kills_of_two_workers_at_once_on_postgresql(tmp_path):
    with database_of_its_own("soon_kills") as url:
        under_fire({"DATABASE_URL": url, "SOON_DATA_DIR": str(tmp_path)}, kills=50, workers=2)


def under_fire(where: dict[str, str], *, kills: int, workers: int) -> None:
    words = [sys.executable, "-m", "tests.scale.kill_runs", str(ORDERS), str(kills), str(workers), "7"]
    environment = os.environ | where | {"DJANGO_SETTINGS_MODULE": "soon.config.settings", "SOON_SECRET_KEY": "kills"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    print(found)
    # The fire was real: all died, many of them in the middle, and something was left for the last.
    assert found["killed"] >= kills and found["halfway"] >= kills // workers // 2 and found["remaining"] > 0, found
    billed = found["invoices"]
    assert billed > 0.85 * ORDERS and found["due"] == 0 and found["set_aside"] == 0, found
    assert found["orders_billed"] == found["last_number"] == found["letters"] == found["told"] == billed, found
    assert found["line_periods"] == found["lines"] and found["contradictions"] == 0, found


@contextmanager
def database_of_its_own(name: str) -> Iterator[str]:
    """Make an empty database on the server of the tests, whose rows other processes can see."""
    values = settings.DATABASES["default"]
    with psycopg.connect(host=values["HOST"], user=values["USER"], dbname="postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"postgresql://{values['USER']}@/{name}?host={values['HOST']}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
