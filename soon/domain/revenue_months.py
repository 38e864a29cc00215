"""Monthly revenue month by month: opening + movements + currency = closing, in every row, by construction.

Amounts are millionths of the minor unit, exact fractions where they were converted. A month's movements, and what there is at
its end, are worth what the month's rate of exchange says; what was there before and is only worth more or less by the new
month's rate is a row of its own (`fx`), never an expansion or a contraction (ChartMogul).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from .exchange import RateTable
from .movements import KINDS
from .revenue import CHURN, NEW, REACTIVATION

FX = "fx"
# Every kind of row between the opening and the closing.
ROWS = (*KINDS, FX)


class Moved(NamedTuple):
    """The sum of some movements of a month (its first day), signed."""

    month_on: datetime.date
    currency: str
    kind: str
    cause: str
    amount_micro: int
    customers: int = 0
    orders: int = 0

    def taken_out(self) -> "Moved":
        """Return what takes these movements out of a sum again."""
        return self._replace(amount_micro=-self.amount_micro, customers=-self.customers, orders=-self.orders)


@dataclass(frozen=True)
class Month:
    """What was there when the month began, what changed, what is there at its end. `amounts` by kind and cause, signed."""

    begins: datetime.date
    opening: Fraction
    amounts: Mapping[tuple[str, str], Fraction]
    fx: Fraction
    closing: Fraction
    customers_at_start: int = 0
    customers_by_kind: Mapping[str, int] = field(default_factory=dict)
    orders_at_start: int = 0
    orders_at_end: int = 0

    def amount(self, kind: str, *causes: str) -> Fraction:
        """Return what movements of a kind (or FX) came to, signed; with `causes` only those that have one of them."""
        if kind == FX:
            return self.fx
        found = (amount for (of, cause), amount in self.amounts.items() if of == kind and (cause in causes or not causes))
        return sum(found, Fraction())

    @property
    def by_kind(self) -> dict[str, Fraction]:
        """What each of ROWS came to."""
        return {kind: self.amount(kind) for kind in ROWS}

    @property
    def net(self) -> Fraction:
        """What movements came to together, without what currencies did."""
        return sum(self.amounts.values(), Fraction())

    @property
    def new_customers(self) -> int:
        """Who became a customer for the first time."""
        return self.customers_by_kind.get(NEW, 0)

    @property
    def returned_customers(self) -> int:
        """Who became a customer again."""
        return self.customers_by_kind.get(REACTIVATION, 0)

    @property
    def lost_customers(self) -> int:
        """Who was a customer no longer."""
        return -self.customers_by_kind.get(CHURN, 0)

    @property
    def customers_at_end(self) -> int:
        """How many there are when the month ends."""
        return self.customers_at_start + sum(self.customers_by_kind.values())


@dataclass(frozen=True)
class Course:
    """How revenue went, month by month. `unrated`: the currencies left out, with the months whose rate nobody knows."""

    months: Sequence[Month]
    unrated: Mapping[str, Sequence[datetime.date]]

    @property
    def whole(self) -> Month:
        """All months as one."""
        first, last = self.months[0], self.months[-1]
        amounts, customers = defaultdict[tuple[str, str], Fraction](Fraction), defaultdict[str, int](int)
        for month in self.months:
            for key, amount in month.amounts.items():
                amounts[key] += amount
            for kind, number in month.customers_by_kind.items():
                customers[kind] += number
        fx = sum((month.fx for month in self.months), Fraction())
        counted = (first.customers_at_start, dict(customers), first.orders_at_start, last.orders_at_end)
        return Month(first.begins, first.opening, dict(amounts), fx, last.closing, *counted)


def course_of(rows: Iterable[Moved], months: Sequence[datetime.date], rates: RateTable) -> Course:
    """Return `months` (first days, one after the other) from all `rows` up to the last of them; earlier ones are the opening.

    A currency whose rate is unknown in a month in which it is needed is left out of all amounts; customers and orders are not.
    """
    by_currency = defaultdict[str, list[Moved]](list)
    for row in rows:
        if row.month_on <= months[-1]:
            by_currency[row.currency].append(row)
    unrated, parts = {}, list[Sequence[Month]]()
    for currency in sorted(by_currency):
        local = _local(by_currency[currency], months)
        needed = _factors_needed(local, currency, rates)
        if missing := [month for month, factor in needed.items() if factor is None]:
            unrated[currency] = missing
            needed = {}
        parts.append([_converted(month, needed) for month in local])
    return Course([_added(begins, [part[place] for part in parts]) for place, begins in enumerate(months)], unrated)


def whole_of(rows: Iterable[Moved], months: Sequence[datetime.date], rates: RateTable) -> Month:
    """Return the same as `course_of(…).whole`, for many small sums.

    Of rows in `rates.into` it only matters whether they come before the first month: a database may add all others up.
    """
    home, foreign = list[Moved](), list[Moved]()
    for row in rows:
        (home if row.currency == rates.into else foreign).append(row)
    wholes = [course_of(foreign, months, rates).whole] if foreign else []
    together = [row._replace(month_on=min(row.month_on, months[0])) for row in home if row.month_on <= months[-1]]
    return _added(months[0], [course_of(together, months[:1], rates).whole, *wholes])


def _local(rows: Sequence[Moved], months: Sequence[datetime.date]) -> list[Month]:
    """Return the months in the currency of `rows` itself."""
    by_month = defaultdict[datetime.date, list[Moved]](list)
    for row in rows:
        by_month[max(row.month_on, _before(months[0]))].append(row)
    earlier = by_month[_before(months[0])]
    held = Fraction(sum(row.amount_micro for row in earlier))
    customers, orders = sum(row.customers for row in earlier), sum(row.orders for row in earlier)
    found = []
    for begins in months:
        amounts, by_kind = defaultdict[tuple[str, str], Fraction](Fraction), defaultdict[str, int](int)
        for row in by_month[begins]:
            amounts[row.kind, row.cause] += row.amount_micro
            by_kind[row.kind] += row.customers
        closing, still = held + sum(amounts.values()), orders + sum(row.orders for row in by_month[begins])
        found.append(Month(begins, held, dict(amounts), Fraction(), closing, customers, dict(by_kind), orders, still))
        held, customers, orders = closing, customers + sum(by_kind.values()), still
    return found


def _factors_needed(local: Sequence[Month], currency: str, rates: RateTable) -> dict[datetime.date, Fraction | None]:
    """Return the factor of each month in which there is anything to convert; openings have that of the month before."""
    needed = {month.begins for month in local if month.opening or any(month.amounts.values())}
    needed |= {_before(month.begins) for month in local if month.opening}
    return {begins: rates.of_month(currency, begins) for begins in sorted(needed)}


def _converted(month: Month, factors: Mapping[datetime.date, Fraction | None]) -> Month:
    factor = factors.get(month.begins) or Fraction()
    opening = month.opening * (factors.get(_before(month.begins)) or Fraction())
    return Month(
        month.begins,
        opening,
        {key: amount * factor for key, amount in month.amounts.items()},
        month.opening * factor - opening,
        month.closing * factor,
        month.customers_at_start,
        month.customers_by_kind,
        month.orders_at_start,
        month.orders_at_end,
    )


def _added(begins: datetime.date, parts: Sequence[Month]) -> Month:
    """Return what all currencies come to in one month."""
    amounts, customers = defaultdict[tuple[str, str], Fraction](Fraction), defaultdict[str, int](int)
    for part in parts:
        for key, amount in part.amounts.items():
            amounts[key] += amount
        for kind, number in part.customers_by_kind.items():
            customers[kind] += number
    return Month(
        begins,
        sum((part.opening for part in parts), Fraction()),
        dict(amounts),
        sum((part.fx for part in parts), Fraction()),
        sum((part.closing for part in parts), Fraction()),
        sum(part.customers_at_start for part in parts),
        dict(customers),
        sum(part.orders_at_start for part in parts),
        sum(part.orders_at_end for part in parts),
    )


def _before(begins: datetime.date) -> datetime.date:
    return (begins - datetime.timedelta(days=1)).replace(day=1)
