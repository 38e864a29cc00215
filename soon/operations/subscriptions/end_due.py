"""Ending subscriptions whose last day has passed: a fixed term that is over, or a closing whose day has come."""

import datetime
from collections.abc import Callable, Collection

from django.db import transaction

from soon.activity.actor import system
from soon.domain import lifecycle
from soon.models import CloseReason, Closure, Order

from ._ending import tell_of_ending

# The reason that the clock gives for a fixed term (operations/installation/seed.py).
TERM_OVER = "end_date_reached"


def end_due(*, today: datetime.date, clock: Callable[[], datetime.datetime], time_zones: Collection[str] | None = None) -> int:
    """End every serving order whose `ends_on` lies on or before the local date `today`; return how many were ended.

    An order In Progress that still has something to invoice waits until that is done. Each is a transaction of its own.
    """
    orders = Order.objects.ending_on(today)
    if time_zones is not None:
        orders = orders.filter(time_zone__in=time_zones)
    billed = orders.exclude(state=lifecycle.IN_PROGRESS, next_invoice_on__isnull=False)
    return sum(_end(key, today, clock()) for key in list(billed.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _end(key: int, today: datetime.date, at: datetime.datetime) -> bool:
    orders = Order.objects.ending_on(today).exclude(state=lifecycle.IN_PROGRESS, next_invoice_on__isnull=False)
    order = orders.select_for_update(of=("self",)).select_related("customer", "closure").filter(pk=key).first()
    if order is None:
        # Somebody else ended or changed it.
        return False
    closure = order.closure or _closure_of_a_term(order, at)
    if not Order.objects.filter(pk=key).make_move("close", closure=closure, next_invoice_on=None):
        return False
    if order.closure is None:
        # Of a closing that was asked for before, its customer has heard then.
        tell_of_ending(order, closure, actor=system(), at=at)
    return True


def _closure_of_a_term(order: Order, at: datetime.datetime) -> Closure:
    assert order.ends_on is not None  # noqa: S101 - only orders with an end are ended
    return Closure.objects.create(
        order=order,
        customer=order.customer,
        type=Closure.Type.EXPIRED,
        channel=Closure.Channel.SYSTEM,
        submitted_at=at,
        time_zone=order.time_zone,
        reason=CloseReason.objects.get(system_code=TERM_OVER),
        requested_on=order.ends_on,
        effective_on=order.ends_on,
        lost_mrr_micro=order.mrr_micro,
    )
