"""The report on retention as files: the rates month by month, and the table of cohorts as the page shows it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon import formatting
from soon.domain.retention import Kept, Moves, in_percent, two_decimals
from soon.domain.revenue import whole_mrr_minor
from soon.queries.csv_text import Plain
from soon.queries.revenue.cohorts import Matrix
from soon.queries.revenue.retention import Retention

from .cells import major
from .retention_cohorts import REVENUE, SHARE, share_of, unit_text
from .table_files import Head, Table, table_file

RATES, COHORTS = "rates", "cohorts"
# Which table is asked for by ?table=.
TABLES = (RATES, COHORTS)

_RATES = (
    gettext_lazy("NRR (%)"),
    gettext_lazy("GRR (%)"),
    gettext_lazy("Customers kept (%)"),
    gettext_lazy("Customer churn (%)"),
    gettext_lazy("Gross MRR churn (%)"),
    gettext_lazy("Net MRR churn (%)"),
    gettext_lazy("Quick ratio"),
)


def rates_file(found: Retention, kind: str) -> HttpResponseBase:
    """Return the rates of each month and of all together as a file of `kind` "csv" or "xlsx"; cells of no rate are empty."""
    amounts = (_("MRR at the start"), _("MRR at the end"), _("MRR per customer (ARPA)"))
    heads = [
        Head(_("Month")),
        *(Head(label, "number") for label in _RATES),
        Head(_("Customers at the start"), "number"),
        Head(_("Customers lost"), "number"),
        Head(_("Customers at the end"), "number"),
        *(Head(label, "mrr") for label in amounts),
        Head(_("Currency")),
    ]
    return table_file(Table("retention", _("Retention"), heads, _rate_lines(found)), kind)


def cohorts_file(matrix: Matrix, measure: str, form: str, currency: str, kind: str) -> HttpResponseBase:
    """Return the cohorts as a file; a column for each unit since they began, empty where it lies ahead."""
    began = Head(_("MRR at the beginning"), "mrr") if measure == REVENUE else Head(_("Customers at the beginning"), "number")
    kind_of_cell = "mrr" if (measure, form) == (REVENUE, "absolute") else "number"
    width = len(matrix.means)
    heads = [Head(_("Began in")), began, *(Head(str(place), kind_of_cell) for place in range(width)), Head(_("Currency"))]
    lines = _cohort_lines(matrix, measure, form, currency)
    return table_file(Table("cohorts", _("Cohorts"), heads, lines), kind)


def _rate_lines(found: Retention) -> Iterator[list[Plain]]:
    for month in found.months:
        yield _rate_line(formatting.month(month.begins), month.moves, month.kept, found.scope.reporting)
    yield _rate_line(_("All months"), found.whole, found.kept, found.scope.reporting)


def _rate_line(label: str, moves: Moves, kept: Kept, currency: str) -> list[Plain]:
    rates = (kept.net, kept.gross, kept.logo, moves.customer_churn, moves.gross_mrr_churn, moves.net_mrr_churn)
    amounts = (moves.opening, moves.closing, moves.arpa)
    return [
        label,
        *(in_percent(rate) for rate in rates),
        two_decimals(moves.quick_ratio),
        moves.customers,
        moves.left,
        moves.customers_at_end,
        *(None if amount is None else major(whole_mrr_minor(amount), currency) for amount in amounts),
        currency,
    ]


def _cohort_lines(matrix: Matrix, measure: str, form: str, currency: str) -> Iterator[list[Plain]]:
    def figure(customers: int, amount: Fraction) -> Plain:
        return customers if measure != REVENUE else major(whole_mrr_minor(amount), currency)

    for cohort in matrix.cohorts:
        cells: Sequence[Plain] = [
            share_of(cell.amount_share if measure == REVENUE else cell.customers_share)
            if form == SHARE
            else figure(cell.customers, cell.amount)
            for cell in cohort.cells
        ]
        ahead = [None] * (len(matrix.means) - len(cells))
        yield [unit_text(cohort.begins, matrix.unit), figure(cohort.customers, cohort.amount), *cells, *ahead, currency]
