"""Letting a subscription go on after days that were neither served nor billed: reopened, or resumed."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import F

from soon.domain.billing import BillableLine, next_due_on
from soon.models import Order, OrderLine
from soon.models.bulk import update_rows
from soon.operations.billing._compute import billable, terms
from soon.operations.billing._read import Catalogue
from soon.operations.closing._facts import OrderFacts, facts_of
from soon.operations.movements.rebook import rebook


def go_on(order: Order, move: str, on: datetime.date, *, ends_on: datetime.date | None, **fields: Any) -> bool:
    """Make `move` of `order`, served again from the local date `on`; write `fields` with it; return whether it still could.

    Each line counts as billed up to where it is to be billed from: `on`, or where what was paid for and kept ends.
    """
    catalogue = Catalogue()
    # What reaches into the days to come was paid for; an end before them is the beginning again.
    facts = facts_of([order.pk], catalogue, after=on)[order.pk]
    facts.subscription.ends_on = ends_on
    lines = _billed_from(facts, catalogue, on)
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


def _billed_from(facts: OrderFacts, catalogue: Catalogue, on: datetime.date) -> Sequence[BillableLine]:
    """Return the lines with the day from which each is billed again; one never billed begins anew only after its start.

    Each on its own: of a free line nothing is given back, and it must not keep the others from being billed.
    """
    paid_until = {row.pk: on for row in facts.subscription.lines}
    for each in facts.closing.charged:
        if isinstance(each.order_line, int):
            paid_until[each.order_line] = max(paid_until[each.order_line], each.part.kept_until)
    first_paid_on = facts.subscription.first_paid_on or on
    cursors = [paid_until[row.pk] for row in facts.subscription.lines]
    return [
        replace(line, billed_until=cursor if cursor > first_paid_on else None) if line.is_recurring else line
        for line, cursor in zip(billable(facts.subscription, catalogue), cursors, strict=True)
    ]
