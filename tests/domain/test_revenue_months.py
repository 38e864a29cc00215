"""Revenue month by month: opening + movements + currency = closing, always; rates by date; nothing is ever taken for 1."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.exchange import RateTable
from soon.domain.movements import KINDS
from soon.domain.revenue_months import Moved, course_of, whole_of

MICRO = 1_000_000
day = datetime.date.fromisoformat
MONTHS = [datetime.date(2026, month, 1) for month in range(1, 7)]


def table(into: str = "USD", **rates: list[tuple[str, str]]) -> RateTable:
    """Return rates by currency: (valid from, rate)."""
    return RateTable(into, {currency: [(day(on), Decimal(rate)) for on, rate in rows] for currency, rows in rates.items()})


def moved(month: str, amount: int, kind: str = "new", currency: str = "USD", **fields) -> Moved:
    """Return movements of a month in whole minor units."""
    return Moved(day(f"{month}-01"), currency, kind, fields.pop("cause", "began"), amount * MICRO, **fields)


def test_a_new_rate_is_a_row_of_its_own_and_no_contraction():
    """M14 and M15: EUR 100 at 1.10 and USD 50 are 160; at 1.05 in the next month 155."""
    rates = table(EUR=[("2026-01-01", "1.10"), ("2026-02-01", "1.05")])
    rows = [moved("2026-01", 10_000, currency="EUR"), moved("2026-01", 5_000)]
    january, february = course_of(rows, MONTHS[:2], rates).months
    assert (january.opening, january.amount("new"), january.fx, january.closing) == (0, 16_000 * MICRO, 0, 16_000 * MICRO)
    assert (february.opening, february.fx, february.closing) == (16_000 * MICRO, -500 * MICRO, 15_500 * MICRO)
    assert february.net == 0 and not february.amounts


@pytest.mark.parametrize(
    ("month", "factor"),
    [
        ("2025-12-01", None),
        # Within its first month the first rate there is counts; afterwards that of the first day.
        ("2026-01-01", Fraction(20_000, 100)),
        ("2026-02-01", Fraction(22_000, 100)),
        ("2026-03-01", Fraction(22_000, 100)),
    ],
)
def test_the_rate_of_a_month(month, factor):
    rates = table("VND", USD=[("2026-01-15", "20000"), ("2026-01-20", "21000"), ("2026-02-01", "22000"), ("2026-02-02", "1")])
    # A cent is 200 đồng at 20,000 đồng for a dollar: currencies have other numbers of digits.
    expected = factor if month != "2026-03-01" else Fraction(1, 100)
    assert rates.of_month("USD", day(month)) == expected
    assert rates.of_month("VND", day(month)) == 1


def test_a_currency_without_a_rate_is_left_out_and_named():
    rows = [moved("2026-01", 10_000, currency="EUR", customers=1, orders=1), moved("2026-03", 5_000, customers=1)]
    course = course_of(rows, MONTHS[1:4], table(EUR=[("2026-03-10", "1.1")]))
    # In February the opening of January and what is there then would have to be converted.
    assert course.unrated == {"EUR": [MONTHS[0], MONTHS[1]]}
    assert [month.closing for month in course.months] == [0, 5_000 * MICRO, 5_000 * MICRO]
    assert course.whole.fx == 0
    assert course.whole.customers_at_start == 1 and course.whole.customers_at_end == 2
    # Where nothing was there before, the first rate needs none before it.
    assert not course_of(rows[:1], MONTHS[:1], table(EUR=[("2026-01-31", "1.1")])).unrated


AMOUNTS = st.integers(-(10**14), 10**14)
ROWS = st.lists(
    st.builds(
        Moved,
        st.sampled_from([datetime.date(2025, 11, 1), *MONTHS, datetime.date(2026, 9, 1)]),
        st.sampled_from(["USD", "EUR", "VND", "KWD"]),
        st.sampled_from(KINDS),
        st.sampled_from(["began", "changed", "paused", "withdrawal"]),
        AMOUNTS,
        st.integers(-3, 3),
        st.integers(-3, 3),
    ),
    max_size=20,
)
RATES = st.lists(
    st.tuples(st.dates(day("2025-10-01"), day("2026-06-30")), st.decimals("0.0001", "30000", places=4)), max_size=6
)


@given(ROWS, RATES, RATES, st.integers(0, 5), st.integers(1, 6))
def test_the_identity_holds_in_every_row(rows, euro, dong, first, count):
    rates = RateTable("USD", {"EUR": sorted(euro), "VND": sorted(dong)})
    months = MONTHS[first : first + count]
    course = course_of(rows, months, rates)
    whole = course.whole
    for month in (*course.months, whole):
        assert month.opening + sum(month.by_kind.values()) == month.opening + month.net + month.fx == month.closing
    for before, after in zip(course.months, course.months[1:], strict=False):
        assert (before.closing, before.customers_at_end, before.orders_at_end) == (
            after.opening,
            after.customers_at_start,
            after.orders_at_start,
        )
    known = {currency for currency in ("USD", "EUR", "VND", "KWD") if currency not in course.unrated}
    factors = {currency: rates.of_month(currency, months[-1]) or 0 for currency in known}
    until = [row for row in rows if row.month_on <= months[-1]]
    assert whole.closing == sum(row.amount_micro * factors[row.currency] for row in until if row.currency in known)
    assert whole.customers_at_end == sum(row.customers for row in until)
    # What a database adds up before comes to the same.
    rated = [row for row in rows if row.currency in known]
    assert whole_of(rated, months, rates) == course_of(rated, months, rates).whole
