"""When a sweep's turn comes: at fixed ticks that meet every midnight on earth, whatever the clock does."""

import datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.zones import start_of_local_day_utc
from soon.jobs.schedule import FIVE_MINUTES, LONGEST_PAUSE, Turn

SECOND = datetime.timedelta(seconds=1)
NOON = datetime.datetime(2026, 3, 16, 12, 0, tzinfo=datetime.UTC)
ZONES = sorted(available_timezones() - {"Factory", "localtime"})

# (day, zone): whole hours from −12 to +14, quarters of an hour, and days whose midnight is skipped or comes twice.
MIDNIGHTS = [
    *(
        (datetime.date(2026, 3, 16), f"Etc/GMT{sign}{hours}")
        for sign, most in (("+", 12), ("-", 14))
        for hours in range(most + 1)
    ),
    (datetime.date(2026, 3, 16), "Asia/Kathmandu"),
    (datetime.date(2026, 4, 5), "Pacific/Chatham"),
    (datetime.date(2026, 4, 5), "Australia/Lord_Howe"),
    (datetime.date(2026, 3, 8), "America/Havana"),
    (datetime.date(2026, 3, 29), "Asia/Beirut"),
    (datetime.date(2026, 10, 30), "Africa/Cairo"),
    (datetime.date(2026, 11, 1), "America/Havana"),
    (datetime.date(2011, 12, 31), "Pacific/Apia"),
]


def swept_at(midnight: datetime.datetime) -> bool:
    """Say whether a turn comes at `midnight` that had not come a second before."""
    turn = Turn(FIVE_MINUTES)
    turn.is_over(midnight - 2 * SECOND)
    return turn.has_come(midnight) and not turn.has_come(midnight - SECOND)


@pytest.mark.parametrize(("day", "zone"), MIDNIGHTS)
def test_a_sweep_follows_each_midnight_at_once(day, zone):
    assert swept_at(start_of_local_day_utc(day, zone))


@given(st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 1, 1)), st.sampled_from(ZONES))
def test_whatever_zone_and_day(day, zone):
    assert swept_at(start_of_local_day_utc(day, zone))


def test_a_turn_comes_once_a_tick_and_at_once_when_the_clock_was_set_back():
    turn = Turn(FIVE_MINUTES)
    assert turn.has_come(NOON), "the first look is made at once"
    turn.is_over(NOON)
    assert not turn.has_come(NOON + FIVE_MINUTES - SECOND)
    assert turn.has_come(NOON + FIVE_MINUTES)
    assert turn.has_come(NOON + datetime.timedelta(days=90))
    assert turn.has_come(NOON - SECOND)


def test_failures_are_tried_again_soon_and_then_less_often():
    turn, at, pauses = Turn(FIVE_MINUTES), NOON, []
    for _attempt in range(12):
        turn.is_over(at, has_failed=True)
        later = next(n for n in range(1, 1000) if turn.has_come(at + n * SECOND))
        pauses.append(later)
        at += later * SECOND
    assert pauses[:5] == [2, 4, 8, 16, 32]
    assert set(pauses[5:]) == {LONGEST_PAUSE.seconds}
    assert turn.has_come(NOON - datetime.timedelta(days=1)), "also when the clock was set back meanwhile"
    turn.is_over(NOON)
    assert not turn.has_come(NOON + 100 * SECOND), "once it went well, its usual ticks hold again"
