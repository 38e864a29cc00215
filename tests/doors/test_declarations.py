"""The queue of declarations: matched by their number, or set aside with an answer."""

import pytest
import time_machine

from soon.models import Closure, Declaration
from soon.operations.declarations.receive import receive
from soon.operations.declarations.statement import Statement
from soon.operations.installation.seed import seed
from tests.builders import AT, a_customer, a_plan, a_user, an_order
from tests.doors.setting_up import logged_in, only, statuses, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(db):
    seed()
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def order():
    return an_order(customer=a_customer(name="Công ty Hoa Sen", email="lan@example.com"), plan=a_plan(notice_days=30))


def waiting(order, **fields):
    values = {"name": "Nguyễn Lan", "email": "lan@example.com", "reference": "hợp đồng của tôi", "form_key": "k" * 40}
    return receive(Statement(**values | fields), at=AT)


def test_who_may_close_sees_the_queue(order):
    declaration = waiting(order)
    sellers = only("administrator", "manager", "salesperson")
    assert statuses("declarations") == sellers
    assert statuses("declaration", declaration.pk) == sellers


@pytest.mark.parametrize(("language", "words"), [("en", "As early as possible"), ("vi", "Sớm nhất có thể")])
def test_what_waits_is_listed_and_what_is_handled_apart(order, language, words):
    waiting(order)
    waiting(order, name="Đã khớp", reference=order.number, form_key="m" * 40)
    client = logged_in(language=language)
    page = text_of(client.get("/declarations/"))
    assert "Nguyễn Lan" in page and words in page and "Đã khớp" not in page
    page = text_of(client.get("/declarations/?show=handled"))
    assert "Nguyễn Lan" not in page and "Đã khớp" in page and order.number in page


def test_an_order_is_suggested_looked_up_and_closed(order):
    declaration, client = waiting(order), logged_in()
    url = f"/declarations/{declaration.pk}/"
    assert f"?order={order.number}" in text_of(client.get(url))
    page = text_of(client.get(url, {"order": f" {order.number.lower()} "}))
    assert "14 April 2026" in page and "Công ty Hoa Sen" in page and "not the address" not in page
    page = text_of(client.post(f"{url}matching/", {"order": order.number}, follow=True))
    assert "closed as declared" in page and "14 April 2026" in page
    assert Closure.objects.get().channel == "public"
    assert Declaration.objects.get().handled_by is not None
    assert "already handled" in text_of(client.post(f"{url}matching/", {"order": order.number}, follow=True))


def test_an_order_of_somebody_else_is_not_there_for_a_salesperson(order):
    declaration, client = waiting(order), logged_in("salesperson")
    url = f"/declarations/{declaration.pk}/"
    before = everything()
    assert order.number not in text_of(client.get(url))
    assert "that you may see" in text_of(client.get(url, {"order": order.number}))
    assert "no such order" in text_of(client.post(f"{url}matching/", {"order": order.number}, follow=True))
    assert everything() == before


def test_a_doubtful_or_impossible_match_is_said_before(order):
    declaration = waiting(order, email="other@example.com", kind="withdrawal")
    page = text_of(logged_in().get(f"/declarations/{declaration.pk}/", {"order": order.number}))
    assert "not the address in the declaration" in page
    assert "cannot be closed by the declaration" in page and "matching/" not in page


def test_setting_aside_needs_an_answer(order):
    declaration, client = waiting(order), logged_in()
    url = f"/declarations/{declaration.pk}/"
    before = everything()
    answer = client.post(f"{url}setting-aside/", {"answer": " "})
    assert answer.status_code == 422 and "write an answer" in text_of(answer)
    assert everything() == before
    page = text_of(client.post(f"{url}setting-aside/", {"answer": "Hợp đồng đã hết hạn."}, follow=True))
    assert "Hợp đồng đã hết hạn." in page and "set it aside" in page


def test_the_queue_costs_the_same_however_long(order, django_assert_max_num_queries):
    for number in range(15):
        waiting(order, form_key=f"{number:040d}", reference=f"x{number}")
    client = logged_in()
    a_user("manager")
    with django_assert_max_num_queries(6):
        client.get("/declarations/")
