"""Ending a pause: the steps behind resuming by staff, by customers and by the clock."""

import datetime

from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Order, Pause
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of
from soon.queries.pauses import pause_of

from ._going_on import go_on
from ._tell_of_pause import tell_of_resumption


class CannotResume(Refusal):
    """The order is not paused, its end has come, or it is not theirs to resume."""


def end_pause(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Pause:
    """Let `order` go on from `today` (local), or from the first day of its pause where that is later; return that pause.

    Call it in a transaction, with the order locked and read with its customer; whether `actor` may is the caller's to ask.
    Raises CannotResume; then nothing is written.
    """
    paused = pause_of(order)
    if paused is None:
        raise CannotResume(_("Only a paused subscription can be resumed."))
    goes_on_on = max(today, paused.paused_on)
    if order.ends_on and order.ends_on <= goes_on_on:
        raise CannotResume(_("Its end has come. Sell a new subscription instead."))
    lock_money_of(order.customer_id)
    paused.resumed_on, paused.resumed_at = goes_on_on, at
    paused.save(update_fields=["resumed_on", "resumed_at"])
    if not go_on(order, "resume", goes_on_on, ends_on=order.ends_on):
        raise CannotResume(_("Only a paused subscription can be resumed."))
    tell_of_resumption(order, paused, actor=actor, at=at)
    return paused
