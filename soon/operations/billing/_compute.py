"""From orders to the documents that are due: pure computation, which remembers what it has computed before.

Thousands of subscriptions share a plan, a price and a day: for all of them together the rules (domain/billing.py) are asked
once, and what they answered is kept with its words ready for storing.
"""

import datetime
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from soon.domain.billing import BillableLine, CaughtUp, Charge, DueDocument, Terms, documents_due, next_document, next_due_on
from soon.domain.derivations import REMEMBERED, Derivation
from soon.domain.errors import DomainError
from soon.domain.pricing import LinePrice
from soon.models import Invoice
from soon.operations.documents import Document, DocumentLine

from ._read import Catalogue, LineRow, Subscription

# What the rules answer: for all that is due, or for the next document alone.
Answer = CaughtUp
Rules = Callable[[Terms, list[BillableLine]], Answer]

MOST_ANSWERS = 50_000

# What the rules raise for an order that makes no sense; it says nothing about the others.
SENSELESS = (DomainError, ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(slots=True)
class Bill:
    """What billing does to one order: its documents, the new cursors of its lines by key, and the day of the next one."""

    subscription: Subscription
    documents: list[Document]
    cursors: Mapping[int, datetime.date]
    next_invoice_on: datetime.date | None


class Biller:
    """Makes bills dated `issued_on` (a local date), by the rules it is given."""

    def __init__(self, catalogue: Catalogue, issued_on: datetime.date, rules: Rules) -> None:
        self._catalogue = catalogue
        self._issued_on = issued_on
        self._due_on = issued_on + catalogue.payment_days
        self._rules = rules
        self._answers: dict[Hashable, tuple[Answer, list[list[str]]]] = {}

    def bill(self, subscription: Subscription) -> Bill:
        """Return the bill of `subscription`; raises what the rules raise (DomainError)."""
        answer, derivations = self._answer(subscription)
        documents = [self._document(subscription, due, texts) for due, texts in zip(answer.documents, derivations, strict=True)]
        # Lines are known to the rules by their place, so that orders with equal lines are one question.
        cursors = {subscription.lines[cast("int", place)].pk: day for place, day in answer.cursors.items()}
        return Bill(subscription, documents, cursors, answer.next_due_on)

    def _answer(self, subscription: Subscription) -> tuple[Answer, list[list[str]]]:
        asked = (
            subscription.plan_id,
            self._calendar_of(subscription),
            subscription.ends_on,
            subscription.is_tax_exempt,
            tuple((line.is_recurring, *line[4:]) for line in subscription.lines),
        )
        known = self._answers.get(asked)
        if known is None:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            answer = self._rules(terms(subscription, self._catalogue), billable(subscription, self._catalogue))
            known = self._answers[asked] = (answer, [_derivations(due) for due in answer.documents])
        return known

    def _calendar_of(self, subscription: Subscription) -> Hashable:
        """Return what the billing periods follow from: once the first is billed, only their rhythm."""
        plan, first_paid_on = subscription.plan_id, subscription.first_paid_on
        if plan is None or first_paid_on is None:
            return None
        if all(line.billed_until and line.billed_until > first_paid_on for line in subscription.lines if line.is_recurring):
            return self._catalogue.schedule(plan, first_paid_on).rhythm
        return first_paid_on

    def _document(self, subscription: Subscription, due: DueDocument, derivations: list[str]) -> Document:
        language = subscription.buyer.language
        lines = [
            self._line(subscription.lines[cast("int", charge.key)], charge, language, derivation)
            for charge, derivation in zip(due.charges, derivations, strict=True)
        ]
        return Document(
            kind=Invoice.Kind.INVOICE,
            buyer=subscription.buyer,
            seller=self._catalogue.seller,
            currency=subscription.currency,
            issued_on=self._issued_on,
            due_on=self._due_on,
            lines=lines,
            order_id=subscription.pk,
            period_start=due.period.start if due.period else None,
            period_end=due.period.end if due.period else None,
            reopening=subscription.times_reopened,
        )

    def _line(self, row: LineRow, charge: Charge, language: str, derivation: str) -> DocumentLine:
        tax = self._catalogue.taxes[row.tax_id] if row.tax_id else None
        name = self._catalogue.name_of(row.product_id, language)
        service = charge.period.service if charge.period else None
        return DocumentLine(
            # What the line is called is the product's name of that day, and what was agreed about it.
            description=f"{name} – {row.description}" if row.description else name,
            quantity=row.quantity,
            unit_price_minor=row.unit_price_minor,
            net_minor=charge.billed.net_minor,
            tax_minor=charge.billed.tax_minor,
            derivation=derivation,
            order_line_id=row.pk,
            product_id=row.product_id,
            discount_percent=row.discount_percent,
            tax_name=tax.name_in(language) if tax else "",
            tax_percent=charge.billed.tax_percent,
            tax_is_included=tax.is_included if tax else False,
            period_start=service.start if service else None,
            period_end=service.end if service else None,
        )


def terms(subscription: Subscription, catalogue: Catalogue) -> Terms:
    """Return how `subscription` is billed."""
    plan, first_paid_on = subscription.plan_id, subscription.first_paid_on
    if plan is None or first_paid_on is None:
        return Terms(None)
    return Terms(catalogue.schedule(plan, first_paid_on), catalogue.plans[plan].in_arrears, subscription.ends_on)


def billable(subscription: Subscription, catalogue: Catalogue) -> list[BillableLine]:
    """Return its lines as the rules see them, called by their places: orders with equal lines are one question."""
    return [
        BillableLine(
            key=place,
            price=LinePrice(line.unit_price_minor, line.quantity, line.discount_percent),
            tax=catalogue.tax_rule(line.tax_id, subscription.is_tax_exempt),
            is_recurring=line.is_recurring,
            billed_until=line.billed_until,
        )
        for place, line in enumerate(subscription.lines)
    ]


def everything_due(until: datetime.date) -> Rules:
    """Return the rules for a run: all that is due on or before the local date `until`, missed periods included."""
    return lambda terms, lines: documents_due(terms, lines, until)


def the_next(today: datetime.date) -> Rules:
    """Return the rules for one invoice by hand: the next document, early or late; lines sold once count as billed `today`."""

    def next_alone(terms: Terms, lines: list[BillableLine]) -> Answer:
        document = next_document(terms, lines)
        if document is None:
            return CaughtUp([], {}, None)
        cursors = {charge.key: charge.period.service.end if charge.period else today for charge in document.charges}
        moved = [_moved(line, cursors.get(line.key)) for line in lines]
        return CaughtUp([document], cursors, next_due_on(terms, moved))

    return next_alone


def _moved(line: BillableLine, cursor: datetime.date | None) -> BillableLine:
    return line if cursor is None else BillableLine(line.key, line.price, line.tax, line.is_recurring, cursor)


def _derivations(due: DueDocument) -> list[str]:
    return [_as_json(charge.billed.derivation) for charge in due.charges]


@lru_cache(maxsize=REMEMBERED)
def _as_json(derivation: Derivation) -> str:
    return json.dumps(derivation.as_facts())
