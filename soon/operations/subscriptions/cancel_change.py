"""Cancelling a change that waits for its day."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.mail.queue import queue_letter_to_customer
from soon.models import OrderChange

from ._changes import CannotChange, cancel, locked_order

__all__ = ["CannotChange", "cancel_change"]


@transaction.atomic
def cancel_change(change: OrderChange, *, actor: Actor, at: datetime.datetime) -> OrderChange:
    """Let the subscription go on without `change`; with a discount that has not begun, its end is cancelled too.

    The customer is told. Raises CannotChange for who may not, and once it took effect or was cancelled.
    """
    order = locked_order(change.order)
    if actor.customer is not None or (actor.user is not None and not actor.user.may("edit_orders")):
        raise CannotChange(_("You may not change subscriptions."))
    found = OrderChange.objects.open().filter(pk=change.pk).first()
    if found is None:
        raise CannotChange(_("This change took effect or was cancelled meanwhile."))
    cancel(found, actor=actor, at=at)
    if found.kind == OrderChange.Kind.DISCOUNT:
        for end in OrderChange.objects.open().filter(order=order, kind=OrderChange.Kind.DISCOUNT_ENDS):
            cancel(end, actor=actor, at=at)
    facts = {"takes_effect_on": found.takes_effect_on.isoformat()}
    record("change_cancelled", customer=order.customer, order=order, actor=actor, at=at, facts=facts)
    queue_letter_to_customer(
        "change_cancelled", event_key=f"change_cancelled:{found.pk}", customer=order.customer, order=order, at=at, facts=facts
    )
    return found
