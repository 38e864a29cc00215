"""When the worker was last seen, and which of its sweeps fails."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LETTERS, BILLING, ENDINGS, REMINDERS, STATISTICS = "letters", "billing", "endings", "reminders", "statistics"
VERIFICATION, UNPAID, CLOSING_MANY, PAUSES, CHANGES = "verification", "unpaid", "closing_many", "pauses", "changes"
FORECAST = "forecast"
IMPORTS = "imports"
LABELS: Mapping[str, Promise | str] = {
    LETTERS: pgettext_lazy("worker", "Sending letters"),
    BILLING: pgettext_lazy("worker", "Billing"),
    CHANGES: pgettext_lazy("worker", "Changes of subscriptions taking effect"),
    ENDINGS: pgettext_lazy("worker", "Ending subscriptions"),
    PAUSES: pgettext_lazy("worker", "Ending pauses"),
    REMINDERS: pgettext_lazy("worker", "Reminding customers"),
    UNPAID: pgettext_lazy("worker", "Closing subscriptions that were not paid for"),
    CLOSING_MANY: pgettext_lazy("worker", "Closing many subscriptions at once"),
    IMPORTS: pgettext_lazy("worker", "Checking and loading files"),
    FORECAST: pgettext_lazy("worker", "Counting what is booked for the months ahead"),
    STATISTICS: pgettext_lazy("worker", "Keeping statistics"),
    VERIFICATION: pgettext_lazy("worker", "Checking whether everything is still true"),
}

# A worker that nobody saw for so long is not there.
PATIENCE = datetime.timedelta(minutes=15)


@dataclass(frozen=True)
class Failure:
    """A sweep that failed when it was made last."""

    sweep: str
    at: datetime.datetime
    error: str

    @property
    def label(self) -> Promise | str:
        """What the sweep does, in words."""
        return LABELS[self.sweep]


@dataclass(frozen=True)
class WorkerHealth:
    """What is known of the worker; `seen_at` is None where it was never seen."""

    seen_at: datetime.datetime | None
    is_missing: bool
    failures: Sequence[Failure]


def key_of(sweep: str) -> str:
    """Return under which key of the cache the worker leaves {"at": moment, "error": text} after each `sweep`."""
    return f"worker:{sweep}"


def worker_health(at: datetime.datetime) -> WorkerHealth:
    """Return how the worker was doing at the moment `at`, in one query."""
    names = {key_of(sweep): sweep for sweep in LABELS}
    told = cache.get_many(list(names))
    seen_at = max((each["at"] for each in told.values()), default=None)
    failures = [Failure(names[key], each["at"], each["error"]) for key, each in told.items() if each["error"]]
    return WorkerHealth(
        seen_at=seen_at,
        is_missing=seen_at is None or at - seen_at > PATIENCE,
        failures=[each for each in failures if at - each.at <= PATIENCE],
    )
