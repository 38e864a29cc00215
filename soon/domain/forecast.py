"""What is to come from what is booked: the documents of an order through the changes agreed for it, and what is earned a month.

Nothing is guessed: no new sales, no closing that nobody has booked. Days are local dates.
"""

import datetime
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from .billing import MOST_DOCUMENTS, BillableLine, DueDocument, DuePeriod, Terms, documents_ahead
from .grids import DateOutOfRange
from .periods import Schedule

# The running month, and twelve whole ones after it.
MONTHS_AHEAD = 12


class Stage(NamedTuple):
    """How an order is billed from the local date `begins_on` on (None: from now on), up to the next stage."""

    begins_on: datetime.date | None
    terms: Terms
    lines: Sequence[BillableLine]


class Step(NamedTuple):
    """From the local date `on` so much more, or less, is earned a month; an amount in millionths of the minor unit."""

    on: datetime.date
    amount_micro: int | Fraction


def months_ahead(today: datetime.date) -> list[datetime.date]:
    """Return the first days of the running month and of the MONTHS_AHEAD after it."""
    months = [today.replace(day=1)]
    while len(months) <= MONTHS_AHEAD:
        months.append(_month_after(months[-1]))
    return months


def last_day_ahead(today: datetime.date) -> datetime.date:
    """Return the last local date that a forecast made `today` looks at."""
    return _month_after(months_ahead(today)[-1]) - datetime.timedelta(days=1)


def month_of_invoice(due_on: datetime.date | None, today: datetime.date) -> datetime.date:
    """Return the first day of the month in which is invoiced what is due on `due_on`: what was missed, now."""
    return max(due_on or today, today).replace(day=1)


def open_periods(
    schedule: Schedule, billed_until: datetime.date | None, until: datetime.date, *, in_arrears: bool
) -> Sequence[DuePeriod]:
    """Return the periods of a line without an end, billed up to `billed_until` (exclusive), and one that is due after `until`.

    Missed ones included; none where `documents_due` would refuse to bill so many.
    """
    start = max(billed_until or schedule.start_on, schedule.start_on)
    found: list[DuePeriod] = []
    with suppress(DateOutOfRange):
        for period in schedule.periods_from(start):
            if len(found) > MOST_DOCUMENTS or (found and found[-1].due_on > until):
                break
            if left := period if found else period.between(start, None):
                found.append(DuePeriod(left, left.service.end if in_arrears else left.service.start))
    return found if len(found) <= MOST_DOCUMENTS else []


def periods_ahead(
    periods: Sequence[DuePeriod], ends_on: datetime.date | None, until: datetime.date, *, in_arrears: bool
) -> Iterator[DuePeriod]:
    """Yield those of the `open_periods` that are due on or before the local date `until`, the last one cut at the end.

    They are those that `documents_due` bills of a line that is served up to `ends_on` (exclusive; None: no end).
    """
    for due in periods:
        if ends_on is None or due.period.service.end <= ends_on:
            if due.due_on <= until:
                yield due
            continue
        if cut := due.period.between(None, ends_on):
            due_on = cut.service.end if in_arrears else cut.service.start
            if due_on <= until:
                yield DuePeriod(cut, due_on)
        return


def documents_of(stages: Sequence[Stage], until: datetime.date) -> Iterator[DueDocument]:
    """Yield the documents of an order due on or before the local date `until`, through all its `stages`, in order.

    Lines are the same ones in every stage, by key; a stage bills no day from the beginning of the next on.
    """
    cursors: dict[Hashable, datetime.date] = {}
    for place, stage in enumerate(stages):
        following = stages[place + 1].begins_on if place + 1 < len(stages) else None
        ends_on = min((day for day in (stage.terms.ends_on, following) if day), default=None)
        lines = [replace(line, billed_until=cursors.get(line.key, line.billed_until)) for line in stage.lines]
        with suppress(DateOutOfRange):
            for document in documents_ahead(replace(stage.terms, ends_on=ends_on), lines):
                if document.due_on and document.due_on > until:
                    break
                yield document
                for charge in document.charges:
                    billed_until = charge.period.service.end if charge.period else document.due_on or datetime.date.min
                    cursors[charge.key] = billed_until


def moved_by_month(steps: Iterable[Step], today: datetime.date) -> list[Fraction]:
    """Return what `steps` add in each of `months_ahead`, signed; what should have been before `today` counts now."""
    found: dict[datetime.date, Fraction] = defaultdict(Fraction)
    for step in steps:
        found[max(step.on, today).replace(day=1)] += step.amount_micro
    return [found[month] for month in months_ahead(today)]


def levels(now_micro: int | Fraction, moved: Iterable[Fraction]) -> list[Fraction]:
    """Return what is earned a month when each month ends, from what is earned now and what each month adds."""
    return list(accumulate(moved, initial=Fraction(now_micro)))[1:]


def _month_after(begins: datetime.date) -> datetime.date:
    return (begins + datetime.timedelta(days=31)).replace(day=1)
