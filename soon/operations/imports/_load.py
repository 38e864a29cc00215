"""Loading a batch of understood rows: customers, orders, those who left, and balances, in the caller's transaction."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from soon.activity.actor import Actor, system
from soon.domain import closing
from soon.models import CloseReason, Order

from ._balances import store_balances
from ._catalogue import Catalogue, empty_catalogue, look_up
from ._leave import leave
from ._store import store
from .mapping import SubscriptionMap
from .subscription import ImportedSubscription

BATCH = 500


@dataclass(frozen=True)
class Loaded:
    """How many subscriptions were stored, how many of them closed, and how many were there before."""

    stored: int = 0
    closed: int = 0
    known: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(self.stored + other.stored, self.closed + other.closed, self.known + other.known)


def load(
    batch: Sequence[ImportedSubscription],
    *,
    mapping: SubscriptionMap,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    found: Catalogue | None = None,
) -> Loaded:
    """Store those of `batch` whose external id no order has. Raises CannotClose and IntegrityError; then nothing must stay.

    `found` is what earlier batches of the same transaction were about.
    """
    known = known_ids([each.external_id for each in batch])
    new = [each for each in batch if each.external_id not in known]
    if not new:
        return Loaded(known=len(batch))
    audience = mapping.closing.audience if mapping.closing else closing.STAFF_ONLY
    found = found or empty_catalogue()
    look_up(found, new, reason_audience=audience)
    orders = store(new, found=found, actor=actor, at=at, today=today)
    # Nobody here closed them, so nobody's rights are asked.
    closed = leave(new, orders, reasons=found.reasons, actor=system(), at=at, today=today)
    store_balances(new, orders, actor=actor, at=at, today=today)
    if mapping.closing and mapping.closing.archives and found.new_reasons:
        CloseReason.objects.filter(pk__in=[reason.pk for reason in found.new_reasons]).update(archived_at=at)
    return Loaded(len(new), closed, len(batch) - len(new))


def known_ids(external_ids: Sequence[str]) -> Collection[str]:
    """Return those of at most some hundred `external_ids` that orders have already."""
    orders = Order.objects.filter(external_id__in=external_ids).order_by()
    return {str(each) for each in orders.values_list("external_id", flat=True)}
