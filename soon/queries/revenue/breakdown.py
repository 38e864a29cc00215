"""Monthly revenue told apart by plan, product, salesperson, currency or customer, each row with its own opening and closing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, DateField, F, QuerySet, Sum, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from soon.domain.revenue_months import Month, Moved, whole_of
from soon.models import RevenueTally
from soon.queries.churn_names import Names
from soon.queries.listing.dimensions import NONE
from soon.queries.month_span import month_before

from .months import MonthlyRevenue, ahead, rates_of
from .scope import Scope

MONTH, PLAN, PRODUCT, CUSTOMER, SALESPERSON, CURRENCY = "month", "plan", "product", "customer", "salesperson", "currency"
BY: Mapping[str, Promise] = {
    PLAN: _("Recurring plan"),
    PRODUCT: _("Product"),
    CUSTOMER: _("Customer"),
    SALESPERSON: _("Salesperson"),
    CURRENCY: _("Currency"),
}
BY_MRR, BY_CHANGE = "mrr", "change"


@dataclass(frozen=True)
class Row:
    """A value of the breakdown with all months as one; `query` is the list of its movements."""

    key: str
    text: str
    whole: Month
    query: str


def breakdown(scope: Scope, by: str, revenue: MonthlyRevenue, names: Names, *, order: str = BY_MRR) -> list[Row]:
    """Return the rows of `revenue`, which is that of `scope`, told apart `by` anything but month and customer: two queries.

    `order`: by what is there in the end, or by how much it changed, most first.
    """
    field = by if by == CURRENCY else f"{by}_id"
    rates = rates_of(scope, revenue.currencies)
    text_of = text_by(by, names)
    found = []
    for value, moved in _moved_by(scope, field, revenue).items():
        key = NONE if value is None else str(value)
        found.append(Row(key, text_of(key), whole_of(moved, scope.months, rates), scope.list_query((by, key))))
    return sorted(found, key=lambda row: (*weight(row.whole, order), row.text))


def weight(whole: Month, order: str) -> tuple[Any, ...]:
    """Return the place of a row: by what is there in the end, or by how much it changed, most first."""
    return (-abs(whole.net), -whole.closing) if order == BY_CHANGE else (-whole.closing, -abs(whole.net))


def text_by(by: str, names: Names) -> Callable[[str], str]:
    """Return what names a value of a breakdown."""
    named = {PLAN: names.of_plan, PRODUCT: names.of_product, SALESPERSON: names.of_person}
    return named.get(by, str)


def products_of(scope: Scope) -> list[int]:
    """Return the keys of the products that ever moved revenue which `scope` could show, in no order."""
    rows = scope.without(PLAN, PRODUCT, SALESPERSON).narrowed(RevenueTally.objects.all())
    return list(rows.values_list("product_id", flat=True).distinct())


def _moved_by(scope: Scope, field: str, revenue: MonthlyRevenue) -> Mapping[Any, Sequence[Moved]]:
    left_out = {*revenue.currencies} - {scope.currency} if scope.currency else {*revenue.course.unrated}
    found: dict[Any, list[Moved]] = defaultdict(list)
    tally = scope.narrowed(RevenueTally.objects.filter(month_on__lte=scope.last).exclude(currency__in=left_out))
    for value, *row in summed_for_whole(tally, "month_on", field, scope):
        found[value].append(Moved(*row))
    # The tally knows whole months only: what lies ahead in the running one is taken out again.
    rest = ahead(scope).exclude(currency__in=left_out)
    for value, *row in summed_for_whole(rest, "moved_on", field, scope):
        moved = Moved(*row)
        found[value].append(moved._replace(month_on=moved.month_on.replace(day=1)).taken_out())
    return found


def summed_for_whole(rows: "QuerySet[Any]", day: str, field: str, scope: Scope) -> Iterable[tuple[Any, ...]]:
    """Yield (value of `field`, *fields of Moved) of movements or their tally, in no more rows than `whole_of` needs."""
    before = When(**{f"{day}__lt": scope.first}, then=Value(month_before(scope.first)))
    home = When(currency=scope.shown_in, then=Value(scope.first))
    place = Case(before, home, default=F(day), output_field=DateField())
    by = ("kind", "cause") if field == CURRENCY else ("currency", "kind", "cause")
    sums = {"amount": Sum("amount_micro"), "new_customers": Sum("customers"), "new_orders": Sum("orders")}
    summed = rows.annotate(place=place, told_by=F(field)).values("told_by", "place", *by).annotate(**sums)
    yield from summed.values_list("told_by", "place", F("currency"), "kind", "cause", *sums)
