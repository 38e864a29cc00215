"""The list of orders: filters, searches, values, groups and totals give exactly the right rows."""

import datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from soon.activity.actor import staff
from soon.models import Order
from soon.operations.subscriptions.close import close
from soon.queries.listing import ListState, Reader
from soon.queries.listing.rows import PAGE_SIZE, Group, filtered, groups_of, ordered, page_of, totals
from soon.queries.orders import ORDERS
from tests.builders import (
    AT,
    TODAY,
    a_churned_order,
    a_close_reason,
    a_customer,
    a_plan,
    a_quotation,
    a_sent_quotation,
    a_user,
    an_order,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def reader() -> Reader:
    """A manager on TODAY."""
    return Reader(user=a_user("manager"), today=TODAY)


def found(query: str, reader: Reader) -> list[Order]:
    """Return the orders that the list shows at `query`."""
    state = ListState.read(QueryDict(query), ORDERS)
    rows = filtered(Order.objects.visible_to(reader.user), ORDERS, state, reader)
    return list(ordered(rows, ORDERS, state))


def grouped(query: str, reader: Reader) -> dict[str, Group]:
    """Return the groups at `query` by their text, in their order."""
    return {group.text: group for group in all_groups(query, reader)}


def all_groups(query: str, reader: Reader) -> list[Group]:
    """Return the groups at `query`, in their order."""
    state = ListState.read(QueryDict(query), ORDERS)
    rows = filtered(Order.objects.visible_to(reader.user), ORDERS, state, reader)
    columns = [ORDERS.column_of["mrr"]]
    groups, _page = groups_of(rows, ORDERS, state, columns, totals(rows, ORDERS, columns), reader)
    return groups


def test_state_filters_widen_each_other_and_others_narrow(reader):
    quotation, sent, running, churned = a_quotation(), a_sent_quotation(), an_order(), a_churned_order()
    assert found("filter=quotations", reader) == [sent, quotation]
    assert found("filter=quotation_sent&filter=churned", reader) == [churned, sent]
    assert found("filter=in_progress", reader) == [running]
    Order.objects.filter(pk=churned.pk).update(salesperson=reader.user)
    assert found("filter=quotation_sent&filter=churned&filter=mine", reader) == [churned]


def test_to_invoice_means_due_on_or_before_today(reader):
    due, _later = an_order(start_on=TODAY), an_order(start_on=TODAY + DAY)
    overdue = an_order(start_on=TODAY - 40 * DAY)
    assert found("filter=to_invoice", reader) == [overdue, due]


def test_expired_and_expiring_quotations(reader):
    days = {count: a_quotation(expires_on=TODAY + count * DAY) for count in (-1, 0, 7, 8)}
    assert found("filter=expired", reader) == [days[-1]]
    assert found("filter=expiring", reader) == [days[7], days[0]]
    assert found("filter=expired&filter=expiring", reader) == [days[7], days[0], days[-1]]


def test_closable_by_the_plan(reader):
    closable = an_order()
    an_order(plan=a_plan(is_closable=False))
    assert found("filter=closable", reader) == [closable]


@pytest.mark.parametrize("words", ["duong sat", "ĐƯỜNG sắt", "sat hai duong", "PO-77", "s0", "ext-9"])
def test_search_needs_no_diacritics_and_looks_everywhere(reader, words):
    order = an_order(customer=a_customer(name="Công ty Đường Sắt Hải Phòng"), customer_reference="PO-77", external_id="EXT-9")
    other = an_order(customer=a_customer(name="Lê Thị Hoa"))
    assert order in found(f"q={words}", reader)
    assert (other in found(f"q={words}", reader)) is (words == "s0")


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "\\", "()", "%00"])
def test_wildcards_and_quotes_are_letters(reader, words):
    an_order()
    query = QueryDict(mutable=True)
    query["q"] = words
    assert found(query.urlencode(), reader) == []


