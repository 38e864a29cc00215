"""Customers with movements made up for a test: told by the domain, stored with their sums as verbs store them."""

import datetime
from collections import Counter
from collections.abc import Sequence
from itertools import count

from soon.domain.earning import Story, changes_of
from soon.domain.movements import OrderChange, movements_of
from soon.models import Customer, Movement, Order
from soon.models.bulk import insert_rows
from soon.operations.movements._month_ends import note_month_ends
from soon.queries.movements.due import COLUMNS
from tests.builders import AT, a_customer

MICRO = 1_000_000
_numbers = count(1)
# A story with its currency.
Lived = tuple[str, Story]


def lives(*lived: Lived) -> Customer:
    """Return a customer with an order for each story, and its movements of revenue."""
    customer = a_customer()
    changes, orders = [], {}
    for currency, story in lived:
        order = Order.objects.create(number=f"L{next(_numbers)}", customer=customer, currency=currency, created_at=AT)
        orders[order.pk] = currency
        changes += [OrderChange(order.pk, currency, change) for change in changes_of(story)]
    rows = [
        (
            *(customer.pk, each.order, each.change.plan, each.change.product, None, each.currency, each.change.on, each.kind),
            *(each.change.cause, each.change.amount_micro, each.customers, each.change.held, each.cohort_on),
        )
        for each in movements_of(changes)
    ]
    insert_rows(Movement, COLUMNS, rows)
    note_month_ends([], rows)
    return customer


def mrr_on(day: datetime.date, lived: Sequence[Lived]) -> Counter[str]:
    """Return what somebody pays on a day by currency, by looking at their stories alone."""
    found = Counter[str]()
    for currency, story in lived:
        found[currency] += sum(change.amount_micro for change in changes_of(story) if change.on <= day)
    return found


def is_held(day: datetime.date, lived: Sequence[Lived]) -> bool:
    """Return whether somebody is a customer on a day."""
    return any(sum(change.held for change in changes_of(story) if change.on <= day) for _currency, story in lived)
