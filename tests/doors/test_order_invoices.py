"""Create Invoice on the page of an order."""

import datetime

import pytest
from django.test import Client

from soon.models import Invoice
from tests.builders import a_churned_order, a_quotation, an_order
from tests.doors.selling import everything
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db
FIRST = {"expected_period_start": "2026-03-16"}
SECOND = {"expected_period_start": "2026-04-16"}


@pytest.fixture(autouse=True)
def on_a_day(clock):
    clock(2026, 3, 16)


def press(order, data=FIRST, client=None, **options):
    return (client or logged_in("manager")).post(f"/orders/{order.number}/invoices/", data, **options)


def test_the_button_issues_the_invoice_of_the_period_and_links_it():
    order = an_order()
    page = text_of(press(order, follow=True))
    invoice = Invoice.objects.get()
    assert f'Invoice <a href="/invoices/{invoice.pk}/">{invoice.number}</a> is issued.' in page
    assert (invoice.period_start, invoice.issued_on) == (datetime.date(2026, 3, 16), datetime.date(2026, 3, 16))


def test_a_double_click_invoices_once():
    order, client = an_order(), logged_in("manager")
    press(order, client=client)
    before = everything()
    page = text_of(press(order, client=client, follow=True))
    assert "This period has already been invoiced." in page
    assert everything() == before


def test_a_period_that_is_not_due_is_asked_about_first():
    order, client = an_order(), logged_in("manager")
    press(order, client=client)
    page = text_of(client.get(f"/orders/{order.number}/"))
    assert f'href="/orders/{order.number}/invoices/" data-dialog' in page
    before = everything()
    for answer in (client.get(f"/orders/{order.number}/invoices/"), press(order, SECOND, client)):
        assert "<strong>16 April 2026</strong> to 15 May 2026" in text_of(answer)
        assert "You can issue it early; it is then dated 16 March 2026." in text_of(answer)
    assert everything() == before
    assert press(order, SECOND | {"early": "1"}, client).status_code == 302
    assert Invoice.objects.count() == 2
    before = everything()
    press(order, SECOND | {"early": "1"}, client)
    assert everything() == before


@pytest.mark.parametrize(("make", "says"), [(a_quotation, "in progress"), (a_churned_order, "in progress")])
def test_only_what_is_in_progress_is_invoiced(make, says):
    order, client = make(), logged_in("manager")
    before = everything()
    assert says in text_of(press(order, client=client, follow=True))
    dialog = press(order, client=client, headers={"HX-Request": "true", "HX-Target": "dialog-content"})
    assert dialog.status_code == 422
    assert everything() == before


@pytest.mark.parametrize("text", [*(text for text in HOSTILE.values() if text.strip()), "2026-02-30", "16/03/2026x"])
def test_a_mangled_period_is_refused(text):
    order, client = an_order(), logged_in("manager")
    before = everything()
    assert press(order, {"expected_period_start": text}, client).status_code == 422
    assert everything() == before


def test_who_may_issue():
    order = an_order()
    before = everything()
    assert press(order, client=logged_in("salesperson")).status_code == 404
    assert press(order, client=logged_in("customer")).status_code == 403
    assert press(order, client=Client()).status_code == 302
    assert everything() == before
    assert press(order, client=logged_in("accountant")).status_code == 302
    assert Invoice.objects.count() == 1
