"""One row of a file, understood: a customer and their subscription, nothing stored yet."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from .mapping import MappedPlan, MappedProduct


@dataclass(frozen=True)
class ImportedSubscription:
    """What a row says. `price_minor` is net, in minor units of `currency`, per billing period of the plan."""

    row: int
    customer: Mapping[str, str]
    external_id: str
    currency: str
    plan: MappedPlan
    product: MappedProduct
    price_minor: int
    start_on: datetime.date
    is_closed: bool
    reason: str


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell of a file."""

    row: int
    column: str
    words: str
