"""Customers: page, form, and their way into the portal."""

import pytest
from django.urls import reverse

from soon.models import Customer, Letter, PortalLink
from tests.builders import a_customer, a_user, an_invoice, an_order
from tests.doors.setting_up import logged_in, only, statuses, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
NEW = "/customers/new/"
FORM = {
    "name": "Công ty Sen Vàng",
    "is_company": "on",
    "contact_name": "Phạm Minh",
    "email": "sales@senvang.example.com",
    "phone": "+84 236 3 888 888",
    "street": "12 Bạch Đằng",
    "city": "Đà Nẵng",
    "postcode": "550000",
    "country": "VN",
    "tax_number": "0101234567",
    "language": "vi",
    "currency": "VND",
    "time_zone": "Asia/Ho_Chi_Minh",
    "salesperson": "",
    "note": "",
    "external_id": "",
}
BUTTONS = ("customer_archive", "customer_restore", "customer_link", "customer_link_revocation")


def press(client, page, customer):
    """Press a button of the customer's page and return the page that comes back."""
    return text_of(client.post(reverse(f"backoffice:{page}", args=[customer.pk]), follow=True))


def test_staff_see_customers_and_those_who_sell_edit_them():
    customer = a_customer()
    assert statuses("customer", customer.pk) == only("administrator", "manager", "salesperson", "accountant")
    for page, args in (("customer_new", ()), ("customer_edit", (customer.pk,))):
        assert statuses(page, *args) == only("administrator", "manager", "salesperson"), page


def test_buttons_take_a_post_and_the_right():
    customer = a_customer()
    accountant, administrator = logged_in("accountant"), logged_in()
    assert "/edit/" not in text_of(accountant.get(f"/customers/{customer.pk}/"))
    before = everything()
    for page in BUTTONS:
        url = reverse(f"backoffice:{page}", args=[customer.pk])
        assert administrator.get(url).status_code == 405
        assert accountant.post(url).status_code == 403
    assert everything() == before


def test_a_new_customer():
    client = logged_in()
    response = client.post(NEW, FORM | {"tax_number": "0101234567001"})
    customer = Customer.objects.get()
    assert response.status_code == 302, text_of(response)
    assert (customer.name, customer.city, customer.tax_number) == ("Công ty Sen Vàng", "Đà Nẵng", "0101234567-001")
    page = text_of(client.get(response["Location"]))
    for words in ("Công ty Sen Vàng", "12 Bạch Đằng", "Vietnam", "created the customer"):
        assert words in page


def test_a_salespersons_new_customer_is_theirs_by_default():
    client = logged_in("salesperson")
    assert "selected" in text_of(client.get(NEW)).split('name="salesperson"')[1].split("</select>")[0]


def test_a_change_stands_in_the_chatter_old_and_new():
    client = logged_in()
    client.post(NEW, FORM)
    customer = Customer.objects.get()
    assert client.post(f"/customers/{customer.pk}/edit/", FORM | {"city": "Huế"}).status_code == 302
    page = text_of(client.get(f"/customers/{customer.pk}/"))
    assert "<del>Đà Nẵng</del>" in page
    assert "<ins>Huế</ins>" in page


def test_the_page_shows_orders_invoices_and_what_is_still_to_pay():
    order = an_order()
    invoice = an_invoice(order)
    page = text_of(logged_in().get(f"/customers/{order.customer_id}/"))
    assert order.number in page
    assert invoice.number in page
    assert "1,000,000" in page


def test_a_salesperson_sees_only_their_own_orders_and_what_happened_there():
    stranger = an_order()
    page = text_of(logged_in("salesperson").get(f"/customers/{stranger.customer_id}/"))
    assert stranger.number not in page
    assert "confirmed the order" not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "required"),
        ({"email": "nobody"}, "valid email"),
        ({"phone": "call me"}, "phone number with digits"),
        ({"tax_number": "123"}, "A Vietnamese tax number has 10 digits"),
        ({"tax_number": "0101234567", "country": "ZZ"}, "Select a valid choice"),
        ({"tax_number": "!!!!", "country": "DE"}, "digits and letters"),
        ({"language": "fr"}, "Select a valid choice"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"currency": "XXX"}, "Select a valid choice"),
        ({"salesperson": "999999"}, "Select a valid choice"),
        ({"external_id": "X-1"}, "Another customer already has this external id."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(change, words):
    a_customer(external_id="X-1")
    client = logged_in()
    before = everything()
    response = client.post(NEW, FORM | change)
    assert response.status_code == 422
    assert words in text_of(response)
    assert 'value="12 Bạch Đằng"' in text_of(response)
    assert everything() == before


@pytest.mark.parametrize("same", [{"email": "SALES@senvang.example.com"}, {"tax_number": "0101234567"}])
def test_a_possible_duplicate_is_warned_of_not_refused(same):
    a_customer(name="Sen Vàng cũ", **same)
    response = logged_in().post(NEW, FORM, follow=True)
    assert Customer.objects.count() == 2
    assert "The same e-mail or tax number" in text_of(response)
    assert "Sen Vàng cũ" in text_of(response)


def test_archive_and_restore():
    client, customer = logged_in(), a_customer()
    assert "The customer is archived." in press(client, "customer_archive", customer)
    assert "back in the lists" in press(client, "customer_restore", customer)


def test_a_running_subscription_keeps_its_customer():
    customer = an_order().customer
    assert "running subscription" in press(logged_in(), "customer_archive", customer)
    assert Customer.objects.get(pk=customer.pk).archived_at is None


def test_links_are_sent_and_revoked():
    client, customer = logged_in(), a_customer()
    assert customer.email in press(client, "customer_link", customer)
    assert Letter.objects.get().kind == "portal_link"
    assert "no longer works" in press(client, "customer_link_revocation", customer)
    assert PortalLink.objects.get().revoked_at is not None


def test_without_an_address_nothing_is_sent():
    client, customer = logged_in(), a_customer(email="")
    assert reverse("backoffice:customer_link", args=[customer.pk]) not in text_of(client.get(f"/customers/{customer.pk}/"))
    assert "no e-mail address" in press(client, "customer_link", customer)
    assert not Letter.objects.exists()


def test_the_page_costs_the_same_however_much_was_bought(django_assert_max_num_queries):
    customer = a_customer()
    for _number in range(6):
        an_invoice(an_order(customer=customer))
    client = logged_in()
    with django_assert_max_num_queries(20):
        client.get(f"/customers/{customer.pk}/")


def test_a_customer_that_is_not_there_is_not_found():
    assert logged_in().get("/customers/999999/").status_code == 404
    assert logged_in().get(f"/customers/{'9' * 30}/").status_code == 404
    assert a_user() is not None
