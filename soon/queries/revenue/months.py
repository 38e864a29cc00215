"""Monthly revenue month by month: from the tally of movements, whatever the number of subscriptions; at most three queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from soon.domain.exchange import RateTable
from soon.domain.revenue_months import Course, Moved, course_of
from soon.models import Movement, RevenueTally
from soon.queries.listing.reach import month_after

from .rates import rates_into
from .scope import Scope

_BY = ("currency", "kind", "cause")
_SUMS = {"amount": Sum("amount_micro"), "new_customers": Sum("customers"), "new_orders": Sum("orders")}


@dataclass(frozen=True)
class MonthlyRevenue:
    """The months of a scope in the currency `shown_in`, as of its day.

    `counts_customers`: whether the numbers of customers are right. A movement counts a customer as a whole, so that they mean
    nothing for a part of the revenue. `counts_orders`: the same of subscriptions, which may have several products and plans.
    """

    course: Course
    shown_in: str
    currencies: Sequence[str]
    counts_customers: bool
    counts_orders: bool


def monthly_revenue(scope: Scope) -> MonthlyRevenue:
    """Return the months of `scope`. A future day's movements do not count yet; the running month is as of today."""
    rows = list(moved_rows(scope))
    currencies = sorted({row.currency for row in rows})
    shown = [row for row in rows if scope.currency in ("", row.currency)]
    rates = rates_of(scope, currencies)
    is_all_of_it = not scope.currency or currencies in ([], [scope.currency])
    counts_orders = not (scope.plan or scope.product)
    course = course_of(shown, scope.months, rates)
    return MonthlyRevenue(course, scope.shown_in, currencies, scope.is_whole and is_all_of_it, counts_orders)


def moved_rows(scope: Scope) -> Iterator[Moved]:
    """Yield the movements up to the end of `scope`'s months, added up, in all currencies."""
    tally = scope.narrowed(RevenueTally.objects.filter(month_on__lte=scope.last))
    for row in _summed(tally, "month_on"):
        yield Moved(*row)
    # The tally knows whole months only: what lies ahead in the running one is taken out again, which is little.
    for row in _summed(ahead(scope).annotate(month_on=TruncMonth("moved_on")), "month_on"):
        yield Moved(*row).taken_out()


def ahead(scope: Scope) -> "QuerySet[Movement]":
    """Return the movements of the running month that lie ahead; none (and no query) where the months of `scope` are over."""
    if scope.last < scope.today.replace(day=1):
        return Movement.objects.none()
    return scope.narrowed(Movement.objects.filter(moved_on__gt=scope.today, moved_on__lt=month_after(scope.last)))


def rates_of(scope: Scope, currencies: Sequence[str]) -> RateTable:
    """Return the rates into the currency that `scope` is shown in; one currency alone needs none."""
    return RateTable(scope.currency, {}) if scope.currency else rates_into(scope.reporting, currencies)


def _summed(rows: "QuerySet[Any]", month: str) -> Iterator[Any]:
    yield from rows.values(month, *_BY).annotate(**_SUMS).values_list(month, *_BY, *_SUMS)
