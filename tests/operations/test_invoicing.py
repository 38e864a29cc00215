"""Invoices and payments: every period once, from the anchor, with the right money, and numbers without a gap."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from soon.activity.actor import system
from soon.models import Activity, Invoice, Letter, NumberSeries, Payment
from soon.operations.invoices.issue_next import CannotIssue, issue_next
from soon.operations.payments.register_payment import CannotRegisterPayment, register_payment
from tests.builders import (
    AT,
    a_churned_order,
    a_draft_line,
    a_plan,
    a_quotation,
    a_tax,
    an_invoice,
    an_order,
)

JAN_31 = datetime.date(2026, 1, 31)
pytestmark = pytest.mark.django_db


def issue(order, today=JAN_31, **arguments):
    return issue_next(order, actor=system(), at=AT, today=today, **arguments)


def test_month_ends_count_from_the_anchor():
    order = an_order(start_on=JAN_31)
    periods = [(invoice.period_start, invoice.period_end) for invoice in (issue(order) for _ in range(4))]
    feb, mar, apr, may = (datetime.date(2026, month, day) for month, day in ((2, 28), (3, 31), (4, 30), (5, 31)))
    assert periods == [(JAN_31, feb), (feb, mar), (mar, apr), (apr, may)]
    order.refresh_from_db()
    assert order.next_invoice_on == may


def test_a_calendar_plan_prorates_its_first_period():
    plan = a_plan(alignment="calendar")
    order = an_order(start_on=datetime.date(2026, 7, 15), plan=plan, price_minor=3_100_000)
    first, second = issue(order), issue(order)
    # 15–31 July: 17 of 31 days
    assert (first.untaxed_minor, second.untaxed_minor) == (1_700_000, 3_100_000)
    assert first.lines.get().derivation["fraction"] == "17/31"


def test_in_arrears_the_invoice_is_due_on_the_day_after_the_period():
    order = an_order(start_on=JAN_31, plan=a_plan(in_arrears=True))
    assert order.next_invoice_on == datetime.date(2026, 2, 28)


def test_once_and_recurring_lines_in_one_order():
    tax = a_tax("10")
    lines = [a_draft_line(500_000, tax=tax), a_draft_line(2_000_000, is_recurring=False, quantity=Decimal(2))]
    order = an_order(start_on=JAN_31, lines=lines)
    assert (order.recurring_minor, order.total_minor) == (500_000, 4_550_000)
    first, second = issue(order), issue(order)
    assert (first.total_minor, second.total_minor) == (550_000 + 4_000_000, 550_000)


def test_the_period_that_the_caller_saw_is_invoiced_once():
    order = an_order(start_on=JAN_31)
    issue(order, expected_period_start=JAN_31)
    with pytest.raises(CannotIssue):
        issue(order, expected_period_start=JAN_31)
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize("make", [a_quotation, a_churned_order])
def test_only_an_order_in_progress_is_invoiced(make):
    order = make()
    # A closing has invoiced what was used.
    before = (Invoice.objects.count(), Letter.objects.count())
    with pytest.raises(CannotIssue):
        issue(order)
    assert (Invoice.objects.count(), Letter.objects.count()) == before


def test_numbers_have_no_gap_after_a_refusal_and_begin_anew_each_year():
    order = an_order(start_on=JAN_31)
    first = issue(order)
    with pytest.raises(CannotIssue):
        issue(order, expected_period_start=JAN_31)
    second, next_year = issue(order), issue(order, today=datetime.date(2027, 1, 1))
    assert [first.number, second.number, next_year.number] == ["INV/2026/00001", "INV/2026/00002", "INV/2027/00001"]


def test_a_rolled_back_invoice_gives_its_number_back():
    order = an_order(start_on=JAN_31)
    with pytest.raises(RuntimeError), transaction.atomic():
        issue(order)
        raise RuntimeError("killed")
    assert not NumberSeries.objects.filter(code="INV").exists()
    assert issue(order).number == "INV/2026/00001"


def test_the_database_refuses_a_period_twice():
    invoice = an_invoice(an_order(start_on=JAN_31))
    line = invoice.lines.get()
    line.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save()
    invoice.pk, invoice.number = None, "INV/2026/99999"
    with pytest.raises(IntegrityError), transaction.atomic():
        invoice.save()


def pay(invoice, amount_minor, **arguments):
    values = {"paid_on": JAN_31, "method": "cash", "today": JAN_31} | arguments
    return register_payment(invoice, amount_minor=amount_minor, actor=system(), at=AT, **values)


def test_part_payments_add_up():
    invoice = an_invoice()
    pay(invoice, 400_000)
    assert (invoice.paid_minor, invoice.payment_state(JAN_31)) == (400_000, "partly_paid")
    pay(invoice, 600_000)
    assert invoice.payment_state(JAN_31) == "paid"


@pytest.mark.parametrize(
    ("amount_minor", "arguments"),
    [(0, {}), (-1, {}), (1, {"paid_on": JAN_31 + datetime.timedelta(days=1)})],
)
def test_a_payment_that_does_not_fit_is_refused(amount_minor, arguments):
    invoice = an_invoice()
    entries = Activity.objects.count()
    with pytest.raises(CannotRegisterPayment):
        pay(invoice, amount_minor, **arguments)
    invoice.refresh_from_db()
    assert (invoice.paid_minor, Payment.objects.count(), Activity.objects.count()) == (0, 0, entries)


def test_a_form_sent_twice_is_one_payment():
    invoice = an_invoice()
    pay(invoice, 100_000, form_key="one form")
    with pytest.raises(CannotRegisterPayment):
        pay(invoice, 100_000, form_key="one form")
    invoice.refresh_from_db()
    assert (invoice.paid_minor, Payment.objects.count()) == (100_000, 1)
