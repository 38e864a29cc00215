"""Creating a quotation."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.domain.order_numbers import order_number
from soon.models import Order
from soon.operations.numbers import take_number
from soon.operations.refusal import Refusal

from ._lines import store_lines
from .draft import Draft


class CannotCreateQuotation(Refusal):
    """The draft makes no quotation."""


@transaction.atomic
def create(draft: Draft, *, actor: Actor, at: datetime.datetime) -> Order:
    """Store `draft` as a new quotation with the next number. Raises CannotCreateQuotation for an archived customer."""
    if draft.customer.archived_at:
        raise CannotCreateQuotation(_("This customer is archived. Restore the customer first."))
    order = Order.objects.create(
        number=order_number(take_number("S", 0)),
        customer=draft.customer,
        plan=draft.plan,
        currency=draft.currency,
        salesperson=draft.salesperson,
        time_zone=draft.customer.time_zone,
        start_on=draft.start_on,
        expires_on=draft.expires_on,
        customer_reference=draft.customer_reference,
        note=draft.note,
        external_id=draft.external_id,
        created_at=at,
    )
    store_lines(order, draft)
    record("quotation_created", customer=order.customer, order=order, actor=actor, at=at)
    return order
