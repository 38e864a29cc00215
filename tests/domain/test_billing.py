"""What is due when, and what a line costs then."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.billing import DuePeriod, bill_line, credit_line, next_period_due
from soon.domain.money import round_half_up
from soon.domain.periods import BillingPeriod, DateOutOfRange, Interval, Period, Schedule
from soon.domain.pricing import LinePrice
from soon.domain.taxes import NO_TAX, TaxRule
from tests.domain.strategies import schedules

MONTHLY_ON_31 = Schedule(Interval("month"), date(2024, 1, 31))


def due(start: str, end: str, whole_start: str, whole_end: str, due_on: str) -> DuePeriod:
    """Return a due period from ISO dates."""
    service = Period(date.fromisoformat(start), date.fromisoformat(end))
    return DuePeriod(
        BillingPeriod(service, Period(date.fromisoformat(whole_start), date.fromisoformat(whole_end))),
        date.fromisoformat(due_on),
    )


@pytest.mark.parametrize(
    ("billed_until", "ends_on", "in_arrears", "expected"),
    [
        (None, None, False, due("2024-01-31", "2024-02-29", "2024-01-31", "2024-02-29", "2024-01-31")),
        (None, None, True, due("2024-01-31", "2024-02-29", "2024-01-31", "2024-02-29", "2024-02-29")),
        ("2024-02-29", None, False, due("2024-02-29", "2024-03-31", "2024-02-29", "2024-03-31", "2024-02-29")),
        # A fixed end cuts the last period, and in arrears it brings the day forward.
        ("2024-02-29", "2024-03-10", False, due("2024-02-29", "2024-03-10", "2024-02-29", "2024-03-31", "2024-02-29")),
        ("2024-02-29", "2024-03-10", True, due("2024-02-29", "2024-03-10", "2024-02-29", "2024-03-31", "2024-03-10")),
        # Taken up again inside a period: only the rest of it is due.
        ("2024-03-15", None, False, due("2024-03-15", "2024-03-31", "2024-02-29", "2024-03-31", "2024-03-15")),
        # Nothing begins on or after the end.
        ("2024-02-29", "2024-02-29", False, None),
        ("2024-03-31", "2024-03-10", False, None),
        (None, "2024-01-31", False, None),
        # An end far away cuts nothing; a cursor before the start means the start.
        (None, "2025-01-31", False, due("2024-01-31", "2024-02-29", "2024-01-31", "2024-02-29", "2024-01-31")),
        ("2023-01-01", None, False, due("2024-01-31", "2024-02-29", "2024-01-31", "2024-02-29", "2024-01-31")),
    ],
)
def test_the_next_period_due(
    billed_until: str | None, ends_on: str | None, in_arrears: bool, expected: DuePeriod | None
) -> None:
    cursor = date.fromisoformat(billed_until) if billed_until else None
    end = date.fromisoformat(ends_on) if ends_on else None
    assert next_period_due(MONTHLY_ON_31, cursor, end, in_arrears) == expected


@given(schedules, st.integers(1, 2500), st.booleans())
def test_following_the_cursor_bills_every_day_once(schedule: Schedule, length: int, in_arrears: bool) -> None:
    ends_on = date.fromordinal(schedule.start_on.toordinal() + length)
    cursor, billed, last_due = None, 0, schedule.start_on
    while found := next_period_due(schedule, cursor, ends_on, in_arrears):
        assert found.period.service.start == (cursor or schedule.start_on)
        assert found.due_on >= last_due
        cursor, last_due = found.period.service.end, found.due_on
        billed += found.period.service.days
    assert (cursor, billed) == (ends_on, length)


def test_the_end_of_the_calendar_is_an_error_of_its_own() -> None:
    with pytest.raises(DateOutOfRange):
        next_period_due(Schedule(Interval("year"), date(9999, 6, 1)), None, None, False)


def test_a_whole_period_costs_the_price() -> None:
    line = bill_line(LinePrice(4000, Decimal(3), Decimal(10)), TaxRule(Decimal(20)), MONTHLY_ON_31.first)
    assert (line.net_minor, line.tax_minor, line.gross_minor) == (10800, 2160, 12960)
    assert line.tax_percent == Decimal(20)
    assert line.derivation.rule == "full_period"


def test_a_part_is_prorated_and_rounded_once() -> None:
    stub = Schedule(Interval("month"), date(2024, 1, 16), "calendar").first
    line = bill_line(LinePrice(3100), TaxRule(Decimal(10)), stub)
    assert (line.net_minor, line.tax_minor) == (1600, 160)
    assert line.derivation.as_facts() == {
        "rule": "part_of_period",
        "period": ["2024-01-16", "2024-02-01"],
        "whole_period": ["2024-01-01", "2024-02-01"],
        "fraction": "16/31",
        "unit_price_minor": 3100,
        "quantity": "1",
        "discount_percent": "0",
        "tax_percent": "10",
        "rounding": "half_up_per_line",
    }
    # 0.5 × 31/62 would be 1 × 1/2 = 1 if rounded twice; it is 0.25.
    half = BillingPeriod(Period(date(2024, 7, 1), date(2024, 8, 1)), Period(date(2024, 7, 1), date(2024, 9, 1)))
    assert bill_line(LinePrice(1, Decimal("0.5")), NO_TAX, half).net_minor == 0


def test_a_line_without_period_is_charged_once() -> None:
    line = bill_line(LinePrice(333, Decimal("1.500")), TaxRule(Decimal("8.0")))
    assert (line.net_minor, line.tax_minor) == (500, 40)
    facts = line.derivation.as_facts()
    assert (facts["rule"], facts["period"], facts["whole_period"], facts["fraction"]) == ("once", None, None, "1/1")
    assert (facts["quantity"], facts["tax_percent"]) == ("1.5", "8")


def test_the_unused_part_comes_back_as_it_was_charged() -> None:
    april = Period(date(2025, 1, 1), date(2026, 1, 1))
    unused = BillingPeriod(Period(date(2025, 4, 11), date(2026, 1, 1)), april)
    line = credit_line(LinePrice(3650000), TaxRule(Decimal(10)), unused)
    assert (line.net_minor, line.tax_minor, line.derivation.rule) == (2650000, 265000, "unused_part")


@given(
    st.integers(0, 10**12),
    st.decimals("0.001", "999", places=3),
    st.decimals(0, 100, places=2),
    st.decimals(0, 100, places=3),
    schedules,
)
def test_the_facts_are_enough_to_find_the_amount_again(
    price: int, quantity: Decimal, discount: Decimal, percent: Decimal, schedule: Schedule
) -> None:
    line = bill_line(LinePrice(price, quantity, discount), TaxRule(percent), schedule.first)
    facts = json.loads(json.dumps(line.derivation.as_facts()))
    again = LinePrice(facts["unit_price_minor"], Decimal(facts["quantity"]), Decimal(facts["discount_percent"]))
    numerator, denominator = map(int, facts["fraction"].split("/"))
    assert round_half_up(again.exact_net * numerator / denominator) == line.net_minor
    assert round_half_up(Decimal(facts["tax_percent"]) * line.net_minor / 100) == line.tax_minor or line.net_minor > 10**20
