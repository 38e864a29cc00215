"""A message from staff to the customer."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.mail.queue import queue_letter_to_customer
from soon.models import Activity, Order
from soon.operations.refusal import Refusal


class CannotWriteToCustomer(Refusal):
    """The message is empty."""


@transaction.atomic
def write_to_customer(order: Order, *, text: str, actor: Actor, at: datetime.datetime) -> Activity:
    """Show `text` in the customer's portal and send it by e-mail. Raises CannotWriteToCustomer for an empty text."""
    if not text.strip():
        raise CannotWriteToCustomer(_("Write something first."))
    entry = record("message_to_customer", customer=order.customer, order=order, actor=actor, at=at, text=text.strip())
    facts = {"text": text.strip(), "author": actor.name}
    queue_letter_to_customer(
        "message", event_key=f"message:{entry.pk}", customer=order.customer, order=order, at=at, facts=facts
    )
    return entry
