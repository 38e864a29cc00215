"""The churn report as a file: every breakdown below the other, line by line as the page shows them."""

from collections.abc import Iterator

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from soon import formatting
from soon.domain import churn
from soon.domain.revenue import whole_mrr_minor
from soon.queries.churn import Report
from soon.queries.churn_scope import currency_of, months_of
from soon.queries.csv_text import Plain

from .cells import major
from .table_files import Head, Table, table_file


def churn_file(report: Report, kind: str) -> HttpResponseBase:
    """Return the report as a file of `kind` "csv" or "xlsx"."""
    heads = (
        Head(_("By")),
        Head(_("Value")),
        Head(_("Closed"), "number"),
        Head(_("Share of closed (%)"), "number"),
        Head(_("Lost MRR"), "mrr"),
        Head(_("Share of lost MRR (%)"), "number"),
        Head(_("Currency")),
    )
    return table_file(Table("churn", _("Churn"), heads, _lines(report)), kind)


def _lines(report: Report) -> Iterator[list[Plain]]:
    currency = currency_of(report.state)
    months = months_of(report.state)
    figures = [report.of_month(begins) for begins in months]
    counts, losts = churn.shares([each.count for each in figures]), churn.shares([each.lost for each in figures])
    lines = [
        (_("Month"), formatting.month(begins), figure, count_share, lost_share)
        for begins, figure, count_share, lost_share in zip(months, figures, counts, losts, strict=True)
    ]
    lines += [
        (str(each.title), row.text, row.figure, row.count_share, row.lost_share)
        for each in report.breakdowns
        for row in each.rows
    ]
    for by, value, figure, count_share, lost_share in lines:
        lost = major(whole_mrr_minor(figure.lost), currency)
        yield [by, value, figure.count, count_share, lost, lost_share, currency]
