"""What a map says: which column of a file is which field. Its written form is explained in docs/examples/README.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from soon.domain.periods import Interval


@dataclass(frozen=True)
class Source:
    """Where a field's text comes from: a column of the file, or the same `value` in every row."""

    column: str = ""
    value: str = ""

    def text_in(self, row: Mapping[str, str]) -> str:
        """Return the text of the field in `row`, without blanks around it."""
        return (row[self.column] if self.column else self.value).strip()


@dataclass(frozen=True)
class MappedPlan:
    """A recurring plan to find by its name and interval, or to create."""

    name_vi: str
    name_en: str
    interval: Interval
    is_closable: bool


@dataclass(frozen=True)
class MappedProduct:
    """A product to find by its code, or to create."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True)
class PlanChoice:
    """The plan chosen by the text of a column; without a column, the one under the empty text."""

    column: str
    by_text: Mapping[str, MappedPlan]


@dataclass(frozen=True)
class ProductChoice:
    """The product chosen by the text of a column; without a column, the one under the empty text."""

    column: str
    by_text: Mapping[str, MappedProduct]


@dataclass(frozen=True)
class MappedClosing:
    """Which rows are closed: those whose `column` is one of `texts`, each for the reason that stands in the row."""

    column: str
    texts: Sequence[str]
    reason: Source
    audience: str


@dataclass(frozen=True)
class SubscriptionMap:
    """Customers with one subscription each.

    `start` is a date or, with `start_counts_months`, the months since the start. `price` is per month or, otherwise, per
    billing period of the plan.
    """

    customer: Mapping[str, Source]
    external_id: Source
    currency: Source
    start: Source
    start_counts_months: bool
    plan: PlanChoice
    product: ProductChoice
    price: Source
    price_is_per_month: bool
    closing: MappedClosing | None

    @property
    def columns(self) -> set[str]:
        """All columns that a file must have."""
        sources = [*self.customer.values(), self.external_id, self.currency, self.start, self.price]
        found = {source.column for source in sources} | {self.plan.column, self.product.column}
        if self.closing:
            found |= {self.closing.column, self.closing.reason.column}
        return found - {""}
