"""Letting a customer's credit settle an invoice that is open."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import Invoice, Payment
from soon.operations.credit import open_credits
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of, settle


class CannotApplyCredit(Refusal):
    """There is nothing to settle, or nothing to settle it with."""


@transaction.atomic
def apply_credit(invoice: Invoice, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> int:
    """Let unused payments, the oldest first, then unused credit notes settle `invoice` as far as they go; return how much.

    New invoices use the credit by themselves when they are issued. Raises CannotApplyCredit for a credit note, an invoice that
    is settled already, and a customer without credit in its currency; then nothing is written.
    """
    lock_money_of(invoice.customer_id)
    invoice.refresh_from_db(fields=["paid_minor"])
    if invoice.kind != Invoice.Kind.INVOICE or not invoice.open_minor:
        raise CannotApplyCredit(_("Nothing is open on this document."))
    before_minor = invoice.paid_minor
    for credit in open_credits([invoice.customer_id]).get((invoice.customer_id, invoice.currency), ()):
        used = min(credit.open_minor, invoice.open_minor)
        if used:
            sources = Payment.objects if credit.is_payment else Invoice.objects
            settle(invoice, sources.get(pk=credit.pk), used, settled_on=today, at=at)
    used_minor = invoice.paid_minor - before_minor
    if not used_minor:
        raise CannotApplyCredit(_("The customer has no credit in this currency."))
    facts = {"amount": money_fact(used_minor, invoice.currency), "invoice": invoice.number}
    record("credit_used", customer=invoice.customer, order=invoice.order, invoice=invoice, actor=actor, at=at, facts=facts)
    return used_minor
