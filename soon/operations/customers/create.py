"""Creating a customer."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Customer
from soon.operations.refusal import Refusal, refused_by_database

from .details import CustomerDetails


class CannotCreateCustomer(Refusal):
    """The details make no customer."""


@transaction.atomic
def create(details: CustomerDetails, *, actor: Actor, at: datetime.datetime) -> Customer:
    """Store a new customer. Raises CannotCreateCustomer for an external id that another customer has."""
    if details.external_id and Customer.objects.filter(external_id=details.external_id).exists():
        raise CannotCreateCustomer(_("Another customer already has this external id."))
    customer = Customer(created_at=at, **vars(details))
    customer.refresh_search_key()
    with refused_by_database(CannotCreateCustomer(_("Another customer already has this external id."))):
        customer.save()
    record("customer_created", customer=customer, actor=actor, at=at)
    return customer
