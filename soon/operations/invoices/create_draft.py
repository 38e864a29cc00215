"""Preparing an invoice by hand."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import InvoiceDraft
from soon.operations.refusal import DoneBefore, refused_by_database

from ._store_draft import CannotDraft, checked, store_draft_lines
from .prepared import PreparedInvoice


class AlreadyDrafted(CannotDraft, DoneBefore):
    """This very form has been stored before: nothing is left to do."""


@transaction.atomic
def create_draft(draft: PreparedInvoice, *, actor: Actor, at: datetime.datetime, form_key: str | None = None) -> InvoiceDraft:
    """Store `draft`. It has no number and nobody is told of it but colleagues; issuing it makes the invoice.

    Raises CannotDraft for an archived customer, an order of somebody else or in another currency, and amounts beyond any real
    invoice; AlreadyDrafted for a repeated `form_key`. Then nothing is written.
    """
    checked(draft)
    with refused_by_database(AlreadyDrafted(_("This draft has already been stored."))):
        made = InvoiceDraft.objects.create(
            customer=draft.customer,
            order=draft.order,
            currency=draft.currency,
            note=draft.note,
            created_by=actor.user,
            created_at=at,
            form_key=form_key,
        )
    store_draft_lines(made, draft)
    facts = {"total": money_fact(made.total_minor, made.currency)}
    record("draft_created", customer=made.customer, order=made.order, actor=actor, at=at, facts=facts)
    return made
