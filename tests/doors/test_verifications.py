"""Is everything still true: what the page shows, Check now, and where it is too much for a page."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from soon.models import Order, Verification
from soon.queries.verification import results
from tests.builders import AT, TODAY, a_user, a_verification, an_invoice, an_order
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
URL = "/verifications/"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon(clock):
    """Hold the clock at noon of TODAY."""
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


@pytest.fixture
def accountant(client):
    """Somebody who may do all of this, logged in and reading English."""
    user = a_user("accountant", language="en")
    client.force_login(user)
    return user


def text_of(response) -> str:
    """Return the words of a page without its tags, blanks made one."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_what_is_not_true_comes_first_with_the_way_to_it(client, accountant):
    order = an_order()
    a_verification(order=order, started_by=accountant, started_at=AT)
    page = client.get(URL)
    words = text_of(page)
    assert "Checked on 16 Mar 2026, 12:00 3 contradictions" in words
    assert accountant.name in words and "1,234 records" in words and "Seconds 4" in words
    wrong, notable, true = (words.index(each) for each in ("What is not true", "What is worth knowing", "Subscriptions Each"))
    assert wrong < notable < true
    assert "3 of 1,234 orders" in words and "… and 2 more that are only counted" in words
    assert f"{order.number} Day of the next invoice by its plan: 16 April 2026. What the order says: 17 April 2026." in words
    assert f'href="{reverse("backoffice:order", args=[order.number])}"' in page.content.decode()
    assert "An invoice has been due since 10 March 2026." in words


def test_a_finding_in_a_currency_that_is_none_is_told_all_the_same(client, accountant):
    facts = {"lines_minor": {"minor": 1, "currency": "XXL"}, "says_minor": {"minor": 2, "currency": "XXL"}}
    finding = {"check": "mrr_is_lines", "record": "S00001", "noun": "order", "key": 1, "facts": facts}
    a_verification(checked={"mrr_is_lines": {"looked_at": 1, "found": 1}}, findings=[finding])
    assert "XXL" in text_of(client.get(URL))


def test_it_speaks_the_readers_language(client, accountant):
    a_verification()
    client.cookies["django_language"] = "vi"
    type(accountant).objects.update(language="vi")
    assert "16 tháng 4 năm 2026" in text_of(client.get(URL))


def test_the_last_result_that_came_to_an_end_is_shown_and_earlier_ones_are_listed(client, accountant):
    older = a_verification(found=0, started_at=AT - 48 * HOUR, findings=[], checked={"old_check": {"looked_at": 7, "found": 0}})
    a_verification(started_at=AT - 24 * HOUR)
    a_verification(started_at=AT - 2 * HOUR, finished_at=None)
    a_verification(started_at=AT, finished_at=None)
    page = client.get(URL)
    assert page.context["shown"].started_at == AT - 24 * HOUR
    assert [each["state"] for each in page.context["listed"]] == ["running", "interrupted", "contradicted", "true"]
    earlier = client.get(reverse("backoffice:verification", args=[older.pk]))
    assert "Everything is true" in text_of(earlier) and "Checks of another version old_check 7 records" in text_of(earlier)


def test_before_the_first_check_the_page_says_what_will_come(client, accountant):
    assert "Nothing has been checked yet" in text_of(client.get(URL))
    a_verification(started_at=AT - 2 * HOUR, finished_at=None, checked={}, findings=[], found=0)
    assert "It was stopped before it came to an end" in text_of(client.get(URL))


def test_check_now(client, accountant):
    an_invoice(an_order())
    Order.objects.update(mrr_micro=1)
    page = client.post(URL, follow=True)
    result = Verification.objects.get()
    # It contradicts the lines of the order, and the movements that tell what it earns.
    assert (result.started_by, result.found) == (accountant, 2)
    assert "Everything was checked." in text_of(page) and "The MRR of each order" in text_of(page)


def test_what_a_page_cannot_wait_for_is_the_workers(client, accountant, monkeypatch):
    an_invoice(an_order())
    monkeypatch.setattr(results, "MOST_IN_A_REQUEST", 0)
    before = everything()
    page = client.get(URL)
    assert "soon verify" in text_of(page) and "Check now" not in text_of(page)
    refused = client.post(URL)
    assert refused.status_code == 422
    assert "This is more than a page can wait for. Nothing was checked." in text_of(refused)
    assert everything() == before


def test_the_home_page_warns_those_who_can_look(client, accountant):
    an_order()
    assert "contradiction" not in text_of(client.get("/"))
    a_verification()
    page = client.get("/")
    assert "The check of 16 Mar 2026, 12:00 found 3 contradictions. See what is not true" in text_of(page)
    client.force_login(a_user("salesperson", language="en"))
    assert "contradiction" not in text_of(client.get("/"))
    a_verification(started_at=AT + HOUR, finished_at=AT + HOUR, found=0)
    client.force_login(accountant)
    assert "contradiction" not in text_of(client.get("/"))


def test_ten_more_results_ask_no_more(client, accountant):
    a_verification(started_by=accountant)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(10):
        a_verification(started_by=a_user("manager"))
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    # 1 session · 2 reader · 3 time zone · 4 the last result · 5 the others · 6 and 7 whether it is quick
    assert len(few) == len(many) <= 7
