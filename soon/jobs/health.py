"""Leaving word that the worker is there, where the pages of staff find it (queries/worker_health.py)."""

import datetime
import logging

from django.core.cache import cache

from soon.queries.worker_health import key_of

logger = logging.getLogger(__name__)

ENOUGH = datetime.timedelta(seconds=30)
LONGEST_ERROR = 500


class Reporter:
    """Tells about one sweep: at once when it begins or ceases to fail, else twice a minute."""

    def __init__(self, sweep: str) -> None:
        self._sweep = sweep
        self._told: tuple[datetime.datetime, str] | None = None

    def report(self, at: datetime.datetime, error: str) -> None:
        """Tell that the sweep was made at the moment `at`, with its `error` or "". Fails without a word beyond the log."""
        if self._told and self._told[1] == error and abs(at - self._told[0]) < ENOUGH:
            return
        try:
            cache.set(key_of(self._sweep), {"at": at, "error": error[:LONGEST_ERROR]}, timeout=None)
        except Exception:
            logger.warning("nobody could be told about the sweep %s", self._sweep, exc_info=True)
            return
        self._told = at, error
