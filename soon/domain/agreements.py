"""An agreement: the terms and lines of one order, with what was billed of it and not given back.

What changes an agreement (`changes`, `pausing`, `closing`) returns the agreement afterwards with a settlement, the money that
the change moves. All of it is computed from what was agreed and billed, never from the clock.
"""

import datetime
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .billing import BillableLine, Charge, DueDocument, Terms, documents_due
from .derivations import credit_line
from .errors import DomainError
from .periods import BillingPeriod, Period
from .pricing import LinePrice
from .taxes import TaxRule


class CannotChange(DomainError):
    """A change that this agreement does not allow, now or at all."""


@dataclass(frozen=True, slots=True)
class BilledPart:
    """Days of a line that were billed at `price`. Those from `kept_until` on (exclusive end) were given back since."""

    key: Hashable
    price: LinePrice
    tax: TaxRule
    period: BillingPeriod
    kept_until: datetime.date


@dataclass(frozen=True, slots=True)
class Agreement:
    """Terms and lines of one order and the parts billed so far, oldest first; `is_paused`: nothing is served or billed."""

    terms: Terms
    lines: tuple[BillableLine, ...]
    billed: tuple[BilledPart, ...] = ()
    is_paused: bool = False

    def line(self, key: Hashable) -> BillableLine:
        """Return the line called `key`; raise CannotChange if there is none."""
        for line in self.lines:
            if line.key == key:
                return line
        raise CannotChange(f"there is no line {key!r}")

    def serves_on(self, day: datetime.date) -> bool:
        """Return whether the local date `day` lies before the end, whatever is paused."""
        return self.terms.ends_on is None or day < self.terms.ends_on


class Entry(NamedTuple):
    """A line of a settlement's document: what it charges or gives back, and the sign of its amounts there (1 or -1)."""

    charge: Charge
    sign: int


@dataclass(frozen=True, slots=True)
class SettlementDocument:
    """An invoice or credit note of a settlement; its total is never negative."""

    is_credit_note: bool
    entries: tuple[Entry, ...]

    @property
    def net_minor(self) -> int:
        """Sum of its lines without tax, in minor units."""
        return sum(entry.sign * entry.charge.billed.net_minor for entry in self.entries)

    @property
    def tax_minor(self) -> int:
        """Sum of the taxes of its lines, in minor units."""
        return sum(entry.sign * entry.charge.billed.tax_minor for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Settlement:
    """The money of one change: parts given back and parts charged, both as positive amounts."""

    credits: tuple[Charge, ...] = ()
    charges: tuple[Charge, ...] = ()

    @property
    def gross_minor(self) -> int:
        """What the customer owes for the change, in minor units; negative if they get something back."""
        return _gross(self.charges) - _gross(self.credits)

    def documents(self) -> list[SettlementDocument]:
        """Return the documents to issue: none, one, or a credit note and an invoice.

        What is given back stands on the invoice of what is charged, as negative lines, unless more is given back than charged:
        then it is a credit note of its own, all positive, beside the invoice.
        """
        given, charged = self.credits, self.charges
        if given and charged and self.gross_minor >= 0:
            return [SettlementDocument(False, (*(Entry(one, -1) for one in given), *(Entry(one, 1) for one in charged)))]
        apart = [(True, given), (False, charged)]
        return [SettlementDocument(kind, tuple(Entry(one, 1) for one in lines)) for kind, lines in apart if lines]


class Changed(NamedTuple):
    """An agreement after a change, and the money that the change moves."""

    agreement: Agreement
    settlement: Settlement


def bill(agreement: Agreement, until: datetime.date) -> tuple[Agreement, list[DueDocument]]:
    """Return the documents due up to and including `until`, and the agreement with them billed; none while it is paused."""
    if agreement.is_paused:
        return agreement, []
    documents, cursors, _ = documents_due(agreement.terms, agreement.lines, until)
    lines = tuple(replace(line, billed_until=cursors.get(line.key, line.billed_until)) for line in agreement.lines)
    parts = billed_parts(agreement.lines, (charge for document in documents for charge in document.charges))
    return replace(agreement, lines=lines, billed=(*agreement.billed, *parts)), documents


def billed_parts(lines: Iterable[BillableLine], charges: Iterable[Charge]) -> list[BilledPart]:
    """Return what `charges` bill of recurring `lines`; what is sold once is never given back by days."""
    by_key = {line.key: line for line in lines}
    return [
        BilledPart(charge.key, by_key[charge.key].price, by_key[charge.key].tax, charge.period, charge.period.service.end)
        for charge in charges
        if charge.period
    ]


def give_back(
    parts: Sequence[BilledPart], from_day: datetime.date, keys: Collection[Hashable] | None = None
) -> tuple[list[BilledPart], list[Charge]]:
    """Return what is left of `parts` without the days from `from_day` on, and the credits, each part at its own price.

    Only lines called one of `keys`, if given. In steps or at once, the credits of a part add up to the same.
    """
    left, given = [], []
    for part in parts:
        start = max(from_day, part.period.service.start)
        if start >= part.kept_until or (keys is not None and part.key not in keys):
            left.append(part)
            continue
        unused = BillingPeriod(Period(start, part.kept_until), part.period.whole)
        credited_days = (part.period.service.end - part.kept_until).days
        given.append(Charge(part.key, credit_line(part.price, part.tax, unused, credited_days), unused))
        left.append(replace(part, kept_until=start))
    return left, given


def take_out(agreement: Agreement, keys: Collection[Hashable], on: datetime.date) -> Changed:
    """Return the agreement without the recurring lines called one of `keys`, which are served until `on`, exclusive.

    What was billed of them beyond that day is given back; what is owed up to it (in arrears) is charged.
    """
    leaving = [replace(line, ends_on=min(line.ends_on or on, on)) for line in agreement.lines if line.key in keys]
    owed = () if agreement.is_paused else _due(agreement.terms, leaving, on)
    left, given = give_back(agreement.billed, on, keys)
    staying = tuple(line for line in agreement.lines if line.key not in keys)
    billed = (*left, *billed_parts(leaving, owed))
    return Changed(replace(agreement, lines=staying, billed=billed), Settlement(tuple(given), owed))


def put_in(agreement: Agreement, lines: Sequence[BillableLine], on: datetime.date) -> Changed:
    """Return the agreement with `lines` served from `on` on, and the charges due for them that day (in advance)."""
    joining = [replace(line, starts_on=on, billed_until=None) for line in lines]
    due = () if agreement.is_paused else _due(agreement.terms, joining, on)
    ends = {charge.key: charge.period.service.end for charge in due if charge.period}
    joined = tuple(replace(line, billed_until=ends.get(line.key)) for line in joining)
    billed = (*agreement.billed, *billed_parts(joining, due))
    return Changed(replace(agreement, lines=(*agreement.lines, *joined), billed=billed), Settlement((), due))


def in_order_of(before: Agreement, after: Agreement) -> Agreement:
    """Return `after` with its lines in the places they had `before`."""
    places = {line.key: place for place, line in enumerate(before.lines)}
    return replace(after, lines=tuple(sorted(after.lines, key=lambda line: places[line.key])))


def together(first: Settlement, second: Settlement) -> Settlement:
    """Return both as one."""
    return Settlement(first.credits + second.credits, first.charges + second.charges)


def _due(terms: Terms, lines: Sequence[BillableLine], on: datetime.date) -> tuple[Charge, ...]:
    return tuple(charge for document in documents_due(terms, lines, on).documents for charge in document.charges)


def _gross(charges: Iterable[Charge]) -> int:
    return sum(charge.billed.gross_minor for charge in charges)
