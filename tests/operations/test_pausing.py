"""Pausing and resuming: who may, what is given back, what is billed afterwards, and that nothing contradicts anything."""

import datetime
from functools import partial

import pytest
from django.utils.translation import override

from soon.activity.actor import Actor, customer_in_portal, staff, system
from soon.models import Activity, Invoice, InvoiceDraft, Movement, Order, OrderLine, Pause
from soon.operations.billing.run import run
from soon.operations.refusal import Refusal
from soon.operations.subscriptions.close import CannotClose, close
from soon.operations.subscriptions.pause import CannotPause, pause
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.resume import CannotResume, resume
from soon.operations.verification.verify import verify
from tests.builders import AT, a_close_reason, a_customer, a_plan, a_user, an_invoice, an_invoice_draft, an_order
from tests.operations.records import everything

pytestmark = pytest.mark.django_db

# Billed each month in advance since the 16th of March, and paused in the evening of the 20th.
BEGAN, PAUSED, RESUMED = datetime.date(2026, 3, 16), datetime.date(2026, 3, 20), datetime.date(2026, 5, 10)
LATER = AT + datetime.timedelta(days=60)
DAY = datetime.timedelta(days=1)


def billed(**fields) -> Order:
    order = an_order(start_on=BEGAN, **fields)
    an_invoice(order, BEGAN)
    return order


def by_system(day: datetime.date) -> dict:
    return {"actor": system(), "at": AT + (day - BEGAN), "today": day}


def periods(order: Order) -> list[tuple[str, str]]:
    lines = Invoice.objects.filter(order=order, kind="invoice").order_by("pk")
    return [(str(line.period_start), str(line.period_end)) for each in lines for line in each.lines.order_by("pk")]


def is_consistent() -> bool:
    # In March: what is due after a resumption in May is not late yet.
    result = verify(actor=system(), clock=lambda: AT)
    assert result.findings == []
    return result.found == 0


def test_days_of_a_pause_are_given_back_and_never_billed():
    order = billed()
    an_invoice_draft(order=order, customer=order.customer)
    made = pause(order, **by_system(PAUSED))
    order.refresh_from_db()
    assert (order.state, order.next_invoice_on, made.paused_on) == ("paused", None, datetime.date(2026, 3, 21))
    note = Invoice.objects.get(order=order, kind="credit_note")
    line = note.lines.get()
    # 26 of the 31 days from 16 March were billed and are not served.
    assert abs(line.net_minor * 31 - order.untaxed_minor * 26) < 31
    assert "tạm dừng" in note.reason or "paused" in note.reason
    assert not InvoiceDraft.objects.filter(order=order).exists()
    assert run(bills_until=RESUMED, actor=system(), clock=lambda: LATER).issued == 0
    assert is_consistent()

    resume(order, **by_system(RESUMED))
    order.refresh_from_db()
    assert (order.state, order.next_invoice_on, order.times_reopened) == ("in_progress", RESUMED, 1)
    assert run(bills_until=datetime.date(2026, 5, 16), actor=system(), clock=lambda: LATER).issued == 2
    # The anchor stays: the rest of the period first, then whole ones.
    assert periods(order) == [("2026-03-16", "2026-04-16"), ("2026-05-10", "2026-05-16"), ("2026-05-16", "2026-06-16")]
    assert is_consistent()
    kinds = Activity.objects.filter(order=order, kind__startswith="subscription_").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["subscription_paused", "subscription_resumed"]


def test_what_was_used_until_the_pause_is_invoiced_in_arrears():
    order = an_order(start_on=BEGAN, plan=a_plan(in_arrears=True))
    pause(order, **by_system(PAUSED))
    assert periods(order) == [("2026-03-16", "2026-03-21")]
    assert is_consistent()
    resume(order, **by_system(RESUMED))
    run(bills_until=datetime.date(2026, 5, 16), actor=system(), clock=lambda: LATER)
    assert periods(order)[1:] == [("2026-05-10", "2026-05-16")]
    assert is_consistent()


def test_a_pause_of_a_day_is_billed_again_from_the_day_given_back():
    order = billed()
    pause(order, **by_system(PAUSED))
    resume(order, **by_system(PAUSED))
    run(bills_until=PAUSED + datetime.timedelta(days=1), actor=system(), clock=lambda: LATER)
    assert periods(order)[1:] == [("2026-03-21", "2026-04-16")]
    pause(order, **by_system(datetime.date(2026, 3, 25)))
    assert is_consistent()
    resume(order, **by_system(RESUMED))
    assert is_consistent()
    assert list(Pause.objects.filter(order=order).values_list("reopening", flat=True)) == [0, 1]


