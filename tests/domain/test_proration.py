"""Proration: parts of whole periods, and slices that add up."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.money import round_half_up
from soon.domain.periods import Interval, Period, Schedule
from soon.domain.proration import PartOutsideWhole, prorate, prorate_period, slice_amounts
from tests.domain.strategies import periods


def period(start: str, end: str) -> Period:
    """Return the half-open period between two ISO dates."""
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("amount", "part", "whole", "share", "factor"),
    [
        (3100, ("2024-01-16", "2024-02-01"), ("2024-01-01", "2024-02-01"), 1600, "16/31"),
        (100, ("2022-03-15", "2022-04-01"), ("2022-03-01", "2022-04-01"), 55, "17/31"),
        (5000000, ("2024-02-04", "2024-03-01"), ("2024-02-01", "2024-03-01"), 4482759, "26/29"),
        (9000, ("2025-10-08", "2026-01-01"), ("2025-10-01", "2026-01-01"), 8315, "85/92"),
        (24995, ("2012-03-04", "2012-04-02"), ("2012-03-02", "2012-04-02"), 23382, "29/31"),
        # P1 to P4 of the money on closing: 30.00, 1,200.00 and two in VND.
        (3000, ("2026-04-11", "2026-05-01"), ("2026-04-01", "2026-05-01"), 2000, "20/30"),
        (120000, ("2025-04-11", "2026-01-01"), ("2025-01-01", "2026-01-01"), 87123, "265/365"),
        (3650000, ("2025-04-11", "2026-01-01"), ("2025-01-01", "2026-01-01"), 2650000, "265/365"),
        (1000000, ("2026-05-11", "2026-07-01"), ("2026-04-01", "2026-07-01"), 560440, "51/91"),
        (100, ("2026-04-01", "2026-05-01"), ("2026-04-01", "2026-05-01"), 100, "30/30"),
        (-1, ("2026-04-01", "2026-04-16"), ("2026-04-01", "2026-05-01"), -1, "15/30"),
    ],
)
def test_days_of_the_part_over_days_of_the_whole(
    amount: int, part: tuple[str, str], whole: tuple[str, str], share: int, factor: str
) -> None:
    result = prorate(amount, period(*part), period(*whole))
    assert (result.amount_minor, result.factor) == (share, factor)


def test_a_stub_is_a_part_of_its_whole() -> None:
    stub = Schedule(Interval("month", 3), date(2011, 1, 1), "calendar", 15).first
    assert prorate_period(837200, stub).factor == "14/92"
    assert prorate_period(837200, stub).amount_minor == 127400


@pytest.mark.parametrize("part", [("2026-03-31", "2026-04-02"), ("2026-04-30", "2026-05-02"), ("2026-06-01", "2026-06-02")])
def test_a_part_of_another_period_is_refused(part: tuple[str, str]) -> None:
    with pytest.raises(PartOutsideWhole):
        prorate(100, period(*part), period("2026-04-01", "2026-05-01"))


@pytest.mark.parametrize("cuts", [["2026-04-01"], ["2026-05-01"], ["2026-04-20", "2026-04-10"], ["2026-04-10", "2026-04-10"]])
def test_cuts_must_rise_inside_the_period(cuts: list[str]) -> None:
    with pytest.raises(PartOutsideWhole):
        slice_amounts(100, period("2026-04-01", "2026-05-01"), [date.fromisoformat(cut) for cut in cuts])


def test_slices_of_a_month_in_thirds() -> None:
    shares = slice_amounts(100, period("2026-04-01", "2026-05-01"), [date(2026, 4, 11), date(2026, 4, 21)])
    assert [share.amount_minor for share in shares] == [33, 34, 33]
    assert [share.factor for share in shares] == ["10/30", "10/30", "10/30"]
    assert slice_amounts(100, period("2026-04-01", "2026-05-01"), [])[0].amount_minor == 100


@given(st.one_of(st.integers(-(10**15), 10**15), st.fractions()), periods, st.sets(st.integers(1, 799), max_size=8))
def test_slices_add_up_and_none_is_a_unit_off(amount: int | Fraction, whole: Period, offsets: set[int]) -> None:
    cuts = [whole.start + timedelta(days=offset) for offset in sorted(offsets) if offset < whole.days]
    shares = slice_amounts(amount, whole, cuts)
    assert sum(share.amount_minor for share in shares) == round_half_up(amount)
    assert sum(share.numerator for share in shares) == whole.days
    for share in shares:
        assert abs(share.amount_minor - round_half_up(amount) * Fraction(share.numerator, share.denominator)) < 1


@given(st.integers(-(10**15), 10**15), periods, st.integers(0, 799))
def test_a_credit_mirrors_its_charge(amount: int, whole: Period, offset: int) -> None:
    part = Period(whole.start + timedelta(days=offset % whole.days), whole.end)
    assert prorate(-amount, part, whole).amount_minor == -prorate(amount, part, whole).amount_minor
    assert prorate(amount, whole, whole).amount_minor == amount
