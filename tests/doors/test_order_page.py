"""The page of an order: what it says to whom, what can be done, and the moves behind its buttons."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from soon.activity.actor import staff, system
from soon.models import Activity, Letter, Order
from soon.operations.chatter.log_note import log_note
from soon.operations.quotations.cancel import cancel
from soon.operations.subscriptions.pause import pause
from soon.queries import order_page
from tests.builders import (
    AT,
    TODAY,
    a_churned_order,
    a_close_reason,
    a_customer,
    a_draft_line,
    a_plan,
    a_product,
    a_quotation,
    a_sent_quotation,
    a_tax,
    a_user,
    an_order,
)
from tests.doors.selling import everything
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db

MOVES = ("sending", "confirmation", "cancellation", "reopening")


def actions(page: str) -> set[str]:
    """Return the words on the buttons of the action bar."""
    bar = page.partition('<div class="action-bar">')[2].partition('<ol class="statusbar"')[0]
    words = re.findall(r">\s*([^<>]+?)\s*</(?:button|a)>", bar)
    return {word for word in words if word}


def a_paused_order() -> Order:
    order = an_order()
    pause(order, actor=system(), at=AT, today=TODAY)
    order.refresh_from_db()
    return order


def seen(order: Order, role: str = "manager", language: str = "en") -> str:
    return text_of(logged_in(role, language).get(f"/orders/{order.number}/"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (a_quotation, {"Send by e-mail", "Confirm", "Preview", "Edit", "Cancel"}),
        (a_sent_quotation, {"Send by e-mail", "Confirm", "Preview", "Edit", "Cancel"}),
        (
            an_order,
            {"Create Invoice", "Close", "Preview", "New draft invoice", "Edit reference and notes", "Change plan", "Pause"},
        ),
        (a_paused_order, {"Resume", "Close", "Preview", "New draft invoice", "Edit reference and notes"}),
        (a_churned_order, {"Preview", "New draft invoice", "Edit reference and notes"}),
    ],
)
def test_each_state_offers_what_can_be_done(make, words, clock):
    clock(2026, 3, 16)
    assert actions(seen(make())) == words


def test_an_accountant_invoices_but_neither_edits_nor_closes(clock):
    clock(2026, 3, 16)
    assert actions(seen(an_order(), "accountant")) == {"Create Invoice", "New draft invoice", "Preview"}
    assert actions(seen(a_quotation(), "accountant")) == {"Preview"}


@pytest.mark.parametrize(
    ("make", "steps"),
    [
        (a_quotation, ["current", "todo", "todo", "todo"]),
        (a_sent_quotation, ["done", "current", "todo", "todo"]),
        (an_order, ["done", "done", "current", "todo"]),
        (a_churned_order, ["done", "done", "done", "ended"]),
    ],
)
def test_the_status_bar_says_where_it_stands(make, steps):
    assert re.findall(r'<li class="step (\w+)"', seen(make())) == steps


def test_recurring_and_one_off_lines_are_told_apart_and_add_up():
    plan, tax = a_plan(), a_tax("8")
    lines = [
        a_draft_line(1_000_000, product=a_product(plan=plan), quantity=Decimal(2), tax=tax),
        a_draft_line(300_000, product=a_product(), is_recurring=False, discount_percent=Decimal(10)),
    ]
    page = seen(an_order(plan=plan, lines=lines), language="vi")
    for amount in ("2.000.000", "270.000", "2.270.000", "160.000", "2.430.000", "2.160.000"):
        assert amount in page, amount
    page = seen(an_order(plan=plan, lines=lines))
    assert page.index("Recurring, every month") < page.index("Charged once") < page.index("of it every month")


def test_a_churned_order_says_why_when_and_by_whom():
    page = seen(a_churned_order(a_close_reason("Quá đắt", name_en="Too expensive")))
    assert "Churned" in page
    assert page.count("Too expensive") == 2
    assert "The system closed the subscription: Too expensive. Last day of service: 16 March 2026." in page
    assert "Quá đắt" in text_of(logged_in("manager", "vi").get(f"/orders/{Order.objects.get().number}/"))


def test_the_chatter_tells_in_the_readers_language_and_escapes():
    order = an_order()
    log_note(order, text="<b>gọi lại</b>", actor=staff(a_user(name="An <i>")), at=AT)
    page = seen(order)
    assert "&lt;b&gt;gọi lại&lt;/b&gt;" in page
    assert "An &lt;i&gt;" in page
    assert "confirmed the order. It starts on 16 March 2026." in page


def test_a_long_history_is_folded():
    order, actor = an_order(), staff(a_user())
    for number in range(40):
        log_note(order, text=f"note {number}", actor=actor, at=AT)
    assert "note 39" in seen(order)
    assert "note 0<" not in seen(order)
    assert "note 0" in text_of(logged_in("manager").get(f"/orders/{order.number}/?history=all"))


def test_the_page_takes_at_most_15_queries_whatever_the_size():
    plan, reason = a_plan(), a_close_reason()
    lines = [a_draft_line(product=a_product(plan=plan), tax=a_tax()) for _ in range(12)]
    order = a_churned_order(reason, plan=plan, lines=lines)
    for _ in range(20):
        log_note(order, text="note", actor=staff(a_user()), at=AT)
    client = logged_in("manager")
    client.get("/orders/")
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/orders/{order.number}/")
    # Session, reader; the order with its customer, plan, salesperson and closure; its lines; its place among the others with
    # both neighbours (three); figures of its invoices; its chatter; the time zone of our company.
    assert len(captured) <= 10, [query["sql"] for query in captured]


def test_the_pager_leads_through_what_the_reader_may_see():
    seller = a_user("salesperson", language="en")
    first = an_order(salesperson=seller)
    an_order()
    last = an_order(salesperson=seller)
    client = Client()
    client.force_login(seller)
    page = text_of(client.get(f"/orders/{last.number}/"))
    assert "1 of 2" in page
    assert f'rel="next" href="/orders/{first.number}/"' in page


def test_the_pager_counts_no_further_than_anybody_would(monkeypatch):
    monkeypatch.setattr(order_page, "FAR", 2)
    first, middle, last = an_order(), an_order(), an_order()
    reader = a_user("manager")
    places = {order: order_page.neighbours(order, reader) for order in (last, middle, first)}
    assert [place.position for place in places.values()] == ["1", "2", "2+"]
    assert {place.total for place in places.values()} == {3}
    assert (places[middle].previous, places[middle].next) == (last.number, first.number)
    assert (places[last].previous, places[first].next) == ("", "")


def test_sending_confirming_cancelling_and_reopening():
    client = logged_in("manager")
    order = a_quotation()
    page = client.post(f"/orders/{order.number}/sending/", follow=True)
    assert "The quotation is sent." in text_of(page)
    assert Letter.objects.get().kind == "quotation"
    client.post(f"/orders/{order.number}/cancellation/")
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert "Set to quotation" in seen(order)
    client.post(f"/orders/{order.number}/reopening/")
    client.post(f"/orders/{order.number}/confirmation/")
    order.refresh_from_db()
    assert order.state == "in_progress"
    kinds = list(Activity.objects.filter(order=order).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["quotation_created", "quotation_sent", "quotation_cancelled", "quotation_reopened", "order_confirmed"]


@pytest.mark.parametrize(
    ("make", "move", "says"),
    [
        (an_order, "confirmation", "no longer open"),
        (an_order, "sending", "Only a quotation can be sent"),
        (an_order, "cancellation", "A running subscription is closed instead"),
        (an_order, "reopening", "Only a cancelled order"),
        (a_quotation, "reopening", "Only a cancelled order"),
    ],
)
def test_a_refused_move_says_why_and_writes_nothing(make, move, says):
    order, client = make(), logged_in("manager")
    before = everything()
    answer = client.post(f"/orders/{order.number}/{move}/", follow=True)
    assert says in text_of(answer)
    assert everything() == before


def test_pressing_confirm_twice_confirms_once():
    order, client = a_quotation(), logged_in("manager")
    client.post(f"/orders/{order.number}/confirmation/")
    before = everything()
    assert client.post(f"/orders/{order.number}/confirmation/").status_code == 302
    assert everything() == before


@pytest.mark.parametrize("move", MOVES)
def test_moves_are_for_those_who_edit_and_never_by_a_link(move):
    order = a_quotation()
    cancel(order, actor=staff(a_user()), at=AT)
    before, url = everything(), f"/orders/{order.number}/{move}/"
    for role in ("accountant", "customer"):
        assert logged_in(role).post(url).status_code == 403
    assert logged_in("salesperson").post(url).status_code == 404
    assert Client().post(url).status_code == 302
    assert logged_in("manager").get(url).status_code == 405
    assert everything() == before


def test_strangers_do_not_learn_that_an_order_exists():
    order = an_order()
    for page in ("", "edit/", "closure/", "invoices/"):
        assert logged_in("salesperson").get(f"/orders/{order.number}/{page}").status_code == 404
        assert logged_in("customer").get(f"/orders/{order.number}/{page}").status_code == 403
        assert Client().get(f"/orders/{order.number}/{page}").status_code == 302
    assert logged_in("manager").get("/orders/S99999/").status_code == 404


def test_notes_and_messages():
    order, client = an_order(), logged_in("manager")
    client.post(f"/orders/{order.number}/notes/", {"body": "For colleagues"})
    client.post(f"/orders/{order.number}/messages/", {"body": "For you"})
    told = Activity.objects.filter(order=order, text__startswith="For").order_by("pk")
    assert [(entry.kind, entry.audience) for entry in told] == [("note", "staff"), ("message_to_customer", "customer")]
    assert Letter.objects.filter(kind="message").count() == 1


@pytest.mark.parametrize("page", ["notes", "messages"])
@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
def test_an_empty_or_endless_text_is_refused_and_kept(page, text):
    order, client = an_order(), logged_in("manager")
    before = everything()
    answer = client.post(f"/orders/{order.number}/{page}/", {"body": text})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text_of(answer)
    assert everything() == before


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_notes_are_shown_as_text(name):
    order, client = an_order(), logged_in("manager")
    client.post(f"/orders/{order.number}/notes/", {"body": HOSTILE[name]})
    assert "<script>alert" not in text_of(client.get(f"/orders/{order.number}/"))


def test_who_writes_to_the_customer():
    order = an_order()
    assert logged_in("accountant").post(f"/orders/{order.number}/messages/", {"body": "Pay"}).status_code == 403
    assert logged_in("accountant").post(f"/orders/{order.number}/notes/", {"body": "Late"}).status_code == 302


def test_a_customer_without_an_address_is_only_marked():
    order, client = a_quotation(customer=a_customer(email="")), logged_in("manager")
    page = text_of(client.post(f"/orders/{order.number}/sending/", follow=True))
    assert "marked the quotation as sent; the customer has no e-mail address." in page
    assert not Letter.objects.exists()


@pytest.mark.parametrize("number", ["S%00", "S00042%27", "x" * 21, "S%F0%9F%A7%BF"])
def test_addresses_that_name_no_order(number):
    assert logged_in("manager").get(f"/orders/{number}/").status_code == 404
