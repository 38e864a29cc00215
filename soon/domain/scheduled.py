"""Changes that wait for the end of a billing period, so that no period is divided: their day, and the discounts they make."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from .agreements import CannotChange
from .billing import BillableLine, Terms
from .pricing import exact


def boundary_after(terms: Terms, lines: Sequence[BillableLine], today: datetime.date) -> datetime.date:
    """Return the first local date of a period that has neither begun on `today` nor been billed for any recurring line.

    Before the first paid day that day itself. Raises CannotChange where nothing recurs, or the end comes first.
    """
    schedule = terms.schedule
    if schedule is None:
        raise CannotChange("nothing recurs, so there is no next period")
    begun = today >= schedule.start_on
    day = schedule.period_containing(today).service.end if begun else schedule.start_on
    billed = max((line.billed_until for line in lines if line.is_recurring and line.billed_until), default=day)
    if billed > day:
        held = schedule.period_containing(billed).service
        day = billed if held.start == billed else held.end
    if terms.ends_on and terms.ends_on <= day:
        raise CannotChange(f"the subscription ends on {terms.ends_on}, before {day}")
    return day


def boundary_later(terms: Terms, first_on: datetime.date, periods: int) -> datetime.date:
    """Return the first local date after so many whole periods from `first_on`, a boundary of `terms`."""
    schedule = terms.schedule
    if schedule is None:
        raise CannotChange("nothing recurs, so there is no later period")
    following = schedule.periods_from(first_on)
    return [next(following).service.end for _ in range(periods)][-1]


def further_discount(percent: Decimal, further: Decimal) -> Decimal:
    """Return the discount in percent of `further` on top of `percent`, exactly: 10 and 20 give 28.

    Raises CannotChange where it has more than the two decimals that a line keeps.
    """
    left = (100 - exact(percent)) * (100 - exact(further)) / 100
    hundredths = (100 - left) * 100
    if hundredths.denominator != 1:
        raise CannotChange(f"{percent} and {further} percent together are no whole hundredths of a percent")
    return Decimal(hundredths.numerator).scaleb(-2)
