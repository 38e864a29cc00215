"""Paying credit back: only what the customer really paid and nothing needs, once, and told on the statement."""

import datetime

import pytest

from soon.activity.actor import system
from soon.domain.statements import Span
from soon.models import Activity, Payout
from soon.operations.payments.pay_out import AlreadyPaidOut, CannotPayOut, pay_out
from soon.operations.payments.reverse import CannotReverse, reverse
from soon.operations.subscriptions.close import close
from soon.queries.balances import balances_of
from soon.queries.statement import statement_of
from tests.builders import AT, TODAY, a_close_reason, a_payment, an_invoice, an_order
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
WHEN = {"actor": system(), "at": AT, "today": TODAY}
# A month of 1,000,000 of which one of 31 days was used.
UNUSED = 1_000_000 - 32_258


@pytest.fixture
def left():
    """A customer who paid a month and closed on its first day."""
    order = an_order()
    a_payment(an_invoice(order))
    close(order, reason=a_close_reason(), **WHEN)
    return order.customer


def pay(customer, amount_minor: int = UNUSED, **fields) -> Payout:
    values = {"currency": "VND", "paid_on": TODAY, "method": "bank_transfer", **WHEN} | fields
    return pay_out(customer, amount_minor=amount_minor, **values)


def test_what_was_paid_and_not_used_is_paid_back_to_the_last_unit(left):
    assert [balance.credit_minor for balance in balances_of(left)] == [UNUSED]
    pay(left, 900_000)
    assert [balance.credit_minor for balance in balances_of(left)] == [UNUSED - 900_000]
    pay(left, UNUSED - 900_000)
    assert balances_of(left) == []
    account = statement_of(left, Span("VND", TODAY, TODAY))
    assert (account.closing_minor, [line.entry.kind for line in account.lines]) == (
        0, ["invoice", "credit_note", "payment", "payout", "payout"],
    )  # fmt: skip
    assert (
        statement_of(left, Span("VND", TODAY + datetime.timedelta(days=1), TODAY + datetime.timedelta(days=9))).opening_minor
        == 0
    )
    assert Activity.objects.filter(customer=left, kind="credit_paid_out").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_minor": UNUSED + 1},
        {"amount_minor": 0},
        {"amount_minor": -5},
        {"currency": "USD"},
        {"paid_on": TODAY + datetime.timedelta(days=1)},
    ],
)
def test_more_than_the_credit_is_not_paid_back(left, wrong):
    before = everything()
    with pytest.raises(CannotPayOut):
        pay(left, **wrong)
    assert everything() == before


def test_one_form_is_one_payout(left):
    pay(left, 1_000, form_key="a")
    with pytest.raises(AlreadyPaidOut):
        pay(left, 1_000, form_key="a")
    assert Payout.objects.count() == 1


def test_a_payment_of_which_a_part_was_paid_back_is_not_reversed():
    order = an_order()
    payment = a_payment(an_invoice(order), 1_500_000)
    pay(order.customer, 500_000)
    with pytest.raises(CannotReverse):
        reverse(payment, reason="Nhầm", **WHEN)
