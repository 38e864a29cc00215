"""Letting a subscription go on after days that were neither served nor billed: reopened, or resumed."""

import datetime
from typing import Any

from django.db.models import F

from soon.domain.billing import next_due_on
from soon.models import Order, OrderLine
from soon.models.bulk import update_rows
from soon.operations.billing._compute import terms
from soon.operations.billing._read import Catalogue
from soon.operations.closing._facts import facts_of
from soon.operations.movements.rebook import rebook


def go_on(order: Order, move: str, on: datetime.date, *, ends_on: datetime.date | None, **fields: Any) -> bool:
    """Make `move` of `order`, served again from the local date `on`; write `fields` with it; return whether it still could.

    Each line counts as billed up to where it is to be billed from: `on`, or where what was paid for and kept ends.
    """
    catalogue = Catalogue()
    # What reaches into the days to come was paid for; an end before them is the beginning again.
    facts = facts_of([order.pk], catalogue, after=on)[order.pk]
    facts.subscription.ends_on = ends_on
    lines = facts.lines_from(on)
    cursors = {row.pk: line.billed_until for row, line in zip(facts.subscription.lines, lines, strict=True)}
    update_rows(OrderLine, "billed_until", "date", cursors)
    has_moved = Order.objects.filter(pk=order.pk).make_move(
        move,
        ends_on=ends_on,
        next_invoice_on=next_due_on(terms(facts.subscription, catalogue), lines),
        times_reopened=F("times_reopened") + 1,
        **fields,
    )
    rebook([order.pk])
    return has_moved