def test_totals_are_per_currency_and_of_all_rows(reader):
    for _count in range(3):
        an_order(price_minor=1_000_000)
    an_order(price_minor=1999, currency="USD")
    columns = [ORDERS.column_of["mrr"], ORDERS.column_of["total"]]
    whole = totals(Order.objects.order_by(), ORDERS, columns)
    assert (whole.count, whole.currencies) == (4, ("VND", "USD"))
    assert whole.sums["mrr"] == {"VND": 3_000_000_000_000, "USD": 1_999_000_000}
    assert whole.sums["total"] == {"VND": 3_000_000, "USD": 1999}


def test_groups_by_reason_keep_own_words_apart(reader):
    dear = a_close_reason("Quá đắt")
    a_churned_order(dear)
    a_churned_order(dear, price_minor=1999, currency="USD")
    moved = an_order()
    close(moved, own_words="Chuyển nhà", actor=staff(reader.user), at=AT, today=TODAY)
    groups = grouped("filter=churned&group=reason", reader)
    assert list(groups) == ["Quá đắt", "Chuyển nhà"]
    assert groups["Quá đắt"].count == 2
    assert groups["Quá đắt"].sums == {"mrr": {"VND": 1_000_000_000_000, "USD": 1_999_000_000}}
    assert found("reason=words:Chuyển nhà", reader) == [moved]
    assert len(found(f"reason={dear.pk}", reader)) == 2


def test_groups_follow_the_sum_that_the_list_is_sorted_by(reader):
    for name, prices in (("Ít", [5_000_000]), ("Nhiều", [1_000_000, 1_000_000])):
        reason = a_close_reason(name)
        for price in prices:
            a_churned_order(reason, price_minor=price)
    assert list(grouped("group=reason", reader)) == ["Nhiều", "Ít"]
    assert list(grouped("group=reason&sort=-mrr", reader)) == ["Ít", "Nhiều"]
    assert list(grouped("group=reason&sort=mrr", reader)) == ["Nhiều", "Ít"]


def test_an_open_group_holds_its_rows_and_no_others(reader):
    first, _second = an_order(plan=a_plan("Hằng năm", interval_unit="year")), an_order()
    groups = grouped(f"group=plan&open={first.plan_id}", reader)
    assert groups["Hằng năm"].rows == [first]
    assert not groups["Hằng tháng"].is_open


@pytest.mark.parametrize("key", sorted(ORDERS.grouping_keys))
def test_each_group_counts_what_its_value_shows(reader, key):
    a_churned_order()
    an_order(start_on=TODAY - 40 * DAY, salesperson=reader.user)
    a_quotation(currency="USD")
    groups = all_groups(f"group={key}", reader)
    assert sum(group.count for group in groups) == 3
    for group in groups:
        assert len(found(f"{key}={group.key}", reader)) == group.count, group.text


def test_months_are_those_of_the_reader(reader):
    early = an_order()
    # 23:30 on 28 February in London is 1 March in Hanoi.
    moment = datetime.datetime(2026, 2, 28, 23, 30, tzinfo=datetime.UTC)
    Order.objects.filter(pk=early.pk).update(confirmed_at=moment)
    assert found("confirmed_month=2026-03", reader) == [early]
    assert found("confirmed_month=2026-02", reader) == []


def test_empty_values_come_last_both_ways(reader):
    running, quotation = an_order(), a_quotation()
    assert found("sort=next_invoice", reader) == [running, quotation]
    assert found("sort=-next_invoice", reader) == [running, quotation]


def test_a_far_page_shows_the_same_rows_in_the_same_order_as_reading_them_all(reader):
    plan, customer = a_plan(), a_customer()
    for count in range(PAGE_SIZE + 3):
        an_order(plan=plan, customer=customer, start_on=TODAY + (count % 3) * DAY)
    for query in ("", "sort=start", "sort=-next_invoice", "sort=customer"):
        everything = found(query, reader)
        for number, expected in ((1, everything[:PAGE_SIZE]), (2, everything[PAGE_SIZE:]), (9, everything[PAGE_SIZE:])):
            state = ListState.read(QueryDict(f"{query}&page={number}"), ORDERS)
            with CaptureQueriesContext(connection) as captured:
                shown = list(page_of(Order.objects.order_by(), ORDERS, state, len(everything)))
                assert [order.customer.name for order in shown] == [customer.name] * len(shown)
            assert (shown, len(captured)) == (expected, 2)
