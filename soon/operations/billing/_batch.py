"""Billing one batch of orders: all of them in one transaction, or, when something is wrong with one, all others without it."""

import datetime
import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.db.models import F

from soon.activity.actor import Actor
from soon.models import BillingRun, BillingRunTotal, OrderChange
from soon.operations.documents import Document
from soon.operations.halving import in_halves
from soon.operations.subscriptions._apply_change import apply_changes

from ._changes import Changes, bill_through, changes_due
from ._claim import claim_again
from ._compute import SENSELESS, Bill, Biller
from ._read import Catalogue, Subscription, subscriptions
from ._set_aside import set_aside
from ._write import write

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batcher:
    """Bills batches of one run, all dated `today`, on behalf of `actor`."""

    run: BillingRun
    catalogue: Catalogue
    biller: Biller
    actor: Actor
    today: datetime.date

    def bill(self, orders: Sequence[int], at: datetime.datetime) -> None:
        """Bill `orders`, which the caller holds locked in its transaction.

        What the rules refuse is set aside at once; what the database refuses raises DatabaseError, see `bill_apart`.
        """
        bills, refused, passed = [], 0, list[OrderChange]()
        # Asked for with the orders locked: whoever schedules a change locks its order as well.
        changes = changes_due(orders, self.today)
        for subscription in subscriptions(orders, self.catalogue):
            due = changes.get(subscription.pk, ())
            bill = self._compute(subscription, due, at)
            if bill:
                bills.append(bill)
                passed += due
            else:
                refused += 1
        documents = write(bills, actor=self.actor, at=at, today=self.today)
        apply_changes(passed, actor=self.actor, at=at)
        self._count(documents, refused, at)

    def bill_apart(self, orders: Sequence[int], at: datetime.datetime) -> None:
        """Bill `orders` in transactions of their own, halving until the one that the database refuses is set aside."""
        in_halves(
            orders,
            lambda part: self.bill(claim_again(part), at),
            lambda order, error: self._give_up(order, error, at),
            failing=(DatabaseError,),
        )

    def _compute(self, subscription: Subscription, due: Changes, at: datetime.datetime) -> Bill | None:
        try:
            return bill_through(self.biller, subscription, due)
        except SENSELESS as error:
            log.warning("Order %s is set aside", subscription.pk, exc_info=True)
            set_aside(subscription.pk, error, run=self.run.pk, at=at)
            return None

    def _give_up(self, order: int, error: Exception, at: datetime.datetime) -> None:
        log.warning("Order %s is set aside", order, exc_info=error)
        with transaction.atomic():
            set_aside(order, error, run=self.run.pk, at=at)
            self._count([], 1, at)

    def _count(self, documents: Sequence[Document], set_aside: int, at: datetime.datetime) -> None:
        """Add to the figures of the run; last of all, because workers that share it wait for each other here."""
        ours = BillingRun.objects.filter(pk=self.run.pk)
        ours.update(issued=F("issued") + len(documents), set_aside=F("set_aside") + set_aside, progressed_at=at)
        sums: dict[str, int] = defaultdict(int)
        counts = Counter(document.currency for document in documents)
        for document in documents:
            sums[document.currency] += document.total_minor
        for currency in sorted(sums):
            total, _ = BillingRunTotal.objects.get_or_create(run=self.run, currency=currency)
            BillingRunTotal.objects.filter(pk=total.pk).update(
                issued=F("issued") + counts[currency], total_minor=F("total_minor") + sums[currency]
            )
