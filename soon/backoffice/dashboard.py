"""The dashboard: what is earned, lost, owed and booked on one page, each figure leading to the list behind it."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from soon.domain.retention import in_percent
from soon.models import Plan
from soon.queries.churn_names import Names
from soon.queries.dashboard import Dashboard
from soon.queries.dashboard import dashboard as look_at
from soon.queries.month_span import written_month
from soon.queries.revenue.rates import reporting_currency
from soon.queries.revenue.scope import PERIOD_NAMES, SHORT_PERIOD_NAMES, Scope, months_of_period, written

from .access import StaffRequest, staff
from .cells import amounts_html
from .dashboard_file import dashboard_file
from .dashboard_forecast import forecast_chart, forecast_rows, total_invoiced
from .dashboard_tiles import tiles_of
from .kept_views import act_on_views, report_views
from .listing import reader_of
from .report_pickers import Choice, Picker, choices
from .revenue_pickers import unrated_words
from .revenue_rows import chart_of, columns_of, month_row
from .table_files import FORMATS
from .verifications import VERIFIES

PAGE = "dashboard"
PERIODS = {**SHORT_PERIOD_NAMES, **{key: PERIOD_NAMES[key] for key in ("last_12", "this_year", "last_year")}}


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders")
def dashboard(request: StaffRequest) -> HttpResponseBase:
    """Show how the business stands, as far as the reader may see its orders, invoices and billing."""
    reader = reader_of(request)
    scope = Scope.read(request.GET, reader, reporting_currency()).without("plan", "product", "salesperson")
    if request.method == "POST":
        return act_on_views(request, PAGE, scope.query)
    names = Names({str(plan.pk): plan.name for plan in Plan.objects.all()}, {}, {})
    found = look_at(scope, reader, names, sees_checks=all(map(request.user.may, VERIFIES)))
    if request.GET.get("format") in FORMATS:
        return dashboard_file(found, request.GET["format"])
    context = _context(found) | {
        "views": report_views(request, PAGE, scope.query),
        "may_set_rates": request.user.may("configure"),
        "sees_runs": request.user.may("see_all_orders"),
        "sees_checks": all(map(request.user.may, VERIFIES)),
    }
    return render(request, "backoffice/reports/dashboard.html", context)


def _context(found: Dashboard) -> dict[str, Any]:
    scope, columns, at = found.scope, columns_of(found.months), timezone.now()
    return {
        "found": found,
        "scope": scope,
        "currency": scope.shown_in,
        "query": scope.query,
        "periods": _periods(scope),
        "pickers": [_currency_picker(scope, found)],
        "unrated": unrated_words(found.revenue.course.unrated),
        "tiles": tiles_of(found),
        "columns": columns,
        "months": [month_row(scope, month, columns) for month in found.months],
        "chart": chart_of(scope, found.months, columns),
        "first": found.months[0].begins,
        "plans": [
            (part, in_percent(part.share), scope.standing_query(scope.last, ("plan", part.key))) for part in found.plans.top
        ],
        "other_plans_part": in_percent(found.plans.other_share),
        "reasons": [(each, round(100 * each.count / found.losses.count)) for each in found.losses.top],
        "churn_query": _churn_query(scope),
        "overdue": _overdue(found),
        "run_state": found.work.run.state_at(at) if found.work.run else "",
        "check_state": found.work.check.state_at(at) if found.work.check else "",
        "forecast": found.forecast,
        "forecast_chart": forecast_chart(found.forecast),
        "forecast_rows": forecast_rows(scope, found.forecast),
        "invoiced_in_all": total_invoiced(found.forecast),
        "movements_url": reverse("backoffice:movements"),
    }


def _overdue(found: Dashboard) -> dict[str, Any] | None:
    if found.overdue is None:
        return None
    ages = [(label, count, amounts_html(sums, "money")) for label, count, sums in found.overdue.by_age]
    return {"count": found.overdue.count, "open": amounts_html(found.overdue.open_minor, "money"), "ages": ages}


def _periods(scope: Scope) -> list[Choice]:
    shown = []
    for period, name in PERIODS.items():
        first, last = months_of_period(period, scope.today)
        query = replace(scope, period=period, first=first, last=last).query
        shown.append(Choice(query, str(name), period == scope.period))
    return shown


def _currency_picker(scope: Scope, found: Dashboard) -> Picker:
    spoken = sorted({*found.revenue.currencies, scope.reporting})
    everything = Choice("", _("All, in %(currency)s") % {"currency": scope.reporting}, not scope.currency)
    return Picker("currency", _("Currency"), [everything, *choices(zip(spoken, spoken, strict=True), scope.currency)])


def _churn_query(scope: Scope) -> str:
    """Return the churn report of the same months."""
    return written([("from", written_month(scope.first)), ("to", written_month(scope.last)), ("currency", scope.shown_in)])
