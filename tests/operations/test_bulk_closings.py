"""Closing many at once: what begins it, each order's answer, a kill in the middle, two at once, and one meanwhile alone."""

import datetime
import json

import pytest

from soon.activity.actor import staff, system
from soon.models import Activity, BulkClosing, BulkClosingRow, Closure, Evidence, Invoice, Letter, Order
from soon.operations.bulk_closings import carry_on as carrying
from soon.operations.bulk_closings.begin import CannotCloseMany, begin
from soon.operations.bulk_closings.carry_on import carry_on
from soon.operations.bulk_closings.preview import preview
from soon.operations.subscriptions.close import CannotClose, close
from tests.builders import (
    AT,
    TODAY,
    a_bulk_closing,
    a_churned_order,
    a_close_reason,
    a_customer,
    a_payment,
    a_plan,
    a_quotation,
    a_user,
    an_invoice,
    an_order,
)
from tests.operations.records import everything
from tests.races.at_once import at_once

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
RUNNING_ON = TODAY + 10 * DAY


def outcomes(closing: BulkClosing) -> dict[str, str]:
    """Return what became of each order, by its number."""
    return dict(closing.rows.values_list("order__number", "outcome"))


def carried_out(closing: BulkClosing, **fields) -> BulkClosing:
    while carry_on(closing, at=AT, **fields):
        pass
    closing.refresh_from_db()
    return closing


def test_each_order_gets_its_answer_and_its_own_local_day():
    reason = a_close_reason()
    here, there = an_invoice().order, an_order(customer=a_customer(time_zone="Pacific/Honolulu"), start_on=TODAY - 40 * DAY)
    churned, quotation, paused = a_churned_order(), a_quotation(), an_order()
    Order.objects.filter(pk=paused.pk).update(state="paused", next_invoice_on=None)
    closing = a_bulk_closing(here, there, churned, quotation, paused, by=a_user("manager", language="en"), reason=reason)
    assert set(outcomes(closing).values()) == {"waiting"}
    assert not carried_out(closing, batch_size=2).rows.filter(outcome="waiting").exists()
    assert closing.finished_at == AT
    told = {row.order_id: row for row in closing.rows.select_related("closure")}
    # 5 in the morning in UTC is the evening before in Honolulu.
    days = {here.pk: TODAY, there.pk: TODAY - DAY, paused.pk: TODAY}
    assert {key: told[key].closure.requested_on for key in days} == days
    assert {told[key].closure.reason for key in days} == {reason}
    assert told[churned.pk].refusal == "This subscription is already closed."
    assert told[quotation.pk].refusal == "A quotation cannot be closed. Cancel it instead."
    assert Closure.objects.count() == 4 and Letter.objects.filter(kind="subscription_closed").count() == 4
    assert carry_on(closing, at=AT) == 0


def test_the_three_days_and_the_rights_of_who_began_it():
    plan = a_plan(notice_days=30)
    ours = {"plan": plan, "start_on": TODAY}
    orders = [an_invoice(an_order(**ours)).order for _ in range(3)]
    days = ({"day": "today"}, {"day": "end_of_period"}, {"day": "chosen", "effective_on": TODAY + 90 * DAY})
    for order, day in zip(orders, days, strict=True):
        carried_out(a_bulk_closing(order, **day))
    ends = [Order.objects.get(pk=order.pk).ends_on for order in orders]
    assert ends == [TODAY + DAY, datetime.date(2026, 4, 16), TODAY + 90 * DAY]
    assert [Order.objects.get(pk=order.pk).state for order in orders] == ["churned", "in_progress", "in_progress"]


def test_what_begins_nothing():
    order, manager = an_order(), a_user("manager")
    customers_only = a_close_reason(audience="system", system_code="x")
    asked = {
        "no right": {"actor": staff(a_user("salesperson"))},
        "nobody": {"actor": system()},
        "no reason": {"own_words": " "},
        "a reason of the system": {"reason": customers_only},
        "no day": {"day": "chosen"},
        "two days": {"effective_on": TODAY},
        "nothing": {"orders": []},
    }
    before = everything()
    for arguments in asked.values():
        values = {"orders": [order.pk], "actor": staff(manager), "own_words": "Ngừng", "at": AT} | arguments
        with pytest.raises(CannotCloseMany):
            begin(values.pop("orders"), **values)
    assert everything() == before


def test_too_many_at_once(monkeypatch):
    monkeypatch.setattr("soon.operations.bulk_closings.begin.MOST", 1)
    with pytest.raises(CannotCloseMany):
        a_bulk_closing(an_order(), an_order())
    assert not BulkClosing.objects.exists()


