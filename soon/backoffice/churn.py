"""The churn report, and the list of closings that each of its marks leads to."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from soon import formatting
from soon.queries.churn import churn_report
from soon.queries.churn_returns import bookings, differences, funnel, reopened_by_month, visits_of
from soon.queries.churn_scope import NARROWED_BY, currencies, currency_of, reopened_in, scope
from soon.queries.churn_sums import Figure
from soon.queries.close_visits import CLOSE_VISITS, close_visits_visible_to
from soon.queries.closings import CLOSINGS, closings_visible_to
from soon.queries.listing import ListState
from soon.queries.revenue.rates import reporting_currency

from .access import StaffRequest, staff
from .churn_chart import Bar, Chart, draw
from .churn_files import churn_file
from .churn_months import MRR, NUMBER, bars_of, columns_of_reasons, month_rows
from .churn_pickers import pickers
from .kept_views import act_on_views, report_views
from .listing import list_page, reader_of
from .table_files import FORMATS


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders")
def churn(request: StaffRequest) -> HttpResponseBase:
    """Show why, when and how much was lost, as far as the reader may see the orders; ?by=mrr measures by revenue."""
    reader = reader_of(request)
    state = scope(request.GET, reader, reporting_currency())
    measure = MRR if request.GET.get("by") == MRR else NUMBER
    kept = _kept(state, request, measure)
    if request.method == "POST":
        return act_on_views(request, "churn", kept)
    report = churn_report(state, reader, by_lost=measure == MRR)
    if request.GET.get("format") in FORMATS:
        return churn_file(report, request.GET["format"])
    currency = currency_of(state)
    reopened = reopened_by_month(state, reader)
    columns = columns_of_reasons(report)
    rows = month_rows(report, columns, reopened)
    context: dict[str, Any] = {
        "report": report,
        "state": state,
        "today": reader.today,
        "currency": currency,
        "measure": measure,
        "columns": columns,
        "rows": rows,
        "reopened": sum(reopened.values(), Figure()),
        "reopened_query": reopened_in(state, rows[0].begins, rows[-1].begins).query,
        "bookings": bookings(state, reader, closed=report.total.count),
        "differences": differences(report),
        "funnel": funnel(state, reader),
        "visits": visits_of(state).query,
        "pickers": pickers(state, report.names, currencies(reader), sees_all=request.user.may("see_all_orders")),
        "views": report_views(request, "churn", kept),
        "edges": dict(state.drills),
        "is_narrowed": any(key in NARROWED_BY for key, _value in state.drills),
        "closings_url": reverse("backoffice:closings"),
    }
    if report.total.count:
        context["chart"] = _chart(bars_of(rows, columns, measure, currency), measure, currency)
    return render(request, "backoffice/reports/churn.html", context)


def _kept(state: ListState, request: StaffRequest, measure: str) -> str:
    """Return the address that a view of the report keeps, without months where none were named: it goes with the time."""
    is_dated = "from" in request.GET or "to" in request.GET
    drills = tuple(pair for pair in state.drills if is_dated or pair[0] not in ("from", "to"))
    return replace(state, drills=drills).query + (f"&by={MRR}" if measure == MRR else "")


def _chart(bars: Sequence[Bar], measure: str, currency: str) -> Chart:
    if measure == MRR:
        return draw(bars, value_of=lambda each: each.lost, words_of=partial(_mrr_text, currency), is_wide=True)
    return draw(bars, value_of=lambda each: each.count, words_of=formatting.quantity, is_wide=False)


def _mrr_text(currency: str, micro: int) -> str:
    return formatting.mrr_text(micro, currency)


@staff("see_orders")
def close_visits_list(request: StaffRequest) -> HttpResponseBase:
    """List visits to the closing page of the portal."""
    return list_page(request, CLOSE_VISITS, close_visits_visible_to(request.user))


@staff("see_orders")
def closings_list(request: StaffRequest) -> HttpResponseBase:
    """List closings, those scheduled and undone too."""
    return list_page(request, CLOSINGS, closings_visible_to(request.user))
