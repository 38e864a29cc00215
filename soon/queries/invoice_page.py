"""Everything the page of one invoice shows."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from soon.domain.pricing import DocumentTotals, document_totals
from soon.models import Activity, Invoice, InvoiceLine, Payment


@dataclass(frozen=True)
class Why:
    """The derivation of an amount as people check it; days are the last ones served, money is in minor units."""

    rule: str
    fraction: str
    start_on: datetime.date | None
    last_on: datetime.date | None
    whole_start_on: datetime.date | None
    whole_last_on: datetime.date | None
    unit_price_minor: int
    quantity: Decimal
    discount_percent: Decimal
    tax_percent: Decimal


@dataclass(frozen=True)
class InvoiceSheet:
    """An invoice with its lines and their derivations, its payments and its chatter entries."""

    lines: list[tuple[InvoiceLine, Why | None]]
    totals: DocumentTotals
    payments: list[Payment]
    entries: list[Activity]
    last_day_on: datetime.date | None


def invoice_sheet(invoice: Invoice) -> InvoiceSheet:
    """Return what belongs to `invoice`: three queries."""
    lines = list(invoice.lines.all())
    return InvoiceSheet(
        lines=[(line, why(line.derivation)) for line in lines],
        totals=document_totals(lines),
        payments=list(invoice.payments.select_related("registered_by")),
        entries=list(Activity.objects.filter(invoice=invoice)),
        last_day_on=invoice.period_end - datetime.timedelta(days=1) if invoice.period_end else None,
    )


def why(facts: Mapping[str, Any]) -> Why | None:
    """Return the derivation stored with a line (domain/billing.py); None for a line without one."""
    if "rule" not in facts:
        return None
    start, last = _days(facts.get("period"))
    whole_start, whole_last = _days(facts.get("whole_period"))
    return Why(
        rule=facts["rule"],
        fraction=facts["fraction"],
        start_on=start,
        last_on=last,
        whole_start_on=whole_start,
        whole_last_on=whole_last,
        unit_price_minor=facts["unit_price_minor"],
        quantity=Decimal(facts["quantity"]),
        discount_percent=Decimal(facts["discount_percent"]),
        tax_percent=Decimal(facts["tax_percent"]),
    )


def _days(period: list[str] | None) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first and the last day of a stored half-open period."""
    if not period:
        return None, None
    start, end = map(datetime.date.fromisoformat, period)
    return start, end - datetime.timedelta(days=1)
