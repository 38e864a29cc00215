"""Errors to plant, one of each kind, with the check that is meant for each. Every other check must still hold."""

import datetime
import json
from collections.abc import Callable
from typing import Any

from soon.activity.actor import system
from soon.models import Activity, Invoice, Letter
from soon.operations.invoices.issue_next import issue_next
from tests.builders import AT, TODAY, a_billing_run, a_customer, an_order

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


@found_by("nothing_after_end")
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


@found_by("nothing_left_behind")
def an_order_that_nobody_bills(world: World) -> None:
    an_order(start_on=TODAY - 5 * DAY)


@found_by("churned_has_closure")
def a_churned_order_whose_closing_was_undone(world: World) -> None:
    change(world.churned.closure, undone_at=AT)


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


# Invoices and credit notes


@found_by("document_adds_up")
def an_invoice_of_more_than_its_lines(world: World) -> None:
    change(world.first, untaxed_minor="=untaxed_minor + 1", total_minor="=total_minor + 1")


@found_by("document_adds_up")
def tax_from_nothing(world: World) -> None:
    change(world.first, tax_minor="=tax_minor + 1", total_minor="=total_minor + 1")


@found_by("document_period_spans_lines")
def an_invoice_for_other_days(world: World) -> None:
    change(world.first, period_end=world.first.period_end + DAY)


@found_by("line_follows_derivation")
def a_line_of_another_amount(world: World) -> None:
    change(line_of(world.first), net_minor="=net_minor + 1")
    change(world.first, untaxed_minor="=untaxed_minor + 1", total_minor="=total_minor + 1")


@found_by("line_follows_derivation")
def a_line_without_derivation(world: World) -> None:
    change(line_of(world.first), derivation="{}")


@found_by("line_follows_derivation")
def a_credit_of_another_amount(world: World) -> None:
    told = line_of(world.note).derivation
    change(line_of(world.note), derivation=json.dumps(told | {"gross_minor": told["gross_minor"] - 1}))


@found_by("derivation_fits_line")
def a_line_of_another_price(world: World) -> None:
    change(line_of(world.first), unit_price_minor="=unit_price_minor + 1")


@found_by("derivation_fits_line")
def a_derivation_of_another_period(world: World) -> None:
    told = line_of(world.first).derivation
    change(line_of(world.first), derivation=json.dumps(told | {"period": ["2026-01-02", "2026-02-02"]}))


# Numbers


@found_by("number_fits")
def a_number_of_another_year(world: World) -> None:
    change(newest(), number="INV/2025/00001")
    counter("INV", -1)


@found_by("number_once")
def a_number_twice(world: World) -> None:
    without("soon_invoice", "one_document_of_a_number")
    last = newest()
    change(last, number=f"INV/2026/{int(last.number[-5:]) - 1:05d}")
    counter("INV", -1)


@found_by("number_without_gap")
def a_gap(world: World) -> None:
    last = newest()
    change(last, number=f"INV/2026/{int(last.number[-5:]) + 1:05d}")
    counter("INV", 1)


@found_by("number_counted")
def a_counter_ahead(world: World) -> None:
    counter("CN", 1)


@found_by("number_counted")
def a_counter_behind(world: World) -> None:
    counter("S", -1)


# Payments and credit


@found_by("paid_is_settled")
def paid_for_another_invoice(world: World) -> None:
    change(world.first, paid_minor="=paid_minor + 1")
    change(world.second, paid_minor="=paid_minor - 1")


@found_by("paid_is_settled", "balance_comes_out")
def paid_with_nothing(world: World) -> None:
    change(world.first, paid_minor="=paid_minor + 1")


@found_by("paid_is_settled", "balance_comes_out")
def a_credit_note_used_for_nothing(world: World) -> None:
    change(world.note, paid_minor="=paid_minor - 1")


@found_by("credited_is_credit_notes")
def credited_with_nothing(world: World) -> None:
    change(world.first, credited_minor=1)


