"""Monthly recurring revenue: the vendors' examples M1 to M9, and that no precision is lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.periods import Interval
from soon.domain.pricing import LinePrice
from soon.domain.revenue import mrr_micro, whole_mrr_minor
from tests.domain.strategies import intervals


@pytest.mark.parametrize(
    ("price", "unit", "count", "micro", "shown"),
    [
        pytest.param(10000, "month", 1, 10000_000000, 10000, id="M1"),
        pytest.param(120000, "year", 1, 10000_000000, 10000, id="M2"),
        pytest.param(30000, "month", 3, 10000_000000, 10000, id="M3"),
        pytest.param(240000, "year", 2, 10000_000000, 10000, id="M4"),
        pytest.param(200000, "year", 1, 16666_666667, 16667, id="M5"),
        pytest.param(2500, "week", 1, 10870_535714, 10871, id="M6"),
        pytest.param(5000, "day", 10, 15218_750000, 15219, id="M7"),
        pytest.param(9000, "day", 30, 9131_250000, 9131, id="M8"),
    ],
)
def test_the_vendors_examples(price: int, unit: str, count: int, micro: int, shown: int) -> None:
    assert mrr_micro(price, Interval(unit, count)) == micro
    assert whole_mrr_minor(micro) == shown


def test_m9_quantity_and_lasting_discount_count() -> None:
    """Setup fee and tax do not: they are not part of the recurring net."""
    net = LinePrice(4000, Decimal(3), Decimal(10)).net_minor
    assert mrr_micro(net, Interval("month")) == 10800_000000


@given(st.integers(0, 10**12), intervals)
def test_it_is_symmetrical_and_grows_with_the_price(net: int, interval: Interval) -> None:
    assert mrr_micro(-net, interval) == -mrr_micro(net, interval)
    assert mrr_micro(net + 1, interval) > mrr_micro(net, interval)


@given(st.integers(0, 10**12), st.integers(1, 50))
def test_a_year_is_twelve_months(net: int, count: int) -> None:
    assert mrr_micro(net, Interval("year", count)) == mrr_micro(net, Interval("month", 12 * count))
    assert mrr_micro(net, Interval("week", count)) == mrr_micro(net, Interval("day", 7 * count))
