"""Closing subscriptions that were not paid for too long after they were due, where their plan says so."""

import datetime
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from soon.activity.actor import system
from soon.domain import lifecycle
from soon.models import CloseReason, Closure, Invoice, Order, Plan
from soon.models.bulk import any_of
from soon.models.invoices import InvoiceQuerySet
from soon.operations.billing._read import Catalogue
from soon.operations.closing._apart import close_apart
from soon.operations.closing._request import ClosingRequest
from soon.operations.settling import lock_money_of_all
from soon.queries.due import unpaid_too_long

# The reason that the clock gives (operations/installation/seed.py).
UNPAID = "unpaid_too_long"
BATCH = 200


def close_unpaid(
    *,
    today: datetime.date,
    clock: Callable[[], datetime.datetime],
    time_zones: Collection[str] | None = None,
    batch_size: int = BATCH,
) -> int:
    """Close every order whose oldest open invoice was due its plan's `automatic_closing_days` ago; return how many.

    `today` is the local date in `time_zones` (None: everywhere). Orders whose closing is scheduled already are left to it. Each
    batch is a transaction of its own; on PostgreSQL any number of processes share them. One that cannot be closed stops no
    other. Raises OperationalError when the database is away; what was committed by then stays.
    """
    closed = 0
    for plan in Plan.objects.filter(automatic_closing_days__isnull=False).order_by("pk"):
        after = 0
        while keys := _unpaid(plan, today, after, time_zones, batch_size):
            closed += _close(keys, plan, clock(), today)
            after = keys[-1]
    return closed


def _unpaid(plan: Plan, today: datetime.date, after: int, time_zones: Collection[str] | None, most: int) -> list[int]:
    """Return the keys of the next orders of `plan` that have an invoice so old; read from the index of open invoices."""
    found = unpaid_too_long(plan, today).filter(order__gt=after)
    if time_zones is not None:
        found = found.filter(order__time_zone__in=time_zones)
    return list(_orders_of(found)[:most])


@transaction.atomic
def _close(keys: Sequence[int], plan: Plan, at: datetime.datetime, today: datetime.date) -> int:
    """Close those of the orders that nobody else holds and that are unpaid still; return how many were closed."""
    orders = Order.objects.filter(pk__in=any_of(keys), state__in=lifecycle.SERVING, closure=None).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        orders = orders.select_for_update(skip_locked=True, no_key=True)
    customers = dict(orders.values_list("pk", "customer"))
    lock_money_of_all(set(customers.values()))
    reason = CloseReason.objects.get(system_code=UNPAID)
    request = ClosingRequest(reason=reason, closure_type=Closure.Type.NON_PAYMENT)
    # Asked once more: from here on no payment can come in between.
    unpaid = unpaid_too_long(plan, today).filter(order__in=any_of(list(customers)))
    requests = dict.fromkeys(_orders_of(unpaid), request)
    if not requests:
        return 0
    answers = close_apart(requests, actor=system(), at=at, today=today, catalogue=Catalogue())
    return sum(isinstance(answer, Closure) for answer in answers.values())


def _orders_of(invoices: InvoiceQuerySet) -> QuerySet[Invoice, int]:
    orders: QuerySet[Invoice, Any] = invoices.order_by("order").values_list("order", flat=True).distinct()
    return orders
