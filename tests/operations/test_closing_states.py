"""Every state of an order × everything that closing is about × everybody: what happens, and that a refusal writes nothing."""

import datetime
from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from soon.activity.actor import PUBLIC, Actor, customer_in_portal, staff, system
from soon.models import CloseReason, Customer, Invoice, Order
from soon.operations.billing.run import run
from soon.operations.invoices.issue_next import issue_next
from soon.operations.payments.register_payment import register_payment
from soon.operations.quotations.cancel import cancel
from soon.operations.refusal import Refusal
from soon.operations.subscriptions.close import CannotClose, close
from soon.operations.subscriptions.end_due import end_due
from soon.operations.subscriptions.pause import pause
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.undo_close import undo_close
from soon.operations.verification.verify import verify
from tests.builders import (
    AT,
    a_close_reason,
    a_customer,
    a_draft_line,
    a_plan,
    a_product,
    a_quotation,
    a_sent_quotation,
    a_user,
    an_invoice,
    an_order,
)
from tests.operations.records import everything

pytestmark = pytest.mark.django_db

# All orders began on the 16th of March and are billed each month in advance; it is the 20th, and something happens now.
BEGAN, CLOSED, NOW = datetime.date(2026, 3, 16), datetime.date(2026, 3, 17), datetime.date(2026, 3, 20)
NEXT_PERIOD = datetime.date(2026, 4, 16)
LATER = AT + datetime.timedelta(days=4)
BY_SYSTEM = {"actor": system(), "at": AT, "today": CLOSED}


def in_progress(customer: Customer, plan) -> Order:
    order = an_order(customer=customer, plan=plan, start_on=BEGAN)
    an_invoice(order, BEGAN)
    return order


def closes_later(customer: Customer, plan) -> Order:
    order = in_progress(customer, plan)
    close(order, reason=a_close_reason(), effective_on=NEXT_PERIOD, **BY_SYSTEM)
    return order


def churned(customer: Customer, plan) -> Order:
    order = in_progress(customer, plan)
    close(order, reason=a_close_reason(), **BY_SYSTEM)
    return order


def reopened(customer: Customer, plan) -> Order:
    order = churned(customer, plan)
    reopen(order, **BY_SYSTEM)
    return order


def paused(customer: Customer, plan) -> Order:
    order = in_progress(customer, plan)
    pause(order, **BY_SYSTEM)
    return order


def paused_and_closing(customer: Customer, plan) -> Order:
    order = paused(customer, plan)
    close(order, reason=a_close_reason(), effective_on=NEXT_PERIOD, **BY_SYSTEM)
    return order


def renewed(customer: Customer, plan) -> Order:
    """Return an order that was renewed, for which there is no verb yet."""
    order = in_progress(customer, plan)
    Order.objects.filter(pk=order.pk).update(state="renewed", next_invoice_on=None)
    return order


def cancelled(customer: Customer, plan) -> Order:
    return cancel(a_quotation(customer=customer, plan=plan), actor=system(), at=AT)


def expired(customer: Customer, plan) -> Order:
    order = in_progress(customer, plan)
    Order.objects.filter(pk=order.pk).update(ends_on=NOW, next_invoice_on=None)
    end_due(today=NOW, clock=lambda: AT)
    return order


STATES: dict[str, Callable[..., Order]] = {
    "quotation": lambda customer, plan: a_quotation(customer=customer, plan=plan, start_on=BEGAN),
    "sent": lambda customer, plan: a_sent_quotation(customer=customer, plan=plan, start_on=BEGAN),
    "cancelled": cancelled,
    "in progress": in_progress,
    "reopened": reopened,
    "paused": paused,
    "closes later": closes_later,
    "paused, closes later": paused_and_closing,
    "churned": churned,
    "expired": expired,
    "renewed": renewed,
}


def closing(effective_on: datetime.date | None) -> Callable[..., object]:
    def do(order: Order, actor: Actor, on: datetime.date) -> object:
        reason = CloseReason.objects.for_customers().first()
        return close(order, reason=reason, effective_on=effective_on, actor=actor, at=LATER, today=on)

    return do


