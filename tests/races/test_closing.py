"""Several people move the same subscription at the same moment: whoever is first, afterwards there is one truth."""

import datetime
from collections.abc import Callable
from functools import partial

import pytest
from django.utils import timezone

from soon.activity.actor import PUBLIC, Actor, customer_in_portal, staff, system
from soon.models import Activity, Closure, Evidence, Invoice, Letter, Movement, Order
from soon.operations.billing.run import run
from soon.operations.bulk_closings.begin import begin
from soon.operations.bulk_closings.carry_on import carry_on
from soon.operations.invoices.issue_next import issue_next
from soon.operations.payments.register_payment import register_payment
from soon.operations.subscriptions.close import CannotClose, close
from soon.operations.subscriptions.end_due import end_due
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.undo_close import undo_close
from soon.operations.verification.verify import verify
from soon.queries.verification.themes import ALL_THEMES
from tests.builders import AT, TODAY, a_close_reason, a_customer, a_user, an_invoice, an_order
from tests.operations.money import assert_books_agree, balance_of
from tests.races.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
WHEN = {"actor": system(), "at": AT, "today": TODAY}
NEXT_PERIOD = datetime.date(2026, 4, 16)


def closer(order: Order, actor: Actor, reason, **fields) -> Callable[[], Closure]:
    return lambda: close(order, reason=reason, actor=actor, at=AT, today=AT.date(), **fields)


def assert_one_truth(order: Order) -> None:
    """Fail where states, closures, money and evidence of the order do not tell the same."""
    order.refresh_from_db()
    result = verify(actor=system(), clock=timezone.now, themes=ALL_THEMES)
    assert result.found == 0, result.findings
    assert list(order.closures.standing()) == ([order.closure] if order.closure else [])
    assert (order.state == "churned") == bool(order.closure and order.closure.took_effect_at)
    assert_books_agree(order.customer)


def test_eight_at_once_close_once():
    order, reason, lan = an_order(), a_close_reason(), a_user("manager")
    actors = [staff(lan), customer_in_portal(order.customer), Actor(channel=PUBLIC, customer=order.customer), system()] * 2
    results = at_once(*(closer(order, actor, reason) for actor in actors))
    assert sorted(type(result).__name__ for result in results) == ["CannotClose"] * 7 + ["Closure"]
    assert all(isinstance(result, Closure | CannotClose) for result in results)
    order.refresh_from_db()
    assert (order.state, order.closure) == ("churned", Closure.objects.get(order=order))
    assert Letter.objects.filter(kind="subscription_closed").count() == 1
    assert Activity.objects.filter(order=order, kind__startswith="closed_by").count() == 1
    assert Evidence.objects.count() == 2
    assert_one_truth(order)


def test_today_and_later_at_once_is_one_of_both():
    order, reason = an_order(), a_close_reason()
    now = closer(order, staff(a_user("manager")), reason)
    later = closer(order, customer_in_portal(order.customer), reason, effective_on=NEXT_PERIOD)
    results = at_once(*[now, later] * 3)
    assert kinds(results) == ["CannotClose"] * 5 + ["Closure"]
    [closure] = Closure.objects.all()
    order.refresh_from_db()
    assert (order.state, order.ends_on) in (("churned", AT.date() + datetime.timedelta(1)), ("in_progress", NEXT_PERIOD))
    assert order.ends_on == closure.effective_on
    assert_one_truth(order)


@pytest.mark.parametrize("_again", range(2))
def test_all_orders_of_a_customer_closed_at_once_lose_the_customer_once(_again):
    """Whichever is last is told as churn, and the others as contractions; or all of one day as churn."""
    customer, reason = a_customer(), a_close_reason()
    orders = [an_order(customer=customer) for _ in range(4)]
    days = [None, None, NEXT_PERIOD - datetime.timedelta(25), NEXT_PERIOD - datetime.timedelta(20)]
    closers = [closer(order, system(), reason, effective_on=day) for order, day in zip(orders, days, strict=True)]
    assert kinds(at_once(*closers)) == ["Closure"] * 4
    end_due(today=NEXT_PERIOD, clock=timezone.now)
    lost = Movement.objects.filter(amount_micro__lt=0).order_by("moved_on", "pk")
    assert [each.kind for each in lost] == ["contraction"] * 3 + ["churn"]
    assert [each.customers for each in lost] == [0, 0, 0, -1]
    for order in orders:
        assert_one_truth(order)


