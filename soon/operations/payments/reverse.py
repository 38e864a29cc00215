"""Reversing a payment that never came, bounced or was booked by mistake."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import Invoice, Payment
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of, settle

LONGEST_REASON = 200


class CannotReverse(Refusal):
    """The payment stays as it is."""


@transaction.atomic
def reverse(payment: Payment, *, reason: str, actor: Actor, at: datetime.datetime, today: datetime.date) -> Payment:
    """Take the payment back out of every invoice it settled, those that used its credit too, the newest use first.

    These invoices are due again, unless credit notes of their own that nobody used yet can settle them. The payment stays
    visible with `reason`. Raises CannotReverse without a reason and for a payment reversed before; then nothing is written.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise CannotReverse(_("Say in at most 200 characters why the payment is reversed."))
    lock_money_of(payment.customer_id)
    payment = (
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer", "invoice__order")
        .get(pk=payment.pk)
    )
    if payment.reversed_at:
        raise CannotReverse(_("This payment has already been reversed."))
    if payment.settlements.filter(payout__isnull=False).exists():
        raise CannotReverse(_("A part of this payment was paid back to the customer, so it is not reversed."))
    taken_back = [(invoice, _take_back(invoice, payment, today, at)) for invoice in _settled_by(payment)]
    payment.reversed_at, payment.reversed_by, payment.reversal_reason = at, actor.user, reason
    payment.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    _tell(payment, taken_back, actor, at)
    return payment


def _settled_by(payment: Payment) -> list[Invoice]:
    """Return the invoices for which a part of the payment counts, the one it settled last first."""
    sums = (
        payment.settlements.filter(invoice__isnull=False)
        .values("invoice")
        .annotate(sum=Sum("amount_minor"), latest=Max("pk"))
        .order_by("-latest")
    )
    keys = [row["invoice"] for row in sums if row["sum"]]
    invoices = Invoice.objects.select_related("order").in_bulk(keys)
    return [invoices[key] for key in keys]


def _take_back(invoice: Invoice, payment: Payment, today: datetime.date, at: datetime.datetime) -> int:
    """Open the invoice again; return by how much it is due again after its own credit notes settled what they can."""
    amount_minor: int = payment.settlements.filter(invoice=invoice).aggregate(sum=Sum("amount_minor"))["sum"]
    settle(invoice, payment, -amount_minor, settled_on=today, at=at)
    for note in Invoice.objects.unused_credit_notes().filter(refers_to=invoice).order_by("pk"):
        used = min(note.open_minor, invoice.open_minor)
        if used:
            settle(invoice, note, used, settled_on=today, at=at)
            amount_minor -= used
    return max(amount_minor, 0)


def _tell(payment: Payment, taken_back: list[tuple[Invoice, int]], actor: Actor, at: datetime.datetime) -> None:
    invoice = payment.invoice
    facts = {"amount": money_fact(payment.amount_minor, payment.currency), "reason": payment.reversal_reason}
    order = invoice.order if invoice else None
    record("payment_reversed", customer=payment.customer, order=order, invoice=invoice, actor=actor, at=at, facts=facts)
    for each, amount_minor in taken_back:
        if amount_minor:
            facts = {"amount": money_fact(amount_minor, payment.currency), "invoice": each.number}
            about: dict[str, Any] = {"customer": payment.customer, "order": each.order, "invoice": each}
            record("settlement_taken_back", **about, actor=actor, at=at, facts=facts)
