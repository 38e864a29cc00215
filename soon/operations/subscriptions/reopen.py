"""Reopening a subscription after its closing took effect: same number, same history; days in between are not billed."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.evidence import append_evidence
from soon.domain.billing import BillableLine, next_due_on
from soon.models import Closure, Evidence, Order, OrderLine
from soon.models.bulk import update_rows
from soon.operations.billing._compute import billable, terms
from soon.operations.billing._read import Catalogue
from soon.operations.closing._facts import OrderFacts, facts_of
from soon.operations.closing._tell import tell_of_reopening
from soon.operations.refusal import Refusal
from soon.operations.settling import lock_money_of


class CannotReopen(Refusal):
    """The order is not churned, or it may not go on."""


@transaction.atomic
def reopen(order: Order, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> Closure:
    """Let the churned `order` go on from `today` (local); the closure stays in the record as reopened, and is returned.

    The next period to be billed begins today, or where what was paid for and not given back ends. Documents of the closing
    stay as they are. A fixed end that it had before holds again. Raises CannotReopen; then nothing is written.
    """
    locked = Order.objects.select_for_update(of=("self",)).select_related("customer", "plan", "closure__reason")
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
    _go_on(order, goes_on_on)
    facts = {"order": order.number, "reopened_at": at.isoformat(), "reopened_on": goes_on_on.isoformat(), "by": actor.name}
    append_evidence(Evidence.Kind.REOPENED, [(closure, facts)], at=at)
    tell_of_reopening(order, closure, actor=actor, at=at)
    return closure


def _go_on(order: Order, on: datetime.date) -> None:
    """Move the order back to In Progress, with its lines billed up to where they are to be billed from."""
    catalogue = Catalogue()
    # What reaches into the days to come was paid for; an end before them is the beginning again.
    facts = facts_of([order.pk], catalogue, after=on)[order.pk]
    facts.subscription.ends_on = ends_on = order.closure.ended_before_on if order.closure else None
    lines = _billed_from(facts, catalogue, on)
    cursors = {row.pk: line.billed_until for row, line in zip(facts.subscription.lines, lines, strict=True)}
    update_rows(OrderLine, "billed_until", "date", cursors)
    moved = Order.objects.filter(pk=order.pk).make_move(
        "reopen",
        closure=None,
        ends_on=ends_on,
        next_invoice_on=next_due_on(terms(facts.subscription, catalogue), lines),
        times_reopened=F("times_reopened") + 1,
    )
    if not moved:
        raise CannotReopen(_("Only a churned subscription can be reopened."))


def _billed_from(facts: OrderFacts, catalogue: Catalogue, on: datetime.date) -> Sequence[BillableLine]:
    """Return the lines with the day from which each is billed again; one never billed begins anew only after its start."""
    paid_until = max([on, *(each.part.kept_until for each in facts.closing.charged)])
    first_paid_on = facts.subscription.first_paid_on
    begins_as_if_new = first_paid_on is not None and paid_until <= first_paid_on
    return [
        replace(line, billed_until=None if begins_as_if_new else paid_until) if line.is_recurring else line
        for line in billable(facts.subscription, catalogue)
    ]
