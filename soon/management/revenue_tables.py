"""The reports on revenue and retention as `soon report` prints them: the figures of the pages, from the same queries."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon import formatting
from soon.domain.money import to_decimal_string
from soon.domain.retention import Kept, Moves, Rate, in_percent, two_decimals
from soon.domain.revenue import whole_mrr_minor
from soon.domain.revenue_months import FX, ROWS, Month
from soon.models import Movement
from soon.queries.churn_names import names_of
from soon.queries.month_span import written_month
from soon.queries.revenue.breakdown import BY, BY_MRR, CUSTOMER, MONTH, Row, breakdown, products_of
from soon.queries.revenue.cohorts import MOST, Matrix, cohort_matrix
from soon.queries.revenue.customers import every_customer
from soon.queries.revenue.months import MonthlyRevenue, monthly_revenue
from soon.queries.revenue.retention import retention
from soon.queries.revenue.scope import Scope

from .report_table import Head, ReportTable, Value

Unrated = Mapping[str, Sequence[datetime.date]]
Told = Callable[[Month, MonthlyRevenue], Sequence[Value]]

COUNTED = (
    Head("customers_at_start", gettext_lazy("Customers at the start")),
    Head("new_customers", gettext_lazy("New customers")),
    Head("returned_customers", gettext_lazy("Customers back")),
    Head("lost_customers", gettext_lazy("Customers lost")),
    Head("customers_at_end", gettext_lazy("Customers at the end")),
    Head("subscriptions_at_end", gettext_lazy("Subscriptions at the end")),
)
MRR_HEADS = (Head("mrr", gettext_lazy("MRR")), Head("arr", gettext_lazy("ARR")), *COUNTED[-2:])
MOVED_HEADS = (
    Head("opening", gettext_lazy("MRR at the start")),
    *(Head(kind, gettext_lazy("Currency") if kind == FX else Movement.Kind(kind).label) for kind in ROWS),
    Head("net_new", gettext_lazy("Net new MRR")),
    Head("closing", gettext_lazy("MRR at the end")),
    Head("arr", gettext_lazy("ARR")),
    *COUNTED,
)
RATES: tuple[tuple[str, Callable[[Moves, Kept], Rate]], ...] = (
    ("customer_churn", lambda moves, kept: moves.customer_churn),
    ("gross_mrr_churn", lambda moves, kept: moves.gross_mrr_churn),
    ("net_mrr_churn", lambda moves, kept: moves.net_mrr_churn),
    ("grr", lambda moves, kept: kept.gross),
    ("nrr", lambda moves, kept: kept.net),
    ("logo_retention", lambda moves, kept: kept.logo),
)
RATE_NAMES = {
    "customer_churn": gettext_lazy("Customer churn"),
    "gross_mrr_churn": gettext_lazy("Gross MRR churn"),
    "net_mrr_churn": gettext_lazy("Net MRR churn"),
    "grr": gettext_lazy("Gross revenue retention (GRR)"),
    "nrr": gettext_lazy("Net revenue retention (NRR)"),
    "logo_retention": gettext_lazy("Customers kept"),
    "quick_ratio": gettext_lazy("Quick ratio"),
    "arpa": gettext_lazy("MRR per customer (ARPA)"),
}
COHORT_NAMES = {
    "age": gettext_lazy("Periods later"),
    "customers": gettext_lazy("Customers"),
    "customers_share": gettext_lazy("Customers (%)"),
    "revenue": gettext_lazy("MRR"),
    "revenue_share": gettext_lazy("MRR (%)"),
}


def mrr_table(scope: Scope, by: str) -> ReportTable:
    """Return MRR and ARR at the end of each month, or of all months told apart `by` something else."""
    return _table("mrr", scope, by, MRR_HEADS, lambda month, revenue: [*_levels(month, scope), *_counted(month, revenue)[-2:]])


def movements_table(scope: Scope, by: str) -> ReportTable:
    """Return what MRR was, what moved it by kind, and what it became."""

    def told(month: Month, revenue: MonthlyRevenue) -> list[Value]:
        amounts = [month.opening, *(month.amount(kind) for kind in ROWS), month.net]
        return [*(money(each, scope.shown_in) for each in amounts), *_levels(month, scope), *_counted(month, revenue)]

    return _table("movements", scope, by, MOVED_HEADS, told)


def retention_table(scope: Scope, unit: str) -> ReportTable:
    """Return the rates of churn and retention by month and of all months, with the cohorts by `unit` beside them."""
    found = retention(scope)
    heads = [Head("month", _("Month"), is_number=False), *(Head(name, label) for name, label in RATE_NAMES.items())]
    rows = [_rates(written_month(month.begins), month.moves, month.kept, scope) for month in found.months]
    total = _rates(_("Total"), found.whole, found.kept, scope)
    life, matrix = found.lifetime, cohort_matrix(scope, unit)
    ltv = None if life.value is None else money(life.value, scope.reporting)
    about = _about("retention", found.scope, unit, found.unrated) | {
        "ltv": None if ltv is None else str(ltv),
        "ltv_is_low_data": life.is_low_data,
        "cohorts_are_cut": matrix.is_cut,
    }
    told = _("Lifetime value (LTV): %(value)s") % {"value": _("n/a") if ltv is None else formatting.quantity(ltv)}
    notes = [f"{told} ({_('low data')})" if life.is_low_data else told, *_notes(found.unrated)]
    if matrix.is_cut:
        notes.append(_("Only the last %(most)s cohorts are shown.") % {"most": MOST})
    return ReportTable(about, heads, rows, total, notes, {"cohorts": _cohorts(matrix, scope)})


def _cohorts(matrix: Matrix, scope: Scope) -> ReportTable:
    rows: list[Sequence[Value]] = [
        [
            written_month(cohort.begins),
            age,
            cell.customers,
            in_percent(cell.customers_share),
            money(cell.amount, scope.reporting),
            in_percent(cell.amount_share),
        ]
        for cohort in matrix.cohorts
        for age, cell in enumerate(cohort.cells)
    ]
    return ReportTable(
        {}, [Head("cohort", _("Cohort"), is_number=False), *(Head(name, label) for name, label in COHORT_NAMES.items())], rows
    )


def _rates(label: str, moves: Moves, kept: Kept, scope: Scope) -> list[Value]:
    rates = [in_percent(rate_of(moves, kept)) for _name, rate_of in RATES]
    arpa = None if moves.arpa is None else money(moves.arpa, scope.reporting)
    return [label, *rates, two_decimals(moves.quick_ratio), arpa]


def _table(name: str, scope: Scope, by: str, heads: Sequence[Head], told: Told) -> ReportTable:
    revenue = monthly_revenue(scope)
    rows: list[Sequence[Value]] = []
    if by == MONTH:
        first = [Head("month", _("Month"), is_number=False)]
        rows += [[written_month(month.begins), *told(month, revenue)] for month in revenue.course.months]
    else:
        first = [Head("key", "key", is_number=False), Head("name", BY[by], is_number=False)]
        # A movement counts a customer as a whole, not for a part of the revenue.
        uncounted = replace(revenue, counts_customers=False, counts_orders=False)
        rows += [[row.key, row.text, *told(row.whole, uncounted)] for row in _values(scope, by, revenue)]
    total = [_("Total"), *([""] if by != MONTH else []), *told(revenue.course.whole, revenue)]
    unrated = revenue.course.unrated
    return ReportTable(_about(name, scope, by, unrated), [*first, *heads], rows, total, _notes(unrated))


def _values(scope: Scope, by: str, revenue: MonthlyRevenue) -> Iterable[Row]:
    if by == CUSTOMER:
        return every_customer(scope, revenue, order=BY_MRR)
    return breakdown(scope, by, revenue, names_of(products_of(scope)))


def _levels(month: Month, scope: Scope) -> list[Value]:
    return [money(month.closing, scope.shown_in), money(12 * month.closing, scope.shown_in)]


def _counted(month: Month, revenue: MonthlyRevenue) -> list[Value]:
    customers = [
        month.customers_at_start,
        month.new_customers,
        month.returned_customers,
        month.lost_customers,
        month.customers_at_end,
    ]
    found: list[Value] = [*(customers if revenue.counts_customers else [None] * len(customers))]
    return [*found, month.orders_at_end if revenue.counts_orders else None]


def _about(name: str, scope: Scope, by: str, unrated: Unrated) -> dict[str, Any]:
    when = {"from": written_month(scope.first), "to": written_month(scope.last), "as_of": scope.today.isoformat()}
    left_out = {currency: [written_month(month) for month in months] for currency, months in unrated.items()}
    told = {"by": by, "currency": scope.shown_in, "narrowed_by": dict(scope.narrowing), "without_rate": left_out}
    return {"report": name, **when, **told}


def _notes(unrated: Unrated) -> list[str]:
    words = _("Revenue in %(currency)s is left out of all amounts: there is no exchange rate for %(when)s.")
    return [
        words % {"currency": currency, "when": ", ".join(formatting.month(month) for month in months)}
        for currency, months in unrated.items()
    ]


def money(amount: Fraction | int, currency: str) -> Decimal:
    """Return millionths of the minor unit in major units, rounded as pages round them."""
    return Decimal(to_decimal_string(whole_mrr_minor(amount), currency))
