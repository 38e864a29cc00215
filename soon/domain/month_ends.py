"""What becomes of a customer within a month: by what they pay at both of its ends, whatever happened in between."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple


class Step(NamedTuple):
    """A movement of a customer, as far as it matters here (see domain/movements.py)."""

    on: datetime.date
    currency: str
    amount_micro: int
    customers: int
    cohort_on: datetime.date


class MonthEnd(NamedTuple):
    """What a customer who was there at the start of the month pays less or more at its end, in one currency.

    `gone`: 1 if they are no customer then, said once; `is_mixed`: whether their month has other currencies too.
    """

    month_on: datetime.date
    currency: str
    lost_micro: int
    gained_micro: int
    gone: int
    is_mixed: bool


def month_ends(steps: Iterable[Step]) -> Iterator[MonthEnd]:
    """Yield what became of one customer in each month in which anything did.

    Months that they began or came back in are left out: who was not there at the start has nothing to lose. Somebody who left
    and came back within one month was there at its start.
    """
    ordered = sorted(steps, key=lambda step: step.on)
    for month_on, group in groupby(ordered, key=lambda step: step.on.replace(day=1)):
        months = list(group)
        if was_there(months, month_on):
            yield from _ends(month_on, months)


def was_there(steps: Sequence[Step], day: datetime.date) -> bool:
    """Return whether a customer was one before the local date `day`; `steps` are theirs from that day on, oldest first."""
    first = next((step.customers for step in steps if step.customers), -1)
    return first < 0 and all(step.cohort_on < day for step in steps)


def _ends(month_on: datetime.date, steps: Sequence[Step]) -> Iterator[MonthEnd]:
    nets = defaultdict[str, int](int)
    for step in steps:
        nets[step.currency] += step.amount_micro
    gone = int(sum(step.customers for step in steps) < 0)
    for currency, net in sorted(nets.items()):
        if net or gone:
            yield MonthEnd(month_on, currency, max(-net, 0), max(net, 0), gone, len(nets) > 1)
        gone = 0
