"""The rows of the report on revenue, cell by cell with the movements that each leads to, and the words of its chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from soon import formatting
from soon.domain.movements import TRANSFER
from soon.domain.revenue import CHURN, CONTRACTION, EXPANSION, NEW, REACTIVATION
from soon.domain.revenue_months import FX, Month
from soon.models import Movement
from soon.queries.month_span import written_month
from soon.queries.revenue.movement_list import PAUSES, WITHDRAWAL
from soon.queries.revenue.scope import Scope

from .revenue_chart import RevenueChart, draw

# The kinds in the order in which they stand, with the number of their pattern.
LOOKS = {NEW: 1, REACTIVATION: 3, EXPANSION: 2, TRANSFER: 7, CONTRACTION: 5, CHURN: 4, FX: 6}
FX_LABEL = gettext_lazy("Currency")
# What is flagged below the amount of a kind: the filter of the list of movements, its words, the causes.
FLAGS = {
    EXPANSION: ("pauses", pgettext_lazy("part of an amount", "after pauses"), PAUSES),
    CONTRACTION: ("pauses", pgettext_lazy("part of an amount", "paused"), PAUSES),
    CHURN: ("withdrawals", pgettext_lazy("part of an amount", "withdrawn"), (WITHDRAWAL,)),
}


@dataclass(frozen=True)
class KindColumn:
    """A kind of movement with its pattern."""

    key: str
    label: str
    look: int


@dataclass(frozen=True)
class Flag:
    """A part of an amount that readers may want to know apart."""

    label: str
    amount: Fraction
    query: str


@dataclass(frozen=True)
class KindCell:
    """What movements of a kind came to; without `query` there are none to list."""

    amount: Fraction
    query: str
    flag: Flag | None = None


@dataclass(frozen=True)
class DrawnRow:
    """A month, or a value of a breakdown, as drawn; `query` is the list of its movements."""

    label: str
    month: Month
    cells: Sequence[KindCell]
    query: str
    closing_query: str


def columns_of(months: Sequence[Month]) -> list[KindColumn]:
    """Return the kinds to show: transfers and currency only where there are any."""
    shown = [kind for kind in LOOKS if kind not in (TRANSFER, FX) or any(month.amount(kind) for month in months)]
    return [KindColumn(kind, str(kind_label(kind)), LOOKS[kind]) for kind in shown]


def kind_label(kind: str) -> Promise | str:
    """Return what a kind of row between opening and closing is called."""
    return FX_LABEL if kind == FX else Movement.Kind(kind).label


def month_row(scope: Scope, month: Month, columns: Sequence[KindColumn]) -> DrawnRow:
    """Return a month of `scope` as drawn."""
    narrowed = (("month", written_month(month.begins)),)
    label = formatting.month(month.begins)
    return _row(scope, label, month, columns, narrowed, scope.standing_query(month.begins))


def value_row(scope: Scope, by: str, key: str, label: str, whole: Month, columns: Sequence[KindColumn]) -> DrawnRow:
    """Return a value of the breakdown `by` as drawn."""
    narrowed = ((by, key),)
    return _row(scope, label, whole, columns, narrowed, scope.standing_query(scope.last, *narrowed))


def whole_row(scope: Scope, whole: Month, columns: Sequence[KindColumn]) -> DrawnRow:
    """Return all months together as drawn."""
    return _row(scope, _("Total"), whole, columns, (), scope.standing_query(scope.last))


def _row(
    scope: Scope,
    label: str,
    month: Month,
    columns: Sequence[KindColumn],
    narrowed: Sequence[tuple[str, str]],
    closing_query: str,
) -> DrawnRow:
    cells = [_cell(scope, month, column.key, narrowed) for column in columns]
    return DrawnRow(label, month, cells, scope.list_query(*narrowed), closing_query)


def _cell(scope: Scope, month: Month, kind: str, narrowed: Sequence[tuple[str, str]]) -> KindCell:
    amount = month.amount(kind)
    if kind == FX or not any(of == kind for of, _cause in month.amounts):
        return KindCell(amount, "")
    cell = KindCell(amount, scope.list_query(*narrowed, ("filter", kind)))
    if kind not in FLAGS:
        return cell
    name, words, causes = FLAGS[kind]
    flagged = month.amount(kind, *causes)
    query = scope.list_query(*narrowed, ("filter", kind), ("filter", name))
    return KindCell(amount, cell.query, Flag(str(words), flagged, query) if flagged else None)


def chart_of(scope: Scope, months: Sequence[Month], columns: Sequence[KindColumn]) -> RevenueChart:
    """Return the drawing of `months`, with what each mark says when it is pointed at and where it leads."""
    names = {column.key: column.label for column in columns}

    def told(month: Month, kind: str) -> tuple[str, str]:
        amount = month.amount(kind) if kind else month.closing
        what = names[kind] if kind else _("MRR at the end")
        words = _("%(month)s, %(what)s: %(amount)s") % {
            "month": formatting.month(month.begins),
            "what": what,
            "amount": formatting.mrr_text(amount, scope.shown_in),
        }
        if not kind:
            return words, scope.standing_query(month.begins)
        return words, "" if kind == FX else scope.list_query(("month", written_month(month.begins)), ("filter", kind))

    looks = {column.key: column.look for column in columns}
    return draw(months, looks, scope.shown_in, told, (_("MRR at the end of the month"), _("Movements")))
