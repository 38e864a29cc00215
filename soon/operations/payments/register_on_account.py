"""Registering money that a customer paid without saying for which invoice."""

import datetime

from django.db import transaction

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import Customer, Invoice, Payment
from soon.operations.settling import lock_money_of, settle

from ._receive import receive


@transaction.atomic
def register_on_account(
    customer: Customer,
    *,
    currency: str,
    amount_minor: int,
    paid_on: datetime.date,
    method: str,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    reference: str = "",
    form_key: str | None = None,
) -> Payment:
    """Book `amount_minor` of `currency` received on the local date `paid_on`; it settles open invoices, the oldest due first.

    What is left is the customer's credit and pays for their next invoice. Raises CannotRegisterPayment for an amount that is
    not positive and a day in the future, AlreadyRegistered for a repeated `form_key`; then nothing is written.
    """
    lock_money_of(customer.pk)
    payment = receive(
        customer,
        invoice=None,
        currency=currency,
        amount_minor=amount_minor,
        paid_on=paid_on,
        method=method,
        reference=reference,
        form_key=form_key,
        actor=actor,
        at=at,
        today=today,
    )
    facts = {"amount": money_fact(amount_minor, currency), "paid_on": paid_on.isoformat()}
    record("payment_on_account", customer=customer, actor=actor, at=at, facts=facts)
    for invoice in Invoice.objects.open().filter(customer=customer, currency=currency).order_by("due_on", "pk"):
        if not payment.unused_minor:
            break
        used = min(payment.unused_minor, invoice.open_minor)
        settle(invoice, payment, used, settled_on=paid_on, at=at)
        facts = {"amount": money_fact(used, currency), "invoice": invoice.number}
        record("credit_used", customer=customer, order=invoice.order, invoice=invoice, actor=actor, at=at, facts=facts)
    return payment
