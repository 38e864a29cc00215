"""A billing run started by hand: in this process, or shared out among several on PostgreSQL."""

import datetime
import multiprocessing
import signal
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import FrameType
from typing import Any

from django.db import connection, connections
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import system
from soon.models import BillingRun
from soon.operations.billing.begin import begin
from soon.operations.billing.finish import finish
from soon.operations.billing.run import BATCH, Progress, Stop, run
from soon.operations.refusal import Refusal
from soon.queries.due import count_due

SECONDS_BETWEEN_LOOKS = 0.2


class CannotShare(Refusal):
    """The database does not let several processes bill at once."""


@dataclass(frozen=True)
class Task:
    """What is to be billed: everything due on or before the local date `day` in these zones (None: all), and how."""

    day: datetime.date
    time_zones: Collection[str] | None = None
    batch_size: int = BATCH
    processes: int = 1


def check_processes(wanted: int) -> None:
    """Raise CannotShare if this database does not let `wanted` processes bill at once."""
    if wanted > 1 and not connection.features.has_select_for_update_skip_locked:
        raise CannotShare(_("SQLite lets one process write at a time. Leave --workers out, or keep the data in PostgreSQL."))


def bill(task: Task, *, on_progress: Progress | None, stop: Stop) -> BillingRun:
    """Bill everything `task` names and return the run; once `stop` is wanted, end after the batches in hand."""
    started = begin(bills_until=task.day, actor=system(), at=timezone.now())
    if task.processes > 1:
        _share(task, started, on_progress, stop)
        # Whatever a process left behind that was killed.
        on_progress = None
    _work(task, started, on_progress, stop)
    if not stop.is_wanted:
        finish(started, clock=timezone.now, time_zones=task.time_zones)
    started.refresh_from_db()
    return started


def stop_on_signals(stop: Stop) -> None:
    """Let SIGINT (Ctrl-C) and SIGTERM want the stop; a second Ctrl-C ends at once."""

    def want(number: int, frame: FrameType | None) -> None:
        stop.is_wanted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, want)


def _work(task: Task, started: BillingRun, on_progress: Progress | None, stop: Stop) -> None:
    run(
        bills_until=task.day,
        actor=system(),
        clock=timezone.now,
        time_zones=task.time_zones,
        batch_size=task.batch_size,
        on_progress=on_progress,
        joins=started,
        stop=stop,
    )


def _share(task: Task, started: BillingRun, on_progress: Progress | None, stop: Stop) -> None:
    total = count_due(task.day, task.time_zones) if on_progress else 0
    # A connection must not be in two processes.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    done = context.Value("q", 0)
    crew = [context.Process(target=_be_one_of_them, args=(task, started.pk, done)) for _number in range(task.processes)]
    for process in crew:
        process.start()
    is_told = False
    while any(process.is_alive() for process in crew):
        for process in crew:
            process.join(SECONDS_BETWEEN_LOOKS / len(crew))
        if on_progress:
            on_progress(min(done.value, total), total)
        if stop.is_wanted and not is_told:
            is_told = True
            for process in crew:
                process.terminate()


def _be_one_of_them(task: Task, run_key: int, done: Any) -> None:
    stop = Stop()
    stop_on_signals(stop)
    _work(task, BillingRun.objects.get(pk=run_key), _counting_into(done), stop)
    connections.close_all()


def _counting_into(shared: Any) -> Callable[[int, int], None]:
    before = 0

    def count(done: int, total: int) -> None:
        nonlocal before
        with shared.get_lock():
            shared.value += done - before
        before = done

    return count
