"""Issuing the invoice of an order's next period."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.domain import lifecycle
from soon.domain.billing import BilledLine, DuePeriod, bill_line
from soon.domain.periods import BillingPeriod
from soon.domain.pricing import LinePrice
from soon.domain.taxes import NO_TAX, TaxRule
from soon.mail.queue import queue_letter_to_customer
from soon.models import Company, Customer, Invoice, InvoiceLine, Order, OrderLine
from soon.operations.numbers import take_number
from soon.operations.refusal import Refusal
from soon.queries.periods import next_due


class CannotIssue(Refusal):
    """There is no invoice to issue."""


@dataclass(frozen=True)
class Charge:
    """One order line with the amount it adds to the invoice; no period for what is charged once."""

    line: OrderLine
    billed: BilledLine
    period: BillingPeriod | None


@transaction.atomic
def issue_next(
    order: Order,
    *,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    expected_period_start: datetime.date | None = None,
) -> Invoice:
    """Issue the invoice of the first period not yet invoiced, dated `today` (local), with all lines sold once.

    `expected_period_start` is the period the caller saw; if somebody invoiced it in the meantime, the verb refuses instead
    of invoicing the one after. Raises CannotIssue; then nothing is written and no number is used.
    """
    # Locks the order on PostgreSQL; on SQLite the transaction already holds the write lock.
    order = Order.objects.select_for_update(of=("self",)).select_related("customer", "plan").get(pk=order.pk)
    if order.state != lifecycle.IN_PROGRESS:
        raise CannotIssue(_("Only an order in progress is invoiced."))
    lines = list(order.lines.select_related("product", "tax"))
    due = next_due(order, lines)
    if expected_period_start is not None and (due is None or due.period.service.start != expected_period_start):
        raise CannotIssue(_("This period has already been invoiced."))
    charges = _charges(lines, due)
    if not charges:
        raise CannotIssue(_("Everything on this order has been invoiced."))
    invoice = _write(order, charges, due, at, today)
    _move_on(order, lines, charges, today)
    _tell(order, invoice, actor, at)
    return invoice


def _charges(lines: Sequence[OrderLine], due: DuePeriod | None) -> list[Charge]:
    charges = []
    for line in lines:
        price = LinePrice(line.unit_price_minor, line.quantity, line.discount_percent)
        tax = TaxRule(line.tax.percent) if line.tax else NO_TAX
        if line.is_recurring and due and (line.billed_until or due.period.service.start) <= due.period.service.start:
            charges.append(Charge(line, bill_line(price, tax, due.period), due.period))
        elif not line.is_recurring and line.billed_until is None:
            charges.append(Charge(line, bill_line(price, tax), None))
    return charges


def _write(
    order: Order, charges: Sequence[Charge], due: DuePeriod | None, at: datetime.datetime, today: datetime.date
) -> Invoice:
    company = Company.ours()
    untaxed = sum(charge.billed.net_minor for charge in charges)
    tax = sum(charge.billed.tax_minor for charge in charges)
    invoice = Invoice.objects.create(
        # The number is taken last of all that may refuse, so that it is never given to nothing.
        number=f"INV/{today.year}/{take_number('INV', today.year):05d}",
        order=order,
        customer=order.customer,
        currency=order.currency,
        issued_on=today,
        due_on=today + datetime.timedelta(days=company.payment_days),
        issued_at=at,
        period_start=due.period.service.start if due else None,
        period_end=due.period.service.end if due else None,
        untaxed_minor=untaxed,
        tax_minor=tax,
        total_minor=untaxed + tax,
        language=order.customer.language,
        buyer=_party(order.customer) | {"reference": order.customer_reference},
        seller=_party(company),
    )
    InvoiceLine.objects.bulk_create([_line(invoice, position, charge) for position, charge in enumerate(charges, start=1)])
    return invoice


def _party(party: Customer | Company) -> dict[str, str]:
    fields = ("name", "street", "city", "country", "tax_number", "email", "phone", "postcode", "bank_account")
    return {field: str(getattr(party, field, "")) for field in fields}


def _line(invoice: Invoice, position: int, charge: Charge) -> InvoiceLine:
    line, period = charge.line, charge.period
    return InvoiceLine(
        invoice=invoice,
        customer_id=invoice.customer_id,
        order_line=line,
        product=line.product,
        position=position * 10,
        description=_described(line, invoice.language),
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_percent=line.discount_percent,
        tax_name=line.tax.name_in(invoice.language) if line.tax else "",
        tax_percent=line.tax.percent if line.tax else Decimal(0),
        period_start=period.service.start if period else None,
        period_end=period.service.end if period else None,
        net_minor=charge.billed.net_minor,
        tax_minor=charge.billed.tax_minor,
        derivation=charge.billed.derivation.as_facts(),
    )


def _described(line: OrderLine, language: str) -> str:
    """Return what the invoice calls the line: the product of that day, and what was agreed about it."""
    name = line.product.name_in(language)
    return f"{name} – {line.description}" if line.description else name


def _move_on(order: Order, lines: Sequence[OrderLine], charges: Sequence[Charge], today: datetime.date) -> None:
    """Move the cursors of the invoiced lines and the order's next invoice day."""
    for charge in charges:
        charge.line.billed_until = charge.period.service.end if charge.period else today
    OrderLine.objects.bulk_update([charge.line for charge in charges], ["billed_until"])
    upcoming = next_due(order, lines)
    order.next_invoice_on = upcoming.due_on if upcoming else None
    order.save(update_fields=["next_invoice_on"])


def _tell(order: Order, invoice: Invoice, actor: Actor, at: datetime.datetime) -> None:
    facts = {
        "invoice": invoice.number,
        "total": money_fact(invoice.total_minor, invoice.currency),
        "due_on": invoice.due_on.isoformat(),
    }
    record("invoice_issued", customer=order.customer, order=order, invoice=invoice, actor=actor, at=at, facts=facts)
    queue_letter_to_customer(
        "invoice", event_key=f"invoice:{invoice.pk}", customer=order.customer, order=order, invoice=invoice, at=at, facts=facts
    )
