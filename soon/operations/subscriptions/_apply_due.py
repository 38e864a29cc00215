"""Letting the changes of one order take effect whose day has come, where all that comes before is billed."""

import datetime

from soon.activity.actor import Actor
from soon.domain.billing import next_due_on
from soon.models import Order
from soon.operations.billing._changes import changes_due, is_behind
from soon.operations.billing._compute import billable, terms
from soon.operations.billing._read import Catalogue, subscriptions

from ._apply_change import apply_changes


def apply_due_of(order: int, catalogue: Catalogue, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> int:
    """Let the due changes of the locked `order` (its key) take effect, up to one before which days are not billed yet.

    Return how many did. The day of its next invoice is written.
    """
    applied = 0
    for change in changes_due([order], today).get(order, ()):
        [subscription] = subscriptions([order], catalogue)
        if is_behind(subscription, change.takes_effect_on):
            break
        apply_changes([change], actor=actor, at=at)
        [subscription] = subscriptions([order], catalogue)
        next_on = next_due_on(terms(subscription, catalogue), billable(subscription, catalogue))
        Order.objects.filter(pk=order).update(next_invoice_on=next_on)
        applied += 1
    return applied
