"""What is due when, and what a line costs then, with the derivation that lets anybody check the figure."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from .money import round_half_up
from .periods import BillingPeriod, Period, Schedule
from .pricing import LinePrice, plain, tax_on
from .proration import prorate_period

# Which rule gave an amount.
FULL_PERIOD = "full_period"
PART_OF_PERIOD = "part_of_period"
UNUSED_PART = "unused_part"
ONCE = "once"

HALF_UP_PER_LINE = "half_up_per_line"


@dataclass(frozen=True)
class DuePeriod:
    """A period to bill and the local date on which it falls due."""

    period: BillingPeriod
    due_on: datetime.date


@dataclass(frozen=True)
class Derivation:
    """Everything from which an amount was computed; money in minor units, periods half-open local dates."""

    rule: str
    price: LinePrice
    tax_percent: Decimal
    period: BillingPeriod | None = None

    @property
    def fraction(self) -> str:
        """Days billed / days of the whole period, not reduced: "16/31"; "1/1" for what is charged once."""
        return f"{self.period.service.days}/{self.period.whole.days}" if self.period else "1/1"

    def as_facts(self) -> dict[str, object]:
        """Return it as JSON can hold it: decimal numbers as strings, dates in ISO 8601, the fraction not reduced."""
        return {
            "rule": self.rule,
            "period": _as_dates(self.period.service) if self.period else None,
            "whole_period": _as_dates(self.period.whole) if self.period else None,
            "fraction": self.fraction,
            "unit_price_minor": self.price.unit_price_minor,
            "quantity": plain(self.price.quantity),
            "discount_percent": plain(self.price.discount_percent),
            "tax_percent": plain(self.tax_percent),
            "rounding": HALF_UP_PER_LINE,
        }


@dataclass(frozen=True)
class BilledLine:
    """Net and tax of a line in minor units, with the derivation."""

    net_minor: int
    tax_minor: int
    tax_percent: Decimal
    derivation: Derivation

    @property
    def gross_minor(self) -> int:
        """Net and tax together, in minor units."""
        return self.net_minor + self.tax_minor


def bill_line(price: LinePrice, tax_percent: Decimal = Decimal(0), period: BillingPeriod | None = None) -> BilledLine:
    """Return what a line costs: a recurring one for `period` (prorated by days if it is cut), without period once.

    The net is rounded half up once, after quantity, discount and days; tax is on that rounded net. Raises InvalidPrice.
    """
    if period is None:
        return _billed(ONCE, price, tax_percent, None)
    return _billed(FULL_PERIOD if period.is_whole else PART_OF_PERIOD, price, tax_percent, period)


def credit_line(price: LinePrice, tax_percent: Decimal, unused: BillingPeriod) -> BilledLine:
    """Return what to give back for the days of `unused` that were billed in advance: positive, as on a credit note.

    Computed like the charge: days unused / days of the whole period, half up. Raises InvalidPrice.
    """
    return _billed(UNUSED_PART, price, tax_percent, unused)


def next_period_due(
    schedule: Schedule, billed_until: datetime.date | None, ends_on: datetime.date | None, in_arrears: bool
) -> DuePeriod | None:
    """Return the next period to bill and the local day it is due; None when nothing is left before the end.

    `billed_until` is the first local date not billed yet (None: nothing billed); `ends_on` the first one no longer
    served (None: open-ended), which cuts the last period. In advance a period is due on its first day, in arrears on
    the day after its last. Raises DateOutOfRange at the end of the calendar.
    """
    start = max(billed_until or schedule.start_on, schedule.start_on)
    period = schedule.period_containing(start).between(start, ends_on)
    if period is None:
        return None
    return DuePeriod(period, period.service.end if in_arrears else period.service.start)


def _billed(rule: str, price: LinePrice, tax_percent: Decimal, period: BillingPeriod | None) -> BilledLine:
    exact_net = price.exact_net
    net = prorate_period(exact_net, period).amount_minor if period else round_half_up(exact_net)
    return BilledLine(net, tax_on(net, tax_percent), tax_percent, Derivation(rule, price, tax_percent, period))


def _as_dates(period: Period) -> list[str]:
    return [period.start.isoformat(), period.end.isoformat()]
