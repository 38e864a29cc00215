"""Confirming a quotation: from here on it is a subscription."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.domain.billing import next_period_due
from soon.formatting import day_in_words
from soon.models import Order
from soon.operations.movements.rebook import rebook
from soon.operations.refusal import Refusal
from soon.queries.offers import offer_key


class CannotConfirm(Refusal):
    """The quotation cannot be confirmed."""


@transaction.atomic
def confirm(
    order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date, expected_offer: str | None = None
) -> Order:
    """Turn the quotation into an order In Progress that starts on its start date, or `today` (local date) without one.

    `expected_offer` is the `offer_key` of what the caller read; another offer is not confirmed for them. Staff may confirm an
    expired quotation, a customer may not. Raises CannotConfirm; then nothing is written.
    """
    # Read again under a lock: plan, start and lines are those of this moment, not those of the page. The customer's row too,
    # so that nobody archives them meanwhile.
    order = Order.objects.select_for_update(of=("self", "customer")).select_related("customer", "plan").get(pk=order.pk)
    _check(order, actor, today, expected_offer)
    order.start_on = start_on = order.start_on or today
    _check_end(order, actor)
    moved = Order.objects.filter(pk=order.pk).make_move(
        "confirm", confirmed_at=at, start_on=start_on, next_invoice_on=_first_invoice_on(order, start_on)
    )
    if not moved:
        raise CannotConfirm(_("This quotation is no longer open: it was confirmed or cancelled in the meantime."))
    rebook([order.pk])
    order.refresh_from_db()
    kind = "quotation_accepted" if actor.customer else "order_confirmed"
    record(kind, customer=order.customer, order=order, actor=actor, at=at, facts={"start_on": start_on.isoformat()})
    return order


def _check(order: Order, actor: Actor, today: datetime.date, expected_offer: str | None) -> None:
    lines = list(order.lines.all())
    if not lines:
        raise CannotConfirm(_("Add at least one line before you confirm the quotation."))
    if order.plan and not any(line.is_recurring for line in lines):
        raise CannotConfirm(_("A subscription needs at least one recurring line. Add one, or remove the recurring plan."))
    if not order.is_offered:
        raise CannotConfirm(_("This quotation is no longer open: it was confirmed or cancelled in the meantime."))
    has_expired = order.expires_on is not None and order.expires_on < today
    if actor.customer and (has_expired or order.customer.archived_at):
        raise CannotConfirm(_("This quotation has expired. Please ask us for a new one."))
    if expected_offer is not None and expected_offer != offer_key(order, lines):
        raise CannotConfirm(_("This quotation was changed in the meantime. Please read it again before you accept it."))
    if order.customer.archived_at:
        raise CannotConfirm(_("This customer is archived. Restore the customer first."))


def _check_end(order: Order, actor: Actor) -> None:
    """Refuse what would end before anything of it is paid for."""
    if order.ends_on is None or order.first_paid_on is None or order.first_paid_on < order.ends_on:
        return
    if actor.customer:
        raise CannotConfirm(_("This quotation has expired. Please ask us for a new one."))
    words = _("It would end before %(day)s, the first day to be paid for. Change the end date first.")
    raise CannotConfirm(words % {"day": day_in_words(order.first_paid_on)})


def _first_invoice_on(order: Order, start_on: datetime.date) -> datetime.date | None:
    """Return the day on which the first invoice of an order that starts on `start_on` is due: after its free trial."""
    first_paid_on = order.first_paid_on
    if order.plan is None or first_paid_on is None:
        return start_on
    due = next_period_due(
        order.plan.schedule_from(first_paid_on), billed_until=None, ends_on=order.ends_on, in_arrears=order.plan.in_arrears
    )
    return due.due_on if due else None
