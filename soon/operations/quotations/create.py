"""Creating a quotation."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.domain.order_numbers import order_number
from soon.models import Customer, Order
from soon.operations.numbers import take_number
from soon.operations.refusal import Refusal

from ._lines import store_lines
from ._words import take_words
from .draft import Draft


class CannotCreateQuotation(Refusal):
    """The draft makes no quotation."""


@transaction.atomic
def create(draft: Draft, *, actor: Actor, at: datetime.datetime) -> Order:
    """Store `draft` as a new quotation with the next number.

    Raises CannotCreateQuotation for an archived customer, ImpossibleTerms, TooLarge; then nothing is written.
    """
    # Whether the customer pays tax stays as it is until the amounts are stored.
    customer = Customer.objects.select_for_update(no_key=True).get(pk=draft.customer.pk)
    if customer.archived_at:
        raise CannotCreateQuotation(_("This customer is archived. Restore the customer first."))
    order = Order(external_id=draft.external_id, created_at=at)
    take_words(order, draft)
    order.number = order_number(take_number("S", 0))
    order.save()
    store_lines(order, draft, is_exempt=customer.is_tax_exempt)
    record("quotation_created", customer=order.customer, order=order, actor=actor, at=at)
    return order
