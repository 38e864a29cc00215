"""Counting what rows that are not there yet would bring into being."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from soon.models import Customer, Plan

from ._catalogue import find_plan, find_product, find_reason
from ._cursors import cuts_a_period
from ._records import ImportedCustomer, ImportedProduct, ImportedRecord
from .mapping import MappedPlan, MappedProduct
from .subscription import ImportedSubscription

NAMES_TOLD = 20


class RecordSurvey:
    """Counts customers, products or plans alone."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._prices = 0
        self._owed: Counter[str] = Counter()
        self._credit: Counter[str] = Counter()

    def count(self, new: Sequence[ImportedRecord]) -> None:
        """Count rows of one batch."""
        for each in new:
            key = each.key
            if isinstance(each, ImportedCustomer):
                (self._owed if each.balance_minor > 0 else self._credit)[each.currency] += abs(each.balance_minor)
            elif isinstance(each, ImportedProduct):
                key = each.code.casefold()
                self._prices += each.price_minor is not None
            self._keys.add(key)

    @property
    def counts(self) -> Mapping[str, object]:
        """What would come into being."""
        return {"records": len(self._keys), "prices": self._prices, "owed": dict(+self._owed), "credit": dict(+self._credit)}


class SubscriptionSurvey:
    """Counts subscriptions with all that they are about."""

    def __init__(self, today: datetime.date) -> None:
        self._today = today
        self._customers: dict[str, bool] = {}
        self._plans: dict[MappedPlan, Plan | None] = {}
        self._products: dict[MappedProduct, bool] = {}
        self._reasons: dict[str, bool] = {}
        self._states: Counter[str] = Counter()
        self._owed: Counter[str] = Counter()
        self._credit: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def count(self, new: Sequence[ImportedSubscription]) -> None:
        """Count rows of one batch."""
        unseen = {each.customer["external_id"] for each in new} - self._customers.keys()
        there = set(Customer.objects.filter(external_id__in=list(unseen)).values_list("external_id", flat=True))
        self._customers |= {each: each in there for each in unseen}
        for each in new:
            self._count_one(each)

    def _count_one(self, each: ImportedSubscription) -> None:
        self._states[each.state] += 1
        if each.plan not in self._plans:
            self._plans[each.plan] = find_plan(each.plan)
        if each.product not in self._products:
            self._products[each.product] = find_product(each.product) is not None
        if each.reason and each.reason not in self._reasons:
            self._reasons[each.reason] = find_reason(each.reason) is not None
        (self._owed if each.balance_minor > 0 else self._credit)[each.currency] += abs(each.balance_minor)
        if each.next_invoice_on:
            self._counts["due_at_once"] += each.next_invoice_on <= self._today
            self._counts["part_first"] += cuts_a_period(each, self._plan_of(each.plan))

    def _plan_of(self, wanted: MappedPlan) -> Plan:
        """Return the plan as it is, or as it would be created."""
        interval = wanted.interval
        return self._plans[wanted] or Plan(interval_unit=interval.unit, interval_count=interval.count)

    @property
    def counts(self) -> Mapping[str, object]:
        """What would come into being."""
        new_plans = [plan.name_vi for plan, found in self._plans.items() if found is None]
        new_products = [product.name_vi for product, is_there in self._products.items() if not is_there]
        new_reasons = [reason for reason, is_there in self._reasons.items() if not is_there]
        return {
            "states": dict(self._states),
            "subscriptions": self._states.total(),
            "due_at_once": self._counts["due_at_once"],
            "part_first": self._counts["part_first"],
            "customers": sum(not is_there for is_there in self._customers.values()),
            "plans": len(new_plans),
            "products": len(new_products),
            "reasons": len(new_reasons),
            "plan_names": new_plans[:NAMES_TOLD],
            "product_names": new_products[:NAMES_TOLD],
            "reason_names": new_reasons[:NAMES_TOLD],
            "owed": dict(+self._owed),
            "credit": dict(+self._credit),
        }
