"""What the evidence of a closing holds: what was declared, what was shown for it, and what it came to."""

from collections.abc import Iterable, Mapping
from typing import Any

from soon.activity.facts import name_fact
from soon.domain.closing_money import ClosingMoney
from soon.models import Closure, Order
from soon.operations.documents import Document


def declared(order: Order, closure: Closure, money: ClosingMoney, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the declaration: who, when, why, for which day; the figures; and the words and version of the page."""
    return {
        "order": order.number,
        "customer": order.customer.name,
        "type": closure.type,
        "channel": closure.channel,
        "by": closure.by_name,
        "submitted_at": closure.submitted_at.isoformat(),
        "time_zone": closure.time_zone,
        "reason": name_fact(closure.reason),
        "own_words": closure.own_words,
        "comment": closure.comment,
        "requested_on": closure.requested_on.isoformat(),
        "effective_on": closure.effective_on.isoformat(),
        "credit_policy": closure.credit_policy,
        "figures": figures(money, order.currency),
        "shown": dict(shown),
    }


def figures(money: ClosingMoney, currency: str) -> dict[str, Any]:
    """Return the money of a closing in minor units."""
    return {
        "currency": currency,
        "charged_minor": money.charged_minor,
        "credited_minor": money.credited_minor,
        "reduced_minor": money.reduced_minor,
        "left_minor": money.left_minor,
        "owed_minor": money.owed_minor,
    }


def settled(order: Order, closure: Closure, money: ClosingMoney, documents: Iterable[Document]) -> dict[str, Any]:
    """Return what was booked when the closing took effect."""
    return {
        "order": order.number,
        "effective_on": closure.effective_on.isoformat(),
        "figures": figures(money, order.currency),
        "documents": [document.number for document in documents],
    }
