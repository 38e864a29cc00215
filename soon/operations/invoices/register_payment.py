"""Registering money received for an invoice."""

import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import Invoice, Payment
from soon.operations.refusal import Refusal, refused_by_database


class CannotRegisterPayment(Refusal):
    """The payment does not fit the invoice."""


class AlreadyRegistered(CannotRegisterPayment):
    """This very form has been registered before: nothing is left to do."""


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

    `form_key` names one filled-in form: a repeat of it raises AlreadyRegistered. Raises CannotRegisterPayment for an amount
    that is not positive or larger than what is open, and a day in the future. In each case nothing is written.
    """
    if form_key and Payment.objects.filter(form_key=form_key).exists():
        raise AlreadyRegistered(_("This payment has already been registered."))
    if amount_minor <= 0:
        raise CannotRegisterPayment(_("The amount must be more than zero."))
    if paid_on > today:
        raise CannotRegisterPayment(_("The payment date lies in the future."))
    if invoice.kind != Invoice.Kind.INVOICE:
        raise CannotRegisterPayment(_("Payments are registered for invoices only."))
    booked = Invoice.objects.filter(pk=invoice.pk, paid_minor__lte=F("total_minor") - amount_minor).update(
        paid_minor=F("paid_minor") + amount_minor
    )
    if not booked:
        raise CannotRegisterPayment(_("The amount is larger than what is still open on this invoice."))
    payment = _book(invoice, amount_minor, paid_on, method, actor, at, reference, form_key)
    invoice.refresh_from_db(fields=["paid_minor"])
    facts = {"amount": money_fact(amount_minor, invoice.currency), "invoice": invoice.number, "paid_on": paid_on.isoformat()}
    record(
        "payment_registered", customer=invoice.customer, order=invoice.order, invoice=invoice, actor=actor, at=at, facts=facts
    )
    return payment


def _book(
    invoice: Invoice,
    amount_minor: int,
    paid_on: datetime.date,
    method: str,
    actor: Actor,
    at: datetime.datetime,
    reference: str,
    form_key: str | None,
) -> Payment:
    with refused_by_database(AlreadyRegistered(_("This payment has already been registered."))):
        return Payment.objects.create(
            invoice=invoice,
            customer=invoice.customer,
            currency=invoice.currency,
            amount_minor=amount_minor,
            paid_on=paid_on,
            method=method,
            reference=reference,
            registered_by=actor.user,
            registered_at=at,
            form_key=form_key,
        )
