"""Pausing a subscription: from its day on nothing is served and nothing billed, until it is resumed."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Order, Pause

from ._put_on_pause import CannotPause, put_on_pause

__all__ = ["CannotPause", "pause"]


@transaction.atomic
def pause(
    order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date, resumes_on: datetime.date | None = None
) -> Pause:
    """Pause `order` on `today` (local), which is still served where the plan says so for closing.

    `resumes_on` is the local date from which it is served again by itself (None: until somebody resumes it). Days billed
    beyond are given back by a credit note whatever the plan says of closing, what is due for use until then is invoiced, and
    draft invoices are discarded. Raises CannotPause; then nothing is written.
    """
    locked = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "plan", "closure")
    order = locked.get(pk=order.pk)
    if actor.customer is not None or (actor.user is not None and not actor.user.may("close_orders")):
        raise CannotPause(_("You may not pause subscriptions."))
    return put_on_pause(order, paused_on=order.end_if_stopped(today), resumes_on=resumes_on, actor=actor, at=at, today=today)
