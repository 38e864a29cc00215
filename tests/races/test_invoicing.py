"""Invoices issued at the same moment: a period once, and numbers without a gap, whatever else happens to the order."""

from collections.abc import Callable

import pytest

from soon.activity.actor import customer_in_portal, system
from soon.models import Activity, Closure, Invoice, Letter, NumberSeries, Order
from soon.operations.invoices.issue_next import CannotIssue, issue_next
from soon.operations.subscriptions.close import close
from tests.builders import AT, TODAY, a_close_reason, an_order
from tests.races.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def issuer(order: Order, **options) -> Callable[[], Invoice]:
    return lambda: issue_next(Order.objects.get(pk=order.pk), actor=system(), at=AT, today=TODAY, **options)


def closer(order: Order) -> Callable[[], Closure]:
    reason, actor = a_close_reason(), customer_in_portal(order.customer)
    return lambda: close(Order.objects.get(pk=order.pk), reason=reason, actor=actor, at=AT, today=TODAY)


def numbers() -> list[str]:
    return sorted(Invoice.objects.values_list("number", flat=True))


def test_one_period_is_invoiced_once():
    order = an_order()
    results = at_once(*[issuer(order, expected_period_start=TODAY)] * 8)
    assert kinds(results) == ["CannotIssue"] * 7 + ["Invoice"]
    # The seven gave their numbers back.
    assert numbers() == ["INV/2026/00001"]
    assert NumberSeries.objects.get(code="INV", year=2026).last == 1
    assert Letter.objects.filter(kind="invoice").count() == Activity.objects.filter(kind="invoice_issued").count() == 1


def test_eight_in_a_row_are_eight_periods():
    order = an_order()
    assert kinds(at_once(*[issuer(order)] * 8)) == ["Invoice"] * 8
    # From 16 March on, month after month, none twice and none left out.
    starts = sorted(Invoice.objects.values_list("period_start", flat=True))
    assert starts == [TODAY.replace(month=month) for month in range(3, 11)]
    assert numbers() == [f"INV/2026/{number:05}" for number in range(1, 9)]


def test_eight_orders_at_once_have_numbers_without_a_gap():
    orders = [an_order() for _ in range(8)]
    assert kinds(at_once(*map(issuer, orders))) == ["Invoice"] * 8
    assert numbers() == [f"INV/2026/{number:05}" for number in range(1, 9)]
    assert set(Invoice.objects.values_list("order", flat=True)) == {order.pk for order in orders}


@pytest.mark.parametrize("_again", range(3))
def test_closing_and_invoicing_at_once_agree(_again):
    orders = [an_order() for _ in range(4)]
    results = at_once(*[verb(order) for order in orders for verb in (closer, issuer)])
    assert all(isinstance(result, Closure | Invoice | CannotIssue) for result in results), results
    for order, issued in zip(orders, results[1::2], strict=True):
        order.refresh_from_db()
        # Either invoiced first and then closed, or closed and no longer invoiced; closed in any case.
        assert (order.state, order.next_invoice_on, order.ends_on) == ("churned", None, TODAY.replace(day=17))
        # The day used is paid for either way: by an invoice of the month less the days not used, or by one of the day alone.
        documents = Invoice.objects.filter(order=order)
        assert documents.filter(kind="invoice").count() == 1
        assert documents.filter(kind="credit_note").count() == isinstance(issued, Invoice)
        totals = dict(documents.values_list("kind", "total_minor"))
        assert totals["invoice"] - totals.get("credit_note", 0) == round(1_000_000 / 31)
    assert numbers() == [
        *(f"CN/2026/{number:05}" for number in range(1, Invoice.objects.filter(kind="credit_note").count() + 1)),
        *(f"INV/2026/{number:05}" for number in range(1, len(orders) + 1)),
    ]
