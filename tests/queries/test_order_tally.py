"""The totals of the list of orders, kept by triggers, are those that counting gives, whatever happened to the orders."""

import datetime
from contextlib import suppress

import pytest
from django.db.models import Count, Sum
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from soon.activity.actor import system
from soon.models import Order, OrderTally
from soon.models.order_tally import BY, SUMS
from soon.operations.billing.run import run
from soon.operations.quotations.cancel import cancel
from soon.operations.quotations.confirm import confirm
from soon.operations.quotations.reopen import reopen
from soon.operations.quotations.revise import revise
from soon.operations.quotations.send import send
from soon.operations.refusal import Refusal
from soon.operations.subscriptions.close import close
from soon.operations.tally.fold import fold
from soon.queries.listing import ListState, Reader
from soon.queries.listing.rows import filtered, totals, totals_at_once
from soon.queries.orders import ORDERS, sums_by_state
from tests.builders import AT, TODAY, a_close_reason, a_customer, a_draft, a_plan, a_quotation, a_user, an_order

pytestmark = pytest.mark.django_db
WHEN = {"actor": system(), "at": AT}


def kept() -> dict:
    rows = OrderTally.objects.order_by().values_list(*BY).annotate(Sum("orders"), *map(Sum, SUMS))
    return {row[:4]: row[4:] for row in rows if any(row[4:])}


def counted() -> dict:
    return {row[:4]: row[4:] for row in Order.objects.order_by().values_list(*BY).annotate(Count("pk"), *map(Sum, SUMS))}


VERBS = {
    "send": lambda order, when: send(order, **when),
    "confirm": lambda order, when: confirm(order, today=TODAY, **when),
    "cancel": lambda order, when: cancel(order, **when),
    "reopen": lambda order, when: reopen(order, **when),
    "revise": lambda order, when: revise(order, draft=a_draft(customer=order.customer, price_minor=77), **when),
    "close": lambda order, when: close(order, own_words="Chuyển nhà", today=TODAY, **when),
    "bill": lambda order, when: run(bills_until=TODAY, actor=when["actor"], clock=lambda: when["at"]),
    "fold": lambda order, when: fold(more_than=0),
}


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(sorted(VERBS))), max_size=8))
def test_whatever_happens_to_orders_the_tally_is_what_counting_gives(steps):
    orders = [a_quotation() for _ in range(2)]
    for minute, (place, verb) in enumerate(steps):
        with suppress(Refusal):
            VERBS[verb](orders[place], {"actor": system(), "at": AT + datetime.timedelta(minutes=minute)})
        assert kept() == counted()


def test_orders_that_are_deleted_are_not_counted():
    Order.objects.create(number="S1", customer=a_customer(), currency="VND", created_at=AT)
    assert sum(row[0] for row in kept().values()) == 1
    Order.objects.all().delete()
    assert kept() == {}


@pytest.mark.parametrize("role", ["manager", "salesperson"])
@pytest.mark.parametrize(
    "query", ["", "filter=in_progress", "filter=churned&filter=quotations", "filter=mine", "plan=PLAN&filter=in_progress"]
)
def test_the_list_shows_the_same_totals_without_counting(role, query, django_assert_num_queries):
    plan, user = a_plan(), a_user(role)
    for start in range(3):
        an_order(plan=plan, salesperson=user, start_on=TODAY - datetime.timedelta(days=start))
    close(an_order(plan=plan), reason=a_close_reason(), today=TODAY, **WHEN)
    an_order(), a_quotation(currency="USD")
    reader = Reader(user=user, today=TODAY)
    state = ListState.read(QueryDict(query.replace("PLAN", str(plan.pk))), ORDERS)
    rows = filtered(Order.objects.visible_to(user), ORDERS, state, reader)
    columns = [column for column in ORDERS.columns if column.is_shown]
    with django_assert_num_queries(1) as asked:
        at_once = totals_at_once(rows, ORDERS, state, columns, reader)
    assert '"soon_order"' not in asked.captured_queries[0]["sql"]
    assert at_once == totals(rows, ORDERS, columns)


def test_what_the_tally_does_not_tell_apart_is_counted():
    reader = Reader(user=a_user("manager"), today=TODAY)
    order = an_order()
    for query in (f"q={order.number}", "filter=to_invoice"):
        state = ListState.read(QueryDict(query), ORDERS)
        rows = filtered(Order.objects.all(), ORDERS, state, reader)
        assert totals_at_once(rows, ORDERS, state, ORDERS.columns, reader).count == 1


@pytest.mark.parametrize("query", ["view=board", "filter=in_progress", "filter=mine", "q=S0"])
def test_the_board_counts_what_its_columns_hold(query):
    plan, user = a_plan(), a_user("manager")
    for order in [an_order(plan=plan, salesperson=user), an_order(plan=plan), an_order(currency="USD"), a_quotation()]:
        if order.currency == "USD":
            close(order, reason=a_close_reason(), today=TODAY, **WHEN)
    reader = Reader(user=user, today=TODAY)
    state = ListState.read(QueryDict(query), ORDERS)
    rows = filtered(Order.objects.visible_to(user), ORDERS, state, reader)
    expected: dict = {}
    for order in rows:
        count, sums = expected.get(order.state, (0, {}))
        expected[order.state] = (count + 1, sums | {order.currency: sums.get(order.currency, 0) + order.mrr_micro})
    assert sums_by_state(rows, state, reader) == expected
