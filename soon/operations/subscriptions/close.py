"""Closing a subscription: the one verb behind the back office, the portal, imports and the clock."""

import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain import closing
from soon.models import CloseReason, Closure, Order
from soon.operations.refusal import Refusal

from ._ending import tell_of_ending

CHOOSERS = {"user": closing.STAFF, "customer": closing.CUSTOMER, "system": closing.SYSTEM}


class CannotClose(Refusal):
    """The subscription cannot be closed, or not for this reason."""


class MayNotClose(CannotClose):
    """This actor has no right to close this subscription: its plan does not let customers close it."""


@transaction.atomic
def close(
    order: Order,
    *,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    reason: CloseReason | None = None,
    own_words: str = "",
    closure_type: str = Closure.Type.ORDINARY,
) -> Closure:
    """End service after `today` (the order's local date), remember why, stop billing and confirm it by letter.

    Give a configured `reason`, or, for staff, `own_words` instead. Raises CannotClose (MayNotClose for a customer whose
    plan is not Closable); then nothing is written. Of any number of attempts at once exactly one succeeds.
    """
    _check_right(order, actor)
    _check_reason(reason, own_words, actor)
    # Locks the row on PostgreSQL; on SQLite the transaction already holds the write lock.
    order = Order.objects.select_for_update(of=("self",)).select_related("customer", "plan").get(pk=order.pk)
    if not order.is_serving:
        raise CannotClose(_not_closable_because(order))
    closure = _remember(order, actor, at, today, closure_type, reason, own_words)
    moved = Order.objects.filter(pk=order.pk).make_move(
        "close", closure=closure, ends_on=closure.effective_on, next_invoice_on=None
    )
    if not moved:
        raise CannotClose(_("This subscription is already closed."))
    tell_of_ending(order, closure, actor=actor, at=at)
    return closure


def _check_right(order: Order, actor: Actor) -> None:
    if actor.customer is None:
        return
    if order.customer_id != actor.customer.pk or order.plan is None or not order.plan.is_closable:
        raise MayNotClose(_("This subscription cannot be closed here. Please contact us and we will close it for you."))


def _check_reason(reason: CloseReason | None, own_words: str, actor: Actor) -> None:
    if reason is None and not own_words.strip():
        raise CannotClose(_("Please choose a reason."))
    if actor.customer and (own_words or reason is None):
        raise CannotClose(_("Please choose one of the listed reasons."))
    if reason is None:
        return
    if reason.archived_at or not closing.may_choose(reason.audience, CHOOSERS[actor.kind]):
        raise CannotClose(_("This reason is no longer offered. Please choose another one."))


def _not_closable_because(order: Order) -> Promise:
    if order.is_offered:
        return _("A quotation cannot be closed. Cancel it instead.")
    if order.state == Order.State.CANCELLED:
        return _("This order was cancelled; there is nothing to close.")
    return _("This subscription is already closed.")


def _remember(
    order: Order,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    closure_type: str,
    reason: CloseReason | None,
    own_words: str,
) -> Closure:
    today_is_served = order.plan.closing_day_is_served if order.plan else True
    return Closure.objects.create(
        order=order,
        customer=order.customer,
        type=closure_type,
        channel=actor.channel,
        by_user=actor.user,
        by_name=actor.name,
        submitted_at=at,
        time_zone=order.time_zone,
        reason=reason,
        own_words="" if reason else own_words.strip(),
        requested_on=today,
        effective_on=closing.end_of_service(today, today_is_served=today_is_served, start_on=order.start_on),
        lost_mrr_micro=order.mrr_micro,
    )
