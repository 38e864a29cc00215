"""Sending a quotation to the customer."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record
from soon.mail.queue import queue_letter_to_customer
from soon.models import Order
from soon.operations.refusal import Refusal


class CannotSend(Refusal):
    """The quotation cannot be sent."""


@transaction.atomic
def send(order: Order, *, actor: Actor, at: datetime.datetime) -> Order:
    """Queue the quotation letter with a portal link and move the order to Quotation Sent.

    Sending again is allowed and writes a second letter; a customer without an e-mail address is only marked as sent.
    Raises CannotSend for an order without lines or past its quotation.
    """
    if not order.lines.exists():
        raise CannotSend(_("Add at least one line before you send the quotation."))
    if not Order.objects.filter(pk=order.pk).make_move("send", sent_at=at):
        raise CannotSend(_("Only a quotation can be sent; this order is past that."))
    order.refresh_from_db()
    letter = queue_letter_to_customer(
        "quotation",
        event_key=f"quotation:{order.pk}:{at.isoformat()}",
        customer=order.customer,
        order=order,
        at=at,
        facts={"total": money_fact(order.total_minor, order.currency)},
    )
    kind = "quotation_sent" if letter else "quotation_marked_sent"
    record(kind, customer=order.customer, order=order, actor=actor, at=at, facts={"email": order.customer.email})
    return order
