"""The search over everything finds what the reader may see, and an exact number opens its record."""

import pytest
from django.test import Client
from django.urls import reverse

from soon.models import User
from tests.builders import a_customer, a_product, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(client: Client):
    """Search as somebody: `find("hoa")`, `find("hoa", a_user("salesperson"))`."""

    def search(text: str, user: User | None = None):
        client.force_login(user or a_user("manager"))
        return client.get(reverse("backoffice:search"), {"q": text})

    return search


def titles(response) -> list[str]:
    """Return of what kinds something was found."""
    return [answer["rows"][0].name for answer in response.context["answers"]]


def test_groups_of_everything_that_fits(find):
    order = an_order(customer=a_customer(name="Đường Sắt Hải Phòng"))
    invoice = an_invoice(order)
    product = a_product(name_vi="Vé đường sắt")
    assert titles(find("duong sat")) == [order.number, order.customer.name, invoice.number, str(product)]


def test_an_exact_number_opens_the_record(find):
    order = an_order()
    invoice = an_invoice(order)
    assert find(f" {order.number.lower()} ")["Location"] == reverse("backoffice:order", args=[order.number])
    assert find(invoice.number)["Location"] == reverse("backoffice:invoice", args=[invoice.pk])
    assert find(order.number[:-1]).status_code == 200


def test_a_salesperson_finds_only_their_own_orders(find):
    seller = a_user("salesperson")
    theirs = an_order(customer=a_customer(name="Hoa Sen Một"))
    own = an_order(customer=a_customer(name="Hoa Sen Hai"), salesperson=seller)
    found = find("hoa sen", seller)
    assert [row.name for row in found.context["answers"][0]["rows"]] == [own.number]
    assert find(theirs.number, seller).status_code == 200, "an order one may not see is not opened"
    assert theirs.number not in find("hoa sen", seller).content.decode()


def test_reference_and_external_id(find):
    order = an_order(customer_reference="PO-2026-7", external_id="7590-VHVEG")
    for text in ("po-2026-7", "7590-vhveg"):
        assert titles(find(text)) == [order.number]


def test_many_results_lead_to_the_list(client, find):
    for _each in range(10):
        a_customer(name="Công ty Hoa Sen")
    answer = find("hoa sen").context["answers"][0]
    assert (len(answer["rows"]), answer["has_more"]) == (8, True)
    assert client.get(answer["url"]).context["total_count"] == 10


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "\x00", "<script>alert(1)</script>", "x" * 5000, "'; drop table soon_order; --"]
)
def test_nothing_found_says_so(find, text):
    an_order()
    response = find(text)
    assert response.status_code == 200
    assert response.context["answers"] == []
    assert b"<script>alert" not in response.content


def test_few_queries(find, django_assert_max_num_queries):
    for _each in range(5):
        an_invoice()
    user = a_user("manager")
    find("hoa", user)
    # The log-in of the test itself takes some of them.
    with django_assert_max_num_queries(18):
        find("hoa", user)


def test_strangers_are_kept_out(client):
    url = reverse("backoffice:search")
    assert client.get(url).status_code == 302
    client.force_login(a_user("customer"))
    assert client.get(url, {"q": "hoa"}).status_code == 403
