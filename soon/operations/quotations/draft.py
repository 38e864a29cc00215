"""What a quotation says before it is stored: the words and lines that `create` and `revise` take."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from soon.models import Customer, Plan, Product, Tax, User


@dataclass(frozen=True)
class DraftLine:
    """One position as typed: price in minor units of the draft's currency, per billing period or once.

    The price contains `tax` if that is a tax which prices include.
    """

    product: Product
    quantity: Decimal
    unit_price_minor: int
    is_recurring: bool
    description: str = ""
    discount_percent: Decimal = Decimal(0)
    tax: Tax | None = None


@dataclass(frozen=True)
class Draft:
    """A whole quotation as typed. `start_on` is a local date; None means the day of confirmation.

    The first `trial_days` are free. `ends_on` is the first local date no longer served; None for one without an end.
    """

    customer: Customer
    currency: str
    plan: Plan | None = None
    salesperson: User | None = None
    start_on: datetime.date | None = None
    trial_days: int = 0
    ends_on: datetime.date | None = None
    expires_on: datetime.date | None = None
    customer_reference: str = ""
    note: str = ""
    external_id: str | None = None
    lines: Sequence[DraftLine] = field(default_factory=tuple)
