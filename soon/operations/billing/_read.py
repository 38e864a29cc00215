"""Reading what billing needs to know of many orders, in three queries, as rows without the weight of model instances."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from soon.domain.periods import Schedule
from soon.domain.taxes import NO_TAX, TaxRule
from soon.models import Company, Order, OrderLine, Plan, Product, Tax
from soon.models.bulk import any_of
from soon.operations.documents import Buyer, buyer_facts, seller_facts

# Products of which a run remembers the names; more than that are looked up again.
MOST_PRODUCTS = 20_000
MOST_SCHEDULES = 20_000


class LineRow(NamedTuple):
    """A line of an order as stored."""

    pk: int
    product_id: int
    description: str
    is_recurring: bool
    quantity: Decimal
    unit_price_minor: int
    discount_percent: Decimal
    tax_id: int | None
    billed_until: datetime.date | None


@dataclass(slots=True)
class Subscription:
    """An order with its lines, its buyer of today and how it is billed."""

    pk: int
    plan_id: int | None
    currency: str
    first_paid_on: datetime.date | None
    ends_on: datetime.date | None
    next_invoice_on: datetime.date | None
    is_tax_exempt: bool
    times_reopened: int
    buyer: Buyer
    lines: Sequence[LineRow]


class Catalogue:
    """Plans, taxes, names of products and the company, read once in a run."""

    def __init__(self) -> None:
        company = Company.ours()
        self.seller = seller_facts(company)
        self.payment_days = datetime.timedelta(days=company.payment_days)
        self.plans = {plan.pk: plan for plan in Plan.objects.all()}
        self.taxes = {tax.pk: tax for tax in Tax.objects.all()}
        self._products: dict[int, Product] = {}
        self._schedules: dict[tuple[int, datetime.date], Schedule] = {}
        self._rules: dict[tuple[int | None, bool], TaxRule] = {}

    def learn_products(self, keys: Collection[int]) -> None:
        """Look up those that are not known yet, in one query."""
        missing = set(keys) - self._products.keys()
        if len(self._products) + len(missing) > MOST_PRODUCTS:
            self._products.clear()
            missing = set(keys)
        if missing:
            self._products |= Product.objects.only("name_vi", "name_en").in_bulk(missing)

    def name_of(self, product: int, language: str) -> str:
        """Return what the product is called in `language`."""
        return self._products[product].name_in(language)

    def tax_rule(self, tax: int | None, is_exempt: bool) -> TaxRule:
        """Return how a line with that tax is taxed for a buyer who is exempt or not."""
        if tax is None:
            return NO_TAX
        key = (tax, is_exempt)
        if key not in self._rules:
            found = self.taxes[tax]
            self._rules[key] = TaxRule(found.percent, is_included=found.is_included, is_exempt=is_exempt)
        return self._rules[key]

    def schedule(self, plan: int, first_paid_on: datetime.date) -> Schedule:
        """Return the billing periods of a subscription to `plan`."""
        asked = (plan, first_paid_on)
        if asked not in self._schedules:
            if len(self._schedules) >= MOST_SCHEDULES:
                self._schedules.clear()
            self._schedules[asked] = self.plans[plan].schedule_from(first_paid_on)
        return self._schedules[asked]


_PARTY = ("name", "street", "city", "country", "tax_number", "email", "phone", "postcode")
_ORDER_FIELDS = (
    *("pk", "plan_id", "currency", "start_on", "trial_days", "ends_on", "next_invoice_on", "times_reopened"),
    *("customer_reference", "customer_id", "customer__language", "customer__is_tax_exempt"),
    *(f"customer__{field}" for field in _PARTY),
)


def subscriptions(orders: Sequence[int], catalogue: Catalogue) -> list[Subscription]:
    """Return the orders with these keys, in the order in which they fell due."""
    lines = _lines_of(orders)
    rows = Order.objects.filter(pk__in=any_of(orders)).order_by("next_invoice_on", "pk").values_list(*_ORDER_FIELDS)
    found = [_subscription(row, lines) for row in rows]
    catalogue.learn_products({line.product_id for each in lines.values() for line in each})
    return found


def _subscription(row: tuple, lines: dict[int, list[LineRow]]) -> Subscription:  # type: ignore[type-arg]
    pk, plan, currency, start_on, trial_days, ends_on, next_invoice_on, reopened, *of_customer = row
    reference, customer, language, exempt, *party = of_customer
    facts = buyer_facts(dict(zip(_PARTY, party, strict=True)), reference)
    buyer = Buyer(customer, party[0], party[5], language, facts)
    first_paid_on = start_on + datetime.timedelta(days=trial_days) if start_on and trial_days else start_on
    return Subscription(pk, plan, currency, first_paid_on, ends_on, next_invoice_on, exempt, reopened, buyer, lines.get(pk, ()))


def _lines_of(orders: Sequence[int]) -> dict[int, list[LineRow]]:
    found: dict[int, list[LineRow]] = defaultdict(list)
    rows = OrderLine.objects.filter(order__in=any_of(orders)).order_by("order", "position", "pk")
    for order, *values in rows.values_list("order_id", *_LINE_FIELDS):
        found[order].append(LineRow(*values))
    return found


_LINE_FIELDS = ("pk", *LineRow._fields[1:])
