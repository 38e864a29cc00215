"""Money: digits of currencies, exact reading and writing, rounding, sharing out."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.core import get_global
from babel.numbers import get_territory_currencies
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.currencies import MINOR_DIGITS
from soon.domain.money import (
    LARGEST_MINOR,
    CurrencyMismatch,
    Money,
    NotAnAmount,
    UnknownCurrency,
    allocate,
    digits_of,
    round_half_up,
    to_decimal_string,
    to_minor,
)

currencies = st.sampled_from(sorted(MINOR_DIGITS))
amounts = st.integers(-LARGEST_MINOR, LARGEST_MINOR)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("VND", 0), ("JPY", 0), ("KRW", 0), ("UGX", 0), ("USD", 2), ("EUR", 2), ("IDR", 2), ("KWD", 3), ("TND", 3), ("CLF", 4)],
)
def test_digits_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert digits_of(currency) == digits


@pytest.mark.parametrize("code", ["", "usd", "XXX", "DEM", "US", "USDT"])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        digits_of(code)
    with pytest.raises(UnknownCurrency):
        Money(1, code)


def test_the_money_of_every_country_is_known() -> None:
    assert all(len(code) == 3 and code.isupper() for code in MINOR_DIGITS)
    current = {
        code for country in get_global("territory_currencies") for code in get_territory_currencies(country, date(2026, 6, 1))
    }
    assert sorted(current - MINOR_DIGITS.keys()) == []


def test_money_adds_subtracts_and_compares() -> None:
    small, large = Money(5, "USD"), Money(7, "USD")
    assert small + large == Money(12, "USD")
    assert small - large == Money(-2, "USD")
    assert -small == Money(-5, "USD")
    assert (small < large, small <= large, small > large, small >= large) == (True, True, False, False)
    assert small <= Money(5, "USD") <= small
    assert not small < Money(5, "USD")
    assert not small > Money(5, "USD")
    assert Money(5, "USD") != Money(5, "EUR")
    assert str(Money(-5, "USD")) == "-0.05 USD"


def test_money_refuses_another_currency() -> None:
    dollar, euro = Money(5, "USD"), Money(5, "EUR")
    for mixed in (
        lambda: dollar + euro,
        lambda: dollar - euro,
        lambda: dollar < euro,
        lambda: dollar <= euro,
        lambda: dollar > euro,
        lambda: dollar >= euro,
    ):
        with pytest.raises(CurrencyMismatch):
            mixed()


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_money_is_made_of_integers(minor: object) -> None:
    with pytest.raises(NotAnAmount):
        Money(minor, "VND")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.5", 1),
        ("1.5", 2),
        ("2.5", 3),
        ("2.4999999999999999999", 2),
        ("0", 0),
        ("-0.5", -1),
        ("-2.5", -3),
        ("-2.4", -2),
        ("7", 7),
    ],
)
def test_a_half_goes_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Decimal(value)) == rounded
    assert round_half_up(Fraction(value)) == rounded


@given(st.fractions())
def test_rounding_is_symmetrical_and_near(value: Fraction) -> None:
    assert round_half_up(-value) == -round_half_up(value)
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("31.00", "USD", 3100),
        ("-0.05", "USD", -5),
        ("+1", "USD", 100),
        ("1250000", "VND", 1250000),
        ("31.00", "VND", 31),
        ("1.234", "KWD", 1234),
        ("0.5", "EUR", 50),
        (Decimal("12.30"), "USD", 1230),
        (Decimal("1E+6"), "VND", 1000000),
        (12, "USD", 1200),
        (-3, "VND", -3),
        ("92233720368547758.07", "USD", LARGEST_MINOR),
    ],
)
def test_amounts_are_read_exactly(text: str | Decimal | int, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("0.001", "USD"),
        ("0.5", "VND"),
        ("1,000", "USD"),
        ("1.250.000", "VND"),
        ("1e3", "USD"),
        ("1_000", "USD"),
        ("NaN", "USD"),
        ("", "USD"),
        (" 1", "USD"),
        ("1\n", "USD"),
        (".5", "USD"),
        ("٣", "USD"),
        ("9" * 5000, "USD"),
        ("92233720368547758.08", "USD"),
        (Decimal("NaN"), "USD"),
        (Decimal("Infinity"), "USD"),
        (Decimal("1E+999999"), "USD"),
        (Decimal("1E-999999"), "USD"),
        (1.5, "USD"),
        (True, "USD"),
        (None, "USD"),
    ],
)
def test_what_is_no_exact_amount_is_refused(text: object, currency: str) -> None:
    with pytest.raises(NotAnAmount):
        to_minor(text, currency)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "USD", "0.00"),
        (5, "USD", "0.05"),
        (-5, "USD", "-0.05"),
        (-123456, "USD", "-1234.56"),
        (7, "VND", "7"),
        (7, "KWD", "0.007"),
    ],
)
def test_amounts_are_written_with_all_digits(minor: int, currency: str, text: str) -> None:
    assert to_decimal_string(minor, currency) == text


@given(amounts, currencies)
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert to_minor(to_decimal_string(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (100, [1, 0, 2], [33, 0, 67]),
        (1, [1, 1], [1, 0]),
        (0, [3], [0]),
        (10, [Decimal("0.5"), Fraction(1, 3), 1], [3, 2, 5]),
    ],
)
def test_the_largest_remainder_gets_what_is_left(minor: int, weights: list[int], shares: list[int]) -> None:
    assert allocate(minor, weights) == shares


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [2, -1]])
def test_nothing_can_be_shared_without_weights(weights: list[int]) -> None:
    with pytest.raises(NotAnAmount):
        allocate(100, weights)


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_shares_add_up_and_none_is_a_unit_off(minor: int, weights: list[int]) -> None:
    shares = allocate(minor, weights)
    assert sum(shares) == minor
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(minor * weight, sum(weights))) < 1
        assert weight or share == 0
