"""What went wrong in other billing systems, and what must hold here instead. One test for each rule that a failure taught."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soon.domain.agreements import Agreement, bill
from soon.domain.billing import BillableLine, Terms, TooManyDocuments, documents_ahead, documents_due, next_document
from soon.domain.changes import set_quantity
from soon.domain.closing import end_service, settle_close
from soon.domain.periods import CALENDAR, DAY, MONTH, YEAR, Interval, Period, Schedule, local_date, start_of_local_day_utc
from soon.domain.pricing import LinePrice
from soon.domain.proration import prorate, slice_amounts

JAN_31 = datetime.date(2026, 1, 31)
MONTHLY = Schedule(Interval(MONTH), JAN_31)
LINE = BillableLine("line", LinePrice(3_100))


def starts(schedule: Schedule, until: datetime.date) -> list[datetime.date]:
    documents = documents_due(Terms(schedule), [LINE], until).documents
    return [document.charges[0].period.service.start for document in documents]


def test_after_the_31st_of_a_long_month_billing_goes_on():
    days = starts(MONTHLY, datetime.date(2026, 12, 31))
    assert [day.day for day in days] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_the_29th_of_february_comes_back_each_leap_year():
    yearly = Schedule(Interval(YEAR), datetime.date(2024, 2, 29))
    assert [f"{day:%d.%m}" for day in starts(yearly, datetime.date(2028, 3, 1))] == [
        "29.02",
        "28.02",
        "28.02",
        "28.02",
        "29.02",
    ]


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Asia/Tehran", "Africa/Cairo", "Europe/Berlin", "America/Havana"])
def test_a_change_of_the_clocks_neither_repeats_nor_skips_a_day(zone):
    days = [datetime.date(2018, 1, 1) + datetime.timedelta(days=number) for number in range(800)]
    assert [local_date(start_of_local_day_utc(day, zone), zone) for day in days] == days


def test_missed_periods_without_end_are_refused_instead_of_billed_for_ever():
    daily = Schedule(Interval(DAY), datetime.date(1900, 1, 1))
    with pytest.raises(TooManyDocuments):
        documents_due(Terms(daily), [LINE], datetime.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("hour", "zone", "day"), [(20, "Asia/Ho_Chi_Minh", 1), (20, "America/Lima", 31), (10, "Pacific/Kiritimati", 1)]
)
def test_an_instant_becomes_a_date_once_in_the_zone_of_the_account(hour, zone, day):
    assert local_date(datetime.datetime(2026, 3, 31, hour, tzinfo=datetime.UTC), zone).day == day


def test_noon_in_every_zone_of_the_world_is_the_day_that_the_clock_on_the_wall_shows():
    noon = datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.UTC)
    # In the names of these zones the sign is turned: GMT-14 is 14 hours before Greenwich's noon.
    days = {hours: local_date(noon, f"Etc/GMT{-hours:+d}").day for hours in range(-12, 15)}
    assert days == {hours: 31 if hours < 12 else 1 for hours in range(-12, 15)}


@pytest.mark.parametrize("price", [1, 99, 1_000_000, 1_099_001])
def test_the_days_of_a_period_add_up_to_the_period(price):
    month = Period(datetime.date(2026, 3, 31), datetime.date(2026, 4, 30))
    cuts = [month.start + datetime.timedelta(days=number) for number in range(1, month.days)]
    shares = slice_amounts(price, month, cuts)
    assert len(shares) == 30 and sum(share.amount_minor for share in shares) == price


@pytest.mark.parametrize("in_arrears", [False, True])
def test_what_is_shown_beforehand_is_what_is_billed_then(in_arrears):
    terms = Terms(Schedule(Interval(MONTH), datetime.date(2026, 1, 12), CALENDAR), in_arrears, datetime.date(2026, 6, 20))
    shown = list(documents_ahead(terms, [LINE]))
    assert shown == documents_due(terms, [LINE], datetime.date(2027, 1, 1)).documents
    assert [shown[0].charges[0].billed.derivation.fraction, shown[-1].charges[0].billed.derivation.fraction] == [
        "20/31",
        "19/30",
    ]


def test_a_part_of_a_quarter_is_divided_by_the_days_of_the_whole_quarter():
    quarterly = Schedule(Interval(MONTH, 3), datetime.date(2026, 2, 18), CALENDAR)
    billed = next_document(Terms(quarterly), [LINE]).charges[0].billed
    assert billed.derivation.fraction == "42/90"


def test_large_amounts_are_prorated_exactly():
    month = Period(datetime.date(2026, 4, 1), datetime.date(2026, 5, 1))
    share = prorate(1_099_000, Period(datetime.date(2026, 4, 16), datetime.date(2026, 5, 1)), month)
    assert share.amount_minor == 549_500


def test_every_line_has_a_cursor_of_its_own():
    lines = [LINE, BillableLine("ahead", LinePrice(1), billed_until=datetime.date(2026, 3, 31))]
    due = documents_due(Terms(MONTHLY), lines, datetime.date(2026, 3, 31))
    assert [len(document.charges) for document in due.documents] == [1, 1, 2]
    assert set(due.cursors.values()) == {datetime.date(2026, 4, 30)}


@given(st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31)), st.sampled_from(["anniversary", CALENDAR]))
@settings(max_examples=50)
def test_nothing_is_billed_before_the_start(start, alignment):
    document = next_document(Terms(Schedule(Interval(MONTH), start, alignment)), [LINE])
    assert document.due_on == document.period.start == start


def test_a_skipped_day_of_the_run_loses_no_period():
    assert len(starts(MONTHLY, datetime.date(2026, 4, 3))) == 3


def test_a_change_on_the_day_of_another_change_is_charged_once():
    agreement, _ = bill(Agreement(Terms(MONTHLY), (LINE,)), JAN_31)
    on = datetime.date(2026, 2, 14)
    twice = set_quantity(set_quantity(agreement, "line", Decimal(5), on).agreement, "line", Decimal(5), on)
    assert (twice.settlement.charges, twice.settlement.credits) == ((), ())


def test_a_cancelled_or_credited_document_does_not_stop_the_next_one():
    cursor = datetime.date(2026, 2, 28)
    billed = BillableLine("line", LinePrice(3_100), billed_until=cursor)
    assert next_document(Terms(MONTHLY), [billed]).period.start == cursor


@pytest.mark.parametrize("day", [JAN_31, datetime.date(2026, 2, 28), datetime.date(2026, 3, 15), datetime.date(2026, 3, 31)])
def test_after_a_closing_no_period_reaches_past_the_end(day):
    agreement, _ = bill(end_service(Agreement(Terms(MONTHLY), (LINE,)), day), datetime.date(2026, 12, 31))
    assert all(part.period.service.end <= day for part in agreement.billed)
    assert settle_close(agreement, day).settlement.gross_minor == 0
