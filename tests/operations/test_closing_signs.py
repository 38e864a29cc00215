"""What the system sees when somebody leaves, each sign just inside and just outside of its days."""

import datetime
from collections.abc import Callable

import pytest

from soon.activity.actor import system
from soon.models import Order, Price
from soon.operations.billing.run import run
from soon.operations.invoices.remind_overdue import remind_overdue
from soon.operations.subscriptions.change_plan import change_plan
from soon.operations.subscriptions.close import close
from tests.builders import AT, TODAY, a_plan, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
DUE = TODAY + 15 * DAY
BOUNDARY = datetime.date(2026, 4, 16)


def closed(order: Order, today: datetime.date) -> list[str]:
    at = AT + (today - TODAY)
    return close(order, own_words="Chuyển nhà", actor=system(), at=at, today=today).signs


@pytest.mark.parametrize(("today", "signs"), [(DUE, []), (DUE + DAY, ["unpaid"])])
def test_an_invoice_past_its_due_day(today, signs):
    order = an_order()
    an_invoice(order)
    assert closed(order, today) == signs


def test_a_reminder():
    order = an_order()
    an_invoice(order)
    remind_overdue(today=DUE + 4 * DAY, at=AT + 19 * DAY, actor=system())
    assert closed(order, DUE + 4 * DAY) == ["unpaid", "reminded"]


@pytest.mark.parametrize(("days", "signs"), [(89, []), (90, ["no_log_in"])])
def test_nobody_logged_in_for_long(days, signs):
    order = an_order()
    a_user("customer", customer=order.customer, created_at=AT - 200 * DAY, last_login=AT - days * DAY)
    assert closed(order, TODAY) == signs


def _dearer(order: Order) -> None:
    _change(order, 13_000_000)


def _cheaper(order: Order) -> None:
    _change(order, 11_000_000)


def _change(order: Order, price_minor: int) -> None:
    yearly = a_plan("Hằng năm", name_en="Yearly", interval_unit="year")
    for line in order.lines.all():
        Price.objects.create(product=line.product, plan=yearly, currency="VND", amount_minor=price_minor)
    change_plan(order, plan=yearly, today=TODAY, expected_minor=price_minor, actor=system(), at=AT)
    run(bills_until=BOUNDARY, actor=system(), clock=lambda: AT + 31 * DAY)


@pytest.mark.parametrize(("change", "days", "signs"), [(_dearer, 60, ["price_rose"]), (_dearer, 61, []), (_cheaper, 1, [])])
def test_a_price_that_rose(change: Callable[[Order], None], days: int, signs: list[str]):
    order = an_order()
    an_invoice(order)
    change(order)
    found = closed(order, BOUNDARY + days * DAY)
    assert [sign for sign in found if sign != "unpaid"] == signs
