"""What an exchange rate says: the values that `add` and `correct` take."""

import datetime
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class RateDetails:
    """From the local date `valid_from_on` on, a unit of `currency` is worth `rate` units of the company's currency."""

    currency: str
    valid_from_on: datetime.date
    rate: Decimal
