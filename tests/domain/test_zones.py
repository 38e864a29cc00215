"""Instants and local dates, in every zone from −12 to +14 and across changes of the clock."""

import datetime
from datetime import UTC, date
from datetime import datetime as moment

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.periods import DateOutOfRange, Interval, Schedule
from soon.domain.zones import NotAnInstant, UnknownTimeZone, local_date, start_of_local_day_utc

# The signs of these names are turned round: Etc/GMT+12 lies twelve hours west of Greenwich.
FIXED_ZONES = {offset: f"Etc/GMT{-offset:+d}" if offset else "Etc/UTC" for offset in range(-12, 15)}
ZONES_THAT_CHANGE = [
    "America/New_York",
    "Europe/Paris",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
]
instants = st.datetimes(moment(1990, 1, 1), moment(2060, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize("offset", FIXED_ZONES)
def test_an_instant_becomes_the_day_of_the_zone(offset: int) -> None:
    zone = FIXED_ZONES[offset]
    assert local_date(moment(2026, 3, 31, 12, tzinfo=UTC), zone) == (date(2026, 4, 1) if offset >= 12 else date(2026, 3, 31))
    assert local_date(moment(2026, 3, 31, 11, 59, 59, tzinfo=UTC), zone).day == (
        1 if offset > 12 else 30 if offset == -12 else 31
    )
    assert local_date(moment(2026, 4, 1, 0, tzinfo=UTC), zone) == (date(2026, 3, 31) if offset < 0 else date(2026, 4, 1))
    begin = start_of_local_day_utc(date(2026, 4, 1), zone)
    assert begin == moment(2026, 4, 1, tzinfo=UTC) - datetime.timedelta(hours=offset)
    assert begin.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        ("2022-03-14", "America/New_York", "2022-03-14T04:00:00+00:00"),
        ("2023-05-23", "Europe/Paris", "2023-05-22T22:00:00+00:00"),
        ("2023-03-01", "America/Bogota", "2023-03-01T05:00:00+00:00"),
        ("2026-12-31", "Asia/Ho_Chi_Minh", "2026-12-30T17:00:00+00:00"),
        # Midnight does not exist there: clocks went from 00:00 to 01:00.
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00+00:00"),
        # Midnight comes twice: clocks went from 01:00 back to 00:00.
        ("2023-10-29", "Atlantic/Azores", "2023-10-29T00:00:00+00:00"),
    ],
)
def test_the_instant_at_which_a_day_begins(day: str, zone: str, instant: str) -> None:
    assert start_of_local_day_utc(date.fromisoformat(day), zone).isoformat() == instant


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.sampled_from([*FIXED_ZONES.values(), *ZONES_THAT_CHANGE]))
def test_a_day_begins_with_its_first_instant(day: date, zone: str) -> None:
    begin = start_of_local_day_utc(day, zone)
    assert local_date(begin, zone) == day
    assert local_date(begin - datetime.timedelta(microseconds=1), zone) == day - datetime.timedelta(days=1)


@given(instants, st.sampled_from([*FIXED_ZONES.values(), *ZONES_THAT_CHANGE]))
def test_an_instant_lies_in_the_day_it_becomes(instant: moment, zone: str) -> None:
    day = local_date(instant, zone)
    assert start_of_local_day_utc(day, zone) <= instant < start_of_local_day_utc(day + datetime.timedelta(days=1), zone)


def test_changes_of_the_clock_leave_periods_alone() -> None:
    schedule = Schedule(Interval("week"), local_date(moment(2022, 3, 8, 4, 30, tzinfo=UTC), "America/New_York"))
    assert schedule.first.service.days == 7
    assert schedule.first.service.end == date(2022, 3, 14)


def test_a_moment_without_offset_is_no_instant() -> None:
    with pytest.raises(NotAnInstant):
        local_date(moment(2026, 1, 1), "UTC")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Europe", "\0"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        start_of_local_day_utc(date(2026, 1, 1), name)
    with pytest.raises(UnknownTimeZone):
        local_date(moment(2026, 1, 1, tzinfo=UTC), name)


def test_the_ends_of_the_calendar_are_refused() -> None:
    with pytest.raises(DateOutOfRange):
        start_of_local_day_utc(date.min, "Asia/Ho_Chi_Minh")
    with pytest.raises(DateOutOfRange):
        local_date(moment.max.replace(tzinfo=UTC), "Asia/Ho_Chi_Minh")
