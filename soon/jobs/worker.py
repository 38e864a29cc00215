"""The clock: a loop that does what is due, again and again."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from django.db import close_old_connections

from .send_mail import send_mail

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ROUNDS = 2


@dataclass(frozen=True)
class Sweep:
    """One kind of due work; `run` does what is due now and sets aside by itself a record that fails."""

    name: str
    run: Callable[[], object]


SWEEPS: Sequence[Sweep] = (Sweep("letters", send_mail),)


class Worker:
    """Makes round after round until it is stopped, or until the process `parent` is gone."""

    def __init__(self, sweeps: Sequence[Sweep] = SWEEPS, *, parent: int | None = None) -> None:
        self._sweeps = sweeps
        self._parent = parent
        self._stopped = threading.Event()

    def stop(self, signal_number: int = 0, frame: FrameType | None = None) -> None:
        """End after the work in hand; may be a signal's handler."""
        self._stopped.set()

    def run(self) -> None:
        """Work until stopped; SIGTERM and SIGINT (Ctrl-C) stop it cleanly."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        while not self._stopped.is_set() and not self._is_orphan():
            self.work_once()
            self._stopped.wait(SECONDS_BETWEEN_ROUNDS)

    def work_once(self) -> None:
        """Run every sweep once. One that fails is logged and tried again next round; it never stops the others."""
        for sweep in self._sweeps:
            try:
                close_old_connections()
                sweep.run()
            except Exception:
                logger.exception("the sweep %s failed and will be tried again", sweep.name)

    def _is_orphan(self) -> bool:
        return self._parent is not None and os.getppid() != self._parent