@pytest.mark.parametrize("_again", range(3))
def test_closing_and_billing_the_same_period(_again):
    order, reason = an_order(), a_close_reason()
    bill = partial(run, bills_until=TODAY, actor=system(), clock=timezone.now)
    results = at_once(closer(order, system(), reason), bill, partial(issue_next, order, **WHEN))
    assert set(kinds(results)) <= {"BillingRun", "CannotIssue", "Closure", "Invoice"}, results
    # One day was served, on whichever invoice it stands, and nothing else is left to pay.
    charged, credited = (Invoice.objects.filter(kind=kind) for kind in ("invoice", "credit_note"))
    net = sum(each.total_minor for each in charged) - sum(each.total_minor for each in credited)
    # 1,000,000 for 31 days: 32,258 for one, or all less 967,742 for 30.
    assert net == balance_of(order.customer) == 32_258
    assert_one_truth(order)


@pytest.mark.parametrize("_again", range(3))
def test_closing_and_paying_the_same_invoice(_again):
    order, reason = an_order(), a_close_reason()
    invoice = an_invoice(order)
    paid = {"paid_on": TODAY, "method": "cash"} | WHEN
    pay = partial(register_payment, invoice, amount_minor=600_000, **paid)
    results = at_once(closer(order, system(), reason), pay, pay)
    assert kinds(results) == ["Closure", "Payment", "Payment"], results
    invoice.refresh_from_db()
    # 967,742 is given back and 1,200,000 was paid: whichever came first settles the invoice, the rest is credit.
    assert (invoice.open_minor, invoice.credited_minor) == (0, 967_742)
    assert balance_of(order.customer) == 1_000_000 - 967_742 - 1_200_000
    assert_one_truth(order)


@pytest.mark.parametrize("_again", range(3))
def test_undoing_closing_again_and_the_day_itself(_again):
    order, reason = an_order(), a_close_reason()
    an_invoice(order)
    close(order, reason=reason, effective_on=NEXT_PERIOD, **WHEN)
    results = at_once(
        partial(undo_close, order, **WHEN),
        partial(undo_close, order, actor=customer_in_portal(order.customer), at=AT, today=TODAY),
        closer(order, system(), reason),
        # A worker whose clock is ahead.
        partial(end_due, today=NEXT_PERIOD, clock=timezone.now),
    )
    assert set(kinds(results)) <= {"CannotClose", "CannotUndo", "Closure", "int"}, results
    undone = Closure.objects.filter(undone_at__isnull=False).count()
    order.refresh_from_db()
    assert undone <= 1 and Activity.objects.filter(kind__startswith="closing_undone").count() == undone
    # Ended by the worker or by whoever came after the undoing, or going on.
    ends = {"churned": {NEXT_PERIOD, TODAY + datetime.timedelta(1)}, "in_progress": {None}}
    assert order.ends_on in ends[order.state]
    assert_one_truth(order)


def test_reopened_by_eight_it_goes_on_once():
    order = an_order()
    an_invoice(order)
    close(order, reason=a_close_reason(), **WHEN)
    results = at_once(*[partial(reopen, order, **WHEN)] * 7, closer(order, system(), a_close_reason()))
    assert set(kinds(results)) <= {"CannotClose", "CannotReopen", "Closure"}, results
    order.refresh_from_db()
    assert order.times_reopened == Closure.objects.filter(reopened_at__isnull=False).count()
    assert (order.times_reopened, order.state) in ((1, "in_progress"), (1, "churned"), (2, "in_progress"))
    assert Evidence.objects.filter(kind=Evidence.Kind.REOPENED).count() == order.times_reopened
    assert_one_truth(order)


def test_many_at_once_and_one_by_one():
    orders, reason = [an_order() for _ in range(12)], a_close_reason()
    for order in orders[::2]:
        an_invoice(order)
    many = begin([order.pk for order in orders], actor=staff(a_user("manager")), at=AT, reason=reason)

    def bulk() -> int:
        return sum(iter(partial(carry_on, many, at=AT, batch_size=3), 0))

    def one_by_one() -> int:
        return sum(isinstance(attempt(closer(order, system(), reason)), Closure) for order in reversed(orders))

    results = at_once(bulk, one_by_one, bulk)
    assert kinds(results) == ["int"] * 3, results
    assert Closure.objects.count() == 12
    closed = many.rows.filter(outcome="closed").count()
    assert (closed, many.rows.filter(outcome="refused").count()) == (12 - results[1], results[1])
    for order in orders:
        assert_one_truth(order)


def attempt(verb: Callable[[], Closure]) -> object:
    try:
        return verb()
    except CannotClose as refusal:
        return refusal
