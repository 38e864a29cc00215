"""Paying from the portal: a code for what is still open, and a credit note that says what it takes back."""

import re

import pytest

from soon.activity.actor import system
from soon.models import Company
from soon.operations.invoices.credit import credit
from soon.operations.payments.register_payment import register_payment
from tests.builders import AT, TODAY, an_invoice
from tests.domain.emv import read_transfer
from tests.doors.portal import by_account, by_link
from tests.printing.reading import codes_on_web

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def our_bank():
    Company.objects.update_or_create(
        pk=1,
        defaults={"name": "Sen", "bank_bin": "970418", "bank_account_number": "123456789", "bank_account_name": "CTY SEN"},
    )


def page_of(invoice, enter=by_account):
    return enter(invoice.customer).get(f"/portal/invoices/{invoice.pk}/").content.decode()


def pay(invoice, amount_minor):
    register_payment(invoice, amount_minor=amount_minor, paid_on=TODAY, method="cash", actor=system(), at=AT, today=TODAY)


@pytest.mark.parametrize("enter", [by_account, by_link])
def test_the_code_asks_for_what_is_still_open(enter):
    invoice = an_invoice()
    pay(invoice, 300_000)
    page = page_of(invoice, enter)
    (code,) = codes_on_web(page)
    reference = invoice.number.replace("/", "")
    assert read_transfer(code) == {"bank": "970418", "account": "123456789", "amount": "700000", "reference": reference}
    for words in ("BIDV", "123456789", "CTY SEN", reference):
        assert f"<dd>{words}</dd>" in page
    # Drawn within the page: no script, no style, no address that the policy for content would have to allow.
    drawing = re.search(r'<svg class="qr".*?</svg>', page, re.DOTALL)[0]
    assert not re.search(r"style=|href=|<script|url\(", drawing)


def test_nothing_is_asked_for_once_all_is_paid():
    invoice = an_invoice()
    pay(invoice, invoice.total_minor)
    page = page_of(invoice)
    assert codes_on_web(page) == []
    assert "123456789" not in page


def test_a_credit_note_leads_to_its_invoice_and_tells_the_reason():
    invoice = an_invoice()
    note = credit(invoice, reason="Tính nhầm kỳ", actor=system(), at=AT, today=TODAY)
    page = page_of(note)
    assert codes_on_web(page) == []
    assert "Tính nhầm kỳ" in page
    assert f'<a href="/portal/invoices/{invoice.pk}/">{invoice.number}</a>' in page
    assert "Payable by" not in page
