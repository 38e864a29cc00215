"""Draft invoices: preparing, changing, issuing and discarding them in the back office."""

import pytest
from django.test import Client

from soon.models import Invoice, InvoiceDraft, Price
from tests.builders import a_customer, a_payment, a_product, a_tax, a_user, an_invoice, an_invoice_draft, an_order
from tests.doors.selling import everything, shown_row
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog-content"}
NEW = "/invoice-drafts/new/"


@pytest.fixture(autouse=True)
def on_a_day(clock):
    clock(2026, 3, 16)


@pytest.fixture
def product():
    """A product that is sold once for 400,000 with 8 % tax."""
    made = a_product("TRAIN", tax=a_tax("8"))
    Price.objects.create(product=made, currency="VND", amount_minor=400_000)
    return made


def typed(customer, *rows, **head):
    data = {"customer": customer.pk if customer else "", "currency": "VND", "filled_currency": "VND", "note": ""} | head
    data |= {"lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in ({"quantity": "1", "charge": "once"} | row).items()}
    return data


def test_a_draft_is_prepared_with_prices_of_the_catalogue(product):
    client, customer = logged_in("accountant"), a_customer()
    assert text_of(client.get(f"{NEW}?customer={customer.pk}")).count("selected>") >= 1
    drawn = client.post(NEW, typed(customer, {"product": product.pk, "quantity": "2"}) | {"refresh": "1"})
    row = shown_row(drawn)
    assert (row["unit_price"], row["charge"]) == ("400,000", "once")
    assert "864,000" in text_of(drawn)
    # Whatever somebody posts as the way of charging, it is charged once.
    stored = client.post(NEW, typed(customer, row | {"charge": "recurring"}, note="Hỏi Minh"))
    draft = InvoiceDraft.objects.get()
    assert stored["Location"] == f"/invoice-drafts/{draft.pk}/"
    page = text_of(client.get(stored["Location"]))
    for words in (customer.name, "Draft", "Hỏi Minh", "864,000", "Service TRAIN"):
        assert words in page, words
    assert "Hỏi Minh" in text_of(client.get("/invoice-drafts/"))
    assert f'href="/invoice-drafts/?customer={customer.pk}"' in text_of(client.get(f"/customers/{customer.pk}/"))


def test_the_draft_of_an_order_is_for_its_customer_in_its_currency(product):
    order = an_order(salesperson=a_user("salesperson"))
    client = Client()
    client.force_login(order.salesperson)
    url = f"{NEW}?order={order.number}"
    assert order.customer.name in text_of(client.get(url))
    client.post(url, typed(a_customer(), {"product": product.pk, "unit_price": "5"}, currency="USD"))
    draft = InvoiceDraft.objects.get()
    assert (draft.order, draft.customer, draft.currency) == (order, order.customer, "VND")
    for number in ("S99999", "a b", "\x00", an_order().number):
        assert client.get(NEW, {"order": number}).status_code == 404


def test_a_draft_is_changed(product):
    draft, client = an_invoice_draft(), logged_in("accountant")
    edit = f"/invoice-drafts/{draft.pk}/edit/"
    row = shown_row(client.get(edit))
    assert (row["quantity"], row["unit_price"]) == ("2", "500,000")
    added = client.post(edit, typed(draft.customer, row) | {"add_line": "1"})
    assert len(added.context["lines"].forms) == 2
    assert client.post(edit, typed(draft.customer, row, {"product": product.pk, "unit_price": "1"})).status_code == 302
    draft.refresh_from_db()
    assert (draft.lines.count(), draft.total_minor) == (2, 1_000_001)


@pytest.mark.parametrize(
    ("head", "row", "says"),
    [
        ({"customer": ""}, {}, "Choose a customer."),
        ({"currency": "XXX"}, {}, "valid choice"),
        ({"note": "x" * 301}, {}, "at most 300"),
        ({}, {"quantity": "0"}, "more than zero"),
        ({}, {"unit_price": "", "product": "bare"}, "There is no price in this currency: type one."),
        ({}, {"product": ""}, "Choose a product"),
        ({}, {"discount_percent": "101"}, "less than or equal to 100"),
    ],
)
def test_what_is_refused_is_said_at_its_field(product, head, row, says):
    client, customer, bare = logged_in("accountant"), a_customer(), a_product("BARE")
    before = everything()
    line = {"product": product.pk, "unit_price": "1000"} | row
    line["product"] = bare.pk if line["product"] == "bare" else line["product"]
    answer = client.post(NEW, typed(customer, line) | head)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert everything() == before
    assert not InvoiceDraft.objects.exists()


def test_issuing_says_what_it_means_and_makes_the_invoice():
    order = an_order()
    a_payment(an_invoice(order), 1_250_000)
    draft, client = an_invoice_draft(order=order), logged_in("accountant")
    dialog = text_of(client.get(f"/invoice-drafts/{draft.pk}/issuing/", headers=IN_DIALOG))
    for words in ("Issue the invoice for ₫1,000,000", "dated 16 March 2026 and due 15 days later", "credit pays ₫250,000"):
        assert words in dialog, words
    answer = client.post(f"/invoice-drafts/{draft.pk}/issuing/", {"seen_minor": "1000000"})
    invoice = Invoice.objects.latest("pk")
    assert answer["Location"] == f"/invoices/{invoice.pk}/"
    page = text_of(client.get(answer["Location"]))
    assert f"Invoice {invoice.number} is issued." in page
    assert "Partly paid" in page
    assert client.get(f"/invoice-drafts/{draft.pk}/").status_code == 404


@pytest.mark.parametrize("seen", ["999999", "", "x", "-1", "9" * 30, "١٠"])
def test_a_draft_that_is_not_the_one_that_was_seen_is_not_issued(seen):
    draft, client = an_invoice_draft(), logged_in("accountant", language="vi")
    before = everything()
    answer = client.post(f"/invoice-drafts/{draft.pk}/issuing/", {"seen_minor": seen}, headers=IN_DIALOG)
    assert answer.status_code == 422
    assert "Bản nháp này vừa được sửa." in text_of(answer)
    assert everything() == before


def test_a_draft_is_discarded():
    draft, client = an_invoice_draft(), logged_in("manager")
    page = text_of(client.post(f"/invoice-drafts/{draft.pk}/discarding/", follow=True))
    assert "The draft is discarded." in page
    assert "No draft invoices" in page


def test_salespeople_prepare_only_for_their_own_customers(product):
    seller = a_user("salesperson", language="en")
    client = Client()
    client.force_login(seller)
    mine, other = a_customer(salesperson=seller), a_customer(salesperson=a_user("salesperson"))
    assert "New draft invoice" in text_of(client.get(f"/customers/{mine.pk}/"))
    assert "New draft invoice" not in text_of(client.get(f"/customers/{other.pk}/"))
    row = {"product": product.pk, "unit_price": "1000"}
    assert client.post(NEW, typed(other, row)).status_code == 422
    assert client.post(NEW, typed(mine, row)).status_code == 302
    assert client.get(f"/invoice-drafts/{an_invoice_draft(customer=other).pk}/").status_code == 404


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(product, name):
    client, customer, text = logged_in("accountant"), a_customer(), HOSTILE[name]
    row = {"product": product.pk, "unit_price": "1000"}
    for wrong in ({"customer": text}, {"currency": text}, {"lines-0-quantity": text}, {"lines-TOTAL_FORMS": text}):
        assert client.post(NEW, typed(customer, row) | wrong).status_code in (302, 422)
    assert client.post(NEW, typed(customer, row | {"description": text}, note=text, form_key=text)).status_code in (302, 422)
    for draft in InvoiceDraft.objects.all():
        assert "<script>alert" not in text_of(client.get(f"/invoice-drafts/{draft.pk}/"))
