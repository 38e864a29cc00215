"""Booking the money of closings, many at a time: credit notes, what they reduce, and last invoices."""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, override

from soon.activity.actor import Actor
from soon.domain.closing import what_is_left
from soon.domain.closing_money import ClosingMoney, LineCredit
from soon.formatting import day
from soon.models import Invoice, InvoiceLine
from soon.models.bulk import any_of
from soon.operations.billing._changes import bill_through
from soon.operations.billing._compute import Biller
from soon.operations.billing._read import Catalogue
from soon.operations.billing._write import write
from soon.operations.credit_notes import Credited, issue_credit_notes
from soon.operations.documents import Document, DocumentLine
from soon.operations.settling import settle

from ._facts import OrderFacts


@dataclass(frozen=True, slots=True)
class Booking:
    """An order that ends or is paused, by its number, with the money of that."""

    number: str
    facts: OrderFacts
    money: ClosingMoney
    is_pause: bool = False


def book(
    bookings: Sequence[Booking], catalogue: Catalogue, *, actor: Actor, at: datetime.datetime, today: datetime.date
) -> Mapping[int, list[Document]]:
    """Issue the documents of `bookings`, dated `today` (local), and return them by order.

    Call it with the orders and the money of their customers locked, and let them have no next invoice afterwards. Raises
    CreditedMeanwhile or IntegrityError where somebody else booked the same; then the caller's transaction must not be
    committed.
    """
    notes = issue_credit_notes(list(_credits(bookings)), actor=actor, at=at, today=today)
    documents: dict[int, list[Document]] = defaultdict(list)
    for note in notes:
        documents[note.order_id or 0].append(note)
    for booking in bookings:
        _reduce_others(booking.money, documents[booking.facts.subscription.pk], at, today)
    biller = Biller(catalogue, today, what_is_left)
    bills = []
    for booking in bookings:
        booking.facts.subscription.ends_on = booking.money.effective_on
        bills.append(bill_through(biller, booking.facts.subscription, booking.facts.through))
    for invoice in write(bills, actor=actor, at=at, today=today, sets_next=False):
        documents[invoice.order_id or 0].append(invoice)
    return documents


_PRINTED = (
    "invoice description quantity unit_price_minor discount_percent order_line product tax_name tax_percent tax_is_included"
).split()


def _credits(bookings: Sequence[Booking]) -> Iterable[Credited]:
    keys = [_key(credit.line) for booking in bookings for credit in booking.money.credits]
    # Without what invoices print of both sides, which takes longer to read than everything else.
    found = InvoiceLine.objects.select_related("invoice").only(*_PRINTED, "invoice__language")
    lines = {each.pk: each for each in found.filter(pk__in=any_of(keys))} if keys else {}
    for booking in bookings:
        by_invoice: dict[int, list[LineCredit]] = defaultdict(list)
        for credit in booking.money.credits:
            by_invoice[_key(credit.invoice)].append(credit)
        for invoice, parts in by_invoice.items():
            credited = [_line(lines[_key(each.line)], each) for each in parts]
            reason = _reason(booking, lines[_key(parts[0].line)].invoice.language)
            yield Credited(invoice, credited, reason, booking.facts.subscription.times_reopened)


def _reason(booking: Booking, language: str) -> str:
    with override(language):
        last_day = day(booking.money.effective_on - datetime.timedelta(days=1), language)
        ended = gettext("Subscription %(number)s ended; its last day of service was %(day)s")
        paused = gettext("Subscription %(number)s was paused; its last day of service before was %(day)s")
        words = paused if booking.is_pause else ended
        return words % {"number": booking.number, "day": last_day}


def _line(line: InvoiceLine, credit: LineCredit) -> DocumentLine:
    """Return what is given back of `line`, as an amount of its own."""
    return DocumentLine(
        description=line.description,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_percent=line.discount_percent,
        net_minor=credit.net_minor,
        tax_minor=credit.tax_minor,
        derivation=json.dumps(credit.derivation),
        order_line_id=line.order_line_id,
        product_id=line.product_id,
        tax_name=line.tax_name,
        tax_percent=line.tax_percent,
        tax_is_included=line.tax_is_included,
        period_start=credit.period.service.start,
        period_end=credit.period.service.end,
        is_charge=False,
        credits_line_id=line.pk,
    )


def _reduce_others(money: ClosingMoney, notes: Sequence[Document], at: datetime.datetime, today: datetime.date) -> None:
    """Let what the credit notes' own invoices do not need settle other unpaid invoices of the order."""
    own = {note.refers_to_id: note.settled_minor for note in notes}
    for key, amount in money.reductions.items():
        wanted = amount - own.get(_key(key), 0)
        for note in notes:
            taken = min(wanted, note.total_minor - note.settled_minor)
            if taken <= 0:
                continue
            settle(Invoice.objects.get(pk=_key(key)), Invoice.objects.get(pk=note.pk), taken, settled_on=today, at=at)
            note.settled_minor += taken
            wanted -= taken


def _key(key: object) -> int:
    if not isinstance(key, int):
        raise TypeError(key)
    return key
