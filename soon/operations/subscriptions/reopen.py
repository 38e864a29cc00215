"""Reopening a subscription after its closing took effect: same number, same history; days in between are not billed."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor, system
from soon.activity.evidence import append_evidence
from soon.models import Closure, Evidence, Order
from soon.operations.billing._read import Catalogue
from soon.operations.closing._tell import tell_of_reopening
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of

from ._apply_due import apply_due_of
from ._going_on import go_on


class CannotReopen(Refusal):
    """The order is not churned, or it may not go on."""


@transaction.atomic
def reopen(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Closure:
    """Let the churned `order` go on from `today` (local); the closure stays in the record as reopened, and is returned.

    The next period to be billed begins today, or where what was paid for and not given back ends. Documents of the closing
    stay as they are. A fixed end that it had before holds again. Raises CannotReopen; then nothing is written.
    """
    locked = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "plan", "closure__reason")
    order = locked.get(pk=order.pk)
    closure = order.closure
    if order.state != Order.State.CHURNED or closure is None or order.start_on is None:
        raise CannotReopen(_("Only a churned subscription can be reopened."))
    if closure.ended_before_on and closure.ended_before_on <= today:
        raise CannotReopen(_("Its fixed term is over. Sell a new subscription instead."))
    if actor.customer is not None or (actor.user is not None and not actor.user.may("reopen_orders")):
        raise CannotReopen(_("You may not reopen subscriptions."))
    lock_money_of(order.customer_id)
    goes_on_on = max(today, order.start_on)
    closure.reopened_at, closure.reopened_on = at, goes_on_on
    closure.save(update_fields=["reopened_at", "reopened_on"])
    if not go_on(order, "reopen", goes_on_on, ends_on=closure.ended_before_on, closure=None):
        raise CannotReopen(_("Only a churned subscription can be reopened."))
    # A discount may have ended in the meantime.
    apply_due_of(order.pk, Catalogue(), actor=system(), at=at, today=goes_on_on)
    facts = {"order": order.number, "reopened_at": at.isoformat(), "reopened_on": goes_on_on.isoformat(), "by": actor.name}
    append_evidence(Evidence.Kind.REOPENED, [(closure, facts)], at=at)
    tell_of_reopening(order, closure, actor=actor, at=at)
    return closure
