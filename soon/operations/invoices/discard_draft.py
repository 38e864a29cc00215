"""Throwing a draft invoice away."""

import datetime

from django.db import transaction

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import InvoiceDraft

from ._taken import taken


@transaction.atomic
def discard_draft(draft: InvoiceDraft, *, actor: Actor, at: datetime.datetime) -> None:
    """Delete the draft, which no number and no letter ever told of. Raises DraftIsGone where somebody was faster."""
    draft = taken(draft)
    facts = {"total": money_fact(draft.total_minor, draft.currency)}
    record("draft_discarded", customer=draft.customer, order=draft.order, actor=actor, at=at, facts=facts)
    draft.delete()
