"""Changing a draft invoice."""

import datetime

from django.db import transaction

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import InvoiceDraft

from ._store_draft import checked, store_draft_lines
from ._taken import taken
from .prepared import PreparedInvoice


@transaction.atomic
def revise_draft(stored: InvoiceDraft, *, draft: PreparedInvoice, actor: Actor, at: datetime.datetime) -> InvoiceDraft:
    """Give the stored draft the words and lines of `draft`; the chatter tells its new total.

    Raises CannotDraft as `create_draft` does, DraftIsGone where it has been issued or discarded; then nothing is written.
    """
    checked(draft)
    stored = taken(stored)
    before_minor = stored.total_minor
    stored.customer, stored.order, stored.currency, stored.note = draft.customer, draft.order, draft.currency, draft.note
    stored.save(update_fields=["customer", "order", "currency", "note"])
    store_draft_lines(stored, draft)
    if stored.total_minor != before_minor:
        facts = {"total": money_fact(stored.total_minor, stored.currency)}
        record("draft_changed", customer=stored.customer, order=stored.order, actor=actor, at=at, facts=facts)
    return stored
