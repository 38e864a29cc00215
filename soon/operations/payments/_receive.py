"""Booking money received, before it settles anything."""

import datetime

from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Customer, Invoice, Payment
from soon.operations.refusal import DoneBefore, Refusal, refused_by_database


class CannotRegisterPayment(Refusal):
    """There is no such payment to register."""


class AlreadyRegistered(CannotRegisterPayment, DoneBefore):
    """This very form has been registered before: nothing is left to do."""


def receive(
    customer: Customer,
    *,
    invoice: Invoice | None,
    currency: str,
    amount_minor: int,
    paid_on: datetime.date,
    method: str,
    reference: str,
    form_key: str | None,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
) -> Payment:
    """Store a payment of which nothing is used yet.

    Raises CannotRegisterPayment for an amount that is not positive and a day in the future, AlreadyRegistered for a repeated
    `form_key`.
    """
    if form_key and Payment.objects.filter(form_key=form_key).exists():
        raise AlreadyRegistered(_("This payment has already been registered."))
    if amount_minor <= 0:
        raise CannotRegisterPayment(_("The amount must be more than zero."))
    if paid_on > today:
        raise CannotRegisterPayment(_("The payment date lies in the future."))
    with refused_by_database(AlreadyRegistered(_("This payment has already been registered."))):
        return Payment.objects.create(
            invoice=invoice,
            customer=customer,
            currency=currency,
            amount_minor=amount_minor,
            paid_on=paid_on,
            method=method,
            reference=reference,
            registered_by=actor.user,
            registered_at=at,
            form_key=form_key,
        )
