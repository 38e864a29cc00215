"""Putting a locked subscription on pause: the steps behind pausing by staff and behind an offer that a customer accepts."""

import datetime

from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain.closing_money import ClosingMoney, closing_money
from soon.domain.pausing import NOTICE_DAYS, notice_due_on
from soon.formatting import day_in_words
from soon.models import Order, OrderChange, Pause
from soon.operations.billing._read import Catalogue
from soon.operations.closing._book import Booking, book
from soon.operations.closing._drafts import discard_drafts_of
from soon.operations.closing._facts import OrderFacts, facts_of
from soon.operations.closing._request import figures_changed
from soon.operations.movements.rebook import rebook
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of
from soon.queries.pauses import last_went_on_on

from ._tell_of_pause import tell_of_pause


class CannotPause(Refusal):
    """The order is not in progress, ends too soon, or is not theirs to pause; or its pause cannot end on that day."""


def put_on_pause(
    order: Order,
    *,
    paused_on: datetime.date,
    resumes_on: datetime.date | None,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    expected_fingerprint: str = "",
) -> Pause:
    """Pause `order`, no longer served from the local date `paused_on`, and served again from `resumes_on` (None: open).

    Call it in a transaction, with the order locked and read with its customer and plan; whether `actor` may is the caller's
    to ask. Days billed beyond are given back by a credit note whatever the plan says of closing, what is due for use until
    then is invoiced, and draft invoices are discarded. `expected_fingerprint` names the figures that the caller saw
    (preview_pause.py). Raises CannotPause; then nothing is written.
    """
    check_pausable(order, paused_on, today)
    check_end_of_pause(order, paused_on, resumes_on, today)
    lock_money_of(order.customer_id)
    catalogue = Catalogue()
    facts, money = money_of_pause(order, paused_on, today, catalogue)
    if expected_fingerprint not in ("", fingerprint_of(order, money)):
        raise CannotPause(figures_changed())
    made = Pause.objects.create(
        order=order,
        customer=order.customer,
        reopening=order.times_reopened,
        paused_on=paused_on,
        paused_at=at,
        resumes_on=resumes_on,
    )
    discard_drafts_of([order.pk], actor=actor, at=at)
    book([Booking(order.number, facts, money, is_pause=True)], catalogue, actor=actor, at=at, today=today)
    if not Order.objects.filter(pk=order.pk).make_move("pause", next_invoice_on=None):
        raise CannotPause(_("Only a subscription in progress can be paused."))
    rebook([order.pk])
    tell_of_pause(order, made, money, actor=actor, at=at)
    return made


def money_of_pause(
    order: Order, paused_on: datetime.date, today: datetime.date, catalogue: Catalogue
) -> tuple[OrderFacts, ClosingMoney]:
    """Return what pausing `order` from `paused_on` charges and gives back, and from what that follows; writes nothing."""
    facts = facts_of([order.pk], catalogue, after=min(today, paused_on))[order.pk]
    return facts, closing_money(facts.closing, paused_on, gives_back=True)


def fingerprint_of(order: Order, money: ClosingMoney) -> str:
    """Return a short word for the figures of pausing `order`."""
    return money.fingerprint(order.pk, "pause")


def check_may_pause(order: Order, actor: Actor, paused_on: datetime.date | None, today: datetime.date) -> None:
    """Raise CannotPause where `actor` may not pause `order`, or not as of `paused_on` (None: of today)."""
    if actor.customer is not None or (actor.user is not None and not actor.user.may("close_orders")):
        raise CannotPause(_("You may not pause subscriptions."))
    is_dated_back = paused_on is not None and paused_on < order.end_if_stopped(today)
    if is_dated_back and actor.user is not None and not actor.user.may("backdate_closings"):
        raise CannotPause(_("You may not pause as of an earlier day."))


def check_pausable(order: Order, paused_on: datetime.date, today: datetime.date) -> None:
    """Raise CannotPause where `order` cannot be paused with `paused_on` as the first local date that is not served."""
    if order.state != Order.State.IN_PROGRESS or order.start_on is None:
        raise CannotPause(_("Only a subscription in progress can be paused."))
    if order.closure_id:
        raise CannotPause(_("It closes on a day to come. Undo the closing first."))
    if paused_on <= order.start_on:
        raise CannotPause(_("It has not begun yet."))
    if OrderChange.objects.due_on(today).filter(order=order).exists():
        # What is settled takes the terms of the lines as they stand, which are those from before.
        raise CannotPause(_("A change of this subscription is due. Bill what is due first, then pause it."))
    if paused_on > order.end_if_stopped(today):
        raise CannotPause(_("A subscription is paused as of today or an earlier day."))
    if order.ends_on and order.ends_on <= paused_on:
        raise CannotPause(_("It ends by itself before it could be paused."))
    if paused_on < (went_on_on := last_went_on_on(order) or paused_on):
        words = str(_("It was reopened or resumed on %(day)s; it cannot be paused before that day."))
        raise CannotPause(words % {"day": day_in_words(went_on_on)})


def check_end_of_pause(order: Order, paused_on: datetime.date, resumes_on: datetime.date | None, today: datetime.date) -> None:
    """Raise CannotPause where a pause from `paused_on` cannot end so that `resumes_on` is served again; None: stays open."""
    if resumes_on is None:
        return
    if resumes_on <= paused_on or resumes_on <= today:
        raise CannotPause(_("The day on which it goes on lies after the pause begins, and after today."))
    if not order.customer.email:
        raise CannotPause(_("It goes on by itself only after the customer was written to, and they have no e-mail address."))
    if notice_due_on(resumes_on) < today:
        words = str(_("The customer is told %(count)d days before it goes on. Choose %(day)s or a later day."))
        earliest_on = today + datetime.timedelta(days=NOTICE_DAYS)
        raise CannotPause(words % {"count": NOTICE_DAYS, "day": day_in_words(earliest_on)})
    if order.ends_on and resumes_on >= order.ends_on:
        words = str(_("It ends by itself on %(day)s, before it could go on."))
        raise CannotPause(words % {"day": day_in_words(order.last_day_on)})
