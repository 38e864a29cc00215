"""The customers with most revenue, or whose revenue changed most: from movements, a page at a time, or all of them in turn."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Abs

from soon.domain.exchange import RateTable
from soon.domain.revenue_months import Month, Moved, whole_of
from soon.models import Customer, CustomerRevenue, Movement
from soon.models.bulk import any_of
from soon.models.customer_revenue import MOST_MICRO

from .breakdown import BY_CHANGE, CUSTOMER, Row, summed_for_whole
from .months import MonthlyRevenue, rates_of
from .scope import Scope

PAGE_SIZE = 25
MOST_PAGES = 40
# How many customers of a currency are looked at, one number after the other, before everybody is added up.
LOOKED_AT = (1_000, 8_000)
BATCH = 500


@dataclass(frozen=True)
class CustomerPage:
    """Some customers, and whether others come after them."""

    rows: Sequence[Row]
    number: int
    has_next: bool


def customers_page(scope: Scope, revenue: MonthlyRevenue, *, order: str, page: int = 1, size: int = PAGE_SIZE) -> CustomerPage:
    """Return a page of the customers of `revenue`, which is that of `scope`; `order` as `breakdown` takes it.

    Somebody with several currencies stands where the greatest of their amounts brings them; their figures are those of all.
    """
    page = max(1, min(page, MOST_PAGES))
    how_many = page * size + 1
    currencies, rates = _currencies(scope, revenue), rates_of(scope, revenue.currencies)
    firsts = {currency: _first(scope, currency, order, how_many) for currency in currencies}
    ranked = list(islice(_merged(scope, rates, firsts), how_many))
    rows = _rows(scope, ranked[(page - 1) * size : page * size], currencies, rates)
    return CustomerPage(rows, page, len(ranked) == how_many and page < MOST_PAGES)


def every_customer(scope: Scope, revenue: MonthlyRevenue, *, order: str) -> Iterator[Row]:
    """Yield all of them in the order of the pages; memory does not grow with them, but where there are several currencies."""
    currencies, rates = _currencies(scope, revenue), rates_of(scope, revenue.currencies)
    streams = {}
    for currency in currencies:
        everybody = _everybody(scope, currency, order)
        streams[currency] = ((amount, customer) for customer, amount in everybody.iterator(chunk_size=BATCH))
    ranked = _merged(scope, rates, streams)
    while keys := list(islice(ranked, BATCH)):
        yield from _rows(scope, keys, currencies, rates)


def _currencies(scope: Scope, revenue: MonthlyRevenue) -> list[str]:
    if scope.currency:
        return [scope.currency]
    return [each for each in revenue.currencies if each not in revenue.course.unrated]


def _merged(scope: Scope, rates: RateTable, ranked: Mapping[str, Iterable[tuple[int, int]]]) -> Iterator[int]:
    """Yield the customers of several rankings of (amount, customer), each by its currency, where they stand highest."""
    seen = set[int]()
    for _place, customer in heapq.merge(*(_worth(ranked[each], rates.of_month(each, scope.last)) for each in ranked)):
        if customer not in seen:
            yield customer
        if len(ranked) > 1:
            seen.add(customer)


def _worth(rows: Iterable[tuple[int, int]], rate: Fraction | None) -> Iterator[tuple[Fraction, int]]:
    """Yield what a merge goes by, the greatest first. Without a rate amounts are worth nothing anywhere."""
    for amount, customer in rows:
        yield -amount * (rate or Fraction()), customer


def _rows(scope: Scope, keys: Sequence[int], currencies: Sequence[str], rates: RateTable) -> list[Row]:
    names = dict(Customer.objects.filter(pk__in=any_of(keys)).values_list("pk", "name"))
    wholes = _wholes(scope, keys, currencies, rates)
    return [Row(str(key), names[key], wholes[key], scope.list_query((CUSTOMER, str(key)))) for key in keys]


def _first(scope: Scope, currency: str, order: str, how_many: int) -> list[tuple[int, int]]:
    """Return amount and key of the first `how_many` in one currency: one query, as a rule.

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
        return [(amount, customer) for customer, amount in _everybody(scope, currency, order)[:how_many]]
    return [(-negative, customer) for negative, customer in found]


def _everybody(scope: Scope, currency: str, order: str) -> "QuerySet[Any, Any]":
    """Return customer and amount of everybody in one currency, added up, in their order."""
    summed = _placed(_moved(scope, currency, order).values("customer"), scope, order)
    return summed.order_by(F("amount").desc(), "customer").values_list("customer", "amount")


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
    return {key: whole_of(moved[key], scope.months, rates) for key in keys}


def _until_the_end(scope: Scope) -> "QuerySet[Any]":
    return scope.narrowed(Movement.objects.filter(moved_on__lte=scope.ends_on))
