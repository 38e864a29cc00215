"""The letter with an invoice names the same account and reference as the invoice itself."""

import pytest

from soon.mail.render import render
from soon.models import Company, Letter
from soon.printing.transfers import where_to_pay
from tests.builders import an_invoice

pytestmark = pytest.mark.django_db
BANK = {"bank_bin": "970418", "bank_account_number": "123456789", "bank_account_name": "O'NEIL & SEN"}


@pytest.mark.parametrize(
    ("bank", "told"),
    [(BANK, ["BIDV", "123456789", "O'NEIL & SEN"]), ({"bank_account": "VCB & con, 0123"}, ["VCB & con, 0123"]), ({}, [])],
)
def test_the_letter_says_where_to_pay_as_its_invoice_does(bank, told):
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen"} | bank)
    invoice = an_invoice()
    message = render(Letter.objects.get(kind="invoice"))
    (page, _type) = message.alternatives[0]
    reference = [invoice.number.replace("/", "")] if told else []
    assert [value for _name, value in where_to_pay(invoice)] == told + reference
    for value in told + reference:
        assert f": {value}\n" in message.body
        assert value.replace("&", "&amp;").replace("'", "&#x27;") in page
    assert ("INV2026" in message.body) == bool(told)
