"""Proration: days of the part / days of the **whole** period, actual days, rounded half up once per line."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .errors import DomainError
from .money import round_half_up
from .periods import BillingPeriod, Period


class PartOutsideWhole(DomainError):
    """A part or a cut that does not lie inside the whole period."""


@dataclass(frozen=True)
class Share:
    """A part of an amount, in minor units, and the fraction of days it came from, not reduced."""

    amount_minor: int
    numerator: int
    denominator: int

    @property
    def factor(self) -> str:
        """The fraction as people check it: "16/31"."""
        return f"{self.numerator}/{self.denominator}"


def prorate(amount_minor: int | Fraction, part: Period, whole: Period) -> Share:
    """Return what the days of `part` cost when the `whole` period costs `amount_minor` (minor units, maybe a fraction).

    Raises PartOutsideWhole for a part that leaves the whole: its fraction would belong to another period.
    """
    if not whole.holds(part):
        raise PartOutsideWhole(f"{part} reaches out of {whole}")
    amount = round_half_up(Fraction(amount_minor) * part.days / whole.days)
    return Share(amount, part.days, whole.days)


def prorate_period(amount_minor: int | Fraction, period: BillingPeriod) -> Share:
    """Return what the served days of `period` cost; see `prorate`."""
    return prorate(amount_minor, period.service, period.whole)


def slice_amounts(amount_minor: int | Fraction, whole: Period, cuts: Sequence[datetime.date]) -> list[Share]:
    """Cut `whole` on the days `cuts` (rising, inside it) and return one share per slice; they add up to the amount.

    Each slice is the difference of two rounded running totals, so no đồng is lost or made, and no slice is a whole
    minor unit off its exact share. A fractional amount is first rounded half up as a whole. Raises PartOutsideWhole
    for cuts outside the period, twice the same or out of order.
    """
    edges = [whole.start, *cuts, whole.end]
    if any(left >= right for left, right in pairwise(edges)):
        raise PartOutsideWhole(f"cuts must rise inside {whole}: {', '.join(map(str, cuts))}")
    total = round_half_up(amount_minor)
    running = [(edge, round_half_up(Fraction(total) * (edge - whole.start).days / whole.days)) for edge in edges]
    return [Share(upto - before, (end - start).days, whole.days) for (start, before), (end, upto) in pairwise(running)]
