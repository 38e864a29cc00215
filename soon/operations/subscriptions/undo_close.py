"""Undoing a closing whose day has not come: the subscription goes on as if it had never been asked for."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.evidence import append_evidence
from soon.domain.billing import next_due_on
from soon.models import Closure, Evidence, Order
from soon.operations.billing._compute import billable, terms
from soon.operations.billing._read import Catalogue, subscriptions
from soon.operations.closing._tell import tell_of_undoing
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of

from ._changes import bring_back_changes_of


class CannotUndo(Refusal):
    """There is no scheduled closing to undo."""


@transaction.atomic
def undo_close(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Closure:
    """Take back the scheduled closing of `order`, by staff or by its customer; its end, its next invoice and
    what was scheduled before are as they were.

    Raises CannotUndo where nothing is scheduled, and from the day (`today`, local) on which the closing takes effect.
    """
    locked = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "closure__reason")
    order = locked.get(pk=order.pk)
    closure = order.closure
    if not order.is_serving or closure is None or closure.effective_on <= today:
        raise CannotUndo(_("There is no scheduled closing to undo."))
    if actor.customer is not None and actor.customer.pk != order.customer_id:
        raise CannotUndo(_("There is no scheduled closing to undo."))
    if actor.customer is None and actor.user is not None and not actor.user.may("close_orders"):
        raise CannotUndo(_("You may not undo closings."))
    lock_money_of(order.customer_id)
    closure.undone_at, closure.undone_by_name = at, actor.name
    closure.save(update_fields=["undone_at", "undone_by_name"])
    order.closure, order.ends_on = None, closure.ended_before_on
    order.next_invoice_on = _next_invoice_on(order)
    order.save(update_fields=["closure", "ends_on", "next_invoice_on"])
    facts = {"order": order.number, "undone_at": at.isoformat(), "by": actor.name, "channel": actor.channel}
    asked = Evidence.objects.get(closure=closure, kind=Evidence.Kind.CLOSING_REQUESTED)
    bring_back_changes_of(order, cancelled_at=asked.at, actor=actor, at=at, today=today)
    append_evidence(Evidence.Kind.CLOSING_UNDONE, [(closure, facts)], at=at)
    tell_of_undoing(order, closure, actor=actor, at=at)
    return closure


def _next_invoice_on(order: Order) -> datetime.date | None:
    if order.state != Order.State.IN_PROGRESS:
        return None
    catalogue = Catalogue()
    [subscription] = subscriptions([order.pk], catalogue)
    subscription.ends_on = order.ends_on
    return next_due_on(terms(subscription, catalogue), billable(subscription, catalogue))
