"""Beginning a billing run: its row, before anything is billed, so that several processes can join it."""

import datetime

from soon.activity.actor import Actor
from soon.models import BillingRun


def begin(*, bills_until: datetime.date, actor: Actor, at: datetime.datetime) -> BillingRun:
    """Return a new run over everything due on or before the local date `bills_until`, started by `actor`."""
    return BillingRun.objects.create(
        bills_until=bills_until, channel=actor.channel, started_by=actor.user, started_at=at, progressed_at=at
    )
