"""Monthly recurring revenue, kept in millionths of the minor unit so that databases add it up exactly."""

import datetime
from fractions import Fraction

from .agreements import Agreement
from .derivations import bill_line
from .money import round_half_up
from .periods import Interval

MICRO = 1_000_000

# What a change of the monthly revenue is called.
NEW = "new"
EXPANSION = "expansion"
CONTRACTION = "contraction"
CHURN = "churn"
REACTIVATION = "reactivation"

# 365.25 / 12, the mean month of the Julian calendar that other vendors use as well.
DAYS_PER_MONTH = Fraction("30.4375")


def months_of(interval: Interval) -> Fraction:
    """Return the length of `interval` in months; days and weeks by the mean month of 30.4375 days."""
    return Fraction(interval.months) if interval.months else interval.days / DAYS_PER_MONTH


def mrr_micro(recurring_net_minor: int | Fraction, interval: Interval) -> int:
    """Return the monthly revenue of `recurring_net_minor` (minor units, net of tax and discount) per `interval`.

    In millionths of the minor unit, exact until one half-up rounding at the end; show it with `whole_mrr_minor`.
    """
    return round_half_up(Fraction(recurring_net_minor) * MICRO / months_of(interval))


def whole_mrr_minor(micro: int | Fraction) -> int:
    """Return millionths of the minor unit as whole minor units, half up; only for showing, sums take the millionths."""
    return round_half_up(Fraction(micro) / MICRO)


def agreement_mrr_micro(agreement: Agreement, day: datetime.date) -> int:
    """Return the monthly revenue that counts on the local date `day`, in millionths of the minor unit.

    Nothing counts before the first paid day (a free trial), while it is paused, and from the first day no longer served; a
    closing that is only booked changes nothing.
    """
    schedule = agreement.terms.schedule
    if schedule is None or day < schedule.start_on or agreement.is_paused or not agreement.serves_on(day):
        return 0
    net = sum(bill_line(line.price, line.tax).net_minor for line in agreement.lines if line.is_recurring)
    return mrr_micro(net, schedule.interval)


def movement(before: int, after: int, *, counted_ever: bool, has_ended: bool) -> str:
    """Return what the change from one monthly revenue to another, different one is called.

    `counted_ever`: whether it was above nothing at any time before. `has_ended`: whether the agreement is over; going down to
    nothing otherwise (paused) is a contraction, because the customer stays.
    """
    if before == 0:
        return REACTIVATION if counted_ever else NEW
    if after == 0:
        return CHURN if has_ended else CONTRACTION
    return EXPANSION if after > before else CONTRACTION
