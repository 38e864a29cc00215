"""Resuming a paused subscription: it goes on from today, and the days of the pause are never billed."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Order, Pause

from ._end_pause import CannotResume, end_pause

__all__ = ["CannotResume", "resume"]


@transaction.atomic
def resume(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Pause:
    """Let the paused `order` go on from `today` (local), or from the first day of its pause where that is later.

    An end that is known stays. Customers may resume their own. Raises CannotResume; then nothing is written.
    """
    order = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer").get(pk=order.pk)
    if not _may(order, actor):
        raise CannotResume(_("You may not resume this subscription."))
    return end_pause(order, actor=actor, at=at, today=today)


def _may(order: Order, actor: Actor) -> bool:
    # A customer with an account is a user as well, without rights of staff.
    if actor.customer is not None:
        return actor.customer.pk == order.customer_id
    return actor.user is None or actor.user.may("close_orders")
