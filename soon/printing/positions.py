"""A line of an order or an invoice, as documents show it."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from soon.models import InvoiceLine, OrderLine, tax_rule


@dataclass(frozen=True)
class Position:
    """One line: what, how much, and which service period; amounts in minor units, the period half-open local dates."""

    description: str
    quantity: Decimal
    unit_price_minor: int
    discount_percent: Decimal
    tax_name: str
    tax_percent: Decimal
    net_minor: int
    tax_minor: int
    tax_is_included: bool = False
    note: str = ""
    is_recurring: bool = False
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None

    @property
    def last_day_on(self) -> datetime.date | None:
        """The last local date of its service period."""
        return self.period_end - datetime.timedelta(days=1) if self.period_end else None


def position_of_order_line(line: OrderLine, *, is_exempt: bool) -> Position:
    """Return `line` of an order under its product's name in the language being spoken, its own words below.

    `is_exempt`: whether the customer pays no tax.
    """
    name = line.product.name
    return Position(
        description=name,
        note=line.description if line.description != name else "",
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_percent=line.discount_percent,
        tax_name=line.tax.name if line.tax else "",
        tax_percent=tax_rule(line.tax, is_exempt=is_exempt).charged_percent,
        tax_is_included=bool(line.tax and line.tax.is_included),
        net_minor=line.net_minor,
        tax_minor=line.tax_minor,
        is_recurring=line.is_recurring,
    )


def position_of_invoice_line(line: InvoiceLine) -> Position:
    """Return `line` of an invoice as it was issued."""
    return Position(
        description=line.description,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_percent=line.discount_percent,
        tax_name=line.tax_name,
        tax_percent=line.tax_percent,
        tax_is_included=line.tax_is_included,
        net_minor=line.net_minor,
        tax_minor=line.tax_minor,
        is_recurring=line.period_start is not None,
        period_start=line.period_start,
        period_end=line.period_end,
    )
