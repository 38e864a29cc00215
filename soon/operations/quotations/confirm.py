"""Confirming a quotation: from here on it is a subscription."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.domain.billing import next_period_due
from soon.models import Order
from soon.operations.refusal import Refusal


class CannotConfirm(Refusal):
    """The quotation cannot be confirmed."""


@transaction.atomic
def confirm(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Order:
    """Turn the quotation into an order In Progress that starts on its start date, or `today` (local date) without one.

    Staff may confirm an expired quotation, a customer may not. Raises CannotConfirm; then nothing is written.
    """
    if not order.lines.exists():
        raise CannotConfirm(_("Add at least one line before you confirm the quotation."))
    if order.plan and not order.lines.filter(is_recurring=True).exists():
        raise CannotConfirm(_("A subscription needs at least one recurring line. Add one, or remove the recurring plan."))
    if actor.customer and order.expires_on and order.expires_on < today:
        raise CannotConfirm(_("This quotation has expired. Please ask us for a new one."))
    start_on = order.start_on or today
    moved = Order.objects.filter(pk=order.pk).make_move(
        "confirm", confirmed_at=at, start_on=start_on, next_invoice_on=_first_invoice_on(order, start_on)
    )
    if not moved:
        raise CannotConfirm(_("This quotation is no longer open: it was confirmed or cancelled in the meantime."))
    order.refresh_from_db()
    kind = "quotation_accepted" if actor.customer else "order_confirmed"
    record(kind, customer=order.customer, order=order, actor=actor, at=at, facts={"start_on": start_on.isoformat()})
    return order


def _first_invoice_on(order: Order, start_on: datetime.date) -> datetime.date | None:
    """Return the day on which the first invoice of an order that starts on `start_on` is due."""
    if order.plan is None:
        return start_on
    due = next_period_due(
        order.plan.schedule_from(start_on), billed_until=None, ends_on=order.ends_on, in_arrears=order.plan.in_arrears
    )
    return due.due_on if due else None
