"""Which period of an order is invoiced next."""

from collections.abc import Sequence

from soon.domain.billing import DuePeriod, next_period_due
from soon.models import Order, OrderLine


def next_due(order: Order, lines: Sequence[OrderLine]) -> DuePeriod | None:
    """Return the earliest period of `lines` that is not invoiced yet, and the day it is due; None if there is none."""
    if order.plan is None or order.first_paid_on is None:
        return None
    schedule = order.plan.schedule_from(order.first_paid_on)
    found = [
        next_period_due(schedule, line.billed_until, order.ends_on, order.plan.in_arrears)
        for line in lines
        if line.is_recurring
    ]
    return min((due for due in found if due), key=lambda due: due.period.service.start, default=None)
