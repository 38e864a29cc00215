"""What the worker does, with a moved clock: each order by the day of its own time zone, once, late rather than never."""

import datetime
import time
from collections.abc import Iterator
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from soon.activity.actor import system
from soon.demo.mass import load_mass
from soon.jobs.schedule import FIVE_MINUTES, Turn
from soon.jobs.sweeps import bill, end, end_pauses, keep_statistics
from soon.models import Activity, BillingRun, Invoice, Letter, Order, OrderLine, Pause, SetAside
from soon.operations.billing.run import Stop
from soon.operations.installation.seed import seed
from soon.operations.subscriptions.pause import pause
from tests.builders import TODAY, a_customer, a_plan, an_order

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
ZONES = (
    "Etc/GMT+12",
    "Pacific/Marquesas",
    "America/New_York",
    "UTC",
    "Asia/Kathmandu",
    "Asia/Ho_Chi_Minh",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)


def order_in(zone: str, start_on: datetime.date = TODAY, **fields) -> Order:
    """Return an order of a customer whose days begin and end in `zone`."""
    return an_order(customer=a_customer(time_zone=zone), start_on=start_on, **fields)


def ticks(begin: datetime.datetime, end: datetime.datetime, every: datetime.timedelta) -> Iterator[datetime.datetime]:
    """Move the clock from `begin` to before `end`, standing still at each tick."""
    at = begin
    while at < end:
        with time_machine.travel(at, tick=False):
            yield at
        at += every


def sweep(at: datetime.datetime) -> None:
    """Make the billing sweep at the moment `at`."""
    with time_machine.travel(at, tick=False):
        bill(Stop())


def utc(day: datetime.date, hour: int = 0) -> datetime.datetime:
    """Return an hour of `day` in UTC."""
    return datetime.datetime(day.year, day.month, day.day, hour, tzinfo=datetime.UTC)


def test_every_zone_is_billed_right_after_its_own_midnight():
    orders = {order_in(zone).pk: zone for zone in ZONES}
    billed_at = {}
    turn = Turn(FIVE_MINUTES)
    for at in ticks(utc(TODAY - DAY, 9), utc(TODAY, 13), FIVE_MINUTES):
        assert turn.has_come(at)
        bill(Stop())
        turn.is_over(at)
        for order in set(orders) - set(billed_at):
            if Invoice.objects.filter(order=order).exists():
                billed_at[order] = at
    assert {orders[key]: at.astimezone(ZoneInfo(orders[key])) for key, at in billed_at.items()} == {
        zone: datetime.datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=ZoneInfo(zone)) for zone in ZONES
    }
    assert set(Invoice.objects.values_list("issued_on", flat=True)) == {TODAY}
    assert [run.issued for run in BillingRun.objects.all()] == [1] * len(ZONES), "and no run for nothing"


