"""Monthly recurring revenue, kept in millionths of the minor unit so that databases add it up exactly."""

from fractions import Fraction

from .money import round_half_up
from .periods import Interval

MICRO = 1_000_000

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


def whole_mrr_minor(micro: int) -> int:
    """Return millionths of the minor unit as whole minor units, half up; only for showing, sums take the millionths."""
    return round_half_up(Fraction(micro, MICRO))
