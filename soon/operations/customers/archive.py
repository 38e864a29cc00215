"""Archiving a customer: out of the lists, with everything they ever bought."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.domain import lifecycle
from soon.models import Customer, Order
from soon.operations.refusal import Refusal


class CannotArchiveCustomer(Refusal):
    """The customer cannot be archived."""


@transaction.atomic
def archive(customer: Customer, *, actor: Actor, at: datetime.datetime) -> Customer:
    """Take the customer out of the lists. Raises CannotArchiveCustomer while a subscription of theirs is running."""
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if customer.archived_at:
        raise CannotArchiveCustomer(_("This customer is already archived."))
    if Order.objects.filter(customer=customer).in_states(*lifecycle.SERVING).exists():
        raise CannotArchiveCustomer(_("This customer has a running subscription. Close it first, then archive the customer."))
    customer.archived_at = at
    customer.save(update_fields=["archived_at"])
    record("customer_archived", customer=customer, actor=actor, at=at)
    return customer
