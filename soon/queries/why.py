"""Why an amount is what it is: the derivation kept with every line, in the shape in which people check it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from soon.domain.crediting import CREDITED_PART
from soon.models import Order


@dataclass(frozen=True, kw_only=True)
class Why:
    """The derivation of an amount; days are the last ones served, money is in minor units.

    `fraction`: days billed / days of the whole period. `exempt_from_percent`: the rate that an exempt buyer does not pay.
    `last_free_on`: the last day of the free trial, if these are the first days paid for. Of a credit made by hand there is
    only what was given back now, what the line had charged, and what was taken back of it before, tax included.
    """

    rule: str
    fraction: str = "1/1"
    start_on: datetime.date | None = None
    last_on: datetime.date | None = None
    whole_start_on: datetime.date | None = None
    whole_last_on: datetime.date | None = None
    unit_price_minor: int = 0
    quantity: Decimal = Decimal(1)
    discount_percent: Decimal = Decimal(0)
    tax_percent: Decimal = Decimal(0)
    tax_is_included: bool = False
    exempt_from_percent: Decimal | None = None
    in_arrears: bool = False
    credited_before: str = ""
    last_free_on: datetime.date | None = None
    given_back_minor: int = 0
    charged_minor: int = 0
    taken_back_minor: int = 0

    @property
    def is_part(self) -> bool:
        """Whether only a part of the days counts, so that the fraction belongs into the sum."""
        return self.fraction.split("/")[0] != self.fraction.split("/")[-1]

    @property
    def fraction_together(self) -> str:
        """The days credited with those after them that were credited before, of the whole period: "13/31"."""
        days, whole_days = self.fraction.split("/")
        before = self.credited_before.split("/")[0] or "0"
        return f"{int(days) + int(before)}/{whole_days}"

    @property
    def hundred_with_tax(self) -> Decimal:
        """What a price with its tax is, in percent of the price without: 108 for 8 %."""
        return 100 + (self.tax_percent if self.exempt_from_percent is None else self.exempt_from_percent)


def why(facts: Mapping[str, Any], order: Order | None = None) -> Why | None:
    """Return the derivation stored with a line (domain/derivations.py); None for a line without one.

    `order` tells which days were free before.
    """
    if "rule" not in facts:
        return None
    if facts["rule"] == CREDITED_PART:
        return Why(
            rule=facts["rule"],
            given_back_minor=facts["gross_minor"],
            charged_minor=sum(facts["charged"]),
            taken_back_minor=sum(facts["taken_back"]),
        )
    start, last = _days(facts.get("period"))
    whole_start, whole_last = _days(facts.get("whole_period"))
    exempt_from = facts.get("exempt_from_percent")
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
        tax_is_included=facts.get("tax_is_included", False),
        exempt_from_percent=None if exempt_from is None else Decimal(exempt_from),
        in_arrears=facts.get("in_arrears", False),
        credited_before=facts.get("credited_before", ""),
        last_free_on=order.last_free_on if order and start and start == order.first_paid_on else None,
    )


def _days(period: list[str] | None) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first and the last day of a stored half-open period."""
    if not period:
        return None, None
    start, end = map(datetime.date.fromisoformat, period)
    return start, end - datetime.timedelta(days=1)
