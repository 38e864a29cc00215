"""Credit on the page of an invoice: the dialog, the page afterwards, and using credit that is there."""

import pytest

from soon.models import Invoice, LetterAttempt
from tests.builders import (
    AT,
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
from tests.doors.selling import everything
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog-content"}


@pytest.fixture(autouse=True)
def on_a_day(clock):
    clock(2026, 3, 16)


@pytest.fixture
def invoice():
    """An invoice of two lines: 1,080,000 and 500,000, tax included."""
    plan = a_plan()
    lines = [
        a_draft_line(product=a_product("HOST", plan=plan), tax=a_tax("8")),
        a_draft_line(500_000, product=a_product("MAIL", plan=plan)),
    ]
    return an_invoice(an_order(customer=a_customer(), plan=plan, lines=lines))


def press(invoice, client=None, headers=None, **said):
    data = {"reason": "Mất kết nối", "seen_minor": "0", "amount_10": "80000", "amount_20": ""} | said
    return (client or logged_in("accountant")).post(f"/invoices/{invoice.pk}/credit-notes/", data, headers=headers)


def test_the_dialog_suggests_everything_and_says_what_becomes_of_the_money(invoice):
    client = logged_in("accountant")
    dialog = text_of(client.get(f"/invoices/{invoice.pk}/credit-notes/", headers=IN_DIALOG))
    for words in ('value="1,080,000"', 'value="500,000"', "reduces the ₫1,580,000 still to be paid", "cannot be changed"):
        assert words in dialog, words
    a_payment(invoice)
    dialog = text_of(client.get(f"/invoices/{invoice.pk}/credit-notes/", headers=IN_DIALOG))
    assert "The invoice is settled, so the amount becomes the customer" in dialog


def test_a_part_of_a_line_is_credited_and_both_pages_tell(invoice):
    client = logged_in("accountant")
    answer = press(invoice, client)
    assert answer["Location"] == f"/invoices/{invoice.pk}/"
    note = Invoice.objects.get(kind="credit_note")
    page = text_of(client.get(answer["Location"]))
    for words in (
        "Credit note <a",
        note.number,
        "Mất kết nối",
        f'href="/invoices/{note.pk}/"',
        "Partly paid",
        "credited ₫80,000",
    ):
        assert words in page, words
    page = text_of(client.get(f"/invoices/{note.pk}/"))
    for words in ("Credit Note", invoice.number, "Mất kết nối", "Used for", "is given back"):
        assert words in page, words
    assert "Register Payment" not in page
    assert f"/invoices/{note.pk}/credit-notes/" not in page
    # What is left is less now.
    dialog = text_of(client.get(f"/invoices/{invoice.pk}/credit-notes/"))
    assert 'value="1,000,000"' in dialog
    assert 'name="seen_minor" value="80000"' in dialog


def test_all_of_it_is_credited_in_vietnamese(invoice):
    client = logged_in("manager", language="vi")
    press(invoice, client, amount_10="1.080.000", amount_20="500.000", headers=IN_DIALOG)
    page = text_of(client.get(f"/invoices/{invoice.pk}/"))
    assert "Đã ghi giảm" in page
    assert "Toàn bộ hóa đơn này đã được ghi giảm." in text_of(client.get(f"/invoices/{invoice.pk}/credit-notes/"))
    assert f"/invoices/{invoice.pk}/credit-notes/" not in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": " "}, "Say why."),
        ({"reason": "x" * 301}, "at most 300"),
        ({"amount_10": "1080001"}, "more than is left of the line"),
        ({"amount_10": "-1"}, "cannot be negative"),
        ({"amount_10": "1,5"}, "VND has no decimals"),
        ({"amount_10": "", "amount_20": "0"}, "There is nothing to credit."),
        ({"seen_minor": "5"}, "credited in the meantime"),
        ({"seen_minor": "x"}, "whole number"),
    ],
)
def test_what_is_refused_is_said_in_the_dialog(invoice, wrong, says):
    client, before = logged_in("accountant"), everything()
    for headers in ({}, IN_DIALOG):
        answer = press(invoice, client, headers, **wrong)
        assert answer.status_code == 422
        assert says in text_of(answer)
    assert everything() == before


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(invoice, name):
    client, before, text = logged_in("accountant"), everything(), HOSTILE[name]
    for field in ("amount_10", "seen_minor"):
        if text.strip() or field == "seen_minor":
            assert press(invoice, client, **{field: text}).status_code == 422
    assert everything() == before
    assert press(invoice, client, reason=text).status_code in (302, 422)
    assert "<script>alert" not in text_of(client.get(f"/invoices/{invoice.pk}/"))


def test_a_second_press_credits_once(invoice):
    client = logged_in("accountant")
    press(invoice, client)
    before = everything()
    assert press(invoice, client).status_code == 422
    assert everything() == before


def test_credit_settles_an_open_invoice_at_a_press(invoice):
    paid = an_invoice(an_order(customer=invoice.customer))
    a_payment(paid, 1_300_000)
    client = logged_in("accountant")
    page = text_of(client.get(f"/invoices/{invoice.pk}/"))
    assert "Use credit of ₫300,000" in page
    page = text_of(client.post(f"/invoices/{invoice.pk}/settlements/", follow=True))
    assert "The credit is used." in page
    assert "Use credit" not in page
    before = everything()
    assert "no credit in this currency" in text_of(client.post(f"/invoices/{invoice.pk}/settlements/", follow=True))
    assert everything() == before


def test_letters_stand_with_every_attempt(invoice):
    letter = invoice.letters.get()
    LetterAttempt.objects.create(letter=letter, number=1, at=AT, error="SMTPServerDisconnected: <gone>")
    LetterAttempt.objects.create(letter=letter, number=2, at=AT)
    type(letter).objects.filter(pk=letter.pk).update(attempts=2, sent_at=AT, subject="Hóa đơn của bạn")
    a_credit_note(invoice)
    page = text_of(logged_in("accountant").get(f"/invoices/{invoice.pk}/"))
    for words in ("Hóa đơn của bạn", "SMTPServerDisconnected: &lt;gone&gt;", "16 Mar 2026, 12:00"):
        assert words in page, words
