"""Making all movements anew from what happened: for a database from before there were any."""

from collections.abc import Callable

from django.db import transaction

from soon.models import Order

from ._month_ends import rebuild_month_ends
from .rebook import rebook

BATCH = 2_000


def rebuild(*, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Book every order again, customer by customer; return how many movements changed: none where all was well.

    Batches are transactions of their own, so that it can be broken off and begun again.
    """
    changed, done, total = 0, 0, Order.objects.count()
    after: tuple[int, int] = (0, 0)
    while batch := _next(after):
        with transaction.atomic():
            changed += rebook([order for _customer, order in batch])
        after, done = batch[-1], done + len(batch)
        if on_progress:
            on_progress(done, total)
    rebuild_month_ends()
    return changed


def _next(after: tuple[int, int]) -> list[tuple[int, int]]:
    """Return customer and key of the orders that come after one, in the order of both."""
    customer, order = after
    rows = Order.objects.order_by("customer", "pk").values_list("customer", "pk")
    same = list(rows.filter(customer=customer, pk__gt=order)[:BATCH])
    return same or list(rows.filter(customer__gt=customer)[:BATCH])
