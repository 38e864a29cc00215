"""Changing what may still change on an order that is past its quotation."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Order, User
from soon.operations.movements.rebook import rebook
from soon.operations.refusal import Refusal


class CannotAmend(Refusal):
    """The order is still a quotation, which is revised as a whole."""


@transaction.atomic
def amend(
    order: Order,
    *,
    customer_reference: str,
    salesperson: User | None,
    note: str,
    actor: Actor,
    at: datetime.datetime,
) -> Order:
    """Write the customer's reference, the salesperson and the note; the chatter tells what changed, old → new.

    Nothing of it touches money or dates. Raises CannotAmend for a quotation; then nothing is written.
    """
    order = (
        Order.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "salesperson").get(pk=order.pk)
    )
    if order.is_offered:
        raise CannotAmend(_("This is a quotation again. Reload the page and edit the whole of it."))
    before, seller = _told(order), order.salesperson_id
    order.customer_reference = customer_reference
    order.salesperson = salesperson
    order.note = note
    order.save(update_fields=["customer_reference", "salesperson", "note"])
    after = _told(order)
    if seller != order.salesperson_id:
        # Revenue is told of whose order it is.
        rebook([order.pk])
    changes = [{"field": field, "old": before[field], "new": after[field]} for field in before if before[field] != after[field]]
    if changes:
        record("order_changed", customer=order.customer, order=order, actor=actor, at=at, facts={"changes": changes})
    return order


def _told(order: Order) -> dict[str, str | None]:
    return {
        "customer_reference": order.customer_reference or None,
        "salesperson": str(order.salesperson) if order.salesperson else None,
        "note": order.note or None,
    }
