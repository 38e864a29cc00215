"""The Close Reason dialog of the back office."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from soon.models import Activity, Closure, Letter, Order
from tests.builders import a_churned_order, a_close_reason, a_plan, a_quotation, a_user, an_invoice, an_order
from tests.doors.selling import everything
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db
IN_DIALOG = {"HX-Request": "true", "HX-Target": "dialog-content"}


@pytest.fixture(autouse=True)
def on_a_day(clock):
    clock(2026, 3, 16)


@pytest.fixture
def reason():
    return a_close_reason("Quá đắt", name_en="Too expensive")


def submit(order, words, client=None, **options):
    return (client or logged_in("manager")).post(f"/orders/{order.number}/closure/", {"reason": words}, **options)


def test_the_dialog_says_what_will_happen_and_when(reason):
    order = an_order(start_on=datetime.date(2026, 3, 1))
    an_invoice(order)
    staff_only = a_close_reason("Chuyển vùng", name_en="Moved away", audience="staff")
    a_close_reason("Hết hạn", name_en="Expired", audience="system", system_code="expired")
    a_close_reason("Cũ", name_en="Old", archived_at=timezone.now())
    page = text_of(logged_in("manager").get(f"/orders/{order.number}/closure/"))
    assert f"<h1>Close subscription {order.number}</h1>" in page
    assert "served for the last time" in page and "<span>16 March 2026</span>" in page and "<span>31 March 2026</span>" in page
    # 15 of 31 days are not used: 483,871 are taken off the invoice, 516,129 stay due.
    assert '<span class="figure">483,871</span>' in page and '<span class="figure">516,129</span>' in page
    assert "1 invoice for ₫1,000,000 is still to be paid." in page
    for words in ("Submit", "on 16 March 2026", "Keep subscription", "Too expensive", staff_only.name_en):
        assert words in page
    assert "Expired" not in page
    assert '<option value="Old">' not in page


def test_revenue_goes_with_it_only_where_there_is_any(reason):
    client, said = logged_in("manager"), "MRR that goes with it: ₫1,000,000"
    running, trying, paused = an_order(), an_order(trial_days=14), an_order()
    Order.objects.filter(pk=paused.pk).update(state="paused", next_invoice_on=None)
    pages = [text_of(client.get(f"/orders/{order.number}/closure/")) for order in (running, trying, paused)]
    assert [said in page for page in pages] == [True, False, False]
    assert ["MRR that goes" in page for page in pages] == [True, False, False]


def test_the_dialog_is_a_part_of_the_page_for_scripts(reason):
    order = an_order()
    part = text_of(logged_in("manager").get(f"/orders/{order.number}/closure/", headers=IN_DIALOG))
    assert "<html" not in part
    assert f'<h2 id="dialog-title">Close subscription {order.number}</h2>' in part


@pytest.mark.parametrize("words", ["Quá đắt", "Too expensive", "too EXPENSIVE", "  quá   đắt ", "Qua\u0301 đă\u0301t"])
def test_a_configured_reason_is_known_by_its_name_in_either_language(reason, words):
    order = an_order()
    answer = submit(order, words)
    order.refresh_from_db()
    assert answer["Location"] == f"/orders/{order.number}/"
    assert (order.state, order.closure.reason, order.closure.own_words) == ("churned", reason, "")
    assert order.ends_on == datetime.date(2026, 3, 17)


def test_own_words_stay_as_typed(reason):
    order = an_order()
    client = logged_in("manager", name="Võ Lan")
    submit(order, "Opens a shop of their own", client)
    page = text_of(client.get(f"/orders/{order.number}/"))
    assert "Churned" in page
    assert page.count("Opens a shop of their own") == 2
    assert "Võ Lan</strong> closed the subscription in the back office: Opens a shop of their own." in page
    assert Closure.objects.get().reason is None
    assert Letter.objects.filter(kind="subscription_closed").count() == 1


def test_from_a_dialog_the_order_is_shown_without_loading_the_page(reason):
    order = an_order()
    answer = submit(order, "Quá đắt", headers=IN_DIALOG)
    assert answer.status_code == 200
    assert f'"path": "/orders/{order.number}/"' in answer["HX-Location"]


def test_opening_and_leaving_the_dialog_changes_nothing(reason):
    order = an_order()
    client, before = logged_in("manager"), everything()
    client.get(f"/orders/{order.number}/closure/", headers=IN_DIALOG)
    client.get(f"/orders/{order.number}/")
    assert everything() == before


@pytest.mark.parametrize(
    ("make", "words", "says"),
    [
        (an_order, "", "Pick a reason or type your own."),
        (an_order, "   ", "Pick a reason or type your own."),
        (an_order, "x" * 201, "at most 200 characters"),
        (an_order, "Cũ rồi", "This reason is no longer offered. Please choose another one."),
        (an_order, "Expired by clock", "This reason is no longer offered. Please choose another one."),
        (a_quotation, "Quá đắt", "A quotation cannot be closed. Cancel it instead."),
        (a_churned_order, "Quá đắt", "This subscription is already closed."),
    ],
)
def test_a_refusal_is_said_in_the_dialog_and_writes_nothing(reason, make, words, says):
    a_close_reason("Cũ rồi", archived_at=timezone.now())
    a_close_reason("Đồng hồ", name_en="Expired by clock", audience="system", system_code="clock")
    order, client = make(), logged_in("manager")
    before = everything()
    for headers in ({}, IN_DIALOG):
        answer = submit(order, words, client, headers=headers)
        assert answer.status_code == 422
        assert says in text_of(answer)
    assert everything() == before


def test_closing_twice_closes_once(reason):
    order, client = an_order(), logged_in("manager")
    submit(order, "Quá đắt", client)
    before = everything()
    assert submit(order, "Quá đắt", client).status_code == 422
    assert everything() == before
    assert Activity.objects.filter(kind="closed_by_staff").count() == 1


def test_only_those_who_may_close_see_the_dialog(reason):
    order = an_order()
    before = everything()
    for role in ("accountant", "customer"):
        assert submit(order, "Quá đắt", logged_in(role)).status_code == 403
        assert logged_in(role).get(f"/orders/{order.number}/closure/").status_code == 403
    assert submit(order, "Quá đắt", logged_in("salesperson")).status_code == 404
    assert submit(order, "Quá đắt", Client()).status_code == 302
    assert everything() == before
    own, owner = a_user("salesperson"), Client()
    owner.force_login(own)
    mine = an_order(salesperson=own)
    assert submit(mine, "Quá đắt", owner).status_code == 302
    assert Closure.objects.get().by_user == own


def test_an_order_that_has_not_begun_never_begins(reason):
    order = an_order(start_on=datetime.date(2026, 4, 1))
    page = text_of(logged_in("manager").get(f"/orders/{order.number}/closure/"))
    assert "was to start on 1 April 2026. Closed today, it never starts" in page
    submit(order, "Quá đắt")
    assert Closure.objects.get().effective_on == datetime.date(2026, 4, 1)


def test_a_plan_may_end_service_before_the_day_of_closing(reason):
    order = an_order(start_on=datetime.date(2026, 3, 1), plan=a_plan(closing_day_is_served=False))
    page = text_of(logged_in("manager").get(f"/orders/{order.number}/closure/"))
    assert "<span>15 March 2026</span>" in page


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("long", "nul", "figure", "blank")])
def test_hostile_words_are_kept_as_words(reason, name):
    order, client = an_order(), logged_in("manager")
    submit(order, HOSTILE[name], client)
    assert Closure.objects.get().own_words == HOSTILE[name]
    assert "<script>alert" not in text_of(client.get(f"/orders/{order.number}/"))
