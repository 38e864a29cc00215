"""Billing periods: tables of dates that people know, and laws for every start, interval and alignment."""

import datetime
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soon.domain.periods import (
    ANNIVERSARY,
    CALENDAR,
    BillingPeriod,
    DateOutOfRange,
    Interval,
    InvalidSchedule,
    Period,
    Schedule,
)
from tests.domain.strategies import days, intervals, schedules

YEAR_OF_STARTS = [date(2024, 1, 1) + datetime.timedelta(days=number) for number in range(366)]


def boundaries(schedule: Schedule, number: int) -> list[str]:
    """Return the start and the ends of the first periods."""
    periods = list(islice(schedule.periods_from(schedule.start_on), number))
    return [periods[0].service.start.isoformat(), *(period.service.end.isoformat() for period in periods)]


@pytest.mark.parametrize(
    ("unit", "count", "start", "expected"),
    [
        ("month", 1, "2023-01-31", ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30", "2023-05-31"]),
        ("month", 1, "2024-01-30", ["2024-01-30", "2024-02-29", "2024-03-30"]),
        ("month", 1, "2023-01-29", ["2023-01-29", "2023-02-28", "2023-03-29"]),
        ("month", 1, "2021-11-30", ["2021-11-30", "2021-12-30", "2022-01-30", "2022-02-28", "2022-03-30"]),
        ("month", 3, "2022-12-31", ["2022-12-31", "2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31"]),
        ("month", 6, "2021-08-31", ["2021-08-31", "2022-02-28", "2022-08-31"]),
        ("year", 1, "2020-02-29", ["2020-02-29", "2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29"]),
        ("year", 2, "2021-05-31", ["2021-05-31", "2023-05-31", "2025-05-31"]),
        ("week", 1, "2022-03-01", ["2022-03-01", "2022-03-08", "2022-03-15"]),
        ("week", 2, "2022-12-28", ["2022-12-28", "2023-01-11"]),
        ("day", 10, "1997-09-02", ["1997-09-02", "1997-09-12", "1997-09-22", "1997-10-02", "1997-10-12"]),
        ("day", 1, "2024-02-28", ["2024-02-28", "2024-02-29", "2024-03-01"]),
    ],
)
def test_an_anniversary_counts_from_the_start(unit: str, count: int, start: str, expected: list[str]) -> None:
    assert boundaries(Schedule(Interval(unit, count), date.fromisoformat(start)), len(expected) - 1) == expected


@pytest.mark.parametrize(
    ("unit", "count", "anchor_day", "start", "expected"),
    [
        ("week", 1, None, "2022-03-01", ["2022-03-01", "2022-03-07", "2022-03-14"]),
        ("week", 1, None, "2022-02-28", ["2022-02-28", "2022-03-07"]),
        ("week", 2, None, "2022-03-01", ["2022-03-01", "2022-03-14", "2022-03-28"]),
        ("day", 10, None, "2022-03-04", ["2022-03-04", "2022-03-14"]),
        ("month", 1, None, "2022-02-07", ["2022-02-07", "2022-03-01", "2022-04-01"]),
        ("month", 1, None, "2022-02-01", ["2022-02-01", "2022-03-01"]),
        ("month", 2, None, "2022-02-07", ["2022-02-07", "2022-03-01", "2022-05-01"]),
        ("month", 3, None, "2022-05-20", ["2022-05-20", "2022-07-01", "2022-10-01", "2023-01-01"]),
        ("month", 6, None, "2022-04-02", ["2022-04-02", "2022-07-01", "2023-01-01"]),
        ("month", 12, None, "2022-04-02", ["2022-04-02", "2023-01-01"]),
        ("month", 24, None, "2022-04-02", ["2022-04-02", "2024-01-01"]),
        ("month", 5, None, "2022-04-02", ["2022-04-02", "2022-09-01", "2023-02-01"]),
        ("year", 1, None, "2019-02-02", ["2019-02-02", "2020-01-01", "2021-01-01"]),
        ("year", 2, None, "2019-02-02", ["2019-02-02", "2021-01-01"]),
        ("month", 1, 30, "2012-01-31", ["2012-01-31", "2012-02-29", "2012-03-30"]),
        ("month", 1, 7, "2011-01-31", ["2011-01-31", "2011-02-07", "2011-03-07", "2011-04-07"]),
        ("month", 1, 31, "2023-02-28", ["2023-02-28", "2023-03-31", "2023-04-30"]),
        ("month", 1, 31, "2023-02-27", ["2023-02-27", "2023-02-28", "2023-03-31"]),
        ("month", 3, 15, "2011-01-01", ["2011-01-01", "2011-01-15", "2011-04-15", "2011-07-15"]),
        ("month", 3, 13, "2011-02-01", ["2011-02-01", "2011-02-13", "2011-05-13"]),
        ("month", 3, 1, "2025-10-08", ["2025-10-08", "2026-01-01", "2026-04-01"]),
        ("month", 5, 10, "2025-10-08", ["2025-10-08", "2025-10-10", "2026-03-10"]),
        ("year", 1, 15, "2011-01-01", ["2011-01-01", "2011-01-15", "2012-01-15"]),
        ("year", 1, 1, "2025-04-15", ["2025-04-15", "2026-04-01", "2027-04-01"]),
        ("year", 1, 31, "2024-02-01", ["2024-02-01", "2024-02-29", "2025-02-28"]),
    ],
)
def test_the_calendar_gives_the_boundaries(
    unit: str, count: int, anchor_day: int | None, start: str, expected: list[str]
) -> None:
    schedule = Schedule(Interval(unit, count), date.fromisoformat(start), CALENDAR, anchor_day)
    assert boundaries(schedule, len(expected) - 1) == expected


@pytest.mark.parametrize(
    ("unit", "count", "anchor_day", "start", "whole"),
    [
        ("week", 1, None, "2022-03-01", ("2022-02-28", "2022-03-07")),
        ("month", 1, None, "2022-03-15", ("2022-03-01", "2022-04-01")),
        ("month", 3, None, "2022-05-20", ("2022-04-01", "2022-07-01")),
        ("year", 1, None, "2019-02-02", ("2019-01-01", "2020-01-01")),
        ("month", 1, 7, "2011-01-31", ("2011-01-07", "2011-02-07")),
        ("month", 3, 15, "2011-01-01", ("2010-10-15", "2011-01-15")),
        ("year", 1, 15, "2011-01-01", ("2010-01-15", "2011-01-15")),
    ],
)
def test_a_stub_knows_its_whole_period(
    unit: str, count: int, anchor_day: int | None, start: str, whole: tuple[str, str]
) -> None:
    first = Schedule(Interval(unit, count), date.fromisoformat(start), CALENDAR, anchor_day).first
    assert not first.is_whole
    assert (first.whole.start.isoformat(), first.whole.end.isoformat()) == whole
    assert first.service.start.isoformat() == start
    assert first.service.end == first.whole.end


def test_an_anchor_day_is_not_read_where_it_has_no_meaning() -> None:
    start = date(2024, 5, 17)
    assert Schedule(Interval("month"), start, ANNIVERSARY, 3).first == Schedule(Interval("month"), start).first
    assert Schedule(Interval("week"), start, CALENDAR, 3).first == Schedule(Interval("week"), start, CALENDAR).first


@pytest.mark.parametrize("alignment", [ANNIVERSARY, CALENDAR])
@pytest.mark.parametrize(
    ("unit", "count", "ten_years"), [("week", 1, 522), ("month", 1, 121), ("month", 3, 41), ("month", 6, 21), ("year", 1, 11)]
)
def test_ten_years_without_gap_or_overlap_from_every_day_of_a_leap_year(
    unit: str, count: int, ten_years: int, alignment: str
) -> None:
    for start in YEAR_OF_STARTS:
        periods = list(islice(Schedule(Interval(unit, count), start, alignment).periods_from(start), ten_years))
        assert periods[0].service.start == start
        assert all(left.service.end == right.service.start for left, right in pairwise(periods))
        assert all(left.whole.end == right.whole.start for left, right in pairwise(periods))
        assert all(period.is_whole for period in periods[1:])
        assert sum(period.service.days for period in periods) == (periods[-1].service.end - start).days


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_boundaries_fall_on_the_anchor_or_the_last_day_of_a_shorter_month(day: int) -> None:
    schedule = Schedule(Interval("month"), date(2023, 1, day))
    for period in islice(schedule.periods_from(schedule.start_on), 120):
        following = period.service.end + datetime.timedelta(days=1)
        assert period.service.end.day == day or (period.service.end.day < day and following.day == 1)


@given(schedules, st.integers(0, 4000))
def test_the_period_of_a_day_is_the_one_that_stepping_finds(schedule: Schedule, offset: int) -> None:
    day = schedule.start_on + datetime.timedelta(days=offset)
    stepped = next(period for period in schedule.periods_from(schedule.start_on) if day < period.service.end)
    assert day in stepped.service
    assert schedule.period_containing(day) == stepped
    assert schedule.period_containing(stepped.service.start) == stepped
    assert schedule.period_containing(stepped.service.last_day) == stepped
    assert next(schedule.periods_from(day)) == stepped


@given(schedules, st.integers(0, 20_000))
def test_the_next_period_begins_where_the_last_one_ends(schedule: Schedule, offset: int) -> None:
    period = schedule.period_containing(schedule.start_on + datetime.timedelta(days=offset))
    following = schedule.next_after(period)
    assert following.service.start == period.service.end
    assert following.is_whole
    assert list(islice(schedule.periods_from(period.service.start), 2)) == [period, following]


@given(intervals, days, days)
def test_a_period_does_not_depend_on_the_way_to_it(interval: Interval, start: date, day: date) -> None:
    day = max(start, day)
    schedule = Schedule(interval, start)
    assert schedule.period_containing(day) == Schedule(interval, start).period_containing(day)
    assert schedule.first.whole.start == start


@settings(max_examples=50)
@given(st.integers(1, 10**9), days)
def test_a_million_years_are_refused_at_once(count: int, start: date) -> None:
    for unit in ("day", "week", "month", "year"):
        try:
            period = Schedule(Interval(unit, count), start).first
        except DateOutOfRange:
            continue
        assert period.service.start == start


@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
@pytest.mark.parametrize("alignment", [ANNIVERSARY, CALENDAR])
def test_the_end_of_the_calendar_is_an_error_of_its_own(unit: str, alignment: str) -> None:
    schedule = Schedule(Interval(unit), date(9998, 12, 15), alignment)
    with pytest.raises(DateOutOfRange):
        schedule.period_containing(date.max)
    with pytest.raises(DateOutOfRange):
        list(schedule.periods_from(schedule.start_on))


def test_the_beginning_of_the_calendar_too() -> None:
    with pytest.raises(DateOutOfRange):
        Schedule(Interval("month"), date(1, 1, 5), CALENDAR, 15).first.whole  # noqa: B018
    assert Schedule(Interval("week"), date(1, 1, 3), CALENDAR).first.whole.start == date.min


def test_no_day_before_the_start_has_a_period() -> None:
    schedule = Schedule(Interval("month"), date(2024, 5, 17), CALENDAR)
    with pytest.raises(InvalidSchedule, match="before the start"):
        schedule.period_containing(date(2024, 5, 16))
    with pytest.raises(InvalidSchedule):
        next(schedule.periods_from(date(2024, 5, 1)))


@pytest.mark.parametrize(
    ("unit", "count"), [("fortnight", 1), ("", 1), ("month", 0), ("month", -1), ("month", 1.5), ("day", True)]
)
def test_a_senseless_interval_is_refused(unit: str, count: int) -> None:
    with pytest.raises(InvalidSchedule):
        Interval(unit, count)


def test_a_senseless_schedule_is_refused() -> None:
    month, start = Interval("month"), date(2024, 1, 1)
    for anchor_day in (0, 32, -1):
        with pytest.raises(InvalidSchedule, match="anchor_day"):
            Schedule(month, start, CALENDAR, anchor_day)
    with pytest.raises(InvalidSchedule, match="alignment"):
        Schedule(month, start, "lunar")
    with pytest.raises(InvalidSchedule, match="moment"):
        Schedule(month, datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))


