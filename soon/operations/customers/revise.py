"""Changing a customer's record."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Customer, PortalLink
from soon.operations.refusal import Refusal, refused_by_database

from ._exemption import lock_open_orders, tax_anew
from .details import CustomerDetails


class CannotReviseCustomer(Refusal):
    """The customer cannot be changed so."""


@transaction.atomic
def revise(customer: Customer, *, details: CustomerDetails, actor: Actor, at: datetime.datetime) -> Customer:
    """Give the customer the values of `details`; the chatter tells what changed, old → new.

    Issued documents keep the words of their day; links sent to a former e-mail address no longer open the portal. What their
    quotations and running subscriptions cost follows whether they are exempt from tax.
    Raises CannotReviseCustomer for an external id that another one has, TooLarge.
    """
    if Customer.objects.filter(pk=customer.pk).exclude(is_tax_exempt=details.is_tax_exempt).exists():
        lock_open_orders(customer)
    customer = Customer.objects.select_for_update(of=("self",)).select_related("salesperson").get(pk=customer.pk)
    others = Customer.objects.exclude(pk=customer.pk)
    if details.external_id and others.filter(external_id=details.external_id).exists():
        raise CannotReviseCustomer(_("Another customer already has this external id."))
    values = vars(details)
    changes = [
        {"field": name, "old": _told(getattr(customer, name)), "new": _told(value)}
        for name, value in values.items()
        if getattr(customer, name) != value
    ]
    if not changes:
        return customer
    if customer.email and customer.email != details.email:
        PortalLink.objects.filter(customer=customer).valid_at(at).update(revoked_at=at)
    is_taxed_otherwise = customer.is_tax_exempt != details.is_tax_exempt
    for name, value in values.items():
        setattr(customer, name, value)
    customer.refresh_search_key()
    with refused_by_database(CannotReviseCustomer(_("Another customer already has this external id."))):
        customer.save()
    record("customer_changed", customer=customer, actor=actor, at=at, facts={"changes": changes})
    if is_taxed_otherwise:
        tax_anew(customer, actor=actor, at=at)
    return customer


def _told(value: Any) -> Any:
    """Return a value as the chatter stores it."""
    if value is None or isinstance(value, bool):
        return value
    return str(value) or None
