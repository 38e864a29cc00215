"""Closing for non-payment: on its day, once, whatever else goes wrong; and a late payment opens nothing again."""

import datetime

import pytest
import time_machine

from soon.activity.actor import system
from soon.jobs.sweeps import close_for_non_payment
from soon.models import Activity, Closure, Company, Evidence, Invoice, Letter, Order, OrderLine
from soon.operations.billing.run import Stop
from soon.operations.installation.seed import seed
from soon.operations.invoices.remind_overdue import remind_overdue
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.close_unpaid import close_unpaid
from soon.operations.subscriptions.reopen import reopen
from tests.builders import AT, TODAY, a_close_reason, a_customer, a_payment, a_plan, an_invoice, an_order
from tests.races.at_once import at_once

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
PATIENCE = 20


@pytest.fixture(autouse=True)
def _seeded(db):
    seed()


def unpaid(**fields) -> Invoice:
    """Return the unpaid invoice of an order whose plan waits for PATIENCE days."""
    plan = fields.pop("plan", None) or a_plan(automatic_closing_days=PATIENCE)
    return an_invoice(an_order(plan=plan, **fields))


def on(day: datetime.date, **fields) -> int:
    """Close what is unpaid too long on that day."""
    at = datetime.datetime.combine(day, datetime.time(5), datetime.UTC)
    return close_unpaid(today=day, clock=lambda: at, **fields)


@pytest.mark.parametrize(("after", "closed"), [(PATIENCE - 1, 0), (PATIENCE, 1), (PATIENCE + 1, 1), (PATIENCE + 7, 1)])
def test_the_day_on_which_it_is_closed(after, closed):
    invoice = unpaid()
    assert on(invoice.due_on + after * DAY) == closed
    order = Order.objects.select_related("closure__reason").get()
    assert (order.state == "churned") == bool(closed)
    if order.closure:
        facts = (order.closure.type, order.closure.channel, order.closure.reason.system_code, order.closure.requested_on)
        assert facts == ("non_payment", "system", "unpaid_too_long", invoice.due_on + after * DAY)
        assert on(invoice.due_on + (after + 1) * DAY) == 0


def test_whom_it_leaves_alone():
    kept = {
        "no word of the plan": unpaid(plan=a_plan()),
        "paid": unpaid(),
        "closing scheduled": unpaid(),
        "fixed term over": unpaid(ends_on=TODAY + 30 * DAY),
        "elsewhere": unpaid(customer=a_customer(time_zone="Asia/Tokyo")),
    }
    a_payment(kept["paid"])
    scheduled = close(
        kept["closing scheduled"].order, actor=system(), reason=a_close_reason(audience="system", system_code="x"),
        effective_on=TODAY + 300 * DAY, at=AT, today=TODAY,
    )  # fmt: skip
    last = max(invoice.due_on for invoice in kept.values())
    assert on(last + 90 * DAY, time_zones=["Asia/Ho_Chi_Minh"]) == 0
    assert list(Closure.objects.all()) == [scheduled]
    assert on(last + PATIENCE * DAY, time_zones=["Asia/Tokyo"]) == 1


def test_one_that_cannot_be_closed_stops_no_other(monkeypatch):
    plan = a_plan(automatic_closing_days=PATIENCE)
    invoices = [unpaid(plan=plan) for _ in range(5)]
    # What was billed of it has a derivation that nobody understands.
    broken = invoices[2].order
    monkeypatch.setattr("soon.operations.closing._close.closing_money", failing_for(broken))
    assert on(invoices[0].due_on + PATIENCE * DAY, batch_size=4) == 4
    assert list(Order.objects.exclude(state="churned")) == [broken]
    assert not Closure.objects.filter(order=broken).exists()
    assert not Evidence.objects.filter(customer=broken.customer).exists()


def failing_for(order):
    from soon.domain.closing_money import closing_money

    lines = set(Invoice.objects.filter(order=order).values_list("pk", flat=True))

    def failing(facts, *arguments, **named):
        if lines & {each.key for each in facts.open_invoices}:
            raise ValueError("no sense in it")
        return closing_money(facts, *arguments, **named)

    return failing


def test_a_late_payment_reopens_nothing_and_reminders_stop_with_the_closing():
    company = Company.ours()
    company.second_reminder_days = PATIENCE
    company.save()
    invoice = unpaid()
    day = invoice.due_on + PATIENCE * DAY
    assert remind_overdue(today=day, at=AT, actor=system()) == 1
    waiting = Letter.objects.get(kind="payment_reminder")
    assert on(day) == 1
    waiting.refresh_from_db()
    assert waiting.given_up_at
    assert remind_overdue(today=day, at=AT, actor=system()) == 0
    invoice.refresh_from_db()
    assert invoice.open_minor
    a_payment(invoice, invoice.open_minor, paid_on=day, today=day)
    order = Order.objects.get()
    assert (order.state, order.next_invoice_on, Closure.objects.get().reopened_at) == ("churned", None, None)
    assert OrderLine.objects.get(order=order).billed_until, "and what was billed stays billed"


def test_the_worker_reminds_first_and_closes_by_the_local_day():
    company = Company.ours()
    company.second_reminder_days = PATIENCE
    company.save()
    plan = a_plan(automatic_closing_days=PATIENCE)
    here, there = unpaid(plan=plan), unpaid(plan=plan, customer=a_customer(time_zone="America/Los_Angeles"))
    # 5 in the afternoon of the day before in Los Angeles.
    day = here.due_on + PATIENCE * DAY
    with time_machine.travel(datetime.datetime.combine(day, datetime.time(0, 30), datetime.UTC), tick=False):
        close_for_non_payment(Stop())
        assert list(Order.objects.filter(state="churned")) == [here.order]
        close_for_non_payment(Stop())
    kinds = Activity.objects.filter(order=here.order, kind__in=["payment_reminded", "closed_by_system"]).order_by("pk")
    assert [entry.kind for entry in kinds] == ["payment_reminded", "closed_by_system"]
    # The worker was off for a week.
    with time_machine.travel(datetime.datetime.combine(day + 7 * DAY, datetime.time(12), datetime.UTC), tick=False):
        close_for_non_payment(Stop())
    assert Closure.objects.get(order=there.order).requested_on == day + 7 * DAY


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_close_each_once():
    plan = a_plan(automatic_closing_days=PATIENCE)
    invoices = [unpaid(plan=plan) for _ in range(6)]
    day = invoices[0].due_on + PATIENCE * DAY
    results = at_once(*[lambda: on(day, batch_size=2)] * 3)
    assert not [result for result in results if isinstance(result, Exception)]
    assert on(day) + sum(results) == 6
    assert Closure.objects.count() == Letter.objects.filter(kind="subscription_closed").count() == 6


def test_whoever_is_reopened_has_the_days_of_the_plan_again():
    invoice = unpaid()
    closed_on = invoice.due_on + PATIENCE * DAY
    assert on(closed_on) == 1
    reopen(Order.objects.get(), actor=system(), at=AT, today=closed_on + 3 * DAY)
    for day, closed in ((3, 0), (4, 0), (3 + PATIENCE - 1, 0), (3 + PATIENCE, 1)):
        assert on(closed_on + day * DAY) == closed, day
