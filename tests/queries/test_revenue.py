"""Revenue by the definition: the metric tables worked out by hand, lived through with the verbs; every breakdown agrees."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from soon.activity.actor import system
from soon.domain.revenue_months import Month
from soon.models import Movement, Order
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import pause
from soon.queries.churn_names import names_of
from soon.queries.listing import ListState, Reader
from soon.queries.listing.rows import filtered
from soon.queries.revenue import customers
from soon.queries.revenue.breakdown import BY, BY_CHANGE, BY_MRR, CUSTOMER, breakdown
from soon.queries.revenue.customers import MOST_PAGES, customers_page
from soon.queries.revenue.months import monthly_revenue
from soon.queries.revenue.movement_list import MOVEMENTS, movements_visible_to
from soon.queries.revenue.scope import Scope
from tests.builders import (
    AT,
    TODAY,
    a_close_reason,
    a_customer,
    a_draft_line,
    a_plan,
    a_rate,
    a_tax,
    a_user,
    an_order,
)

pytestmark = pytest.mark.django_db
MICRO = 1_000_000
day = datetime.date.fromisoformat


def asked(query: str = "currency=USD", today: datetime.date = TODAY, user: Any = None) -> Scope:
    """Return the scope of an address, else of a year in dollars, as a manager reads it."""
    return Scope.read(QueryDict(query), Reader(user or a_user("manager"), today), "VND")


def shown(month: Month) -> dict[str, str]:
    """Return what is not nothing in a month, as a reader sees it: two decimals."""
    values = {"opening": month.opening, **month.by_kind, "closing": month.closing}
    return {name: f"{Decimal(round(amount / MICRO)) / 100:.2f}" for name, amount in values.items() if amount}


def told(month: str, query: str = "currency=USD") -> dict[str, str]:
    """Return what is not nothing in one month."""
    begins = day(f"{month}-01")
    today = max(TODAY, (begins + datetime.timedelta(days=31)).replace(day=1))
    return shown(monthly_revenue(asked(f"{query}&from={month}&to={month}", today)).course.months[0])


def sold(cents: int, start_on: str = "2026-03-01", *, every: str = "month", count: int = 1, **fields: Any) -> Order:
    """Return a subscription in dollars, confirmed on its first day."""
    plan = a_plan(interval_unit=every, interval_count=count)
    quantity = Decimal(fields.pop("quantity", 1))
    line = a_draft_line(
        cents, quantity=quantity, discount_percent=fields.pop("discount", Decimal(0)), tax=fields.pop("tax", None)
    )
    lines = [line, *fields.pop("more", [])]
    return an_order(plan=plan, currency="USD", lines=lines, start_on=day(start_on), **fields)


def closed(order: Order, effective_on: str) -> None:
    """Close an order, served until the day before."""
    on = day(effective_on)
    values: dict[str, Any] = {"actor": system(), "at": AT, "today": on, "effective_on": on}
    close(order, reason=a_close_reason(), **values)


@pytest.mark.parametrize(
    ("cents", "terms", "expected"),
    [
        pytest.param(10_000, {}, "100.00", id="M1"),
        pytest.param(120_000, {"every": "year"}, "100.00", id="M2"),
        pytest.param(30_000, {"count": 3}, "100.00", id="M3"),
        pytest.param(240_000, {"every": "year", "count": 2}, "100.00", id="M4"),
        pytest.param(50_000, {"every": "year", "quantity": 4}, "166.67", id="M5"),
        pytest.param(2_500, {"every": "week"}, "108.71", id="M6"),
        pytest.param(5_000, {"every": "day", "count": 10}, "152.19", id="M7"),
        pytest.param(9_000, {"every": "day", "count": 30}, "91.31", id="M8"),
    ],
)
def test_what_a_subscription_brings_a_month(cents, terms, expected):
    sold(cents, **terms)
    assert told("2026-03") == {"new": expected, "closing": expected}


def test_discount_setup_and_tax():
    """M9."""
    setup = a_draft_line(50_000, is_recurring=False)
    sold(4_000, quantity=3, discount=Decimal(10), tax=a_tax("20"), more=[setup])
    assert told("2026-03") == {"new": "108.00", "closing": "108.00"}


def test_what_does_not_count_and_what_still_does():
    """M11 and M12."""
    sold(10_000, "2026-03-10", trial_days=30)
    paused, gone, overdue, scheduled = (sold(10_000) for _ in range(4))
    pause(paused, actor=system(), at=AT, today=TODAY, paused_on=TODAY)
    closed(gone, "2026-03-16")
    close(scheduled, reason=a_close_reason(), actor=system(), at=AT, today=TODAY, effective_on=day("2026-04-20"))
    assert overdue.next_invoice_on < TODAY
    found = monthly_revenue(asked("currency=USD&from=2026-03")).course.months[0]
    assert shown(found) == {"new": "400.00", "contraction": "-100.00", "churn": "-100.00", "closing": "200.00"}
    assert found.amount("contraction", "paused") == found.amount("contraction")
    # Whoever pauses stays a customer.
    assert (found.customers_at_end, found.orders_at_end) == (3, 3)


def test_a_hundred_monthly_and_fifty_yearly():
    """M13: 100 of 100 a month and 50 of 600 a year, sold as quantities."""
    sold(10_000, quantity=100)
    sold(60_000, every="year", quantity=50)
    assert told("2026-03")["closing"] == "12500.00"


def test_the_story_of_syncalytics():
    customer = a_customer()
    gold = sold(50_000, "2026-01-01", every="year", quantity=4, customer=customer)
    silver = sold(3_000, "2026-02-01", quantity=2, customer=customer)
    closed(silver, "2026-03-01")
    closed(gold, "2027-01-01")
    sold(5_000, "2027-03-01", quantity=3, customer=customer)
    assert told("2026-01") == {"new": "166.67", "closing": "166.67"}
    assert told("2026-02") == {"opening": "166.67", "expansion": "60.00", "closing": "226.67"}
    assert told("2026-03") == {"opening": "226.67", "contraction": "-60.00", "closing": "166.67"}
    assert told("2026-12") == {"opening": "166.67", "closing": "166.67"}
    assert told("2027-01") == {"opening": "166.67", "churn": "-166.67"}
    assert told("2027-03") == {"reactivation": "150.00", "closing": "150.00"}


@pytest.fixture
def month_b():
    """The month test B: 800 in the beginning, 790 in the end."""
    c1, c2, c3, c4, c5, c6, c7 = (a_customer() for _ in range(7))
    back = sold(7_000, "2025-06-01", customer=c7)
    closed(back, "2026-01-10")
    sold(10_000, "2026-01-01", customer=c1)
    less = [sold(cents, "2026-01-01", customer=c2) for cents in (12_000, 8_000)][1]
    part = [sold(cents, "2026-01-01", customer=c3) for cents in (20_000, 10_000)][1]
    gone = sold(5_000, "2026-01-01", customer=c4)
    sold(15_000, "2026-02-28", customer=c5)
    sold(6_000, "2026-03-05", customer=c1)
    for order in (less, part, gone):
        closed(order, "2026-03-16")
    sold(9_000, "2026-03-31", customer=c6)
    sold(7_000, "2026-03-20", customer=c7)
    return day("2026-03-31")


def test_month_b(month_b):
    found = monthly_revenue(asked("currency=USD&from=2026-03", month_b))
    assert shown(found.course.months[0]) == {
        "opening": "800.00",
        "new": "90.00",
        "reactivation": "70.00",
        "expansion": "60.00",
        "contraction": "-180.00",
        "churn": "-50.00",
        "closing": "790.00",
    }
    month = found.course.whole
    assert 12 * month.closing == 9_480_00 * MICRO
    assert (month.customers_at_start, month.new_customers, month.returned_customers) == (5, 1, 1)
    assert (month.lost_customers, month.customers_at_end, month.orders_at_end) == (1, 6, 7)
    # A day before its end, what begins on the last day lies ahead.
    eve = monthly_revenue(asked("currency=USD&from=2026-03", month_b - datetime.timedelta(days=1))).course.whole
    assert shown(eve)["closing"] == "700.00" and eve.customers_at_end == 5


def test_a_closing_on_the_last_day_counts_in_the_next_month():
    closed(sold(5_000, "2026-02-01"), "2026-04-01")
    assert "churn" not in told("2026-03")
    assert told("2026-04") == {"opening": "50.00", "churn": "-50.00"}


@pytest.mark.parametrize("days_left", [0, 1])
def test_every_breakdown_and_list_adds_up_to_the_same(month_b, days_left):
    today = month_b - datetime.timedelta(days=days_left)
    a_rate("USD", "25000", day("2025-01-01"))
    a_rate("USD", "26000", day("2026-03-01"))
    an_order(start_on=day("2026-02-10"))
    reader = Reader(a_user("manager"), today)
    for query in ("", "from=2026-02", "currency=USD&from=2026-03", "plan=none", "period=this_year&currency=VND"):
        scope = Scope.read(QueryDict(query), reader, "VND")
        found = monthly_revenue(scope)
        whole = found.course.whole
        for by in BY:
            if by == CUSTOMER:
                rows = customers_page(scope, found, order=BY_MRR, size=1000).rows
            else:
                rows = breakdown(scope, by, found, names_of([]))
            for kind, amount in whole.by_kind.items():
                assert sum(row.whole.amount(kind) for row in rows) == amount, (query, by, kind)
            assert sum(row.whole.closing for row in rows) == whole.closing
            for row in rows:
                assert row.whole.opening + row.whole.net + row.whole.fx == row.whole.closing
                if by != "currency" and scope.currency:
                    assert listed(row.query, reader) == row.whole.net
        if scope.currency:
            last = scope.list_query(("month", f"{scope.last:%Y-%m}"))
            assert listed(last, reader) == found.course.months[-1].net
            assert listed(scope.standing_query(scope.last), reader) == whole.closing
    assert monthly_revenue(asked("", today)).course.whole.fx == 800 * 1000 * MICRO


def listed(query: str, reader: Reader) -> int:
    """Return what the list of movements at an address comes to."""
    rows = filtered(movements_visible_to(reader.user), MOVEMENTS, ListState.read(QueryDict(query), MOVEMENTS), reader)
    return sum(rows.values_list("amount_micro", flat=True))


def test_customers_come_in_pages_by_what_they_bring_or_by_their_change(month_b):
    scope = asked("currency=USD&from=2026-03", month_b)
    found = monthly_revenue(scope)
    pages = [customers_page(scope, found, order=BY_MRR, page=number, size=4) for number in (1, 2)]
    closings = [row.whole.closing // MICRO for page in pages for row in page.rows]
    assert closings == [20_000, 16_000, 15_000, 12_000, 9_000, 7_000, 0]
    assert [page.has_next for page in pages] == [True, False]
    changed = customers_page(scope, found, order=BY_CHANGE, size=4).rows
    assert sorted(row.whole.net // MICRO for row in changed) == [-10_000, -8_000, 7_000, 9_000]


@pytest.mark.parametrize("order", [BY_MRR, BY_CHANGE])
@pytest.mark.parametrize("query", ["from=2026-03", "from=2026-01&to=2026-02", "", "currency=USD"])
def test_pages_hold_everybody_once_in_the_order_of_all(month_b, order, query):
    """With customers of one place, some gone, and one who pays in two currencies."""
    a_rate("USD", "25000", day("2025-01-01"))
    both = a_customer()
    for currency, minor in (("USD", 5_000), ("VND", 2_600_000)):
        an_order(customer=both, currency=currency, lines=[a_draft_line(minor)], start_on=day("2026-02-01"))
    for _each in range(4):
        closed(sold(4_000, "2026-01-10"), "2026-03-10")
        sold(4_000, "2026-02-10")
    scope = asked(query, month_b)
    found = monthly_revenue(scope)
    everybody = [(row.key, row.whole.closing) for row in customers.every_customer(scope, found, order=order)]
    assert len({key for key, _closing in everybody}) == len(everybody) >= 10
    # Whose revenue did not move has no place among changes.
    assert order == BY_CHANGE or sum(closing for _key, closing in everybody) == found.course.whole.closing
    for size in (1, 2, 3, 7):
        pages = [customers_page(scope, found, order=order, page=number, size=size) for number in range(1, MOST_PAGES + 1)]
        assert [(row.key, row.whole.closing) for page in pages for row in page.rows] == everybody[: size * MOST_PAGES]
        needed = min(-(-len(everybody) // size), MOST_PAGES)
        assert [page.has_next for page in pages].count(True) == needed - 1


@pytest.mark.parametrize("order", [BY_MRR, BY_CHANGE])
@pytest.mark.parametrize("query", ["from=2026-03", "from=2026-01&to=2026-02", "from=2025-12&to=2026-01"])
@pytest.mark.parametrize("days_left", [0, 1, 20])
def test_the_first_customers_are_those_of_all(month_b, monkeypatch, order, query, days_left):
    """Not everybody is looked at: a few by the most that theirs can be, then more, and all only where that does not tell."""
    scope = asked(f"currency=USD&{query}", month_b - datetime.timedelta(days=days_left))
    found = monthly_revenue(scope)
    monkeypatch.setattr(customers, "LOOKED_AT", ())
    everybody = [row.key for row in customers_page(scope, found, order=order, size=1000).rows]
    assert everybody
    for looked_at in ((), (1,), (2, 1), (3, 2, 1), (1_000,)):
        monkeypatch.setattr(customers, "LOOKED_AT", looked_at)
        for size in range(1, len(everybody) + 1):
            shown = [row.key for row in customers_page(scope, found, order=order, size=size).rows]
            assert shown == everybody[:size], (looked_at, size)


def test_who_sees_only_their_own_orders_sees_only_their_revenue():
    seller, other = a_user("salesperson"), a_user("salesperson")
    sold(10_000, salesperson=seller)
    sold(20_000, salesperson=other)
    found = monthly_revenue(asked("currency=USD", user=seller))
    assert shown(found.course.whole) == {"new": "100.00", "closing": "100.00"}
    assert not found.counts_customers and found.counts_orders
    tricked = asked(f"currency=USD&salesperson={other.pk}", user=seller)
    assert shown(monthly_revenue(tricked).course.whole)["closing"] == "100.00"
    assert movements_visible_to(seller).count() == 1
    assert not movements_visible_to(a_user("customer")).exists()
    assert monthly_revenue(asked(f"currency=USD&salesperson={other.pk}")).course.whole.closing == 20_000 * MICRO


def test_withdrawals_are_flagged_and_can_be_left_out():
    order, reader = sold(10_000), Reader(a_user("manager"), TODAY)
    close(order, reason=a_close_reason(), closure_type="withdrawal", actor=system(), at=AT, today=TODAY)
    sold(20_000)
    # It takes effect tomorrow at the latest.
    whole = monthly_revenue(asked(today=TODAY + datetime.timedelta(days=1))).course.whole
    assert whole.amount("churn", "withdrawal") == whole.amount("churn") == -10_000 * MICRO
    assert listed("filter=not_withdrawn", reader) == 20_000 * MICRO
    assert listed("filter=withdrawn", reader) == 0
    assert Movement.objects.filter(order=order).count() == 2


def test_the_months_cost_three_queries_at_most(month_b):
    a_rate("USD")
    an_order(start_on=day("2026-02-10"))
    scope = asked("", month_b)
    with CaptureQueriesContext(connection) as captured:
        monthly_revenue(scope)
    assert len(captured) == 3, [each["sql"] for each in captured]
    # Months that are over need no look at the day.
    with CaptureQueriesContext(connection) as captured:
        monthly_revenue(asked("currency=USD&to=2026-02", month_b))
    assert sum("soon_" in each["sql"] and "soon_user" not in each["sql"] for each in captured) == 1


@pytest.mark.parametrize(
    ("query", "first", "last", "kept"),
    [
        ("", "2025-04-01", "2026-03-01", ""),
        ("period=last_24", "2024-04-01", "2026-03-01", "period=last_24"),
        ("period=this_year", "2026-01-01", "2026-03-01", "period=this_year"),
        ("period=last_year&currency=USD", "2025-01-01", "2025-12-01", "period=last_year&currency=USD"),
        ("from=2026-01&to=2026-02", "2026-01-01", "2026-02-01", "from=2026-01&to=2026-02"),
        # A form sends the months of its preset along; other ones are meant as such.
        ("period=last_24&from=2024-04&to=2026-03", "2024-04-01", "2026-03-01", "period=last_24"),
        ("period=last_24&from=2025-04&to=2026-03", "2025-04-01", "2026-03-01", "from=2025-04&to=2026-03"),
        # At most 60 months, none of them ahead, in either order.
        ("from=1999-01", "2021-04-01", "2026-03-01", "from=2021-04&to=2026-03"),
        ("from=2026-02&to=2025-12&plan=7", "2025-12-01", "2026-02-01", "from=2025-12&to=2026-02&plan=7"),
        ("from=2030-01&to=2031-01", "2026-03-01", "2026-03-01", "from=2026-03&to=2026-03"),
        ("from=x&to=2026-99&plan=abc&currency=XYZ&product=none", "2025-04-01", "2026-03-01", "product=none"),
    ],
)
def test_what_an_address_means_and_what_is_kept_of_it(query, first, last, kept):
    scope = asked(query)
    assert (scope.first, scope.last) == (day(first), day(last))
    assert scope.query == kept
    again = asked(scope.query)
    assert (again.first, again.last, again.query) == (scope.first, scope.last, scope.query)
