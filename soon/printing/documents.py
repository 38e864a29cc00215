"""The documents themselves: a quotation or order, an invoice, a credit note."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from soon.domain.amount_in_words import amount_in_words
from soon.domain.zones import local_date
from soon.formatting import day
from soon.models import Company, Invoice, InvoiceLine, Order, OrderLine

from .positions import position_of_invoice_line, position_of_order_line
from .sheet import Pairs, facts_of, sheet, span
from .transfers import how_to_pay, transfer_for
from .typesetting import typeset

TEMPLATE = "document.typ"


def pdf_of_order(order: Order) -> bytes:
    """Return a quotation, or the order it became, as PDF in the customer's language."""
    with translation.override(order.customer.language):
        return typeset(TEMPLATE, _order(order), dated=order.sent_at or order.created_at)


def pdf_of_invoice(invoice: Invoice) -> bytes:
    """Return an invoice or credit note as PDF, in the language it was issued in, with both sides as they were that day."""
    with translation.override(invoice.language):
        return typeset(TEMPLATE, _invoice(invoice), dated=invoice.issued_at)


def _order(order: Order) -> dict[str, Any]:
    lines: Iterable[OrderLine] = order.lines.select_related("product", "tax")
    facts = [(_("Date"), day(local_date(order.sent_at or order.created_at, order.time_zone)))]
    if order.is_offered and order.expires_on:
        facts.append((_("Valid until"), day(order.expires_on)))
    if order.start_on:
        facts.append((_("Start date"), day(order.start_on)))
    if order.plan:
        facts.append((_("Recurring plan"), order.plan.name))
    if order.trial_days:
        facts.append((_("Free trial"), order.trial_in_words))
    if order.last_day_on:
        facts.append((_("Last day of service"), day(order.last_day_on)))
    if order.customer.is_tax_exempt:
        facts.append((_("Tax"), _("Exempt from tax")))
    if order.customer_reference:
        facts.append((_("Your reference"), order.customer_reference))
    return sheet(
        _("Quotation") if order.is_offered else _("Order"),
        order.number,
        facts_of(Company.ours()),
        facts_of(order.customer),
        facts,
        [position_of_order_line(line, is_exempt=order.customer.is_tax_exempt) for line in lines],
        order.currency,
    ) | {"closing": [order.note] if order.note else []}


def _invoice(invoice: Invoice) -> dict[str, Any]:
    lines = list(invoice.lines.all())
    is_invoice = invoice.kind == Invoice.Kind.INVOICE
    page = sheet(
        _("Invoice") if is_invoice else _("Credit Note"),
        invoice.number,
        invoice.seller,
        invoice.buyer,
        [*(_dates(invoice) if is_invoice else _credited(invoice)), *_order_facts(invoice, lines)],
        [position_of_invoice_line(line) for line in lines],
        invoice.currency,
    )
    return page | {
        "remarks": [(_("Reason"), invoice.reason)] if invoice.reason else [],
        "words": (_("In words"), amount_in_words(invoice.total_minor, invoice.currency, invoice.language)),
        "payment": _payment(invoice),
    }


def _dates(invoice: Invoice) -> Pairs:
    return [(_("Invoice date"), day(invoice.issued_on)), (_("Payable by"), day(invoice.due_on))]


def _credited(invoice: Invoice) -> Pairs:
    """Name the invoice that a credit note takes back."""
    facts = [(_("Date"), day(invoice.issued_on))]
    if invoice.refers_to:
        facts.append((_("For invoice"), invoice.refers_to.number))
        facts.append((_("Invoice date"), day(invoice.refers_to.issued_on)))
    return facts


def _order_facts(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Pairs:
    facts = []
    if invoice.period_start and invoice.period_end:
        facts.append((_("Service period"), span(invoice.period_start, invoice.period_end)))
    if invoice.order:
        facts.append((_("Order"), invoice.order.number))
    if any("exempt_from_percent" in line.derivation for line in lines):
        facts.append((_("Tax"), _("Exempt from tax")))
    if reference := invoice.buyer.get("reference"):
        facts.append((_("Your reference"), reference))
    return facts


def _payment(invoice: Invoice) -> dict[str, Any] | None:
    """Say where to send the money; what was already paid does not stand here, so that the document never changes."""
    rows = how_to_pay(invoice, invoice.total_minor)
    if not rows:
        return None
    transfer = transfer_for(invoice, invoice.total_minor)
    return {
        "rows": rows,
        "title": _("Pay by bank transfer"),
        "code": transfer.code.svg if transfer else "",
        "hint": _("Scan with your banking app: account, amount and reference are filled in."),
        "alt": _("QR code for the bank transfer"),
    }
