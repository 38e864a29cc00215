"""Errors to plant on documents, money and traces, as plants.py has them for periods and orders."""

import datetime
import json

from soon.activity.actor import system
from soon.activity.evidence import append_evidence
from soon.domain.evidence import hash_of
from soon.models import Activity, Evidence, Letter, Order
from soon.operations.payments.pay_out import pay_out
from tests.builders import AT, TODAY, a_billing_run, a_customer

from .breaking import again, past_the_guards, sql, without
from .plants import DAY, PLANTS, change, counter, found_by, line_of, newest
from .world import World

# Invoices and credit notes


@found_by("payout_is_credit", "balance_comes_out")
def more_paid_back_than_was_used(world: World) -> None:
    payout = pay_out(
        world.unused.customer, currency="VND", amount_minor=1_000, paid_on=TODAY, method="cash",
        actor=system(), at=AT, today=TODAY,
    )  # fmt: skip
    change(payout, amount_minor=2_000)


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


@found_by("records_of_customer", "closure_says_what_was_sold")
def an_order_in_another_currency(world: World) -> None:
    change(world.expired, currency="USD")


@found_by("traces_of_customer")
def an_entry_about_another_customer(world: World) -> None:
    change(Activity.objects.filter(order=world.busy)[0], customer_id=a_customer().pk)


@found_by("traces_of_customer")
def a_letter_to_another_customer(world: World) -> None:
    change(Letter.objects.get(event_key=f"invoice:{world.first.pk}"), customer_id=a_customer().pk)


# Evidence of closings


def evidence_of(order: Order) -> Evidence:
    return Evidence.objects.filter(closure__order=order).order_by("position")[0]


@found_by("evidence_as_sealed", "evidence_of_its_closure")
def a_day_written_over_in_evidence(world: World) -> None:
    change(evidence_of(world.churned), content="=replace(content, '2026', '2027')")


@found_by("evidence_as_sealed")
def a_word_added_to_evidence(world: World) -> None:
    change(evidence_of(world.churned), content="=content || ' '")


@found_by("evidence_in_order")
def a_word_added_to_evidence_and_sealed_anew(world: World) -> None:
    append_evidence("closed", [(world.churned.closure, {"late": True})], at=AT)
    entry = evidence_of(world.churned)
    content = entry.content.replace("{", '{"added":1,', 1)
    change(entry, content=content, hash=hash_of(entry.previous_hash, content))


@found_by("evidence_in_order", "closing_has_request")
def a_request_taken_out_of_the_chain(world: World) -> None:
    append_evidence("closed", [(world.churned.closure, {"late": True})], at=AT)
    with past_the_guards():
        sql("DELETE FROM soon_evidence WHERE id = %s", evidence_of(world.churned).pk)


@found_by("evidence_of_its_closure")
def a_moment_moved_beside_its_evidence(world: World) -> None:
    change(evidence_of(world.churned), at=AT + datetime.timedelta(hours=1))


@found_by("closing_has_evidence")
def a_closure_whose_evidence_is_gone(world: World) -> None:
    change(world.churned.closure, submitted_at=AT + datetime.timedelta(hours=1))
    with past_the_guards():
        sql("DELETE FROM soon_evidence WHERE closure_id = %s", world.churned.closure_id)


# The database itself


@found_by("check_came_to_its_end")
def a_line_that_makes_no_sense(world: World) -> None:
    without("soon_orderline", "order_line_discount_in_range")
    change(world.busy.lines.all()[0], discount_percent=150)


# Those of plants.py stand in it too.
ALL_PLANTS = PLANTS
