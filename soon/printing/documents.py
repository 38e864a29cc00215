"""What stands on a quotation, an order and an invoice: words and figures, ready for print."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from soon.domain.pricing import document_totals
from soon.domain.zones import local_date
from soon.formatting import day, figure, money_text, percent, quantity
from soon.models import Company, Customer, Invoice, InvoiceLine, Order, OrderLine

from .positions import Position, position_of_invoice_line, position_of_order_line
from .typesetting import typeset

TEMPLATE = "document.typ"
Pairs = list[tuple[str, str]]


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
    positions = [position_of_order_line(line) for line in lines]
    facts = [(_("Date"), day(local_date(order.sent_at or order.created_at, order.time_zone)))]
    if order.is_offered and order.expires_on:
        facts.append((_("Valid until"), day(order.expires_on)))
    if order.start_on:
        facts.append((_("Start date"), day(order.start_on)))
    if order.plan:
        facts.append((_("Recurring plan"), order.plan.name))
    if order.customer_reference:
        facts.append((_("Your reference"), order.customer_reference))
    return _page(
        _("Quotation") if order.is_offered else _("Order"),
        order.number,
        _party(_facts_of(Company.ours())),
        _party(_facts_of(order.customer)),
        facts,
        positions,
        order.currency,
    ) | {"closing": [order.note] if order.note else []}


def _invoice(invoice: Invoice) -> dict[str, Any]:
    lines: Iterable[InvoiceLine] = invoice.lines.all()
    positions = [position_of_invoice_line(line) for line in lines]
    facts = [(_("Invoice date"), day(invoice.issued_on)), (_("Payable by"), day(invoice.due_on))]
    if invoice.period_start and invoice.period_end:
        facts.append((_("Service period"), span(invoice.period_start, invoice.period_end)))
    if invoice.order:
        facts.append((_("Order"), invoice.order.number))
    if reference := invoice.buyer.get("reference"):
        facts.append((_("Your reference"), reference))
    is_invoice = invoice.kind == Invoice.Kind.INVOICE
    title = _("Invoice") if is_invoice else _("Credit Note")
    page = _page(title, invoice.number, _party(invoice.seller), _party(invoice.buyer), facts, positions, invoice.currency)
    return page | {"payment": _how_to_pay(invoice) if is_invoice else []}


def _how_to_pay(invoice: Invoice) -> Pairs:
    """Say where to send the money; what was already paid does not stand here, so that the document never changes."""
    account = str(invoice.seller.get("bank_account", ""))
    if not account:
        return []
    return [(_("Bank account"), account), (_("Payment reference"), invoice.number)]


def _page(
    title: str,
    number: str,
    seller: list[str],
    buyer: list[str],
    facts: Pairs,
    positions: list[Position],
    currency: str,
) -> dict[str, Any]:
    totals = document_totals(positions)
    rates = [
        (_("Tax %(percent)s on %(base)s") % {"percent": percent(row.percent), "base": money_text(row.net_minor, currency)}, row)
        for row in totals.by_rate
        if row.percent
    ]
    untaxed = [(_("Untaxed amount"), money_text(totals.untaxed, currency))]
    return {
        "language": (translation.get_language() or "vi")[:2],
        "title": title,
        "number": number,
        "labels": _labels(),
        "seller": seller,
        "buyer": buyer,
        "facts": facts,
        "has_discount": any(position.discount_percent for position in positions),
        "lines": [_line(position, currency) for position in positions],
        "totals": untaxed + [(words, money_text(row.tax_minor, currency)) for words, row in rates],
        "total": (_("Total"), money_text(totals.total, currency)),
        "payment": [],
        "closing": [],
    }


def _labels() -> dict[str, str]:
    return {
        "buyer": _("Customer"),
        "description": _("Description"),
        "quantity": _("Quantity"),
        "unit_price": _("Unit price"),
        "discount": _("Discount"),
        "tax": _("Tax"),
        "amount": _("Amount"),
        "page": _("Page"),
    }


def _line(position: Position, currency: str) -> dict[str, Any]:
    notes = [position.note] if position.note else []
    if position.period_start and position.period_end:
        notes.append(span(position.period_start, position.period_end))
    return {
        "description": position.description,
        "notes": notes,
        "quantity": quantity(position.quantity),
        "unit_price": figure(position.unit_price_minor, currency),
        "discount": percent(position.discount_percent) if position.discount_percent else "",
        "tax": percent(position.tax_percent) if position.tax_name or position.tax_percent else "",
        "amount": figure(position.net_minor, currency),
    }


def span(start: datetime.date, end: datetime.date) -> str:
    """Return the half-open period [start, end) as people say it, with its last day: "1 Nov 2026 – 30 Nov 2026"."""
    return f"{day(start)} – {day(end - datetime.timedelta(days=1))}"


def _facts_of(party: Company | Customer) -> Mapping[str, str]:
    fields = ("name", "street", "postcode", "city", "country", "tax_number", "email", "phone")
    return {field: str(getattr(party, field, "")) for field in fields}


def _party(facts: Mapping[str, Any]) -> list[str]:
    """Return the lines of an address, the name first, without empty ones."""
    town = " ".join(str(facts.get(part, "")) for part in ("postcode", "city") if facts.get(part))
    tax = _("Tax number: %(number)s") % {"number": facts["tax_number"]} if facts.get("tax_number") else ""
    reach = " · ".join(str(facts[part]) for part in ("email", "phone") if facts.get(part))
    lines = [str(facts.get("name", "")) or "—", str(facts.get("street", "")), town, tax, reach]
    return [line for line in lines if line]
