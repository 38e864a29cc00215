"""What the dollar was worth in the demo company's months."""

import datetime
from decimal import Decimal
from itertools import cycle

from soon.operations.rates.add import add
from soon.operations.rates.details import RateDetails
from soon.queries.month_span import months_between

FIRST = Decimal(25_420)
# By how many đồng it moves from month to month.
STEPS = (55, -20, 80, 35, -60, 40, 15, 70, -35, 25)


def note(first: datetime.date, today: datetime.date) -> None:
    """Store a rate for the first day of each month from that of `first` to that of `today`."""
    rate = FIRST
    for begins, step in zip(months_between(first.replace(day=1), today.replace(day=1)), cycle(STEPS), strict=False):
        add(RateDetails("USD", begins, rate))
        rate += step
