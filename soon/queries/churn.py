"""The churn report: closings that took effect, added up by the database; every figure is that of the list of closings."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise

from soon.domain import churn
from soon.models import CloseReason, Closure
from soon.models.closures import NOT_SAID

from .churn_names import Names, names_of
from .churn_sums import Figure, Values, figure_of, summed_in_ways
from .closing_facets import CATEGORY, OWN_WORDS, PRODUCT, REASON, TENURE, VOLUNTARY
from .closings import CHANNEL, CLOSINGS, PLAN, SALESPERSON, closings_visible_to
from .listing import Dimension, ListState, Reader
from .listing.dimensions import NONE
from .listing.rows import filtered

MOST_AT_FIRST = 8

KeyOf = Callable[[Values], str]


@dataclass(frozen=True)
class Row:
    """A value of a breakdown with its shares of the whole in percent; `query` is the list of just these closings."""

    key: str
    text: str
    figure: Figure
    query: str
    count_share: Decimal | None = None
    lost_share: Decimal | None = None


@dataclass(frozen=True)
class Breakdown:
    """All closings told apart by one thing."""

    key: str
    title: Promise | str
    rows: Sequence[Row]

    @property
    def first(self) -> Sequence[Row]:
        """The rows to show at once: all of them if only few would be left over."""
        return self.rows if len(self.rows) <= MOST_AT_FIRST + 2 else self.rows[:MOST_AT_FIRST]

    @property
    def others(self) -> Sequence[Row]:
        """The rows to show when they are asked for."""
        return self.rows[len(self.first) :]


@dataclass(frozen=True)
class Report:
    """Closings told apart in every way; `cells` are those of each month by reason.

    `views` are sums by what the customer said, what staff noted, and what the system saw.
    """

    state: ListState
    total: Figure
    cells: Mapping[datetime.date, Mapping[str, Figure]]
    breakdowns: Sequence[Breakdown]
    names: Names
    reason_of: Mapping[int, CloseReason]
    views: Sequence[Values]

    @property
    def reasons(self) -> Sequence[Row]:
        """The reasons, the one that cost most first."""
        return self.breakdowns[0].rows

    def of_month(self, begins: datetime.date) -> Figure:
        """Return what was closed in a month."""
        return sum(self.cells.get(begins, {}).values(), Figure())


def churn_report(state: ListState, reader: Reader, *, by_lost: bool = False) -> Report:
    """Return the report over what `state` (see churn_scope) leaves of the closings that the reader may see: five queries.

    In each breakdown most closings come first; `by_lost` most lost revenue.
    """
    rows = closings(state, reader)
    by_month, facets, by_product, by_tenure, views = summed_in_ways(
        rows.annotate(begins=TruncMonth("effective_on")),
        ("begins", "reason"),
        ("channel", "type", "plan", "salesperson"),
        ("product",),
        ("tenure_months",),
        ("reason", "staff_reason", "signs"),
    )
    reasons = {reason.pk: reason for reason in CloseReason.objects.order_by()}
    names = names_of(each["product"] for each in by_product)
    reason_names = {str(key): reason.name for key, reason in reasons.items()} | {OWN_WORDS: REASON.text_for(OWN_WORDS)}
    told: Sequence[tuple[Dimension, Sequence[Values], KeyOf, Callable[[str], str], Sequence[str]]] = (
        (REASON, by_month, reason_key, reason_names.__getitem__, ()),
        (CATEGORY, by_month, lambda values: category_key(reasons.get(values["reason"])), CATEGORY.text_for, ()),
        (PLAN, facets, _key_of("plan"), names.of_plan, ()),
        (PRODUCT, by_product, _key_of("product"), names.of_product, ()),
        (TENURE, by_tenure, _tenure_key, TENURE.text_for, tuple(TENURE.values)),
        (CHANNEL, facets, _key_of("channel"), CHANNEL.text_for, ()),
        (SALESPERSON, facets, _key_of("salesperson"), names.of_person, ()),
        (VOLUNTARY, facets, _voluntary_key, VOLUNTARY.text_for, tuple(VOLUNTARY.values)),
    )
    breakdowns = [_breakdown(state, *each, by_lost=by_lost) for each in told]
    total = sum((row.figure for row in breakdowns[0].rows), Figure())
    return Report(state, total, _cells(by_month), breakdowns, names, reasons, views)


def closings(state: ListState, reader: Reader) -> QuerySet[Closure]:
    """Return the closings that the list shows the reader in `state`."""
    return filtered(closings_visible_to(reader.user), CLOSINGS, state, reader)


def reason_key(values: Values) -> str:
    """Return which close reason a group of closings has, as the address writes it."""
    return OWN_WORDS if values["reason"] is None else str(values["reason"])


def category_key(reason: CloseReason | None) -> str:
    """Return the category of a reason, None being what staff typed, as the address writes it."""
    if reason is None:
        return OWN_WORDS
    return NONE if reason.system_code == NOT_SAID else reason.category


def _tenure_key(values: Values) -> str:
    return churn.tenure_of(values["tenure_months"])


def _voluntary_key(values: Values) -> str:
    return "no" if values["type"] in churn.INVOLUNTARY else "yes"


def _key_of(name: str) -> KeyOf:
    return lambda values: NONE if values[name] is None else str(values[name])


def _cost(figure: Figure, by_lost: bool) -> tuple[int, int]:
    return (-figure.lost, -figure.count) if by_lost else (-figure.count, -figure.lost)


def _folded(groups: Iterable[Values], key_of: KeyOf) -> dict[str, Figure]:
    found: dict[str, Figure] = defaultdict(Figure)
    for each in groups:
        found[key_of(each)] += figure_of(each)
    return dict(found)


def _cells(by_month: Iterable[Values]) -> Mapping[datetime.date, Mapping[str, Figure]]:
    months: dict[datetime.date, list[Values]] = defaultdict(list)
    for each in by_month:
        months[each["begins"]].append(each)
    return {begins: _folded(groups, reason_key) for begins, groups in months.items()}


def _breakdown(
    state: ListState,
    dimension: Dimension,
    groups: Sequence[Values],
    key_of: KeyOf,
    text_of: Callable[[str], str],
    in_order: Sequence[str],
    *,
    by_lost: bool,
) -> Breakdown:
    """Return the closings of `groups` by `key_of`; those that cost most first, or as `in_order` says."""
    found = _folded(groups, key_of)
    keys = [key for key in in_order if key in found]
    keys = keys or sorted(found, key=lambda key: (*_cost(found[key], by_lost), text_of(key)))
    counts = churn.shares([found[key].count for key in keys])
    losts = churn.shares([found[key].lost for key in keys])
    rows = [
        Row(key, text_of(key), found[key], state.with_drill(dimension.key, key).query, count_share, lost_share)
        for key, count_share, lost_share in zip(keys, counts, losts, strict=True)
    ]
    return Breakdown(dimension.key, dimension.label, rows)
