"""Cohorts: customers who began in the same month, quarter or year, and what of them is left at the end of each one since.

A cohort is that of the first day as a customer; who leaves and comes back stays in it. Shares are of all who began, so that
those who left at once are not forgotten.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from .retention import Rate, share

MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS_OF = {MONTH: 1, QUARTER: 3, YEAR: 12}


class CohortMove(NamedTuple):
    """From a month on there are so many more customers, with so much more revenue, of those who began in `cohort_on`.

    Both are first days of months.
    """

    cohort_on: datetime.date
    month_on: datetime.date
    customers: int
    amount: Fraction


@dataclass(frozen=True)
class Cell:
    """What is left of a cohort at the end of a unit, which is over before `until`, and of how much it began with."""

    until: datetime.date
    customers: int
    amount: Fraction
    customers_share: Rate
    amount_share: Rate


@dataclass(frozen=True)
class Cohort:
    """Those who began in `[begins, until)`: how many, with how much, and what was left at the end of each unit since."""

    begins: datetime.date
    until: datetime.date
    customers: int
    amount: Fraction
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Mean:
    """What all cohorts that are old enough kept together until the end of a unit since."""

    customers_share: Rate
    amount_share: Rate


def unit_of(day: datetime.date, unit: str) -> datetime.date:
    """Return the first day of the month, quarter or year in which `day` lies."""
    months = MONTHS_OF[unit]
    return datetime.date(day.year, (day.month - 1) // months * months + 1, 1)


def later(begins: datetime.date, unit: str, units: int = 1) -> datetime.date:
    """Return the first day of the unit that comes so many `units` after the one that `begins`."""
    number = begins.year * 12 + begins.month - 1 + units * MONTHS_OF[unit]
    return datetime.date(number // 12, number % 12 + 1, 1)


def cohorts_of(
    begun: Iterable[CohortMove], moves: Iterable[CohortMove], unit: str, first: datetime.date, last: datetime.date
) -> list[Cohort]:
    """Return the cohorts that began from the unit of `first` to that of `last`, which is the last one looked at too.

    `begun` are the beginnings, `moves` all that changed, these included. Cohorts of nobody are left out.
    """
    beginnings, changes = _by_unit(begun, unit), _by_unit(moves, unit)
    begins, found = unit_of(first, unit), []
    while begins <= last:
        if sum(move.customers for move in beginnings[begins]):
            found.append(_cohort(beginnings[begins], changes[begins], unit, begins, last))
        begins = later(begins, unit)
    return found


def means_of(cohorts: Sequence[Cohort], today: datetime.date) -> list[Mean]:
    """Return for each unit since the beginning what cohorts whose unit is over kept, of all that these began with."""
    means = []
    for place in range(max((len(cohort.cells) for cohort in cohorts), default=0)):
        old = [cohort for cohort in cohorts if len(cohort.cells) > place and cohort.cells[place].until <= today]
        left = [cohort.cells[place] for cohort in old]
        customers = share(sum(cell.customers for cell in left), sum(cohort.customers for cohort in old))
        amount = share(sum(cell.amount for cell in left), sum(cohort.amount for cohort in old))
        means.append(Mean(customers, amount))
    return means


def _by_unit(moves: Iterable[CohortMove], unit: str) -> dict[datetime.date, list[CohortMove]]:
    found = defaultdict[datetime.date, list[CohortMove]](list)
    for move in moves:
        found[unit_of(move.cohort_on, unit)].append(move)
    return found


def _cohort(
    begun: Sequence[CohortMove], moves: Sequence[CohortMove], unit: str, begins: datetime.date, last: datetime.date
) -> Cohort:
    customers, amount = _sums(begun)
    cells, until = list[Cell](), begins
    while until <= last:
        until = later(until, unit)
        left, worth = _sums(move for move in moves if move.month_on < until)
        cells.append(Cell(until, left, worth, share(left, customers), share(worth, amount)))
    return Cohort(begins, later(begins, unit), customers, amount, cells)


def _sums(moves: Iterable[CohortMove]) -> tuple[int, Fraction]:
    told = list(moves)
    return sum(move.customers for move in told), sum((move.amount for move in told), Fraction())
