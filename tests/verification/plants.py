"""Errors to plant, one of each kind, with the check that is meant for each. Every other check must still hold."""

import datetime
import json
from collections.abc import Callable
from typing import Any

from soon.activity.actor import system
from soon.models import Activity, Invoice, OrderChange
from soon.operations.invoices.issue_next import issue_next
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.reopen import reopen
from tests.builders import AT, TODAY, a_plan, a_user, an_invoice, an_order

from .breaking import again, past_the_guards, sql, without
from .world import World

DAY = datetime.timedelta(days=1)
WHEN = {"actor": system(), "at": AT, "today": TODAY}
Plant = Callable[[World], object]
# (codes of the checks that find it, what plants it)
PLANTS: list[tuple[frozenset[str], Plant]] = []


def found_by(*codes: str) -> Callable[[Plant], Plant]:
    """Say which checks find what a function plants; beside them only that a constraint is gone, if one had to go."""

    def remember(plant: Plant) -> Plant:
        PLANTS.append((frozenset(codes), plant))
        return plant

    return remember


def change(record: Any, **values: Any) -> None:
    """Write columns of `record` past the guards; a text that begins with = is an expression."""
    table, pairs, given = record._meta.db_table, [], []
    for column, value in values.items():
        is_expression = isinstance(value, str) and value.startswith("=")
        pairs.append(f"{column} = {value[1:] if is_expression else '%s'}")
        given += [] if is_expression else [value]
    with past_the_guards():
        sql(f"UPDATE {table} SET {', '.join(pairs)} WHERE id = %s", *given, record.pk)


def counter(code: str, step: int) -> None:
    """Move the counter of a series."""
    sql("UPDATE soon_numberseries SET last = last + %s WHERE code = %s AND year IN (0, 2026)", step, code)


def newest() -> Invoice:
    """Return the invoice that was numbered last."""
    return Invoice.objects.filter(kind="invoice").order_by("-number")[0]


def line_of(invoice: Invoice, place: int = 0) -> Any:
    """Return a line of `invoice`."""
    return invoice.lines.all()[place]


# Billed periods


@found_by("day_billed_once")
def a_period_twice(world: World) -> None:
    without("soon_invoiceline", "each_period_of_a_line_charged_once")
    without("soon_invoice", "one_invoice_per_order_and_period")
    world.other.lines.update(billed_until=datetime.date(2026, 3, 1))
    issue_next(world.other, **WHEN)


@found_by("day_billed_once")
def something_sold_once_twice(world: World) -> None:
    without("soon_invoiceline", "a_line_sold_once_charged_once")
    world.busy.lines.filter(is_recurring=False).update(billed_until=None)
    issue_next(world.busy, **WHEN)


@found_by("no_day_skipped")
def a_month_left_out(world: World) -> None:
    world.other.lines.update(billed_until=datetime.date(2026, 5, 1))
    issue_next(world.other, **WHEN)


@found_by("period_of_plan")
def a_last_period_too_short(world: World) -> None:
    later = world.expired.ends_on + 5 * DAY
    change(world.expired, ends_on=later)
    change(world.expired.closure, effective_on=later)


@found_by("first_day_billed")
def a_first_month_left_out(world: World) -> None:
    change(world.other, start_on=datetime.date(2025, 12, 1))


@found_by("first_day_billed")
def a_month_left_out_after_the_import(world: World) -> None:
    told = Activity.objects.get(kind="imported", order=world.imported)
    change(told, facts=json.dumps(told.facts | {"billed_until_on": "2026-01-31"}))


@found_by("billed_up_to_cursor")
def a_cursor_ahead(world: World) -> None:
    world.churned.lines.update(billed_until=datetime.date(2026, 4, 2))


@found_by("billed_up_to_cursor")
def a_cursor_of_nothing(world: World) -> None:
    world.quotation.lines.update(billed_until=TODAY)


@found_by("billed_up_to_cursor")
def something_sold_once_that_counts_as_not_billed(world: World) -> None:
    world.busy.lines.filter(is_recurring=False).update(billed_until=None)


@found_by("nothing_after_end")
def a_period_beyond_the_known_end(world: World) -> None:
    change(world.busy, ends_on=TODAY, next_invoice_on=None)


@found_by("unused_days_given_back")
def unused_days_that_nobody_gave_back(world: World) -> None:
    order = an_order()
    an_invoice(order)
    closure = close(order, own_words="Chuyển nhà", credit_policy="none", **WHEN)
    change(closure, credit_policy="unused_days")


