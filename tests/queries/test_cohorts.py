"""The table of cohorts is that which comes of looking at every customer's life, and its cells lead to as many customers."""

import datetime

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from soon.domain.cohorts import later, unit_of
from soon.domain.earning import changes_of
from soon.models import CohortTally, Movement, Order, RevenueTally
from soon.operations.tally.fold import fold
from soon.queries.listing import ListState, Reader
from soon.queries.listing.rows import filtered
from soon.queries.orders import ORDERS
from soon.queries.revenue.cohorts import UNITS, cohort_matrix
from soon.queries.revenue.scope import Scope
from tests.builders import a_user

from .lives import MICRO, is_held, lives, mrr_on
from .test_retention import DAY, TODAY, closed, on, paying, stories

pytestmark = pytest.mark.django_db


def months(first: int, last: int) -> Scope:
    return Scope(on(first), on(last), TODAY, "USD")


def test_the_cohort_of_january():
    for number in range(7):
        lives(("USD", paying(100, on(1, 1 + number))))
    lives(("USD", paying(50, on(1, 9), closed(on(2, 9)))))
    lives(("USD", paying(100, on(1, 9), closed(on(3, 9), on(4, 2)), until={on(4, 1): 150})))
    lives(("USD", paying(100, on(1, 9), until={on(4, 9): 320, on(3, 9): 100})))
    matrix = cohort_matrix(months(1, 4))
    (january,) = matrix.cohorts
    assert [100 * cell.customers_share for cell in january.cells] == [100, 90, 80, 90]
    assert (january.customers, january.amount) == (10, 1000 * MICRO)
    assert [int(cell.amount / MICRO) for cell in january.cells] == [1000, 950, 1020, 900]


@settings(max_examples=20)
@given(st.lists(st.lists(st.tuples(st.just("USD"), stories), min_size=1, max_size=3), max_size=5), st.sampled_from(UNITS))
def test_whatever_customers_do_cells_count_who_is_there(people, unit):
    for model in (Movement, CohortTally, RevenueTally):
        model.objects.all().delete()
    Order.objects.all().delete()
    for lived in people:
        lives(*lived)
    matrix, reader = cohort_matrix(months(1, 6), unit), Reader(a_user("manager"), TODAY)
    began = [first_day(lived) for lived in people]
    told = 0
    for cohort in matrix.cohorts:
        ours = [
            lived
            for lived, day in zip(people, began, strict=True)
            if day and day <= TODAY and unit_of(day, unit) == cohort.begins
        ]
        told += len(ours)
        assert cohort.customers == len(ours)
        for place, cell in enumerate(cohort.cells):
            assert cell.until == later(cohort.begins, unit, place + 1)
            end = min(cell.until - DAY, TODAY)
            assert cell.customers == sum(is_held(end, lived) for lived in ours)
            assert cell.amount == sum(mrr_on(end, lived)["USD"] for lived in ours)
            query = QueryDict(f"cohort={cohort.begins},{cohort.until},{end}")
            state = ListState.read(query, ORDERS)
            assert state.drills
            listed = filtered(Order.objects.all(), ORDERS, state, reader)
            assert len({order.customer_id for order in listed}) == cell.customers
            assert len(listed) == sum(is_held(end, [each]) for lived in ours for each in lived)
    assert told == sum(day is not None and day <= TODAY for day in began)
    fold(more_than=0)
    assert cohort_matrix(months(1, 6), unit) == matrix


def first_day(lived) -> datetime.date | None:
    """Return when somebody became a customer."""
    changes = [change for _currency, story in lived for change in changes_of(story)]
    return min((change.on for change in changes if is_held(change.on, lived)), default=None)


def test_usual_months_mean_several_years():
    lives(("USD", paying(100, datetime.date(2023, 5, 1))))
    usual = Scope(datetime.date(2025, 7, 1), on(6), TODAY, "USD", period="last_12")
    assert [len(cohort.cells) for cohort in cohort_matrix(usual, "year").cohorts] == [4]
    assert cohort_matrix(usual, "quarter").cohorts == []
    assert cohort_matrix(usual).cohorts == []


@pytest.mark.parametrize(
    "nonsense",
    ["x", "2026-01-01", "2026-01-01,2026-02-01", "2026-01-01,2026-02-01,2026-99-01", ",,", "0001-01-01,0001-01-01,2026-01-01"],
)
def test_a_cohort_that_makes_no_sense_narrows_nothing(nonsense):
    assert not ListState.read(QueryDict(f"cohort={nonsense}"), ORDERS).drills
