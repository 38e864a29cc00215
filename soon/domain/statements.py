"""A statement of account: what happened to a customer's balance, entry by entry, in minor units of one currency."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

INVOICE = "invoice"
CREDIT_NOTE = "credit_note"
PAYMENT = "payment"
REVERSAL = "reversal"
PAYOUT = "payout"
# On one day documents come before the money for them, and a payment before it is taken back.
ORDER = (INVOICE, CREDIT_NOTE, PAYMENT, REVERSAL, PAYOUT)


@dataclass(frozen=True)
class Span:
    """What a statement is about: a currency and the local days from `first_on` to `last_on`, both included."""

    currency: str
    first_on: datetime.date
    last_on: datetime.date

    @property
    def query(self) -> str:
        """The span as an address writes it."""
        return f"currency={self.currency}&from={self.first_on.isoformat()}&to={self.last_on.isoformat()}"

    @property
    def file_name(self) -> str:
        """What a file of it is called, without its ending."""
        return f"statement-{self.currency}-{self.first_on.isoformat()}-{self.last_on.isoformat()}"


@dataclass(frozen=True)
class Entry:
    """Something that moved the balance on a local date: an invoice, reversal or payout up, a payment or credit note down.

    `key` is that of the record, `words` its number or reference.
    """

    happened_on: datetime.date
    kind: str
    key: int
    words: str
    amount_minor: int
    due_on: datetime.date | None = None
    detail: str = ""

    @property
    def moved_minor(self) -> int:
        """By how much the balance changed."""
        return self.amount_minor if self.kind in (INVOICE, REVERSAL, PAYOUT) else -self.amount_minor


@dataclass(frozen=True)
class Line:
    """An entry with the balance after it."""

    entry: Entry
    balance_minor: int


@dataclass(frozen=True)
class Statement:
    """The balance at the beginning of a span of days, what moved it, and the balance at its end."""

    opening_minor: int
    lines: Sequence[Line]

    @property
    def closing_minor(self) -> int:
        """The balance at the end: what the customer owes, negative if it is their credit."""
        return self.lines[-1].balance_minor if self.lines else self.opening_minor

    @property
    def charged_minor(self) -> int:
        """What raised the balance, altogether."""
        return sum(line.entry.amount_minor for line in self.lines if line.entry.moved_minor > 0)

    @property
    def settled_minor(self) -> int:
        """What lowered the balance, altogether."""
        return sum(line.entry.amount_minor for line in self.lines if line.entry.moved_minor < 0)


def statement(opening_minor: int, entries: Iterable[Entry]) -> Statement:
    """Return the statement of `entries`, in the order of their days."""
    lines, balance = [], opening_minor
    for entry in sorted(entries, key=lambda each: (each.happened_on, ORDER.index(each.kind), each.key)):
        balance += entry.moved_minor
        lines.append(Line(entry, balance))
    return Statement(opening_minor, lines)
