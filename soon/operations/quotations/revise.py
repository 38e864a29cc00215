"""Changing a quotation."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import money_fact, name_fact
from soon.activity.record import record
from soon.models import Customer, Order
from soon.operations.refusal import Refusal

from ._lines import store_lines
from ._words import take_words
from .draft import Draft


class CannotRevise(Refusal):
    """The quotation cannot be changed so."""


@transaction.atomic
def revise(order: Order, *, draft: Draft, actor: Actor, at: datetime.datetime) -> Order:
    """Give the quotation the words and lines of `draft`; the chatter tells what changed, old → new.

    Raises CannotRevise for an order that has been confirmed or cancelled, and for another customer once it was sent;
    ImpossibleTerms, TooLarge.
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("customer", "plan", "salesperson").get(pk=order.pk)
    if not order.is_offered:
        raise CannotRevise(_("Only a quotation can be changed; this order is past that."))
    if order.state == Order.State.QUOTATION_SENT and draft.customer != order.customer:
        raise CannotRevise(_("This quotation has been sent to its customer. Make a new one for somebody else."))
    before = _told(order)
    # Whether the customer pays tax stays as it is until the amounts are stored; orders are locked before customers.
    customer = Customer.objects.select_for_update(no_key=True).get(pk=draft.customer.pk)
    take_words(order, draft)
    order.save()
    store_lines(order, draft, is_exempt=customer.is_tax_exempt)
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
        "start_on": _day(order.start_on),
        "trial_days": order.trial_days or None,
        "last_day_on": _day(order.last_day_on),
        "expires_on": _day(order.expires_on),
        "customer_reference": order.customer_reference or None,
        "note": order.note or None,
        "lines": list(order.lines.values_list("product__code", flat=True)),
        "total": money_fact(order.total_minor, order.currency),
    }


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
