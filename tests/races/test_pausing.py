"""Pausing and billing the same order at the same moment: either comes first, and one truth is left."""

import pytest

from soon.activity.actor import system
from soon.models import Order, Pause
from soon.operations.billing.run import run
from soon.operations.subscriptions.pause import CannotPause, pause
from soon.operations.verification.verify import verify
from tests.builders import AT, an_order
from tests.races.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_pause_and_billing_run_at_once():
    order = an_order()
    pausing = lambda: pause(order, actor=system(), at=AT, today=AT.date())  # noqa: E731
    billing = lambda: run(bills_until=AT.date(), actor=system(), clock=lambda: AT)  # noqa: E731
    results = at_once(pausing, billing, pausing, billing)
    assert sorted(type(each).__name__ for each in results if isinstance(each, Pause | CannotPause)) == ["CannotPause", "Pause"]
    order.refresh_from_db()
    assert (order.state, order.next_invoice_on) == (Order.State.PAUSED, None)
    result = verify(actor=system(), clock=lambda: AT)
    assert (result.found, result.findings) == (0, [])
