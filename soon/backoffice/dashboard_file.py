"""The dashboard as a file: every figure on a line of its own, so that a spreadsheet can sort and filter them."""

from collections.abc import Iterator
from fractions import Fraction

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from soon import formatting
from soon.domain.money import round_half_up
from soon.domain.retention import in_percent
from soon.domain.revenue import whole_mrr_minor
from soon.queries.csv_text import Plain
from soon.queries.dashboard import Dashboard

from .cells import major
from .dashboard_forecast import forecast_rows
from .revenue_rows import columns_of
from .table_files import Head, Table, table_file

Line = list[Plain]


def dashboard_file(found: Dashboard, kind: str) -> HttpResponseBase:
    """Return the figures of the dashboard as a file of `kind` "csv" or "xlsx"; amounts are rounded as on the page."""
    heads = [Head(_("Part")), Head(_("Name")), Head(_("Figure")), Head(_("Value"), "money"), Head(_("Unit"))]
    return table_file(Table("dashboard", _("Dashboard"), heads, _lines(found)), kind)


def _lines(found: Dashboard) -> Iterator[Line]:
    currency = found.scope.shown_in
    yield from _key_figures(found)
    columns = columns_of(found.months)
    for month in found.months:
        named = _("Month"), formatting.month(month.begins)
        for column in columns:
            yield [*named, column.label, _mrr(month.amount(column.key), currency), currency]
        yield [*named, _("MRR at the end"), _mrr(month.closing, currency), currency]
    for reason in found.losses.top:
        yield [_("Close Reason"), reason.text, _("Closed"), reason.count, None]
        yield [_("Close Reason"), reason.text, _("Lost MRR"), _mrr(reason.lost, currency), currency]
    for part in found.plans.top:
        yield [_("Recurring plan"), part.text, _("MRR at the end"), _mrr(part.earned, currency), currency]
    for label, count, sums in found.overdue.by_age if found.overdue else ():
        yield [_("Overdue"), label, _("Invoices"), count, None]
        for each, minor in sums.items():
            yield [_("Overdue"), label, _("Still to pay"), major(minor, each), each]
    yield from _forecast(found)


def _key_figures(found: Dashboard) -> Iterator[Line]:
    currency, period, pace = found.scope.shown_in, found.period, found.pace
    amounts = {_("MRR"): period.closing, _("ARR"): 12 * period.closing, _("Net new MRR"): period.net}
    for figure, amount in amounts.items():
        yield [_("Key figures"), None, figure, _mrr(amount, currency), currency]
    rates = {_("MRR churn a month"): pace.revenue}
    if found.revenue.counts_customers:
        yield [_("Key figures"), None, _("Customers"), period.customers_at_end, None]
        rates[_("Customer churn a month")] = pace.customers
    for figure, rate in rates.items():
        yield [_("Key figures"), None, figure, in_percent(rate), "%"]


def _forecast(found: Dashboard) -> Iterator[Line]:
    currency = found.scope.shown_in
    for row in forecast_rows(found.scope, found.forecast):
        month, named = row.month, (_("Forecast"), row.label)
        yield [*named, _("Ends"), _mrr(month.ending_micro, currency), currency]
        yield [*named, _("Begins or changes"), _mrr(month.other_micro, currency), currency]
        yield [*named, _("MRR at the end"), _mrr(month.mrr_micro, currency), currency]
        if month.invoiced_minor is not None:
            yield [*named, _("To be invoiced"), major(round_half_up(month.invoiced_minor), currency), currency]


def _mrr(micro: Fraction | int, currency: str) -> Plain:
    return major(whole_mrr_minor(micro), currency)
