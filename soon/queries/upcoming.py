"""What will be billed: the next documents of an order, a quotation, or a plan tried out, by the rules of the run itself."""

import datetime
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import cast

from soon.domain.billing import BillableLine, Charge, DueDocument, Terms, documents_ahead
from soon.domain.periods import DateOutOfRange, Period
from soon.domain.pricing import DocumentTotals, LinePrice, document_totals
from soon.models import Customer, Order, OrderChange, OrderLine, Plan, Product, Tax, tax_rule

from .why import Why, why

# A year of months.
SHOWN = 12


@dataclass(frozen=True)
class ComingLine:
    """A line of a document to come; amounts in minor units."""

    description: str
    net_minor: int
    tax_minor: int
    why: Why | None


@dataclass(frozen=True)
class ComingDocument:
    """A document to come, dated `issued_on` (local date); `is_missed`: it was due before."""

    issued_on: datetime.date
    is_missed: bool
    period: Period | None
    lines: Sequence[ComingLine]
    net_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        """What is to be paid, in minor units."""
        return self.net_minor + self.tax_minor


@dataclass(frozen=True)
class Upcoming:
    """The documents to come of `order`, which may not be stored; `goes_on`: after them there are more."""

    order: Order
    documents: Sequence[ComingDocument]
    totals: DocumentTotals
    goes_on: bool

    @property
    def misses_days(self) -> bool:
        """Whether some month has no day like that on which periods begin."""
        plan, paid_on = self.order.plan, self.order.first_paid_on
        if plan is None or paid_on is None or plan.interval.days:
            return False
        return (paid_on.day if plan.alignment == Plan.Alignment.ANNIVERSARY else plan.anchor_day or 1) > 28

    @property
    def is_cut_at_first(self) -> bool:
        """Whether the first period begins later than a whole one would, and is shorter."""
        first = [line.why for document in self.documents[:1] for line in document.lines if line.why]
        return any(why.start_on != why.whole_start_on for why in first)


def upcoming(order: Order, lines: Sequence[OrderLine], today: datetime.date, changes: Sequence[OrderChange] = ()) -> Upcoming:
    """Return the next documents of `order` with `lines` (product and tax fetched) as seen on the local date `today`.

    What is still a quotation is taken as confirmed today. Neither order nor lines need be stored; no queries. `changes` are
    those that wait, the next first, each with its new plan.
    """
    order = copy(order)
    order.start_on = order.start_on or today
    coming = _coming_through(order, lines, changes)
    shown = coming[:SHOWN]
    return Upcoming(
        order=order,
        documents=[_document(order, lines, due, today) for due in shown],
        totals=document_totals(charge.billed for due in shown for charge in due.charges),
        goes_on=len(coming) > SHOWN,
    )


def upcoming_on_plan(
    plan: Plan,
    start_on: datetime.date,
    *,
    price_minor: int,
    currency: str,
    product: Product | None = None,
    tax: Tax | None = None,
    ends_on: datetime.date | None = None,
) -> Upcoming:
    """Return the documents of a subscription to `plan` that started on the local date `start_on`, as seen on that day.

    It has one unit of `product` (None: of something called like the plan) for `price_minor` each period, in minor units.
    """
    order = Order(
        plan=plan,
        customer=Customer(),
        currency=currency,
        start_on=start_on,
        trial_days=plan.trial_days,
        ends_on=ends_on,
    )
    sold = product or Product(name_vi=plan.name_vi, name_en=plan.name_en)
    line = OrderLine(order=order, product=sold, is_recurring=True, quantity=Decimal(1), unit_price_minor=price_minor, tax=tax)
    return upcoming(order, [line], start_on)


def agreed(order: Order, lines: Sequence[OrderLine]) -> tuple[Terms, list[BillableLine]]:
    """Return how `order` is billed, as the rules know it; lines are called by their place."""
    schedule = order.plan.schedule_from(order.first_paid_on) if order.plan and order.first_paid_on else None
    terms = Terms(schedule, order.plan.in_arrears, order.ends_on) if order.plan else Terms(None)
    return terms, [
        BillableLine(
            key=place,
            price=LinePrice(line.unit_price_minor, line.quantity, line.discount_percent),
            tax=tax_rule(line.tax, is_exempt=order.customer.is_tax_exempt),
            is_recurring=line.is_recurring,
            billed_until=line.billed_until,
        )
        for place, line in enumerate(lines)
    ]


def _coming_through(order: Order, lines: Sequence[OrderLine], changes: Sequence[OrderChange]) -> list[DueDocument]:
    """Return the documents to show and one more, if there are so many: up to each change as before, from it on as agreed."""
    coming: list[DueDocument] = []
    now, rows = copy(order), [copy(line) for line in lines]
    for change in changes:
        terms, billable = agreed(now, rows)
        on, first_paid_on = change.takes_effect_on, order.first_paid_on
        if terms.ends_on and terms.ends_on <= on:
            break
        if any((row.billed_until or first_paid_on or on) < on for row in rows if row.is_recurring):
            before = _coming(replace(terms, ends_on=on), billable)
            coming += before
            _bill(rows, before)
        now.plan = change.new_plan or now.plan
        _agree(rows, change)
    return [*coming, *_coming(*agreed(now, rows))][: SHOWN + 1]


def _bill(rows: Sequence[OrderLine], documents: Sequence[DueDocument]) -> None:
    """Let `rows` be billed up to where `documents` bill them."""
    for document in documents:
        for charge in document.charges:
            billed_until = charge.period.service.end if charge.period else document.due_on
            rows[cast("int", charge.key)].billed_until = billed_until


def _agree(rows: Sequence[OrderLine], change: OrderChange) -> None:
    """Give `rows` the prices and discounts of `change`."""
    for row in rows:
        after = change.lines_after.get(str(row.pk), {})
        row.unit_price_minor = after.get("unit_price_minor", row.unit_price_minor)
        row.discount_percent = Decimal(after.get("discount_percent", row.discount_percent))


def _coming(terms: Terms, lines: Sequence[BillableLine]) -> list[DueDocument]:
    """Return the documents to show and one more, if there are so many."""
    coming: list[DueDocument] = []
    # After year 9999 nobody is billed.
    with suppress(DateOutOfRange):
        for document in islice(documents_ahead(terms, lines), SHOWN + 1):
            coming.append(document)  # noqa: PERF402 - what was found before the end of the calendar is kept
    return coming


def _document(order: Order, lines: Sequence[OrderLine], due: DueDocument, today: datetime.date) -> ComingDocument:
    due_on = due.due_on or order.next_invoice_on or order.start_on or today
    return ComingDocument(
        issued_on=max(due_on, today),
        is_missed=due_on < today,
        period=due.period,
        lines=[_line(order, lines[cast("int", charge.key)], charge) for charge in due.charges],
        net_minor=due.net_minor,
        tax_minor=due.tax_minor,
    )


def _line(order: Order, line: OrderLine, charge: Charge) -> ComingLine:
    name = line.product.name
    return ComingLine(
        description=f"{name} – {line.description}" if line.description else name,
        net_minor=charge.billed.net_minor,
        tax_minor=charge.billed.tax_minor,
        why=why(charge.billed.derivation.as_facts(), order),
    )
