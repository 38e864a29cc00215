"""What a billing run would issue: the same computation, with nothing written and nothing locked."""

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from soon.models import Order

from ._changes import bill_through, changes_due
from ._claim import Queue
from ._compute import SENSELESS, Biller, everything_due
from ._read import Catalogue, subscriptions

BATCH = 1000


@dataclass
class Sum:
    """Documents and their total in minor units."""

    documents: int = 0
    total_minor: int = 0


@dataclass
class RunPreview:
    """What would happen, in total by currency, and by (plan, currency); None stands for orders without a plan."""

    bills_until: datetime.date
    orders: int = 0
    refused: int = 0
    ending: int = 0
    by_currency: dict[str, Sum] = field(default_factory=dict)
    by_plan: dict[tuple[int | None, str], Sum] = field(default_factory=dict)

    @property
    def documents(self) -> int:
        """How many documents would be issued."""
        return sum(each.documents for each in self.by_currency.values())

    def count(self, plan: int | None, currency: str, total_minor: int) -> None:
        """Add one document."""
        for sums in (self.by_currency.setdefault(currency, Sum()), self.by_plan.setdefault((plan, currency), Sum())):
            sums.documents += 1
            sums.total_minor += total_minor


def preview(
    *,
    bills_until: datetime.date,
    time_zones: Collection[str] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> RunPreview:
    """Return what a run with the same arguments would do (see run.py), before the customers' credit pays for any of it."""
    queue = Queue(bills_until, time_zones)
    catalogue = Catalogue()
    biller = Biller(catalogue, bills_until, everything_due(bills_until))
    found = RunPreview(bills_until, ending=_ending(bills_until, time_zones))
    total = queue.due().count() if on_progress else 0
    while orders := queue.look(BATCH):
        changes = changes_due(orders, bills_until)
        for subscription in subscriptions(orders, catalogue):
            try:
                documents = bill_through(biller, subscription, changes.get(subscription.pk, ())).documents
            except SENSELESS:
                found.refused += 1
                continue
            for document in documents:
                found.count(subscription.plan_id, document.currency, document.total_minor)
        found.orders += len(orders)
        if on_progress:
            on_progress(min(found.orders, total), total)
    return found


def _ending(day: datetime.date, time_zones: Collection[str] | None) -> int:
    orders = Order.objects.ending_on(day)
    return (orders if time_zones is None else orders.filter(time_zone__in=time_zones)).count()
