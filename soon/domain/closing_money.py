"""The money of a closing: what is still charged, what is given back, and what of it reduces unpaid invoices or is left.

Pure and complete: what is shown before a closing and what is booked by it are the same answer to the same question.
"""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .agreements import Agreement, BilledPart
from .billing import BillableLine, Charge, DueDocument, Terms
from .closing import last_money, what_is_left
from .crediting import Creditable
from .periods import BillingPeriod


class ChargedLine(NamedTuple):
    """Days of a line that an invoice charged: the line's and the invoice's key, the part, and what was credited of it so far.

    `part.key` is the key of the invoice line, `order_line` that of the line that was sold.
    """

    invoice: Hashable
    part: BilledPart
    creditable: Creditable
    order_line: Hashable = None

    @property
    def key(self) -> Hashable:
        """The key of the invoice line."""
        return self.part.key


class OpenInvoice(NamedTuple):
    """An invoice of the order with what is still to be paid, in minor units."""

    key: Hashable
    open_minor: int


class Ahead(NamedTuple):
    """What holds from the local date `on`, the first of a billing period, instead of what was agreed before."""

    on: datetime.date
    terms: Terms
    lines: tuple[BillableLine, ...]


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What the money of a closing follows from: what was agreed and billed, open invoices (oldest first), unused credit.

    `ahead` are the changes, oldest first, that take effect whatever is closed: their day comes before the end.
    """

    agreement: Agreement
    charged: tuple[ChargedLine, ...] = ()
    open_invoices: tuple[OpenInvoice, ...] = ()
    credit_minor: int = 0
    ahead: tuple[Ahead, ...] = ()


@dataclass(frozen=True, slots=True)
class LineCredit:
    """What is given back of one line of an invoice: positive amounts in minor units, and from what they were computed."""

    line: Hashable
    invoice: Hashable
    period: BillingPeriod
    net_minor: int
    tax_minor: int
    derivation: Mapping[str, object]

    @property
    def gross_minor(self) -> int:
        """Net and tax together."""
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class ClosingMoney:
    """All money that a closing moves, in minor units of the order's currency.

    `reductions` says by how much the credits reduce which unpaid invoice of the order. Credit that is left pays the last
    invoice and is then the customer's.
    """

    effective_on: datetime.date
    charges: tuple[DueDocument, ...]
    credits: tuple[LineCredit, ...]
    reductions: Mapping[Hashable, int]
    open_before_minor: int
    credit_before_minor: int

    @property
    def charged_minor(self) -> int:
        """What is still invoiced, tax included."""
        return sum(document.gross_minor for document in self.charges)

    @property
    def charged_tax_minor(self) -> int:
        """The tax in it."""
        return sum(document.tax_minor for document in self.charges)

    @property
    def credited_minor(self) -> int:
        """What is given back for days not used, tax included."""
        return sum(credit.gross_minor for credit in self.credits)

    @property
    def credited_tax_minor(self) -> int:
        """The tax in it."""
        return sum(credit.tax_minor for credit in self.credits)

    @property
    def reduced_minor(self) -> int:
        """The part of what is given back that reduces unpaid invoices."""
        return sum(self.reductions.values())

    @property
    def left_minor(self) -> int:
        """What is the customer's after all: given back of what was really paid, and not needed for the last invoice."""
        paid_by_older_credit = min(self.charged_minor, self.credit_before_minor)
        return max(0, self.credited_minor - self.reduced_minor - (self.charged_minor - paid_by_older_credit))

    @property
    def owed_minor(self) -> int:
        """What the customer still has to pay for this order afterwards."""
        credit = self.credit_before_minor + self.credited_minor - self.reduced_minor
        return self.open_before_minor - self.reduced_minor + max(0, self.charged_minor - credit)

    @property
    def credit_after_minor(self) -> int:
        """What the customer then has as credit, with what they had before."""
        return max(0, self.credit_before_minor + self.credited_minor - self.reduced_minor - self.charged_minor)

    def fingerprint(self, *more: object) -> str:
        """Return a short word for these figures; other figures, or other `more`, have another one."""
        figures = [
            self.effective_on.isoformat(),
            [[document.net_minor, document.tax_minor, str(document.due_on)] for document in self.charges],
            [[str(credit.line), credit.net_minor, credit.tax_minor] for credit in self.credits],
            sorted([str(key), amount] for key, amount in self.reductions.items()),
            [self.open_before_minor, self.credit_before_minor],
            [str(each) for each in more],
        ]
        return hashlib.sha256(json.dumps(figures).encode()).hexdigest()[:32]


