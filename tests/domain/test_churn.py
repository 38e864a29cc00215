"""Figures of churn: the definitions of the closing page's rates, shares, tenure and differing views."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.churn import TENURES, Funnel, disagree, full_months, percent, shares, tenure_of


def test_the_rates_of_the_closing_page():
    funnel = Funnel(visits=200, offered=120, accepted=30, closed=130, ripe=200, kept=21)
    assert funnel.left == 40
    assert funnel.offer_acceptance == Decimal("25.00")
    assert funnel.decided_save_rate == Decimal("18.75")
    assert funnel.gross_save_rate == Decimal("35.00")
    assert funnel.honest_save_rate == Decimal("10.50")
    assert not funnel.is_too_early


def test_nothing_of_nothing_is_no_rate():
    nothing = Funnel()
    assert (nothing.offer_acceptance, nothing.decided_save_rate, nothing.gross_save_rate) == (None, None, None)
    assert nothing.honest_save_rate is None
    assert not nothing.is_too_early
    assert Funnel(visits=3, accepted=1).is_too_early
    assert Funnel(visits=3, accepted=1, ripe=2).honest_save_rate == 0


@pytest.mark.parametrize(
    ("part", "whole", "rate"), [(0, 7, "0"), (1, 3, "33.33"), (2, 3, "66.67"), (1, 800, "0.13"), (7, 7, "100")]
)
def test_percent(part, whole, rate):
    assert percent(part, whole) == Decimal(rate)


def test_shares_of_equal_parts_add_up():
    assert shares([1, 1, 1]) == [Decimal("33.4"), Decimal("33.3"), Decimal("33.3")]
    assert shares([]) == []
    assert shares([0, 0]) == [None, None]


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=40).filter(any))
def test_shares_add_up_and_are_right_to_a_tenth(parts):
    found = [share for share in shares(parts) if share is not None]
    assert sum(found) == 100
    for part, share in zip(parts, found, strict=True):
        assert abs(share - Decimal(100 * part) / sum(parts)) <= Decimal("0.1")


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-15", "2026-01-15", 0),
        ("2026-01-15", "2026-02-14", 0),
        ("2026-01-15", "2026-02-15", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-02-28", 1),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2026-03-31", "2026-04-30", 1),
        ("2025-12-01", "2026-03-01", 3),
        ("2024-02-29", "2026-02-28", 24),
        ("2026-04-30", "2026-04-29", -1),
    ],
)
def test_full_months(start, end, months):
    assert full_months(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)) == months


def test_every_number_of_months_has_its_span():
    assert [tenure_of(months) for months in (-1, 0, 1, 2, 3, 5, 6, 11, 12, 23, 24, 999)] == [
        *("m0", "m0", "m1", "m1", "m3", "m3", "m6", "m6", "y1", "y1", "y2", "y2")
    ]
    assert [first for _key, first, _until in TENURES[1:]] == [until for _key, _first, until in TENURES[:-1]]


@pytest.mark.parametrize(
    ("said", "staff", "signs", "differ"),
    [
        ("price", "", [], False),
        ("price", "price", [], False),
        ("price", "service", [], True),
        ("", "service", [], True),
        ("price", "", ["unpaid"], True),
        ("payment", "", ["unpaid", "reminded"], False),
        ("use", "", ["no_log_in"], False),
        ("use", "", ["no_log_in", "unpaid"], False),
        ("price", "price", ["a sign of tomorrow"], False),
        ("", "", ["no_log_in"], True),
    ],
)
def test_where_customer_staff_and_system_differ(said, staff, signs, differ):
    assert disagree(said, staff, signs) is differ
