"""Taking back every link that lets a customer into the portal."""

import datetime

from django.db import transaction

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Customer, PortalLink


@transaction.atomic
def revoke_links(customer: Customer, *, actor: Actor, at: datetime.datetime) -> int:
    """Revoke all portal links of `customer`, also for those who are inside now; return how many were still valid."""
    revoked = PortalLink.objects.filter(customer=customer).valid_at(at).update(revoked_at=at)
    record("portal_links_revoked", customer=customer, actor=actor, at=at, facts={"count": revoked})
    return revoked