def test_the_preview_says_what_will_happen_and_writes_nothing():
    orders = [an_invoice(an_order(start_on=TODAY - 9 * DAY)).order for _ in range(3)]
    churned, manager = a_churned_order(), a_user("manager")
    keys = [order.pk for order in (*orders, churned)]
    before = everything()
    found = preview(keys, closing=BulkClosing(by_user=manager), actor=staff(manager), at=AT)
    assert everything() == before
    assert (found.count, found.closable, found.refused, found.scheduled) == (4, 3, 1, 0)
    assert [bool(row.refusal) for row in found.rows] == [False, False, False, True]
    closing = carried_out(a_bulk_closing(*orders, churned, by=manager))
    closures = Closure.objects.filter(pk__in=closing.rows.values("closure"))
    assert found.sums["VND"]["credited_minor"] == sum(closure.credited_minor for closure in closures) > 0
    assert found.lost_mrr["VND"] == sum(closure.lost_mrr_micro for closure in closures)
    later = BulkClosing(by_user=manager, day="end_of_period")
    again = preview(keys, closing=later, actor=staff(manager), at=AT)
    assert (again.closable, again.seen != found.seen) == (0, True)


def test_a_worker_that_dies_between_batches_and_in_one(monkeypatch):
    closing = a_bulk_closing(*[an_order() for _ in range(6)])
    assert carry_on(closing, at=AT, batch_size=2) == 2
    monkeypatch.setattr(carrying, "_keep", die)
    with pytest.raises(KeyboardInterrupt):
        carry_on(closing, at=AT, batch_size=2)
    monkeypatch.undo()
    assert sorted(outcomes(closing).values()) == ["closed"] * 2 + ["waiting"] * 4
    assert Closure.objects.count() == 2, "what the second batch did is undone with it"
    carried_out(closing, batch_size=2)
    assert set(outcomes(closing).values()) == {"closed"}
    entries = Activity.objects.filter(kind="closed_by_staff")
    assert Closure.objects.count() == entries.count() == Letter.objects.filter(kind="subscription_closed").count() == 6


def die(*_arguments):
    raise KeyboardInterrupt


def test_one_that_fails_stops_no_other(monkeypatch):
    orders = [an_order() for _ in range(5)]
    closing = a_bulk_closing(*orders)
    from soon.operations.closing import _close

    known = _close._closure

    def failing(planned, *arguments):
        if planned.order.pk == orders[2].pk:
            raise ValueError("no sense in it")
        return known(planned, *arguments)

    monkeypatch.setattr(_close, "_closure", failing)
    carried_out(closing)
    assert outcomes(closing) == {order.number: "closed" for order in orders} | {orders[2].number: "refused"}
    assert BulkClosingRow.objects.get(order=orders[2]).refusal
    assert not Evidence.objects.filter(customer=orders[2].customer).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_and_people_who_close_alone_at_once():
    orders = [an_order() for _ in range(8)]
    closing, reason = a_bulk_closing(*orders), a_close_reason()
    actor = staff(a_user("manager"))

    def alone(order):
        return lambda: close(order, actor=actor, reason=reason, at=AT, today=TODAY)

    def many():
        return lambda: carried_out(BulkClosing.objects.get(pk=closing.pk), batch_size=2)

    results = at_once(many(), many(), *map(alone, orders[:3]))
    assert all(isinstance(result, BulkClosing | Closure | CannotClose) for result in results), results
    carried_out(closing)
    closed_alone = sum(isinstance(result, Closure) for result in results)
    assert sorted(outcomes(closing).values()) == ["closed"] * (8 - closed_alone) + ["refused"] * closed_alone
    assert Closure.objects.count() == Letter.objects.filter(kind="subscription_closed").count() == 8
    assert not Order.objects.exclude(state="churned").exists() and closing.finished_at


@pytest.mark.parametrize("advance_first", [True, False])
def test_what_one_closing_gives_back_pays_for_the_next_of_the_same_customer(advance_first):
    """Two subscriptions of one customer, one paid in advance, one in arrears: preview, evidence and books say the same."""
    customer, later = a_customer(), a_plan("Trả sau", in_arrears=True)
    plans = [a_plan(), later] if advance_first else [later, a_plan()]
    orders = [an_order(customer=customer, plan=plan) for plan in plans]
    paid, owing = orders if advance_first else reversed(orders)
    a_payment(an_invoice(paid))
    at, manager = AT + 4 * DAY, a_user("manager")
    by = staff(manager)
    wanted = BulkClosing(own_words="Ngừng", day="today", by_user=manager)
    seen = preview([order.pk for order in orders], closing=wanted, actor=by, at=at)
    closing = begin([order.pk for order in orders], actor=by, own_words="Ngừng", at=at)
    carry_on(closing, at=at)
    told = {
        each.closure.order_id: json.loads(each.content)["figures"]
        for each in Evidence.objects.filter(kind="closed").select_related("closure")
    }
    # 5 of 31 days were used of each.
    back, charged = 838_710, 161_290
    last = Invoice.objects.get(order=owing, kind="invoice")
    assert last.total_minor == charged
    expected = 0 if advance_first else charged
    assert (last.open_minor, told[owing.pk]["owed_minor"]) == (expected, expected)
    assert [row.money.owed_minor for row in seen.rows if row.order.pk == owing.pk] == [expected]
    assert seen.sums["VND"]["owed_minor"] == expected
    [note] = Invoice.objects.filter(kind="credit_note")
    assert note.total_minor - note.paid_minor == back - (charged - expected)
