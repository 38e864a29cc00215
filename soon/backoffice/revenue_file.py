"""The report on revenue as a file: month by month, then told apart as the page shows it."""

from collections.abc import Iterable, Iterator
from itertools import chain

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from soon import formatting
from soon.domain.revenue import whole_mrr_minor
from soon.domain.revenue_months import Month
from soon.queries.csv_text import Plain
from soon.queries.revenue.breakdown import BY, Row
from soon.queries.revenue.months import MonthlyRevenue
from soon.queries.revenue.scope import Scope

from .cells import major
from .revenue_rows import LOOKS, kind_label
from .table_files import Head, Table, table_file


def revenue_file(scope: Scope, revenue: MonthlyRevenue, by: str, rows: Iterable[Row], kind: str) -> HttpResponseBase:
    """Return the report as a file of `kind` "csv" or "xlsx"; amounts are rounded as on the page, `rows` read as it is sent."""
    heads = [
        Head(_("By")),
        Head(_("Value")),
        Head(_("MRR at the start"), "mrr"),
        *(Head(kind_label(each), "mrr") for each in LOOKS),
        Head(_("MRR at the end"), "mrr"),
        Head(_("ARR"), "mrr"),
        *(Head(words, "number") for words in _counted_heads(revenue)),
        Head(_("Currency")),
    ]
    return table_file(Table("revenue", _("Revenue"), heads, _lines(scope, revenue, by, rows)), kind)


def _counted_heads(revenue: MonthlyRevenue) -> list[str]:
    customers = [
        _("Customers at the start"),
        _("New customers"),
        _("Customers back"),
        _("Customers lost"),
        _("Customers at the end"),
    ]
    return [
        *(customers if revenue.counts_customers else ()),
        *([_("Subscriptions at the end")] if revenue.counts_orders else ()),
    ]


def _lines(scope: Scope, revenue: MonthlyRevenue, by: str, rows: Iterable[Row]) -> Iterator[list[Plain]]:
    months = ((_("Month"), formatting.month(month.begins), month, True) for month in revenue.course.months)
    values = ((str(BY[by]), row.text, row.whole, False) for row in rows)
    for heading, value, month, is_counted in chain(months, values):
        amounts = [month.opening, *(month.amount(kind) for kind in LOOKS), month.closing, 12 * month.closing]
        told = [major(whole_mrr_minor(amount), scope.shown_in) for amount in amounts]
        counted = _counts(month, revenue)
        yield [heading, value, *told, *(counted if is_counted else [None] * len(counted)), scope.shown_in]


def _counts(month: Month, revenue: MonthlyRevenue) -> list[int]:
    customers = [month.customers_at_start, month.new_customers, month.returned_customers, month.lost_customers]
    counted = [*customers, month.customers_at_end] if revenue.counts_customers else []
    return [*counted, month.orders_at_end] if revenue.counts_orders else counted
