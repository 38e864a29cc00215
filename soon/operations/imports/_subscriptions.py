"""Subscriptions with all that they are about: which are new, and storing them."""

import datetime
from collections.abc import Sequence

from soon.activity.actor import Actor, system
from soon.domain import closing
from soon.models import CloseReason, Order

from ._balances import Opening, store_balances
from ._catalogue import Catalogue, empty_catalogue, look_up
from ._leave import leave
from ._store import store
from .mapping import SubscriptionMap
from .subscription import ImportedSubscription


def new_subscriptions(batch: Sequence[ImportedSubscription]) -> list[ImportedSubscription]:
    """Return those of at most some hundred whose external id no order has."""
    orders = Order.objects.filter(external_id__in=[each.external_id for each in batch]).order_by()
    known = set(orders.values_list("external_id", flat=True))
    return [each for each in batch if each.external_id not in known]


def store_subscriptions(
    new: Sequence[ImportedSubscription],
    *,
    mapping: SubscriptionMap,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    found: Catalogue | None,
) -> int:
    """Store `new` ones with customers, plans and products that are not there, close those who left, and return how many.

    Raises CannotClose, TooLarge and IntegrityError; then nothing must stay.
    """
    audience = mapping.closing.audience if mapping.closing else closing.STAFF_ONLY
    found = found or empty_catalogue()
    look_up(found, new, reason_audience=audience)
    orders = store(new, found=found, actor=actor, at=at, today=today)
    # Nobody here closed them, so nobody's rights are asked.
    closed = leave(new, orders, reasons=found.reasons, actor=system(), at=at, today=today)
    opened = [
        Opening(order.customer, each.currency, each.balance_minor, each.due_on, order.pk)
        for each, order in zip(new, orders, strict=True)
        if each.balance_minor
    ]
    store_balances(opened, actor=actor, at=at, today=today)
    if mapping.closing and mapping.closing.archives and found.new_reasons:
        CloseReason.objects.filter(pk__in=[reason.pk for reason in found.new_reasons]).update(archived_at=at)
    return closed
