"""Pausing a subscription: from its day on nothing is served and nothing billed, until it is resumed."""

import datetime

from django.db import transaction

from soon.activity.actor import Actor
from soon.models import Order, Pause

from ._put_on_pause import CannotPause, check_may_pause, put_on_pause

__all__ = ["CannotPause", "pause"]


@transaction.atomic
def pause(
    order: Order,
    *,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    paused_on: datetime.date | None = None,
    resumes_on: datetime.date | None = None,
    expected_fingerprint: str = "",
) -> Pause:
    """Pause `order`, no longer served from the local date `paused_on` (None: as if it were closed `today`).

    `resumes_on` is the local date from which it is served again by itself (None: until somebody resumes it). Days billed
    beyond are given back by a credit note whatever the plan says of closing, what is due for use until then is invoiced, and
    draft invoices are discarded. An earlier day than today's takes the right to date closings back. `expected_fingerprint`
    names the figures that the caller saw (preview_pause.py). Raises CannotPause; then nothing is written.
    """
    locked = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "plan", "closure")
    order = locked.get(pk=order.pk)
    check_may_pause(order, actor, paused_on, today)
    return put_on_pause(
        order,
        paused_on=paused_on or order.end_if_stopped(today),
        resumes_on=resumes_on,
        actor=actor,
        at=at,
        today=today,
        expected_fingerprint=expected_fingerprint,
    )
