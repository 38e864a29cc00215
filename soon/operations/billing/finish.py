"""Finishing a billing run: what ends now ends, and the run is closed."""

import datetime
from collections.abc import Callable, Collection

from django.db.models import F

from soon.models import BillingRun
from soon.operations.subscriptions.end_due import end_due


def finish(
    started: BillingRun, *, clock: Callable[[], datetime.datetime], time_zones: Collection[str] | None = None
) -> BillingRun:
    """End the subscriptions whose last day has passed, now that they are billed, and close the run."""
    ended = end_due(today=started.bills_until, clock=clock, time_zones=time_zones)
    at = clock()
    BillingRun.objects.filter(pk=started.pk).update(finished_at=at, progressed_at=at, ended=F("ended") + ended)
    started.refresh_from_db()
    return started
