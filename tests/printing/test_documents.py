"""Quotations and invoices on paper: PDF in the customer's language, the same bytes each time, whatever is written on them."""

import datetime
from decimal import Decimal

import pytest

from soon.activity.actor import system
from soon.models import Company
from soon.operations.payments.register_payment import register_payment
from soon.printing import documents, pdf_of_invoice, pdf_of_order
from tests.builders import AT, TODAY, a_customer, a_draft_line, a_plan, a_product, a_sent_quotation, a_tax, an_invoice, an_order

pytestmark = pytest.mark.django_db

HOSTILE = '#panic("no") *bold* $x$ \\ "quoted" <label> @ref `raw` // end'


def pages_of(pdf):
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page/") + pdf.count(b"/Type/Page/")


def test_an_invoice_is_a_pdf_with_the_same_bytes_each_time():
    invoice = an_invoice()
    pdf = pdf_of_invoice(invoice)
    assert pdf.startswith(b"%PDF-1.")
    assert pdf == pdf_of_invoice(invoice)


def test_a_payment_does_not_change_the_document():
    invoice = an_invoice()
    before = pdf_of_invoice(invoice)
    register_payment(invoice, amount_minor=1000, paid_on=TODAY, method="cash", actor=system(), at=AT, today=TODAY)
    assert pdf_of_invoice(invoice) == before


def test_neither_does_a_move_of_the_company_or_of_the_customer():
    invoice = an_invoice()
    before = pdf_of_invoice(invoice)
    Company.objects.update_or_create(pk=1, defaults={"name": "Another Name"})
    type(invoice.customer).objects.filter(pk=invoice.customer_id).update(name="Moved", language="en")
    invoice.refresh_from_db()
    assert pdf_of_invoice(invoice) == before


def test_what_people_typed_is_never_read_as_markup():
    customer = a_customer(name=HOSTILE, street=HOSTILE)
    order = a_sent_quotation(customer=customer, note=HOSTILE)
    page = documents._order(order)
    assert page["buyer"][0] == HOSTILE
    assert pdf_of_order(order).startswith(b"%PDF-1.")


def test_every_figure_of_an_invoice_in_the_customers_language():
    Company.objects.update_or_create(pk=1, defaults={"name": "Cty Sen Việt", "bank_account": "VCB 0123", "payment_days": 15})
    plan, tax = a_plan(), a_tax("8")
    lines = [
        a_draft_line(1_000_000, product=a_product(name_vi="Lưu trữ"), tax=tax, quantity=Decimal("1.5")),
        a_draft_line(500_000, product=a_product(name_vi="Cài đặt"), is_recurring=False, discount_percent=Decimal(10)),
    ]
    invoice = an_invoice(
        an_order(plan=plan, lines=lines, start_on=datetime.date(2026, 1, 31)), today=datetime.date(2026, 1, 31)
    )
    page = page_in("vi", invoice)
    assert page["title"] == "Hóa đơn" or page["title"] == "Invoice"  # translated where the catalogue is there
    assert page["facts"][2][1] == "31/01/2026 – 27/02/2026"
    assert [line["amount"] for line in page["lines"]] == ["1.500.000", "450.000"]
    assert [line["quantity"] for line in page["lines"]] == ["1,5", "1"]
    assert [line["discount"] for line in page["lines"]] == ["", "10%"]
    assert page["lines"][0]["notes"] == ["31/01/2026 – 27/02/2026"]
    assert page["lines"][1]["notes"] == []
    assert [amount for _, amount in page["totals"]] == ["1.950.000\xa0₫", "0\xa0₫", "120.000\xa0₫"]
    assert page["total"][1] == "2.070.000\xa0₫"
    assert [value for _, value in page["payment"]["rows"]] == ["VCB 0123", "2.070.000\xa0₫", invoice.number.replace("/", "")]
    assert page_in("en", invoice)["total"][1] == "₫2,070,000"


def page_in(language, invoice):
    from django.utils import translation

    with translation.override(language):
        return documents._invoice(invoice)


def test_many_lines_go_over_several_pages():
    product = a_product(name_vi="Máy chủ ảo " * 5)
    order = an_order(plan=a_plan(), lines=[a_draft_line(1000 + n, product=product) for n in range(120)])
    assert pages_of(pdf_of_order(order)) >= 4
    assert pages_of(pdf_of_invoice(an_invoice(order))) >= 4


def test_a_document_with_nothing_but_the_necessary():
    order = a_sent_quotation(plan=None, customer=a_customer(email="", country=""))
    assert pages_of(pdf_of_order(order)) == 1
