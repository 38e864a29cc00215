"""Registering money received for an invoice."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import Invoice, Payment
from soon.operations.settling import lock_money_of, settle

from ._receive import AlreadyRegistered as AlreadyRegistered
from ._receive import CannotRegisterPayment, receive


@transaction.atomic
def register_payment(
    invoice: Invoice,
    *,
    amount_minor: int,
    paid_on: datetime.date,
    method: str,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    reference: str = "",
    form_key: str | None = None,
) -> Payment:
    """Book `amount_minor` (of the invoice's currency) received on the local date `paid_on`; part payments are welcome.

    What is more than the invoice still needs stays unused: it is the customer's credit, which pays for their next invoice.
    `form_key` names one filled-in form: a repeat of it raises AlreadyRegistered. Raises CannotRegisterPayment for an amount
    that is not positive, a day in the future, and a credit note. In each case nothing is written.
    """
    if invoice.kind != Invoice.Kind.INVOICE:
        raise CannotRegisterPayment(_("Payments are registered for invoices only."))
    lock_money_of(invoice.customer_id)
    invoice.refresh_from_db(fields=["paid_minor"])
    payment = receive(
        invoice.customer,
        invoice=invoice,
        currency=invoice.currency,
        amount_minor=amount_minor,
        paid_on=paid_on,
        method=method,
        reference=reference,
        form_key=form_key,
        actor=actor,
        at=at,
        today=today,
    )
    used = min(amount_minor, invoice.open_minor)
    if used:
        settle(invoice, payment, used, settled_on=paid_on, at=at)
    _tell(invoice, payment, actor, at)
    return payment


def _tell(invoice: Invoice, payment: Payment, actor: Actor, at: datetime.datetime) -> None:
    about: dict[str, Any] = {"customer": invoice.customer, "order": invoice.order, "invoice": invoice, "actor": actor, "at": at}
    amount = money_fact(payment.amount_minor, payment.currency)
    facts = {"amount": amount, "invoice": invoice.number, "paid_on": payment.paid_on.isoformat()}
    record("payment_registered", **about, facts=facts)
    if payment.unused_minor:
        record("payment_left_credit", **about, facts={"amount": money_fact(payment.unused_minor, payment.currency)})
