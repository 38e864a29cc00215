"""Changing the recurring plan of a running subscription, from its next period on."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import Order, OrderChange, Plan
from soon.queries.order_changes import open_changes, plan_options

from ._changes import CannotChange, locked_order, schedule_plan

__all__ = ["CannotChange", "change_plan"]


@transaction.atomic
def change_plan(
    order: Order,
    *,
    plan: Plan,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    expected_minor: int | None = None,
) -> OrderChange:
    """Let `order` have `plan` from the first period that has neither begun nor been billed; return the scheduled change.

    Prices are those of the price list today (`today` is the order's local date), and are kept whatever becomes of the list.
    `expected_minor`: what a whole period costs with it, tax included, as the caller saw it. Raises CannotChange for who may
    not, for what is not in progress or closes, where a price is missing, a change waits already or the amount is another one.
    """
    order = locked_order(order)
    if actor.customer is not None or (actor.user is not None and not actor.user.may("edit_orders")):
        raise CannotChange(_("You may not change subscriptions."))
    if expected_minor is not None:
        lines, waiting = list(order.lines.select_related("tax")), open_changes(order)
        found = plan_options(order, lines, today, waiting=waiting, only=plan)
        if found and found[0].recurring_minor != expected_minor:
            raise CannotChange(_("The prices have changed meanwhile. Look again."))
    return schedule_plan(order, plan, actor=actor, at=at, today=today)