def pay(order: Order, actor: Actor, on: datetime.date) -> object:
    invoice = Invoice.objects.filter(order=order, kind="invoice").first()
    if invoice is None:
        raise Refusal("there is nothing to pay")
    return register_payment(invoice, amount_minor=5, paid_on=on, method="cash", actor=actor, at=LATER, today=on)


ACTIONS: dict[str, Callable[[Order, Actor, datetime.date], object]] = {
    "close today": closing(None),
    "close at the end of the period": closing(NEXT_PERIOD),
    "close on a chosen day": closing(datetime.date(2026, 4, 5)),
    "close as of an earlier day": closing(datetime.date(2026, 3, 18)),
    "close before the first day": closing(datetime.date(2026, 3, 15)),
    "undo": lambda order, actor, on: undo_close(order, actor=actor, at=LATER, today=on),
    "undo on the day": lambda order, actor, on: undo_close(order, actor=actor, at=LATER, today=NEXT_PERIOD),
    "reopen": lambda order, actor, on: reopen(order, actor=actor, at=LATER, today=on),
    "issue the next invoice": lambda order, actor, on: issue_next(order, actor=actor, at=LATER, today=on),
    "pay": pay,
}
# What becomes of an order, if whoever does it may: its state, the day on which it closes, and how many invoices it has.
# A state that is not named refuses; what nobody refuses leaves everything else as it was.
BECOMES: dict[str, dict[str, str]] = {
    "close today": {
        "in progress": "churned 2026-03-21, 1",
        # What it served since it was reopened.
        "reopened": "churned 2026-03-21, 2",
        "paused": "churned 2026-03-21, 1",
    },
    "close at the end of the period": {
        "in progress": "in_progress 2026-04-16, 1",
        "reopened": "in_progress 2026-04-16, 1",
        "paused": "paused 2026-04-16, 1",
    },
    "close on a chosen day": {
        "in progress": "in_progress 2026-04-05, 1",
        "reopened": "in_progress 2026-04-05, 1",
        "paused": "paused 2026-04-05, 1",
    },
    "close as of an earlier day": {
        "in progress": "churned 2026-03-18, 1",
        "reopened": "churned 2026-03-18, 1",
        "paused": "churned 2026-03-18, 1",
    },
    "close before the first day": {},
    "undo": {"closes later": "in_progress -, 1", "paused, closes later": "paused -, 1"},
    "undo on the day": {},
    "reopen": {"churned": "in_progress -, 1"},
    "issue the next invoice": {"in progress": "in_progress -, 2", "reopened": "in_progress -, 2"},
    "pay": {
        "in progress": "in_progress -, 1",
        "reopened": "in_progress -, 1",
        "paused": "paused -, 1",
        "closes later": "in_progress 2026-04-16, 1",
        "paused, closes later": "paused 2026-04-16, 1",
        "churned": "churned 2026-03-18, 1",
        "expired": "churned 2026-03-20, 1",
        "renewed": "renewed -, 1",
    },
}

ROLES = ("administrator", "manager", "salesperson", "accountant")
EVERYBODY = {*ROLES, "customer", "customer without log-in", "other customer", "other without log-in", "system"}
CLOSERS = EVERYBODY - {"accountant", "other customer", "other without log-in"}
# Who may, if the state allows it. Money has doors of its own: the verbs take it from everybody.
MAY: dict[str, set[str]] = {
    "close today": CLOSERS,
    "close at the end of the period": CLOSERS,
    "close on a chosen day": CLOSERS,
    # A declaration counts from the moment it was made, also if it is matched with its order days later.
    "close as of an earlier day": {"administrator", "manager", "customer without log-in", "system"},
    "close before the first day": CLOSERS,
    "undo": CLOSERS,
    "undo on the day": CLOSERS,
    "reopen": {"administrator", "manager", "system"},
    "issue the next invoice": EVERYBODY,
    "pay": EVERYBODY,
}


def the_actors(customer: Customer) -> dict[str, Actor]:
    other = a_customer()
    return {role: staff(a_user(role)) for role in ROLES} | {
        "customer": customer_in_portal(customer),
        "customer without log-in": Actor(channel=PUBLIC, customer=customer),
        "other customer": customer_in_portal(other),
        "other without log-in": Actor(channel=PUBLIC, customer=other),
        "system": system(),
    }


