"""Movements of monthly revenue: what each change is called for the customer who makes it.

Changes of one day count as one: what a customer takes away in one place and adds in another is a transfer, only the rest is an
expansion or contraction. Defined as ChartMogul does by customer; a pause is a contraction, going on after it an expansion.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from .earning import Change
from .revenue import CHURN, CONTRACTION, EXPANSION, NEW, REACTIVATION

TRANSFER = "transfer"
KINDS = (NEW, EXPANSION, CONTRACTION, CHURN, REACTIVATION, TRANSFER)


class OrderChange(NamedTuple):
    """A change of one order's revenue, in a currency."""

    order: int
    currency: str
    change: Change


class Movement(NamedTuple):
    """A change, or a part of it, with its kind.

    `customers`: 1 or -1 with the one movement of a day that makes somebody a customer or ends it; `cohort_on`: their first day.
    """

    order: int
    currency: str
    change: Change
    kind: str
    cohort_on: datetime.date
    customers: int


def movements_of(changes: Sequence[OrderChange]) -> list[Movement]:
    """Return the movements of all `changes` of one customer, oldest first."""
    # Always in the same order, whoever read them from where: which part of a day is the transfer depends on it.
    ordered = sorted(changes, key=lambda each: (each.change.on, each.order, each.change))
    held, cohort_on, found = 0, None, list[Movement]()
    for day, group in groupby(ordered, key=lambda each: each.change.on):
        todays = list(group)
        before, held = held, held + sum(each.change.held for each in todays)
        customers = int(held > 0) - int(before > 0)
        kind = "" if not customers else CHURN if customers < 0 else REACTIVATION if cohort_on else NEW
        cohort_on = cohort_on or day
        for part, part_kind in _parts_of_day(todays, kind):
            found.append(Movement(part.order, part.currency, part.change, part_kind, cohort_on, customers))
            customers = 0
    return found


def _parts_of_day(changes: Sequence[OrderChange], kind: str) -> Iterator[tuple[OrderChange, str]]:
    """Yield the changes of a day with their kinds, first those of the day's own kind, if it has one."""
    by_currency = defaultdict(list)
    for each in changes:
        by_currency[each.currency].append(each)
    parts = [part for group in by_currency.values() for part in _parts(group, kind)]
    yield from sorted(parts, key=lambda part: part[1] == TRANSFER)


def _parts(changes: Sequence[OrderChange], kind: str) -> Iterator[tuple[OrderChange, str]]:
    net = sum(each.change.amount_micro for each in changes)
    ups = sum(max(each.change.amount_micro, 0) for each in changes)
    moved = {1: min(ups, ups - net), -1: min(ups, ups - net)}
    for each in changes:
        amount = each.change.amount_micro
        sign = 1 if amount > 0 else -1
        transfer = min(moved[sign], abs(amount))
        moved[sign] -= transfer
        if abs(amount) > transfer or not amount:
            rest = each.change._replace(amount_micro=amount - sign * transfer)
            yield each._replace(change=rest), kind or (EXPANSION if rest.amount_micro > 0 else CONTRACTION)
        if transfer:
            # The order is held or left once, with the other part of the change.
            told = 0 if abs(amount) > transfer else each.change.held
            yield each._replace(change=each.change._replace(amount_micro=sign * transfer, held=told)), TRANSFER