def test_a_paused_subscription_closes_and_may_be_reopened():
    order = billed()
    pause(order, **by_system(PAUSED))
    close(order, reason=a_close_reason(), **by_system(RESUMED))
    assert is_consistent()
    assert Invoice.objects.filter(order=order).count() == 2
    reopen(order, **by_system(RESUMED + datetime.timedelta(days=5)))
    order.refresh_from_db()
    assert order.state == "in_progress" and is_consistent()
    assert refused(resume, order, CannotResume)
    pause(order, **by_system(RESUMED + datetime.timedelta(days=9)))
    assert is_consistent()


def refused(verb, order: Order, refusal: type[Refusal], *, actor: Actor | None = None, today: datetime.date = PAUSED) -> bool:
    before = everything()
    with pytest.raises(refusal):
        verb(order, actor=actor or system(), at=AT, today=today)
    return everything() == before


def test_who_and_what_is_refused_leaves_no_trace():
    order = billed()
    assert refused(pause, order, CannotPause, actor=customer_in_portal(order.customer))
    assert refused(pause, order, CannotPause, actor=staff(a_user("accountant")))
    assert refused(resume, order, CannotResume)
    assert refused(pause, an_order(start_on=datetime.date(2026, 4, 1)), CannotPause)
    Order.objects.filter(pk=order.pk).update(ends_on=datetime.date(2026, 3, 21))
    assert refused(pause, order, CannotPause)
    Order.objects.filter(pk=order.pk).update(ends_on=datetime.date(2026, 5, 1))
    pause(order, actor=staff(a_user("salesperson")), at=AT, today=PAUSED)
    assert refused(pause, order, CannotPause)
    assert refused(resume, order, CannotResume, actor=customer_in_portal(a_customer()))
    assert refused(resume, order, CannotResume, actor=staff(a_user("accountant")))
    assert refused(resume, order, CannotResume, today=datetime.date(2026, 5, 1))
    resume(order, actor=customer_in_portal(order.customer), at=AT, today=datetime.date(2026, 4, 30))
    close(order, reason=a_close_reason(), effective_on=datetime.date(2026, 5, 1), **by_system(datetime.date(2026, 4, 30)))
    assert refused(pause, order, CannotPause)


def test_a_cursor_that_does_not_fit_the_resumption_is_found():
    order = billed()
    pause(order, **by_system(PAUSED))
    resume(order, **by_system(RESUMED))
    assert is_consistent()
    OrderLine.objects.filter(order=order).update(billed_until=RESUMED + datetime.timedelta(days=3))
    found = verify(actor=system(), clock=lambda: LATER)
    assert "billed_on_after_reopening" in {code for code, each in found.checked.items() if each["found"]}


@pytest.mark.parametrize("steps", ["pause close reopen pause", "close reopen pause", "pause resume pause close", "pause close"])
def test_moves_of_one_day_leave_revenue_that_adds_up(steps):
    order, when = billed(), by_system(PAUSED)
    moves = {"pause": pause, "resume": resume, "reopen": reopen, "close": partial(close, reason=a_close_reason())}
    for number, step in enumerate(steps.split()):
        moves[step](order, **when | {"at": when["at"] + datetime.timedelta(minutes=number)})
    assert is_consistent()
    earned = sum(Movement.objects.filter(order=order).values_list("amount_micro", flat=True))
    assert earned == 0, "paused or closed, it earns nothing"


def test_what_a_pause_settled_is_not_closed_before():
    order, reason, resumed_on = billed(), a_close_reason(), datetime.date(2026, 3, 25)
    pause(order, **by_system(PAUSED))
    resume(order, **by_system(resumed_on))
    three_days_later = by_system(datetime.date(2026, 3, 28))
    # Dated back to the pause, to before it, and by a clock that went back.
    tries = [(resumed_on - DAY, three_days_later), (BEGAN + DAY, three_days_later), (None, by_system(PAUSED))]
    for effective_on, when in tries:
        before = everything()
        with override("en"), pytest.raises(CannotClose, match="cannot be closed as of a day before"):
            close(order, reason=reason, effective_on=effective_on, **when)
        assert everything() == before
    close(order, reason=reason, effective_on=resumed_on, **three_days_later)
    # One that is still paused may be: of its last days served more is given back.
    still = billed()
    pause(still, **by_system(PAUSED))
    close(still, reason=reason, effective_on=BEGAN + DAY, **by_system(PAUSED))
    kept = sum(each.untaxed_minor * (1 if each.kind == "invoice" else -1) for each in Invoice.objects.filter(order=still))
    assert abs(kept * 31 - still.untaxed_minor) < 62, "a day of the month"
    assert is_consistent()
