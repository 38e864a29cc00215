"""The report on retention: rates with their derivations, month by month, and cohorts whose cells lead to subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from soon.domain.cohorts import MONTH
from soon.domain.retention import in_percent, two_decimals
from soon.queries.revenue.cohorts import MOST, UNITS, Matrix, cohort_matrix
from soon.queries.revenue.rates import reporting_currency
from soon.queries.revenue.retention import MonthRates, Retention, retention
from soon.queries.revenue.scope import NARROWED_BY, Scope

from .access import StaffRequest, staff
from .kept_views import act_on_views, report_views
from .listing import reader_of
from .report_pickers import Choice
from .retention_chart import draw
from .retention_cohorts import ABSOLUTE, FORM_NAMES, MEASURE_NAMES, NUMBER, REVENUE, SHARE, UNIT_NAMES, drawn
from .retention_file import COHORTS, cohorts_file, rates_file
from .retention_rates import worked_rates
from .revenue_pickers import periods, unrated_words
from .table_files import FORMATS

PAGE = "retention"
HUNDRED = 100


@dataclass(frozen=True)
class Asked:
    """What the address says: the months, how cohorts are shown, and the gross margin in percent."""

    scope: Scope
    unit: str
    measure: str
    form: str
    margin: int
    # The margin that was given is none; it is shown without one.
    is_refused: bool = False

    def query(self, **changes: str) -> str:
        """Return the address of the same with `changes`, without the question mark; what is usual is not said."""
        told = {"unit": self.unit, "show": self.measure, "as": self.form, "margin": str(self.margin)} | changes
        usual = {"unit": MONTH, "show": NUMBER, "as": SHARE, "margin": str(HUNDRED)}
        more = [f"{name}={value}" for name, value in told.items() if value != usual[name]]
        return "&".join(part for part in (self.scope.query, *more) if part)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_all_orders")
def retention_report(request: StaffRequest) -> HttpResponseBase:
    """Show how much of revenue and customers stays: ?unit=, ?show= and ?as= say how cohorts are shown, ?margin= is for LTV."""
    asked = _asked(request)
    if request.method == "POST":
        return act_on_views(request, PAGE, asked.query())
    kind, currency = request.GET.get("format", ""), asked.scope.reporting
    if kind in FORMATS and request.GET.get("table") == COHORTS:
        return cohorts_file(cohort_matrix(asked.scope, asked.unit), asked.measure, asked.form, currency, kind)
    found = retention(asked.scope, Fraction(asked.margin, HUNDRED))
    if kind in FORMATS:
        return rates_file(found, kind)
    matrix = cohort_matrix(asked.scope, asked.unit)
    context = _context(asked, found, matrix) | {
        "views": report_views(request, PAGE, asked.query()),
        "may_set_rates": request.user.may("configure"),
    }
    return render(request, "backoffice/reports/retention.html", context)


def _asked(request: StaffRequest) -> Asked:
    scope = Scope.read(request.GET, reader_of(request), reporting_currency()).without(*NARROWED_BY, "currency")
    unit, measure, form = (request.GET.get(name, "") for name in ("unit", "show", "as"))
    margin = _margin(request.GET.get("margin", ""))
    return Asked(
        scope,
        unit if unit in UNITS else MONTH,
        REVENUE if measure == REVENUE else NUMBER,
        ABSOLUTE if form == ABSOLUTE else SHARE,
        margin or HUNDRED,
        is_refused=margin is None,
    )


def _margin(text: str) -> int | None:
    """Return the gross margin in percent that the address says; None for what is none."""
    if not text:
        return HUNDRED
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 and 0 < int(text) <= HUNDRED else None


def _context(asked: Asked, found: Retention, matrix: Matrix) -> dict[str, Any]:
    scope = asked.scope
    return {
        "asked": asked,
        "scope": scope,
        "currency": scope.reporting,
        "query": asked.query(),
        "periods": periods(scope),
        "periods_keep": "&".join(part for part in asked.query().split("&") if part not in scope.query.split("&")),
        "rates": worked_rates(found),
        "months": [_month(each) for each in found.months],
        "is_running": found.months[-1].is_running,
        "chart": draw(found.months) if any(each.kept.customers for each in found.months) else None,
        "unrated": unrated_words(found.unrated),
        "most_cohorts": MOST if matrix.is_cut else 0,
        "cohorts": drawn(matrix, asked.measure, asked.form, scope.reporting, scope.today),
        "switches": [
            _switch(asked, "unit", UNIT_NAMES, asked.unit),
            _switch(asked, "show", MEASURE_NAMES, asked.measure),
            _switch(asked, "as", FORM_NAMES, asked.form),
        ],
        "movements_url": reverse("backoffice:movements"),
        "orders_url": reverse("backoffice:orders"),
    }


def _month(month: MonthRates) -> dict[str, Any]:
    moves, kept = month.moves, month.kept
    rates = (kept.net, kept.gross, moves.customer_churn, moves.gross_mrr_churn, moves.net_mrr_churn)
    return {
        "begins": month.begins,
        "is_running": month.is_running,
        "opening": moves.opening,
        "customers": moves.customers,
        "left": moves.left,
        "rates": [in_percent(rate) for rate in rates],
        "quick_ratio": two_decimals(moves.quick_ratio),
        "arpa": moves.arpa,
    }


def _switch(asked: Asked, name: str, names: Mapping[str, Promise | str], chosen: str) -> list[Choice]:
    return [Choice(asked.query(**{name: key}), str(label), key == chosen) for key, label in names.items()]