def test_a_period_is_half_open() -> None:
    period = Period(date(2024, 2, 1), date(2024, 3, 1))
    assert (period.days, period.last_day) == (29, date(2024, 2, 29))
    assert date(2024, 2, 1) in period
    assert date(2024, 3, 1) not in period
    with pytest.raises(InvalidSchedule):
        Period(date(2024, 2, 1), date(2024, 2, 1))
    with pytest.raises(InvalidSchedule):
        BillingPeriod(period, Period(date(2024, 2, 2), date(2024, 3, 1)))


def test_a_service_can_be_narrowed_but_not_widened() -> None:
    february = Period(date(2024, 2, 1), date(2024, 3, 1))
    billing = BillingPeriod(february, february)
    assert billing.between(None, None) == billing
    assert billing.between(date(2020, 1, 1), date(2030, 1, 1)) == billing
    assert billing.between(date(2024, 2, 10), None) == BillingPeriod(Period(date(2024, 2, 10), february.end), february)
    assert billing.between(None, date(2024, 2, 10)) == BillingPeriod(Period(february.start, date(2024, 2, 10)), february)
    assert billing.between(date(2024, 3, 1), None) is None
    assert billing.between(None, date(2024, 2, 1)) is None
    assert Interval("year", 2).months == 24
    assert Interval("week", 2).days == 14


@given(schedules, st.integers(0, 4000))
def test_schedules_of_one_rhythm_have_the_same_periods_once_both_have_begun(schedule, days_later):
    later = replace(schedule, start_on=schedule.start_on + datetime.timedelta(days=days_later))
    day = max(schedule.first.whole.end, later.first.whole.end)
    assert schedule.rhythm != later.rhythm or schedule.period_containing(day) == later.period_containing(day)


def test_a_month_later_the_rhythm_is_the_same_and_a_day_later_it_is_not():
    monthly = Schedule(Interval("month"), date(2026, 1, 15))
    assert monthly.rhythm == replace(monthly, start_on=date(2026, 2, 15)).rhythm
    assert monthly.rhythm != replace(monthly, start_on=date(2026, 1, 16)).rhythm