@found_by("credit_note_fits_invoice")
def a_credit_note_of_no_order(world: World) -> None:
    change(world.note, order_id=None)


@found_by("credit_note_fits_invoice")
def a_credit_of_a_line_of_another_invoice(world: World) -> None:
    change(line_of(world.note), credits_line_id=line_of(world.first).pk)


@found_by("line_credited_within")
def a_line_credited_for_more_than_it_cost(world: World) -> None:
    change(line_of(world.note), credits_line_id=line_of(world.second, 1).pk)


@found_by("used_is_settled", "balance_comes_out")
def a_payment_used_for_nothing(world: World) -> None:
    change(world.unused, used_minor="=used_minor + 1")


@found_by("used_is_settled", "paid_is_settled")
def a_settlement_lost(world: World) -> None:
    with past_the_guards():
        sql("DELETE FROM soon_settlement WHERE payment_id = %s", world.payment.pk)


@found_by("settlement_of_one_customer")
def a_settlement_of_another_customer(world: World) -> None:
    change(world.payment.settlements.all()[0], customer_id=a_customer().pk)


@found_by("settlement_of_one_customer")
def a_used_credit_note_of_another_customer(world: World) -> None:
    change(world.note.uses.all()[0], customer_id=a_customer().pk)


@found_by("run_adds_up")
def a_run_that_issued_more(world: World) -> None:
    a_billing_run(issued=1)


# Chatter, letters and customers


@found_by("document_told_once")
def an_invoice_that_nobody_heard_of(world: World) -> None:
    sql("DELETE FROM soon_activity WHERE kind = 'invoice_issued' AND invoice_id = %s", world.first.pk)


@found_by("document_told_once")
def a_credit_note_told_twice(world: World) -> None:
    again("soon_activity", Activity.objects.get(kind="invoice_credited", invoice=world.note).pk)


@found_by("document_has_letter")
def an_invoice_that_was_not_sent(world: World) -> None:
    Letter.objects.filter(event_key=f"invoice:{world.first.pk}").delete()


@found_by("letter_once")
def a_letter_twice(world: World) -> None:
    without("soon_letter", "one_letter_of_an_event")
    again("soon_letter", Letter.objects.get(event_key=f"invoice:{world.first.pk}").pk)


@found_by("ending_told")
def a_silent_end(world: World) -> None:
    sql("DELETE FROM soon_activity WHERE kind LIKE 'closed_by_%%' AND order_id = %s", world.churned.pk)


@found_by("lines_of_customer")
def an_invoice_line_of_another_customer(world: World) -> None:
    change(line_of(world.first), customer_id=a_customer().pk)


@found_by("lines_of_customer")
def an_order_line_of_another_customer(world: World) -> None:
    change(world.busy.lines.all()[0], customer_id=a_customer().pk)


@found_by("records_of_customer")
def a_payment_for_the_invoice_of_another(world: World) -> None:
    change(world.payment, invoice_id=world.other.invoices.all()[0].pk)


@found_by("records_of_customer")
def a_set_aside_order_of_another(world: World) -> None:
    change(world.other.set_asides.all()[0], customer_id=a_customer().pk)


@found_by("records_of_customer")
def an_order_in_another_currency(world: World) -> None:
    change(world.expired, currency="USD")


@found_by("traces_of_customer")
def an_entry_about_another_customer(world: World) -> None:
    change(Activity.objects.filter(order=world.busy)[0], customer_id=a_customer().pk)


@found_by("traces_of_customer")
def a_letter_to_another_customer(world: World) -> None:
    change(Letter.objects.get(event_key=f"invoice:{world.first.pk}"), customer_id=a_customer().pk)


# The database itself


@found_by("check_came_to_its_end")
def a_line_that_makes_no_sense(world: World) -> None:
    without("soon_orderline", "order_line_discount_in_range")
    change(world.busy.lines.all()[0], discount_percent=150)
