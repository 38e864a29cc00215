"""Changing a quotation."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact, name_fact
from soon.activity.record import record
from soon.models import Order
from soon.operations.refusal import Refusal

from ._lines import store_lines
from .draft import Draft


class CannotRevise(Refusal):
    """The quotation cannot be changed so."""


@transaction.atomic
def revise(order: Order, *, draft: Draft, actor: Actor, at: datetime.datetime) -> Order:
    """Give the quotation the words and lines of `draft`; the chatter tells what changed, old → new.

    Raises CannotRevise for an order that has been confirmed or cancelled, and for another customer once it was sent.
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("customer", "plan", "salesperson").get(pk=order.pk)
    if not order.is_offered:
        raise CannotRevise(_("Only a quotation can be changed; this order is past that."))
    if order.state == Order.State.QUOTATION_SENT and draft.customer != order.customer:
        raise CannotRevise(_("This quotation has been sent to its customer. Make a new one for somebody else."))
    before = _told(order)
    order.customer = draft.customer
    order.plan = draft.plan
    order.currency = draft.currency
    order.salesperson = draft.salesperson
    order.time_zone = draft.customer.time_zone
    order.start_on = draft.start_on
    order.expires_on = draft.expires_on
    order.customer_reference = draft.customer_reference
    order.note = draft.note
    order.save()
    store_lines(order, draft)
    after = _told(order)
    changes = [{"field": field, "old": before[field], "new": after[field]} for field in before if before[field] != after[field]]
    if changes:
        record("order_changed", customer=order.customer, order=order, actor=actor, at=at, facts={"changes": changes})
    return order


def _told(order: Order) -> dict[str, Any]:
    """Return what the chatter tells of the order when it changes."""
    return {
        "customer": order.customer.name,
        "plan": name_fact(order.plan),
        "currency": order.currency,
        "salesperson": str(order.salesperson) if order.salesperson else None,
        "start_on": order.start_on.isoformat() if order.start_on else None,
        "expires_on": order.expires_on.isoformat() if order.expires_on else None,
        "customer_reference": order.customer_reference or None,
        "note": order.note or None,
        "lines": list(order.lines.values_list("product__code", flat=True)),
        "total": money_fact(order.total_minor, order.currency),
    }
