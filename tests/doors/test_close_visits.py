"""The funnel of the churn report: every figure leads to the list of just these visits, which narrows as the report does."""

import datetime
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from soon.models import CloseVisit
from tests.builders import AT, TODAY, a_draft_line, a_plan, a_product, a_user, an_order

pytestmark = pytest.mark.django_db
URL = "/reports/churn/"
FIGURE = re.compile(r'<a href="(/reports/close-visits/[^"]*)">[^<]*</a></th><td class="number">([0-9]+)')
DECIDED = {"offered_at": AT, "decided_at": AT}


@pytest.fixture(autouse=True)
def noon(clock):
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


def reader(role: str = "manager") -> Client:
    """Return a browser that reads English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_user(role))
    return client


def a_visit(days_ago: int = 1, *, order=None, **fields) -> CloseVisit:
    """Return a visit to the closing page of `order`, so many days ago."""
    order = order or an_order()
    at = AT - datetime.timedelta(days=days_ago)
    return CloseVisit.objects.create(order=order, customer=order.customer, opened_at=at, opened_on=at.date(), **fields)


def figures(client: Client, query: str = "") -> list[int]:
    """Return the figures of the funnel, after following each to its list."""
    found = [(unescape(url), int(number)) for url, number in FIGURE.findall(client.get(URL + query).content.decode())]
    assert [client.get(url).context["total_count"] for url, _number in found] == [number for _url, number in found]
    return [number for _url, number in found]


def test_every_figure_leads_to_as_many_visits():
    seller, yearly, big = a_user("salesperson"), a_plan("Hằng năm", interval_unit="year"), a_product("BIG")
    theirs = an_order(salesperson=seller, plan=yearly, lines=[a_draft_line(100_000), a_draft_line(900_000, product=big)])
    a_visit(outcome="accepted", offer="pause", order=theirs, **DECIDED)
    a_visit(100, outcome="accepted", offer="pause", is_kept=True, **DECIDED)
    a_visit(outcome="closed", offer="contact", **DECIDED)
    a_visit(outcome="closed", decided_at=AT)
    a_visit()
    a_visit(order=an_order(currency="USD"))
    a_visit(400)
    client = reader()
    opened_offered_accepted_closed_left = figures(client)
    assert opened_offered_accepted_closed_left == [5, 3, 2, 2, 1]
    for query in (f"?salesperson={seller.pk}", f"?plan={yearly.pk}", f"?product={big.pk}"):
        assert figures(client, query) == [1, 1, 1, 0, 0], query
    assert figures(client, "?currency=USD") == [1, 0, 0, 0, 1]
    # Visits are all the portal's and nobody's kind of closing: these do not narrow them.
    assert figures(client, "?channel=backoffice&voluntary=no") == [5, 3, 2, 2, 1]
    assert client.get("/reports/close-visits/?filter=kept").context["total_count"] == 1
    own = Client()
    own.force_login(seller)
    assert figures(own) == [1, 1, 1, 0, 0]
    assert own.get("/reports/close-visits/").context["total_count"] == 1


def test_a_row_says_what_became_of_the_visit():
    order = an_order()
    a_visit(outcome="accepted", offer="discount", is_kept=False, order=order, **DECIDED)
    page = reader().get("/reports/close-visits/").content.decode()
    for words in (
        f'href="/orders/{order.number}/"',
        order.customer.name,
        "Discount for some periods",
        "Accepted the offer",
        "No",
    ):
        assert words in page
    assert reader().get("/reports/close-visits/", {"q": order.number}).context["total_count"] == 1
    assert reader().get("/reports/close-visits/", {"q": "S99999"}).context["total_count"] == 0


def test_more_visits_ask_no_more_of_the_database():
    client = reader()

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/reports/close-visits/")
        return len(captured)

    a_visit()
    client.get("/reports/close-visits/")
    before = cost()
    for _ in range(6):
        a_visit(outcome="accepted", offer="pause", **DECIDED, order=an_order(salesperson=a_user("salesperson")))
    assert cost() == before
