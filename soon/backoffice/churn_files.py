"""The churn report as a file: every breakdown below the other, line by line as the page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from soon import formatting
from soon.domain import churn
from soon.queries.churn import Report
from soon.queries.churn_scope import currency_of, months_of
from soon.queries.listing import Column, ListSpec, Reader

from .exports import export


@dataclass(frozen=True)
class Line:
    """A line of the file."""

    by: str
    value: str
    count: int
    count_share: Decimal | None
    lost: int
    lost_share: Decimal | None
    currency: str


class _Lines(list[Line]):
    """Lines that are handed out as rows of the database are."""

    def iterator(self, chunk_size: int) -> Iterator[Line]:
        """Return them one by one."""
        return iter(self)


def churn_file(report: Report, reader: Reader, kind: str) -> HttpResponseBase:
    """Return the report as a file of `kind` "csv" or "xlsx"."""
    columns = (
        Column("by", _("By"), "by"),
        Column("value", _("Value"), "value"),
        Column("count", _("Closed"), "count", kind="number"),
        Column("count_share", _("Share of closed (%)"), "count_share", kind="number"),
        Column("lost", _("Lost MRR"), "lost", kind="mrr"),
        Column("lost_share", _("Share of lost MRR (%)"), "lost_share", kind="number"),
        Column("currency", _("Currency"), "currency"),
    )
    spec = ListSpec(page="churn", title=_("Churn"), columns=columns, currency="currency")
    lines: Any = _Lines(_lines(report))
    return export(lines, spec, columns, reader, kind)


def _lines(report: Report) -> Iterator[Line]:
    currency = currency_of(report.state)
    months = months_of(report.state)
    figures = [report.of_month(begins) for begins in months]
    counts, losts = churn.shares([each.count for each in figures]), churn.shares([each.lost for each in figures])
    for begins, figure, count_share, lost_share in zip(months, figures, counts, losts, strict=True):
        yield Line(_("Month"), formatting.month(begins), figure.count, count_share, figure.lost, lost_share, currency)
    for each in report.breakdowns:
        for row in each.rows:
            figure = row.figure
            yield Line(str(each.title), row.text, figure.count, row.count_share, figure.lost, row.lost_share, currency)
