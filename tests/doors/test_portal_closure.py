"""The customer closes a subscription in the portal; whatever does not fit is refused in words and writes nothing."""

import pytest

from soon.domain import closing
from soon.models import Activity, Closure, Letter, Order
from tests.builders import (
    TODAY,
    a_churned_order,
    a_close_reason,
    a_plan,
    a_quotation,
    a_sent_quotation,
    a_user,
    an_invoice,
    an_order,
)
from tests.doors.portal import by_account, by_link, everything

pytestmark = pytest.mark.django_db
ENTRANCES = pytest.mark.parametrize("enter", [by_account, by_link])


@pytest.fixture(autouse=True)
def noon(clock):
    clock(2026, 3, 16, 12)


def url(order):
    return f"/portal/orders/{order.number}/closure/"


@ENTRANCES
def test_button_dialog_submit(enter):
    order, reason = an_order(), a_close_reason("Quá đắt", name_en="Too expensive")
    client = enter(order.customer)
    page = client.get(f"/portal/orders/{order.number}/").content.decode()
    assert "Close Subscription" in page
    assert url(order) in page
    dialog = client.get(url(order)).content.decode()
    assert "16 March 2026" in dialog
    assert "Keep subscription" in dialog
    assert "Too expensive" in dialog
    assert "checked" not in dialog
    assert "<textarea" not in dialog
    assert client.post(url(order), {"reason": reason.pk}).headers["Location"] == f"/portal/orders/{order.number}/"
    page = client.get(f"/portal/orders/{order.number}/").content.decode()
    assert "Closed" in page
    assert "Too expensive" in page
    assert "Close Subscription" not in page
    order.refresh_from_db()
    assert (order.state, order.closure.reason, order.closure.channel) == ("churned", reason, "portal")
    assert Activity.objects.get(order=order, kind="closed_by_customer").actor_name == order.customer.name
    assert Letter.objects.get(order=order, kind="subscription_closed").to_email == order.customer.email


def test_the_dialog_alone_answers_htmx_and_leads_back_in_place():
    order, reason = an_order(), a_close_reason()
    client = by_account(order.customer)
    headers = {"HX-Request": "true", "HX-Target": "dialog-content"}
    dialog = client.get(url(order), headers=headers).content.decode()
    assert "<form" in dialog
    assert "<html" not in dialog
    refused = client.post(url(order), {}, headers=headers)
    assert refused.status_code == 422
    assert "Please choose a reason." in refused.content.decode()
    done = client.post(url(order), {"reason": reason.pk}, headers=headers)
    assert f"/portal/orders/{order.number}/" in done.headers["HX-Location"]


def test_open_invoices_are_named_in_the_dialog():
    order = an_order()
    an_invoice(order)
    dialog = by_account(order.customer).get(url(order)).content.decode()
    assert "Of invoices issued before, " in dialog and "1,000,000" in dialog
    # 30 of 31 days are not used.
    assert "Given back for unused days" in dialog and "967,742" in dialog and "32,258" in dialog


@ENTRANCES
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_plan_that_is_not_closable_has_no_button_and_refuses(enter, method):
    order, reason = an_order(plan=a_plan(is_closable=False)), a_close_reason()
    client = enter(order.customer)
    assert "Close Subscription" not in client.get(f"/portal/orders/{order.number}/").content.decode()
    before = everything()
    answer = getattr(client, method)(url(order), {"reason": reason.pk})
    assert answer.status_code == 403
    assert "cannot be closed here" in answer.content.decode()
    assert everything() == before


def test_an_order_without_a_plan_is_not_closed_here():
    order = an_order(plan=None)
    before = everything()
    assert by_account(order.customer).post(url(order), {"reason": a_close_reason().pk}).status_code == 403
    assert everything() == before | {"orders": before["orders"]}


@pytest.mark.parametrize("method", ["get", "post"])
def test_closing_twice_says_so(method):
    order = an_order()
    client, reason = by_account(order.customer), a_close_reason()
    client.post(url(order), {"reason": reason.pk})
    before = everything()
    answer = getattr(client, method)(url(order), {"reason": reason.pk})
    assert answer.status_code == 409
    assert "already closed" in answer.content.decode()
    assert everything() == before
    assert Closure.objects.count() == 1


def test_a_second_tab_after_staff_closed_it():
    order = a_churned_order()
    before = everything()
    answer = by_link(order.customer).post(url(order), {"reason": a_close_reason().pk})
    assert answer.status_code == 409
    assert everything() | {"PortalLink": 0} == before | {"PortalLink": 0}


