"""The worker: each sweep for itself, stopped cleanly, and seen by the pages of staff."""

import datetime
import os
import signal
import threading
import time

import pytest

from soon.jobs.health import Reporter
from soon.jobs.schedule import Sweep
from soon.jobs.sweeps import SWEEPS
from soon.jobs.worker import Worker
from soon.operations.billing.run import Stop
from soon.queries import worker_health as health

NOON = datetime.datetime(2026, 3, 16, 5, 0, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
MINUTE = datetime.timedelta(minutes=1)


def failing(stop: Stop) -> None:
    """Fail as a sweep can."""
    raise RuntimeError("one bad record")


@pytest.fixture
def signals():
    """Give back the handlers that a worker took."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.django_db
def test_a_sweep_that_fails_never_stops_the_others(caplog, clock):
    clock(2026, 3, 16, 12)
    done: list[str] = []
    worker = Worker([Sweep("billing", failing, SECOND), Sweep("letters", lambda stop: done.append("good"), SECOND)])
    worker.work_once()
    worker.work_once()
    assert done == ["good", "good"] and "one bad record" in caplog.text
    seen = health.worker_health(NOON)
    assert [(each.sweep, each.error) for each in seen.failures] == [("billing", "RuntimeError: one bad record")]


def test_a_sweep_that_hangs_keeps_nobody_waiting_and_is_waited_for_at_the_end(signals):
    rounds, ended = [], []

    def hangs(stop: Stop) -> None:
        while not stop.is_wanted:
            time.sleep(0.01)
        time.sleep(0.2)
        ended.append("the work in hand is finished")

    def works(stop: Stop) -> None:
        rounds.append(1)
        if len(rounds) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    worker = Worker([Sweep("billing", hangs, SECOND), Sweep("letters", works, SECOND)])
    give_up = threading.Timer(30, worker.stop)
    give_up.start()
    worker.run()
    give_up.cancel()
    assert len(rounds) >= 2
    assert ended == ["the work in hand is finished"]


def test_a_worker_without_its_parent_ends(signals):
    Worker([Sweep("never", lambda stop: pytest.fail("it is an orphan"), SECOND)], parent=1 if os.getppid() != 1 else 2).run()


def test_nobody_has_seen_a_worker_that_never_was_and_it_is_missed_after_a_quarter_of_an_hour():
    assert health.worker_health(NOON) == health.WorkerHealth(None, is_missing=True, failures=[])
    Reporter(health.LETTERS).report(NOON, "")
    seen = health.worker_health(NOON + 15 * MINUTE)
    assert (seen.seen_at, seen.is_missing) == (NOON, False)
    assert health.worker_health(NOON + 15 * MINUTE + SECOND).is_missing


def test_word_is_left_twice_a_minute_and_at_once_when_something_changes(monkeypatch):
    told: list[datetime.datetime] = []
    monkeypatch.setattr("django.core.cache.cache.set", lambda key, value, timeout: told.append(value["at"]))
    reporter = Reporter(health.LETTERS)
    for second in range(0, 60, 2):
        reporter.report(NOON + second * SECOND, "OSError: no mail server" if second == 10 else "")
    assert [(at - NOON).seconds for at in told] == [0, 10, 12, 42]


def test_word_that_cannot_be_left_stops_nothing(monkeypatch, caplog):
    monkeypatch.setattr("django.core.cache.cache.set", lambda *args, **kwargs: failing(Stop()))
    Reporter(health.LETTERS).report(NOON, "")
    assert "nobody could be told" in caplog.text


def test_pages_know_every_sweep():
    assert {sweep.name for sweep in SWEEPS} <= set(health.LABELS)
