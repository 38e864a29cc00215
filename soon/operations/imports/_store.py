"""Storing imported subscriptions in few statements."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal

from soon.activity.actor import Actor
from soon.activity.record import entry
from soon.domain.billing import next_period_due
from soon.domain.order_numbers import order_number
from soon.domain.periods import start_of_local_day_utc
from soon.domain.revenue import mrr_micro
from soon.models import Activity, Customer, Order, OrderLine, Plan
from soon.operations.movements.rebook import rebook
from soon.operations.numbers import take_numbers

from ._catalogue import Catalogue
from .mapping import MappedPlan
from .subscription import ImportedSubscription

BATCH = 500

# By plan and start: up to where a subscription counts as invoiced (None: not at all), and when its next invoice is due.
Cursors = dict[tuple[MappedPlan, datetime.date], tuple[datetime.date | None, datetime.date | None]]


def store(
    subscriptions: Sequence[ImportedSubscription],
    *,
    found: Catalogue,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    on_batch: Callable[[int], None],
) -> list[Order]:
    """Store customers (those not there yet) and their orders, In Progress since their start; return the orders.

    Periods that began before `today` count as invoiced elsewhere: the first to be invoiced here begins today or later.
    """
    # Thousands of subscriptions share a few dozen starts. What was free in the beginning was so elsewhere; the free trial of a
    # plan is for those who buy here. So the start is the first day paid for.
    starts = {(subscription.plan, subscription.start_on) for subscription in subscriptions}
    cursors = {(plan, start_on): _invoiced_elsewhere(found.plans[plan], start_on, today) for plan, start_on in starts}
    orders = []
    for begin in range(0, len(subscriptions), BATCH):
        batch = subscriptions[begin : begin + BATCH]
        customers = _customers(batch, at)
        rows = [_order(one, customers[one.customer["external_id"]], found, cursors, at) for one in batch]
        orders += _store_rows(rows, actor, at)
        on_batch(len(batch))
    return orders


def _customers(batch: Sequence[ImportedSubscription], at: datetime.datetime) -> dict[str, Customer]:
    wanted = {subscription.customer["external_id"]: subscription for subscription in batch}
    known = {str(customer.external_id): customer for customer in Customer.objects.filter(external_id__in=wanted)}
    new = [
        Customer(**subscription.customer, currency=subscription.currency, created_at=at)
        for external_id, subscription in wanted.items()
        if external_id not in known
    ]
    for customer in new:
        customer.refresh_search_key()
    Customer.objects.bulk_create(new)
    return known | {str(customer.external_id): customer for customer in new}


def _order(
    subscription: ImportedSubscription, customer: Customer, found: Catalogue, cursors: Cursors, at: datetime.datetime
) -> tuple[Order, OrderLine]:
    """Return the order of `subscription` with its line, not stored and without a number yet."""
    plan, price = found.plans[subscription.plan], subscription.price_minor
    billed_until, next_invoice_on = cursors[subscription.plan, subscription.start_on]
    order = Order(
        customer=customer,
        plan=plan,
        currency=subscription.currency,
        state=Order.State.IN_PROGRESS,
        time_zone=customer.time_zone,
        external_id=subscription.external_id,
        created_at=at,
        confirmed_at=min(at, start_of_local_day_utc(subscription.start_on, customer.time_zone)),
        start_on=subscription.start_on,
        next_invoice_on=next_invoice_on,
        recurring_minor=price,
        mrr_micro=mrr_micro(price, plan.interval),
        untaxed_minor=price,
        total_minor=price,
    )
    line = OrderLine(
        customer=customer,
        product=found.products[subscription.product],
        is_recurring=True,
        quantity=Decimal(1),
        unit_price_minor=price,
        net_minor=price,
        billed_until=billed_until,
    )
    return order, line


def _store_rows(rows: Sequence[tuple[Order, OrderLine]], actor: Actor, at: datetime.datetime) -> list[Order]:
    orders = [order for order, _ in rows]
    for order, number in zip(orders, take_numbers("S", 0, len(orders)), strict=True):
        order.number = order_number(number)
    Order.objects.bulk_create(orders)
    for order, line in rows:
        line.order = order
    OrderLine.objects.bulk_create(line for _, line in rows)
    Activity.objects.bulk_create(
        entry("imported", customer=order.customer, order=order, actor=actor, at=at, facts=_facts(order, line))
        for order, line in rows
    )
    rebook([order.pk for order in orders])
    return orders


def _facts(order: Order, line: OrderLine) -> dict[str, str | None]:
    """Return what the chatter keeps of the import; from the second day on it is billed here, as `soon verify` checks."""
    return {
        "external_id": order.external_id,
        "billed_until_on": line.billed_until.isoformat() if line.billed_until else None,
    }


def _invoiced_elsewhere(
    plan: Plan, first_paid_on: datetime.date, today: datetime.date
) -> tuple[datetime.date | None, datetime.date | None]:
    """Return both cursors of a subscription whose periods are counted from `first_paid_on`."""
    schedule = plan.schedule_from(first_paid_on)
    billed_until = None
    if first_paid_on < today:
        period = schedule.period_containing(today).service
        billed_until = today if period.start == today else period.end
    due = next_period_due(schedule, billed_until, None, plan.in_arrears)
    return billed_until, due.due_on if due else None
