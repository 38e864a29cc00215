"""The clock: what is due is done again and again, each kind of work in a thread of its own."""

import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType

from django.db import close_old_connections, connections
from django.utils import timezone

from soon.operations.billing.run import Stop

from .health import Reporter
from .schedule import Sweep, Turn
from .sweeps import SWEEPS

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 0.5


class Worker:
    """Makes its sweeps, each when its turn comes, until it is stopped or the process `parent` is gone.

    A slow sweep does not keep the others waiting: a mail server that does not answer delays no invoice.
    """

    def __init__(self, sweeps: Sequence[Sweep] = SWEEPS, *, parent: int | None = None) -> None:
        self._sweeps = sweeps
        self._parent = parent
        self._stop = Stop()

    def stop(self, signal_number: int = 0, frame: FrameType | None = None) -> None:
        """End after the work in hand; may be a signal's handler, so it takes no lock."""
        self._stop.is_wanted = True

    def run(self) -> None:
        """Work until stopped; SIGTERM and SIGINT (Ctrl-C) stop it cleanly."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        threads = [threading.Thread(target=self._keep_making, args=(sweep,), name=sweep.name) for sweep in self._sweeps]
        for thread in threads:
            thread.start()
        while not self._stop.is_wanted and not self._is_orphan():
            time.sleep(SECONDS_BETWEEN_LOOKS)
        self.stop()
        for thread in threads:
            thread.join()

    def work_once(self) -> None:
        """Make every sweep once, whosever turn it is."""
        for sweep in self._sweeps:
            self._make(sweep, Reporter(sweep.name))

    def _keep_making(self, sweep: Sweep) -> None:
        turn, reporter = Turn(sweep.every), Reporter(sweep.name)
        while not self._stop.is_wanted and not self._is_orphan():
            at = timezone.now()
            if turn.has_come(at):
                turn.is_over(at, has_failed=not self._make(sweep, reporter))
            time.sleep(SECONDS_BETWEEN_LOOKS)
        connections.close_all()

    def _make(self, sweep: Sweep, reporter: Reporter) -> bool:
        """Make one sweep and return whether it went well; a failure is logged and stops nothing else."""
        error = ""
        try:
            close_old_connections()
            sweep.run(self._stop)
        except Exception as failure:
            logger.exception("the sweep %s failed and will be tried again", sweep.name)
            error = f"{type(failure).__name__}: {failure}"
        reporter.report(timezone.now(), error)
        return not error

    def _is_orphan(self) -> bool:
        return self._parent is not None and os.getppid() != self._parent
