"""Storing imported subscriptions in few statements."""

import datetime
from collections.abc import Sequence

from soon.activity.actor import Actor
from soon.activity.record import record_many
from soon.domain.lifecycle import CHURNED, IN_PROGRESS, PAUSED, QUOTATION_SENT
from soon.domain.order_numbers import order_number
from soon.domain.periods import start_of_local_day_utc
from soon.models import Customer, Order, OrderLine, Pause
from soon.models.bulk import insert_records
from soon.operations.movements.rebook import rebook
from soon.operations.numbers import take_numbers
from soon.operations.order_sums import add_up, weigh

from ._catalogue import Catalogue
from ._cursors import Cursor, cursor_of
from .subscription import ImportedSubscription

SERVED = (IN_PROGRESS, PAUSED, CHURNED)


def store(
    batch: Sequence[ImportedSubscription],
    *,
    found: Catalogue,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
) -> list[Order]:
    """Store customers (those not there yet) and their orders, in the status they have; return the orders in the same order.

    A closed one is stored as In Progress, for the verb that closes everybody (_leave.py); its start is the first day paid for:
    what was free in the beginning was so elsewhere. Call it in a transaction, with numbers taken and not given back.
    """
    customers = _customers(batch, at)
    cursors: dict[tuple[object, ...], Cursor] = {}
    orders, lines = [], []
    for each in batch:
        customer = customers[each.customer["external_id"]]
        # Thousands of subscriptions share a few dozen starts.
        key = (each.plan, each.state, each.start_on, each.next_invoice_on, each.ended_on)
        if key not in cursors:
            cursors[key] = cursor_of(each, found.plans[each.plan], today)
        order, line = _order(each, customer, found, cursors[key], at)
        orders.append(order)
        lines.append(line)
    for order, number in zip(orders, take_numbers("S", 0, len(orders)), strict=True):
        order.number = order_number(number)
    insert_records(orders)
    for order, line in zip(orders, lines, strict=True):
        line.order = order
    insert_records(lines)
    _store_pauses(batch, orders, at, today)
    places = ((order.customer_id, order.pk, None) for order in orders)
    facts = (_facts(order, line) for order, line in zip(orders, lines, strict=True))
    record_many("imported", zip(places, facts, strict=True), actor=actor, at=at)
    # Those that have left are booked by their closing.
    rebook([order.pk for order, each in zip(orders, batch, strict=True) if not each.has_left(today)])
    return orders


def _customers(batch: Sequence[ImportedSubscription], at: datetime.datetime) -> dict[str, Customer]:
    wanted = {subscription.customer["external_id"]: subscription for subscription in batch}
    known = {str(customer.external_id): customer for customer in Customer.objects.filter(external_id__in=list(wanted))}
    new = [
        Customer(**subscription.customer, currency=subscription.currency, created_at=at)
        for external_id, subscription in wanted.items()
        if external_id not in known
    ]
    for customer in new:
        customer.refresh_search_key()
    insert_records(new)
    return known | {str(customer.external_id): customer for customer in new}


def _order(
    subscription: ImportedSubscription, customer: Customer, found: Catalogue, cursor: Cursor, at: datetime.datetime
) -> tuple[Order, OrderLine]:
    """Return the order of `subscription` with its line, not stored and without a number yet."""
    plan = found.plans[subscription.plan]
    is_served = subscription.state in SERVED
    start_at = start_of_local_day_utc(subscription.start_on, customer.time_zone)
    order = Order(
        customer=customer,
        plan=plan,
        currency=subscription.currency,
        state=IN_PROGRESS if subscription.state == CHURNED else subscription.state,
        time_zone=customer.time_zone,
        salesperson_id=customer.salesperson_id,
        external_id=subscription.external_id,
        created_at=at,
        sent_at=at if subscription.state == QUOTATION_SENT else None,
        confirmed_at=min(at, start_at) if is_served else None,
        start_on=subscription.start_on,
        next_invoice_on=cursor.next_invoice_on,
    )
    line = OrderLine(
        customer=customer,
        product=found.products[subscription.product],
        is_recurring=True,
        quantity=subscription.quantity,
        unit_price_minor=subscription.price_minor,
        discount_percent=subscription.discount_percent,
        tax=subscription.tax,
        billed_until=cursor.billed_until,
    )
    weigh(line, is_exempt=customer.is_tax_exempt)
    add_up(order, [line])
    return order, line


def _store_pauses(
    batch: Sequence[ImportedSubscription], orders: Sequence[Order], at: datetime.datetime, today: datetime.date
) -> None:
    pauses = []
    for each, order in zip(batch, orders, strict=True):
        if each.state == PAUSED:
            paused_on = each.ended_on or max(today, each.start_on)
            paused_at = min(at, start_of_local_day_utc(paused_on, order.time_zone))
            pauses.append(Pause(order=order, customer=order.customer, reopening=0, paused_on=paused_on, paused_at=paused_at))
    insert_records(pauses)


def _facts(order: Order, line: OrderLine) -> dict[str, str | None]:
    """Return what the chatter keeps of the import; from the second day on it is billed here, as `soon verify` checks."""
    return {
        "external_id": order.external_id,
        "billed_until_on": line.billed_until.isoformat() if line.billed_until else None,
    }
