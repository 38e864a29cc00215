"""The customers with most revenue, or whose revenue changed most: from movements, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Abs

from soon.domain.exchange import RateTable
from soon.domain.revenue_months import Month, Moved, whole_of
from soon.models import Customer, CustomerRevenue, Movement
from soon.models.bulk import any_of

from .breakdown import BY_CHANGE, BY_MRR, CUSTOMER, Row, summed_for_whole, weight
from .months import MonthlyRevenue, rates_of
from .scope import Scope

PAGE_SIZE = 25
MOST_PAGES = 40


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
    if order == BY_MRR and scope.is_whole:
        return _first_of_all(scope, currency, how_many)
    rows = _until_the_end(scope).filter(currency=currency)
    if order == BY_CHANGE:
        rows = rows.filter(moved_on__gte=scope.first)
    summed = rows.values("customer").annotate(amount=Sum("amount_micro"))
    by = Abs("amount").desc() if order == BY_CHANGE else F("amount").desc()
    return list(summed.order_by(by, "customer").values_list("customer", flat=True)[:how_many])


def _first_of_all(scope: Scope, currency: str, how_many: int) -> list[int]:
    """Return who brings most at the end of `scope`: of all movements the sum is kept, and what came later is taken off it."""
    ours = Movement.objects.filter(currency=currency).order_by()
    later, until_then = Q(moved_on__gt=scope.ends_on), Q(moved_on__lte=scope.ends_on)
    theirs = ours.filter(customer=OuterRef("customer"))
    moved: QuerySet[Any, Any] = ours.filter(later, Exists(theirs.filter(until_then)), customer__revenues__currency=currency)
    moved = moved.values("customer").annotate(amount=Max("customer__revenues__mrr_micro") - Sum("amount_micro"))
    unmoved: QuerySet[Any, Any] = CustomerRevenue.objects.filter(~Exists(theirs.filter(later)), currency=currency)
    candidates = [
        (-amount, key)
        for rows in (moved, unmoved.annotate(amount=F("mrr_micro")))
        for key, amount in rows.order_by(F("amount").desc(), "customer").values_list("customer", "amount")[:how_many]
    ]
    return [key for _amount, key in sorted(candidates)[:how_many]]


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
