"""Retention cohorts from the tallies of movements: at most four queries, whatever the number of customers."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from soon.domain.cohorts import MONTH, QUARTER, YEAR, Cohort, CohortMove, Mean, cohorts_of, later, means_of, unit_of
from soon.domain.revenue import NEW
from soon.models import CohortTally, Movement, RevenueTally
from soon.queries.listing.reach import month_after

from .rates import rates_into
from .scope import USUAL, Scope

UNITS = (MONTH, QUARTER, YEAR)
# So many cohorts where no months are asked for.
USUAL_UNITS: Mapping[str, int] = {QUARTER: 12, YEAR: 6}
# A table of more columns is none to read.
MOST = 24

# Cohort, month, currency; what changed: customers and amount.
Row = tuple[datetime.date, datetime.date, str, int, int]


@dataclass(frozen=True)
class Matrix:
    """Cohorts by `unit`, the earliest first, with what all of them kept together; amounts are millionths.

    All amounts are at the rates of exchange of the last month, so that no rate makes a cohort grow or shrink; `unrated` are
    the currencies that have none and are left out of amounts.
    """

    unit: str
    cohorts: Sequence[Cohort]
    means: Sequence[Mean]
    unrated: Sequence[str]
    # Whether earlier cohorts than the last MOST were asked for; they are not shown.
    is_cut: bool = False


def cohort_matrix(scope: Scope, unit: str = MONTH) -> Matrix:
    """Return the cohorts that began in `scope`'s months, of the whole company, up to the last of them or today.

    Usual months mean more quarters and years than they hold; there are at most the last 24. Needs the right to see all orders.
    """
    first, last = _reach(scope, unit)
    begun, moved = _begun(first, last, scope.today), _moved(first, last, scope.today)
    currencies = sorted({row[2] for row in (*begun, *moved)})
    rates = rates_into(scope.reporting, currencies)
    factors = {currency: rates.of_month(currency, scope.last) for currency in currencies}
    cohorts = cohorts_of(_worth(begun, factors), _worth(moved, factors), unit, first, last)
    unrated = [currency for currency, factor in factors.items() if factor is None]
    is_cut = scope.period != USUAL and unit_of(scope.first, unit) < first
    return Matrix(unit, cohorts, means_of(cohorts, scope.today), unrated, is_cut)


def _reach(scope: Scope, unit: str) -> tuple[datetime.date, datetime.date]:
    """Return the first months of the first cohort and the last month looked at: whole units, but nothing ahead."""
    end = unit_of(scope.last, unit)
    last = min(later(later(end, unit), MONTH, -1), scope.today.replace(day=1))
    first = unit_of(scope.first, unit)
    if scope.period == USUAL:
        first = later(end, unit, 1 - USUAL_UNITS.get(unit, 12))
    return max(first, later(end, unit, 1 - MOST)), last


def _begun(first: datetime.date, last: datetime.date, today: datetime.date) -> list[Row]:
    """Return who began in each month: who is new is so on the first day of their cohort."""
    rows = (
        RevenueTally.objects.filter(kind=NEW, month_on__gte=first, month_on__lte=last).order_by().values("month_on", "currency")
    )
    summed = rows.annotate(c=Sum("customers"), a=Sum("amount_micro")).values_list("month_on", "currency", "c", "a")
    found: list[Row] = [(month, month, currency, customers, amount) for month, currency, customers, amount in summed]
    return found + (_ahead(Movement.objects.filter(kind=NEW), first, today) if last == today.replace(day=1) else [])


def _moved(first: datetime.date, last: datetime.date, today: datetime.date) -> list[Row]:
    """Return what changed in each month of those who began since `first`."""
    rows = CohortTally.objects.filter(cohort_on__gte=first, month_on__lte=last).order_by()
    summed = rows.values("cohort_on", "month_on", "currency").annotate(c=Sum("customers"), a=Sum("amount_micro"))
    found: list[Row] = list(summed.values_list("cohort_on", "month_on", "currency", "c", "a"))
    return found + (_ahead(Movement.objects.all(), first, today) if last == today.replace(day=1) else [])


def _ahead(movements: "QuerySet[Movement]", first: datetime.date, today: datetime.date) -> list[Row]:
    """Return what lies ahead in the running month, to be taken out of its sums."""
    rows = movements.filter(moved_on__gt=today, moved_on__lt=month_after(today.replace(day=1)), cohort_on__gte=first).order_by()
    told = rows.annotate(began=TruncMonth("cohort_on"), month=TruncMonth("moved_on")).values("began", "month", "currency")
    summed = told.annotate(c=-Sum("customers"), a=-Sum("amount_micro"))
    return list(summed.values_list("began", "month", "currency", "c", "a"))


def _worth(rows: Iterable[Row], factors: Mapping[str, Fraction | None]) -> list[CohortMove]:
    return [
        CohortMove(cohort_on, month_on, customers, (factors.get(currency) or Fraction()) * amount)
        for cohort_on, month_on, currency, customers, amount in rows
    ]
