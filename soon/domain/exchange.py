"""Rates of exchange by date, and what an amount of one currency is in another."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .money import digits_of


@dataclass(frozen=True)
class RateTable:
    """What one unit of each currency is worth in units of `into`: (valid from, rate), the earliest first."""

    into: str
    rates: Mapping[str, Sequence[tuple[datetime.date, Decimal]]]

    def of_month(self, currency: str, begins: datetime.date) -> Fraction | None:
        """Return how many minor units of `into` a minor unit of `currency` is in the month that `begins`; None if unknown.

        Valid is the rate of its first day; where there was none yet, the first that begins within the month.
        """
        if currency == self.into:
            return Fraction(1)
        rows = self.rates.get(currency, ())
        after = (begins + datetime.timedelta(days=31)).replace(day=1)
        before = [rate for day, rate in rows if day <= begins]
        within = [rate for day, rate in rows if begins < day < after]
        rate = before[-1] if before else within[0] if within else None
        if rate is None:
            return None
        return Fraction(rate) * Fraction(10) ** (digits_of(self.into) - digits_of(currency))
