"""What exactly a quotation offers, as one short key."""

import hashlib
from collections.abc import Sequence

from soon.models import Order, OrderLine


def offer_key(order: Order, lines: Sequence[OrderLine]) -> str:
    """Return a key that changes with all that a customer agrees to: who, plan, start, trial and end, the terms, every line."""
    head = (order.customer_id, order.plan_id, order.currency, order.start_on, order.trial_days, order.ends_on, order.note)
    body = [
        (
            line.product_id,
            line.description,
            line.is_recurring,
            f"{line.quantity:f}",
            line.unit_price_minor,
            f"{line.discount_percent:f}",
            line.tax_id,
            line.net_minor,
            line.tax_minor,
        )
        for line in lines
    ]
    return hashlib.sha256(repr((head, body)).encode()).hexdigest()[:16]
