"""Payments: in parts, too much, on account, taken back; and the credit that they leave."""

import datetime

import pytest

from soon.activity.actor import system
from soon.models import Activity, Invoice, Payment, Settlement
from soon.operations.payments.apply_credit import CannotApplyCredit, apply_credit
from soon.operations.payments.register_on_account import register_on_account
from soon.operations.payments.register_payment import register_payment
from soon.operations.payments.reverse import reverse
from soon.operations.refusal import Refusal
from tests.builders import AT, TODAY, a_credit_note, a_customer, a_payment, an_invoice, an_order
from tests.operations.money import assert_books_agree, balance_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
WHEN = {"actor": system(), "at": AT, "today": TODAY}
TOMORROW = TODAY + datetime.timedelta(days=1)


def figures(*invoices: Invoice) -> list[int]:
    """Return what each invoice says was settled."""
    return [Invoice.objects.get(pk=invoice.pk).paid_minor for invoice in invoices]


def on_account(customer, amount_minor: int, **fields) -> Payment:
    values = {"currency": "VND", "paid_on": TODAY, "method": "cash"} | WHEN | fields
    return register_on_account(customer, amount_minor=amount_minor, **values)


@pytest.fixture
def customer():
    return a_customer()


@pytest.fixture
def invoices(customer):
    """Three invoices of 1,000,000 each, the last one due first."""
    days = (TODAY, TODAY, TODAY - datetime.timedelta(days=40))
    return [an_invoice(an_order(customer=customer, start_on=day), day) for day in days]


def kinds(**about) -> list[str]:
    """Return the kinds of the chatter entries about something, in the order in which they were written."""
    wanted = ("payment_registered", "payment_on_account", "payment_left_credit", "credit_used", "payment_reversed")
    found = Activity.objects.filter(**about, kind__in=(*wanted, "settlement_taken_back"))
    return list(found.order_by("pk").values_list("kind", flat=True))


def test_what_is_paid_too_much_is_credit_and_pays_for_the_next_invoice(customer):
    order = an_order(customer=customer)
    first = an_invoice(order)
    payment = a_payment(first, 1_300_000)
    assert (payment.used_minor, payment.unused_minor, figures(first)) == (1_000_000, 300_000, [1_000_000])
    assert balance_of(customer) == -300_000
    assert kinds(invoice=first) == ["payment_registered", "payment_left_credit"]
    second = an_invoice(order)
    payment.refresh_from_db()
    assert (payment.unused_minor, figures(second), balance_of(customer)) == (0, [300_000], 700_000)
    assert kinds(invoice=second) == ["credit_used"]
    assert_books_agree(customer)


def test_a_payment_of_another_currency_pays_for_nothing_in_this_one(customer):
    on_account(customer, 50_00, currency="USD")
    invoice = an_invoice(an_order(customer=customer))
    assert figures(invoice) == [0]
    with pytest.raises(CannotApplyCredit):
        apply_credit(invoice, **WHEN)


def test_money_on_account_settles_the_oldest_due_first(customer, invoices):
    payment = on_account(customer, 1_500_000)
    assert figures(*invoices) == [500_000, 0, 1_000_000]
    assert payment.invoice is None
    on_account(customer, 2_000_000, reference="CK 2")
    assert figures(*invoices) == [1_000_000] * 3
    assert Payment.objects.get(reference="CK 2").unused_minor == 500_000
    assert kinds(customer=customer) == [*["payment_on_account", "credit_used", "credit_used"] * 2]
    assert_books_agree(customer)


def test_credit_settles_an_open_invoice_by_hand_payments_before_credit_notes(customer, invoices):
    first, second, third = invoices
    a_payment(first, 1_200_000)
    a_credit_note(first)
    assert figures(*invoices) == [1_000_000, 0, 0]
    assert apply_credit(second, **WHEN) == 1_000_000
    assert apply_credit(third, **WHEN) == 200_000
    assert figures(*invoices) == [1_000_000, 1_000_000, 200_000]
    sources = Settlement.objects.filter(invoice=second).order_by("pk").values_list("payment__amount_minor", "amount_minor")
    assert list(sources) == [(1_200_000, 200_000), (None, 800_000)]
    assert_books_agree(customer)


def test_a_reversal_takes_the_money_back_from_every_invoice_it_settled(customer, invoices):
    first, second, _third = invoices
    payment = a_payment(first, 1_600_000)
    apply_credit(second, **WHEN)
    assert figures(first, second) == [1_000_000, 600_000]
    reversed_one = reverse(payment, reason="Ngân hàng trả lại", **WHEN)
    assert figures(first, second) == [0, 0]
    assert (reversed_one.used_minor, reversed_one.unused_minor, reversed_one.reversal_reason) == (0, 0, "Ngân hàng trả lại")
    # The use that came last is taken back first; what was settled stays on record.
    taken = Settlement.objects.filter(payment=payment).order_by("pk").values_list("invoice", "amount_minor")
    assert list(taken) == [(first.pk, 10**6), (second.pk, 600_000), (second.pk, -600_000), (first.pk, -(10**6))]
    assert kinds(invoice=second) == ["credit_used", "settlement_taken_back"]
    assert kinds(invoice=first)[-2:] == ["payment_reversed", "settlement_taken_back"]
    assert balance_of(customer) == 3_000_000
    assert_books_agree(customer)


def test_after_a_reversal_the_credit_note_of_the_invoice_settles_it(customer):
    invoice = an_invoice(an_order(customer=customer))
    payment = a_payment(invoice)
    note = a_credit_note(invoice, {invoice.lines.get().pk: 400_000})
    assert note.open_minor == 400_000
    reverse(payment, reason="Sai khách", **WHEN)
    note.refresh_from_db()
    assert (figures(invoice), note.open_minor, balance_of(customer)) == ([400_000], 0, 600_000)
    entry = Activity.objects.get(kind="settlement_taken_back")
    assert entry.facts["amount"]["minor"] == 600_000
    assert_books_agree(customer)


def test_a_reversed_payment_never_pays_again(customer):
    payment = on_account(customer, 700_000)
    reverse(payment, reason="Nhầm", **WHEN)
    assert figures(an_invoice(an_order(customer=customer))) == [0]
    assert balance_of(customer) == 1_000_000


def test_what_is_refused_writes_nothing(customer):
    invoice = an_invoice(an_order(customer=customer))
    paid = an_invoice(an_order(customer=customer))
    payment = a_payment(paid, form_key="one form")
    note = a_credit_note(paid, {paid.lines.get().pk: 1})
    gone = reverse(a_payment(an_invoice()), reason="Nhầm", **WHEN)
    before = everything()
    said = {"amount_minor": 1, "paid_on": TODAY, "method": "cash"} | WHEN
    refused = [
        lambda: register_payment(note, **said),
        lambda: register_payment(invoice, **said | {"amount_minor": 0}),
        lambda: register_payment(invoice, **said | {"form_key": "one form"}),
        lambda: on_account(customer, 1, form_key="one form"),
        lambda: on_account(customer, -1),
        lambda: on_account(customer, 1, paid_on=TOMORROW),
        lambda: reverse(payment, reason="  ", **WHEN),
        lambda: reverse(payment, reason="x" * 201, **WHEN),
        lambda: reverse(gone, reason="Lần nữa", **WHEN),
        lambda: apply_credit(paid, **WHEN),
        lambda: apply_credit(note, **WHEN),
        lambda: apply_credit(gone.invoice, **WHEN),
    ]
    for number, verb in enumerate(refused):
        with pytest.raises(Refusal):
            verb()
        assert everything() == before, number
