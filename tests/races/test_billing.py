"""Two workers that bill at the same moment: every period once, one run for both."""

from functools import partial

import pytest
from django.utils import timezone

from soon.activity.actor import system
from soon.demo.mass import load_mass
from soon.models import BillingRun, Invoice, InvoiceLine, Order
from soon.operations.billing.run import run
from soon.operations.billing.run_today import run_today
from soon.operations.subscriptions.close import close
from soon.operations.verification.verify import verify
from tests.builders import TODAY, a_close_reason, an_order
from tests.races.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_share_the_work(monkeypatch, clock):
    clock(TODAY.year, TODAY.month, TODAY.day, 12)
    monkeypatch.setattr("soon.operations.billing.run_today.run", partial(run, batch_size=10))
    load_mass(150, TODAY, on_progress=lambda done, total: None)
    work = partial(run_today, actor=system(), clock=timezone.now)
    results = at_once(work, work)
    assert [type(result) for result in results] == [list, list], results
    assert not Order.objects.due_on(TODAY).exists()
    assert InvoiceLine.objects.values("order_line", "period_start").distinct().count() == InvoiceLine.objects.count()
    runs = BillingRun.objects.all()
    assert sum(each.issued for each in runs) == Invoice.objects.count() > 100
    assert all(each.finished_at for each in runs)
    serials = sorted(int(number.rsplit("/", 1)[1]) for number in Invoice.objects.values_list("number", flat=True))
    assert serials == list(range(1, len(serials) + 1))


def test_a_closing_that_races_with_the_run_is_before_it_or_after_it():
    orders = [an_order(start_on=TODAY) for _ in range(24)]
    reason = a_close_reason()

    def bill():
        return run(bills_until=TODAY, actor=system(), clock=timezone.now, batch_size=2)

    def close_all():
        for order in orders:
            close(order, reason=reason, actor=system(), at=timezone.now(), today=TODAY)

    results = at_once(bill, close_all, bill)
    assert [type(result).__name__ for result in results] == ["BillingRun", "NoneType", "BillingRun"], results
    assert set(Order.objects.values_list("state", "next_invoice_on")) == {("churned", None)}
    # Billed once and then closed, or closed with a last invoice of the day; told and written accordingly.
    charges = InvoiceLine.objects.filter(is_charge=True)
    assert charges.values("order_line").distinct().count() == charges.count() == len(orders)
    assert verify(actor=system(), clock=timezone.now).findings == []
