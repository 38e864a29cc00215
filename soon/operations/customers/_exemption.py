"""What follows for the orders of a customer who becomes exempt from tax, or no longer is."""

import datetime
from collections import defaultdict

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record_many
from soon.domain import lifecycle
from soon.models import Customer, Order, OrderLine
from soon.models.orders import OrderQuerySet
from soon.operations.order_sums import SUMS, add_up, weigh

LINES_AT_ONCE = 500


def lock_open_orders(customer: Customer) -> None:
    """Let nobody else change the open orders of `customer` until the transaction ends; call it before locking the customer."""
    list(_open_orders(customer).select_for_update(of=("self",)).values_list("pk"))


def tax_anew(customer: Customer, *, actor: Actor, at: datetime.datetime) -> None:
    """Write what the customer's quotations and running subscriptions cost now, and tell of each whose total changed.

    Invoices that were issued stay as they are. Raises TooLarge.
    """
    orders = list(_open_orders(customer).select_for_update(of=("self",)).select_related("plan"))
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=orders).select_related("tax"):
        weigh(line, is_exempt=customer.is_tax_exempt)
        lines[line.order_id].append(line)
    changed = []
    for order in orders:
        before = order.total_minor
        add_up(order, lines[order.pk])
        if order.total_minor != before:
            changed.append((order, before))
    OrderLine.objects.bulk_update(
        [line for each in lines.values() for line in each], ["net_minor", "tax_minor"], batch_size=LINES_AT_ONCE
    )
    Order.objects.bulk_update(orders, SUMS, batch_size=LINES_AT_ONCE)
    places = ((customer.pk, order.pk, None) for order, _ in changed)
    record_many("order_taxed_anew", zip(places, (_facts(*each) for each in changed), strict=True), actor=actor, at=at)


def _open_orders(customer: Customer) -> OrderQuerySet:
    return Order.objects.filter(customer=customer).in_states(*lifecycle.OFFERED, *lifecycle.SERVING).order_by("pk")


def _facts(order: Order, before: int) -> dict[str, object]:
    change = {
        "field": "total",
        "old": money_fact(before, order.currency),
        "new": money_fact(order.total_minor, order.currency),
    }
    return {"changes": [change]}
