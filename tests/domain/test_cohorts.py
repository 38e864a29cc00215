"""Cohorts: ten customers who began in January, and units of every length."""

import datetime
from fractions import Fraction

import pytest

from soon.domain.cohorts import MONTH, QUARTER, YEAR, CohortMove, cohorts_of, later, means_of, unit_of
from soon.domain.retention import in_percent


def on(month: int, year: int = 2026) -> datetime.date:
    return datetime.date(year, month, 1)


def move(cohort: datetime.date, month: datetime.date, customers: int, amount: int) -> CohortMove:
    return CohortMove(cohort, month, customers, Fraction(amount))


# One leaves in February and one in March, the others pay more, then one comes back and others pay less.
BEGUN = [move(on(1), on(1), 10, 1000)]
MOVES = [*BEGUN, move(on(1), on(2), -1, -50), move(on(1), on(3), -1, 70), move(on(1), on(4), 1, -120)]


def test_the_cohort_of_january():
    (cohort,) = cohorts_of(BEGUN, MOVES, MONTH, on(1), on(4))
    assert (cohort.begins, cohort.until, cohort.customers, cohort.amount) == (on(1), on(2), 10, 1000)
    assert [in_percent(cell.customers_share) for cell in cohort.cells] == [100, 90, 80, 90]
    assert [in_percent(cell.amount_share) for cell in cohort.cells] == [100, 95, 102, 90]
    assert [cell.until for cell in cohort.cells] == [on(2), on(3), on(4), on(5)]


def test_who_leaves_in_the_first_month_is_not_forgotten():
    (cohort,) = cohorts_of(BEGUN, [move(on(1), on(1), 8, 700)], MONTH, on(1), on(1))
    assert [(cell.customers_share, cell.amount_share) for cell in cohort.cells] == [(Fraction(4, 5), Fraction(7, 10))]


def test_quarters_and_years_are_looked_at_when_they_end():
    begun = [*BEGUN, move(on(3), on(3), 2, 100), move(on(4), on(4), 4, 400)]
    moves = [*MOVES, *begun[1:], move(on(4), on(5), -3, -300)]
    first, second = cohorts_of(begun, moves, QUARTER, on(2), on(5))
    assert [(cell.customers, cell.amount) for cell in first.cells] == [(10, 1120), (11, 1000)]
    assert [(cell.customers, cell.until) for cell in second.cells] == [(1, on(7))]
    (year,) = cohorts_of(begun, moves, YEAR, on(5), on(5))
    assert (year.begins, year.customers, [cell.customers for cell in year.cells]) == (on(1), 16, [12])
    assert cohorts_of(begun, moves, MONTH, on(5), on(5)) == []


def test_the_mean_is_of_cohorts_whose_unit_is_over():
    begun = [*BEGUN, move(on(2), on(2), 30, 3000)]
    moves = [*MOVES, begun[1], move(on(2), on(3), -15, -1000)]
    cohorts = cohorts_of(begun, moves, MONTH, on(1), on(3))
    means = means_of(cohorts, on(4))
    assert [mean.customers_share for mean in means] == [1, Fraction(9 + 15, 40), Fraction(8, 10)]
    assert means[1].amount_share == Fraction(950 + 2000, 4000)
    before = means_of(cohorts, on(4) - datetime.timedelta(days=1))
    assert [mean.customers_share for mean in before] == [1, Fraction(9, 10), None]
    assert means_of([], on(4)) == []


@pytest.mark.parametrize(
    ("day", "unit", "begins", "next_one"),
    [
        (datetime.date(2026, 12, 31), MONTH, on(12), on(1, 2027)),
        (datetime.date(2026, 12, 31), QUARTER, on(10), on(1, 2027)),
        (datetime.date(2026, 4, 1), QUARTER, on(4), on(7)),
        (datetime.date(2026, 3, 31), QUARTER, on(1), on(4)),
        (datetime.date(2026, 3, 31), YEAR, on(1), on(1, 2027)),
    ],
)
def test_units(day, unit, begins, next_one):
    assert unit_of(day, unit) == begins
    assert later(begins, unit) == next_one
    assert later(next_one, unit, -1) == begins
