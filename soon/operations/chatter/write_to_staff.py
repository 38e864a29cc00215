"""A message from the customer in the portal."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.mail.queue import queue_letter_to_staff
from soon.models import Activity, Order
from soon.operations.refusal import Refusal


class CannotWriteToStaff(Refusal):
    """The message is empty."""


@transaction.atomic
def write_to_staff(order: Order, *, text: str, actor: Actor, at: datetime.datetime) -> Activity:
    """Add the customer's `text` to the chatter and tell the salesperson. Raises CannotWriteToStaff for an empty text."""
    if not text.strip():
        raise CannotWriteToStaff(_("Write something first."))
    entry = record("message_from_customer", customer=order.customer, order=order, actor=actor, at=at, text=text.strip())
    if order.salesperson:
        facts = {"text": text.strip(), "author": actor.name}
        queue_letter_to_staff(
            "customer_message", event_key=f"message:{entry.pk}", user=order.salesperson, order=order, at=at, facts=facts
        )
    return entry
