"""Changes of a running agreement: another plan, a line more or less, another quantity.

The day of a change belongs to what is new: the old is served up to it, exclusive, the new from it on. Anchor and boundaries
stay, so that only a part of the running period changes. Raises CannotChange where the agreement does not allow it.
"""

import datetime
from collections.abc import Hashable, Sequence
from dataclasses import replace
from decimal import Decimal

from .agreements import Agreement, CannotChange, Changed, Settlement, in_order_of, put_in, take_out, together
from .billing import BillableLine
from .periods import Interval


def change_plan(
    agreement: Agreement, new_lines: Sequence[BillableLine], on: datetime.date, interval: Interval | None = None
) -> Changed:
    """Return the agreement with `new_lines` instead of all recurring ones from `on`, billed every `interval` (None: as before).

    Boundaries of another interval count from the same anchor. The unused part of the old is given back and the first part of
    the new charged; in arrears what is owed for the old is charged instead.
    """
    _check(agreement, on)
    keys = [line.key for line in agreement.lines if line.is_recurring]
    without, old = take_out(agreement, keys, on)
    if interval and without.terms.schedule:
        schedule = replace(without.terms.schedule, interval=interval)
        without = replace(without, terms=replace(without.terms, schedule=schedule))
    changed, new = put_in(without, new_lines, on)
    return Changed(changed, together(old, new))


def add_item(agreement: Agreement, line: BillableLine, on: datetime.date) -> Changed:
    """Return the agreement with `line` from `on`; in advance the rest of the running period is charged at once."""
    _check(agreement, on)
    if any(line.key == other.key for other in agreement.lines):
        raise CannotChange(f"there is a line {line.key!r} already")
    return put_in(agreement, [line], on)


def remove_item(agreement: Agreement, key: Hashable, on: datetime.date) -> Changed:
    """Return the agreement without the line `key` from `on`. The last recurring line stays: closing is another matter."""
    _check(agreement, on)
    _recurring(agreement, key)
    if sum(line.is_recurring for line in agreement.lines) == 1:
        raise CannotChange("the last item cannot be removed; close the subscription instead")
    return take_out(agreement, [key], on)


def set_quantity(agreement: Agreement, key: Hashable, quantity: Decimal, on: datetime.date) -> Changed:
    """Return the agreement with another quantity of the line `key` from `on`: the old is given back, the new charged.

    The line keeps its place. The same quantity changes nothing.
    """
    _check(agreement, on)
    line = _recurring(agreement, key)
    if line.price.quantity == quantity:
        return Changed(agreement, Settlement())
    without, old = take_out(agreement, [key], on)
    changed, new = put_in(without, [replace(line, price=replace(line.price, quantity=quantity))], on)
    return Changed(in_order_of(agreement, changed), together(old, new))


def next_boundary(agreement: Agreement, on: datetime.date) -> datetime.date:
    """Return the first day of the period after the one that `on` belongs to; before the first period, its first day."""
    schedule = agreement.terms.schedule
    if schedule is None:
        raise CannotChange("nothing recurs, so there is no next period")
    return schedule.start_on if on < schedule.start_on else schedule.period_containing(on).service.end


def _check(agreement: Agreement, on: datetime.date) -> None:
    if not agreement.serves_on(on):
        raise CannotChange(f"the subscription ends on {agreement.terms.ends_on}")


def _recurring(agreement: Agreement, key: Hashable) -> BillableLine:
    line = agreement.line(key)
    if not line.is_recurring:
        raise CannotChange(f"the line {key!r} is sold once; it has no period to share")
    return line
