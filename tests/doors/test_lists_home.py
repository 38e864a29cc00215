"""The home page: every figure is that of the list it links to, and everybody sees their own."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from soon.models import Closure, Letter, Order, User
from tests.builders import (
    AT,
    TODAY,
    a_churned_order,
    a_close_reason,
    a_plan,
    a_product,
    a_quotation,
    a_set_aside,
    a_user,
    an_invoice,
    an_order,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def today(clock):
    """Hold the clock at noon of TODAY."""
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


@pytest.fixture
def manager() -> User:
    """Somebody who sees everything."""
    return a_user("manager")


def home(client: Client, user: User):
    """Return the home page as `user` sees it."""
    client.force_login(user)
    response = client.get(reverse("backoffice:home"))
    assert response.status_code == 200
    return response


def busy_day(seller: User | None = None) -> None:
    """Make one of everything that needs attention, and some movement of MRR."""
    an_invoice(an_order(start_on=TODAY - 60 * DAY, salesperson=seller), today=TODAY - 60 * DAY)
    an_order(start_on=TODAY - 3 * DAY, salesperson=seller, currency="USD", price_minor=4900)
    a_quotation(expires_on=TODAY - DAY, salesperson=seller)
    a_quotation(expires_on=TODAY + 3 * DAY, salesperson=seller)
    a_quotation(expires_on=TODAY + 60 * DAY, salesperson=seller)
    leaving = an_order(salesperson=seller)
    closure = Closure.objects.create(
        order=leaving,
        customer=leaving.customer,
        channel="backoffice",
        submitted_at=AT,
        time_zone="Asia/Ho_Chi_Minh",
        own_words="Chuyển nhà",
        requested_on=TODAY + 5 * DAY,
        effective_on=TODAY + 6 * DAY,
    )
    Order.objects.filter(pk=leaving.pk).update(closure=closure, ends_on=TODAY + 6 * DAY)
    a_set_aside(leaving)
    a_churned_order(salesperson=seller)
    Letter.objects.filter(pk=Letter.objects.latest("pk").pk).update(given_up_at=AT, attempts=9)


def figures(response) -> dict[str, dict]:
    """Return every figure of the page that links to a list."""
    return {each["icon"]: each for each in response.context["attention"]}


def test_every_number_is_that_of_the_list_it_links_to(client, manager):
    busy_day()
    response = home(client, manager)
    shown = figures(response)
    assert {name: each["count"] for name, each in shown.items()} == {
        "exclamation-triangle": 1,
        "document-plus": 3,
        "exclamation-circle": 1,
        "clock": 2,
        "calendar-days": 1,
        "envelope": 1,
    }
    for name, each in shown.items():
        listed = client.get(each["url"])
        assert listed.context["total_count"] == each["count"], name
        if each["html"]:
            assert each["html"] in [cell.html for cell in listed.context["total"]["cells"]], name
    mrr = response.context["mrr"]
    assert mrr["count"] == 4 and mrr["html"]
    for each in [mrr, *mrr["movements"]]:
        listed = client.get(each["url"])
        assert bool(each["html"]) == bool(listed.context["total_count"]), each
        if each["html"]:
            told = lines(each["html"])
            assert told and told in [lines(cell.html) for cell in listed.context["total"]["cells"]], each
    for reason in response.context["reasons"]:
        assert client.get(reason["url"]).context["total_count"] == reason["count"]


def test_the_month_says_what_moved_revenue(client, manager, clock):
    an_order(price_minor=2_000_000)
    an_order(price_minor=5_000_000, start_on=TODAY - 90 * DAY)
    a_churned_order(price_minor=700_000, start_on=TODAY - 90 * DAY)
    # Closed on its day, which is still served: it goes the day after.
    clock(TODAY.year, TODAY.month, TODAY.day + 1, 12)
    mrr = home(client, manager).context["mrr"]
    assert text_of(mrr["html"]) == "7.000.000 ₫"
    # New, reactivation, expansion, contraction, churn.
    assert [text_of(each["html"]) for each in mrr["movements"]] == ["+2.000.000 ₫", "", "", "", "-700.000 ₫"]


def lines(html: str) -> set[str]:
    """Return the amounts of all currencies, without a plus."""
    return {text_of(line).removeprefix("+") for line in re.findall(r'amount-line">(.*?)</span></span></span>', str(html))}


def text_of(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", str(html)).split())


def test_top_reasons_of_the_last_ninety_days(client, manager):
    dear, moved, old = a_close_reason("Quá đắt"), a_close_reason("Chuyển nhà"), a_close_reason("Xưa rồi")
    for reason in (dear, dear, dear, moved):
        a_churned_order(reason)
    long_ago = a_churned_order(old)
    Closure.objects.filter(order=long_ago).update(requested_on=TODAY - 90 * DAY)
    context = home(client, manager).context
    assert context["closings_count"] == 4
    assert [(each["text"], each["count"], each["percent"]) for each in context["reasons"]] == [
        ("Quá đắt", 3, 75),
        ("Chuyển nhà", 1, 25),
    ]


def test_latest_closings_name_customer_and_reason(client, manager):
    order = a_churned_order(a_close_reason("Quá đắt"))
    html = home(client, manager).content.decode()
    assert order.customer.name in html
    assert "Quá đắt" in html


def test_a_salesperson_sees_only_their_own(client):
    seller = a_user("salesperson")
    busy_day()
    response = home(client, seller)
    shown = figures(response)
    assert response.context["mrr"]["count"] == 0 and not response.context["mrr"]["html"]
    assert {name: each["count"] for name, each in shown.items() if each["count"]} == {}
    busy_day(seller)
    assert home(client, seller).context["mrr"]["count"] == 4


def test_a_fixed_number_of_queries(client, manager, django_assert_max_num_queries):
    busy_day()
    busy_day()
    client.force_login(manager)
    with django_assert_max_num_queries(19):
        client.get(reverse("backoffice:home"))


def test_a_new_installation_says_what_to_do_first(client):
    a_product()
    a_plan()
    response = home(client, a_user("administrator"))
    steps = response.context["steps"]
    assert [step["is_done"] for step in steps] == [True, True, False, False]
    assert reverse("backoffice:customer_new").encode() in response.content
    accountant = home(client, a_user("accountant"))
    assert [step["url"] for step in accountant.context["steps"]] == ["", "", "", ""], "no link to what one may not do"


def test_customers_are_led_to_the_portal(client):
    client.force_login(a_user("customer"))
    assert client.get("/")["Location"] == reverse("portal:home")
