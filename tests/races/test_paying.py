"""Money moved at the same moment by eight people: nothing is settled twice, credited twice or lost."""

from collections.abc import Callable

import pytest

from soon.activity.actor import system
from soon.models import Activity, Invoice, NumberSeries, Payment, Settlement
from soon.operations.invoices.credit import credit
from soon.operations.invoices.issue_draft import issue_draft
from soon.operations.invoices.issue_next import issue_next
from soon.operations.payments.apply_credit import apply_credit
from soon.operations.payments.register_payment import register_payment
from soon.operations.payments.reverse import reverse
from tests.builders import AT, TODAY, a_customer, a_payment, an_invoice, an_invoice_draft, an_order
from tests.operations.money import assert_books_agree
from tests.races.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
WHEN = {"actor": system(), "at": AT, "today": TODAY}


def payer(invoice: Invoice, amount_minor: int, form_key: str | None = None) -> Callable[[], Payment]:
    values = {"paid_on": TODAY, "method": "cash", "form_key": form_key} | WHEN
    return lambda: register_payment(Invoice.objects.get(pk=invoice.pk), amount_minor=amount_minor, **values)


def crediter(invoice: Invoice, amount_minor: int) -> Callable[[], Invoice]:
    amounts = {invoice.lines.get().pk: amount_minor}
    return lambda: credit(Invoice.objects.get(pk=invoice.pk), reason="Hỏng", amounts=amounts, **WHEN)


def reverser(payment: Payment) -> Callable[[], Payment]:
    return lambda: reverse(Payment.objects.get(pk=payment.pk), reason="Nhầm", **WHEN)


def booked(invoice: Invoice) -> tuple[int, int, int]:
    """Return what the invoice says was paid, how many payments it has, and how many of them the chatter tells of."""
    invoice.refresh_from_db()
    told = Activity.objects.filter(invoice=invoice, kind="payment_registered").count()
    return invoice.paid_minor, Payment.objects.filter(invoice=invoice).count(), told


def test_of_eight_payments_of_the_whole_one_settles_it_and_seven_are_credit():
    invoice = an_invoice()
    assert kinds(at_once(*[payer(invoice, 1_000_000)] * 8)) == ["Payment"] * 8
    assert booked(invoice) == (1_000_000, 8, 8)
    assert Settlement.objects.count() == 1
    assert sorted(Payment.objects.values_list("used_minor", flat=True)) == [*[0] * 7, 1_000_000]
    assert_books_agree(invoice.customer)


def test_eight_thirds_settle_it_exactly():
    invoice = an_invoice()
    assert kinds(at_once(*[payer(invoice, 333_333)] * 8)) == ["Payment"] * 8
    assert booked(invoice) == (1_000_000, 8, 8)
    # 3 x 333,333 = 999,999, and 1 of a fourth.
    assert sorted(Settlement.objects.values_list("amount_minor", flat=True)) == [1, 333_333, 333_333, 333_333]
    assert_books_agree(invoice.customer)


def test_eight_presses_of_one_form_are_one_payment():
    invoice = an_invoice()
    results = at_once(*[payer(invoice, 1000, form_key="one form")] * 8)
    assert kinds(results) == ["AlreadyRegistered"] * 7 + ["Payment"]
    assert booked(invoice) == (1000, 1, 1)


def test_credits_at_once_never_exceed_the_invoice():
    invoice = an_invoice()
    results = at_once(*[crediter(invoice, 400_000)] * 8)
    assert kinds(results) == ["CannotCredit"] * 6 + ["Invoice"] * 2
    invoice.refresh_from_db()
    assert (invoice.credited_minor, invoice.paid_minor) == (800_000, 800_000)
    # The six gave no number away.
    assert NumberSeries.objects.get(code="CN").last == 2
    assert_books_agree(invoice.customer)


def test_one_draft_issued_by_eight_is_one_invoice():
    draft = an_invoice_draft()
    results = at_once(*[lambda: issue_draft(draft, **WHEN)] * 8)
    assert kinds(results) == ["DraftIsGone"] * 7 + ["Invoice"]
    assert NumberSeries.objects.get(code="INV").last == Invoice.objects.count() == 1


@pytest.mark.parametrize("_again", range(3))
def test_paying_crediting_reversing_and_issuing_at_once_agree(_again):
    customer = a_customer()
    orders = [an_order(customer=customer) for _ in range(3)]
    first, second = an_invoice(orders[0]), an_invoice(orders[1])
    rich, poor = a_payment(first, 1_700_000), a_payment(second, 100_000)
    results = at_once(
        reverser(rich),
        reverser(rich),
        reverser(poor),
        payer(first, 600_000),
        crediter(first, 700_000),
        crediter(second, 700_000),
        lambda: apply_credit(Invoice.objects.get(pk=second.pk), **WHEN),
        lambda: issue_next(orders[2], **WHEN),
        lambda: issue_next(orders[0], **WHEN),
    )
    refusals = {"CannotReverse", "CannotApplyCredit"}
    assert set(kinds(results)) - refusals <= {"Payment", "Invoice", "int"}, results
    assert kinds(results).count("CannotReverse") == 1
    assert_books_agree(customer)
