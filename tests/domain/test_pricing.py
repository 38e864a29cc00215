"""Prices of lines, taxes and totals of documents."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.pricing import InvalidPrice, LinePrice, RateTotal, document_totals, exact, plain, tax_on


@dataclass(frozen=True)
class Line:
    """Just enough of a line for a total."""

    net_minor: int
    tax_minor: int
    tax_percent: Decimal


def line(net: int, percent: str) -> Line:
    """Return a line with its tax computed."""
    return Line(net, tax_on(net, Decimal(percent)), Decimal(percent))


@pytest.mark.parametrize(
    ("price", "quantity", "discount", "net"),
    [
        (4000, "3", "10", 10800),
        (100, "1", "0", 100),
        (333, "0.5", "0", 167),
        (999, "1", "33.33", 666),
        (1, "1", "50", 1),
        (100, "2", "100", 0),
        (99000, "1.125", "12.5", 97453),
        (0, "5", "0", 0),
    ],
)
def test_a_line_is_price_times_quantity_less_discount(price: int, quantity: str, discount: str, net: int) -> None:
    assert LinePrice(price, Decimal(quantity), Decimal(discount)).net_minor == net


@pytest.mark.parametrize(
    "values",
    [
        (1.5,),
        (True,),
        (1, Decimal("NaN")),
        (1, 1.5),
        (1, Decimal(1), Decimal(101)),
        (1, Decimal(1), Decimal(-1)),
        (1, Decimal("Infinity")),
    ],
)
def test_a_senseless_line_is_refused(values: tuple[object, ...]) -> None:
    with pytest.raises(InvalidPrice):
        LinePrice(*values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("net", "percent", "tax"),
    [
        (3650000, "10", 365000),
        (-2650000, "10", -265000),
        (5, "10", 1),
        (4, "10", 0),
        (-5, "10", -1),
        (833, "20", 167),
        (100, "0", 0),
    ],
)
def test_tax_is_rounded_half_up_on_the_rounded_net(net: int, percent: str, tax: int) -> None:
    assert tax_on(net, Decimal(percent)) == tax


def test_totals_are_sums_of_lines_by_rate() -> None:
    totals = document_totals([line(5, "10"), line(5, "10.00"), line(100, "8"), line(7, "0")])
    assert (totals.untaxed, totals.tax, totals.total) == (117, 10, 127)
    assert totals.by_rate == (
        RateTotal(Decimal(0), 7, 0),
        RateTotal(Decimal(8), 100, 8),
        # Two taxes of 0.5 make 2, not 1: each line stands for itself.
        RateTotal(Decimal(10), 10, 2),
    )
    empty = document_totals([])
    assert (empty.untaxed, empty.tax, empty.total, empty.by_rate) == (0, 0, 0, ())


@given(st.lists(st.builds(line, st.integers(-(10**12), 10**12), st.sampled_from(["0", "5", "8", "10", "10.0"])), max_size=20))
def test_totals_add_up_in_both_directions(lines: list[Line]) -> None:
    totals = document_totals(lines)
    assert totals.total == sum(row.net_minor + row.tax_minor for row in lines)
    assert totals.total == sum(row.net_minor + row.tax_minor for row in totals.by_rate)
    assert len({row.percent for row in totals.by_rate}) == len(totals.by_rate)


@pytest.mark.parametrize(
    ("number", "text"), [("1.500", "1.5"), ("10", "10"), ("1E+2", "100"), ("0.000", "0"), ("-2.50", "-2.5")]
)
def test_plain_numbers_have_no_needless_zeros(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_exact_numbers() -> None:
    assert exact(Decimal("0.1")) == Fraction(1, 10)
    assert exact(3) == 3
