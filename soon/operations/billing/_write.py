"""Storing bills: documents, chatter, letters, cursors and the day of the next invoice, in the caller's transaction."""

import datetime
from collections.abc import Sequence

from soon.activity.actor import Actor
from soon.models import Order, OrderLine
from soon.models.bulk import update_rows
from soon.operations.credit import open_credits, store_uses, use_credit
from soon.operations.documents import Document, store_documents, tell_of_invoices

from ._compute import Bill


def write(
    bills: Sequence[Bill], *, actor: Actor, at: datetime.datetime, today: datetime.date, sets_next: bool = True
) -> list[Document]:
    """Store `bills` of orders that the caller holds locked; return the issued documents. Open credit pays for them first.

    Without `sets_next` the caller says itself when the orders are billed next: every index of an order is written each time.
    Raises IntegrityError where a period was charged before; then the caller's transaction must not be committed.
    """
    update_rows(OrderLine, "billed_until", "date", {key: day for bill in bills for key, day in bill.cursors.items()})
    if sets_next:
        update_rows(Order, "next_invoice_on", "date", {bill.subscription.pk: bill.next_invoice_on for bill in bills})
    documents = [document for bill in bills for document in bill.documents]
    if not documents:
        return []
    uses = use_credit(documents, open_credits({document.buyer.customer_id for document in documents}))
    store_documents(documents, at=at)
    store_uses(uses, actor=actor, at=at, today=today)
    tell_of_invoices(documents, actor=actor, at=at)
    return documents
