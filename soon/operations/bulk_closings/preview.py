"""What closing many subscriptions would come to: the same computation as closing, with nothing written."""

import datetime
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from soon.activity.actor import Actor
from soon.domain.closing_money import ClosingMoney
from soon.models import BulkClosing, Order
from soon.models.bulk import any_of
from soon.operations.billing._compute import SENSELESS
from soon.operations.billing._read import Catalogue
from soon.operations.closing._close import plan_day_and_money
from soon.operations.closing._facts import facts_of
from soon.operations.closing._lost import lost_mrr
from soon.operations.closing._request import CannotClose, ClosingRequest
from soon.queries.due import local_day

from ._asked import asked_of_each

BATCH = 500
MOST_SHOWN = 200
FIGURES = ("charged_minor", "credited_minor", "owed_minor")


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """An order with its last day and money, or with why it cannot be closed so."""

    order: Order
    money: ClosingMoney | None = None
    lost_micro: int = 0
    refusal: str = ""

    @property
    def last_day_on(self) -> datetime.date | None:
        """The last local date of service."""
        return self.money.effective_on - datetime.timedelta(days=1) if self.money else None


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """The first rows, and figures over all of them; amounts in minor units by currency."""

    rows: Sequence[PreviewRow] = ()
    count: int = 0
    refused: int = 0
    scheduled: int = 0
    sums: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lost_mrr: Mapping[str, int] = field(default_factory=dict)
    seen: str = ""

    @property
    def closable(self) -> int:
        """How many can be closed so."""
        return self.count - self.refused


def preview(orders: Collection[int], *, closing: BulkClosing, actor: Actor, at: datetime.datetime) -> BulkPreview:
    """Return what `closing`, not stored yet, would do to the orders with these keys that `actor` sees, at the moment `at`.

    `seen` stands for them, the day and every figure: who submits says with it what they looked at. Whatever the reason, it is
    not looked at here.
    """
    if actor.user is None:
        return BulkPreview()
    visible = Order.objects.visible_to(actor.user).filter(pk__in=any_of(sorted(set(orders))))
    keys = list(visible.order_by("pk").values_list("pk", flat=True))
    request, catalogue = asked_of_each(closing), Catalogue()
    shown: list[PreviewRow] = []
    refused = scheduled = 0
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    lost: Counter[str] = Counter()
    seen = hashlib.sha256(f"{keys} {request.day} {request.effective_on} {request.credit_policy}".encode())
    for row, is_scheduled in _rows(keys, request, catalogue, actor, at):
        if len(shown) < MOST_SHOWN:
            shown.append(row)
        if row.money is None:
            refused += 1
            continue
        seen.update(row.money.fingerprint(row.order.pk).encode())
        scheduled += is_scheduled
        sums[row.order.currency].update({name: getattr(row.money, name) for name in FIGURES})
        lost[row.order.currency] += row.lost_micro
    return BulkPreview(shown, len(keys), refused, scheduled, sums, lost, seen.hexdigest()[:32])


def _rows(
    keys: Sequence[int], request: ClosingRequest, catalogue: Catalogue, actor: Actor, at: datetime.datetime
) -> Iterator[tuple[PreviewRow, bool]]:
    """Look at the orders, a batch at a time; of each also whether its closing would be scheduled."""
    left = iter(keys)
    # What one closing leaves to a customer pays for the last invoice of their next one.
    credit: dict[tuple[int, str], int] = {}
    while batch := list(islice(left, BATCH)):
        found = Order.objects.filter(pk__in=any_of(batch)).select_related("customer", "plan", "closure").order_by("pk")
        orders = list(found)
        days = {order.pk: local_day(at, order.time_zone) for order in orders}
        facts = facts_of(batch, catalogue, after=min([*days.values(), *filter(None, [request.effective_on])]))
        for order in orders:
            whose = (order.customer_id, order.currency)
            its = facts[order.pk].with_credit(credit.get(whose))
            try:
                planned = plan_day_and_money(order, request, its, actor=actor, today=days[order.pk])
            except CannotClose as refusal:
                yield PreviewRow(order, refusal=str(refusal)), False
            except SENSELESS as error:
                yield PreviewRow(order, refusal=str(error)), False
            else:
                if planned.takes_effect:
                    credit[whose] = planned.money.credit_after_minor
                lost = lost_mrr([(order, planned.money.effective_on)], days[order.pk])[order.pk]
                yield PreviewRow(order, planned.money, lost), not planned.takes_effect
