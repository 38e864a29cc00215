"""Logging a note for colleagues."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Activity, Order
from soon.operations.refusal import Refusal


class CannotLog(Refusal):
    """The note says nothing."""


@transaction.atomic
def log_note(order: Order, *, text: str, actor: Actor, at: datetime.datetime) -> Activity:
    """Add `text` to the order's chatter for staff only. Raises CannotLog for an empty text."""
    if not text.strip():
        raise CannotLog(_("Write something first."))
    return record("note", customer=order.customer, order=order, actor=actor, at=at, text=text.strip())
