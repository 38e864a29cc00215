"""Draft invoices of orders that are not served any longer."""

import datetime
from collections.abc import Sequence

from soon.activity.actor import Actor
from soon.models import InvoiceDraft
from soon.models.bulk import any_of
from soon.operations.invoices.discard_draft import discard_draft


def discard_drafts_of(orders: Sequence[int], *, actor: Actor, at: datetime.datetime) -> None:
    """Throw away what was prepared for the orders with these keys, each told in the chatter."""
    for draft in InvoiceDraft.objects.filter(order__in=any_of(orders)).order_by("pk"):
        discard_draft(draft, actor=actor, at=at)
