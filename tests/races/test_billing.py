"""Two workers that bill at the same moment: every period once, one run for both."""

from functools import partial

import pytest
from django.utils import timezone

from soon.activity.actor import system
from soon.demo.mass import load_mass
from soon.models import BillingRun, Invoice, InvoiceLine, Order
from soon.operations.billing.run import run
from soon.operations.billing.run_today import run_today
from tests.builders import TODAY
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
