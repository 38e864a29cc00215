"""Paying a customer's credit back to them: only what they really paid and nothing needs any more."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.models import Customer, Invoice, Payment, Payout, Settlement
from soon.models.bulk import update_rows
from soon.operations.credit import Credit, open_credits
from soon.operations.refusal import DoneBefore, Refusal, refused_by_database
from soon.operations.settling import lock_money_of


class CannotPayOut(Refusal):
    """There is not so much to pay back."""


class AlreadyPaidOut(CannotPayOut, DoneBefore):
    """This very form has been registered before: nothing is left to do."""


@transaction.atomic
def pay_out(
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
) -> Payout:
    """Book that `amount_minor` of the customer's credit in `currency` was paid back on the local date `paid_on`.

    It takes credit notes' and payments' unused parts, the oldest payments first. Raises CannotPayOut for more than the credit,
    an amount that is not positive and a day in the future, AlreadyPaidOut for a repeated `form_key`; then nothing is written.
    """
    lock_money_of(customer.pk)
    repeated = AlreadyPaidOut(_("This payout has already been registered."))
    if form_key and Payout.objects.filter(form_key=form_key).exists():
        raise repeated
    if amount_minor <= 0:
        raise CannotPayOut(_("The amount must be more than zero."))
    if paid_on > today:
        raise CannotPayOut(_("The payment date lies in the future."))
    credits_open = open_credits([customer.pk]).get((customer.pk, currency), [])
    if sum(credit.open_minor for credit in credits_open) < amount_minor:
        raise CannotPayOut(_("The customer has less credit in this currency."))
    with refused_by_database(repeated):
        payout = Payout.objects.create(
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
    _use(credits_open, payout, at)
    facts = {"amount": money_fact(amount_minor, currency), "paid_on": paid_on.isoformat()}
    record("credit_paid_out", customer=customer, actor=actor, at=at, facts=facts)
    return payout


def _use(credits_open: list[Credit], payout: Payout, at: datetime.datetime) -> None:
    left = payout.amount_minor
    for credit in credits_open:
        taken = credit.take(left)
        if not taken:
            continue
        left -= taken
        model, column = (Payment, "used_minor") if credit.is_payment else (Invoice, "paid_minor")
        update_rows(model, column, "bigint", {credit.pk: credit.used_minor})
        Settlement.objects.create(
            customer_id=payout.customer_id,
            payout=payout,
            payment_id=credit.pk if credit.is_payment else None,
            credit_note_id=None if credit.is_payment else credit.pk,
            amount_minor=taken,
            settled_on=payout.paid_on,
            at=at,
        )
