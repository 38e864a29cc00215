"""Movements of revenue are booked by the verbs, in the transaction of the change, and can be made anew from what happened."""

import datetime
from typing import Any

import pytest
from django.db import transaction

from soon.activity.actor import staff, system
from soon.models import CohortTally, Movement, Order, Price, RevenueTally
from soon.operations.billing.run import run
from soon.operations.invoices.issue_next import issue_next
from soon.operations.movements.rebook import rebook
from soon.operations.movements.rebuild import rebuild
from soon.operations.subscriptions.amend import amend
from soon.operations.subscriptions.change_plan import change_plan
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.end_due import end_due
from soon.operations.subscriptions.pause import CannotPause, pause
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.resume import resume
from soon.operations.subscriptions.undo_close import undo_close
from tests.builders import AT, TODAY, a_credit_note, a_customer, a_draft_line, a_plan, a_product, a_user, an_order

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
TOMORROW = TODAY + DAY
WHEN: dict[str, Any] = {"actor": system(), "at": AT, "today": TODAY}
MICRO = 1_000_000


def an_order_of(amount: int = 100_000, **fields: Any) -> Order:
    plan = fields.pop("plan", None) or a_plan()
    lines = [a_draft_line(amount, product=a_product(plan=plan, price_minor=amount))]
    return an_order(plan=plan, lines=lines, start_on=fields.pop("start_on", TODAY), **fields)


