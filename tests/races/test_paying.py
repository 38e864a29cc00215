"""Eight payments of one invoice at the same moment: never more than is open."""

from collections.abc import Callable

import pytest

from soon.activity.actor import system
from soon.models import Activity, Invoice, Payment
from soon.operations.payments.register_payment import register_payment
from tests.builders import AT, TODAY, an_invoice
from tests.races.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def payer(invoice: Invoice, amount_minor: int, form_key: str | None = None) -> Callable[[], Payment]:
    values = {"paid_on": TODAY, "method": "cash", "actor": system(), "at": AT, "today": TODAY, "form_key": form_key}
    return lambda: register_payment(Invoice.objects.get(pk=invoice.pk), amount_minor=amount_minor, **values)


def booked(invoice: Invoice) -> tuple[int, int, int]:
    """Return what the invoice says was paid, how many payments it has, and how many of them the chatter tells of."""
    invoice.refresh_from_db()
    told = Activity.objects.filter(invoice=invoice, kind="payment_registered").count()
    return invoice.paid_minor, Payment.objects.filter(invoice=invoice).count(), told


def test_eight_payments_of_the_whole_are_one():
    invoice = an_invoice()
    results = at_once(*[payer(invoice, 1_000_000)] * 8)
    assert kinds(results) == ["CannotRegisterPayment"] * 7 + ["Payment"]
    assert booked(invoice) == (1_000_000, 1, 1)


def test_eight_thirds_are_three():
    invoice = an_invoice()
    # 3 x 333,333 = 999,999; what is then open, 1, is less than a fourth.
    results = at_once(*[payer(invoice, 333_333)] * 8)
    assert kinds(results) == ["CannotRegisterPayment"] * 5 + ["Payment"] * 3
    assert booked(invoice) == (999_999, 3, 3)


def test_eight_presses_of_one_form_are_one_payment():
    invoice = an_invoice()
    results = at_once(*[payer(invoice, 1000, form_key="one form")] * 8)
    assert kinds(results) == ["AlreadyRegistered"] * 7 + ["Payment"]
    assert booked(invoice) == (1000, 1, 1)
