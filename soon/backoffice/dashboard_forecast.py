"""The forecast as the dashboard shows it: the rows of its table, and its drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from soon import formatting
from soon.domain.money import round_half_up
from soon.domain.revenue import MICRO
from soon.domain.revenue_months import Month
from soon.queries.month_span import written_month
from soon.queries.revenue.forecast import Forecast, ForecastMonth
from soon.queries.revenue.scope import Scope, written

from .revenue_chart import RevenueChart, draw

INVOICED = "invoiced"
# The number of its pattern.
LOOK = 3


@dataclass(frozen=True)
class ForecastRow:
    """A month with what is told of it; `ends_query` is the list of subscriptions that end in it, "" where there is none.

    `invoiced`: the amount to be invoiced as HTML, "" where nobody knows it yet.
    """

    label: str
    month: ForecastMonth
    ends_query: str
    invoiced: str


def forecast_rows(scope: Scope, forecast: Forecast) -> list[ForecastRow]:
    """Return the months, the running one first."""
    return [_row(scope, month, forecast.shown_in, is_running=place == 0) for place, month in enumerate(forecast.months)]


def _row(scope: Scope, month: ForecastMonth, currency: str, *, is_running: bool) -> ForecastRow:
    label = formatting.month(month.begins)
    if is_running:
        label = _("Rest of %(month)s") % {"month": label}
    # The rest of a month has no list. Who was closed on the eve of a month is churned already, and served until it begins.
    ending = [("filter", "in_progress"), ("filter", "churned"), ("ends_month", written_month(month.begins))]
    ending += [("currency", scope.currency)] if scope.currency else []
    query = written(ending) if month.ending_micro and not is_running else ""
    return ForecastRow(label, month, query, _amount(month.invoiced_minor, currency))


def forecast_chart(forecast: Forecast) -> RevenueChart:
    """Return the drawing: MRR when each month ends, and below it what will be invoiced."""
    months = [_as_drawn(month) for month in forecast.months]

    def told(month: Month, kind: str) -> tuple[str, str]:
        what = _("to be invoiced") if kind else _("MRR at the end")
        amount = month.amount(kind) if kind else month.closing
        words = _("%(month)s, %(what)s: %(amount)s") % {
            "month": formatting.month(month.begins),
            "what": what,
            "amount": formatting.mrr_text(amount, forecast.shown_in),
        }
        return words, ""

    headings = (_("MRR at the end of the month, as booked"), _("To be invoiced, net of tax"))
    return draw(months, {INVOICED: LOOK}, forecast.shown_in, told, headings)


def total_invoiced(forecast: Forecast) -> str:
    """Return what will be invoiced in all months together as HTML; "" where that is not known."""
    known: Sequence[Fraction] = [month.invoiced_minor for month in forecast.months if month.invoiced_minor is not None]
    return _amount(sum(known, Fraction()) if forecast.knows_invoicing else None, forecast.shown_in)


def _amount(minor: Fraction | None, currency: str) -> str:
    return "" if minor is None else formatting.money_html(round_half_up(minor), currency)


def _as_drawn(month: ForecastMonth) -> Month:
    invoiced = Fraction(month.invoiced_minor or 0) * MICRO
    return Month(month.begins, Fraction(), {(INVOICED, ""): invoiced} if invoiced else {}, Fraction(), month.mrr_micro)
