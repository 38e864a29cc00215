"""What the ends of subscriptions take from the revenue of a month."""

import datetime
from collections.abc import Mapping, Sequence

from soon.models import Order, OrderChange
from soon.models.bulk import any_of


def lost_mrr(ends: Sequence[tuple[Order, datetime.date]], today: datetime.date) -> Mapping[int, int]:
    """Return by the key of each order what it loses with its end (first local date without service), seen on `today`.

    In millionths of the minor unit, as the movement of that day takes it away: nothing of a free trial, and nothing of what is
    paused, which counted nothing before. An end before a change that took effect since ends what was agreed before it. One
    query, where a day that has passed makes it necessary.
    """
    past = {order.pk: on for order, on in ends if on <= today}
    earlier: dict[int, int] = {}
    if past:
        applied = OrderChange.objects.filter(order__in=any_of(list(past)), applied_at__isnull=False)
        for change in applied.filter(takes_effect_on__gte=min(past.values())).order_by("takes_effect_on", "pk"):
            if change.takes_effect_on >= past[change.order_id]:
                earlier.setdefault(change.order_id, sum((change.mrr_before or {}).values()))
    return {order.pk: earlier.get(order.pk, order.mrr_micro) if _counts(order, on) else 0 for order, on in ends}


def _counts(order: Order, ends_on: datetime.date) -> bool:
    first_paid_on = order.first_paid_on
    return order.state != Order.State.PAUSED and first_paid_on is not None and ends_on > first_paid_on
