"""What is due when: the next document of an order, and all that were missed, in order."""

import datetime
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .derivations import (
    FULL_PERIOD,
    ONCE,
    PART_OF_PERIOD,
    UNUSED_PART,
    BilledLine,
    Derivation,
    amount_from,
    bill_line,
    credit_line,
)
from .errors import DomainError
from .periods import BillingPeriod, Period, Schedule
from .pricing import LinePrice
from .taxes import NO_TAX, TaxRule

__all__ = [
    "FULL_PERIOD",
    "ONCE",
    "PART_OF_PERIOD",
    "UNUSED_PART",
    "BillableLine",
    "BilledLine",
    "CaughtUp",
    "Charge",
    "Derivation",
    "DueDocument",
    "DuePeriod",
    "Terms",
    "TooManyDocuments",
    "amount_from",
    "bill_line",
    "credit_line",
    "documents_ahead",
    "documents_due",
    "next_document",
    "next_due_on",
    "next_period_due",
]

# More periods than this were never missed: a daily subscription would have slept for 27 years.
MOST_DOCUMENTS = 10_000


class TooManyDocuments(DomainError):
    """More missed periods than anybody wants to bill at once; somebody has to look at the start date first."""


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """A period to bill and the local date on which it falls due."""

    period: BillingPeriod
    due_on: datetime.date


