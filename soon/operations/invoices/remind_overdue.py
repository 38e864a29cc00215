"""Reminding customers of invoices that are overdue: once after some days, and once more later."""

import datetime

from django.db import transaction

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record_many
from soon.mail.queue import CustomerLetter, queue_letters_to_customers
from soon.models import Company, Invoice, Letter, Order

KIND = "payment_reminder"
# How many days a step may be late.
GRACE = datetime.timedelta(days=3)


@transaction.atomic
def remind_overdue(*, today: datetime.date, at: datetime.datetime, actor: Actor, limit: int = 1000) -> int:
    """Queue the reminders that are due on the local date `today`, at most `limit`; return how many were queued.

    A step (Company.first_reminder_days, second_reminder_days after the due date; None: not at all) is taken once for each open
    invoice, and never more than two days late, so that a worker that slept does not send old ones in a heap. Customers
    without an e-mail address are not reminded.
    """
    company, queued = Company.ours(), 0
    for step, days in enumerate((company.first_reminder_days, company.second_reminder_days), start=1):
        if days is not None and queued < limit:
            queued += _take_step(step, today - datetime.timedelta(days=days), at, actor, limit - queued)
    return queued


def _take_step(step: int, due_on: datetime.date, at: datetime.datetime, actor: Actor, most: int) -> int:
    waited = Invoice.objects.open().filter(due_on__gt=due_on - GRACE, due_on__lte=due_on).exclude(customer__email="")
    # Whoever has left owes what they owe, but is not pressed any more.
    waited = waited.exclude(order__state=Order.State.CHURNED)
    reminded = Letter.objects.filter(kind=KIND, facts__step=step).values("invoice")
    # Locked, so that of two workers one reminds; and against a payment at the same moment.
    locked = waited.exclude(pk__in=reminded).select_for_update(of=("self",), no_key=True).select_related("customer")
    invoices = list(locked.order_by("due_on", "pk")[:most])
    if not invoices:
        return 0
    queue_letters_to_customers(KIND, [_letter(invoice, step) for invoice in invoices], at=at, facts={"step": step})
    places = ((invoice.customer_id, invoice.order_id, invoice.pk) for invoice in invoices)
    record_many("payment_reminded", zip(places, map(_facts, invoices), strict=True), actor=actor, at=at)
    return len(invoices)


def _letter(invoice: Invoice, step: int) -> CustomerLetter:
    customer = invoice.customer
    key = f"{KIND}:{invoice.pk}:{step}"
    return CustomerLetter(key, customer.pk, customer.email, customer.name, customer.language, invoice.order_id, invoice.pk)


def _facts(invoice: Invoice) -> dict[str, object]:
    return {"invoice": invoice.number, "amount": money_fact(invoice.open_minor, invoice.currency)}
