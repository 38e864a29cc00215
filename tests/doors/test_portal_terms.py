"""What customers read of their trial, the end, their taxes, and why an invoice is what it is: on the portal and on paper."""

import datetime

import pytest
from django.utils import translation

from soon.printing import pdf_of_invoice, pdf_of_order
from tests.builders import TODAY, a_customer, a_draft_line, a_plan, a_sent_quotation, a_tax, an_invoice, an_order
from tests.doors.portal import by_account
from tests.doors.test_upcoming import words_of
from tests.printing.reading import texts_of

pytestmark = pytest.mark.django_db
ENDS_ON = TODAY + datetime.timedelta(100)


@pytest.fixture(autouse=True)
def noon(clock):
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


@pytest.mark.parametrize(
    ("language", "offered", "running"),
    [
        (
            "vi",
            ["Miễn phí 14 ngày đầu", "Ngày phục vụ cuối cùng 23/06/2026"],
            ["Miễn phí đến hết ngày 29 tháng 3 năm 2026"],
        ),
        ("en", ["The first 14 days are free", "Last day of service 23 Jun 2026"], ["Free until 29 March 2026"]),
    ],
)
def test_the_page_and_the_paper_tell_of_trial_and_end(language, offered, running):
    fields = {"trial_days": 14, "ends_on": ENDS_ON, "customer": a_customer(language=language)}
    quotation, order = a_sent_quotation(**fields), an_order(**fields)
    client = by_account(order.customer, language)
    for shown, words in ((quotation, offered), (order, running)):
        page, paper = words_of(client.get(f"/portal/orders/{shown.number}/")), " ".join(texts_of(pdf_of_order(shown)))
        for said in words:
            assert said in page, said
            assert said in paper, said


def test_an_exempt_customer_reads_why_no_tax_is_charged():
    line = a_draft_line(1_080_000, tax=a_tax("8", is_included=True))
    customer = a_customer(is_tax_exempt=True, language="en")
    order = an_order(lines=[line], customer=customer, plan=a_plan())
    invoice = an_invoice(order)
    client = by_account(customer)
    assert "per month, exempt from tax" in words_of(client.get(f"/portal/orders/{order.number}/"))
    page = words_of(client.get(f"/portal/invoices/{invoice.pk}/"))
    for words in (
        "Why this amount?",
        "The whole period from 16 Mar 2026 to 15 Apr 2026 is charged.",
        "₫1,080,000 × 1 ÷ 108% = ₫1,000,000",
        "The price contains a tax of 8%. It is taken out, because the buyer is exempt from tax.",
    ):
        assert words in page, words
    for pdf in (pdf_of_invoice(invoice), pdf_of_order(order)):
        assert "Exempt from tax" in " ".join(texts_of(pdf))


def test_the_same_in_vietnamese():
    line = a_draft_line(1_080_000, tax=a_tax("8"))
    invoice = an_invoice(an_order(lines=[line], trial_days=3, plan=a_plan(in_arrears=True), ends_on=ENDS_ON))
    page = words_of(by_account(invoice.customer, "vi").get(f"/portal/invoices/{invoice.pk}/"))
    for words in (
        "Vì sao có số tiền này?",
        "Đến hết 18/03/2026 được dùng miễn phí.",
        "Kỳ này tính tiền sau khi đã dùng, không thu trước.",
        "Thuế: 8% của 1.080.000 ₫ = 86.400 ₫",
    ):
        assert words in page, words
    assert translation.get_language() == "vi"
