"""The figures on top of the dashboard, each with its change to the months before."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from soon import formatting
from soon.domain.retention import Amount, Rate, in_percent, share
from soon.domain.revenue import CHURN, CONTRACTION
from soon.queries.dashboard import Dashboard

GAIN, LOSS, SAME = "gain", "loss", "same"


@dataclass(frozen=True)
class Tile:
    """A figure in words; `change` says how it moved, `way` whether up or down ("", "up", "down"), `tone` whether that is good.

    `before` is the figure of the months before; `query` the movements behind the figure, "" where there is no such list.
    """

    label: str
    value: str
    change: str
    way: str
    tone: str
    before: str
    query: str


def tiles_of(found: Dashboard) -> list[Tile]:
    """Return the figures that can be counted for this reader."""
    scope, period, before = found.scope, found.period, found.before
    standing, moved = scope.standing_query(scope.last), scope.list_query()
    money = _money(scope.shown_in)
    tiles = [
        _grown(_("MRR"), period.closing, before.closing, money, standing),
        _grown(_("ARR"), 12 * period.closing, 12 * before.closing, money, standing),
        _grown(_("Net new MRR"), period.net, before.net, money, moved, is_flow=True),
    ]
    if found.revenue.counts_customers:
        tiles.append(_grown(_("Customers"), period.customers_at_end, before.customers_at_end, formatting.quantity, ""))
        rates = found.pace.customers, found.pace_before.customers
        tiles.append(_rate(_("Customer churn a month"), *rates, scope.list_query(("filter", CHURN))))
    else:
        tiles.append(_grown(_("Subscriptions"), period.orders_at_end, before.orders_at_end, formatting.quantity, standing))
    rates = found.pace.revenue, found.pace_before.revenue
    lost = scope.list_query(("filter", CHURN), ("filter", CONTRACTION))
    return [*tiles, _rate(_("MRR churn a month"), *rates, lost)]


def _money(currency: str) -> Callable[[Amount], str]:
    return lambda micro: formatting.mrr_text(micro, currency)


def _grown(label: str, now: Amount, before: Amount, words: Callable[[Any], str], query: str, *, is_flow: bool = False) -> Tile:
    """Return a figure that is good when it grows; by how much is told in percent, of one that may be negative in full."""
    way = "up" if now > before else "down" if now < before else ""
    moved = abs(Fraction(now) - before)
    change = words(moved) if is_flow and way else "" if is_flow else _part(moved, before)
    return Tile(label, words(now), change, way, {"up": GAIN, "down": LOSS}.get(way, SAME), words(before), query)


def _part(moved: Fraction, before: Amount) -> str:
    part = in_percent(share(moved, before))
    return "" if part is None else formatting.percent(_short(part))


def _rate(label: str, now: Rate, before: Rate, query: str) -> Tile:
    """Return a rate that is good when it falls; its change is in percentage points."""
    shown, was = in_percent(now), in_percent(before)
    moved = Decimal(0) if shown is None or was is None else shown - was
    way = "up" if moved > 0 else "down" if moved < 0 else ""
    points = _("%(points)s points") % {"points": formatting.quantity(_short(abs(moved)))} if way else ""
    tone = {"up": LOSS, "down": GAIN}.get(way, SAME)
    return Tile(label, _percent(shown), points, way, tone, _percent(was), query)


def _percent(value: Decimal | None) -> str:
    return _("n/a") if value is None else formatting.percent(value)


def _short(value: Decimal) -> Decimal:
    """Return a change with one decimal: more would be noise."""
    return round(value, 1)