def told(order: Order) -> list[tuple[datetime.date, str, str, int, int, int]]:
    """Return the order's movements: day, kind, cause, amount in whole units, customers and orders counted."""
    rows = Movement.objects.filter(order=order).order_by("moved_on", "pk")
    fields = ("moved_on", "kind", "cause", "amount_micro", "customers", "orders")
    return [(day, kind, cause, micro // MICRO, *counts) for day, kind, cause, micro, *counts in rows.values_list(*fields)]


def test_confirming_books_from_the_first_paid_day():
    order = an_order_of(trial_days=14)
    assert told(order) == [(TODAY + 14 * DAY, "new", "began", 100_000, 1, 1)]


def test_a_quarter_counts_by_the_month_and_what_is_sold_once_not_at_all():
    plan = a_plan(interval_count=3)
    setup = a_draft_line(900_000, product=a_product("SETUP-X"), is_recurring=False)
    line = a_draft_line(300_000, product=a_product("SEAT-X", plan=plan))
    order = an_order(plan=plan, lines=[setup, line], start_on=TODAY)
    assert told(order) == [(TODAY, "new", "began", 100_000, 1, 1)]


def test_closing_today_moves_from_the_first_day_no_longer_served():
    order = an_order_of(start_on=TODAY - 10 * DAY)
    close(order, own_words="Chuyển nhà", **WHEN)
    assert told(order)[1:] == [(TOMORROW, "churn", "ordinary", -100_000, -1, -1)]


def test_a_scheduled_closing_moves_nothing_until_its_day_and_then_that_day_though_the_worker_is_late():
    order = an_order_of(start_on=TODAY - 10 * DAY)
    close(order, own_words="Chuyển nhà", effective_on=TODAY + 5 * DAY, **WHEN)
    undo_close(order, **WHEN)
    close(order, own_words="Chuyển nhà", effective_on=TODAY + 5 * DAY, **WHEN)
    assert len(told(order)) == 1
    end_due(today=TODAY + 9 * DAY, clock=lambda: AT)
    assert told(order)[1:] == [(TODAY + 5 * DAY, "churn", "ordinary", -100_000, -1, -1)]


def test_closed_before_it_began_leaves_no_movement():
    order = an_order_of(start_on=TODAY + 10 * DAY)
    assert told(order) == [(TODAY + 10 * DAY, "new", "began", 100_000, 1, 1)]
    close(order, own_words="Đổi ý", **WHEN)
    assert told(order) == []
    assert not RevenueTally.objects.filter(amount_micro__gt=0).exclude(customers=1).exists()


def test_pausing_and_resuming_and_reopening():
    order = an_order_of(start_on=TODAY - 10 * DAY)
    pause(order, **WHEN)
    resume(order, actor=system(), at=AT, today=TODAY + 5 * DAY)
    close(order, own_words="Chuyển nhà", actor=system(), at=AT, today=TODAY + 6 * DAY)
    reopen(order, actor=system(), at=AT, today=TODAY + 20 * DAY)
    assert told(order) == [
        (TODAY - 10 * DAY, "new", "began", 100_000, 1, 1),
        (TOMORROW, "contraction", "paused", -100_000, 0, 0),
        (TODAY + 5 * DAY, "expansion", "resumed", 100_000, 0, 0),
        (TODAY + 7 * DAY, "churn", "ordinary", -100_000, -1, -1),
        (TODAY + 20 * DAY, "reactivation", "reopened", 100_000, 1, 1),
    ]


def test_a_closing_dated_back_changes_what_a_later_sale_is_called():
    customer = a_customer()
    first = an_order_of(start_on=TODAY - 60 * DAY, customer=customer)
    second = an_order_of(50_000, start_on=TODAY - 10 * DAY, customer=customer)
    assert told(second)[0][1] == "expansion"
    close(first, own_words="Sai", effective_on=TODAY - 20 * DAY, **WHEN)
    assert told(first)[1][1:] == ("churn", "ordinary", -100_000, -1, -1)
    assert told(second)[0][1:] == ("reactivation", "began", 50_000, 1, 1)


def test_an_order_sold_for_another_closed_the_same_day_is_a_transfer():
    customer = a_customer()
    first = an_order_of(start_on=TODAY - 60 * DAY, customer=customer)
    close(first, own_words="Lên gói", closure_type="transfer", **WHEN)
    assert told(first)[1][1] == "churn"
    second = an_order_of(130_000, start_on=TOMORROW, customer=customer)
    assert told(first)[1][1:] == ("transfer", "transfer", -100_000, 0, -1)
    assert [row[1:] for row in told(second)] == [
        ("expansion", "began", 30_000, 0, 1), ("transfer", "began", 100_000, 0, 0),
    ]  # fmt: skip


def test_revenue_follows_the_order_to_its_new_salesperson():
    lan, order = a_user("salesperson"), an_order_of()
    amend(order, customer_reference="", salesperson=lan, note="", actor=staff(a_user()), at=AT)
    [movement] = Movement.objects.all()
    assert movement.salesperson == lan
    sums = {}
    for row in RevenueTally.objects.all():
        sums[row.salesperson_id] = sums.get(row.salesperson_id, 0) + row.amount_micro
    assert {key: micro // MICRO for key, micro in sums.items() if micro} == {lan.pk: 100_000}


def test_another_plan_moves_the_revenue_over_and_tells_the_difference():
    order = an_order_of()
    issue_next(order, **WHEN)
    yearly = a_plan("Hằng năm", name_en="Yearly", interval_unit="year")
    Price.objects.create(product=order.lines.get().product, plan=yearly, currency="VND", amount_minor=960_000)
    change_plan(order, plan=yearly, expected_minor=960_000, **WHEN)
    boundary = datetime.date(2026, 4, 16)
    run(bills_until=boundary, actor=system(), clock=lambda: AT)
    assert [row[:4] for row in told(order)] == [
        (TODAY, "new", "began", 100_000),
        (boundary, "contraction", "changed", -20_000),
        (boundary, "transfer", "changed", -80_000),
        (boundary, "transfer", "changed", 80_000),
    ]
    assert rebuild() == 0


def test_a_refusal_moves_nothing():
    order = an_order_of(start_on=TODAY + DAY)
    before = told(order)
    with pytest.raises(CannotPause):
        pause(order, **WHEN)
    assert told(order) == before


def test_all_of_it_can_be_made_anew():
    customer = a_customer()
    for days in (60, 30, 10):
        order = an_order_of(start_on=TODAY - days * DAY, customer=customer)
        close(order, own_words="Chuyển nhà", effective_on=TODAY - (days - 15) * DAY, **WHEN) if days > 20 else None
    before = sorted(Movement.objects.values_list("order", "moved_on", "kind", "amount_micro", "customers", "cohort_on"))
    assert rebuild() == 0
    Movement.objects.all().delete()
    assert rebuild() == len(before)
    assert sorted(Movement.objects.values_list("order", "moved_on", "kind", "amount_micro", "customers", "cohort_on")) == before


def test_the_tallies_are_the_rows():
    for days in (60, 30):
        order = an_order_of(start_on=TODAY - days * DAY)
        pause(order, **WHEN)
    Movement.objects.filter(order=order).delete()
    rebook([order.pk])
    rows = list(Movement.objects.values_list("moved_on", "amount_micro", "customers", "orders", "cohort_on"))
    by_month, by_cohort = {}, {}
    for day, micro, customers, orders, cohort_on in rows:
        key = day.replace(day=1)
        by_month[key] = tuple(map(sum, zip(by_month.get(key, (0, 0, 0)), (micro, customers, orders), strict=True)))
        pair = (cohort_on.replace(day=1), key)
        by_cohort[pair] = tuple(map(sum, zip(by_cohort.get(pair, (0, 0)), (micro, customers), strict=True)))
    assert _summed(RevenueTally, ("month_on",), ("amount_micro", "customers", "orders")) == by_month
    assert _summed(CohortTally, ("cohort_on", "month_on"), ("amount_micro", "customers")) == by_cohort


def _summed(model: Any, by: tuple[str, ...], sums: tuple[str, ...]) -> dict[Any, tuple[int, ...]]:
    found: dict[Any, tuple[int, ...]] = {}
    for row in model.objects.values_list(*by, *sums):
        key = row[0] if len(by) == 1 else row[: len(by)]
        found[key] = tuple(map(sum, zip(found.get(key, (0,) * len(sums)), row[len(by) :], strict=True)))
    return found


def test_a_movement_is_never_changed_in_place():
    order = an_order_of()
    with pytest.raises(Exception, match="written anew"), transaction.atomic():
        Movement.objects.filter(order=order).update(amount_micro=1)


def test_what_is_given_once_leaves_the_monthly_revenue_as_it_is():
    """M10: half of the first month is credited, and nothing is said of the next."""
    order = an_order_of()
    invoice = issue_next(order, **WHEN)
    a_credit_note(invoice, {invoice.lines.get().pk: 50_000})
    assert [row[:4] for row in told(order)] == [(TODAY, "new", "began", 100_000)]
    order.refresh_from_db()
    assert order.mrr_micro == 100_000 * MICRO
