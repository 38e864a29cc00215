"""One row of a file, understood: a customer and their subscription, nothing stored yet."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from soon.domain.lifecycle import CHURNED
from soon.models import Tax
from soon.queries.import_words import problem_words

from .mapping import MappedPlan, MappedProduct


@dataclass(frozen=True, slots=True)
class ImportedSubscription:
    """What a row says. Amounts in minor units of `currency`; `price_minor` is of one piece per billing period of the plan.

    It is net, unless `tax` is one that prices include. `state` is one of domain/lifecycle.py. `ended_on` is the first local
    date not served: of a churned one its end (None: the day of the import), of a paused one the beginning of the pause.
    `balance_minor` is owed, less than 0 is credit.
    """

    row: int
    customer: Mapping[str, str]
    external_id: str
    currency: str
    plan: MappedPlan
    product: MappedProduct
    price_minor: int
    quantity: Decimal
    discount_percent: Decimal
    tax: Tax | None
    state: str
    start_on: datetime.date
    next_invoice_on: datetime.date | None = None
    ended_on: datetime.date | None = None
    reason: str = ""
    balance_minor: int = 0
    due_on: datetime.date | None = None

    @property
    def key(self) -> str:
        """What it is known again by, in the file and here."""
        return self.external_id

    def has_left(self, today: datetime.date) -> bool:
        """Return whether it is closed on the local date `today`, not only to be closed on a day to come."""
        return self.state == CHURNED and (self.ended_on is None or self.ended_on <= today)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell of a file: a code of queries/import_words.py, and the facts for its words."""

    row: int
    column: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is wrong, in the reader's language."""
        return problem_words(self.code, self.facts)