@pytest.mark.parametrize(
    ("zone", "before"),
    [
        ("America/New_York", datetime.date(2026, 3, 6)),
        ("America/New_York", datetime.date(2026, 10, 30)),
        ("America/Havana", datetime.date(2026, 3, 6)),
        ("Australia/Lord_Howe", datetime.date(2026, 4, 3)),
        ("Asia/Beirut", datetime.date(2026, 3, 27)),
    ],
)
def test_clocks_that_jump_skip_no_day_and_bill_none_twice(zone, before, monkeypatch):
    """killbill#445, invoiceninja#12158: a daily plan over a change of the clocks, swept every hour by a server elsewhere."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        order = order_in(zone, before, plan=a_plan(interval_unit="day"))
        for _at in ticks(utc(before - DAY, 12), utc(before + 5 * DAY, 12), HOUR):
            bill(Stop())
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    served = Invoice.objects.filter(order=order).order_by("pk").values_list("issued_on", "period_start", "period_end")
    days = [before + n * DAY for n in range(len(served))]
    assert list(served) == [(day, day, day + DAY) for day in days]
    assert len(served) in (5, 6)


def test_a_worker_that_slept_catches_up_in_order_and_once():
    """OCA: a job that looks for what is due today loses whatever was due on a day on which it did not run."""
    order = order_in("Asia/Ho_Chi_Minh")
    for at in (utc(TODAY + 92 * DAY, 2), utc(TODAY + 92 * DAY, 3), utc(TODAY + 91 * DAY, 2)):
        sweep(at)
    starts = list(Invoice.objects.filter(order=order).order_by("pk").values_list("period_start", flat=True))
    assert starts == [datetime.date(2026, month, 16) for month in (3, 4, 5, 6)]
    assert BillingRun.objects.count() == 1


def test_orders_that_fail_starve_nobody():
    """Kilo-Org/cloud: rows that could not be billed stood first in the queue, and those behind them waited for a month."""
    broken = [order_in("UTC") for _ in range(3)]
    impossible = datetime.date(9999, 12, 20)
    Order.objects.filter(pk__in=[each.pk for each in broken]).update(start_on=impossible, next_invoice_on=TODAY - 300 * DAY)
    OrderLine.objects.filter(order__in=broken).update(billed_until=impossible)
    sound = order_in("UTC")
    sweep(utc(TODAY, 1))
    assert Invoice.objects.filter(order=sound).count() == 1
    assert set(SetAside.objects.open().values_list("order", flat=True)) == {each.pk for each in broken}
    told = Activity.objects.filter(kind="set_aside").first()
    assert told.facts["error"]["en"] == "A date lies outside the calendar. Check the start date and the recurring plan."
    sweep(utc(TODAY, 2))
    assert BillingRun.objects.count() == 1, "those set aside are not tried for ever"
    assert not SetAside.objects.filter(attempts__gt=1).exists()


def test_a_zone_that_is_no_zone_is_billed_late_not_never():
    order = order_in("UTC")
    Order.objects.filter(pk=order.pk).update(time_zone="Europe/Atlantis")
    sweep(utc(TODAY, 11))
    assert not Invoice.objects.exists()
    sweep(utc(TODAY, 12))
    assert Invoice.objects.get().issued_on == TODAY


def test_a_look_at_nothing_is_one_query_of_an_index():
    load_mass(300, TODAY, on_progress=lambda done, total: None)
    long_before = utc(TODAY - 1000 * DAY)
    with CaptureQueriesContext(connection) as captured:
        sweep(long_before)
    assert len(captured) == 1
    assert not BillingRun.objects.exists()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # So few rows are read at once, index or not.
            cursor.execute("SET LOCAL enable_seqscan = off")
        else:
            keep_statistics(Stop())
        plan = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        cursor.execute(plan + captured[0]["sql"])
        assert "order_due" in str(cursor.fetchall())


def test_terms_end_by_the_day_of_their_zone_without_a_run():
    seed()
    far, near = order_in("Pacific/Kiritimati"), order_in("Etc/GMT+12")
    Order.objects.update(ends_on=TODAY, next_invoice_on=None)
    for at, ended in ((utc(TODAY - DAY, 9), 0), (utc(TODAY - DAY, 10), 1), (utc(TODAY, 11), 1), (utc(TODAY, 12), 2)):
        with time_machine.travel(at, tick=False):
            end(Stop())
        assert Order.objects.filter(state="churned").count() == ended, at
    far.refresh_from_db()
    near.refresh_from_db()
    assert far.closure.effective_on == near.closure.effective_on == TODAY
    assert not BillingRun.objects.exists()


def test_a_run_that_was_killed_a_moment_ago_is_gone_on_with():
    """The worker that is started again joins the run of the one before, and finishes it."""
    order_in("UTC")
    at = utc(TODAY, 1)
    killed = BillingRun.objects.create(
        bills_until=TODAY, channel="system", started_at=at - HOUR, progressed_at=at - FIVE_MINUTES, issued=41
    )
    long_ago = BillingRun.objects.create(
        bills_until=TODAY, channel="system", started_at=at - HOUR, progressed_at=at - HOUR, issued=7
    )
    sweep(at)
    killed.refresh_from_db()
    long_ago.refresh_from_db()
    assert (killed.issued, killed.finished_at) == (42, at)
    assert (long_ago.issued, long_ago.finished_at) == (7, None)


def test_a_stop_ends_the_run_after_the_batch_in_hand():
    order_in("UTC")
    stop = Stop(is_wanted=True)
    with time_machine.travel(utc(TODAY, 1), tick=False):
        bill(stop)
    assert not Invoice.objects.exists()


def test_where_people_want_to_bill_themselves_the_worker_does_not(settings):
    settings.BILLS_BY_ITSELF = False
    order_in("UTC")
    sweep(utc(TODAY, 1))
    assert not BillingRun.objects.exists()


def test_pauses_end_at_their_own_midnight_and_only_after_a_week_of_notice():
    zones = ("Pacific/Kiritimati", "Asia/Ho_Chi_Minh", "Etc/GMT+12")
    ends_on = TODAY + 30 * DAY
    orders = {order_in(zone): zone for zone in zones}
    for order in orders:
        pause(order, actor=system(), at=utc(TODAY, 12), today=TODAY, resumes_on=ends_on)
    told, resumed = {}, {}
    before, then = (ticks(utc(day - DAY), utc(day + DAY), HOUR) for day in (ends_on - 7 * DAY, ends_on))
    for at in chain(before, then):
        end_pauses(Stop())
        for order, zone in orders.items():
            here = at.astimezone(ZoneInfo(zone))
            if Letter.objects.filter(order=order, kind="pause_ends").exists():
                told.setdefault(zone, here)
            if Pause.objects.get(order=order).resumed_at:
                resumed.setdefault(zone, here)

    def midnights(day: datetime.date) -> dict[str, datetime.datetime]:
        return {zone: datetime.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) for zone in zones}

    assert (told, resumed) == (midnights(ends_on - 7 * DAY), midnights(ends_on))
    assert Letter.objects.filter(kind="pause_ends").count() == len(zones)


def test_a_worker_that_was_away_tells_first_and_waits_a_week(monkeypatch):
    order, ends_on = order_in("UTC"), TODAY + 30 * DAY
    pause(order, actor=system(), at=utc(TODAY, 12), today=TODAY, resumes_on=ends_on)

    def work(day: datetime.date) -> str:
        with time_machine.travel(utc(day, 3), tick=False):
            end_pauses(Stop())
        order.refresh_from_db()
        return order.state

    # Killed after telling, before anything else.
    with monkeypatch.context() as killed:
        killed.setattr("soon.jobs.sweeps.resume_due", lambda **kwargs: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            work(ends_on + 2 * DAY)
    assert [work(ends_on + day * DAY) for day in (2, 8)] == ["paused", "paused"]
    assert work(ends_on + 12 * DAY) == "in_progress", "away once more"
    assert Pause.objects.get(order=order).resumed_on == ends_on + 12 * DAY
    assert Letter.objects.filter(kind="pause_ends").count() == 1
