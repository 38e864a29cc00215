"""Overdue invoices are reminded of twice, each step once, and only while something is open."""

import datetime

import pytest

from soon.activity.actor import system
from soon.mail.render import render
from soon.models import Activity, Company, Letter
from soon.operations.invoices.remind_overdue import remind_overdue
from soon.operations.payments.register_payment import register_payment
from tests.builders import AT, TODAY, a_customer, an_invoice, an_order

pytestmark = pytest.mark.django_db


def remind(days_after_due, invoice):
    return remind_overdue(today=invoice.due_on + datetime.timedelta(days=days_after_due), at=AT, actor=system())


def reminders():
    return Letter.objects.filter(kind="payment_reminder")


def test_two_steps_each_once_on_its_day_or_up_to_two_days_late():
    invoice = an_invoice()
    queued = {day: remind(day, invoice) for day in range(-1, 25)}
    assert {day for day, count in queued.items() if count} == {3, 14}
    assert [letter.facts for letter in reminders().order_by("pk")] == [{"step": 1}, {"step": 2}]
    assert Activity.objects.filter(kind="payment_reminded", invoice=invoice).count() == 2
    # A worker that slept over the day still reminds, and one that slept a week does not.
    for late, expected in ((5, 1), (6, 0)):
        assert remind(late, an_invoice()) == expected


def test_the_letter_names_what_is_still_open_and_carries_the_invoice():
    invoice = an_invoice(an_order(customer=a_customer(language="en")))
    pay(invoice, 400_000)
    remind(3, invoice)
    message = render(reminders().get())
    assert "600,000" in message.body and invoice.number in message.subject
    assert [name for name, _, _ in message.attachments] == [f"{invoice.number.replace('/', '-')}.pdf"]


@pytest.mark.parametrize("why", ["paid", "no address", "switched off"])
def test_who_is_not_reminded(why):
    invoice = an_invoice(an_order(customer=a_customer(email="")) if why == "no address" else None)
    if why == "paid":
        pay(invoice, invoice.total_minor)
    if why == "switched off":
        company = Company.ours()
        company.first_reminder_days = company.second_reminder_days = None
        company.save()
    assert sum(remind(day, invoice) for day in range(25)) == 0
    assert not reminders().exists()


def pay(invoice, amount):
    register_payment(
        invoice, amount_minor=amount, paid_on=TODAY, method="cash", actor=system(), at=AT, today=TODAY
    )  # fmt: skip