@found_by("billed_on_after_reopening")
def a_reopening_on_another_day(world: World) -> None:
    order = an_order()
    an_invoice(order)
    close(order, own_words="Chuyển nhà", **WHEN)
    closure = reopen(order, **WHEN)
    change(closure, reopened_on=TODAY + 2 * DAY)


@found_by("nothing_after_end", "unused_days_given_back")
def a_churned_order_billed(world: World) -> None:
    after = {"state": "churned", "ends_on": world.churned.ends_on, "next_invoice_on": None}
    change(world.churned, state="in_progress", ends_on=None, next_invoice_on=datetime.date(2026, 4, 1))
    issue_next(world.churned, **WHEN)
    change(world.churned, **after)


# Subscriptions


@found_by("order_adds_up")
def an_order_of_more_than_its_lines(world: World) -> None:
    change(world.busy, untaxed_minor="=untaxed_minor + 1", total_minor="=total_minor + 1")


@found_by("order_line_costs")
def a_line_that_costs_more(world: World) -> None:
    change(world.busy.lines.get(is_recurring=False), net_minor="=net_minor + 1")
    change(world.busy, untaxed_minor="=untaxed_minor + 1", total_minor="=total_minor + 1")


@found_by("mrr_is_lines")
def revenue_from_nothing(world: World) -> None:
    change(world.churned, mrr_micro="=mrr_micro + 1")


@found_by("next_invoice_is_next")
def an_invoice_a_day_late(world: World) -> None:
    change(world.busy, next_invoice_on=world.busy.next_invoice_on + DAY)


@found_by("next_invoice_is_next")
def an_order_never_billed_again(world: World) -> None:
    change(world.busy, next_invoice_on=None)


@found_by("plan_is_agreed")
def another_plan_than_was_agreed(world: World) -> None:
    order = an_order()
    plan = a_plan("Hằng quý")
    fields = {"order": order, "customer": order.customer, "kind": "plan", "new_plan": plan, "made_at": AT, "applied_at": AT}
    before = {"plan_before": order.plan, "mrr_before": {}, "mrr_after": {}}
    OrderChange.objects.create(takes_effect_on=order.start_on, **fields, **before)


@found_by("nothing_billed_ahead_of_change")
def a_period_billed_across_a_change(world: World) -> None:
    order = an_order()
    an_invoice(order)
    fields = {"kind": "discount", "discount_percent": 10, "takes_effect_on": order.start_on, "made_at": AT}
    OrderChange.objects.create(order=order, customer=order.customer, **fields)


@found_by("nothing_left_behind")
def an_order_that_nobody_bills(world: World) -> None:
    an_order(start_on=TODAY - 5 * DAY)


@found_by("churned_has_closure")
def a_churned_order_whose_closing_was_taken_back(world: World) -> None:
    change(world.churned.closure, reopened_at=AT, reopened_on=TODAY)


@found_by("churned_has_closure")
def a_closure_on_another_day(world: World) -> None:
    change(world.churned.closure, effective_on=TODAY - DAY)


@found_by("churned_has_closure", "closure_has_order")
def two_closures(world: World) -> None:
    without("soon_closure", "one_open_closure_of_an_order")
    again("soon_closure", world.churned.closure.pk)


@found_by("closure_has_order")
def a_closure_of_a_running_order(world: World) -> None:
    again("soon_closure", world.churned.closure.pk, order_id=world.busy.pk, customer_id=world.busy.customer_id)


@found_by("ended_is_not_billed")
def a_churned_order_with_a_next_invoice(world: World) -> None:
    without("soon_order", "order_ended_has_no_next_invoice")
    change(world.churned, next_invoice_on=TODAY)


@found_by("tally_is_orders")
def a_tally_that_counts_one_order_twice(world: World) -> None:
    sql("INSERT INTO soon_ordertally (state, plan_id, currency, salesperson_id, orders, recurring_minor, mrr_micro, "
        "untaxed_minor, total_minor) SELECT state, plan_id, currency, salesperson_id, 1, recurring_minor, mrr_micro, "
        "untaxed_minor, total_minor FROM soon_order WHERE id = (SELECT min(id) FROM soon_order)")  # fmt: skip


@found_by("closure_says_what_was_sold")
def a_closure_of_somebody_elses(world: World) -> None:
    change(world.churned.closure, salesperson_id=a_user("salesperson").pk)