def closing_money(facts: ClosingFacts, effective_on: datetime.date, *, gives_back: bool) -> ClosingMoney:
    """Return the money of a closing with `effective_on` as the first day no longer served.

    What is due up to then is charged; without `gives_back` nothing is given back. Credits first reduce their own invoice, then
    other unpaid ones of the order, the oldest first. Raises CannotChange for a day after the end that is known.
    """
    lines = {each.key: each for each in facts.charged}
    before, agreement = _through(facts.agreement, facts.ahead)
    agreement = replace(agreement, billed=tuple(each.part for each in facts.charged))
    last = last_money(agreement, effective_on)
    unused = [_credit(lines[charge.key], charge) for charge in last.credits] if gives_back else []
    given = tuple(credit for credit in unused if credit)
    return ClosingMoney(
        effective_on,
        (*before, *last.documents),
        given,
        _reductions(given, facts.open_invoices),
        sum(each.open_minor for each in facts.open_invoices),
        facts.credit_minor,
    )


def _through(agreement: Agreement, ahead: Sequence[Ahead]) -> tuple[list[DueDocument], Agreement]:
    """Return what is charged before the last change, each period at what held then, and what is agreed from that change on."""
    documents: list[DueDocument] = []
    for each in ahead:
        lines = agreement.lines
        if _is_behind(agreement, each.on):
            until = min(agreement.terms.ends_on or each.on, each.on)
            due = what_is_left(replace(agreement.terms, ends_on=until), lines)
            documents += due.documents
            lines = tuple(replace(line, billed_until=due.cursors.get(line.key, line.billed_until)) for line in lines)
        billed_until = {line.key: line.billed_until for line in lines}
        lines = tuple(replace(line, billed_until=billed_until[line.key]) for line in each.lines)
        agreement = replace(agreement, terms=each.terms, lines=lines)
    return documents, agreement


def _is_behind(agreement: Agreement, day: datetime.date) -> bool:
    """Return whether a recurring line has days before the local date `day` that are not billed yet."""
    schedule = agreement.terms.schedule
    first_on = schedule.start_on if schedule else day
    return any((line.billed_until or first_on) < day for line in agreement.lines if line.is_recurring)


def _credit(line: ChargedLine, unused: Charge) -> LineCredit | None:
    """Return what is given back of `line` for its unused days, no more than earlier credits by hand left of it."""
    if unused.period is None:
        return None
    billed, creditable = unused.billed, line.creditable
    if billed.gross_minor <= creditable.open_minor and billed.tax_minor <= creditable.tax_minor - creditable.credited_tax_minor:
        net, tax, derivation = billed.net_minor, billed.tax_minor, billed.derivation.as_facts()
    elif creditable.open_minor > 0:
        net, tax = creditable.part(creditable.open_minor)
        # Its days count as given back, although the amount is not that of the days.
        derivation = creditable.as_facts(creditable.open_minor) | {"ends_service": True}
    else:
        return None
    if not net and not tax:
        return None
    return LineCredit(line.key, line.invoice, unused.period, net, tax, derivation)


def _reductions(credits: Sequence[LineCredit], open_invoices: Sequence[OpenInvoice]) -> dict[Hashable, int]:
    left = Counter({each.key: each.open_minor for each in open_invoices})
    reductions: Counter[Hashable] = Counter()
    over = 0
    given: Counter[Hashable] = Counter()
    for credit in credits:
        given[credit.invoice] += credit.gross_minor
    for invoice, amount in given.items():
        own = min(amount, left[invoice])
        left[invoice] -= own
        reductions[invoice] += own
        over += amount - own
    for each in open_invoices:
        taken = min(over, left[each.key])
        reductions[each.key] += taken
        over -= taken
    return {key: amount for key, amount in reductions.items() if amount}
