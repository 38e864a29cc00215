"""Cancelling a quotation: it was never billed and never will be."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Order
from soon.operations.refusal import Refusal


class CannotCancel(Refusal):
    """The order cannot be cancelled."""


@transaction.atomic
def cancel(order: Order, *, actor: Actor, at: datetime.datetime) -> Order:
    """Move the quotation to Cancelled. Raises CannotCancel for anything past a quotation: a subscription is closed."""
    if not Order.objects.filter(pk=order.pk).make_move("cancel"):
        raise CannotCancel(_("Only a quotation can be cancelled. A running subscription is closed instead."))
    order.refresh_from_db()
    record("quotation_cancelled", customer=order.customer, order=order, actor=actor, at=at)
    return order
