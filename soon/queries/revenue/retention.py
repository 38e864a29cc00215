"""Rates of churn and retention for a scope of months: of the whole and of each month, with all they are made of."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from soon.domain.churn import INVOLUNTARY
from soon.domain.exchange import RateTable
from soon.domain.retention import Kept, Lifetime, Moves, lifetime
from soon.domain.revenue import CHURN, CONTRACTION, EXPANSION, NEW, REACTIVATION
from soon.domain.revenue_months import Month, Moved, course_of
from soon.queries.listing.reach import month_after
from soon.queries.one_moment import one_moment

from .kept import Ends, ends_between, ends_by_month
from .months import moved_rows, rates_of
from .scope import NARROWED_BY, Scope

WITHDRAWAL = "withdrawal"


@dataclass(frozen=True)
class MonthRates:
    """A month: its movements, and what became of the customers of its start. The running one ends today."""

    begins: datetime.date
    moves: Moves
    kept: Kept
    is_running: bool


@dataclass(frozen=True)
class Loss:
    """Customers who churned, and the monthly revenue that went with them (millionths)."""

    customers: int
    amount: Fraction


@dataclass(frozen=True)
class Retention:
    """The rates of all months as one and of each month; amounts in millionths of the minor unit of the company's currency.

    `chosen` churn is the customer's own, `withdrawn` the part of it that was a withdrawal, `suffered` all other. `unrated`:
    currencies that are left out of amounts, with the months whose rates nobody entered.
    """

    scope: Scope
    months: Sequence[MonthRates]
    whole: Moves
    kept: Kept
    chosen: Loss
    withdrawn: Loss
    suffered: Loss
    lifetime: Lifetime
    unrated: Mapping[str, Sequence[datetime.date]]


def retention(scope: Scope, margin: Fraction = Fraction(1)) -> Retention:
    """Return the rates of `scope`'s months, of the whole company whatever else it is narrowed to.

    `margin`: the gross margin of lifetime value. Needs the right to see all orders. At most seven queries,
    all of the same moment.
    """
    # Customers of a whole year are compared in memory, which a long read has more of.
    with one_moment():
        return _retention(scope.without(*NARROWED_BY, "currency"), margin)


def _retention(scope: Scope, margin: Fraction) -> Retention:
    rows = list(moved_rows(scope))
    currencies = sorted({row.currency for row in rows})
    rates = rates_of(scope, currencies)
    course = course_of(rows, scope.months, rates)
    ends = _ends_of_months(scope, currencies)
    whole = ends[scope.last] if scope.first == scope.last else ends_between(scope.first, _until(scope), currencies)
    months = [
        MonthRates(
            month.begins,
            moves_of(month),
            _kept(month, ends[month.begins], rates, course.unrated),
            is_running=month.begins == _running(scope),
        )
        for month in course.months
    ]
    over = [each.moves for each in months if not each.is_running] or [each.moves for each in months]
    chosen, withdrawn, suffered = _losses(rows, course.whole, scope)
    return Retention(
        scope=scope,
        months=months,
        whole=moves_of(course.whole, course.months[0].fx),
        kept=_kept(course.months[0], whole, rates, course.unrated),
        chosen=chosen,
        withdrawn=withdrawn,
        suffered=suffered,
        lifetime=lifetime(over, margin),
        unrated=course.unrated,
    )


def moves_of(month: Month, fx_at_start: Fraction | None = None) -> Moves:
    """Return the movements of `month` as rates are made of them.

    The opening is what it is worth at the rates of exchange of its month, so that what is lost is a part of it; of several
    months as one, `fx_at_start` is what the rates of the first month did.
    """
    first = month.fx if fx_at_start is None else fx_at_start
    return Moves(
        opening=month.opening + first,
        new=month.amount(NEW),
        reactivation=month.amount(REACTIVATION),
        expansion=month.amount(EXPANSION),
        contraction=-month.amount(CONTRACTION),
        churn=-month.amount(CHURN),
        customers=month.customers_at_start,
        joined=month.new_customers,
        returned=month.returned_customers,
        left=month.lost_customers,
        fx=month.fx - first,
    )


def _running(scope: Scope) -> datetime.date:
    return scope.today.replace(day=1)


def _until(scope: Scope) -> datetime.date:
    """Return the first date after the months that does not count: the running month is as of today."""
    return min(month_after(scope.last), scope.today + datetime.timedelta(days=1))


def _ends_of_months(scope: Scope, currencies: Sequence[str]) -> Mapping[datetime.date, Ends]:
    found = {month: Ends() for month in scope.months} | dict(ends_by_month(scope.first, scope.last))
    if scope.last == _running(scope):
        found[scope.last] = ends_between(scope.last, _until(scope), currencies)
    return found


def _kept(month: Month, ends: Ends, rates: RateTable, unrated: Iterable[str]) -> Kept:
    lost, gained = ends.worth(rates, month.begins, unrated)
    return Kept(month.opening + month.fx, lost, gained, month.customers_at_start, ends.gone)


def _losses(rows: Iterable[Moved], whole: Month, scope: Scope) -> tuple[Loss, Loss, Loss]:
    """Return what churned by the customers' choice, the withdrawals among it, and what churned otherwise."""
    customers = Counter[str]()
    for row in rows:
        if row.kind == CHURN and row.month_on >= scope.first:
            customers[row.cause] -= row.customers
    amounts = {cause: -amount for (kind, cause), amount in whole.amounts.items() if kind == CHURN}

    def loss(causes: Iterable[str]) -> Loss:
        told = set(causes)
        return Loss(sum(customers[each] for each in told), sum((amounts.get(each, Fraction()) for each in told), Fraction()))

    named = {*customers, *amounts}
    return loss(named.difference(INVOLUNTARY)), loss(named & {WITHDRAWAL}), loss(named.intersection(INVOLUNTARY))
