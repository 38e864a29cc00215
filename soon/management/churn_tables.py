"""The report on churn as `soon report` prints it: the figures of the page, from the same query."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from soon.queries.churn import Breakdown, Report, churn_report
from soon.queries.churn_scope import currency_of, months_of
from soon.queries.churn_sums import Figure
from soon.queries.listing import ListState, Reader
from soon.queries.month_span import written_month

from .report_table import Head, ReportTable, Value
from .revenue_tables import money

MONTH, REASON = "month", "reason"
# What closings are told apart by; currencies are shown one at a time, and a customer's closings stand in the list.
BY = (MONTH, "plan", "product", "tenure", "channel", "salesperson", "voluntary", REASON, "category")
BY_REASON = (REASON, "category")


def churn_table(state: ListState, reader: Reader, by: str) -> ReportTable:
    """Return how many were closed and what was lost with them, by month or told apart `by` something else."""
    found = churn_report(state, reader)
    if by == MONTH:
        rows: list[Sequence[Value]] = [
            [written_month(month), written_month(month), *_figure(found.of_month(month), state), None, None]
            for month in months_of(state)
        ]
    else:
        rows = _rows(found, by)
    return _table("churn", found, by, rows)


def reasons_table(state: ListState, reader: Reader, by: str) -> ReportTable:
    """Return for which reasons, or categories of them, subscriptions were closed, the most frequent first."""
    found = churn_report(state, reader)
    return _table("reasons", found, by, _rows(found, by))


def _table(name: str, found: Report, by: str, rows: Sequence[Sequence[Value]]) -> ReportTable:
    heads = [
        Head("key", by, is_number=False),
        Head("name", _("Value"), is_number=False),
        Head("closed", _("Closed")),
        Head("lost_mrr", _("Lost MRR")),
        Head("closed_share", _("Share of closed (%)")),
        Head("lost_mrr_share", _("Share of lost MRR (%)")),
    ]
    asked = dict(found.state.drills)
    about = {"report": name, "from": asked["from"], "to": asked["to"], "by": by, "currency": currency_of(found.state)}
    total = [_("Total"), "", *_figure(found.total, found.state), None, None]
    return ReportTable(about, heads, rows, total)


def _rows(found: Report, by: str) -> list[Sequence[Value]]:
    told: Breakdown = next(each for each in found.breakdowns if each.key == by)
    return [[row.key, row.text, *_figure(row.figure, found.state), row.count_share, row.lost_share] for row in told.rows]


def _figure(figure: Figure, state: ListState) -> list[Value]:
    return [figure.count, money(figure.lost, currency_of(state))]
