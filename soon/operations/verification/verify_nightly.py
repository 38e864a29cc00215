"""The verification of every night: once, however many workers look for it."""

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction

from soon.activity.actor import system
from soon.models import Company, Verification
from soon.queries.verification.results import was_made_since

from ._tally import Progress
from .verify import verify

# When those who bill at midnight are done and nobody works yet, by the company's clock.
HOUR = 3


def verify_nightly(*, clock: Callable[[], datetime.datetime], on_progress: Progress | None = None) -> Verification | None:
    """Verify, if it is past three in the night and nobody did so since; return the result, or None if there was nothing to do.

    Raises DatabaseError where the database cannot be read; after an hour it is tried again.
    """
    started = _begin(clock())
    return verify(actor=system(), clock=clock, on_progress=on_progress, started=started) if started else None


def _begin(at: datetime.datetime) -> Verification | None:
    if was_made_since(_last_night(at, Company.ours().time_zone), at=at):
        return None
    with transaction.atomic():
        # Of several workers one goes on at a time, and the others see that it has begun.
        company = Company.objects.select_for_update().filter(pk=1).first()
        if company is None or was_made_since(_last_night(at, company.time_zone), at=at):
            return None
        return Verification.objects.create(started_at=at)


def _last_night(at: datetime.datetime, time_zone: str) -> datetime.datetime:
    """Return the latest moment at or before `at` when it was HOUR o'clock in `time_zone`."""
    local = at.astimezone(ZoneInfo(time_zone))
    night = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return night if night <= local else night - datetime.timedelta(days=1)
