"""Closing where a change is due or a discount runs: each period at what was agreed for it, had the worker come or not."""

import datetime
import json

import pytest

from soon.activity.actor import staff, system
from soon.models import Closure, Evidence, Invoice, Movement, Order, OrderChange
from soon.operations.billing.run import run
from soon.operations.closing.preview import preview
from soon.operations.subscriptions._changes import locked_order, schedule_discount
from soon.operations.subscriptions.announce_pause_ends import announce_pause_ends
from soon.operations.subscriptions.apply_due_changes import apply_due_changes
from soon.operations.subscriptions.change_plan import change_plan
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.end_due import end_due
from soon.operations.subscriptions.pause import pause
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.resume_due import resume_due
from soon.operations.verification.verify import verify
from soon.queries.verification.themes import ALL_THEMES
from tests.builders import AT, TODAY, a_close_reason, a_plan, a_user, an_order
from tests.operations.test_order_changes import yearly

pytestmark = pytest.mark.django_db
D = datetime.date
DAY = datetime.timedelta(days=1)
BOTH = pytest.mark.parametrize("in_arrears", [False, True])


def bill(day: datetime.date) -> None:
    """Let the worker's run of `day` come."""
    apply_due_changes(today=day, clock=lambda: AT)
    run(bills_until=day, actor=system(), clock=lambda: AT)


def sold(*, in_arrears: bool) -> Order:
    """Return 1,000,000 a month from 16 March."""
    return an_order(plan=a_plan(in_arrears=in_arrears))


def closed(order: Order, on: datetime.date, **fields) -> Closure:
    """Close `order` on the local date `on` as it was seen just before, by the figures that were seen."""
    order = Order.objects.get(pk=order.pk)
    by, end = staff(a_user("manager")), fields.get("effective_on") or order.end_if_stopped(on)
    seen = preview(order, actor=by, today=on, chosen_on=end - DAY)
    option = next(each for each in seen.options if each.effective_on == end)
    closure = close(
        order,
        own_words="Thôi",
        effective_on=end,
        expected_fingerprint=option.fingerprint,
        actor=by,
        at=AT + (on - TODAY),
        today=on,
    )
    if closure.took_effect_at:
        assert closure.charged_minor == option.money.charged_minor
    return closure


def charged(order: Order) -> list[tuple[str, str, int]]:
    """Return what was invoiced as first day, last day and amount without tax."""
    rows = Invoice.objects.filter(order=order, kind="invoice").order_by("period_start")
    return [(f"{each.period_start:%m-%d}", f"{each.period_end - DAY:%m-%d}", each.untaxed_minor) for each in rows]


def is_clean() -> bool:
    found = verify(actor=system(), clock=lambda: AT + 400 * DAY, themes=ALL_THEMES)
    assert not found.found, found.findings
    return True


@BOTH
def test_a_discount_that_ended_before_the_worker_came(in_arrears):
    order = sold(in_arrears=in_arrears)
    bill(TODAY)
    schedule_discount(locked_order(order), 50, 1, actor=system(), at=AT, today=TODAY)
    for day in (D(2026, 4, 16), D(2026, 5, 15)):
        bill(day)
    closure = closed(order, D(2026, 5, 25))
    # 10 of 31 days at the full price.
    months = [("03-16", "04-15", 1_000_000), ("04-16", "05-15", 500_000), ("05-16", "05-25", 322_581)]
    assert charged(order) == months
    assert closure.lost_mrr_micro == 1_000_000 * 10**6
    assert not OrderChange.objects.open().exists() and is_clean()


@BOTH
def test_another_plan_whose_day_came_before_the_worker(in_arrears):
    order = sold(in_arrears=in_arrears)
    bill(TODAY)
    plan = yearly(order, 24_000_000, in_arrears=in_arrears)
    change_plan(order, plan=plan, today=TODAY, expected_minor=24_000_000, actor=system(), at=AT)
    closure = closed(order, D(2026, 4, 25))
    closure.refresh_from_db()
    # 10 of 365 days of the year; what was paid for in advance ended with the month before.
    assert charged(order) == [("03-16", "04-15", 1_000_000), ("04-16", "04-25", 657_534)]
    assert (Order.objects.get().plan, closure.plan, closure.lost_mrr_micro) == (plan, plan, 2_000_000 * 10**6)
    assert OrderChange.objects.get().applied_at and is_clean()


@BOTH
def test_a_change_on_the_day_of_the_end_or_later_is_cancelled(in_arrears):
    order = sold(in_arrears=in_arrears)
    bill(TODAY)
    change_plan(order, plan=yearly(order), today=TODAY, expected_minor=9_000_000, actor=system(), at=AT)
    closed(order, D(2026, 4, 15))
    assert charged(order) == [("03-16", "04-15", 1_000_000)]
    change = OrderChange.objects.get()
    assert change.cancelled_at and not change.applied_at and is_clean()


@BOTH
def test_what_is_foreseen_knows_that_the_discount_ends(in_arrears):
    order = sold(in_arrears=in_arrears)
    bill(TODAY)
    schedule_discount(locked_order(order), 50, 1, actor=system(), at=AT, today=TODAY)
    bill(D(2026, 4, 16))
    closure = closed(order, D(2026, 4, 20), effective_on=D(2026, 7, 16))
    said = json.loads(Evidence.objects.get(closure=closure, kind="closing_requested").content)["figures"]
    before = sum(row[2] for row in charged(order))
    for day in (D(2026, 5, 16), D(2026, 6, 16), D(2026, 7, 16)):
        bill(day)
    end_due(today=D(2026, 7, 16), clock=lambda: AT)
    assert Order.objects.get().state == "churned"
    assert [row[2] for row in charged(order)] == [1_000_000, 500_000, 1_000_000, 1_000_000]
    assert sum(row[2] for row in charged(order)) - before == said["charged_minor"]
    assert is_clean()


