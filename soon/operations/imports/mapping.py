"""What a map says: which column of a file is which field. Its written form is explained in docs/examples/README.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from soon.domain.file_contents import SUBSCRIPTIONS
from soon.domain.periods import Interval


@dataclass(frozen=True)
class Source:
    """Where a field's text comes from: a column of the file, and `value` where that is empty or there is no column."""

    column: str = ""
    value: str = ""

    def text_in(self, row: Mapping[str, str]) -> str:
        """Return the text of the field in `row`, without blanks around it."""
        return (row[self.column].strip() if self.column else "") or self.value.strip()


@dataclass(frozen=True)
class MappedPlan:
    """A recurring plan to find by its key, or by its name and interval, or to create."""

    name_vi: str
    name_en: str
    interval: Interval
    is_closable: bool = False
    key: int | None = None


@dataclass(frozen=True)
class MappedProduct:
    """A product to find by its code, without one by its name, or to create."""

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
    """The product chosen by the text of a column; without a column, the one under the empty text.

    Where `name` is given, code and name stand in the row instead.
    """

    column: str
    by_text: Mapping[str, MappedProduct]
    code: Source | None = None
    name: Source | None = None


@dataclass(frozen=True)
class StateChoice:
    """The status (domain/lifecycle.py) chosen by the text of a column; without a column, the one under the empty text."""

    column: str
    by_text: Mapping[str, str]


@dataclass(frozen=True)
class MappedClosing:
    """Which rows are closed, as of which day (`last_on`, the last one served) and why.

    Those whose `column` is one of `texts`; without a column those whose status says so, or else those with a day. A reason that
    is not known is created for `audience`, and archived at once where `archives` says so.
    """

    column: str
    texts: Sequence[str]
    reason: Source
    last_on: Source | None
    audience: str
    archives: bool = False


@dataclass(frozen=True)
class MappedBalance:
    """What the customer still owes, or has as credit (less than nothing owed is credit), and until when it is to be paid."""

    owed: Source | None
    credit: Source | None
    due_on: Source | None

    @property
    def sources(self) -> list[Source]:
        """Those that there are."""
        return [each for each in (self.owed, self.credit, self.due_on) if each]


@dataclass(frozen=True)
class SubscriptionMap:
    """Customers with one subscription each, or several by the same customer's external id.

    `start` is a date or, with `start_counts_months`, the months since the start. `price` is per month or, otherwise, per
    billing period of the plan, and holds `tax` where that is one that prices include. `said` is how the file is read
    (domain/file_forms.py), as far as the map says so.
    """

    kind: ClassVar[str] = SUBSCRIPTIONS

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
    quantity: Source | None = None
    discount: Source | None = None
    tax: Source | None = None
    state: StateChoice | None = None
    next_invoice: Source | None = None
    paused_on: Source | None = None
    balance: MappedBalance | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        """All columns that a file must have."""
        sources = [*self.customer.values(), self.external_id, self.currency, self.start, self.price]
        sources += [each for each in (self.quantity, self.discount, self.tax, self.next_invoice, self.paused_on) if each]
        sources += [each for each in (self.product.code, self.product.name) if each]
        found = {self.plan.column, self.product.column, self.state.column if self.state else ""}
        if self.closing:
            found |= {self.closing.column}
            sources += [each for each in (self.closing.reason, self.closing.last_on) if each]
        if self.balance:
            sources += self.balance.sources
        return (found | {source.column for source in sources}) - {""}

    @property
    def key_column(self) -> str:
        """The column by which a row is known again."""
        return self.external_id.column


@dataclass(frozen=True)
class RecordMap:
    """Customers, products or plans alone: the `sources` of their fields by name, as read_map.py lists them."""

    kind: str
    sources: Mapping[str, Source]
    balance: MappedBalance | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        """All columns that a file must have."""
        sources = [*self.sources.values(), *(self.balance.sources if self.balance else ())]
        return {source.column for source in sources} - {""}

    @property
    def key_column(self) -> str:
        """The column by which a row is known again, as far as there is one."""
        names = ("external_id", "email", "code", "vi")
        return next((self.sources[name].column for name in names if name in self.sources), "")
