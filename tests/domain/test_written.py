"""Amounts and days as other programs write them."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.written import EARLIEST, LATEST, decimal_sign_of, is_day_first, plain_number, written_day


@pytest.mark.parametrize(
    ("text", "sign", "plain"),
    [
        ("1.250.000,50", ",", "1250000.50"),
        ("1,250,000.50", ".", "1250000.50"),
        ("1 250 000,5", ",", "1250000.5"),
        ("1'250.50", ".", "1250.50"),
        ("-12", ",", "-12"),
        ("900.000 ₫", ",", "900000"),
        ("1.250.000,50", ".", None),
        ("1.5", ",", None),
        ("1,5", ".", None),
        ("12,50,000", ".", None),
        ("1.250,000", ",", "1250.000"),
        ("1e3", ".", None),
        ("", ".", None),
        ("--1", ".", None),
        ("١٢", ".", None),
    ],
)
def test_numbers_are_read_by_the_sign_agreed_on(text, sign, plain):
    assert plain_number(text, sign) == plain


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from([(".", ","), (",", ".")]))
def test_every_grouped_number_comes_back(number, signs):
    decimal, group = signs
    written = f"{number:,.2f}".translate({ord(","): group, ord("."): decimal})
    read = plain_number(written, decimal)
    assert read is not None and Decimal(read) == number


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("2026-11-23", True, (2026, 11, 23)),
        ("2026-11-23 00:00:00", True, (2026, 11, 23)),
        ("2026/11/23", True, (2026, 11, 23)),
        ("23/11/2026", True, (2026, 11, 23)),
        ("23.11.2026", True, (2026, 11, 23)),
        ("3/4/2026", True, (2026, 4, 3)),
        ("3/4/2026", False, (2026, 3, 4)),
        ("46349", True, (2026, 11, 23)),
    ],
)
def test_days_are_read_in_each_form(text, day_first, day):
    assert written_day(text, day_first=day_first) == datetime.date(*day)


@pytest.mark.parametrize(
    "text", ["31/02/2026", "23/11/26", "2026-13-01", "11/23/2026", "0001-01-01", "9999-01-01", "x", "12", "2026-11/23"]
)
def test_what_is_no_day_is_none(text):
    assert written_day(text, day_first=True) is None


@given(st.dates(EARLIEST, LATEST), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y"]))
def test_every_day_comes_back(day, form):
    written = day.strftime(form) if day.year >= 1000 else day.isoformat()
    assert written_day(written, day_first=True) == day


def test_sign_and_order_are_recognised():
    assert decimal_sign_of(["1.250.000", "x", "900"], ".") == ","
    assert decimal_sign_of(["1,250.00"], ",") == "."
    assert decimal_sign_of(["900.000"], ",") == ","
    assert is_day_first(["01/02/2026"]) and not is_day_first(["01/31/2026"]) and is_day_first(["31/01/2026"])
