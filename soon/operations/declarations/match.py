"""Matching a waiting declaration to an order, which closes it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Declaration, Order
from soon.operations.refusal import Refusal
from soon.operations.subscriptions.close import CannotClose

from ._close_as_declared import close_as_declared
from ._meant import can_be_withdrawn_from


class CannotMatch(Refusal):
    """The declaration was handled before, or the order cannot be closed by it."""


@transaction.atomic
def match(declaration: Declaration, *, order: Order, actor: Actor, at: datetime.datetime, today: datetime.date) -> Declaration:
    """Close `order` as declared; notice and days count from the moment of the declaration, which may lie days back.

    `today` is the order's local date. Raises CannotMatch where staff handled it before, where the order cannot be closed, and
    where it can no longer be withdrawn from.
    """
    declaration = Declaration.objects.select_for_update().get(pk=declaration.pk)
    if declaration.handled_at:
        raise CannotMatch(_("This declaration was already handled."))
    order = Order.objects.select_related("customer", "plan").get(pk=order.pk)
    is_withdrawal = declaration.kind == Declaration.Kind.WITHDRAWAL
    if is_withdrawal and not can_be_withdrawn_from(order, declaration.submitted_at):
        raise CannotMatch(_("There was no right of withdrawal from this order on that day. Set the declaration aside instead."))
    try:
        with transaction.atomic():
            closure = close_as_declared(declaration, order, at=at, today=today)
    except CannotClose as refusal:
        raise CannotMatch(refusal.message) from refusal
    declaration.order, declaration.closure = order, closure
    declaration.handled_at, declaration.handled_by = at, actor.user
    declaration.save(update_fields=["order", "closure", "handled_at", "handled_by"])
    return declaration
