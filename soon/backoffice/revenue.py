"""The report on monthly revenue, and the list of movements that each of its marks and cells leads to."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from soon.queries.churn_names import Names, names_of
from soon.queries.revenue.breakdown import (
    BY,
    BY_CHANGE,
    BY_MRR,
    CURRENCY,
    CUSTOMER,
    PLAN,
    SALESPERSON,
    Row,
    breakdown,
    products_of,
)
from soon.queries.revenue.customers import customers_page, every_customer
from soon.queries.revenue.months import MonthlyRevenue, monthly_revenue
from soon.queries.revenue.movement_list import MOVEMENTS, movements_visible_to
from soon.queries.revenue.rates import reporting_currency
from soon.queries.revenue.scope import Scope

from .access import StaffRequest, staff
from .kept_views import act_on_views, report_views
from .listing import list_page, reader_of
from .revenue_file import revenue_file
from .revenue_pickers import periods, pickers, unrated_words
from .revenue_rows import chart_of, columns_of, month_row, value_row, whole_row
from .table_files import FORMATS

PAGE = "revenue"
MONTHS_IN_CHART = 60


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders")
def revenue(request: StaffRequest) -> HttpResponseBase:
    """Show what is earned a month and what moved it, as far as the reader may see the orders.

    ?by= tells it apart by one thing, ?order=change puts first what changed most; both are kept with a view of the report.
    """
    scope = Scope.read(request.GET, reader_of(request), reporting_currency())
    by, order = _asked(request, scope)
    query = "&".join(part for part in (scope.query, _query_of(by, order)) if part)
    if request.method == "POST":
        return act_on_views(request, PAGE, query)
    found = monthly_revenue(scope)
    names = names_of(products_of(scope))
    if request.GET.get("format") in FORMATS:
        every = every_customer(scope, found, order=order) if by == CUSTOMER else breakdown(scope, by, found, names, order=order)
        return revenue_file(scope, found, by, every, request.GET["format"])
    rows, paging = _rows(request, scope, by, found, names, order)
    return render(request, "backoffice/reports/revenue.html", _context(request, scope, found, by, rows) | {
        "by": by,
        "order": order,
        "paging": paging,
        "query": query,
        "views": report_views(request, PAGE, query),
        "pickers": pickers(scope, names, found.currencies),
        "tabs": _tabs(scope, by, order),
        "orders": [(key, key == order, _join(scope.query, _query_of(by, key))) for key in (BY_MRR, BY_CHANGE)],
    })  # fmt: skip


def _asked(request: StaffRequest, scope: Scope) -> tuple[str, str]:
    by = request.GET.get("by", PLAN)
    by = by if by in BY and (by != SALESPERSON or scope.own_of is None) else PLAN
    return by, BY_CHANGE if request.GET.get("order") == BY_CHANGE else BY_MRR


def _query_of(by: str, order: str) -> str:
    asked = [] if by == PLAN else [f"by={by}"]
    return "&".join([*asked, f"order={order}"] if order != BY_MRR else asked)


def _join(*parts: str) -> str:
    return "&".join(part for part in parts if part)


def _rows(
    request: StaffRequest, scope: Scope, by: str, found: MonthlyRevenue, names: Names, order: str
) -> tuple[Sequence[Row], Any]:
    if by != CUSTOMER:
        return breakdown(scope, by, found, names, order=order), None
    asked = request.GET.get("page", "")
    page = customers_page(scope, found, order=order, page=int(asked) if asked.isdecimal() and len(asked) < 5 else 1)
    return page.rows, page


def _tabs(scope: Scope, by: str, order: str) -> list[tuple[str, bool, str]]:
    shown = [key for key in BY if key != SALESPERSON or scope.own_of is None]
    return [(str(BY[key]), key == by, _join(scope.query, _query_of(key, order))) for key in shown]


def _context(request: StaffRequest, scope: Scope, found: MonthlyRevenue, by: str, rows: Sequence[Row]) -> dict[str, Any]:
    months, whole = found.course.months, found.course.whole
    columns = columns_of([*months, *(row.whole for row in rows)])
    return {
        "scope": scope,
        "currency": scope.shown_in,
        "revenue": found,
        "whole": whole,
        "arr": 12 * whole.closing,
        "columns": columns,
        "months": [month_row(scope, month, columns) for month in months],
        "total": whole_row(scope, whole, columns),
        "values": [value_row(scope, by, row.key, row.text, row.whole, columns) for row in rows],
        "value_heading": BY[by],
        "is_by_currency": by == CURRENCY,
        "chart": chart_of(scope, months, columns) if any(month.closing or month.amounts for month in months) else None,
        "periods": periods(scope),
        "unrated": unrated_words(found.course.unrated),
        "movements_url": reverse("backoffice:movements"),
        "may_set_rates": request.user.may("configure"),
    }


@staff("see_orders")
def movements(request: StaffRequest) -> HttpResponseBase:
    """List movements of MRR, those of days to come too."""
    return list_page(request, MOVEMENTS, movements_visible_to(request.user))
