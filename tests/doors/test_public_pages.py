"""Closing and withdrawing without log-in: there where it is switched on, and telling nothing of what we know."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from soon.mail.render import render
from soon.models import Closure, Company, Declaration, Letter
from soon.operations.installation.seed import seed
from tests.builders import AT, a_customer, a_plan, a_user, an_order
from tests.doors.setting_up import HOSTILE, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
NONCE = "a" * 32


@pytest.fixture(autouse=True)
def at_noon(db):
    seed()
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield
    cache.clear()


@pytest.fixture
def switched_on():
    return Company.objects.update_or_create(
        pk=1, defaults={"name": "Sen Việt", "market": "de", "has_public_closing": True, "has_public_withdrawal": True}
    )[0]


@pytest.fixture
def order():
    return an_order(customer=a_customer(email="lan@example.com"), plan=a_plan(withdrawal_days=14))


def browser(language="en", **fields):
    return Client(headers={"accept-language": language}, **fields)


def typed(order, **fields):
    values = {"name": "Nguyễn Lan", "email": "lan@example.com", "reference": order.number, "nonce": NONCE}
    return values | {"way": "ordinary", "when": "earliest"} | fields


@pytest.mark.parametrize("url", ["/close/", "/withdraw/"])
def test_there_is_no_page_until_it_is_switched_on(url, order):
    before = everything()
    assert browser().get(url).status_code == 404
    assert browser().post(url, typed(order, confirmed="1")).status_code == 404
    assert everything() == before
    assert "/close/" not in text_of(browser().get("/account/login/"))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Close contracts here", "Close now", "Withdraw from contract here", "As early as possible")),
        ("vi", ("Chấm dứt hợp đồng tại đây", "Chấm dứt ngay", "Rút khỏi hợp đồng tại đây", "Sớm nhất có thể")),
    ],
)
def test_the_first_page_has_all_that_is_asked_and_the_last_button(switched_on, language, words):
    page = text_of(browser(language).get("/close/"))
    for each in words:
        assert each in page
    names = set(re.findall(r'name="([a-z_]+)"', page.split('class="form"')[1]))
    assert names == {"csrfmiddlewaretoken", "nonce", "name", "email", "reference", "way", "cause", "when", "wanted_on"} | (
        {"theme", "language"} & names
    )
    login = text_of(browser(language).get("/account/login/"))
    assert words[0] in login and words[2] in login


def test_links_stand_at_the_foot_of_the_portal(switched_on):
    inside = browser()
    inside.force_login(a_user("customer", language="en"))
    page = text_of(inside.get("/portal/"))
    assert 'href="/close/"' in page and 'href="/withdraw/"' in page
    Company.objects.update(has_public_withdrawal=False)
    page = text_of(inside.get("/portal/"))
    assert 'href="/close/"' in page and 'href="/withdraw/"' not in page


def answered(data, url="/close/", language="en"):
    """Return status, headers and page of an answer, apart from what was typed and its own key."""
    cache.clear()
    answer = browser(language).post(url, data)
    key = answer.headers["Location"].split("/")[2]
    shown = browser(language).get(answer.headers["Location"])
    page = text_of(shown).replace(key, "KEY").replace(data["reference"], "REFERENCE").replace(data["email"], "E-MAIL")
    headers = {name: value.replace(key, "KEY") for name, value in answer.headers.items() if name != "Set-Cookie"}
    page = re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", page)
    return answer.status_code, headers, len(key), answer.content, shown.status_code, page


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("url", "more"), [("/close/", {}), ("/withdraw/", {"confirmed": "1"})])
def test_nothing_is_revealed_the_answer_is_the_same_byte_by_byte(switched_on, order, url, more, language):
    unknown = answered(typed(order, reference="S99999", **more), url, language)
    stranger = answered(typed(order, email="mallory@example.com", **more), url, language)
    assert not Closure.objects.exists()
    true = answered(typed(order, **more), url, language)
    assert Closure.objects.count() == 1
    closed_before = answered(typed(order, nonce="b" * 32, **more), url, language)
    assert unknown == stranger == true == closed_before
    assert "Sen Việt" in true[-1]


def test_the_receipt_shows_what_was_declared_with_date_time_and_zone(switched_on, order):
    answer = browser().post("/close/", typed(order, way="for_cause", cause="Mất mạng", when="chosen", wanted_on="2026-03-31"))
    page = text_of(browser().get(answer.headers["Location"]))
    for words in ("16 Mar 2026, 12:00 (Asia/Ho_Chi_Minh, UTC+07:00)", "Mất mạng", "31 March 2026", order.number, "for cause"):
        assert words in page
    pdf = browser().get(answer.headers["Location"] + "pdf/")
    assert pdf.content.startswith(b"%PDF")
    declaration = Declaration.objects.get()
    assert (declaration.submitted_at, declaration.language) == (AT, "en")
    assert declaration.shown["title"] == "Close contracts here"
    assert declaration.shown["button"] == "Close now"
    assert declaration.shown["version"] and "Name" in declaration.shown["fields"]["name"]
    assert Letter.objects.get(kind="declaration_received").to_email == "lan@example.com"
    assert browser().get("/declared/" + "x" * 40 + "/").status_code == 404


def test_staff_read_the_cause_on_the_order_and_in_the_list_of_closings(switched_on, order):
    browser().post("/close/", typed(order, way="for_cause", cause="Mất mạng"))
    office = browser()
    office.force_login(a_user("manager", language="en"))
    for url in (f"/orders/{order.number}/", "/reports/closings/?cols=number,reason,comment,type"):
        assert "Mất mạng" in text_of(office.get(url)), url


def test_a_second_click_is_the_same_declaration_and_other_words_are_another(switched_on, order):
    first = browser().post("/close/", typed(order, reference="S9"))
    assert browser().post("/close/", typed(order, reference="S9")).headers["Location"] == first.headers["Location"]
    assert Declaration.objects.count() == 1
    assert browser().post("/close/", typed(order)).headers["Location"] != first.headers["Location"]
    assert Closure.objects.count() == 1
    browser().post("/close/", typed(order, nonce="short"))
    assert Declaration.objects.count() == 3


def test_a_cause_counts_only_for_cause_and_a_day_only_where_it_is_chosen(switched_on, order):
    browser().post("/close/", typed(order, cause="Bí mật", wanted_on="1999-01-01"))
    declaration = Declaration.objects.get()
    assert (declaration.kind, declaration.cause, declaration.wanted_on) == ("ordinary", "", None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "write your name"),
        ({"email": "nobody"}, "valid email"),
        ({"email": ""}, "write your e-mail"),
        ({"reference": ""}, "which contract"),
        ({"when": "chosen"}, "Choose a day"),
        ({"when": "chosen", "wanted_on": "2026-03-15"}, "today or a later day"),
        ({"when": "chosen", "wanted_on": "9999-12-31"}, "too far away"),
        ({"way": "withdrawal"}, "valid choice"),
        ({"name": HOSTILE["nul"]}, "Null characters"),
        ({"reference": HOSTILE["long"]}, "at most 100"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(switched_on, order, fields, words):
    before = everything()
    answer = browser().post("/close/", typed(order) | fields)
    assert answer.status_code == 422
    page = text_of(answer)
    assert words.lower() in page.lower()
    assert NONCE in page
    assert everything() == before


def test_withdrawing_takes_exactly_two_steps(switched_on, order):
    visitor, before = browser(), everything()
    data = {name: value for name, value in typed(order).items() if name in ("name", "email", "reference", "nonce")}
    first = text_of(visitor.get("/withdraw/"))
    assert first.count("Withdraw from contract here") >= 2 and "Confirm withdrawal" not in first
    second = text_of(visitor.post("/withdraw/", data))
    assert "Confirm withdrawal" in second and order.number in second
    assert 'value="lan@example.com"' in text_of(visitor.post("/withdraw/", data | {"change": "1"}))
    assert visitor.post("/withdraw/", data | {"email": "no"}).status_code == 422
    assert everything() == before
    assert visitor.post("/withdraw/", data | {"confirmed": "1"}).status_code == 302
    assert Closure.objects.get().type == "withdrawal"


def test_too_many_are_slowed_down_and_keep_what_they_typed(switched_on, order):
    for number in range(5):
        assert browser().post("/close/", typed(order, reference=f"S{number}")).status_code == 302
    before = everything()
    answer = browser().post("/close/", typed(order, reference="S77"))
    assert answer.status_code == 429
    assert 'value="S77"' in text_of(answer)
    assert everything() == before


def test_a_form_from_elsewhere_is_refused(switched_on, order):
    before = everything()
    assert browser(enforce_csrf_checks=True).post("/close/", typed(order)).status_code == 403
    assert everything() == before


def test_a_customer_who_is_inside_need_not_type_their_name(switched_on):
    inside = browser()
    user = a_user("customer", language="en")
    inside.force_login(user)
    page = text_of(inside.get("/close/"))
    assert f'value="{user.customer.email}"' in page
    inside.force_login(a_user("manager", language="en"))
    assert inside.get("/close/").status_code == 200


def test_the_letter_carries_the_declaration_and_its_paper(switched_on, order):
    browser("vi").post("/close/", typed(order, reference="S9"))
    message = render(Letter.objects.get(kind="declaration_received"))
    assert "S9" in message.body and "16/03/2026 12:00" in message.body
    assert f"/declared/{Declaration.objects.get().form_key}/" in message.body
    assert "mật khẩu" not in message.body
    assert [name.endswith(".pdf") for name, _content, _type in message.attachments] == [True]
