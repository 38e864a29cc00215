"""Resuming a paused subscription: it goes on from today, and the days of the pause are never billed."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Order, Pause
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of

from ._going_on import go_on


class CannotResume(Refusal):
    """The order is not paused, its end has come, or it is not theirs to resume."""


@transaction.atomic
def resume(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Pause:
    """Let the paused `order` go on from `today` (local), or from the first day of its pause where that is later.

    An end that is known stays. Customers may resume their own. Raises CannotResume; then nothing is written.
    """
    order = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer").get(pk=order.pk)
    if not _may(order, actor):
        raise CannotResume(_("You may not resume this subscription."))
    paused = Pause.objects.filter(order=order, reopening=order.times_reopened).first()
    if order.state != Order.State.PAUSED or paused is None:
        raise CannotResume(_("Only a paused subscription can be resumed."))
    goes_on_on = max(today, paused.paused_on)
    if order.ends_on and order.ends_on <= goes_on_on:
        raise CannotResume(_("Its end has come. Sell a new subscription instead."))
    lock_money_of(order.customer_id)
    paused.resumed_on, paused.resumed_at = goes_on_on, at
    paused.save(update_fields=["resumed_on", "resumed_at"])
    if not go_on(order, "resume", goes_on_on, ends_on=order.ends_on):
        raise CannotResume(_("Only a paused subscription can be resumed."))
    told = {"resumed_on": goes_on_on.isoformat()}
    record("subscription_resumed", customer=order.customer, order=order, actor=actor, at=at, facts=told)
    return paused


def _may(order: Order, actor: Actor) -> bool:
    # A customer with an account is a user as well, without rights of staff.
    if actor.customer is not None:
        return actor.customer.pk == order.customer_id
    return actor.user is None or actor.user.may("close_orders")
