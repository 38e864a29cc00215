"""Pausing a subscription: from its day on nothing is served and nothing billed, until somebody resumes it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.domain.closing_money import closing_money
from soon.models import Order, Pause
from soon.operations.billing._read import Catalogue
from soon.operations.closing._book import Booking, book
from soon.operations.closing._drafts import discard_drafts_of
from soon.operations.closing._facts import facts_of
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of


class CannotPause(Refusal):
    """The order is not in progress, ends too soon, or is not theirs to pause."""


@transaction.atomic
def pause(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Pause:
    """Pause `order` on `today` (local), which is still served where the plan says so for closing.

    Days billed beyond are given back by a credit note whatever the plan says of closing, what is due for use until then is
    invoiced, and draft invoices are discarded. Raises CannotPause; then nothing is written.
    """
    locked = Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "plan", "closure")
    order = locked.get(pk=order.pk)
    paused_on = order.end_if_stopped(today)
    _check(order, paused_on, actor)
    lock_money_of(order.customer_id)
    made = Pause.objects.create(
        order=order, customer=order.customer, reopening=order.times_reopened, paused_on=paused_on, paused_at=at
    )
    discard_drafts_of([order.pk], actor=actor, at=at)
    catalogue = Catalogue()
    facts = facts_of([order.pk], catalogue, after=min(today, paused_on))[order.pk]
    money = closing_money(facts.closing, paused_on, gives_back=True)
    book([Booking(order.number, facts, money, is_pause=True)], catalogue, actor=actor, at=at, today=today)
    if not Order.objects.filter(pk=order.pk).make_move("pause", next_invoice_on=None):
        raise CannotPause(_("Only a subscription in progress can be paused."))
    last_day_on = paused_on - datetime.timedelta(days=1)
    told = {"last_day_on": last_day_on.isoformat()}
    record("subscription_paused", customer=order.customer, order=order, actor=actor, at=at, facts=told)
    return made


def _check(order: Order, paused_on: datetime.date, actor: Actor) -> None:
    if actor.customer is not None or (actor.user is not None and not actor.user.may("close_orders")):
        raise CannotPause(_("You may not pause subscriptions."))
    if order.state != Order.State.IN_PROGRESS or order.start_on is None:
        raise CannotPause(_("Only a subscription in progress can be paused."))
    if order.closure_id:
        raise CannotPause(_("It closes on a day to come. Undo the closing first."))
    if paused_on <= order.start_on:
        raise CannotPause(_("It has not begun yet."))
    if order.ends_on and order.ends_on <= paused_on:
        raise CannotPause(_("It ends by itself before it could be paused."))