def test_a_sent_quotation_is_not_closed():
    order = a_sent_quotation()
    client, before = by_account(order.customer), everything()
    answer = client.post(url(order), {"reason": a_close_reason().pk})
    assert answer.status_code == 409
    assert "still a quotation" in answer.content.decode()
    assert everything() == before


def test_a_quotation_not_sent_yet_is_not_there():
    order = a_quotation()
    client, before = by_account(order.customer), everything()
    assert client.post(url(order), {"reason": a_close_reason().pk}).status_code == 404
    assert everything() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"archived_at": "2026-01-01T00:00Z"},
        {"audience": closing.STAFF_ONLY},
        {"audience": closing.SYSTEM_ONLY, "system_code": "unpaid"},
    ],
    ids=["archived", "staff-only", "system"],
)
def test_a_reason_that_is_not_for_customers(fields):
    order, reason = an_order(), a_close_reason("Lý do lạ", **fields)
    client, before = by_account(order.customer), everything()
    assert "Lý do lạ" not in client.get(url(order)).content.decode()
    answer = client.post(url(order), {"reason": reason.pk})
    assert answer.status_code == 422
    assert "Please choose one of the listed reasons." in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("typed", ["", "0", "999999", "Too expensive", "1 OR 1=1", "-1", "\x00", "9" * 40])
def test_anything_but_a_listed_reason(typed):
    order = an_order()
    a_close_reason()
    client, before = by_account(order.customer), everything()
    answer = client.post(url(order), {"reason": typed, "own_words": "because"})
    assert answer.status_code == 422
    assert any(words in answer.content.decode() for words in ("lease choose", "Null characters"))
    assert everything() == before


@ENTRANCES
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_customers_order_is_not_there(enter, method):
    order, stranger = an_order(), an_order().customer
    client, before = enter(stranger), everything()
    assert getattr(client, method)(url(order), {"reason": a_close_reason().pk}).status_code == 404
    assert everything() == before


def test_nobody_is_sent_to_the_log_in(client):
    order, before = an_order(), everything()
    answer = client.post(url(order), {"reason": a_close_reason().pk})
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/account/login/")
    assert everything() | {} == before


def test_staff_do_not_close_in_the_customers_name(client):
    order = an_order()
    client.force_login(a_user("administrator"))
    before = everything()
    assert client.post(url(order), {"reason": a_close_reason().pk}).status_code == 403
    assert client.get(url(order)).headers["Location"] == f"/portal/preview/{order.number}/"
    assert everything() == before


def test_an_order_that_has_not_begun_ends_where_it_would_have_begun():
    order = an_order(start_on=TODAY.replace(month=5))
    client = by_account(order.customer)
    assert "It will not begin" in client.get(url(order)).content.decode()
    client.post(url(order), {"reason": a_close_reason().pk})
    order = Order.objects.get(pk=order.pk)
    assert (order.state, order.ends_on) == ("churned", order.start_on)


def test_vietnamese(clock):
    order = an_order()
    a_close_reason("Quá đắt", name_en="Too expensive")
    dialog = by_account(order.customer, language="vi").get(url(order)).content.decode()
    assert "Quá đắt" in dialog
    assert "ngày 16 tháng 3 năm 2026" in dialog


@ENTRANCES
@pytest.mark.parametrize("day", ["2026-02-31", "31/12/2026", "garbage", "-1", "2026-06-16 ", "2026-06-16\0", "x" * 100_000])
def test_a_day_that_is_none_closes_nothing(enter, day):
    order, reason = an_order(), a_close_reason()
    answer = enter(order.customer).post(url(order), {"reason": reason.pk, "day": day})
    assert answer.status_code == 422
    assert "This is not a day of the calendar. Choose the day again." in answer.content.decode()
    assert not Closure.objects.exists()


def test_whoever_tries_it_for_free_may_leave_before_anything_is_to_be_paid():
    plan = a_plan("Thử", is_closable=True, closable_at="end_of_period")
    order, reason = an_order(plan=plan, start_on=TODAY, trial_days=14), a_close_reason()
    client = by_account(order.customer)
    dialog = client.get(url(order)).content.decode()
    assert "End of the free trial, so 29 March 2026" in dialog
    assert client.post(url(order), {"reason": reason.pk}).status_code == 302
    closure = Closure.objects.get()
    assert (str(closure.effective_on), Order.objects.get().next_invoice_on) == ("2026-03-30", None)
