"""Issuing a credit note: the one way in which money of an invoice is given back, whoever decides how much."""

import datetime
import json
from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.mail.queue import queue_letter_to_customer
from soon.models import Company, Invoice, Settlement

from .documents import Buyer, Document, DocumentLine, seller_facts, store_documents
from .refusal import Refusal


class CreditedMeanwhile(Refusal):
    """What was to be credited has been credited by somebody else."""


def issue_credit_note(
    invoice: Invoice, lines: Sequence[DocumentLine], *, reason: str, actor: Actor, at: datetime.datetime, today: datetime.date
) -> Invoice:
    """Store a credit note with `lines` (positive, no charges) dated `today` (local), tell of it, queue its letter, return it.

    What the invoice still needs is settled by it, the rest is the customer's credit. Call it with the money of the customer
    locked (settling.py), as the last thing that may refuse. Raises CreditedMeanwhile where the invoice has not so much left.
    """
    document = _document(invoice, lines, reason, today)
    _count(invoice, document)
    store_documents([document], at=at)
    if document.settled_minor:
        Settlement.objects.create(
            customer_id=invoice.customer_id,
            invoice=invoice,
            credit_note_id=document.pk,
            amount_minor=document.settled_minor,
            settled_on=today,
            at=at,
        )
    note = Invoice.objects.get(pk=document.pk)
    _tell(invoice, note, actor, at)
    return note


def _document(invoice: Invoice, lines: Sequence[DocumentLine], reason: str, today: datetime.date) -> Document:
    customer = invoice.customer
    # To the same buyer, in the same words and language, as the invoice that it takes back.
    buyer = Buyer(customer.pk, customer.name, customer.email, invoice.language, json.dumps(invoice.buyer, ensure_ascii=False))
    document = Document(
        kind=Invoice.Kind.CREDIT_NOTE,
        buyer=buyer,
        seller=seller_facts(Company.ours()),
        currency=invoice.currency,
        issued_on=today,
        due_on=today,
        lines=lines,
        order_id=invoice.order_id,
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        refers_to_id=invoice.pk,
        reason=reason,
    )
    document.settled_minor = min(invoice.open_minor, document.total_minor)
    return document


def _count(invoice: Invoice, document: Document) -> None:
    """Count the credit at the invoice if it still fits: two at the same moment never take back more than there is."""
    fits = Invoice.objects.filter(
        pk=invoice.pk,
        credited_minor__lte=F("total_minor") - document.total_minor,
        paid_minor__lte=F("total_minor") - document.settled_minor,
    )
    moved = fits.update(
        credited_minor=F("credited_minor") + document.total_minor, paid_minor=F("paid_minor") + document.settled_minor
    )
    if not moved:
        raise CreditedMeanwhile(_("This invoice has been credited in the meantime. Look at what is left of it."))


def _tell(invoice: Invoice, note: Invoice, actor: Actor, at: datetime.datetime) -> None:
    facts = {
        "invoice": invoice.number,
        "credit_note": note.number,
        "total": money_fact(note.total_minor, note.currency),
        "reason": note.reason,
    }
    record("invoice_credited", customer=invoice.customer, order=invoice.order, invoice=note, actor=actor, at=at, facts=facts)
    queue_letter_to_customer(
        "credit_note",
        event_key=f"credit_note:{note.pk}",
        customer=invoice.customer,
        order=invoice.order,
        invoice=note,
        at=at,
        facts={"invoice": invoice.number, "settled_minor": note.paid_minor, "left_minor": note.open_minor},
    )
