"""The customers with most revenue, or whose revenue changed most: from movements, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Abs

from soon.domain.exchange import RateTable
from soon.domain.revenue_months import Month, Moved, whole_of
from soon.models import Customer, CustomerRevenue, Movement
from soon.models.bulk import any_of
from soon.models.customer_revenue import MOST_MICRO

from .breakdown import BY_CHANGE, CUSTOMER, Row, summed_for_whole, weight
from .months import MonthlyRevenue, rates_of
from .scope import Scope

PAGE_SIZE = 25
MOST_PAGES = 40
# How many customers of a currency are looked at, one number after the other, before everybody is added up.
LOOKED_AT = (1_000, 8_000)


@dataclass(frozen=True)
class CustomerPage:
    """Some customers, and whether others come after them."""

    rows: Sequence[Row]
    number: int
    has_next: bool


def customers_page(scope: Scope, revenue: MonthlyRevenue, *, order: str, page: int = 1, size: int = PAGE_SIZE) -> CustomerPage:
    """Return a page of the customers of `revenue`, which is that of `scope`; `order` as `breakdown` takes it.

    Customers are ranked within each currency and these ranks merged, so that somebody with several currencies may stand lower
    than their sum would bring them; their figures are right.
    """
    page = max(1, min(page, MOST_PAGES))
    rates = rates_of(scope, revenue.currencies)
    currencies = (
        [scope.currency] if scope.currency else [each for each in revenue.currencies if each not in revenue.course.unrated]
    )
    keys = sorted({key for currency in currencies for key in _first(scope, currency, order, page * size + 1)})
    wholes = _wholes(scope, keys, currencies, rates)
    ranked = sorted(wholes, key=lambda key: (*weight(wholes[key], order), key))
    shown = ranked[(page - 1) * size : page * size]
    names = dict(Customer.objects.filter(pk__in=shown).values_list("pk", "name"))
    rows = [Row(str(key), names[key], wholes[key], scope.list_query((CUSTOMER, str(key)))) for key in shown]
    return CustomerPage(rows, page, len(ranked) > page * size and page < MOST_PAGES)


def _first(scope: Scope, currency: str, order: str, how_many: int) -> list[int]:
    """Return the first `how_many` in one currency: one query, as a rule.

    Customers are looked at by the most that theirs can be, until nobody further down can be among the first. Where that is
    open after thousands, because many rose as much and are gone, everybody is added up.
    """
    ranked = CustomerRevenue.objects.filter(currency=currency).annotate(most=MOST_MICRO).order_by(F("most").desc(), "customer")
    theirs = _placed(_moved(scope, currency, order).filter(customer=OuterRef("customer")).values("currency"), scope, order)
    ranked = ranked.annotate(amount=Subquery(theirs.values("amount")))
    found: list[tuple[int, int]] = []
    further = ranked
    for size in LOOKED_AT:
        rows = list(further.values_list("most", "customer", "amount")[:size])
        placed = [(-amount, customer) for _most, customer, amount in rows if amount is not None]
        found = sorted([*found, *placed])[:how_many]
        if len(rows) < size:
            break
        most, last, _amount = rows[-1]
        if len(found) == how_many and found[-1] <= (-most, last):
            break
        further = ranked.filter(Q(most__lt=most) | Q(most=most, customer__gt=last))
    else:
        everybody = _placed(_moved(scope, currency, order).values("customer"), scope, order)
        return list(everybody.order_by(F("amount").desc(), "customer").values_list("customer", flat=True)[:how_many])
    return [customer for _amount, customer in found]


def _moved(scope: Scope, currency: str, order: str) -> "QuerySet[Any, Any]":
    """Return the movements that a place in the ranking depends on."""
    rows = _until_the_end(scope).filter(currency=currency)
    return rows.filter(moved_on__gte=scope.first) if order == BY_CHANGE else rows


def _placed(rows: "QuerySet[Any, Any]", scope: Scope, order: str) -> "QuerySet[Any, Any]":
    """Return what the movements of each come to, without those who were gone before the first month."""
    amount = Sum("amount_micro")
    placed: QuerySet[Any, Any] = rows.annotate(amount=Abs(amount) if order == BY_CHANGE else amount, last_on=Max("moved_on"))
    return placed.filter(~Q(amount=0) | Q(last_on__gte=scope.first))


def _wholes(scope: Scope, keys: Sequence[int], currencies: Sequence[str], rates: RateTable) -> dict[int, Month]:
    moved: dict[int, list[Moved]] = defaultdict(list)
    rows = _until_the_end(scope).filter(customer__in=any_of(keys), currency__in=currencies)
    for customer, *row in summed_for_whole(rows, "moved_on", "customer_id", scope):
        each = Moved(*row)
        moved[customer].append(each._replace(month_on=each.month_on.replace(day=1)))
    wholes = {key: whole_of(moved[key], scope.months, rates) for key in keys}
    # Who was gone before the first month has no place among the last.
    return {key: whole for key, whole in wholes.items() if whole.opening or whole.amounts or whole.closing}


def _until_the_end(scope: Scope) -> "QuerySet[Any]":
    return scope.narrowed(Movement.objects.filter(moved_on__lte=scope.ends_on))
