"""Credit notes: what they take back, what becomes of the money, and what is refused."""

from decimal import Decimal

import pytest

from soon.activity.actor import system
from soon.domain.derivations import amount_from
from soon.mail.render import render
from soon.models import Activity, Invoice, Letter, NumberSeries
from soon.operations.invoices.credit import CannotCredit, credit
from tests.builders import (
    AT,
    TODAY,
    a_credit_note,
    a_customer,
    a_draft_line,
    a_payment,
    a_plan,
    a_product,
    a_tax,
    an_invoice,
    an_order,
)
from tests.operations.money import assert_books_agree, balance_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
WHEN = {"actor": system(), "at": AT, "today": TODAY}


@pytest.fixture
def invoice():
    """Three seats at 333,333 less 10 % plus 8 % tax, and a set-up for 500,000 that includes 10 %."""
    plan = a_plan()
    discounted = {"quantity": Decimal(3), "discount_percent": Decimal(10), "tax": a_tax("8")}
    seats = a_draft_line(333_333, product=a_product("SEAT", plan=plan), **discounted)
    setup = a_draft_line(500_000, product=a_product("SETUP"), is_recurring=False, tax=a_tax("10", is_included=True))
    return an_invoice(an_order(customer=a_customer(), plan=plan, lines=[seats, setup]))


def fresh(invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def test_the_whole_of_an_unpaid_invoice(invoice):
    note = a_credit_note(invoice)
    assert (note.number, note.kind, note.refers_to, note.issued_on) == ("CN/2026/00001", "credit_note", invoice, TODAY)
    assert (note.total_minor, note.untaxed_minor, note.tax_minor) == (
        invoice.total_minor,
        invoice.untaxed_minor,
        invoice.tax_minor,
    )
    assert (note.buyer, note.language, note.period_start) == (invoice.buyer, invoice.language, invoice.period_start)
    # It settles what was open, so nothing is left of either.
    assert (fresh(invoice).open_minor, note.open_minor) == (0, 0)
    assert fresh(invoice).payment_state(TODAY) == "credited"
    assert balance_of(invoice.customer) == 0
    for line, taken in zip(invoice.lines.all(), note.lines.all(), strict=True):
        assert (taken.credits_line, taken.is_charge, taken.net_minor, taken.tax_minor) == (
            line,
            False,
            line.net_minor,
            line.tax_minor,
        )
        assert (taken.quantity, taken.unit_price_minor, taken.period_start) == (
            line.quantity,
            line.unit_price_minor,
            line.period_start,
        )
        assert amount_from(taken.derivation) == (line.net_minor, line.tax_minor)
    assert_books_agree(invoice.customer)


def test_parts_of_lines_until_nothing_is_left(invoice):
    seats, setup = invoice.lines.all()
    gross = seats.net_minor + seats.tax_minor
    third = gross // 3
    notes = [a_credit_note(invoice, {seats.pk: third, setup.pk: 1}), a_credit_note(invoice, {seats.pk: third})]
    rest = a_credit_note(invoice)
    assert [note.number for note in (*notes, rest)] == [f"CN/2026/{number:05}" for number in (1, 2, 3)]
    assert sum(note.total_minor for note in (*notes, rest)) == invoice.total_minor == fresh(invoice).credited_minor
    assert sum(note.tax_minor for note in (*notes, rest)) == invoice.tax_minor
    # A part is an amount of its own: one of it, at what is taken back without tax.
    line = notes[0].lines.all()[0]
    assert (line.quantity, line.unit_price_minor, line.discount_percent) == (1, line.net_minor, 0)
    assert amount_from(line.derivation) == (line.net_minor, line.tax_minor)
    assert_books_agree(invoice.customer)
    with pytest.raises(CannotCredit):
        a_credit_note(invoice)


def test_what_was_paid_already_becomes_credit_for_the_next_invoice(invoice):
    a_payment(invoice, invoice.total_minor - 100_000)
    note = a_credit_note(invoice)
    assert note.paid_minor == 100_000
    assert fresh(invoice).open_minor == 0
    left = note.open_minor
    following = an_invoice(invoice.order)
    note.refresh_from_db()
    assert following.paid_minor == min(left, following.total_minor)
    assert note.open_minor == left - following.paid_minor
    assert_books_agree(invoice.customer)


@pytest.mark.parametrize(
    ("paid", "english", "vietnamese"),
    [
        (False, "It reduces what you still have to pay", "phải thanh toán"),
        (True, "is your credit and pays for your next invoice", "hóa đơn kế tiếp"),
    ],
)
def test_customer_and_colleagues_are_told(invoice, paid, english, vietnamese):
    for language, words in (("en", english), ("vi", vietnamese)):
        invoice.customer.language = language
        invoice.customer.save()
        part = invoice.lines.all()[0]
        if paid and not fresh(invoice).paid_minor:
            a_payment(fresh(invoice))
        note = a_credit_note(invoice, {part.pk: 1000}, reason="Máy chủ <hỏng>")
        message = render(Letter.objects.get(event_key=f"credit_note:{note.pk}"))
        assert note.number in message.subject
        assert words in message.body
        assert "Máy chủ <hỏng>" in message.body
        assert message.attachments[0][0] == f"{note.number.replace('/', '-')}.pdf"
        assert "Máy chủ &lt;hỏng&gt;" in message.alternatives[0][0]
        entry = Activity.objects.get(kind="invoice_credited", invoice=note)
        assert (entry.audience, entry.facts["invoice"], entry.facts["reason"]) == ("customer", invoice.number, note.reason)


def test_nobody_without_an_address_is_written_to():
    order = an_order(customer=a_customer(email=""))
    a_credit_note(an_invoice(order))
    assert not Letter.objects.filter(kind="credit_note").exists()


def test_what_is_refused_writes_nothing_and_uses_no_number(invoice, english):
    seats, setup = invoice.lines.all()
    note = a_credit_note(invoice, {seats.pk: 1000})
    stranger = an_invoice().lines.get()
    before = everything()
    left = seats.net_minor + seats.tax_minor - 1000
    refused = [
        ({"reason": " "}, "Say in at most 300"),
        ({"reason": "x" * 301}, "Say in at most 300"),
        ({"amounts": {seats.pk: left + 1}}, "More than is left"),
        ({"amounts": {seats.pk: 1, setup.pk: -1}}, "More than is left"),
        ({"amounts": {stranger.pk: 1}}, "not on the invoice"),
        ({"amounts": {}}, "nothing to credit"),
        ({"amounts": {seats.pk: 0}}, "nothing to credit"),
        ({"expected_credited_minor": 0}, "in the meantime"),
    ]
    for said, words in refused:
        with pytest.raises(CannotCredit, match=words):
            credit(invoice, **{"reason": "Hỏng"} | WHEN | said)
        assert everything() == before, words
    with pytest.raises(CannotCredit, match="Only an invoice"):
        credit(note, reason="Hỏng", **WHEN)
    assert everything() == before
    assert NumberSeries.objects.get(code="CN").last == 1
