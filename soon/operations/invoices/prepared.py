"""What a draft invoice says before it is stored: the words and lines that its verbs take."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from soon.models import Customer, Order, Product, Tax


@dataclass(frozen=True)
class PreparedLine:
    """One position as typed, charged once: price in minor units of the draft's currency."""

    product: Product
    quantity: Decimal
    unit_price_minor: int
    description: str = ""
    discount_percent: Decimal = Decimal(0)
    tax: Tax | None = None


@dataclass(frozen=True)
class PreparedInvoice:
    """A whole draft as typed; `note` is for colleagues. With an `order`, which is the customer's, it belongs to it."""

    customer: Customer
    currency: str
    order: Order | None = None
    note: str = ""
    lines: Sequence[PreparedLine] = field(default_factory=tuple)
