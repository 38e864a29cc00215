"""The churn report month by month: the columns of its table, the rows, and the bars of its chart."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from soon import formatting
from soon.queries.churn import Report
from soon.queries.churn_scope import in_month, months_of, reopened_in
from soon.queries.churn_sums import Figure
from soon.queries.listing import ListState
from soon.queries.listing.state import LONGEST_VALUE

from .churn_chart import Bar, Part

NUMBER, MRR = "number", "mrr"
# So many reasons have a pattern of their own, the others share one.
MOST_REASONS = 5
OTHERS = MOST_REASONS + 1


@dataclass(frozen=True)
class ReasonColumn:
    """A column of reasons that share the pattern `look`; several only in the last one."""

    look: int
    text: str
    keys: Sequence[str]
    figure: Figure
    query: str


@dataclass(frozen=True)
class Cell:
    """What a month lost for the reasons of a column; without `query` there is no list of just these."""

    figure: Figure
    query: str


@dataclass(frozen=True)
class MonthRow:
    """A month with its cells, its sum, and what was reopened in it."""

    begins: datetime.date
    cells: Sequence[Cell]
    figure: Figure
    query: str
    reopened: Figure
    reopened_query: str


def columns_of_reasons(report: Report) -> list[ReasonColumn]:
    """Return the reasons that cost most, a column each, and one for all others."""
    rows = report.reasons
    single = rows if len(rows) <= OTHERS else rows[:MOST_REASONS]
    columns = [ReasonColumn(look, row.text, [row.key], row.figure, row.query) for look, row in enumerate(single, start=1)]
    if others := rows[len(single) :]:
        figure = sum((row.figure for row in others), Figure())
        keys = [row.key for row in others]
        columns.append(ReasonColumn(OTHERS, _("Other reasons"), keys, figure, _drilled(report.state, keys)))
    return columns


def month_rows(report: Report, columns: Sequence[ReasonColumn], reopened: Mapping[datetime.date, Figure]) -> list[MonthRow]:
    """Return every month of the report, those without a closing too, the earliest first."""
    rows = []
    for begins in months_of(report.state):
        state, found = in_month(report.state, begins), report.cells.get(begins, {})
        cells = [
            Cell(
                sum((found.get(key, Figure()) for key in column.keys), Figure()),
                _drilled(state, column.keys),
            )
            for column in columns
        ]
        back = reopened_in(report.state, begins, begins).query
        rows.append(MonthRow(begins, cells, report.of_month(begins), state.query, reopened.get(begins, Figure()), back))
    return rows


def _drilled(state: ListState, reasons: Sequence[str]) -> str:
    value = ",".join(reasons)
    return state.with_drill("reason", value).query if len(value) <= LONGEST_VALUE else ""


def bars_of(rows: Sequence[MonthRow], columns: Sequence[ReasonColumn], measure: str, currency: str) -> list[Bar]:
    """Return the bars of the chart, with what each part says when it is pointed at."""
    return [
        Bar(
            row.begins,
            formatting.month_short(row.begins),
            formatting.quantity(row.figure.count) if measure == NUMBER and row.figure.count else "",
            [
                Part(column.look, cell.figure, _title(row, column, cell, currency), cell.query)
                for column, cell in zip(columns, row.cells, strict=True)
            ],
        )
        for row in rows
    ]


def _title(row: MonthRow, column: ReasonColumn, cell: Cell, currency: str) -> str:
    return _("%(month)s, %(reason)s: %(count)s closed, %(lost)s lost a month") % {
        "month": formatting.month(row.begins),
        "reason": column.text,
        "count": formatting.quantity(cell.figure.count),
        "lost": formatting.mrr_text(cell.figure.lost, currency),
    }
