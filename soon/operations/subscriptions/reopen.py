"""Reopening a subscription after its closing took effect: same number, same history; days in between are not billed."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Closure, Order
from soon.operations.refusal import Refusal


class CannotReopen(Refusal):
    """The order is not churned."""


@transaction.atomic
def reopen(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Closure:
    """Let the churned `order` go on from `today` (local); the closure stays in the record as reopened, and is returned.

    Raises CannotReopen.
    """
    raise CannotReopen(_("Only a churned subscription can be reopened."))
