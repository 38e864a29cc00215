"""Closing many at once in the back office: from the list to the result, what it refuses, and what it asks of the database."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from soon.jobs.sweeps import close_many
from soon.models import BulkClosing, Closure, Order
from soon.operations.billing.run import Stop
from tests.builders import TODAY, a_bulk_closing, a_close_reason, a_customer, a_payment, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db
NEW = "/closing-many/new/"


@pytest.fixture(autouse=True)
def noon(clock):
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


@pytest.fixture
def manager(client):
    user = a_user("manager", language="en")
    client.force_login(user)
    return user


def form_of(response, **fields):
    """Return what the shown form posts, with `fields`."""
    context = response.context
    return {"orders": context["orders"], "query": context["query"], "seen": context["found"].seen, "day": "today"} | fields


def test_ticked_orders_are_closed_by_the_worker_and_the_page_tells_of_each(client, manager):
    reason = a_close_reason("Ngừng cung cấp")
    first, second, other = (an_invoice().order for _ in range(3))
    assert reverse("backoffice:closing_many") in client.get("/orders/").content.decode()
    shown = client.post(NEW, {"selected": [first.pk, second.pk], "query": ""})
    assert shown.status_code == 200 and not BulkClosing.objects.exists()
    begun = client.post(NEW, form_of(shown, begin="1", reason="ngừng cung cấp"), follow=True)
    closing = BulkClosing.objects.get()
    assert (closing.reason, closing.rows.count(), closing.by_user) == (reason, 2, manager)
    assert 'hx-trigger="every 2s"' in begun.content.decode()
    close_many(Stop())
    page = client.get(f"/closing-many/{closing.pk}/")
    words = page.content.decode()
    assert "every 2s" not in words and first.number in words and second.number in words
    assert set(Order.objects.filter(state="churned")) == {first, second} and other.closures.count() == 0
    file = b"".join(client.get(f"/closing-many/{closing.pk}/?format=csv").streaming_content).decode()
    assert first.number in file and "Closed" in file
    assert client.get("/closing-many/").context["total_count"] == 1


def test_figures_that_moved_meanwhile_are_shown_again_and_begin_nothing(client, manager):
    a_close_reason("Ngừng cung cấp")
    invoice = an_invoice()
    shown = client.post(NEW, {"selected": [invoice.order.pk], "query": ""})
    a_payment(invoice)
    again = client.post(NEW, form_of(shown, begin="1", reason="ngừng cung cấp"))
    assert again.status_code == 422 and "Look at it, then begin." in again.content.decode()
    assert not BulkClosing.objects.exists()
    client.post(NEW, form_of(again, begin="1", reason="ngừng cung cấp"))
    assert BulkClosing.objects.count() == 1


def test_all_running_ones_of_a_list(client, manager):
    kept, wanted = an_order(), [an_order(customer=a_customer(name=f"Hoa Mai {number}")) for number in range(3)]
    Order.objects.filter(pk=wanted[2].pk).update(state="cancelled", next_invoice_on=None)
    shown = client.get(f"{NEW}?q=hoa+mai")
    assert shown.context["found"].count == 2
    client.post(NEW, form_of(shown, begin="1", reason="Tự viết"))
    closing = BulkClosing.objects.get()
    assert set(closing.rows.values_list("order", flat=True)) == {order.pk for order in wanted[:2]}
    assert (closing.own_words, kept.closures.count()) == ("Tự viết", 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Pick a reason or type your own."),
        ({"day": "end_of_period"}, "Look at it, then begin."),
        ({"day": "chosen"}, "Say which day is the last day of service."),
        ({"day": "chosen", "last_on": "2026-05-01"}, "Look at it, then begin."),
        ({"seen": "x"}, "Look at it, then begin."),
        ({"day": "some day"}, "some day"),
    ],
)
def test_what_begins_nothing(client, manager, fields, words):
    shown = client.post(NEW, {"selected": [an_order().pk]})
    refused = client.post(NEW, form_of(shown, begin="1", **{"reason": "Tự viết"} | fields))
    assert refused.status_code == 422 and words in refused.content.decode()
    assert not BulkClosing.objects.exists()


def test_another_day_is_looked_at_then_begun(client, manager):
    order = an_invoice().order
    chosen = {"day": "chosen", "last_on": "2026-05-01", "credit_policy": "none", "reason": ""}
    looked = client.post(NEW, form_of(client.post(NEW, {"selected": [order.pk]}), look="1", **chosen))
    assert looked.status_code == 200 and "Pick a reason or type your own." not in looked.content.decode()
    client.post(NEW, form_of(looked, begin="1", **chosen | {"reason": "Tự viết"}))
    assert client.post(f"/closing-many/{BulkClosing.objects.get().pk}/carry-on/").status_code == 302
    assert Closure.objects.get().effective_on == datetime.date(2026, 5, 2)


@pytest.mark.parametrize(
    ("last_on", "words"),
    [
        ("9999-12-31", "That day is too far away."),
        ("2026-02-30", "Enter a valid date."),
        ("", "Say which day is the last day of service."),
    ],
)
def test_a_chosen_day_that_cannot_be_used_never_becomes_another(client, manager, last_on, words):
    shown = client.post(NEW, {"selected": [an_invoice().order.pk]})
    for button in ("look", "begin"):
        answer = client.post(NEW, form_of(shown, reason="Tự viết", day="chosen", last_on=last_on, **{button: "1"}))
        assert answer.status_code == 422 and set(answer.context["form"].errors) == {"last_on"}
        assert words in answer.content.decode() and 'name="begin"' not in answer.content.decode()
        assert (answer.context["found"].closable, answer.context["found"].rows) == (0, ())
    assert not BulkClosing.objects.exists()


def test_without_a_choice_nobody_gets_anywhere(client, manager):
    assert client.post(NEW, {"selected": "", "query": "filter=paused"}).url == "/orders/?filter=paused"
    client.force_login(a_user("salesperson"))
    assert "closing-many" not in client.get("/orders/").content.decode()
    assert client.post(NEW, {"selected": [an_order().pk]}).status_code == 403


def test_the_queries_do_not_grow_with_the_orders(client, manager):
    def cost(ask) -> int:
        ask()
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured)

    few, many = [an_order()], [an_invoice().order for _ in range(8)]
    assert cost(lambda: client.post(NEW, {"selected": [order.pk for order in many]})) <= 24
    small, large = a_bulk_closing(*few), a_bulk_closing(*many)
    close_many(Stop())
    assert (
        cost(lambda: client.get(f"/closing-many/{large.pk}/")) == cost(lambda: client.get(f"/closing-many/{small.pk}/")) <= 12
    )
    assert cost(lambda: client.get("/closing-many/")) <= 9