def the_orders(customer: Customer) -> dict[str, Order]:
    plan = a_plan()
    a_product(plan=plan)
    return {state: make(customer, plan) for state, make in STATES.items()}


def standing(order: Order) -> str:
    order.refresh_from_db()
    invoices = Invoice.objects.filter(order=order, kind="invoice").count()
    return f"{order.state} {order.ends_on or '-'}, {invoices}"


def outcome(act: Callable[[], object], order: Order) -> str:
    """Do it, say what became of the order, and take it back; what a refusal should have written stays, to be found."""
    with transaction.atomic():
        try:
            act()
        except Refusal:
            return "refused"
        became = standing(order)
        assert_it_holds_together(order)
        transaction.set_rollback(True)
    order.refresh_from_db()
    return became


def assert_it_holds_together(order: Order) -> None:
    """Fail where state and closures of the order do not tell the same."""
    standing = list(order.closures.standing())
    assert standing == ([order.closure] if order.closure else [])
    if order.state == "churned":
        assert order.closure.took_effect_at and order.ends_on == order.closure.effective_on
    elif order.closure:
        assert not order.closure.took_effect_at and order.closes_on == order.closure.effective_on
        assert order.next_invoice_on is None or order.next_invoice_on < order.ends_on


@pytest.mark.parametrize("action", ACTIONS)
def test_every_state_for_everybody(action):
    a_close_reason(audience="system", system_code="end_date_reached")
    customer = a_customer()
    orders, actors = the_orders(customer), the_actors(customer)
    before = everything()
    found, expected = {}, {}
    for state, order in orders.items():
        for name, actor in actors.items():
            found[state, name] = outcome(partial(ACTIONS[action], order, actor, NOW), order)
            allowed = name in MAY[action] and state in BECOMES[action]
            expected[state, name] = BECOMES[action][state] if allowed else "refused"
    assert found == expected
    # No refusal wrote anything, in any table.
    assert everything() == before


# What the clock does on that day to orders in every state; all others stay as they are.
CLOCK: dict[str, tuple[Callable[[], object], dict[str, str]]] = {
    "end what is due": (lambda: end_due(today=NOW, clock=lambda: LATER), {}),
    "end what is due on the day": (
        lambda: end_due(today=NEXT_PERIOD, clock=lambda: LATER),
        {"closes later": "churned 2026-04-16, 1", "paused, closes later": "churned 2026-04-16, 1"},
    ),
    "bill on the day": (
        lambda: run(bills_until=NEXT_PERIOD, actor=system(), clock=lambda: LATER),
        {
            "in progress": "in_progress -, 2",
            "reopened": "in_progress -, 3",
            "closes later": "churned 2026-04-16, 1",
            "paused, closes later": "churned 2026-04-16, 1",
        },
    ),
}


@pytest.mark.parametrize("what", CLOCK)
def test_what_the_clock_does_in_every_state(what):
    a_close_reason(audience="system", system_code="end_date_reached")
    orders = the_orders(a_customer())
    before = {state: standing(order) for state, order in orders.items()}
    act, becomes = CLOCK[what]
    act()
    assert {state: standing(order) for state, order in orders.items()} == before | becomes
    for order in orders.values():
        assert_it_holds_together(order)
    # And once more it finds nothing to do.
    act()
    assert {state: standing(order) for state, order in orders.items()} == before | becomes


@pytest.mark.parametrize("scheduled", [False, True])
def test_days_of_a_pause_are_not_charged(scheduled):
    order = paused(a_customer(), a_plan())
    today = datetime.date(2026, 7, 20)
    asked = {"reason": a_close_reason(), "actor": system(), "at": LATER, "today": today}
    if scheduled:
        close(order, effective_on=today + datetime.timedelta(days=9), **asked)
        end_due(today=today + datetime.timedelta(days=9), clock=lambda: LATER)
    else:
        close(order, **asked)
    order.refresh_from_db()
    assert (order.state, order.closure.charged_minor, order.closure.credited_minor) == ("churned", 0, 0)
    # The invoice, and what the pause gave back of it.
    assert Invoice.objects.count() == 2


