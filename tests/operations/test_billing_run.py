"""The billing run: everything due by a day, once, in order; what fails is set aside and never stops the others."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction

from soon.activity.actor import system
from soon.models import Activity, BillingRun, Invoice, InvoiceLine, Letter, Order, OrderLine, SetAside, Settlement
from soon.models.bulk import update_rows
from soon.operations.billing.preview import preview
from soon.operations.billing.retry import retry
from soon.operations.billing.run import run
from soon.operations.installation.seed import seed
from soon.operations.payments.register_payment import register_payment
from soon.operations.subscriptions.close import close
from soon.operations.verification.verify import verify
from tests.builders import AT, TODAY, a_close_reason, a_customer, a_draft_line, a_plan, an_invoice, an_order

pytestmark = pytest.mark.django_db
JAN_31, MAR_31 = datetime.date(2026, 1, 31), datetime.date(2026, 3, 31)


@pytest.fixture(autouse=True)
def installation():
    """The reasons that the clock gives."""
    seed()


def bill(day: datetime.date, **options) -> BillingRun:
    return run(bills_until=day, actor=system(), clock=lambda: AT, **options)


def periods(order: Order) -> list[str]:
    return [f"{invoice.period_start:%d.%m}–{invoice.period_end:%d.%m}" for invoice in order.invoices.order_by("pk")]


def contradictions() -> list:
    return verify(actor=system(), clock=lambda: AT).findings


def test_three_missed_months_and_ninety_days_ahead_are_caught_up_in_order():
    order = an_order(start_on=JAN_31)
    assert bill(MAR_31).issued == 3
    assert bill(MAR_31 + datetime.timedelta(days=90)).issued == 2
    assert periods(order) == ["31.01–28.02", "28.02–31.03", "31.03–30.04", "30.04–31.05", "31.05–30.06"]
    assert contradictions() == []


def test_run_twice_or_on_a_day_that_has_passed_it_issues_nothing():
    an_order(start_on=JAN_31)
    bill(MAR_31)
    before = (Invoice.objects.count(), Letter.objects.count(), Activity.objects.count())
    for day in (MAR_31, MAR_31 - datetime.timedelta(days=1), JAN_31):
        assert bill(day).issued == 0
    assert (Invoice.objects.count(), Letter.objects.count(), Activity.objects.count()) == before


def test_each_invoice_has_its_number_lines_chatter_letter_and_next_day():
    lines = [a_draft_line(500_000), a_draft_line(2_000_000, is_recurring=False, quantity=Decimal(2))]
    order = an_order(start_on=TODAY, lines=lines)
    done = bill(TODAY)
    invoice = order.invoices.get()
    assert (invoice.number, invoice.total_minor, invoice.lines.count()) == ("INV/2026/00001", 4_500_000, 2)
    assert Activity.objects.filter(invoice=invoice, kind="invoice_issued", order=order).count() == 1
    assert Letter.objects.get(invoice=invoice, kind="invoice").event_key == f"invoice:{invoice.pk}"
    assert (done.issued, done.finished_at is not None) == (1, True)
    assert [(total.currency, total.total_minor) for total in done.totals.all()] == [("VND", 4_500_000)]
    order.refresh_from_db()
    assert order.next_invoice_on == datetime.date(2026, 4, 16)


@pytest.mark.parametrize("why", ["paused", "quotation", "set aside", "closed"])
def test_who_is_left_out(why):
    order = an_order(start_on=JAN_31)
    if why == "closed":
        close(order, reason=a_close_reason(), actor=system(), at=AT, today=TODAY)
    elif why == "set aside":
        SetAside.objects.create(order=order, customer=order.customer, due_on=JAN_31, error="x", set_aside_at=AT)
    else:
        Order.objects.filter(pk=order.pk).update(state=why, next_invoice_on=None if why == "quotation" else JAN_31)
    assert bill(MAR_31).issued == 0


def test_a_fixed_term_is_billed_to_its_last_day_and_then_ends_with_its_reason():
    order = an_order(start_on=JAN_31, ends_on=datetime.date(2026, 3, 10), price_minor=3_100_000)
    assert bill(MAR_31).ended == 1
    order.refresh_from_db()
    assert (order.state, order.closure.type, order.closure.reason.system_code) == ("churned", "expired", "end_date_reached")
    # 28 February to 9 March: 10 of 31 days
    assert [invoice.untaxed_minor for invoice in order.invoices.order_by("pk")] == [3_100_000, 1_000_000]
    assert contradictions() == []


def test_credit_pays_first_and_what_it_paid_is_told():
    order = an_order(start_on=JAN_31)
    first = an_invoice(order, JAN_31)
    register_payment(
        first, amount_minor=2_400_000, paid_on=JAN_31, method="cash", actor=system(), at=AT, today=JAN_31
    )  # fmt: skip
    bill(MAR_31)
    paid = list(order.invoices.order_by("pk").values_list("paid_minor", flat=True))
    assert paid == [1_000_000, 1_000_000, 400_000]
    assert sorted(Settlement.objects.values_list("amount_minor", flat=True)) == [400_000, 1_000_000, 1_000_000]
    assert Activity.objects.filter(kind="credit_used").count() == 2
    assert contradictions() == []


def test_lines_with_cursors_of_their_own_are_each_billed_from_their_own_day():
    order = an_order(start_on=JAN_31, lines=[a_draft_line(100), a_draft_line(200)])
    ahead = order.lines.order_by("pk")[1]
    with transaction.atomic():
        update_rows(OrderLine, "billed_until", "date", {ahead.pk: datetime.date(2026, 2, 28)})
    bill(MAR_31)
    charged = InvoiceLine.objects.order_by("pk").values_list("order_line", "period_start")
    assert [day for line, day in charged if line == ahead.pk] == [datetime.date(2026, 2, 28), MAR_31]
    assert len(charged) == 5


def breaks_a_rule() -> Order:
    # Nobody misses ten thousand days by oversight.
    plan = a_plan(interval_unit="day")
    order = an_order(start_on=JAN_31, plan=plan)
    Order.objects.filter(pk=order.pk).update(start_on=datetime.date(1990, 1, 1), next_invoice_on=datetime.date(1990, 1, 1))
    return order


def breaks_a_constraint() -> Order:
    # Its period was charged already, but its cursor says otherwise.
    order = an_order(start_on=JAN_31)
    an_invoice(order, JAN_31)
    order.lines.update(billed_until=None)
    Order.objects.filter(pk=order.pk).update(next_invoice_on=JAN_31)
    return order


@pytest.mark.parametrize("poison", [breaks_a_rule, breaks_a_constraint])
def test_one_bad_order_is_set_aside_with_its_error_and_all_others_are_billed(poison):
    good = [an_order(start_on=JAN_31) for _ in range(3)]
    bad = poison()
    good += [an_order(start_on=JAN_31) for _ in range(4)]
    issued_before = bad.invoices.count()
    done = bill(JAN_31)
    assert (done.issued, done.set_aside) == (7, 1)
    assert all(order.invoices.count() == 1 for order in good)
    stuck = SetAside.objects.get()
    assert (stuck.order, stuck.attempts, stuck.run) == (bad, 1, done) and stuck.error
    assert bad.invoices.count() == issued_before
    # The next run leaves it out; numbers have no gap, although its batch was taken back.
    assert bill(JAN_31).set_aside == 0
    assert Invoice.objects.order_by("-pk")[0].number == f"INV/2026/{7 + issued_before:05d}"


def test_a_retry_counts_until_it_succeeds():
    bad = breaks_a_constraint()
    bill(JAN_31)
    stuck = retry(SetAside.objects.get(), actor=system(), at=AT, today=JAN_31)
    assert (stuck.attempts, stuck.resolved_at) == (2, None)
    bad.lines.update(billed_until=datetime.date(2026, 2, 28))
    Order.objects.filter(pk=bad.pk).update(next_invoice_on=datetime.date(2026, 2, 28))
    stuck = retry(stuck, actor=system(), at=AT, today=MAR_31)
    assert stuck.resolved_at == AT and periods(bad) == ["31.01–28.02", "28.02–31.03", "31.03–30.04"]


def test_the_preview_is_what_the_run_then_does_and_writes_nothing():
    for price in (100_000, 250_000):
        an_order(start_on=JAN_31, price_minor=price)
    an_order(start_on=JAN_31, ends_on=datetime.date(2026, 3, 1), customer=a_customer(currency="USD"), currency="USD")
    breaks_a_rule()
    seen = preview(bills_until=MAR_31)
    assert not Invoice.objects.exists() and not SetAside.objects.exists()
    done = bill(MAR_31)
    assert (seen.documents, seen.refused, seen.ending) == (done.issued, done.set_aside, done.ended)
    told = {currency: (each.documents, each.total_minor) for currency, each in seen.by_currency.items()}
    assert told == {total.currency: (total.issued, total.total_minor) for total in done.totals.all()}


def test_only_orders_of_the_zones_asked_for_are_billed():
    here, there = an_order(start_on=JAN_31), an_order(start_on=JAN_31, customer=a_customer(time_zone="Pacific/Apia"))
    bill(MAR_31, time_zones=["Pacific/Apia"])
    assert (here.invoices.count(), there.invoices.count()) == (0, 3)


def test_a_batch_costs_the_same_number_of_queries_however_many_orders_it_has(django_assert_max_num_queries):
    for count in (2, 12):
        for _ in range(count):
            an_order(start_on=JAN_31)
        with django_assert_max_num_queries(45):
            bill(JAN_31)