@dataclass(frozen=True, slots=True)
class Terms:
    """How an order is billed. Without `schedule` nothing recurs; `ends_on` is the first local date no longer served."""

    schedule: Schedule | None
    in_arrears: bool = False
    ends_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class BillableLine:
    """A line of an order as billing sees it; `key` is the caller's name for it, unique within the order.

    `billed_until`: the first local date not billed yet; of a line sold once, the day it was billed (None: not billed).
    `starts_on`: the first day of a line that joined later. `ends_on`: the first day without a line that left.
    """

    key: Hashable
    price: LinePrice
    tax: TaxRule = NO_TAX
    is_recurring: bool = True
    billed_until: datetime.date | None = None
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What one line adds to a document; no period for what is charged once."""

    key: Hashable
    billed: BilledLine
    period: BillingPeriod | None


@dataclass(frozen=True, slots=True)
class DueDocument:
    """One document to issue. Without `due_on` it holds only lines sold once, on an order with nothing recurring to come.

    `period` reaches from the first to the last day of its recurring charges. Amounts in minor units.
    """

    due_on: datetime.date | None
    period: Period | None
    charges: tuple[Charge, ...]
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        """What is to be paid."""
        return self.net_minor + self.tax_minor


class CaughtUp(NamedTuple):
    """All documents due, in order; the cursors (`billed_until`) of the lines on them afterwards; the day of the next one."""

    documents: list[DueDocument]
    cursors: Mapping[Hashable, datetime.date]
    next_due_on: datetime.date | None


def next_document(terms: Terms, lines: Sequence[BillableLine]) -> DueDocument | None:
    """Return the next document, however far away its day is; None when nothing is left to bill before the end.

    On it stand all recurring lines due on the earliest due day, together, and all lines sold once and not billed yet, in the
    order of `lines`. Raises DateOutOfRange at the end of the calendar.
    """
    return _document(terms, lines, {line.key: line.billed_until for line in lines})


def next_due_on(terms: Terms, lines: Sequence[BillableLine]) -> datetime.date | None:
    """Return the local day on which the next recurring charge is due; None when nothing recurring is left."""
    return _earliest(_due_by_key(terms, lines, {line.key: line.billed_until for line in lines}).values())


def documents_due(terms: Terms, lines: Sequence[BillableLine], until: datetime.date) -> CaughtUp:
    """Return every document due on or before the local date `until`, missed periods in their order.

    How often it is asked makes no difference: once after a year gives what asking daily gave. Raises TooManyDocuments, and
    DateOutOfRange at the end of the calendar.
    """
    cursors = {line.key: line.billed_until for line in lines}
    moved: dict[Hashable, datetime.date] = {}
    documents: list[DueDocument] = []
    while True:
        # Looked up before anything is computed: the last look, past the day, costs no amounts.
        due = _due_by_key(terms, lines, cursors)
        due_on = _earliest(due.values())
        document = _document_of(terms, lines, cursors, due) if due_on is None or due_on <= until else None
        if document is None:
            return CaughtUp(documents, moved, due_on)
        if len(documents) == MOST_DOCUMENTS:
            raise TooManyDocuments(f"more than {MOST_DOCUMENTS} periods are due on {until}")
        documents.append(document)
        for charge in document.charges:
            moved[charge.key] = charge.period.service.end if charge.period else due_on or until
        cursors.update(moved)


def documents_ahead(terms: Terms, lines: Sequence[BillableLine]) -> Iterator[DueDocument]:
    """Yield one after the other the documents to come, whenever they are due, for as long as there is one.

    They are those of `documents_due`, in the same order. Raises DateOutOfRange at the end of the calendar.
    """
    cursors = {line.key: line.billed_until for line in lines}
    while document := _document(terms, lines, cursors):
        yield document
        for charge in document.charges:
            # Of what is sold once it matters only that it was billed.
            cursors[charge.key] = charge.period.service.end if charge.period else document.due_on or datetime.date.min


def next_period_due(
    schedule: Schedule, billed_until: datetime.date | None, ends_on: datetime.date | None, in_arrears: bool
) -> DuePeriod | None:
    """Return the next period to bill and the local day it is due; None when nothing is left before the end.

    `billed_until` is the first local date not billed yet (None: nothing billed); `ends_on` the first one no longer
    served (None: open-ended), which cuts the last period. In advance a period is due on its first day, in arrears on
    the day after its last. Raises DateOutOfRange at the end of the calendar.
    """
    start = max(billed_until or schedule.start_on, schedule.start_on)
    if ends_on and start >= ends_on:
        return None
    period = schedule.period_containing(start).between(start, ends_on)
    if period is None:
        return None
    return DuePeriod(period, period.service.end if in_arrears else period.service.start)


Cursors = Mapping[Hashable, datetime.date | None]


def _due_by_key(terms: Terms, lines: Iterable[BillableLine], cursors: Cursors) -> dict[Hashable, DuePeriod]:
    """Return the next period of every recurring line that has one."""
    if terms.schedule is None:
        return {}
    due = {}
    for line in lines:
        if not line.is_recurring:
            continue
        cursor = max((day for day in (cursors[line.key], line.starts_on) if day), default=None)
        ends_on = min((day for day in (terms.ends_on, line.ends_on) if day), default=None)
        found = next_period_due(terms.schedule, cursor, ends_on, terms.in_arrears)
        if found:
            due[line.key] = found
    return due


def _earliest(due: Iterable[DuePeriod]) -> datetime.date | None:
    return min((period.due_on for period in due), default=None)


def _document(terms: Terms, lines: Sequence[BillableLine], cursors: Cursors) -> DueDocument | None:
    return _document_of(terms, lines, cursors, _due_by_key(terms, lines, cursors))


def _document_of(
    terms: Terms, lines: Sequence[BillableLine], cursors: Cursors, due: Mapping[Hashable, DuePeriod]
) -> DueDocument | None:
    due_on = _earliest(due.values())
    charges = []
    for line in lines:
        if line.is_recurring:
            found = due.get(line.key)
            if found and found.due_on == due_on:
                billed = bill_line(line.price, line.tax, found.period, in_arrears=terms.in_arrears)
                charges.append(Charge(line.key, billed, found.period))
        elif cursors[line.key] is None:
            charges.append(Charge(line.key, bill_line(line.price, line.tax), None))
    if not charges:
        return None
    return DueDocument(
        due_on,
        _span(charge.period.service for charge in charges if charge.period),
        tuple(charges),
        sum(charge.billed.net_minor for charge in charges),
        sum(charge.billed.tax_minor for charge in charges),
    )


def _span(periods: Iterable[Period]) -> Period | None:
    found = list(periods)
    if not found:
        return None
    return Period(min(period.start for period in found), max(period.end for period in found))
