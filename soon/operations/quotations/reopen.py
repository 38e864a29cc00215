"""Setting a cancelled order back to a quotation."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Order
from soon.operations.refusal import Refusal


class CannotReopen(Refusal):
    """The order is not a cancelled quotation."""


@transaction.atomic
def reopen(order: Order, *, actor: Actor, at: datetime.datetime) -> Order:
    """Move a cancelled order back to Quotation. Raises CannotReopen for any other state."""
    if not Order.objects.filter(pk=order.pk).make_move("back_to_quotation", sent_at=None):
        raise CannotReopen(_("Only a cancelled order can be set back to a quotation."))
    order.refresh_from_db()
    record("quotation_reopened", customer=order.customer, order=order, actor=actor, at=at)
    return order
