"""Changing, billing and closing the same order at the same moment, and taking offers that one budget must pay for."""

import datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db.models import Sum

from soon.activity.actor import customer_in_portal, system
from soon.models import CloseVisit, Company, Order, OrderChange, Price
from soon.operations.billing.run import run
from soon.operations.offers.accept import accept
from soon.operations.offers.show import show
from soon.operations.subscriptions.apply_due_changes import apply_due_changes
from soon.operations.subscriptions.change_plan import change_plan
from soon.operations.subscriptions.close import close
from soon.operations.verification.verify import verify
from tests.builders import AT, TODAY, a_close_reason, a_plan, an_invoice, an_order
from tests.races.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize("closes", [False, True])
def test_a_change_the_run_the_worker_and_a_closing_at_once(closes):
    order, reason = an_order(), a_close_reason()
    an_invoice(order)
    plan = a_plan("Hằng năm", interval_unit="year")
    Price.objects.create(product=order.lines.get().product, plan=plan, currency="VND", amount_minor=9_000_000)
    change = partial(change_plan, order, plan=plan, actor=system(), at=AT, today=TODAY)
    assert kinds(at_once(change, change, change)) == ["CannotChange", "CannotChange", "OrderChange"]
    on = OrderChange.objects.get().takes_effect_on
    bill = partial(run, bills_until=on, actor=system(), clock=lambda: AT)
    work = partial(apply_due_changes, today=on, clock=lambda: AT)
    leave = partial(close, order, reason=reason, actor=system(), at=AT + 31 * DAY, today=on, effective_on=on + 60 * DAY)
    results = at_once(bill, work, *([leave] if closes else []), bill, work)
    assert not [each for each in results if isinstance(each, Exception)], results
    # A run passes by what somebody else holds; the next one finds it.
    bill()
    order.refresh_from_db()
    found = OrderChange.objects.get()
    assert (found.applied_at is None) == (order.plan_id != plan.pk)
    assert bool(found.cancelled_at) == (found.applied_at is None)
    assert closes or found.applied_at
    # Each period once, by the plan that held on its first day.
    periods = list(order.invoices.order_by("period_start").values_list("untaxed_minor", flat=True))
    assert len(periods) == 2
    assert (periods[1] == 1_000_000) == (found.applied_at is None)
    result = verify(actor=system(), clock=lambda: AT)
    assert (result.found, result.findings) == (0, [])


def test_two_discounts_at_once_never_go_beyond_the_budget():
    Company.objects.create(pk=1, name="SoOn", makes_offers=True, offer_budget_minor=1_300_000)
    reason = a_close_reason(offer="discount", offer_percent=Decimal(20), offer_periods=3)
    orders: list[Order] = []
    for _ in range(4):
        order = an_order(start_on=TODAY - 5 * DAY)
        an_invoice(order, today=TODAY - 5 * DAY)
        assert show(order, reason=reason, at=AT, today=TODAY)
        orders.append(order)
    takes = [partial(accept, order, actor=customer_in_portal(order.customer), at=AT, today=TODAY) for order in orders]
    assert kinds(at_once(*takes)) == ["NotPossible", "NotPossible", "Proposal", "Proposal"]
    assert CloseVisit.objects.aggregate(sum=Sum("granted_minor"))["sum"] == 1_200_000
