"""Changing when a pause ends: an earlier or later day, or none."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Order, Pause
from soon.queries.pauses import pause_of

from ._put_on_pause import CannotPause, check_end_of_pause
from ._tell_of_pause import tell_of_new_end

__all__ = ["CannotPause", "change_pause_end"]


@transaction.atomic
def change_pause_end(
    order: Order, *, resumes_on: datetime.date | None, actor: Actor, at: datetime.datetime, today: datetime.date
) -> Pause:
    """Let the pause of `order` end so that the local date `resumes_on` is served again; None: until somebody resumes it.

    The customer is told now, and again before the new day. Raises CannotPause; then nothing is written.
    """
    order = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer").get(pk=order.pk)
    if actor.customer is not None or (actor.user is not None and not actor.user.may("close_orders")):
        raise CannotPause(_("You may not change when a pause ends."))
    pause = pause_of(order)
    if pause is None:
        raise CannotPause(_("Only a paused subscription has a pause that ends."))
    if pause.resumes_on == resumes_on:
        return pause
    check_end_of_pause(order, pause.paused_on, resumes_on, today)
    # What was announced was another day.
    pause.resumes_on, pause.notice_sent_at, pause.notice_sent_on = resumes_on, None, None
    pause.save(update_fields=["resumes_on", "notice_sent_at", "notice_sent_on"])
    tell_of_new_end(order, pause, actor=actor, at=at)
    return pause
