"""The earliest day on which a subscription may end: notice, minimum term, periods, and why it is no earlier one."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from soon.domain.billing import Terms
from soon.domain.closing import end_of_service
from soon.domain.closing_days import (
    END_OF_PERIOD,
    ClosingTerms,
    EarliestEnd,
    Why,
    earliest_end,
    end_of_period,
    possible_end,
)
from soon.domain.periods import CALENDAR, MONTH, WEEK, YEAR, Interval, Schedule
from tests.domain.strategies import schedules


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def monthly(start: str, *, ends_on: str = "", count: int = 1, **fields) -> Terms:
    schedule = Schedule(
        Interval(MONTH, count), day(start), **{key: each for key, each in fields.items() if key != "in_arrears"}
    )
    return Terms(schedule, fields.get("in_arrears", False), day(ends_on) if ends_on else None)


WHOLE_PERIODS = {"closable_at": END_OF_PERIOD}
# What was agreed, how it is billed, when it began, today and the end of what was billed; the earliest end, and why.
EARLIEST = {
    "nothing agreed: today is the last day": ({}, "2026-03-16", "2026-03-20", None, "2026-03-21", Why.TODAY),
    "nor is today served, if the plan says so": (
        {"today_is_served": False}, "2026-03-16", "2026-03-20", None, "2026-03-20", Why.TODAY,
    ),
    "notice counts from today": ({"notice_days": 30}, "2026-03-16", "2026-11-24", None, "2026-12-24", Why.NOTICE),
    "a day of notice is what today gives": ({"notice_days": 1}, "2026-03-16", "2026-03-20", None, "2026-03-21", Why.TODAY),
    "notice over the leap day": ({"notice_days": 30}, "2024-01-01", "2024-02-10", None, "2024-03-11", Why.NOTICE),
    "notice in a common year": ({"notice_days": 30}, "2025-01-01", "2025-02-10", None, "2025-03-12", Why.NOTICE),
    "the minimum term": ({"minimum_months": 12}, "2026-03-16", "2026-03-20", None, "2027-03-16", Why.MINIMUM_TERM),
    "the minimum term is over": ({"minimum_months": 12}, "2025-03-16", "2026-03-20", None, "2026-03-21", Why.TODAY),
    "its last day but one": ({"minimum_months": 12}, "2025-03-16", "2026-03-14", None, "2026-03-16", Why.MINIMUM_TERM),
    "its last day": ({"minimum_months": 12}, "2025-03-16", "2026-03-15", None, "2026-03-16", Why.TODAY),
    "a month from the 31st": ({"minimum_months": 1}, "2026-01-31", "2026-02-01", None, "2026-02-28", Why.MINIMUM_TERM),
    "three months from the 30th of November": (
        {"minimum_months": 3}, "2027-11-30", "2027-12-01", None, "2028-02-29", Why.MINIMUM_TERM,
    ),
    "a year from the leap day": ({"minimum_months": 12}, "2024-02-29", "2024-03-01", None, "2025-02-28", Why.MINIMUM_TERM),
    "four years from the leap day": ({"minimum_months": 48}, "2024-02-29", "2024-03-01", None, "2028-02-29", Why.MINIMUM_TERM),
    "of both the later one counts: the term": (
        {"notice_days": 30, "minimum_months": 3}, "2026-03-16", "2026-04-01", None, "2026-06-16", Why.MINIMUM_TERM,
    ),
    "of both the later one counts: the notice": (
        {"notice_days": 30, "minimum_months": 3}, "2026-03-16", "2026-06-01", None, "2026-07-01", Why.NOTICE,
    ),
    "the end of the period": (WHOLE_PERIODS, "2026-03-16", "2026-03-20", None, "2026-04-16", Why.PERIOD),
    "on the last day of a period": (WHOLE_PERIODS, "2026-03-16", "2026-04-15", None, "2026-04-16", Why.TODAY),
    "on the first day of the next one": (WHOLE_PERIODS, "2026-03-16", "2026-04-16", None, "2026-05-16", Why.PERIOD),
    "the end of a period from the 31st": (WHOLE_PERIODS, "2026-01-31", "2026-02-10", None, "2026-02-28", Why.PERIOD),
    "and of the next one": (WHOLE_PERIODS, "2026-01-31", "2026-03-01", None, "2026-03-31", Why.PERIOD),
    "more was paid for": (WHOLE_PERIODS, "2026-03-16", "2026-04-20", "2026-08-16", "2026-08-16", Why.PERIOD),
    "notice reaches into the next period": (
        WHOLE_PERIODS | {"notice_days": 30}, "2026-03-16", "2026-04-01", None, "2026-05-16", Why.PERIOD,
    ),
    "notice ends exactly with a period": (
        WHOLE_PERIODS | {"notice_days": 30}, "2026-03-16", "2026-03-17", None, "2026-04-16", Why.NOTICE,
    ),
    "it has not begun, whatever was agreed": (
        WHOLE_PERIODS | {"notice_days": 90, "minimum_months": 9}, "2026-04-01", "2026-03-20", None, "2026-04-01", Why.NOT_BEGUN,
    ),
    "the day before it begins": ({"notice_days": 90}, "2026-04-01", "2026-03-31", None, "2026-04-01", Why.NOT_BEGUN),
    "from its first day on notice counts": ({"notice_days": 90}, "2026-04-01", "2026-04-01", None, "2026-06-30", Why.NOTICE),
    "even where the day of closing is not served": (
        {"notice_days": 90, "today_is_served": False}, "2026-04-01", "2026-04-01", None, "2026-06-30", Why.NOTICE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EARLIEST)
@pytest.mark.parametrize("in_arrears", [False, True])
def test_the_earliest_end(case, in_arrears):
    agreed, start, today, paid_until, ends_on, why = EARLIEST[case]
    found = earliest_end(
        ClosingTerms(**agreed),
        monthly(start, in_arrears=in_arrears),
        today=day(today),
        start_on=day(start),
        paid_until=day(paid_until) if paid_until else None,
    )
    assert found == EarliestEnd(day(ends_on), why)
    assert found.last_day_on == day(ends_on) - datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("agreed", "today", "ends_on", "why"),
    [
        ({"notice_days": 60}, "2026-03-20", "2026-04-10", Why.FIXED_END),
        ({"minimum_months": 12}, "2026-03-20", "2026-04-10", Why.FIXED_END),
        (WHOLE_PERIODS | {"notice_days": 60}, "2026-03-20", "2026-04-10", Why.FIXED_END),
        (WHOLE_PERIODS, "2026-03-20", "2026-04-10", Why.PERIOD),
        ({"notice_days": 10}, "2026-03-20", "2026-03-30", Why.NOTICE),
        ({"notice_days": 21}, "2026-03-20", "2026-04-10", Why.NOTICE),
        # On its last day, and after it while nobody has ended it yet, it is the day that counts.
        ({"notice_days": 60}, "2026-04-09", "2026-04-10", Why.TODAY),
        ({"notice_days": 60}, "2026-04-12", "2026-04-13", Why.TODAY),
    ],
)
def test_nothing_that_was_agreed_reaches_beyond_a_fixed_end(agreed, today, ends_on, why):
    terms = monthly("2026-03-16", ends_on="2026-04-10")
    found = earliest_end(ClosingTerms(**agreed), terms, today=day(today), start_on=day("2026-03-16"), paid_until=None)
    assert found == EarliestEnd(day(ends_on), why)


# Terms, the day asked for, what was billed; the first end of a period from that day on.
ENDS = {
    "a boundary is an end already": (monthly("2026-03-16"), "2026-04-16", None, "2026-04-16"),
    "the day after it is not": (monthly("2026-03-16"), "2026-04-17", None, "2026-05-16"),
    "calendar months": (monthly("2026-03-16", alignment=CALENDAR), "2026-03-20", None, "2026-04-01"),
    "calendar months from the 31st": (
        monthly("2026-01-05", alignment=CALENDAR, anchor_day=31), "2026-02-01", None, "2026-02-28",
    ),
    "calendar quarters": (monthly("2026-02-10", count=3, alignment=CALENDAR), "2026-02-11", None, "2026-04-01"),
    "weeks from Monday": (
        Terms(Schedule(Interval(WEEK), day("2026-03-18"), CALENDAR)), "2026-03-19", None, "2026-03-23",
    ),
    "a year from the leap day": (Terms(Schedule(Interval(YEAR), day("2024-02-29"))), "2024-03-01", None, "2025-02-28"),
    "before it begins, its first period": (monthly("2026-03-16"), "2026-03-01", None, "2026-04-16"),
    "on its first day nothing was served yet: its first period": (monthly("2026-03-16"), "2026-03-16", None, "2026-04-16"),
    "more was billed": (monthly("2026-03-16"), "2026-03-20", "2027-03-16", "2027-03-16"),
    "less was billed": (monthly("2026-03-16"), "2026-05-20", "2026-04-16", "2026-06-16"),
    "a fixed end comes first": (monthly("2026-03-16", ends_on="2026-04-01"), "2026-03-20", None, "2026-04-01"),
    "a fixed end comes first although more was billed": (
        monthly("2026-03-16", ends_on="2026-04-01"), "2026-03-20", "2026-04-16", "2026-04-01",
    ),
    "nothing recurs": (Terms(None), "2026-03-20", None, "2026-03-20"),
}  # fmt: skip


@pytest.mark.parametrize("case", ENDS)
def test_the_end_of_the_period(case):
    terms, on, paid_until, end = ENDS[case]
    assert end_of_period(terms, day(on), day(paid_until) if paid_until else None) == day(end)


@pytest.mark.parametrize(
    ("agreed", "wanted", "paid_until", "end"),
    [
        ({}, "2026-05-02", None, "2026-05-02"),
        ({}, "2026-03-18", None, "2026-03-21"),
        (WHOLE_PERIODS, "2026-03-25", None, "2026-04-16"),
        (WHOLE_PERIODS, "2026-04-16", None, "2026-04-16"),
        (WHOLE_PERIODS, "2026-05-02", None, "2026-05-16"),
        (WHOLE_PERIODS, "2026-05-16", None, "2026-05-16"),
        (WHOLE_PERIODS, "2026-05-17", None, "2026-06-16"),
        # What was billed before under another rhythm is such a boundary too.
        (WHOLE_PERIODS, "2026-05-02", "2026-05-02", "2026-05-02"),
        (WHOLE_PERIODS, "2026-05-03", "2026-05-02", "2026-05-16"),
    ],
)
def test_a_later_wish_ends_with_a_period_too_where_periods_are_served_to_their_end(agreed, wanted, paid_until, end):
    terms, paid = monthly("2026-03-16"), day(paid_until) if paid_until else None
    found = earliest_end(ClosingTerms(**agreed), terms, today=day("2026-03-20"), start_on=day("2026-03-16"), paid_until=paid)
    since = {"start_on": day("2026-03-16"), "paid_until": paid}
    assert possible_end(ClosingTerms(**agreed), terms, day(wanted), found=found, **since) == day(end)


# Days of notice, today; the earliest end and why, where periods are served to their end. The subscription begins on 16 March
# with a free trial of two weeks: the first billing period is from 30 March to 29 April.
IN_TRIAL = [
    (0, "2026-03-16", "2026-03-30", Why.TRIAL),
    (0, "2026-03-28", "2026-03-30", Why.TRIAL),
    # The last day of the trial: it ends with today.
    (0, "2026-03-29", "2026-03-30", Why.TODAY),
    (0, "2026-03-30", "2026-04-30", Why.PERIOD),
    (12, "2026-03-18", "2026-03-30", Why.NOTICE),
    (13, "2026-03-18", "2026-04-30", Why.PERIOD),
]


@pytest.mark.parametrize(("notice_days", "today", "ends_on", "why"), IN_TRIAL)
def test_a_free_trial_is_a_period_of_its_own(notice_days, today, ends_on, why):
    agreed, terms = ClosingTerms(notice_days, closable_at=END_OF_PERIOD), monthly("2026-03-30")
    since = {"start_on": day("2026-03-16"), "paid_until": None}
    found = earliest_end(agreed, terms, today=day(today), **since)
    assert found == EarliestEnd(day(ends_on), why)
    if found.ends_on == day("2026-03-30"):
        assert possible_end(agreed, terms, day("2026-03-30"), found=found, **since) == day("2026-03-30")
        assert possible_end(agreed, terms, day("2026-03-31"), found=found, **since) == day("2026-04-30")


agreements = st.builds(
    ClosingTerms,
    st.sampled_from([0, 1, 14, 30, 365]),
    st.integers(0, 40),
    st.sampled_from(["any_time", END_OF_PERIOD]),
    st.booleans(),
)
offsets = st.integers(-60, 900)


@given(agreements, schedules, st.lists(offsets, min_size=2, max_size=6), st.none() | st.integers(0, 900))
@settings(max_examples=100)
def test_the_earliest_end_is_never_before_that_of_today_and_never_moves_back(agreed, schedule, days, paid):
    start = schedule.start_on
    paid_until = start + datetime.timedelta(days=paid) if paid else None
    found = []
    for number in sorted(days):
        today = start + datetime.timedelta(days=number)
        answer = earliest_end(agreed, Terms(schedule), today=today, start_on=start, paid_until=paid_until)
        assert answer.ends_on >= end_of_service(today, today_is_served=agreed.today_is_served, start_on=start)
        assert (answer.why == Why.NOT_BEGUN) == (today < start)
        if today >= start:
            assert answer.ends_on >= today + datetime.timedelta(days=agreed.notice_days)
        found.append(answer.ends_on)
    assert all(before <= after for before, after in pairwise(found))


@given(agreements, schedules, st.integers(0, 900), st.none() | st.integers(0, 900))
@settings(max_examples=100)
def test_where_periods_are_served_to_their_end_it_is_a_boundary_or_what_was_billed(agreed, schedule, number, paid):
    assume(agreed.closable_at == END_OF_PERIOD)
    start = schedule.start_on
    paid_until = start + datetime.timedelta(days=paid) if paid else None
    today = start + datetime.timedelta(days=number)
    end = earliest_end(agreed, Terms(schedule), today=today, start_on=start, paid_until=paid_until).ends_on
    assume(end > start)
    last_day = end - datetime.timedelta(days=1)
    assert end in (schedule.period_containing(last_day).service.end, paid_until)
