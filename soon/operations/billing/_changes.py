"""Billing an order across the changes that were scheduled for it: up to each change as before, from its day on as agreed."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from soon.models import OrderChange
from soon.models.bulk import any_of
from soon.operations.documents import Document

from ._compute import Bill, Biller
from ._read import LineRow, Subscription

Changes = Sequence[OrderChange]


def changes_due(orders: Sequence[int], until: datetime.date) -> Mapping[int, list[OrderChange]]:
    """Return by order the changes whose day has come by the local date `until`, in the order in which they take effect."""
    found: dict[int, list[OrderChange]] = defaultdict(list)
    # First the small table alone: nearly always it holds nothing for them, and the large one is not looked at.
    waiting = OrderChange.objects.open().filter(takes_effect_on__lte=until, order__in=any_of(orders))
    keys = list(waiting.order_by().values_list("pk", flat=True))
    if keys:
        for change in OrderChange.objects.due_on(until).filter(pk__in=keys).select_related("new_plan"):
            found[change.order_id].append(change)
    return found


def is_behind(subscription: Subscription, day: datetime.date) -> bool:
    """Return whether a recurring line has days before the local date `day` that are not billed yet."""
    first_on = subscription.first_paid_on or day
    return any((line.billed_until or first_on) < day for line in subscription.lines if line.is_recurring)


def bill_through(biller: Biller, subscription: Subscription, changes: Changes) -> Bill:
    """Return the bill of `subscription`, of which no period that begins on or after the day of a change has its old lines.

    `changes` are due, oldest first. Raises what the rules raise (DomainError). Writes nothing; see `_apply_change.py`.
    """
    documents: list[Document] = []
    cursors: dict[int, datetime.date] = {}
    current = subscription
    for change in changes:
        if is_behind(current, change.takes_effect_on):
            ends_on = min(current.ends_on or change.takes_effect_on, change.takes_effect_on)
            before = biller.bill(replace(current, ends_on=ends_on))
            documents += before.documents
            cursors |= before.cursors
            current = replace(current, lines=[_moved(line, before.cursors) for line in current.lines])
        current = changed(current, change)
    last = biller.bill(current)
    return Bill(subscription, [*documents, *last.documents], {**cursors, **last.cursors}, last.next_invoice_on)


def changed(subscription: Subscription, change: OrderChange) -> Subscription:
    """Return `subscription` as it is once `change` took effect."""
    lines = [_agreed(line, change.lines_after.get(str(line.pk), {})) for line in subscription.lines]
    return replace(subscription, plan_id=change.new_plan_id or subscription.plan_id, lines=lines)


def _moved(line: LineRow, cursors: Mapping[int, datetime.date]) -> LineRow:
    return line._replace(billed_until=cursors.get(line.pk, line.billed_until))


def _agreed(line: LineRow, after: Mapping[str, Any]) -> LineRow:
    price = after.get("unit_price_minor", line.unit_price_minor)
    return line._replace(unit_price_minor=price, discount_percent=Decimal(after.get("discount_percent", line.discount_percent)))
