"""What a row of a file of customers, products or plans alone says; nothing stored yet."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from soon.domain.periods import Interval
from soon.models import Plan, Tax

from .mapping import MappedPlan


@dataclass(frozen=True, slots=True)
class ImportedCustomer:
    """A customer with their opening balance, in minor units of `currency`: above 0 is owed, below it is credit."""

    row: int
    fields: Mapping[str, str]
    currency: str
    balance_minor: int = 0
    due_on: datetime.date | None = None

    @property
    def key(self) -> str:
        """What they are known again by: their number or, without one, e-mail address and name."""
        return customer_key(self.fields)


@dataclass(frozen=True, slots=True)
class ImportedProduct:
    """A product and, unless `price_minor` is None, what one unit of it costs per period of `plan`, or once without one."""

    row: int
    code: str
    name_vi: str
    name_en: str
    tax: Tax | None
    plan: Plan | None
    currency: str
    price_minor: int | None

    @property
    def key(self) -> str:
        """What the row is known again by: the code, and what the price is for."""
        return self.code.casefold() if self.price_minor is None else price_key(self.code, self.plan, self.currency)


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """A recurring plan."""

    row: int
    plan: MappedPlan

    @property
    def key(self) -> str:
        """What it is known again by: its name and its billing period."""
        return plan_key(self.plan.name_vi, self.plan.interval)


def customer_key(fields: Mapping[str, str]) -> str:
    """Return the key of a customer with `fields`."""
    return fields.get("external_id") or f"{fields.get('email', '').casefold()} {fields['name']}"


def price_key(code: str, plan: Plan | None, currency: str) -> str:
    """Return the key of the price of a product: other rows of the same code have other prices of it."""
    return f"{code.casefold()} {plan.name_vi if plan else ''} {currency}"


def plan_key(name_vi: str, interval: Interval) -> str:
    """Return the key of a recurring plan."""
    return f"{name_vi} ({interval.count} {interval.unit})"


ImportedRecord = ImportedCustomer | ImportedProduct | ImportedPlan
