"""Rates of churn and retention: the month of five customers, its edges, and what holds whatever happens."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.retention import Kept, Moves, in_percent, kept, lifetime, two_decimals

# March: C1 100 → 160, C2 200 → 120, C3 300 → 200, C4 50 → 0, C5 150; C6 new with 90, C7 back with 70.
MARCH = Moves(
    opening=800, new=90, reactivation=70, expansion=60, contraction=180, churn=50, customers=5, joined=1, returned=1, left=1
)
ENDS = [(100, 160), (200, 120), (300, 200), (50, 0), (150, 150)]


@pytest.mark.parametrize(
    ("rate", "percent"),
    [
        ("customer_churn", "20"),
        ("customer_churn_of_all", "16.67"),
        ("gross_mrr_churn", "28.75"),
        ("net_mrr_churn", "21.25"),
        ("net_mrr_churn_with_returns", "12.5"),
    ],
)
def test_the_rates_of_march(rate, percent):
    assert in_percent(getattr(MARCH, rate)) == Decimal(percent)
    assert getattr(Moves(new=90, churn=90, joined=1, left=1), rate) is None or rate == "customer_churn_of_all"


def test_the_sums_of_march():
    assert (MARCH.closing, MARCH.customers_at_end, MARCH.gained, MARCH.lost) == (790, 6, 220, 230)
    assert two_decimals(MARCH.quick_ratio) == Decimal("0.96")
    assert two_decimals(MARCH.arpa) == Decimal("131.67")
    assert MARCH.opening_arpa == 160
    assert replace(MARCH, contraction=0, churn=0).quick_ratio is None
    assert Moves().arpa is None


def test_what_customers_of_the_start_pay_in_the_end():
    march = kept(ENDS)
    assert march == Kept(opening=800, lost=230, gained=60, customers=5, gone=1)
    assert (in_percent(march.gross), in_percent(march.net)) == (Decimal("71.25"), Decimal("78.75"))
    assert march.logo == Fraction(4, 5)
    # Up and down again within the period costs nothing, and so does leaving and coming back at the same price.
    up_and_down = kept([(100, 120)])
    assert (up_and_down.gross, up_and_down.net) == (1, Fraction(6, 5))
    assert (kept([(100, 100)]).gross, kept([(100, 100)]).logo) == (1, 1)
    assert (kept([]).gross, kept([]).net, kept([]).logo) == (None, None, None)


def test_what_a_customer_brings_until_they_churn():
    of_march = lifetime([MARCH])
    assert (of_march.value, of_march.is_low_data) == (800, True)
    assert lifetime([MARCH], Fraction(4, 5)).value == 640
    assert lifetime([replace(MARCH, left=0)]).value is None
    assert lifetime([Moves()]).value is None
    many = replace(MARCH, customers=30)
    assert not lifetime([many] * 6).is_low_data
    assert lifetime([many] * 5).is_low_data
    assert lifetime([many] * 5 + [replace(many, customers=29)]).is_low_data
    # A month that began with nobody is no month to judge by.
    assert lifetime([Moves()] * 3 + [many] * 5).is_low_data


amounts = st.integers(0, 10**15)


@given(st.lists(st.tuples(amounts, amounts), max_size=30))
def test_laws_of_retention(ends):
    found = kept(ends)
    assert found.opening - found.lost + found.gained == sum(end for _start, end in ends)
    if found.gross is None:
        assert found.opening == 0
    else:
        assert 0 <= found.gross <= 1
        assert found.gross <= found.net
        assert found.net == found.gross + Fraction(found.gained, found.opening)
        assert found.gross == Fraction(sum(map(min, ends)), found.opening)


@given(*[amounts] * 6)
def test_laws_of_churn(opening, new, reactivation, expansion, contraction, churn):
    moves = Moves(opening, new, reactivation, expansion, contraction, churn)
    assert moves.closing == opening + new + reactivation + expansion - contraction - churn
    if opening:
        assert moves.net_mrr_churn_with_returns <= moves.net_mrr_churn <= moves.gross_mrr_churn
        # What the start brings in the end is what net churn leaves of it, where each customer moves one way only.
        assert 1 - moves.net_mrr_churn == Fraction(opening + expansion - contraction - churn, opening)
    if moves.lost:
        assert (moves.quick_ratio >= 1) == (moves.closing >= opening)