@pytest.mark.parametrize("agreed", [{}, {"ends_on": datetime.date(2026, 9, 1)}, {"trial_days": 30}, {"start_on": NEXT_PERIOD}])
@pytest.mark.parametrize("in_arrears", [False, True])
def test_undoing_leaves_the_order_as_it_was(agreed, in_arrears):
    order = an_order(plan=a_plan(in_arrears=in_arrears), **{"start_on": BEGAN} | agreed)
    run(bills_until=CLOSED, actor=system(), clock=lambda: AT)
    before = everything()
    close(order, reason=a_close_reason(), effective_on=datetime.date(2026, 5, 5), **BY_SYSTEM)
    undo_close(order, actor=system(), at=LATER, today=datetime.date(2026, 5, 4))
    after = everything()
    for table in ("Order", "OrderLine", "Invoice", "InvoiceLine", "Settlement", "Customer"):
        assert after[table] == before[table]


@pytest.mark.parametrize("days_late", [0, 1, 45])
@pytest.mark.parametrize("in_arrears", [False, True])
def test_a_worker_that_is_late_closes_as_of_the_day_and_bills_nothing_beyond(days_late, in_arrears):
    order = an_order(plan=a_plan(in_arrears=in_arrears), start_on=BEGAN)
    run(bills_until=CLOSED, actor=system(), clock=lambda: AT)
    # Half of the second period of 30 days.
    close(order, reason=a_close_reason(), effective_on=datetime.date(2026, 5, 1), **BY_SYSTEM)
    today = datetime.date(2026, 5, 1) + datetime.timedelta(days=days_late)
    run(bills_until=today, actor=system(), clock=lambda: LATER + datetime.timedelta(days=60))
    assert standing(order) == "churned 2026-05-01, 2"
    assert sum(Invoice.objects.values_list("total_minor", flat=True)) == 1_500_000
    assert not Invoice.objects.filter(kind="credit_note").exists()
    assert_it_holds_together(order)
    assert verify(actor=system(), clock=lambda: LATER + datetime.timedelta(days=61)).findings == []


@pytest.mark.parametrize("in_arrears", [False, True])
def test_a_period_that_was_cut_before_the_undoing_is_billed_on(in_arrears):
    order = an_order(plan=a_plan(in_arrears=in_arrears), start_on=BEGAN)
    close(order, reason=a_close_reason(), effective_on=datetime.date(2026, 5, 1), **BY_SYSTEM)
    run(bills_until=datetime.date(2026, 4, 20), actor=system(), clock=lambda: LATER)
    undo_close(order, actor=system(), at=LATER, today=datetime.date(2026, 4, 30))
    run(bills_until=datetime.date(2026, 5, 16), actor=system(), clock=lambda: LATER)
    # Three months in advance or two in arrears, in whatever parts.
    assert sum(Invoice.objects.values_list("total_minor", flat=True)) == (2_000_000 if in_arrears else 3_000_000)
    assert verify(actor=system(), clock=lambda: LATER + datetime.timedelta(days=61)).findings == []


def test_what_a_closing_settled_before_the_reopening_is_not_settled_again():
    order = churned(a_customer(), a_plan())
    reopen(order, actor=system(), at=AT, today=NOW)
    asked = {"reason": a_close_reason(), "actor": system(), "at": LATER, "today": NOW + datetime.timedelta(days=5)}
    before = everything()
    with pytest.raises(CannotClose):
        close(order, effective_on=NOW - datetime.timedelta(days=1), **asked)
    assert everything() == before
    close(order, effective_on=NOW, **asked)
    assert standing(order) == "churned 2026-03-20, 1"


def test_a_free_line_does_not_keep_the_others_from_being_billed_after_the_reopening():
    plan = a_plan(interval_unit="year")
    lines = [a_draft_line(price, product=a_product(plan=plan)) for price in (1_200_000, 0)]
    order = an_order(plan=plan, lines=lines, start_on=BEGAN)
    run(bills_until=BEGAN, actor=system(), clock=lambda: AT)
    close(order, reason=a_close_reason(), **BY_SYSTEM)
    reopen(order, actor=system(), at=LATER, today=NOW)
    order.refresh_from_db()
    assert order.next_invoice_on == NOW
    run(bills_until=NOW, actor=system(), clock=lambda: LATER)
    assert Invoice.objects.latest("pk").period_start == NOW
    assert verify(actor=system(), clock=lambda: LATER).findings == []
