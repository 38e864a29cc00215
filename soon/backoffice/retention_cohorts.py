"""The table of cohorts as drawn: what each cell shows, how dark it is, and the subscriptions that it leads to."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from soon import formatting
from soon.domain.cohorts import MONTH, QUARTER, YEAR, Cell, Cohort, Mean
from soon.domain.money import round_half_up
from soon.domain.retention import Rate
from soon.domain.revenue import whole_mrr_minor
from soon.queries.revenue.cohort_orders import cohort_key
from soon.queries.revenue.cohorts import Matrix
from soon.queries.revenue.scope import written

NUMBER, REVENUE = "number", "revenue"
SHARE, ABSOLUTE = "share", "absolute"
UNIT_NAMES = {
    MONTH: pgettext_lazy("cohorts", "Month"),
    QUARTER: pgettext_lazy("cohorts", "Quarter"),
    YEAR: pgettext_lazy("cohorts", "Year"),
}
MEASURE_NAMES = {NUMBER: gettext_lazy("Customers"), REVENUE: gettext_lazy("MRR")}
FORM_NAMES = {SHARE: gettext_lazy("Per cent"), ABSOLUTE: pgettext_lazy("cohorts", "Figures")}
# Shades of a cell: as many as can be told apart.
DARKEST = 10


@dataclass(frozen=True)
class DrawnCell:
    """A cell: its text, its shade from 0 to DARKEST, the subscriptions behind it; a running one is as of today."""

    text: str
    shade: int
    query: str
    is_running: bool


@dataclass(frozen=True)
class DrawnCohort:
    """A cohort with what it began with."""

    label: str
    began: str
    cells: Sequence[DrawnCell]


@dataclass(frozen=True)
class DrawnMatrix:
    """The table: a heading for each unit since the beginning, the cohorts, and what all kept together.

    `palest` and `darkest` are the shares that the ends of the shades stand for.
    """

    headings: Sequence[str]
    cohorts: Sequence[DrawnCohort]
    means: Sequence[DrawnCell]
    is_running: bool
    palest: str
    darkest: str


def drawn(matrix: Matrix, measure: str, form: str, currency: str, today: datetime.date) -> DrawnMatrix:
    """Return `matrix` as drawn, by NUMBER of customers or REVENUE, as SHARE of what began or ABSOLUTE."""
    shades = _Shades.over(_rate(cell, measure) for cohort in matrix.cohorts for cell in cohort.cells)
    cohorts = [
        DrawnCohort(
            unit_text(cohort.begins, matrix.unit),
            _figure(cohort, measure, currency),
            [
                DrawnCell(
                    share_text(_rate(cell, measure)) if form == SHARE else _figure(cell, measure, currency),
                    shades.of(_rate(cell, measure)),
                    _query(cohort, cell, today),
                    cell.until > today,
                )
                for cell in cohort.cells
            ],
        )
        for cohort in matrix.cohorts
    ]
    rates = [_rate(mean, measure) for mean in matrix.means]
    means = [DrawnCell(share_text(rate), shades.of(rate), "", False) for rate in rates]
    headings = [formatting.quantity(place) for place in range(len(means))]
    is_running = any(cell.is_running for cohort in cohorts for cell in cohort.cells)
    return DrawnMatrix(headings, cohorts, means, is_running, shades.palest, shades.darkest)


def unit_text(begins: datetime.date, unit: str) -> str:
    """Return the name of a month, quarter or year."""
    if unit == MONTH:
        return formatting.month_short(begins)
    if unit == QUARTER:
        return _("Q%(number)s/%(year)s") % {"number": (begins.month + 2) // 3, "year": begins.year}
    return str(begins.year)


def share_text(rate: Rate) -> str:
    """Return a share with one decimal, which is enough to compare cells."""
    return _("n/a") if rate is None else formatting.percent(share_of(rate))


def share_of(rate: Rate) -> Decimal | None:
    """Return a share in percent with one decimal, half up."""
    return None if rate is None else Decimal(round_half_up(1000 * rate)).scaleb(-1)


@dataclass(frozen=True)
class _Shades:
    """How shares become shades: between whole tenths, so that cells that are all alike do not look far apart."""

    lowest: int
    highest: int

    @classmethod
    def over(cls, rates: Iterable[Rate]) -> "_Shades":
        """Return the shades for cells with these `rates`."""
        told = [10 * rate for rate in rates if rate is not None] or [Fraction(10)]
        lowest = min(9, max(0, floor(min(told))))
        return cls(lowest, max(ceil(max(told)), lowest + 1))

    def of(self, rate: Rate) -> int:
        """Return the shade of a share."""
        if rate is None:
            return 0
        place = (10 * rate - self.lowest) / (self.highest - self.lowest)
        return min(DARKEST, max(0, round_half_up(DARKEST * place)))

    @property
    def palest(self) -> str:
        """The share that has no shade."""
        return formatting.percent(10 * self.lowest)

    @property
    def darkest(self) -> str:
        """The share that has the darkest one."""
        return formatting.percent(10 * self.highest)


def _rate(of: Cell | Mean, measure: str) -> Rate:
    return of.amount_share if measure == REVENUE else of.customers_share


def _query(cohort: Cohort, cell: Cell, today: datetime.date) -> str:
    """Return the subscriptions that its customers held when the cell was over; none where there are none."""
    until = min(cell.until - datetime.timedelta(days=1), today)
    return written([("cohort", cohort_key(cohort.begins, cohort.until, until))]) if cell.customers else ""


def _figure(of: Cohort | Cell, measure: str, currency: str) -> str:
    if measure == NUMBER:
        return formatting.quantity(of.customers)
    return formatting.figure(whole_mrr_minor(of.amount), currency)
