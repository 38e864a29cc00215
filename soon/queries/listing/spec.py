"""What a list is: its columns, filters, groupings and search, declared once per noun."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Expression, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from soon.models import User

from .dimensions import Dimension

RESERVED = {"q", "filter", "group", "open", "sort", "cols", "view", "page", "format", "action", "selected"}
# What a cell can hold. The value of a "pill" is (kind, state, label) as `state_pill` takes it; of "amounts" a list of
# (minor, currency) or (minor, currency, words such as "month"); "money" is minor units and "mrr" millionths of them, both
# in the row's currency.
KINDS = {"text", "money", "mrr", "amounts", "mrr_amounts", "number", "day", "moment", "pill", "yes_no"}
NUMERIC = {"money", "mrr", "amounts", "mrr_amounts", "number"}
ARCHIVED = "archived"


@dataclass(frozen=True)
class Reader:
    """For whom a list is made, and on which local date."""

    user: User
    today: datetime.date


@dataclass(frozen=True)
class Column:
    """One column. `value` is an attribute path ("customer.name") or a function of (row, reader).

    `sort`: the fields it sorts by, none if it cannot. `total`: the integer field or expression added up below, if any.
    `link`: the page and the attribute its address takes, as ("customer", "customer_id"). Without `is_shown` the reader
    finds it in the column chooser only.
    """

    key: str
    label: Promise | str
    value: str | Callable[[Any, Reader], Any]
    kind: str = "text"
    sort: tuple[str | Callable[[], Expression], ...] = ()
    total: str | Expression | None = None
    link: tuple[str, str] | None = None
    is_shown: bool = True
    css: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.key}: unknown kind {self.kind}")

    @property
    def is_numeric(self) -> bool:
        """Whether its cells stand on the right."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Filter:
    """A ready-made question. Filters of one `group` widen each other (or), those of different groups narrow (and)."""

    key: str
    label: Promise | str
    condition: Q | Callable[[Reader], Q]
    group: str = "state"

    def condition_for(self, reader: Reader) -> Q:
        """Return the condition on the day of `reader`."""
        return self.condition if isinstance(self.condition, Q) else self.condition(reader)


@dataclass(frozen=True)
class Tally:
    """A small table that knows count and sums of the rows a reader may see, and which filters and values it tells apart."""

    rows_for: Callable[[Reader], QuerySet[Any]]
    count: str
    keys: frozenset[str]


@dataclass(frozen=True)
class ListSpec:
    """A list of one noun. `page` is its URL name and the key of its saved views.

    `record`: page and attribute of a row's own address. `dimensions` are offered as groupings, and each, like those in
    `drills`, narrows the list by a value in the address (?plan=3). `currency` is the field that says in what the totals
    are, "" for a list without money. `enrich` adds to the rows of a page what one more query can fetch for all of
    them. `row_css` says how a row looks, such as "struck". `has_archive`: rows have `archived_at`, and archived ones are
    shown only by the filter for them, which comes by itself.
    """

    page: str
    title: Promise | str
    columns: Sequence[Column]
    record: tuple[str, str] | None = None
    filters: Sequence[Filter] = ()
    dimensions: Sequence[Dimension] = ()
    drills: Sequence[Dimension] = ()
    search: Callable[[Any, str], QuerySet[Any]] | None = None
    search_hint: Promise | str = ""
    default_sort: str = ""
    related: tuple[str, ...] = ()
    currency: str = ""
    enrich: Callable[[Sequence[Any], Reader], None] | None = None
    row_css: Callable[[Any], str] | None = None
    has_archive: bool = False
    new_page: str = ""
    new_right: str = ""
    icon: str = "document-text"
    empty_title: Promise | str = ""
    empty_text: Promise | str = ""
    views: tuple[str, ...] = ()
    tally: "Tally | None" = None

    def __post_init__(self) -> None:
        keys = [dimension.key for dimension in (*self.dimensions, *self.drills)]
        if RESERVED & set(keys) or len(keys) != len(set(keys)):
            raise ValueError(f"list {self.page}: a dimension's key is taken: {keys}")

    @cached_property
    def column_of(self) -> dict[str, Column]:
        """The columns by key."""
        return {column.key: column for column in self.columns}

    @cached_property
    def all_filters(self) -> tuple[Filter, ...]:
        """The filters, with the one for archived rows."""
        archived = Filter(ARCHIVED, _("Archived"), Q(archived_at__isnull=False), group=ARCHIVED)
        return (*self.filters, archived) if self.has_archive else tuple(self.filters)

    @cached_property
    def filter_of(self) -> dict[str, Filter]:
        """The filters by key."""
        return {each.key: each for each in self.all_filters}

    @cached_property
    def dimension_of(self) -> dict[str, Dimension]:
        """All dimensions by key, those offered as groupings and those that only narrow."""
        return {each.key: each for each in (*self.dimensions, *self.drills)}

    @cached_property
    def grouping_keys(self) -> set[str]:
        """The keys that ?group= understands."""
        return {each.key for each in self.dimensions}
