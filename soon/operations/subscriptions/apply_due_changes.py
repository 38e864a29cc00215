"""Letting the changes take effect whose day has come: another plan, a discount, its end."""

import datetime
import logging
from collections.abc import Callable, Collection

from django.db import DatabaseError, OperationalError, transaction

from soon.activity.actor import system
from soon.models import Order, OrderChange
from soon.operations.billing._compute import SENSELESS
from soon.operations.billing._read import Catalogue
from soon.operations.refusal import Refusal

from ._apply_due import apply_due_of

log = logging.getLogger(__name__)


def apply_due_changes(
    *, today: datetime.date, clock: Callable[[], datetime.datetime], time_zones: Collection[str] | None = None
) -> int:
    """Let every change take effect whose day has come by the local date `today`; return how many did.

    Days before it that are not billed yet are billed as they were agreed: such an order is left to the billing run, which bills
    up to the change and lets it take effect itself. Each order is a transaction of its own; one that fails stops no other.
    """
    due = OrderChange.objects.due_on(today)
    if time_zones is not None:
        due = due.filter(order__time_zone__in=time_zones)
    applied, catalogue = 0, Catalogue()
    for order in dict.fromkeys(due.values_list("order", flat=True)):
        try:
            applied += _apply(order, catalogue, clock(), today)
        except OperationalError:
            raise
        except (DatabaseError, Refusal, *SENSELESS):
            log.exception("The changes of order %s could not take effect", order)
    return applied


@transaction.atomic
def _apply(key: int, catalogue: Catalogue, at: datetime.datetime, today: datetime.date) -> int:
    Order.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    return apply_due_of(key, catalogue, actor=system(), at=at, today=today)