def test_a_closing_that_is_settled_late_knows_it_too():
    order = sold(in_arrears=False)
    bill(TODAY)
    schedule_discount(locked_order(order), 50, 1, actor=system(), at=AT, today=TODAY)
    bill(D(2026, 4, 16))
    closed(order, D(2026, 4, 20), effective_on=D(2026, 5, 26))
    # Nobody billed, and nobody let the change take effect: the end comes first.
    end_due(today=D(2026, 6, 1), clock=lambda: AT)
    assert charged(order)[2:] == [("05-16", "05-25", 322_581)]
    assert not OrderChange.objects.open().exists() and is_clean()


def test_a_discount_that_ended_while_it_was_closed():
    order = sold(in_arrears=False)
    bill(TODAY)
    schedule_discount(locked_order(order), 50, 1, actor=system(), at=AT, today=TODAY)
    bill(D(2026, 4, 16))
    close(order, reason=a_close_reason(audience="system"), actor=system(), at=AT, today=D(2026, 4, 20))
    assert OrderChange.objects.open().get().kind == "discount_ends"
    reopen(Order.objects.get(), actor=system(), at=AT + 77 * DAY, today=D(2026, 6, 1))
    again = Order.objects.get()
    assert (again.mrr_micro, again.next_invoice_on) == (1_000_000 * 10**6, D(2026, 6, 1))
    closed(order, D(2026, 6, 3))
    assert charged(order)[-1] == ("06-01", "06-03", 96_774)
    assert is_clean()


@BOTH
def test_what_is_foreseen_knows_that_a_pause_ends(in_arrears):
    order = sold(in_arrears=in_arrears)
    bill(TODAY)
    pause(order, resumes_on=D(2026, 5, 1), actor=system(), at=AT, today=D(2026, 3, 20))
    before = sum(row[2] for row in charged(order))
    closure = closed(order, D(2026, 4, 1), effective_on=D(2026, 6, 1))
    said = json.loads(Evidence.objects.get(closure=closure, kind="closing_requested").content)["figures"]
    # 15 of 30 days of the month that it goes on in, then 16 of 31.
    assert said["charged_minor"] == 500_000 + 516_129
    announce_pause_ends(today=D(2026, 4, 24), clock=lambda: AT)
    resume_due(today=D(2026, 5, 1), clock=lambda: AT)
    for day in (D(2026, 5, 1), D(2026, 5, 16), D(2026, 6, 1)):
        bill(day)
    end_due(today=D(2026, 6, 1), clock=lambda: AT)
    assert Order.objects.get().state == "churned"
    assert sum(row[2] for row in charged(order)) - before == said["charged_minor"]
    assert is_clean()


@BOTH
def test_a_pause_that_lasts_until_the_end_is_charged_nothing(in_arrears):
    order = sold(in_arrears=in_arrears)
    bill(TODAY)
    pause(order, resumes_on=D(2026, 5, 1), actor=system(), at=AT, today=D(2026, 3, 20))
    paused, by = Order.objects.get(), staff(a_user("manager"))
    seen = preview(paused, actor=by, today=D(2026, 4, 1), chosen_on=D(2026, 5, 31))
    by_day = {each.day: each.money.charged_minor for each in seen.options}
    assert (by_day["today"], by_day["chosen"]) == (0, 500_000 + 516_129)
    assert closed(order, D(2026, 4, 1), effective_on=D(2026, 5, 1)).charged_minor in (None, 0)


def moved_by(order: Order, on: datetime.date) -> int:
    """Return what the movements of `order` on its day take away, in whole minor units."""
    return -sum(Movement.objects.filter(order=order, moved_on=on).values_list("amount_micro", flat=True)) // 10**6


def test_what_is_lost_is_what_the_movement_takes_away():
    """Of a trial, of what is paused, of what got dearer before its day, and of a day before another plan."""
    trial = an_order(trial_days=14)
    assert closed(trial, D(2026, 3, 20)).lost_mrr_micro == 0
    paused = an_order()
    pause(paused, actor=system(), at=AT, today=D(2026, 3, 20))
    assert closed(paused, D(2026, 3, 25)).lost_mrr_micro == 0
    dearer = an_order()
    bill(TODAY)
    schedule_discount(locked_order(dearer), 50, 1, actor=system(), at=AT, today=TODAY)
    bill(D(2026, 4, 16))
    ahead = closed(dearer, D(2026, 4, 20), effective_on=D(2026, 7, 16))
    bill(D(2026, 5, 16))
    end_due(today=D(2026, 7, 16), clock=lambda: AT)
    ahead.refresh_from_db()
    assert (ahead.lost_mrr_micro, moved_by(dearer, D(2026, 7, 16))) == (1_000_000 * 10**6, 1_000_000)
    other = an_order()
    bill(TODAY)
    change_plan(other, plan=yearly(other, 24_000_000), today=TODAY, expected_minor=24_000_000, actor=system(), at=AT)
    bill(D(2026, 4, 16))
    back = closed(other, D(2026, 4, 20), effective_on=D(2026, 4, 10))
    assert (back.lost_mrr_micro, moved_by(other, D(2026, 4, 10))) == (1_000_000 * 10**6, 1_000_000)
    for order, day in ((trial, D(2026, 3, 21)), (paused, D(2026, 3, 26))):
        assert moved_by(order, day) == 0
