"""When the turn of a sweep comes: at fixed ticks of the clock, the later the more often it failed before."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from soon.operations.billing.run import Stop

# Every time zone on earth is a whole number of quarters of an hour from UTC, so ticks of five minutes meet every midnight.
FIVE_MINUTES = datetime.timedelta(minutes=5)
LONGEST_PAUSE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Sweep:
    """One kind of due work. `run` does what is due now, ends early when the Stop is wanted, and sets aside what fails.

    Its turn comes when the clock passes a whole multiple of `every`, counted from midnight in UTC.
    """

    name: str
    run: Callable[[Stop], object]
    every: datetime.timedelta


class Turn:
    """Keeps in mind when a sweep was made last."""

    def __init__(self, every: datetime.timedelta) -> None:
        self._every = every
        self._last_at: datetime.datetime | None = None
        self._failures = 0

    def has_come(self, at: datetime.datetime) -> bool:
        """Return whether the sweep should be made at the moment `at`: a tick has passed, or the clock was set back."""
        last = self._last_at
        if last is None or at < last:
            return True
        if self._failures:
            return at - last >= self._pause()
        return self._tick(at) != self._tick(last)

    def is_over(self, at: datetime.datetime, *, has_failed: bool = False) -> None:
        """Take down that the sweep which began at the moment `at` was made."""
        self._last_at = at
        self._failures = self._failures + 1 if has_failed else 0

    def _tick(self, at: datetime.datetime) -> float:
        return at.timestamp() // self._every.total_seconds()

    def _pause(self) -> datetime.timedelta:
        """Return how long to wait after a failure: 2, 4, 8 … seconds."""
        return min(datetime.timedelta(seconds=2 ** min(self._failures, 10)), LONGEST_PAUSE)
