"""Restoring an archived customer."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Customer
from soon.operations.refusal import Refusal


class CannotRestoreCustomer(Refusal):
    """The customer is not archived."""


@transaction.atomic
def restore(customer: Customer, *, actor: Actor, at: datetime.datetime) -> Customer:
    """Put an archived customer back into the lists. Raises CannotRestoreCustomer for one that is not archived."""
    if not Customer.objects.filter(pk=customer.pk, archived_at__isnull=False).update(archived_at=None):
        raise CannotRestoreCustomer(_("This customer is not archived."))
    customer.refresh_from_db()
    record("customer_restored", customer=customer, actor=actor, at=at)
    return customer
