"""What a row of a file of customers, products or plans alone says; nothing stored yet."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

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
        return self.fields.get("external_id") or f"{self.fields.get('email', '').casefold()} {self.fields['name']}"


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
        place = "" if self.price_minor is None else f" {self.plan.name_vi if self.plan else ''} {self.currency}"
        return f"{self.code.casefold()}{place}"


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """A recurring plan."""

    row: int
    plan: MappedPlan

    @property
    def key(self) -> str:
        """What it is known again by: its name and its billing period."""
        return f"{self.plan.name_vi} ({self.plan.interval.count} {self.plan.interval.unit})"


ImportedRecord = ImportedCustomer | ImportedProduct | ImportedPlan
