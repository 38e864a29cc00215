"""The page of an invoice, its PDF, and Register Payment."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from soon.models import Invoice, Payment
from tests.builders import (
    TODAY,
    a_credit_note,
    a_customer,
    a_draft_line,
    a_plan,
    a_product,
    a_tax,
    a_user,
    an_invoice,
    an_order,
)
from tests.doors.selling import everything
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog-content"}


@pytest.fixture(autouse=True)
def on_a_day(clock):
    clock(2026, 3, 16)


@pytest.fixture
def invoice():
    plan = a_plan(alignment="calendar")
    return an_invoice(an_order(plan=plan, lines=[a_draft_line(product=a_product("HOST", plan=plan), tax=a_tax("8"))]))


def pay(invoice, client=None, headers=None, **said):
    data = {"amount": "100000", "paid_on": "2026-03-16", "method": "cash", "reference": "", "form_key": "k"} | said
    return (client or logged_in("accountant")).post(f"/invoices/{invoice.pk}/payments/", data, headers=headers)


def test_the_page_says_what_was_charged_and_why(invoice):
    page = text_of(logged_in("accountant").get(f"/invoices/{invoice.pk}/"))
    for words in (invoice.number, invoice.customer.name, invoice.order.number, "16 Mar 2026 – 31 Mar 2026", "Register Payment"):
        assert words in page, words
    assert "Why this amount?" in page
    assert "16/31 of the days of the period from 1 Mar 2026 to 31 Mar 2026" in page
    assert "₫1,000,000 × 1 × 16/31 = ₫516,129" in page
    assert "Tax: 8% of ₫516,129 = ₫41,290" in page
    assert "Tax 8% on ₫516,129" in page
    assert "issued invoice" in page


def test_the_page_takes_few_queries(invoice):
    client = logged_in("accountant")
    client.get("/invoices/")
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/invoices/{invoice.pk}/")
    # Session, reader, our time zone; the invoice with customer and order; its lines, credit notes, settlements, payments that
    # settled nothing, letters with their attempts, chatter; what could settle it: payments and credit notes.
    assert len(captured) <= 13, [query["sql"] for query in captured]
    for number in range(3):
        pay(invoice, client, amount="1000", form_key=str(number))
        a_credit_note(invoice, {invoice.lines.get().pk: 1000})
    with CaptureQueriesContext(connection) as more:
        client.get(f"/invoices/{invoice.pk}/")
    assert len(more) <= len(captured)


def test_the_pdf(invoice):
    answer = logged_in("accountant").get(f"/invoices/{invoice.pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert invoice.number.replace("/", "-") in answer["Content-Disposition"]


def test_the_dialog_suggests_what_is_open(invoice):
    part = text_of(logged_in("accountant").get(f"/invoices/{invoice.pk}/payments/", headers=IN_DIALOG))
    assert f"Register a payment for {invoice.number}</h2>" in part
    assert 'value="557,419"' in part
    assert 'value="2026-03-16"' in part


def test_payments_in_parts(invoice):
    client = logged_in("accountant")
    assert pay(invoice, client, form_key="a", reference="CK 1")["Location"] == f"/invoices/{invoice.pk}/"
    page = text_of(client.get(f"/invoices/{invoice.pk}/"))
    assert "Partly paid" in page
    assert "CK 1" in page
    pay(invoice, client, form_key="b", amount="457,419", paid_on="2026-03-01")
    page = text_of(client.get(f"/invoices/{invoice.pk}/"))
    assert "Still to be paid" not in page
    assert f'href="/invoices/{invoice.pk}/payments/"' not in page
    assert page.count("registered a payment of") == 2
    assert sorted(Payment.objects.values_list("amount_minor", flat=True)) == [100_000, 457_419]


def test_in_a_dialog_the_invoice_is_shown_without_loading_the_page(invoice):
    answer = pay(invoice, headers=IN_DIALOG)
    assert f'"path": "/invoices/{invoice.pk}/"' in answer["HX-Location"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"amount": "0"}, "at least 1 VND"),
        ({"amount": "-5"}, "at least 1 VND"),
        ({"amount": ""}, "required"),
        ({"amount": "1,5"}, "VND has no decimals"),
        ({"amount": "một triệu"}, "Write an amount with digits"),
        ({"amount": "9" * 40}, "too large"),
        ({"paid_on": "2026-03-17"}, "lies in the future"),
        ({"paid_on": "0026-03-16"}, "too long ago"),
        ({"paid_on": "2026-02-30"}, "valid date"),
        ({"method": "barter"}, "valid choice"),
        ({"reference": "x" * 101}, "at most 100"),
    ],
)
def test_a_wrong_payment_is_refused_in_the_dialog(invoice, wrong, says):
    client, before = logged_in("accountant"), everything()
    for headers in ({}, IN_DIALOG):
        answer = pay(invoice, client, headers, **({"reference": "Kept"} | wrong))
        assert answer.status_code == 422
        assert says in text_of(answer)
        assert "Kept" in text_of(answer) or "reference" in wrong
    assert everything() == before


def test_too_much_is_asked_about_once_and_becomes_credit(invoice):
    client, before = logged_in("accountant"), everything()
    for headers in ({}, IN_DIALOG):
        asked = pay(invoice, client, headers, amount="600000")
        assert asked.status_code == 422
        assert "This is ₫42,581 more than is open." in text_of(asked)
        assert 'name="rest_minor" value="42581"' in text_of(asked)
    # Whoever changes the amount is asked again.
    assert pay(invoice, client, amount="700000", rest_minor="42581").status_code == 422
    assert everything() == before
    assert pay(invoice, client, amount="600000", rest_minor="42581").status_code == 302
    assert Payment.objects.get().unused_minor == 42_581
    customer = text_of(client.get(f"/customers/{invoice.customer_id}/"))
    assert ">Credit</dt>" in customer
    assert "42,581" in customer


def test_a_double_click_pays_once(invoice):
    client = logged_in("accountant")
    pay(invoice, client, amount=str(invoice.total_minor))
    before = everything()
    again = pay(invoice, client, amount=str(invoice.total_minor))
    assert again.status_code == 302
    assert "This payment has already been registered." in text_of(client.get(again["Location"]))
    assert everything() == before


def test_amounts_of_other_currencies():
    plan = a_plan()
    order = an_order(
        plan=plan, currency="USD", customer=a_customer(currency="USD"), lines=[a_draft_line(2550, product=a_product(plan=plan))]
    )
    invoice = an_invoice(order)
    pay(invoice, amount="20.50")
    assert Payment.objects.get().amount_minor == 2050


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(invoice, name):
    client, text = logged_in("accountant"), HOSTILE[name]
    before = everything()
    for words in ({"amount": text}, {"paid_on": text}, {"method": text}):
        assert pay(invoice, client, **words).status_code == 422
    assert everything() == before
    answer = pay(invoice, client, form_key=text, reference=text)
    assert answer.status_code in (302, 422)
    assert "<script>alert" not in text_of(client.get(f"/invoices/{invoice.pk}/"))


def test_who_sees_and_who_pays():
    seller = a_user("salesperson")
    invoice = an_invoice(an_order(salesperson=seller))
    own = Client()
    own.force_login(seller)
    before = everything()
    assert own.get(f"/invoices/{invoice.pk}/").status_code == 200
    assert "Register Payment" not in text_of(own.get(f"/invoices/{invoice.pk}/"))
    assert pay(invoice, own).status_code == 403
    for page in ("", "pdf/"):
        assert logged_in("salesperson").get(f"/invoices/{invoice.pk}/{page}").status_code == 404
        assert logged_in("customer").get(f"/invoices/{invoice.pk}/{page}").status_code == 403
        assert Client().get(f"/invoices/{invoice.pk}/{page}").status_code == 302
    assert pay(invoice, Client()).status_code == 302
    assert everything() == before
    assert logged_in("accountant").get("/invoices/99999999999999999999999/").status_code == 404


def test_an_overdue_invoice_says_so(clock):
    invoice = an_invoice(today=TODAY)
    clock(2026, 5, 1)
    assert invoice.due_on < datetime.date(2026, 5, 1)
    assert "Overdue" in text_of(logged_in("accountant").get(f"/invoices/{Invoice.objects.get().pk}/"))
