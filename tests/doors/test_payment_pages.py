"""Payments: the page of one, taking it back, on account, and their list."""

import re

import pytest
from django.test import Client

from soon.models import Invoice, Payment
from tests.builders import TODAY, a_customer, a_payment, a_user, an_invoice, an_order
from tests.doors.selling import everything
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog-content"}


@pytest.fixture(autouse=True)
def on_a_day(clock):
    clock(2026, 3, 16)


@pytest.fixture
def payment():
    return a_payment(an_invoice(), 1_200_000, reference="FT 77")


def reverse(payment, client=None, headers=None, reason="Ngân hàng trả lại"):
    client = client or logged_in("accountant")
    return client.post(f"/payments/{payment.pk}/reversal/", {"reason": reason}, headers=headers)


def test_the_page_says_what_it_settled_and_what_is_left(payment):
    page = text_of(logged_in("accountant").get(f"/payments/{payment.pk}/"))
    number = payment.invoice.number
    for words in ("1,200,000", "Credit left", "200,000", f'href="/invoices/{payment.invoice_id}/">{number}</a>', "FT 77"):
        assert words in page, words


def test_a_payment_is_taken_back_with_its_reason(payment):
    client = logged_in("accountant")
    dialog = text_of(client.get(f"/payments/{payment.pk}/reversal/", headers=IN_DIALOG))
    for words in ("Reverse the payment of ₫1,200,000", "16 March 2026", "credit of ₫200,000", payment.invoice.number):
        assert words in dialog, words
    answer = reverse(payment, client, IN_DIALOG)
    assert f'"path": "/payments/{payment.pk}/"' in answer["HX-Location"]
    page = text_of(client.get(f"/payments/{payment.pk}/"))
    for words in ("Ngân hàng trả lại", "Reversed", "taken back"):
        assert words in page, words
    assert f'href="/payments/{payment.pk}/reversal/"' not in page
    # The invoice is due again and still shows what happened.
    page = text_of(client.get(f"/invoices/{payment.invoice_id}/"))
    assert page.count("taken back") == 1
    assert "is due again" in page
    assert "Register Payment" in page


def test_what_is_refused_is_said_and_writes_nothing(payment):
    client, before = logged_in("accountant"), everything()
    for reason, says in (("", "Say why."), ("  ", "Say why."), ("x" * 201, "at most 200")):
        answer = reverse(payment, client, IN_DIALOG, reason)
        assert answer.status_code == 422
        assert says in text_of(answer)
    assert everything() == before
    reverse(payment, client)
    before = everything()
    again = reverse(payment, logged_in("accountant", language="vi"))
    assert again.status_code == 422
    assert "Khoản thanh toán này đã được hủy ghi nhận." in text_of(again)
    assert everything() == before


def on_account(customer, client=None, headers=None, **said):
    data = {"amount": "2,500,000", "currency": "VND", "paid_on": "2026-03-16", "method": "cash", "form_key": "k"} | said
    return (client or logged_in("accountant")).post(f"/customers/{customer.pk}/payments/", data, headers=headers)


def test_money_on_account_settles_what_is_open():
    customer = a_customer()
    invoices = [an_invoice(an_order(customer=customer)) for _ in range(2)]
    client = logged_in("accountant")
    dialog = text_of(client.get(f"/customers/{customer.pk}/payments/", headers=IN_DIALOG))
    assert "Still to be paid: <strong>₫2,000,000</strong>" in dialog
    assert on_account(customer, client)["Location"] == f"/customers/{customer.pk}/"
    assert {invoice.open_minor for invoice in Invoice.objects.filter(pk__in=[each.pk for each in invoices])} == {0}
    page = text_of(client.get(f"/customers/{customer.pk}/"))
    assert "registered a payment of ₫2,500,000 on account" in page
    assert ">Balance</dt>" in page
    # The same form once more is the same payment.
    before = everything()
    assert "already been registered" in text_of(client.get(on_account(customer, client)["Location"]))
    assert everything() == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"amount": "0"}, "at least 1 VND"),
        ({"amount": "12.50"}, "VND has no decimals"),
        ({"currency": "XXX"}, "valid choice"),
        ({"paid_on": "2026-03-17"}, "lies in the future"),
        ({"paid_on": "1999-12-31"}, "too long ago"),
    ],
)
def test_what_is_refused_on_account(wrong, says):
    customer = a_customer()
    client, before = logged_in("accountant"), everything()
    answer = on_account(customer, client, IN_DIALOG, **wrong)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert everything() == before


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(payment, name):
    client, text = logged_in("accountant"), HOSTILE[name]
    before = everything()
    for field in ("amount", "currency", "paid_on", "method"):
        assert on_account(payment.customer, client, **{field: text}).status_code == 422
    assert everything() == before
    assert on_account(payment.customer, client, reference=text, form_key=text).status_code in (302, 422)
    assert reverse(payment, client, reason=text).status_code in (302, 422)
    for page in (f"/payments/{payment.pk}/", "/payments/", f"/customers/{payment.customer_id}/"):
        assert "<script>alert" not in text_of(client.get(page))


def test_the_list_strikes_out_what_was_reversed_and_does_not_count_it(payment):
    other = a_payment(an_invoice(), 500_000)
    client = logged_in("accountant")
    reverse(payment, client)
    answer = client.get("/payments/")
    page = text_of(answer)
    [struck] = re.findall(r'<tr class="struck">.*?name="selected" value="(\d+)"', page, re.DOTALL)
    assert struck == str(payment.pk)
    assert f'href="/payments/{other.pk}/"' in page
    assert "500,000" in answer.context["total"]["cells"][0].html
    assert client.get("/payments/?filter=reversed").context["total_count"] == 1
    assert client.get("/payments/?filter=unused").context["total_count"] == 0


def test_whose_payments_somebody_sees():
    seller = a_user("salesperson")
    own = Client()
    own.force_login(seller)
    theirs = a_customer(salesperson=seller)
    of_order = a_payment(an_invoice(an_order(salesperson=seller)))
    assert on_account(theirs).status_code == 302
    of_customer = Payment.objects.get(invoice=None)
    foreign = a_payment(an_invoice(an_order(customer=theirs, salesperson=a_user("salesperson"))))
    for payment, status in ((of_order, 200), (of_customer, 200), (foreign, 404)):
        assert own.get(f"/payments/{payment.pk}/").status_code == status
        assert reverse(payment, own).status_code == 403
    assert own.get("/payments/").context["total_count"] == 2
    assert foreign.paid_on == TODAY
