"""Issuing credit notes: the one way in which money of an invoice is given back, one or a thousand at a time."""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record_many
from soon.mail.queue import CustomerLetter, queue_letters_to_customers
from soon.models import Company, Invoice, Settlement
from soon.models.bulk import any_of, insert_rows, update_columns

from .documents import Buyer, Document, DocumentLine, seller_facts, store_documents
from .refusal import Refusal


class CreditedMeanwhile(Refusal):
    """What was to be credited has been credited by somebody else."""


@dataclass(frozen=True, slots=True)
class Credited:
    """What is to be taken back of the invoice with this key: `lines` are positive and no charges, `reason` is printed.

    `reopening` says how often its order had been reopened by then, for lines that give days back.
    """

    invoice: int
    lines: Sequence[DocumentLine]
    reason: str
    reopening: int = 0


def issue_credit_note(
    invoice: Invoice, lines: Sequence[DocumentLine], *, reason: str, actor: Actor, at: datetime.datetime, today: datetime.date
) -> Invoice:
    """Issue one credit note and return it, see `issue_credit_notes`."""
    [document] = issue_credit_notes([Credited(invoice.pk, lines, reason)], actor=actor, at=at, today=today)
    return Invoice.objects.get(pk=document.pk)


def issue_credit_notes(
    wanted: Sequence[Credited], *, actor: Actor, at: datetime.datetime, today: datetime.date
) -> list[Document]:
    """Store a credit note dated `today` (local) for each of `wanted`, tell of it, queue its letter; return them.

    What an invoice still needs is settled by it, the rest is the customer's credit. Each invoice may be named once. Call it
    with the money of the customers locked (settling.py), as the last thing that may refuse. Raises CreditedMeanwhile where an
    invoice has not so much left; then the caller's transaction must not be committed.
    """
    if not wanted:
        return []
    locked = Invoice.objects.select_for_update(no_key=True, of=("self",)).select_related("customer")
    invoices = {each.pk: each for each in locked.filter(pk__in=any_of([each.invoice for each in wanted])).order_by("pk")}
    seller = seller_facts(Company.ours())
    documents = [_document(invoices[each.invoice], each, seller, today) for each in wanted]
    _count(documents, invoices)
    store_documents(documents, at=at)
    insert_rows(Settlement, _COLUMNS, _settlements(documents, at, today))
    _tell(documents, invoices, actor, at)
    return documents


def _document(invoice: Invoice, credited: Credited, seller: str, today: datetime.date) -> Document:
    customer = invoice.customer
    # To the same buyer, in the same words and language, as the invoice that it takes back.
    buyer = Buyer(customer.pk, customer.name, customer.email, invoice.language, json.dumps(invoice.buyer, ensure_ascii=False))
    document = Document(
        kind=Invoice.Kind.CREDIT_NOTE,
        buyer=buyer,
        seller=seller,
        currency=invoice.currency,
        issued_on=today,
        due_on=today,
        lines=credited.lines,
        order_id=invoice.order_id,
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        refers_to_id=invoice.pk,
        reason=credited.reason,
        reopening=credited.reopening,
    )
    document.settled_minor = min(invoice.open_minor, document.total_minor)
    return document


def _count(documents: Iterable[Document], invoices: dict[int, Invoice]) -> None:
    """Count the credits at their invoices, which are locked, if they still fit."""
    counted = {}
    for document in documents:
        invoice = invoices[document.refers_to_id or 0]
        if document.total_minor > invoice.creditable_minor:
            raise CreditedMeanwhile(_("This invoice has been credited in the meantime. Look at what is left of it."))
        counted[invoice.pk] = (
            invoice.credited_minor + document.total_minor,
            invoice.paid_minor + document.settled_minor,
        )
    update_columns(Invoice, {"credited_minor": "bigint", "paid_minor": "bigint"}, counted)


_COLUMNS = "customer_id invoice_id credit_note_id amount_minor settled_on at".split()


def _settlements(documents: Iterable[Document], at: datetime.datetime, today: datetime.date) -> Iterable[tuple[object, ...]]:
    return (
        (document.buyer.customer_id, document.refers_to_id, document.pk, document.settled_minor, today, at)
        for document in documents
        if document.settled_minor
    )


def _tell(documents: Sequence[Document], invoices: dict[int, Invoice], actor: Actor, at: datetime.datetime) -> None:
    told = [(document, invoices[document.refers_to_id or 0]) for document in documents]
    entries = (
        (
            (document.buyer.customer_id, document.order_id, document.pk),
            {
                "invoice": invoice.number,
                "credit_note": document.number,
                "total": money_fact(document.total_minor, document.currency),
                "reason": document.reason,
            },
        )
        for document, invoice in told
    )
    record_many("invoice_credited", entries, actor=actor, at=at)
    letters = [_letter(document, invoice) for document, invoice in told if document.buyer.email]
    queue_letters_to_customers("credit_note", letters, at=at)


def _letter(document: Document, invoice: Invoice) -> CustomerLetter:
    customer = invoice.customer
    left_minor = document.total_minor - document.settled_minor
    facts = {"invoice": invoice.number, "settled_minor": document.settled_minor, "left_minor": left_minor}
    key = f"credit_note:{document.pk}"
    return CustomerLetter(
        key, customer.pk, customer.email, customer.name, customer.language, document.order_id, document.pk, facts
    )
