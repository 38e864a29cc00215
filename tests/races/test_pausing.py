"""Pausing, resuming, billing and closing the same order at the same moment: one comes first, and one truth is left."""

import datetime
from functools import partial

import pytest
from django.utils import timezone

from soon.activity.actor import customer_in_portal, system
from soon.models import Letter, Order, Pause
from soon.operations.billing.run import run
from soon.operations.subscriptions.announce_pause_ends import announce_pause_ends
from soon.operations.subscriptions.change_pause_end import change_pause_end
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import CannotPause, pause
from soon.operations.subscriptions.resume import resume
from soon.operations.subscriptions.resume_due import resume_due
from soon.operations.verification.verify import verify
from tests.builders import AT, TODAY, a_close_reason, an_order
from tests.races.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

DAY = datetime.timedelta(days=1)


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


@pytest.mark.parametrize("_again", range(3))
def test_the_clock_the_customer_and_a_closing_at_once(_again):
    order, reason, ends_on = an_order(), a_close_reason(), TODAY + 30 * DAY
    pause(order, actor=system(), at=AT, today=TODAY, resumes_on=ends_on)
    tell = partial(announce_pause_ends, today=ends_on - 7 * DAY, clock=timezone.now)
    assert sum(at_once(tell, tell, tell)) == 1
    assert Letter.objects.filter(kind="pause_ends").count() == 1
    when = {"at": AT + 30 * DAY, "today": ends_on}
    results = at_once(
        partial(resume_due, today=ends_on, clock=timezone.now),
        partial(resume, order, actor=customer_in_portal(order.customer), **when),
        partial(close, order, reason=reason, actor=system(), **when),
        partial(change_pause_end, order, resumes_on=None, actor=system(), **when),
        partial(resume_due, today=ends_on, clock=timezone.now),
    )
    assert set(kinds(results)) <= {"CannotClose", "CannotPause", "CannotResume", "Closure", "Pause", "int"}, results
    order.refresh_from_db()
    # The closing always finds something to close; whether it went on before is a matter of who came first.
    assert order.state == "churned"
    made = Pause.objects.get(order=order)
    assert order.times_reopened == (made.resumed_at is not None)
    assert Letter.objects.filter(kind="subscription_resumed").count() == order.times_reopened
    result = verify(actor=system(), clock=lambda: when["at"])
    assert (result.found, result.findings) == (0, [])
