"""What pages ask of the database: a fixed, small number of queries, whatever they hold."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from soon.activity.actor import customer_in_portal
from soon.operations.chatter.write_to_staff import write_to_staff
from tests.builders import (
    AT,
    TODAY,
    a_churned_order,
    a_credit_note,
    a_draft_line,
    a_payment,
    a_plan,
    a_product,
    a_tax,
    a_user,
    an_invoice,
    an_invoice_draft,
    an_order,
)
from tests.doors.portal import by_account, by_link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(clock):
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


def cost(client: Client, url: str) -> list[str]:
    """Return the queries of the second visit to `url`."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return [query["sql"] for query in captured]


def busy_order(customer=None, lines: int = 12, invoices: int = 6, messages: int = 20):
    """Return an order with many of everything."""
    plan, tax = a_plan(), a_tax()
    rows = [a_draft_line(product=a_product(plan=plan), tax=tax) for _ in range(lines)]
    order = an_order(plan=plan, lines=rows, salesperson=a_user("salesperson"), **({"customer": customer} if customer else {}))
    for _ in range(invoices):
        an_invoice(order)
    for number in range(messages):
        write_to_staff(order, text=f"message {number}", actor=customer_in_portal(order.customer), at=AT)
    return order


def test_the_order_page_of_staff():
    client = Client()
    client.force_login(a_user("manager"))
    small, big = an_order(), busy_order()
    queries = cost(client, f"/orders/{big.number}/")
    # 1 session · 2 reader · 3 order with customer, plan, salesperson and closure · 4 lines with product and tax
    # 5 place among all orders · 6 the one before · 7 the one after · 8 figures of its invoices · 9 chatter
    # 10 time zone of our company · 11 changes that wait
    assert len(queries) <= 11, queries
    assert len(cost(client, f"/orders/{small.number}/")) == len(queries)
    assert len(cost(client, f"/orders/{a_churned_order().number}/")) <= 10


@pytest.mark.parametrize(("enter", "most"), [(by_account, 9), (by_link, 9)])
def test_the_order_page_of_the_customer(enter, most):
    big = busy_order()
    small = an_order(customer=big.customer)
    client = enter(big.customer)
    queries = cost(client, f"/portal/orders/{big.number}/")
    # 1 session · 2 reader or link · 3 customer · 4 order · 5 lines · 6 invoices · 7 messages · 8 changes that wait
    # 9 name of our company
    assert len(queries) <= most, queries
    assert len(cost(client, f"/portal/orders/{small.number}/")) == len(queries)


@pytest.mark.parametrize("path", ["", "invoices/"])
def test_ten_more_rows_in_the_portal_ask_no_more(path):
    order = busy_order()
    client = by_account(order.customer)
    before = len(cost(client, f"/portal/{path}"))
    for _ in range(10):
        an_invoice(an_order(customer=order.customer))
    assert len(cost(client, f"/portal/{path}")) == before <= 7


@pytest.mark.parametrize("path", ["plans/", "taxes/", "users/", "close-reasons/", "customers/", "products/"])
def test_ten_more_rows_in_the_configuration_ask_no_more(path):
    client = Client()
    client.force_login(a_user("administrator"))
    a_churned_order()
    a_tax()
    before = cost(client, f"/{path}")
    for _ in range(10):
        a_churned_order()
        a_tax()
        a_user("salesperson")
    assert len(cost(client, f"/{path}")) == len(before) <= 9, before


@pytest.mark.parametrize(
    "path",
    [
        "reports/ageing/?group=customer",
        "payments/",
        "invoice-drafts/",
        "customers/{customer}/statement/",
        "payments/{payment}/",
    ],
)
def test_ten_more_of_everything_ask_no_more_of_the_pages_of_money(path):
    client = Client()
    client.force_login(a_user("accountant"))
    order = an_order()
    payment = a_payment(an_invoice(order), 1500)
    an_invoice_draft(order=order)
    url = "/" + path.format(customer=order.customer_id, payment=payment.pk)
    before = cost(client, url)
    for _ in range(10):
        a_credit_note(an_invoice(order), {order.invoices.latest("pk").lines.get().pk: 5})
        a_payment(an_invoice(), 1500)
        an_invoice_draft()
    assert len(cost(client, url)) == len(before) <= 13, before


def test_the_dialogs_are_cheap():
    client = Client()
    client.force_login(a_user("manager"))
    order = busy_order()
    # Session, reader, order, reasons, what is still open, changes that wait (to be told, and to be reckoned with); and from
    # what day and money follow: company, plans, taxes, the order with lines and products, what was billed and credited, what
    # is open and unused. For the invoice its lines instead.
    assert len(cost(client, f"/orders/{order.number}/closure/")) <= 20
    assert len(cost(client, f"/orders/{order.number}/invoices/")) <= 6
