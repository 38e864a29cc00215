"""Finding the orders that are due, so that any number of workers share them and none starves."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from soon.models import Order
from soon.models.orders import OrderQuerySet


@dataclass
class Queue:
    """The orders due on or before `until` (a local date), of the given time zones or (None) of all, oldest first.

    Each worker walks through with a place of its own, so that orders which others hold are passed by and not looked at again
    and again; at the end it begins anew until a whole walk finds nothing.
    """

    until: datetime.date
    time_zones: Collection[str] | None = None
    _after: tuple[datetime.date, int] | None = None

    @property
    def is_at_its_start(self) -> bool:
        """Whether the next claim looks at the whole queue."""
        return self._after is None

    def due(self) -> OrderQuerySet:
        """Return all that are due, those set aside left out."""
        orders = Order.objects.due_on(self.until).not_set_aside()
        return orders if self.time_zones is None else orders.filter(time_zone__in=self.time_zones)

    def claim(self, most: int) -> list[int]:
        """Return the keys of the next orders, at most `most`, locked until the transaction ends; [] at the end of the queue."""
        orders = self._rest()
        if connection.features.has_select_for_update_skip_locked:
            orders = orders.select_for_update(skip_locked=True, no_key=True)
        return self._next(orders, most)

    def look(self, most: int) -> list[int]:
        """Return the keys of the next orders without locking them."""
        return self._next(self._rest(), most)

    def _rest(self) -> OrderQuerySet:
        orders = self.due().order_by("next_invoice_on", "pk")
        if self._after is None:
            return orders
        day, key = self._after
        # The first condition alone lets the index begin at our place.
        return orders.filter(Q(next_invoice_on__gte=day) & (Q(next_invoice_on__gt=day) | Q(pk__gt=key)))

    def _next(self, orders: OrderQuerySet, most: int) -> list[int]:
        claimed = list(orders.values_list("next_invoice_on", "pk")[:most])
        # The queue holds only orders with a day.
        self._after = claimed[-1] if claimed else None  # type: ignore[assignment]
        return [key for _, key in claimed]


def claim_again(orders: Collection[int]) -> list[int]:
    """Return those of `orders` that are still In Progress and that nobody else holds, locked until the transaction ends."""
    found = Order.objects.filter(pk__in=orders, state=Order.State.IN_PROGRESS, next_invoice_on__isnull=False).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        found = found.select_for_update(skip_locked=True, no_key=True)
    return list(found.values_list("pk", flat=True))
